"""A granted project on one day: the application, the decision, and everything that has been noted since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import joinedload

from broker import clock
from broker.errors import NotFoundError
from broker.esf import queries as esf
from broker.esf.application import Application
from broker.esf.budgets.arithmetic import BudgetRefusedError
from broker.esf.budgets.lines import BudgetResult
from broker.esf.grants import queries as grants
from broker.esf.grants.models import ChangeRequest, Deviation, Evidence, GrantDecision
from broker.esf.grants.rules import GrantRules, grant_rules
from broker.esf.outcomes import figures, queries
from broker.esf.outcomes.figures import Line, Part, Target
from broker.esf.outcomes.models import CostMonth, MilestoneResult, ParticipantMonth, PeriodReport
from broker.esf.together import read_together

# What is noted of a granted project, and what is read along with it.
_KINDS = (GrantDecision, ParticipantMonth, CostMonth, MilestoneResult, Deviation, ChangeRequest, Evidence, PeriodReport)
_WITH_KINDS = (joinedload(ParticipantMonth.company), *queries.WITH_ROWS)


@dataclass(frozen=True)
class Situation:
    """Everything that is known of a granted project on one day."""

    application: Application
    grant: GrantDecision | None
    rules: GrantRules
    months: Sequence[ParticipantMonth]
    costs: Sequence[CostMonth]
    results: Sequence[MilestoneResult]
    deviations: Sequence[Deviation]
    changes: Sequence[ChangeRequest]
    evidence: Sequence[Evidence]
    reports: Sequence[PeriodReport]

    @property
    def is_granted(self) -> bool:
        """Tell whether the project has support."""
        return self.grant is not None and self.grant.is_granted

    @property
    def decision(self) -> GrantDecision:
        """Give the decision of a project that has support, or raise NotFoundError."""
        if self.grant is None or not self.grant.is_granted:
            raise NotFoundError
        return self.grant

    @property
    def noted_months(self) -> set[date]:
        """Give the months of which something is noted, also any that the project's days have left outside since."""
        return {row.month for row in self.months} | {row.month for row in self.costs}

    def until(self, last: date) -> "Figures":
        """Give the figures of all months up to a day."""
        return self.between(date.min, last)

    def between(self, first: date, last: date) -> "Figures":
        """Give the figures of every month from that of one day to that of another, whole also where a day is within."""
        begins_on = first.replace(day=1)
        months = [row for row in self.months if begins_on <= row.month <= last]
        costs = [row for row in self.costs if begins_on <= row.month <= last]
        parts = figures.parts_of(self.application, months)
        return Figures(parts, _computed(self.application, costs, parts))

    def targets(self, last: date) -> list[Target]:
        """Give the milestones with what had been measured on a day."""
        known = [row for row in self.results if row.measured_on <= last]
        return figures.targets_of(self.application, known)


@dataclass(frozen=True)
class Figures:
    """Who took part and what it came to; a budget that cannot be computed has no sums."""

    parts: Sequence[Part]
    money: BudgetResult | None

    @property
    def whole(self) -> Line:
        """Give everybody as one line."""
        return figures.whole(self.parts)

    @property
    def in_kind_share(self) -> Decimal | None:
        """Give which share of the total cost is in kind, with the participants' time; nothing without a cost."""
        money = self.money
        return money.in_kind / money.total_cost if money and money.total_cost else None


def _computed(application: Application, costs: Sequence[CostMonth], parts: Sequence[Part]) -> BudgetResult | None:
    try:
        return figures.compute_actual(application, costs, parts)
    except BudgetRefusedError:
        return None


def load_situation(project_id: int) -> Situation:
    """Give a project with what has been noted since it was granted, or raise NotFoundError; one without support too."""
    application = esf.load_application(project_id)
    rows = read_together([application.project], _KINDS, *_WITH_KINDS)
    decisions, months, costs, results, deviations, changes, evidence, reports = rows
    return Situation(
        application=application,
        grant=next(iter(decisions), None),
        rules=grant_rules(clock.today()),
        months=months,
        costs=costs,
        results=results,
        deviations=grants.open_first(deviations),
        changes=list(reversed(changes)),
        evidence=evidence,
        reports=list(reversed(reports)),
    )
