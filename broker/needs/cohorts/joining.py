"""Needs taken into a cohort that is formed: which could join, what hinders the others, and letting one in."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from flask_babel import gettext as _

from broker import audit, clock
from broker.access import organisation_in_scope
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.formatting import in_swedish, say
from broker.needs import planning, queries
from broker.needs.bundling.instance import Instance, parts_of
from broker.needs.bundling.rules import Rules
from broker.needs.confirmations.service import may_answer
from broker.needs.courses.queries import lock
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


def is_open(cohort: Cohort) -> bool:
    """Tell whether needs may still be taken into a cohort: until the first day of the training."""
    return may_answer(cohort)


def list_candidates(cohort: Cohort) -> list[Candidate]:
    """List the waiting needs of a cohort's topic, those that fit first and the nearest of them first."""
    today = clock.today()
    needs = queries.list_open_needs(topic_id=cohort.topic_id)
    taken = {(member.need_id, member.part) for member in queries.list_placed_parts([need.id for need in needs])}
    largest = queries.cohort_rules(today).group_of(cohort.topic_id).largest
    room, checker = _room(cohort, largest), Rules(_instance(needs, today))
    found = []
    for need in needs:
        for part in range(len(parts_of(need.participants, largest))):
            if (need.id, part) not in taken:
                people = planning.people_of_part(need, part, largest)
                found.append(_candidate(cohort, need, part, people, room, checker, Calendar(today)))
    return sorted(found, key=lambda row: (bool(row.stops), row.kilometres or 0, row.need.id, row.part))


def take_in(cohort: Cohort, need_id: int, part: int, *, by: User) -> Candidate:
    """Take a part of a need into a cohort; refuses it with everything that hinders it, and once the training begins."""
    # Always the cohort first, so that two brokers who take in the last places wait for each other.
    lock(cohort)
    if not is_open(cohort):
        raise JoinRefusedError(_("Utbildningen har börjat eller gruppen är upplöst, så ingen mer kan tas in."))
    found = next((row for row in list_candidates(cohort) if (row.need.id, row.part) == (need_id, part)), None)
    if found is None:
        raise JoinRefusedError(_("Behovet väntar inte längre. Se vilka som gäller nu."))
    if found.stops:
        reasons = " ".join(map(say, found.stops))
        raise JoinRefusedError(_("%(company)s kan inte tas in: %(reasons)s", company=_name(found), reasons=reasons))
    is_new = found.need.company_id not in {member.need.company_id for member in cohort.members}
    take_into(cohort, found.need, part, found.people, by=by)
    joint_service.resize_part(cohort, people=found.count, companies=int(is_new))
    with in_swedish():
        company = _name(found)
    audit.record(Action.COHORT_JOINED, cohort, by=by, company=company, people=found.count)
    return found


def _name(found: Candidate) -> str:
    return str(found.need.company.name)


def _instance(needs: Sequence[Need], today: date) -> Instance:
    return planning.make_instance(
        needs,
        rules=queries.cohort_rules(today),
        calendar=Calendar(today),
        offerings=[],
        venue_codes=queries.venue_codes(organisation_in_scope()),
    )


def _room(cohort: Cohort, largest: int) -> int:
    """Give how many more the cohort can have: by the rules of its topic, and by the offering that was chosen."""
    places = largest if cohort.offering is None else min(largest, cohort.offering.capacity)
    return max(0, places - joint.people_taught_with(cohort))


def _candidate(
    cohort: Cohort, need: Need, part: int, people: People, room: int, checker: Rules, calendar: Calendar
) -> Candidate:
    planned = planning.to_planned(planning.plan_of(cohort, ((need.id, part),)), calendar)
    wanted = checker.instance.needs_by_id[need.id]
    failures = checker.failures(wanted, planned)
    # The sessions may lie otherwise than weeks in a row, so the days themselves decide.
    failures.pop("window", None)
    stops = list(failures.values())
    _topic, earliest_on, latest_on = need.settled
    if cohort.starts_on < earliest_on or cohort.ends_on > latest_on:
        stops.append(Sentence(N_("Perioden överlappar inte.")))
    count = sum(asdict(people).values())
    if count > room:
        values = {"people": count, "room": room}
        stops.append(Sentence(N_("Företaget har %(people)s, gruppen har plats för %(room)s till."), values))
    far = None if cohort.municipality_code is None else checker.kilometres(wanted, planned)
    return Candidate(need, part, people, far, stops)
