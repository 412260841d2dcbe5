"""What is done about confirmations: ask, remind, receive or note an answer, and let the group follow it."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from broker import access, audit, clock
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.actions import Action
from broker.companies.models import Person
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import in_swedish
from broker.leads.tips.pages import new_token
from broker.needs import queries as needs
from broker.needs import states
from broker.needs.confirmations import letters, queries
from broker.needs.confirmations.models import Confirmation
from broker.needs.confirmations.queries import Part
from broker.needs.confirmations.sharing import dealt_out
from broker.needs.confirmations.told import as_text, key_of
from broker.needs.courses import calendar
from broker.needs.courses import queries as courses
from broker.needs.courses.service import check_open
from broker.needs.joint import queries as joint
from broker.needs.joint import service as joint_service
from broker.needs.models import Cohort
from broker.needs.reachable import check_reachable
from broker.needs.service import release_needs

# From the secret part of an address to the whole of it.
LinkOf = Callable[[str], str]
_SEXES = ("women", "men", "unknown_sex")


class ConfirmationClosedError(RefusedError):
    """The training has begun, or the company is no longer in the cohort."""


class PlanChangedError(RefusedError):
    """Days, place or cost were changed after the company had opened its page."""


class StillInError(RefusedError):
    """A company that has said no is still in the group."""


class AskRefusedError(RefusedError):
    """A company cannot be asked, or reminded, as things are."""


class NumberRefusedError(RefusedError):
    """The group cannot have the number that a company has answered."""


def is_open(confirmation: Confirmation) -> bool:
    """Tell whether the company may answer, or change its answer: until the first day of the training."""
    return _is_in(confirmation) and may_answer(confirmation.cohort)


def has_sessions_ahead(confirmation: Confirmation) -> bool:
    """Tell whether the company may fetch the sessions: while it is in the cohort, until the last day."""
    cohort = confirmation.cohort
    return _is_in(confirmation) and not cohort.is_dissolved and clock.today() <= cohort.ends_on


def begin_cohort(cohort: Cohort, *, by: User) -> None:
    """Say that the training has begun; refuses it while a company that has said no is still in the group."""
    declined = [part.company.name for part in queries.list_parts(cohort) if part.declines]
    if declined:
        names = ", ".join(declined)
        raise StillInError(_("%(names)s har tackat nej. Ta först ut dem ur gruppen, under Bekräftelser.", names=names))
    states.begin_cohort(cohort, by=by)


def tell_of_end(cohort: Cohort, *, by: User) -> None:
    """Write to everybody who expects a training and can be written to that nothing becomes of it.

    Their calendars are told that the sessions are off.
    """
    sessions = courses.list_sessions(cohort.id)
    for part in queries.list_parts(cohort):
        confirmation = part.confirmation
        if confirmation and confirmation.person and part.can_be_told_of_end:
            with in_swedish():
                text = calendar.as_called_off(cohort, sessions)
            letters.tell_of_end(confirmation, confirmation.person, text)
            audit.record(Action.COHORT_END_TOLD, cohort, by=by, company=part.company.name)


def ask_anew(cohort: Cohort, company_id: int) -> None:
    """Let an answer of a company no longer hold: it is in the group with other people than it answered about."""
    part = queries.find_part(cohort, company_id)
    if part is not None and part.confirmation is not None:
        part.confirmation.takes_part, part.confirmation.told = None, ""


def may_change(cohort: Cohort) -> bool:
    """Tell whether the group may still follow what companies have said: until somebody says that it has begun."""
    return cohort.is_formed and not cohort.has_begun


def may_answer(cohort: Cohort) -> bool:
    """Tell whether the companies of a cohort may still say how many they send."""
    return cohort.is_formed and not cohort.has_begun and clock.today() < cohort.starts_on


def ask(cohort: Cohort, part: Part, person: Person | None, *, link_of: LinkOf, by: User) -> Confirmation:
    """Ask a company who takes part, by a letter to a person there, or by a link that is handed over.

    Asked again it gets what has changed, under the address that it has. Refuses a cohort without sessions, one that
    has begun, and a person without an address, with protected identity or at another company.
    """
    _check_askable(cohort)
    sessions = courses.list_sessions(cohort.id)
    if not sessions:
        raise AskRefusedError(_("Lägg till tillfällen först, så att företagen ser när utbildningen är."))
    confirmation = part.confirmation or _add(cohort, part.company.id, by)
    told = as_text(cohort, sessions)
    if confirmation.sent_on is not None and confirmation.told == told:
        # Somebody else has asked at the same moment.
        return confirmation
    if person is None:
        confirmation.told = told
        return confirmation
    check_reachable(person, part.company.id)
    is_changed = confirmation.sent_on is not None and confirmation.told != told
    confirmation.person, confirmation.sent_on, confirmation.reminded_on = person, clock.today(), None
    confirmation.told = told
    _write(confirmation, person, part, link_of, by, is_changed=is_changed)
    audit.record(Action.CONFIRMATION_SENT, cohort, by=by, company=part.company.name)
    return confirmation


def remind(cohort: Cohort, *, link_of: LinkOf, by: User) -> int:
    """Remind, once each, the companies that were written to and have not answered what holds now, and count them."""
    _check_askable(cohort)
    needs.lock_cohort(cohort.id)
    count = 0
    for part in queries.list_parts(cohort):
        confirmation = part.confirmation
        if confirmation and part.can_be_reminded and confirmation.person:
            confirmation.reminded_on, count = clock.today(), count + 1
            # The reminder says what holds now, as its calendar does.
            is_changed, confirmation.told = confirmation.told != part.told, part.told
            _write(confirmation, confirmation.person, part, link_of, by, is_reminder=True, is_changed=is_changed)
            audit.record(Action.CONFIRMATION_REMINDED, cohort, by=by, company=part.company.name)
    return count


def receive(confirmation: Confirmation, values: dict[str, Any], *, shown: str, link: str) -> None:
    """Store what a company answers over its link, and tell who can let the group follow it.

    `shown` is the key of what its page said; refuses an answer to what no longer holds, and one that comes too late.
    """
    with access.acting_in(confirmation.organisation_id):
        # Always the cohort first; whoever takes the company out at the same moment is waited for.
        needs.lock_cohort(confirmation.cohort_id)
        if not is_open(confirmation):
            raise ConfirmationClosedError(_("Utbildningen har börjat, eller så är ni inte längre med."))
        told = as_text(confirmation.cohort, courses.list_sessions(confirmation.cohort_id))
        _check_shown(shown, told)
        confirmation.told = told
        _store(confirmation, values, answered_to=told, noted_by=None, by=None)
        letters.tell_of_answer(confirmation, link)


def note_answer(
    cohort: Cohort, part: Part, values: dict[str, Any], *, by: User, shown: str | None = None
) -> Confirmation:
    """Write down what a company has answered by telephone or otherwise; refuses it once the training has begun.

    `shown` is the key of what the page said, if there was one; refuses an answer to what no longer holds. What was
    sent to the company stays as it was: its letter and its calendar say no other days for a telephone call.
    """
    needs.lock_cohort(cohort.id)
    _check_changeable(cohort)
    told = as_text(cohort, courses.list_sessions(cohort.id))
    _check_shown(key_of(told) if shown is None else shown, told)
    confirmation = part.confirmation or _add(cohort, part.company.id, by)
    _store(confirmation, values, answered_to=told, noted_by=by.name, by=by)
    return confirmation


def apply_number(cohort: Cohort, confirmation: Confirmation, *, by: User) -> None:
    """Let the group have the number that a company has answered; refuses more than the largest group."""
    part = _part_to_change(cohort, confirmation)
    if not part.differs:
        raise NumberRefusedError(_("Gruppen har redan det antal som företaget har svarat."))
    largest = needs.cohort_rules(clock.today()).group_of(cohort.topic_id).largest
    joint_service.hold_group(cohort)
    more = confirmation.people - part.people
    together = joint.people_taught_with(cohort) + more
    if together > largest:
        told = {"largest": largest, "people": together}
        raise NumberRefusedError(
            _(
                "Gruppen får ha högst %(largest)s deltagare och skulle få %(people)s. "
                "Kom överens med företaget om ett lägre antal.",
                **told,
            )
        )
    members = [member for member in cohort.members if member.need.company_id == confirmation.company_id]
    for name in _SEXES:
        shares = dealt_out(getattr(confirmation, name), [getattr(member, name) for member in members])
        for member, share in zip(members, shares, strict=True):
            setattr(member, name, share)
    joint_service.resize_part(cohort, people=more, by=by)
    company, people = part.company.name, confirmation.people
    audit.record(Action.COHORT_NUMBER_CHANGED, cohort, by=by, company=company, people=people)


def replace_link(confirmation: Confirmation, *, by: User) -> None:
    """Give a company's form a new address; the earlier one leads nowhere, and whoever had it gets no more letters."""
    confirmation.replace_address(new_token())
    confirmation.told = ""
    if confirmation.noted_by is None:
        # Whoever had the link may have given the answer too.
        confirmation.takes_part = None
    company = confirmation.company.name
    audit.record(Action.CONFIRMATION_LINK_REPLACED, confirmation.cohort, by=by, company=company)


