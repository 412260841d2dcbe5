"""What a plan is worth, in whole points: people reached against costs, travel and compromises."""

from collections import Counter
from dataclasses import dataclass

from broker.needs.bundling.instance import Instance, Need, PlannedCohort, Solution, Weights
from broker.needs.bundling.rules import Rules


@dataclass(frozen=True)
class Score:
    """The points of a plan and the figures behind them."""

    objective: int
    cohorts: int
    participants: int
    needs: int
    companies: int
    participant_kilometres: int
    with_provider: int
    splits: int


def member_points(weights: Weights, need: Need, people: int, *, mode: int, hours: int, distance: int) -> int:
    """Give what it is worth to teach these people of a need in such a course, so far away."""
    points = people * weights.prio_points[need.priority] + weights.need_points
    points -= people * weights.extra_hour_points * (hours - need.hours)
    if 1 << need.preferred_mode != mode:
        points -= weights.mode_points * people
    return points - weights.km_tenths * people * distance // 10


def cohort_cost(weights: Weights, hours: int) -> int:
    """Give what one more cohort costs."""
    return weights.cohort_base + weights.cohort_per_hour * hours


def cohort_points(rules: Rules, cohort: PlannedCohort) -> int:
    """Give what a cohort is worth by itself."""
    instance = rules.instance
    weights = instance.weights
    points = -cohort_cost(weights, cohort.hours)
    for need_id, part in cohort.members:
        need = instance.needs_by_id[need_id]
        points += member_points(
            weights,
            need,
            instance.participants_of(need, part),
            mode=cohort.mode,
            hours=cohort.hours,
            distance=rules.kilometres(need, cohort),
        )
    return points + (weights.provider_points if rules.providers_for(cohort) else 0)


def score(instance: Instance, solution: Solution) -> Score:
    """Give the points of a plan that keeps the rules."""
    rules = Rules(instance)
    needs = instance.needs_by_id
    courses_of: Counter[tuple[int, int]] = Counter()
    travelled = 0
    for cohort in solution.cohorts:
        courses_of.update((company, cohort.area) for company in rules.companies(cohort))
        travelled += sum(
            instance.participants_of(needs[need_id], part) * rules.kilometres(needs[need_id], cohort)
            for need_id, part in cohort.members
        )
    splits = sum(count - 1 for count in courses_of.values())
    points = sum(cohort_points(rules, cohort) for cohort in solution.cohorts)
    return Score(
        objective=points - instance.weights.split_points * splits,
        cohorts=len(solution.cohorts),
        participants=sum(rules.size(cohort) for cohort in solution.cohorts),
        needs=sum(len(cohort.members) for cohort in solution.cohorts),
        companies=len({company for company, _area in courses_of}),
        participant_kilometres=travelled,
        with_provider=sum(1 for cohort in solution.cohorts if rules.providers_for(cohort)),
        splits=splits,
    )
