"""What the engine proposes for the open needs, with why, who travels and who can teach; and what is left over."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from broker import clock, database, idempotency, jobs
from broker.access import Permission, organisation_in_scope
from broker.accounts import queries as accounts
from broker.audit import Person
from broker.extensions import db
from broker.needs import planning, queries
from broker.needs.bundling.effort import Effort
from broker.needs.bundling.engine import solve
from broker.needs.bundling.explain import why_together
from broker.needs.bundling.instance import Instance, Solution
from broker.needs.bundling.objective import score
from broker.needs.bundling.rules import Rules
from broker.needs.cohorts.travellers import Named, Traveller, Waiting, travellers, waiting_of
from broker.needs.models import Need
from broker.needs.planning import Calendar, CohortPlan
from broker.needs.queries import UsableOffering
from broker.sentences import N_, Sentence

# Up to so many needs a plan takes less than a second; more is a job.
MOST_LIVE_NEEDS = 200
# A job has processes of its own for its topics, so that the pages of the process that it runs in stay quick. They are
# no more than this process may use cores, and few, for other jobs may run beside it.
WORKERS = min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
PAGE = 25
JOB = "propose_cohorts"


@dataclass(frozen=True)
class Card(Named):
    """A proposed cohort as a page shows it."""

    plan: CohortPlan
    ends_on: date
    travellers: list[Traveller[Need]]
    reasons: list[Sentence]
    offerings: list[UsableOffering]
    token: str

    @property
    def women(self) -> int:
        """Give how many women take part."""
        return sum(traveller.women for traveller in self.travellers)

    @property
    def men(self) -> int:
        """Give how many men take part."""
        return sum(traveller.men for traveller in self.travellers)

    @property
    def unknown_sex(self) -> int:
        """Give how many take part of whom nobody has recorded the sex."""
        return sum(traveller.unknown_sex for traveller in self.travellers)

    @property
    def companies(self) -> int:
        """Give how many companies take part."""
        return len({traveller.need.company_id for traveller in self.travellers})


@dataclass(frozen=True)
class Board:
    """A page of proposals, with the first of what is left over."""

    cards: list[Card]
    count: int
    waiting: list[Waiting[Need]]
    waiting_count: int
    is_complete: bool
    nearness: int | None


class Proposals:
    """The open needs of the organisation in scope, ready for the engine."""

    def __init__(self, today: date) -> None:
        self.calendar, self.rules = Calendar(today), queries.cohort_rules(today)
        self.needs = {need.id: need for need in queries.list_open_needs()}
        self.offerings = queries.list_usable_offerings(today)
        self._placed = queries.list_placed_parts(self.needs) if self.needs else []

    @cached_property
    def instance(self) -> Instance:
        """Give the engine's instance."""
        organisation = accounts.get_organisation(organisation_in_scope())
        return planning.make_instance(
            list(self.needs.values()),
            rules=self.rules,
            calendar=self.calendar,
            offerings=[(row.offering, row.usable_until) for row in self.offerings],
            venue_codes={*organisation.municipality_codes, *(need.municipality_code for need in self.needs.values())},
            placed=self._placed,
        )

    def calculate(self) -> dict[str, Any]:
        """Give the proposals and the reasons of the left-over, quickly enough for a page."""
        return calculate(self.instance, self.calendar, Effort.QUICK)

    def board(
        self, calculated: Mapping[str, Any], page: int = 1, *, waiting_most: int = PAGE, topic_id: str | None = None
    ) -> Board:
        """Give one page of what was calculated, of one topic or all, without cohorts whose needs have been taken."""
        plans = [CohortPlan.from_text(text) for text in calculated["cohorts"]]
        taken = {(member.need_id, member.part) for member in self._placed}
        current = [
            plan
            for plan in plans
            if {need_id for need_id, _part in plan.members} <= self.needs.keys()
            and not taken & set(plan.members)
            and topic_id in (None, plan.topic_id)
        ]
        waiting = [
            row
            for row in calculated["waiting"]
            if row["need"] in self.needs and topic_id in (None, self.needs[row["need"]].topic_id)
        ]
        checker = Rules(self.instance)
        return Board(
            cards=[self.card(checker, plan) for plan in current[(page - 1) * PAGE : page * PAGE]],
            count=len(current),
            waiting=waiting_of(waiting, self.needs, waiting_most),
            waiting_count=len(waiting),
            is_complete=calculated["is_complete"],
            nearness=_nearness(calculated),
        )

    def card(self, checker: Rules, plan: CohortPlan) -> Card:
        """Give a planned cohort as a page shows it."""
        planned = planning.to_planned(plan, self.calendar)
        ends_on = self.calendar.last_day(planned.start, planned.weeks)
        providers = {offering.provider for offering in checker.providers_for(planned)}
        people = checker.size(planned)
        # The engine knows the end of what a provider gives; when it begins and the smallest group are looked at here.
        offerings = {
            row.offering.provider_id: row
            for row in self.offerings
            if row.offering.topic_id == plan.topic_id
            and row.offering.provider_id in providers
            and row.offering.smallest_group <= people
            and row.offering.is_given(plan.starts_on, ends_on)
        }
        return Card(
            plan=plan,
            ends_on=ends_on,
            travellers=travellers(checker, planned, plan, self.needs, self.rules.group_of(plan.topic_id).largest),
            reasons=why_together(checker, planned),
            offerings=list(offerings.values()),
            token=idempotency.new_token(),
        )