def take_out(cohort: Cohort, confirmation: Confirmation, *, by: User) -> None:
    """Take a company that has said no, or not answered, out of the group; its needs wait again, with what it said.

    Its own words stay with the needs, where they can be destroyed: the chain of events cannot.
    """
    part = _part_to_change(cohort, confirmation)
    if part.has_answer and not part.declines:
        raise NumberRefusedError(_("Företaget har tackat ja. Ladda om sidan för att se svaret."))
    with in_swedish():
        reason = _("Företaget tackade nej till utbildningen.") if part.declines else _("Företaget togs ur gruppen.")
    members = [member for member in cohort.members if member.need.company_id == confirmation.company_id]
    for member in members:
        cohort.members.remove(member)
        db.session.delete(member)
    release_needs(cohort, members, reason=reason, by=by)
    for member in members:
        member.need.status_reason = confirmation.note or reason
    joint_service.resize_part(cohort, people=-part.people, gone=[part.company.id], by=by)
    audit.record(Action.COHORT_LEFT, cohort, by=by, company=part.company.name, reason=reason)


def _is_in(confirmation: Confirmation) -> bool:
    return any(member.need.company_id == confirmation.company_id for member in confirmation.cohort.members)


def _check_askable(cohort: Cohort) -> None:
    check_open(cohort)
    if not may_answer(cohort):
        raise ConfirmationClosedError(_("Utbildningen har börjat. Anteckna i stället hur många som kom."))


