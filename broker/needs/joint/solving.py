"""What the engine proposes for the needs of a plan: at once where that is quick, and by a job where it is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from broker import clock, database, idempotency, jobs
from broker.access import Permission
from broker.accounts.models import Organisation
from broker.audit import Person
from broker.extensions import db
from broker.needs import planning
from broker.needs import queries as needs_queries
from broker.needs.bundling.effort import Effort
from broker.needs.bundling.explain import why_together
from broker.needs.bundling.instance import Instance, PlannedCohort, parts_of
from broker.needs.bundling.rules import Rules
from broker.needs.cohorts.proposals import MOST_LIVE_NEEDS, PAGE, WORKERS, calculate
from broker.needs.cohorts.travellers import Named, Traveller, Waiting, travellers, waiting_of
from broker.needs.joint import queries
from broker.needs.joint.models import JointGroup, JointGroupNeed, JointNeed, JointPlan
from broker.needs.planning import Calendar, CohortPlan
from broker.sentences import N_, Sentence

JOB = "propose_joint_groups"


@dataclass(frozen=True)
class Card(Named):
    """A proposed group as a page shows it."""

    plan: CohortPlan
    ends_on: date
    travellers: list[Traveller[JointNeed]]
    companies: int
    reasons: list[Sentence]
    teachers: int
    token: str

    @property
    def organisations(self) -> list[Organisation]:
        """List those with needs in the group, the one with most people first."""
        people: dict[int, int] = {}
        for row in self.travellers:
            people[row.need.organisation_id] = people.get(row.need.organisation_id, 0) + row.people
        found = {row.need.organisation_id: row.need.organisation for row in self.travellers}
        return sorted(found.values(), key=lambda row: (-people[row.id], row.sort_key))


@dataclass(frozen=True)
class Board:
    """A page of proposals, with the first of what is left over."""

    cards: list[Card]
    count: int
    waiting: list[Waiting[JointNeed]]
    waiting_count: int


class Proposals:
    """The needs that wait in a plan, ready for the engine, with the vetted providers of the organisation in scope."""

    def __init__(self, plan_id: int, today: date) -> None:
        self.plan, self.members = queries.open_plan(plan_id)
        self.calendar, self.rules = Calendar(today), needs_queries.cohort_rules(today)
        self.needs = {need.id: need for need in queries.list_waiting(self.plan)}
        self._offerings = needs_queries.list_usable_offerings(today)
        self._taken = [row for row in queries.list_taken_parts(self.plan) if row.need_id in self.needs]

    @cached_property
    def instance(self) -> Instance:
        """Give the engine's instance; companies are numbered, for nobody here knows the keys of all of them."""
        # In the order of their needs: the tokens follow a secret, and a plan is to follow nothing but the needs.
        tokens = dict.fromkeys(need.company_token or "" for _key, need in sorted(self.needs.items()))
        number = {token: place for place, token in enumerate(tokens)}
        own = {code for member in self.members for code in member.municipality_codes}
        instance = planning.make_instance(
            list(self.needs.values()),
            rules=self.rules,
            calendar=self.calendar,
            offerings=[(row.offering, row.usable_until) for row in self._offerings],
            venue_codes=own | {need.municipality_code for need in self.needs.values()},
            company_of=lambda need: number[need.company_token or ""],
        )
        return replace(instance, locked=tuple(self._locked(row) for row in self._taken))

    @cached_property
    def checker(self) -> Rules:
        """Give the rules for the instance."""
        return Rules(self.instance)

    @property
    def taken(self) -> set[tuple[int, int]]:
        """Give the parts of needs that sit in groups."""
        return {(row.need_id, row.part) for row in self._taken}

    @property
    def possible(self) -> set[tuple[int, int]]:
        """Give the parts of needs that can be placed."""
        parts = {
            (need.id, part)
            for need in self.needs.values()
            for part in range(len(parts_of(need.participants, self._largest(need.topic_id))))
        }
        return parts - self.taken

    def work_out(self) -> dict[str, Any]:
        """Give the proposals and the reasons of the left-over as plain data, while others may write."""
        instance, calendar = self.instance, self.calendar
        # Only reads have been made: the commit lets go of the database and, unlike a rollback, forgets nothing.
        db.session.commit()
        return calculate(instance, calendar, Effort.QUICK)

    def board(self, calculated: Mapping[str, Any], page: int = 1, *, waiting_most: int = PAGE) -> Board:
        """Give one page of what was calculated, without groups whose needs are taken and those of one organisation."""
        plans = [CohortPlan.from_text(text) for text in calculated["cohorts"]]
        possible = self.possible
        current = [plan for plan in plans if set(plan.members) <= possible and self._is_joint(plan)]
        waiting = [row for row in calculated["waiting"] if row["need"] in self.needs]
        return Board(
            cards=[self.card(plan) for plan in current[(page - 1) * PAGE : page * PAGE]],
            count=len(current),
            waiting=waiting_of(waiting, self.needs, waiting_most),
            waiting_count=len(waiting),
        )

    def card(self, plan: CohortPlan) -> Card:
        """Give a planned group as a page shows it."""
        planned = planning.to_planned(plan, self.calendar)
        return Card(
            plan=plan,
            ends_on=self.calendar.last_day(planned.start, planned.weeks),
            travellers=self.travellers(plan, planned),
            companies=len(self.checker.companies(planned)),
            reasons=why_together(self.checker, planned),
            teachers=len({offering.provider for offering in self.checker.providers_for(planned)}),
            token=idempotency.new_token(),
        )

    def travellers(self, plan: CohortPlan, planned: PlannedCohort) -> list[Traveller[JointNeed]]:
        """Give who comes from where, the nearest first."""
        return travellers(self.checker, planned, plan, self.needs, self._largest(plan.topic_id))

    def _is_joint(self, plan: CohortPlan) -> bool:
        return len({self.needs[need_id].organisation_id for need_id, _part in plan.members}) > 1

    def _largest(self, topic_id: str) -> int:
        return self.rules.group_of(topic_id).largest

    def _locked(self, member: JointGroupNeed) -> PlannedCohort:
        return planning.to_planned(plan_of(member.group, [member]), self.calendar)


