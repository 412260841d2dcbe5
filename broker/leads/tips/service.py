"""What people do about tips: open and close the form, send a tip, take it on, dismiss it."""

from datetime import timedelta
from ipaddress import IPv6Network, ip_address
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, insert

from broker import access, audit, clock, database
from broker.accounts.models import User
from broker.actions import Action
from broker.companies import service as companies
from broker.companies.models import Company
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import in_swedish
from broker.leads import letters
from broker.leads import queries as leads
from broker.leads.tips import pages, queries
from broker.leads.tips.models import Tip, TipAttempt, TipPage, TipState

# Bits of an IPv6 address that name the network; an access provider hands out no less (RFC 6177).
_NETWORK_OF_ONE = 64


class TooManyTipsError(RefusedError):
    """More tips than people write, from one address or to one organisation."""

    status = 429


class TipStateError(RefusedError):
    """Somebody has dealt with the tip already."""


def open_page(organisation_id: int, *, by: User) -> TipPage:
    """Switch the form on, at the address that it had before if it had one."""
    return pages.open_page(TipPage, organisation_id, Action.TIP_PAGE_OPENED, by=by)


def close_page(organisation_id: int, *, by: User) -> None:
    """Switch the form off; its address looks like one that never was."""
    pages.close_page(TipPage, organisation_id, Action.TIP_PAGE_CLOSED, by=by)


def renew_page(organisation_id: int, *, by: User) -> None:
    """Give the form a new address; the old one leads nowhere from now on."""
    pages.renew_page(TipPage, organisation_id, Action.TIP_PAGE_RENEWED, by=by)


def count_attempt(organisation_id: int, address: str) -> None:
    """Count a tip before it is stored, so that many at the same moment see each other; refuses too many."""
    rules, address = queries.tip_rules(clock.today()), _sender_of(address)
    db.session.rollback()
    attempt = insert(TipAttempt).values(organisation_id=organisation_id, address=address)
    with database.writing(), db.engine.begin() as connection:
        attempt_id = connection.execute(attempt.returning(TipAttempt.id)).scalar_one()
    with database.writing(False):
        since = clock.now() - rules.window
        by_address, by_organisation = queries.count_attempts(organisation_id, address, since=since)
        db.session.rollback()
    if by_address > rules.per_address or by_organisation > rules.per_organisation:
        with database.writing(), db.engine.begin() as connection:
            connection.execute(delete(TipAttempt).where(TipAttempt.id == attempt_id))
        minutes = round(rules.window / timedelta(minutes=1))
        sentence = ngettext(
            "Det har kommit många tips den senaste minuten. Vänta en stund och skicka igen.",
            "Det har kommit många tips de senaste %(num)s minuterna. Vänta en stund och skicka igen.",
            minutes,
        )
        raise TooManyTipsError(sentence)


def _sender_of(address: str) -> str:
    """Give whom an address counts for: one sender of the newer kind has a whole network to take addresses from."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4 or parsed.ipv4_mapped:
        return str(parsed if parsed.version == 4 else parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), _NETWORK_OF_ONE), strict=False))


def receive_tip(page: TipPage, values: dict[str, Any], *, link: str) -> Tip:
    """Store a tip with the organisation, and write to those who can answer."""
    with access.acting_in(page.organisation_id):
        tip = Tip(**values)
        db.session.add(tip)
        db.session.flush()
        letters.tell_of_tip(page.organisation, link)
    return tip


@in_swedish()
def take_tip(tip: Tip, company: Company, *, by: User) -> None:
    """Make the company ours to follow, with a task to follow the tip up."""
    _check_new(tip)
    engagement = companies.engage(company)
    facts = {"owner_id": by.id, "source": _("Tips")}
    companies.edit_engagement(
        engagement, {name: fact for name, fact in facts.items() if not getattr(engagement, name)}, by=by
    )
    due_on = clock.today() + timedelta(days=leads.lead_days(clock.today()).first_contact)
    companies.add_task(title=_("Följ upp tipset"), due_on=due_on, company=company, by=by)
    tip.company_id = company.id
    _answer(tip, TipState.TAKEN, by)
    audit.record(Action.TIP_TAKEN, tip, by=by, company=company.name)


def dismiss_tip(tip: Tip, *, reason: str, by: User) -> None:
    """Leave a tip, with the reason."""
    _check_new(tip)
    tip.reason = reason
    _answer(tip, TipState.DISMISSED, by)
    audit.record(Action.TIP_DISMISSED, tip, by=by)


def _check_new(tip: Tip) -> None:
    if not tip.is_new:
        raise TipStateError(_("Någon har redan hanterat tipset. Ladda om sidan för att se vad det blev."))


def _answer(tip: Tip, state: TipState, by: User) -> None:
    tip.state, tip.state_at, tip.answered_by = state, clock.now(), by.name