def _check_changeable(cohort: Cohort) -> None:
    check_open(cohort)
    if not may_change(cohort):
        raise ConfirmationClosedError(_("Utbildningen har börjat. Anteckna i stället hur många som kom."))


def _check_shown(shown: str, told: str) -> None:
    if shown != key_of(told):
        raise PlanChangedError(_("Upplägget har ändrats sedan sidan öppnades. Läs vad som gäller nu och skicka igen."))


def _part_to_change(cohort: Cohort, confirmation: Confirmation) -> Part:
    # Always the cohort first, so that two brokers wait for each other and never each for the other.
    needs.lock_cohort(cohort.id)
    db.session.refresh(confirmation)
    _check_changeable(cohort)
    part = queries.find_part(cohort, confirmation.company_id)
    if part is None:
        raise ConfirmationClosedError(_("Företaget är inte längre med i gruppen."))
    return part


def _add(cohort: Cohort, company_id: int, by: User) -> Confirmation:
    # Two people who ask the same company at once wait for each other, and the second finds what the first made.
    needs.lock_cohort(cohort.id)
    part = queries.find_part(cohort, company_id)
    if part is not None and part.confirmation is not None:
        return part.confirmation
    confirmation = Confirmation(cohort=cohort, company_id=company_id, token=new_token(), women=0, men=0, unknown_sex=0)
    db.session.add(confirmation)
    db.session.flush()
    audit.record(Action.CONFIRMATION_LINK_MADE, cohort, by=by, company=confirmation.company.name)
    return confirmation


def _write(confirmation: Confirmation, person: Person, part: Part, link_of: LinkOf, by: User, **how: bool) -> None:
    cohort, link = confirmation.cohort, link_of(confirmation.token)
    organisation = accounts.get_organisation(confirmation.organisation_id)
    with in_swedish():
        text = calendar.as_calendar(cohort, courses.list_sessions(cohort.id), link=link)
    letters.ask(confirmation, person, organisation, sender=by, part=part, link=link, calendar=text, **how)


def _store(
    confirmation: Confirmation, values: dict[str, Any], *, answered_to: str, noted_by: str | None, by: User | None
) -> None:
    for name, value in values.items():
        setattr(confirmation, name, value)
    confirmation.answered_to, confirmation.answered_at, confirmation.noted_by = answered_to, clock.now(), noted_by
    company, people = confirmation.company.name, confirmation.people
    audit.record(Action.CONFIRMATION_ANSWERED, confirmation.cohort, by=by, company=company, people=people)