def plan_of(group: JointGroup, members: Sequence[JointGroupNeed]) -> CohortPlan:
    """Give a stored group, or some of its members, as a plan."""
    return CohortPlan(
        topic_id=group.topic_id,
        level=group.level,
        language=group.language,
        mode=group.mode,
        hours=group.hours,
        municipality_code=group.municipality_code,
        starts_on=group.starts_on,
        members=tuple((member.need_id, member.part) for member in members),
    )


def is_quick(proposals: Proposals) -> bool:
    """Tell whether a page may wait for the proposals."""
    return len(proposals.needs) <= MOST_LIVE_NEEDS


def find_calculated(plan: JointPlan, user_id: int) -> jobs.Job | None:
    """Give the person's latest job that calculated the proposals of a plan, if there is one."""
    done = (row for row in jobs.list_jobs(user_id) if row.kind == JOB and row.state is jobs.JobState.DONE)
    return next((row for row in done if row.arguments["plan_id"] == plan.id), None)


def add_job(plan: JointPlan, *, by: Person) -> jobs.Job:
    """Add the job that calculates the proposals of a plan."""
    title = Sentence(N_("Förslag till gemensamma grupper i %(name)s"), {"name": plan.name})
    return jobs.add_job(JOB, title, {"plan_id": plan.id}, by=by)


@jobs.handles(JOB, Permission.BUNDLE, "joint.index")
def _calculate(progress: jobs.Progress, owner_id: int, *, plan_id: int) -> dict[str, Any]:
    # The check of the owner's rights has begun a transaction that locks SQLite for everybody else who writes.
    db.session.rollback()
    with database.writing(False):
        proposals = Proposals(plan_id, clock.today())
        instance, calendar = proposals.instance, proposals.calendar
        db.session.rollback()
    progress(0, len(instance.needs))
    worked_out = calculate(instance, calendar, workers=WORKERS)
    return {**worked_out, "page": f"/behov/samplanering/{plan_id}/forslag"}
