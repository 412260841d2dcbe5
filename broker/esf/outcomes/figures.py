"""What a project has come to beside what was planned: people, hours, money, milestones and indicators."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from broker.companies.models import Company
from broker.esf import aid
from broker.esf.application import Application
from broker.esf.budgets import figures
from broker.esf.budgets.amounts import to_ore
from broker.esf.budgets.arithmetic import compute_budget
from broker.esf.budgets.lines import PARTICIPANTS, BudgetLine, BudgetResult, CoFinancingLine, ProjectPlan
from broker.esf.chain.models import Milestone
from broker.esf.company_size import SizeClass
from broker.esf.models import Contribution, Goal
from broker.esf.outcomes.models import CostMonth, MilestoneResult, ParticipantMonth, ResultState
from broker.reference.queries import words_of
from broker.sentences import Sentence
from broker.swedish import sort_key

_NOTHING = Decimal(0)


@dataclass(frozen=True)
class People:
    """People by sex; of some nobody has recorded it."""

    women: int = 0
    men: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        """Give everybody."""
        return self.women + self.men + self.unknown

    def __add__(self, other: "People") -> "People":
        """Add two counts."""
        return People(self.women + other.women, self.men + other.men, self.unknown + other.unknown)


@dataclass(frozen=True)
class Part:
    """One company in one cohort: the needs that were brought, and the months that have been noted."""

    cohort_id: int
    company: Company
    needs: tuple[Contribution, ...]
    months: tuple[ParticipantMonth, ...]

    @property
    def planned(self) -> People:
        """Give who was to take part."""
        rows = [row for row in self.needs if not row.left_out_reason]
        return sum((People(row.women, row.men, row.unknown_sex) for row in rows), People())

    @property
    def planned_hours(self) -> Decimal:
        """Give the hours that they were to be there together."""
        return Decimal(sum(row.participant_hours for row in self.needs if not row.left_out_reason))

    @property
    def began(self) -> People:
        """Give who has begun."""
        rows = self.months
        return sum((People(row.women_began, row.men_began, row.unknown_began) for row in rows), People())

    @property
    def finished(self) -> People:
        """Give who has finished."""
        rows = self.months
        return sum((People(row.women_finished, row.men_finished, row.unknown_finished) for row in rows), People())

    @property
    def hours(self) -> Decimal:
        """Give the hours that everybody has attended together."""
        return sum((row.hours for row in self.months), _NOTHING)


@dataclass(frozen=True)
class Line:
    """What was planned and what has come of it, for what the name says."""

    name: str
    parts: tuple[Part, ...]

    @property
    def planned(self) -> People:
        """Give who was to take part."""
        return sum((part.planned for part in self.parts), People())

    @property
    def began(self) -> People:
        """Give who has begun."""
        return sum((part.began for part in self.parts), People())

    @property
    def finished(self) -> People:
        """Give who has finished."""
        return sum((part.finished for part in self.parts), People())

    @property
    def planned_hours(self) -> Decimal:
        """Give the hours that were planned."""
        return sum((part.planned_hours for part in self.parts), _NOTHING)

    @property
    def hours(self) -> Decimal:
        """Give the hours that were attended."""
        return sum((part.hours for part in self.parts), _NOTHING)

    @property
    def planned_companies(self) -> int:
        """Give how many companies were to take part."""
        return len({part.company.id for part in self.parts if part.planned.total})

    @property
    def companies(self) -> int:
        """Give how many companies have people who have begun, or hours."""
        return len({part.company.id for part in self.parts if part.began.total or part.hours})


@dataclass(frozen=True)
class CompanyHours:
    """A company's hours: promised in writing, planned, and attended, which alone are co-financing."""

    company: Company
    line: Line
    promised: Decimal | None
    price: Decimal | None

    @property
    def value(self) -> Decimal | None:
        """Give what the attended hours are worth as co-financing, or nothing without a price in the call."""
        return None if self.price is None else to_ore(self.line.hours * self.price)

    @property
    def expected(self) -> Decimal:
        """Give what the company is held to: what it has promised, or else what is planned."""
        return self.line.planned_hours if self.promised is None else self.promised

    @property
    def missing(self) -> Decimal:
        """Give the hours that are still lacking."""
        return max(_NOTHING, self.expected - self.line.hours)


