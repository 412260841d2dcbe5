"""Needs taken into a cohort that is formed: which could join, what hinders the others, and letting one in."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from flask_babel import gettext as _

from broker import audit, clock
from broker.access import organisation_in_scope
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.formatting import say
from broker.needs import planning, queries
from broker.needs.bundling.instance import parts_of
from broker.needs.bundling.rules import Rules
from broker.needs.confirmations.service import ask_anew, may_answer
from broker.needs.joint import queries as joint
from broker.needs.joint import service as joint_service
from broker.needs.models import Cohort, Need
from broker.needs.planning import Calendar, People
from broker.needs.service import take_into
from broker.sentences import N_, Sentence


class JoinRefusedError(RefusedError):
    """The need cannot be taken into the cohort."""


@dataclass(frozen=True)
class Candidate:
    """A part of a need that waits: its people, how far they travel to a cohort, and what hinders it from joining."""

    need: Need
    part: int
    people: People
    kilometres: int | None
    stops: Sequence[Sentence]

    @property
    def count(self) -> int:
        """Give how many people would come."""
        return sum(asdict(self.people).values())


def list_candidates(cohort: Cohort, need_ids: Collection[int] | None = None) -> list[Candidate]:
    """List the waiting needs of a cohort's topic, or those of them with these keys, the nearest that fit first."""
    needs = queries.list_open_needs(need_ids, topic_id=cohort.topic_id)
    taken = {(member.need_id, member.part) for member in queries.list_placed_parts([need.id for need in needs])}
    door = _Door(cohort, needs, clock.today())
    found = [door.candidate(need, part) for need in needs for part in door.parts(need) if (need.id, part) not in taken]
    return sorted(found, key=lambda row: (bool(row.stops), row.kilometres or 0, row.need.id, row.part))


def take_in(cohort: Cohort, need_id: int, part: int, *, by: User) -> Candidate:
    """Take a part of a need into a cohort; refuses it with everything that hinders it, and once the training begins."""
    # Always the cohort first, so that two brokers who take in the last places wait for each other.
    queries.lock_cohort(cohort.id)
    joint_service.hold_group(cohort)
    if not may_answer(cohort):
        raise JoinRefusedError(_("Utbildningen har börjat eller gruppen är upplöst, så ingen mer kan tas in."))
    found = next((row for row in list_candidates(cohort, [need_id]) if row.part == part), None)
    if found is None:
        raise JoinRefusedError(_("Behovet väntar inte längre. Se vilka som gäller nu."))
    if found.stops:
        reasons = " ".join(map(say, found.stops))
        name = found.need.company.name
        raise JoinRefusedError(_("%(company)s kan inte tas in: %(reasons)s", company=name, reasons=reasons))
    company = found.need.company
    is_new = company.id not in {member.need.company_id for member in cohort.members}
    take_into(cohort, found.need, part, found.people, by=by)
    ask_anew(cohort, company.id)
    joint_service.resize_part(cohort, people=found.count, joined=[company.id] if is_new else [], by=by)
    audit.record(Action.COHORT_JOINED, cohort, by=by, company=company.name, people=found.count)
    return found


class _Door:
    """What a cohort demands of those who join it, and the room that is left: by its topic's rules and its offering."""

    def __init__(self, cohort: Cohort, needs: Sequence[Need], today: date) -> None:
        self._cohort, self._calendar, rules = cohort, Calendar(today), queries.cohort_rules(today)
        self._largest = rules.group_of(cohort.topic_id).largest
        places = self._largest if cohort.offering is None else min(self._largest, cohort.offering.capacity)
        self._room = max(0, places - joint.people_taught_with(cohort))
        instance = planning.make_instance(
            needs,
            rules=rules,
            calendar=self._calendar,
            offerings=[],
            venue_codes=queries.venue_codes(organisation_in_scope()),
        )
        self._checker = Rules(instance)

    def parts(self, need: Need) -> range:
        """Give the numbers of the parts that a need is taught in."""
        return range(len(parts_of(need.participants, self._largest)))

    def candidate(self, need: Need, part: int) -> Candidate:
        """Give a part of a need with everything that hinders it."""
        cohort, wanted = self._cohort, self._checker.instance.needs_by_id[need.id]
        planned = planning.to_planned(planning.plan_of(cohort, ((need.id, part),)), self._calendar)
        failures = self._checker.failures(wanted, planned)
        # The sessions may lie otherwise than weeks in a row, so the days themselves decide.
        failures.pop("window", None)
        people = planning.people_of_part(need, part, self._largest)
        far = None if cohort.municipality_code is None else self._checker.kilometres(wanted, planned)
        stops = [*failures.values(), *self._days(need), *self._places(people)]
        return Candidate(need, part, people, far, stops)

    def _days(self, need: Need) -> Iterator[Sentence]:
        _topic, earliest_on, latest_on = need.settled
        if self._cohort.starts_on < earliest_on or self._cohort.ends_on > latest_on:
            yield Sentence(N_("Perioden överlappar inte."))

    def _places(self, people: People) -> Iterator[Sentence]:
        count = sum(asdict(people).values())
        if not self._room:
            yield Sentence(N_("Gruppen är full."))
        elif count > self._room:
            values = {"people": count, "room": self._room}
            yield Sentence(N_("Företaget har %(people)s, gruppen har plats för %(room)s till."), values)
