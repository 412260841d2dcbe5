"""Whether a provider may be used: the status follows from its checked items by the rules of the vetting list."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from flask_babel import gettext as _

from broker.clock import add_months
from broker.formatting import day, say
from broker.providers.hearings.standing import UNTOUCHED, Outcome, Standing
from broker.reference.queries import text_of, words_of
from broker.sentences import Sentence

APPROVED, REMARK, FAILED, NOT_APPLICABLE, NOT_CHECKED = (
    "approved",
    "remark",
    "failed",
    "not_applicable",
    "not_checked",
)
# The document says in words when an item applies; these are the sentences that the register can answer by itself.
# Every other item applies until somebody records that it does not, with a reason.
_CONDITIONS = {
    "The provider has employees": "has_employees",
    "The course leads to a regulated certificate or grade": "gives_certificates",
    "The course gives grades or is komvux on contract": "gives_certificates",
    "The course is given online": "gives_distance",
}
_TONES = {
    "vetted": "ok",
    "vetted_with_remarks": "ok",
    "in_review": "info",
    "needs_completion": "warn",
    "expired": "warn",
    "under_hearing": "stop",
    "rejected": "stop",
}


class Check(Protocol):
    """The result of checking one item on one day."""

    @property
    def item_id(self) -> str:
        """Give the item of the vetting list."""

    @property
    def result(self) -> str:
        """Give one of the list's results."""

    @property
    def checked_on(self) -> date:
        """Give the day of the check."""

    @property
    def valid_to(self) -> date | None:
        """Give the last day of the certificate that was shown, if it has one."""

    @property
    def created_at(self) -> datetime:
        """Give when the check was recorded."""


@dataclass(frozen=True)
class Item:
    """One item of the vetting list that applies to a provider, with its latest result."""

    id: str
    words: Sentence
    group: str
    is_mandatory: bool
    is_knock_out: bool
    check: Check | None
    expires_on: date | None
    is_heard: bool = False
    is_cured: bool = False

    @property
    def label(self) -> str:
        """Give what is to be checked, in the reader's language; said only of the few items that are shown."""
        return say(self.words)

    def result(self, today: date) -> str:
        """Give what the item counts as today: a result that has run out is worth nothing, unless it is a failure.

        A failure that somebody decided to accept, after hearing the provider, is a remark: LOU 13 kap. 5 §.
        """
        if self.check is None:
            return NOT_CHECKED
        result = REMARK if self.is_cured else self.check.result
        return NOT_CHECKED if self.is_expired(today) and result != FAILED else result

    def is_expired(self, today: date) -> bool:
        """Tell whether the item was checked too long ago."""
        return self.expires_on is not None and self.expires_on < today