@dataclass(frozen=True)
class Target:
    """A milestone with everything that has been measured, the latest first."""

    goal: Goal
    milestone: Milestone
    results: tuple[MilestoneResult, ...]
    today: date

    @property
    def latest(self) -> MilestoneResult | None:
        """Give what counts."""
        return self.results[0] if self.results else None

    @property
    def is_overdue(self) -> bool:
        """Tell whether its day has passed and nothing says how it went."""
        due_on = self.milestone.due_on
        is_settled = self.latest is not None and self.latest.state is not ResultState.ON_WAY
        return bool(due_on and due_on < self.today and not is_settled)


@dataclass(frozen=True)
class Indicator:
    """A common indicator with what was planned and what has come of it; only those of people have sexes."""

    code: str
    title: Sentence
    count_planned: int | None
    count_reached: int | None
    reached: People | None = None


def parts_of(application: Application, months: Iterable[ParticipantMonth]) -> list[Part]:
    """Give every company in every cohort, also one that has left the project and has taken part before."""
    needs: dict[tuple[int, int], list[Contribution]] = {}
    noted: dict[tuple[int, int], list[ParticipantMonth]] = {}
    for row in application.contributions:
        needs.setdefault((row.cohort_id, row.company_id), []).append(row)
    for month in months:
        noted.setdefault((month.cohort_id, month.company_id), []).append(month)
    return [
        Part(
            key[0],
            (needs.get(key) or noted[key])[0].company,
            tuple(needs.get(key, ())),
            tuple(noted.get(key, ())),
        )
        for key in dict.fromkeys([*needs, *noted])
    ]


def whole(parts: Iterable[Part]) -> Line:
    """Give all of the project as one line."""
    return Line("", tuple(parts))


def by_company(application: Application, parts: Iterable[Part]) -> list[CompanyHours]:
    """Give the hours of every company, in Swedish order."""
    promised = {row.company_id: Decimal(row.hours) for row in application.commitments if row.signed_on}
    price = application.call.prices.get(PARTICIPANTS)
    found: dict[int, list[Part]] = {}
    for part in parts:
        found.setdefault(part.company.id, []).append(part)
    rows = [
        CompanyHours(same[0].company, Line(same[0].company.name, tuple(same)), promised.get(company_id), price)
        for company_id, same in found.items()
    ]
    return sorted(rows, key=lambda row: (row.company.sort_key, row.company.id))


def by_organisation(parts: Iterable[Part], unknown: str) -> list[Line]:
    """Give a line for each organisation that has brought needs: the second level beside the whole project."""
    return _grouped(parts, lambda part: part.needs[0].contributed_by.name if part.needs else unknown)


def by_municipality(parts: Iterable[Part], unknown: str) -> list[Line]:
    """Give a line for each municipality where people take part."""
    return _grouped(parts, lambda part: (part.needs[0].municipality_name if part.needs else "") or unknown)


def by_topic(parts: Iterable[Part], unknown: str) -> list[Line]:
    """Give a line for each topic that is taught."""
    return _grouped(parts, lambda part: part.needs[0].topic_label if part.needs else unknown)


def _grouped(parts: Iterable[Part], name_of: Callable[[Part], str]) -> list[Line]:
    found: dict[str, list[Part]] = {}
    for part in parts:
        found.setdefault(name_of(part), []).append(part)
    return [Line(name, tuple(found[name])) for name in sorted(found, key=sort_key)]


def compute_actual(application: Application, costs: Sequence[CostMonth], parts: Sequence[Part]) -> BudgetResult:
    """Compute what the project has cost and how it is financed by the formulas of its budget.

    Participants' time counts for the hours that were attended and no others. Raises BudgetRefusedError as a budget.
    """
    total = whole(parts)
    plan = ProjectPlan(months=application.project.months, participants=total.began.total, companies=total.companies)
    return compute_budget(
        cost_lines(application, costs),
        [_attended(application, total), *financing_lines(costs)],
        figures.budget_rules(application),
        plan=plan,
    )