def calculate(
    instance: Instance, calendar: Calendar, effort: Effort = Effort.NORMAL, *, workers: int = 1
) -> dict[str, Any]:
    """Give the proposals and the reasons of the left-over, as plain data that a job can keep; reads no database."""
    solution = solve(instance, effort=effort, workers=workers)
    # What is placed already is no part of the proposals.
    placed = score(instance, Solution(instance.locked)).objective
    plans = sorted(
        solution.cohorts[len(instance.locked) :],
        key=lambda planned: (-len(planned.members), planned.start, planned.members),
    )
    return {
        "cohorts": [planning.to_plan(planned, calendar).as_text() for planned in plans],
        "waiting": _left_over(instance, solution),
        "is_complete": solution.is_complete,
        "value": solution.value - placed,
        "bound": solution.bound - placed,
    }


def _nearness(calculated: Mapping[str, Any]) -> int | None:
    """Give how many per cent of what is possible the plan is worth at least; not for a plan of an earlier kind."""
    value, bound = calculated.get("value", 0), calculated.get("bound", 0)
    return value * 100 // bound if bound > 0 else None


def _left_over(instance: Instance, solution: Solution) -> list[dict[str, Any]]:
    # Only who plans pays for loading the arrays.
    from broker.needs.bundling.leftovers import leftovers  # noqa: PLC0415

    return [
        {
            "need": row.need.id,
            "people": row.people,
            "stop": row.stop.as_stored(),
            "helps": [sentence.as_stored() for sentence in row.helps],
        }
        for row in leftovers(Rules(instance), solution)
    ]


def find_calculated(user_id: int) -> jobs.Job | None:
    """Give the person's latest job that calculated proposals, if there is one."""
    done = (job for job in jobs.list_jobs(user_id) if job.kind == JOB and job.state is jobs.JobState.DONE)
    return next(done, None)


def add_job(*, by: Person) -> jobs.Job:
    """Add the job that calculates the proposals."""
    return jobs.add_job(JOB, Sentence(N_("Förslag till utbildningsgrupper")), {}, by=by)


@jobs.handles(JOB, Permission.BUNDLE, "cohorts.propose")
def _calculate(progress: jobs.Progress, owner_id: int) -> dict[str, Any]:
    # The check of the owner's rights has begun a transaction that locks SQLite for everybody else who writes.
    db.session.rollback()
    with database.writing(False):
        proposals = Proposals(clock.today())
        instance, calendar = proposals.instance, proposals.calendar
        # From here on only plain data is used: nobody waits for the solving, and no row is read again.
        db.session.rollback()
    progress(0, len(instance.needs))
    return {**calculate(instance, calendar, workers=WORKERS), "page": "/behov/paketering"}
