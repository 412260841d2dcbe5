"""What people do about providers: add and edit them, add what they teach, record what vetting found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from broker import audit, clock
from broker.accounts.models import User
from broker.actions import Action
from broker.companies.numbers import InvalidNumberError, parse_number
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import say
from broker.providers import queries, vetting
from broker.providers.models import Offering, Provider, VettingCheck
from broker.topics.service import Follower, follow


class ProviderNumberError(RefusedError):
    """The organisation number is wrong, or another provider of the register has it."""


class CheckRefusedError(RefusedError):
    """A result that cannot be kept; says for which item and in which part."""

    def __init__(self, item_id: str, part: str, sentence: str) -> None:
        super().__init__(sentence)
        self.item_id = item_id
        self.part = part


@dataclass(frozen=True)
class Finding:
    """What was found about one item."""

    item_id: str
    result: str
    evidence: str | None = None
    note: str | None = None
    valid_to: date | None = None
    is_equivalent: bool = False


def add_provider(*, by: User, **values: Any) -> Provider:
    """Add a provider to the organisation's register; refuses a number that is wrong or taken."""
    provider = Provider(**_with_checked_number(values, None))
    db.session.add(provider)
    db.session.flush()
    audit.record(Action.PROVIDER_ADDED, provider, by=by, name=provider.name)
    return provider


def edit_provider(provider: Provider, *, by: User, **values: Any) -> None:
    """Change what is known about a provider; refuses a number that is wrong or taken."""
    values = _with_checked_number(values, provider)
    changed = audit.changes(provider, values)
    if not changed:
        return
    for name, value in values.items():
        setattr(provider, name, value)
    # A sole trader's number is a personal identity number and stays out of the log.
    shown = {name: change for name, change in changed.items() if name != "organisation_number"}
    audit.record(Action.PROVIDER_EDITED, provider, by=by, fields=sorted(changed), changes=shown)


def add_offering(provider: Provider, *, by: User, **values: Any) -> Offering:
    """Add one training that a provider gives."""
    offering = Offering(provider=provider, **values)
    db.session.add(offering)
    db.session.flush()
    audit.record(Action.OFFERING_ADDED, provider, by=by, offering=offering.title, topic_id=offering.topic_id)
    return offering


def edit_offering(offering: Offering, *, by: User, **values: Any) -> bool:
    """Change what is known about a training; tell whether anything was changed."""
    changed = audit.changes(offering, values)
    if not changed:
        return False
    for name, value in values.items():
        setattr(offering, name, value)
    audit.record(Action.OFFERING_EDITED, offering.provider, by=by, offering=offering.title, changes=changed)
    return True


def record_checks(provider: Provider, findings: Sequence[Finding], *, checked_on: date, by: User) -> list[VettingCheck]:
    """Add what was found on a day; refuses an unknown item or result, a day to come and a result without its reason."""
    if checked_on > clock.today():
        raise RefusedError(_("Ange en dag som inte ligger i framtiden."))
    document = queries.vetting_document(clock.today())
    checks = []
    for finding in findings:
        _check_finding(document, finding)
        check = VettingCheck(
            provider_id=provider.id,
            item_id=finding.item_id,
            result=finding.result,
            checked_on=checked_on,
            valid_to=finding.valid_to,
            is_equivalent=finding.is_equivalent,
            evidence=finding.evidence,
            note=finding.note,
            checked_by=by,
        )
        checks.append(check)
        db.session.add(check)
        audit.record(
            Action.VETTING_RECORDED,
            provider,
            by=by,
            item=finding.item_id,
            result=finding.result,
            checked_on=checked_on,
        )
    db.session.flush()
    return checks


def move_offerings(keys: Sequence[int], topic_id: str, by: User) -> None:
    """Give offerings another topic: theirs has gone into another, or was split."""
    for offering in queries.list_offerings_with(keys):
        offering.topic_id = topic_id


def list_offerings_to_choose(topic_id: str) -> list[tuple[int, str]]:
    """Offer the offerings with a topic, with their providers."""
    found = queries.list_offerings_with(queries.keys_of_offerings(topic_id))
    return [(row.id, f"{row.provider.name}: {row.title}") for row in found]


follow(
    Follower(
        "offering",
        lambda count: ngettext("%(num)s utbildning i utbudet", "%(num)s utbildningar i utbudet", count),
        queries.keys_of_offerings,
        move_offerings,
        list_offerings_to_choose,
    )
)


def _check_finding(document: Mapping[str, Any], finding: Finding) -> None:
    item = next((row for row in document["items"] if row["id"] == finding.item_id), None)
    if item is None or finding.result not in {row["id"] for row in document["item_results"]}:
        raise RefusedError(
            _("Punkten eller resultatet finns inte i granskningslistan. Ladda om sidan och försök igen.")
        )
    problem = vetting.find_problem(
        item,
        result=finding.result,
        evidence=finding.evidence,
        note=finding.note,
        is_equivalent=finding.is_equivalent,
    )
    if problem:
        raise CheckRefusedError(finding.item_id, *problem)


def _with_checked_number(values: dict[str, Any], provider: Provider | None) -> dict[str, Any]:
    written = values.get("organisation_number")
    if not written:
        return values
    try:
        digits = parse_number(written).digits
    except InvalidNumberError as error:
        raise ProviderNumberError(say(error)) from error
    known = queries.find_provider_by_number(digits)
    if known is not None and known is not provider:
        raise ProviderNumberError(_("%(name)s har redan det numret i registret. Öppna den i stället.", name=known.name))
    return values | {"organisation_number": digits}