@dataclass(frozen=True)
class VettingStatus:
    """Where a provider's vetting stands on a day, and why; said in words only of the few that are shown."""

    id: str
    label: str
    today: date
    next_expiry: date | None
    missing: tuple[Item, ...]
    expired: tuple[Item, ...]
    failed: tuple[Item, ...]
    remarks: tuple[Item, ...]
    expiring_soon: tuple[Item, ...]
    knock_outs: tuple[Item, ...]
    standing: Standing = UNTOUCHED
    warning_days: int = 0

    @property
    def tone(self) -> str:
        """Give the tone of the status for its tag."""
        return _TONES.get(self.id, "off")

    @property
    def knock_out_problems(self) -> tuple[str, ...]:
        """Give the items that shut a provider out and are not approved."""
        return tuple(
            item.label for item in self.knock_outs if item.result(self.today) != (REMARK if item.is_cured else APPROVED)
        )

    @property
    def unheard(self) -> tuple[Item, ...]:
        """Give the failed items about which the provider is still to be told: shutting out or reopened for."""
        told = self.standing.hearing.item_ids if self.standing.hearing else ()
        return tuple(item for item in self.failed if self._stops(item) and not item.is_heard and item.id not in told)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Give why the status is what it is, one sentence for each thing to know or do."""
        first = {
            "paused": _("Anordnaren är pausad. Ta bort pausen när den kan användas igen."),
            "new": _("Ingen punkt är kontrollerad än. Börja granskningen."),
        }
        reasons = [*([first[self.id]] if self.id in first else []), *self._steps_in_words()]
        reasons += [_("Underkänd: %(item)s.", item=item.label) for item in self.failed]
        reasons += [
            _("Gick ut %(day)s: %(item)s. Kontrollera på nytt.", day=day(item.expires_on), item=item.label)
            for item in self.expired
        ]
        if self.missing and self.id != "new":
            count, following = len(self.missing), self.missing[0].label
            reasons.append(
                _("Obligatoriska punkter som återstår: %(count)s. Nästa: %(item)s.", count=count, item=following)
            )
        reasons += [_("Anmärkning: %(item)s.", item=item.label) for item in self.remarks if item not in self.failed]
        return tuple(reasons) or (_("Alla obligatoriska punkter är godkända den %(day)s.", day=day(self.today)),)

    def _stops(self, item: Item) -> bool:
        return item.is_knock_out or item.id in self.standing.reopened_about

    def _steps_in_words(self) -> list[str]:
        hearing, decision, told = self.standing.hearing, self.standing.decision, []
        if self.unheard:
            told.append(_("Anordnaren ska få yttra sig innan den kan uteslutas (LOU 13 kap. 4 §)."))
        if hearing and hearing.answered_on:
            answered = day(hearing.answered_on)
            told.append(
                _("Anordnaren svarade %(day)s, och svaret är bedömt. Besluta.", day=answered)
                if hearing.cure
                else _("Anordnaren svarade %(day)s. Bedöm svaret och vad anordnaren har gjort.", day=answered)
            )
        elif hearing:
            last = day(hearing.answer_by)
            told.append(
                _("Tiden att yttra sig gick ut %(day)s utan svar. Besluta.", day=last)
                if hearing.is_ready(self.today)
                else _("Anordnaren får yttra sig till och med %(day)s. Inget är beslutat.", day=last)
            )
        if decision and decision.is_over(self.today):
            told.append(_("Beslutet gällde till och med %(day)s. Granska på nytt.", day=day(decision.valid_until)))
        elif decision:
            text = _("Beslut %(day)s: %(outcome)s.", day=day(decision.decided_on), outcome=decision.outcome.label)
            told.append(text)
        if self.standing.reopened_on:
            since = day(self.standing.reopened_on)
            told.append(
                _("Något har hänt: granskningen öppnades på nytt %(day)s. Kontrollera det och besluta.", day=since)
            )
        return told


def may_be_used(status: VettingStatus) -> bool:
    """Tell whether a provider with this status may be presented to companies and bought from."""
    return status.id in ("vetted", "vetted_with_remarks")


def assess(
    checks: Iterable[Check],
    document: Mapping[str, Any],
    *,
    today: date,
    has_employees: bool,
    gives_certificates: bool,
    is_paused: bool,
    gives_distance: bool = True,
    standing: Standing = UNTOUCHED,
) -> VettingStatus:
    """Give the status that follows from the checks and from what was decided after them.

    A failed knock-out item leads to a hearing and never straight to a refusal: LOU 13 kap. 4 § and 19 kap. 17 §.
    """
    facts = {
        "has_employees": has_employees,
        "gives_certificates": gives_certificates,
        "gives_distance": gives_distance,
    }
    latest = latest_checks(checks)
    items = [_settled(item, standing, today) for item in list_items(document, latest, facts)]
    mandatory = [item for item in items if item.is_mandatory]
    found = _sort_out(items, mandatory, today)
    status_id = _status_id(standing, today, is_paused=is_paused, is_new=not latest, **found)
    days = warning_days(document)
    soon = today + timedelta(days=days)
    return VettingStatus(
        id=status_id,
        label=next(text_of(row) for row in document["statuses"] if row["id"] == status_id),
        today=today,
        next_expiry=_next_expiry(mandatory, found["expired"], standing, today),
        expiring_soon=tuple(item for item in mandatory if item.expires_on and today <= item.expires_on <= soon),
        knock_outs=tuple(item for item in items if item.is_knock_out),
        standing=standing,
        warning_days=days,
        **found,
    )


def _settled(item: Item, standing: Standing, today: date) -> Item:
    if item.check is None or item.check.result != FAILED or not standing.is_heard(item.id, item.check.created_at):
        return item
    # A refusal that was for a time leaves nothing behind: what still fails is heard about anew.
    is_heard = standing.is_accepted or standing.is_rejected(today)
    return replace(item, is_heard=is_heard, is_cured=standing.is_accepted)


def _sort_out(items: Sequence[Item], mandatory: Sequence[Item], today: date) -> dict[str, tuple[Item, ...]]:
    expired = tuple(
        item for item in mandatory if item.check and item.is_expired(today) and item.result(today) == NOT_CHECKED
    )
    failed = tuple(item for item in items if item.result(today) == FAILED)
    return {
        "expired": expired,
        "missing": tuple(item for item in mandatory if item.result(today) == NOT_CHECKED and item not in expired),
        "failed": failed,
        "remarks": tuple(
            item for item in items if item.result(today) == REMARK or (item in failed and not _stops(item))
        ),
    }


def _next_expiry(mandatory: Sequence[Item], expired: Sequence[Item], standing: Standing, today: date) -> date | None:
    passed = [item.expires_on for item in expired if item.expires_on]
    coming = [item.expires_on for item in mandatory if item.expires_on and not item.is_expired(today)]
    if standing.decision and standing.is_accepted and standing.decision.valid_until:
        (passed if standing.is_over(today) else coming).append(standing.decision.valid_until)
    return min(passed, default=min(coming, default=None))


def latest_checks(checks: Iterable[Check]) -> dict[str, Check]:
    """Give the check that counts for every item: that of the newest day, of equal ones the last recorded."""
    latest: dict[str, Check] = {}
    for check in checks:
        known = latest.get(check.item_id)
        if known is None or check.checked_on >= known.checked_on:
            latest[check.item_id] = check
    return {item_id: check for item_id, check in latest.items() if check.result != NOT_CHECKED}


def list_items(document: Mapping[str, Any], latest: Mapping[str, Check], facts: Mapping[str, bool]) -> list[Item]:
    """List the items that apply to a provider about whom these facts are known."""
    items = []
    for row in document["items"]:
        check = latest.get(row["id"])
        condition = _CONDITIONS.get(row.get("applies_when", ""))
        if (condition and not facts[condition]) or (check and check.result == NOT_APPLICABLE):
            continue
        items.append(
            Item(
                id=row["id"],
                words=words_of(row),
                group=row["group"],
                is_mandatory=row["mandatory"],
                is_knock_out=row["knock_out"],
                check=check,
                expires_on=expiry_of(check, row["revet_months"]) if check else None,
            )
        )
    return items


def expiry_of(check: Check, months: int) -> date:
    """Give the last day that a check counts: so many months later, or when its certificate ends if sooner."""
    kept_until = add_months(check.checked_on, months)
    return min(kept_until, check.valid_to) if check.valid_to else kept_until


def warning_days(document: Mapping[str, Any]) -> int:
    """Give how many days ahead the document wants a warning."""
    rule = next(row["rule"] for row in document["rules"] if row["id"] == "early_warning")
    found = re.search(r"\d+", rule)
    if found is None:
        raise ValueError(f"no number of days in the rule {rule!r}")
    return int(found.group())


def find_problem(
    item: Mapping[str, Any], *, result: str, evidence: str | None, note: str | None, is_equivalent: bool = False
) -> tuple[str, str] | None:
    """Give which part of a new result cannot be kept and what to do, or None if all is well."""
    if item.get("personal_data") and (evidence or note):
        # GDPR art. 10: about crimes only the result, the day and the checker are kept.
        part = "evidence" if evidence else "note"
        return part, _("Lämna fältet tomt. För den här punkten sparas bara resultat, dag och vem som kontrollerade.")
    if result in (REMARK, FAILED, NOT_APPLICABLE) and not note and not item.get("personal_data"):
        return "note", _("Skriv varför, så att andra förstår resultatet.")
    if is_equivalent and not note:
        # What is equivalent is accepted, and whoever looks later must see why it was.
        return "note", _("Skriv varför beviset är likvärdigt.")
    return None


def _has_conditions(standing: Standing) -> bool:
    return standing.decision is not None and standing.decision.outcome is Outcome.WITH_CONDITIONS


def _stops(item: Item) -> bool:
    return item.is_mandatory or item.is_knock_out


def _status_id(
    standing: Standing,
    today: date,
    *,
    is_paused: bool,
    is_new: bool,
    failed: Sequence[Item],
    missing: Sequence[Item],
    expired: Sequence[Item],
    remarks: Sequence[Item],
) -> str:
    rules = (
        (is_paused, "paused"),
        (bool(standing.hearing) or any(item.is_knock_out and not item.is_heard for item in failed), "under_hearing"),
        (standing.is_rejected(today), "rejected"),
        (any(item.is_mandatory for item in failed), "needs_completion"),
        (bool(expired) or standing.is_over(today), "expired"),
        (is_new and standing.begun_on is None, "new"),
        (bool(missing) or standing.reopened_on is not None, "in_review"),
        (bool(remarks) or _has_conditions(standing), "vetted_with_remarks"),
    )
    return next((status_id for holds, status_id in rules if holds), "vetted")
