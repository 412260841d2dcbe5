"""What is noted once a training is over: how many hours each company's people were there, and which needs it met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import flag_modified

from broker import audit, clock
from broker.accounts.models import User
from broker.actions import Action
from broker.companies.models import Company
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import day
from broker.needs import queries as needs
from broker.needs.confirmations.queries import list_parts
from broker.needs.courses import queries
from broker.needs.courses.models import Attendance
from broker.needs.models import Cohort, CohortStatus, Need
from broker.needs.service import withdraw_need
from broker.needs.states import meet_need

_HOUR = 60
# No rule has a source for this: it stops a figure too many, never a group that grew.
_TIMES_PLACES = 2
# A sex as the columns name it: people, and the minutes that they were there.
SEXES = (("women", "women_minutes"), ("men", "men_minutes"), ("unknown_sex", "unknown_minutes"))


class DeliveryRefusedError(RefusedError):
    """The training has not begun, or is not over."""


class Result(StrEnum):
    """What became of a need."""

    MET = "met"
    NOT_MET = "not_met"
    LATER = "later"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _RESULT_LABELS[self]


_RESULT_LABELS = {
    Result.MET: _l("Tillgodosett"),
    Result.NOT_MET: _l("Inte tillgodosett"),
    Result.LATER: _l("Vet inte än"),
}


@dataclass(frozen=True)
class Count:
    """How many of a sex took part, and the hours that they missed together."""

    people: int
    missed: Decimal = Decimal(0)

    def minutes(self, course_minutes: int) -> int:
        """Give the minutes that they were there together; negative when they missed more than there was."""
        return self.people * course_minutes - round(self.missed * _HOUR)


@dataclass(frozen=True)
class Came:
    """Who came from one company, by the columns of a sex, beside how many were planned; `noted` is what is noted."""

    company: Company
    counts: Mapping[str, Count]
    planned: int
    noted: int | None = None

    @property
    def people(self) -> int:
        """Give how many came."""
        return sum(count.people for count in self.counts.values())

    @property
    def is_more_than_known(self) -> bool:
        """Tell whether more came than anybody has planned or noted: it happens, and so do slips of the keys."""
        return self.people > max(self.planned, self.noted or 0)


def course_minutes(cohort: Cohort) -> int:
    """Give how long the training was for who missed nothing: its sessions, or its hours if no session is noted."""
    return queries.minutes_of(queries.list_sessions(cohort.id)) or cohort.hours * _HOUR


def list_attendance(cohort_id: int) -> list[Attendance]:
    """List who came from each company."""
    query = select(Attendance).options(joinedload(Attendance.company)).where(Attendance.cohort_id == cohort_id)
    return sorted(db.session.scalars(query), key=lambda row: (row.company.sort_key, row.company.id))


def expected(cohort: Cohort) -> list[Came]:
    """Give who came as far as it is known: what is noted, or else everybody who was planned, missing nothing."""
    minutes = course_minutes(cohort)
    noted = {row.company_id: _noted(row, minutes) for row in list_attendance(cohort.id)}
    found = []
    for company in dict.fromkeys(member.need.company for member in cohort.members):
        members = [member for member in cohort.members if member.need.company_id == company.id]
        planned = {name: Count(sum(getattr(row, name) for row in members)) for name, _minutes in SEXES}
        people = sum(count.people for count in planned.values())
        row = Came(company, planned, people)
        if counts := noted.get(company.id):
            row = Came(company, counts, people, noted=sum(count.people for count in counts.values()))
        found.append(row)
    return sorted(found, key=lambda row: (row.company.sort_key, row.company.id))


def most_people(cohort: Cohort) -> int:
    """Give how many can have come to a cohort at most: twice its places, or as many as its companies have said."""
    places = max(needs.cohort_rules(clock.today()).group_of(cohort.topic_id).largest, cohort.participants)
    answers = [part.confirmation for part in list_parts(cohort) if part.confirmation]
    return max(_TIMES_PLACES * places, sum(answer.people for answer in answers))


def needs_to_judge(cohort: Cohort) -> list[Need]:
    """List the needs of a cohort of which nobody has said whether the training met them.

    A large need of which another part waits to be taught in another cohort is judged there.
    """
    elsewhere = judged_elsewhere(cohort)
    return [need for need in _in_delivery(cohort) if need not in elsewhere]


def judged_elsewhere(cohort: Cohort) -> list[Need]:
    """List the needs of a cohort of which another part has yet to be taught, in another cohort."""
    own = _in_delivery(cohort)
    parts = needs.list_placed_parts([need.id for need in own])
    left = {part.need_id for part in parts if part.cohort_id != cohort.id and part.cohort.is_formed}
    return [need for need in own if need.id in left]


def deliver(
    cohort: Cohort, came: Sequence[Came], results: Mapping[int, tuple[Result, str | None]], *, by: User
) -> None:
    """Note who came and which needs were met: the cohort is delivered.

    May be done again to mend it. Refuses a training that has not begun or is not over, more people than can have come,
    and more missed than there was.
    """
    needs.lock_cohort(cohort.id)
    _check_over(cohort)
    _check_possible(cohort, came)
    _note(cohort, came, by)
    for need in needs_to_judge(cohort):
        result, why = results.get(need.id, (Result.LATER, None))
        if result is Result.MET:
            meet_need(need, by=by)
        elif result is Result.NOT_MET:
            withdraw_need(need, reason=why or "", by=by)
    if cohort.is_formed:
        cohort.status, cohort.delivered_on = CohortStatus.DELIVERED, clock.today()
        audit.record(Action.COHORT_DELIVERED, cohort, by=by)


def _in_delivery(cohort: Cohort) -> list[Need]:
    return [need for need in dict.fromkeys(member.need for member in cohort.members) if need.is_in_delivery]


def _check_over(cohort: Cohort) -> None:
    if not cohort.has_begun or not (cohort.is_formed or cohort.is_delivered):
        raise DeliveryRefusedError(_("Säg först på gruppens sida att utbildningen har börjat."))
    if clock.today() < cohort.ends_on:
        raise DeliveryRefusedError(_("Utbildningen slutar %(day)s. Kom tillbaka då.", day=day(cohort.ends_on)))


def _check_possible(cohort: Cohort, came: Sequence[Came]) -> None:
    numbers = {"people": sum(row.people for row in came), "most": most_people(cohort)}
    if numbers["people"] > numbers["most"]:
        text = _("%(people)s kan inte ha kommit: gruppen kan ha högst %(most)s. Rätta antalen.", **numbers)
        raise DeliveryRefusedError(text)


def _note(cohort: Cohort, came: Sequence[Came], by: User) -> None:
    length = course_minutes(cohort)
    known = {row.company_id: row for row in list_attendance(cohort.id)}
    is_changed = False
    for row in came:
        minutes = {name: count.minutes(length) for name, count in row.counts.items()}
        if min(minutes.values()) < 0:
            text = _("%(company)s: mer frånvaro än det fanns timmar. Rätta timmarna.", company=row.company.name)
            raise DeliveryRefusedError(text)
        values = {name: row.counts[name].people for name, _minutes in SEXES}
        values |= {column: minutes[name] for name, column in SEXES}
        attendance = known.get(row.company.id)
        if attendance is None:
            db.session.add(Attendance(cohort_id=cohort.id, company_id=row.company.id, **values))
            is_changed = True
        elif audit.changes(attendance, values):
            is_changed = True
            for name, value in values.items():
                setattr(attendance, name, value)
    if is_changed:
        # The form is of the cohort, so who mends the same hours at the same time is told by its version.
        flag_modified(cohort, "status")
        people = sum(row.people for row in came)
        audit.record(Action.ATTENDANCE_RECORDED, cohort, by=by, people=people)


def _noted(row: Attendance, minutes: int) -> dict[str, Count]:
    found = {}
    for name, column in SEXES:
        people = getattr(row, name)
        # When sessions were changed afterwards, what was noted may be more than there is now.
        missed = max(0, people * minutes - getattr(row, column))
        found[name] = Count(people, round(Decimal(missed) / _HOUR, 2))
    return found