def cost_lines(application: Application, costs: Iterable[CostMonth]) -> list[BudgetLine]:
    """Give what the rows of the budget have come to as lines, also those that are no longer in it."""
    prices = application.call.prices
    lines: dict[int, BudgetLine] = {}
    for cost in costs:
        if cost.budget_row is None:
            continue
        row = cost.budget_row
        line = lines.get(row.id) or BudgetLine(
            beneficiary=row.actor.name,
            cost_type=row.cost_type,
            title=row.title,
            unit_cost=prices.get(row.rate_id or ""),
            rate_id=row.rate_id or "",
            persons=row.persons,
            row_id=row.id,
        )
        lines[row.id] = replace(line, hours=_plus(line.hours, cost.hours), amount=_plus(line.amount, cost.amount_kr))
    return list(lines.values())


def financing_lines(costs: Iterable[CostMonth]) -> list[CoFinancingLine]:
    """Give what the rows of the financing have come to as lines, also those that are no longer in it."""
    lines: dict[int, CoFinancingLine] = {}
    for cost in costs:
        if cost.cofinancing_row is None:
            continue
        row = cost.cofinancing_row
        line = lines.get(row.id) or CoFinancingLine(row.kind, row.title, actor=row.given_by, row_id=row.id)
        lines[row.id] = replace(line, amount=_plus(line.amount, cost.amount_kr))
    return list(lines.values())


def _attended(application: Application, total: Line) -> CoFinancingLine:
    price = application.call.prices.get(PARTICIPANTS)
    # The tables of the application are in Swedish, whoever reads them.
    return CoFinancingLine(PARTICIPANTS, "Deltagarnas tid", hours=total.hours, unit_cost=price)


def worth_of(application: Application, cost: CostMonth) -> Decimal | None:
    """Give what a cost came to in kronor: its amount, or its hours at the call's price; nothing without a price."""
    if cost.amount_kr is not None:
        return cost.amount_kr
    price = application.call.prices.get(cost.budget_row.rate_id or "") if cost.budget_row else None
    return None if price is None or cost.hours is None else to_ore(cost.hours * price)


def _plus(so_far: Decimal | None, more: Decimal | None) -> Decimal | None:
    return so_far if more is None else (so_far or _NOTHING) + more


def targets_of(application: Application, results: Sequence[MilestoneResult]) -> list[Target]:
    """Give every milestone of every goal with what has been measured of it."""
    found: dict[int, list[MilestoneResult]] = {}
    for row in sorted(results, key=lambda row: (row.measured_on, row.id), reverse=True):
        found.setdefault(row.milestone_id, []).append(row)
    return [
        Target(goal, milestone, tuple(found.get(milestone.id, ())), application.today)
        for goal in application.goals
        for milestone in goal.milestones
    ]


def indicators_of(application: Application, parts: Sequence[Part]) -> list[Indicator]:
    """Give the common indicators that the project's own rows tell, by the form; SCB derives the others."""
    total = whole(parts)
    found = []
    for row in application.form["indicators"]:
        code, title = row["code"], words_of(row, "title")
        if row["estimated_by"] == "commitment.participants":
            found.append(Indicator(code, title, total.planned.total, total.began.total, total.began))
        elif row["estimated_by"] == "company.count_by_size_class":
            found.append(Indicator(code, title, *_count_small(application, parts)))
    return found


def _count_small(application: Application, parts: Sequence[Part]) -> tuple[int | None, int | None]:
    """Count the companies that are not large, planned and taking part; nothing where a size is not known."""
    sizes = {row.company_id: aid.company_size(row, application).size_class for row in application.commitments}
    counts: list[int | None] = []
    for chosen in (
        {part.company.id for part in parts if part.planned.total},
        {part.company.id for part in parts if part.began.total},
    ):
        known = [sizes.get(company_id) for company_id in chosen]
        counts.append(None if None in known else sum(size is not SizeClass.LARGE for size in known))
    return counts[0], counts[1]
