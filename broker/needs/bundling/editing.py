"""What an edit of a plan by hand does: rules that it breaks, points that it gains or loses, and who could join."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from broker.needs.bundling.instance import Need, PlannedCohort, Solution
from broker.needs.bundling.objective import cohort_points
from broker.needs.bundling.rules import Rules
from broker.sentences import N_, Sentence


@dataclass(frozen=True)
class Judged:
    """What is wrong with each cohort as edited, and how many points the plan gains by the edit, or loses."""

    failures: tuple[tuple[Sentence, ...], ...]
    change: int

    @property
    def is_allowed(self) -> bool:
        """Tell whether every cohort keeps the rules."""
        return not any(self.failures)


@dataclass(frozen=True)
class Candidate:
    """A part of a need that has a seat in a cohort: at once with a change in points, or when one rule is relaxed."""

    need: Need
    part: int
    people: int
    rule: str | None
    hinder: Sentence | None
    change: int | None


class Editing:
    """A plan under edit; making one costs little, and each question takes milliseconds."""

    def __init__(self, rules: Rules, cohorts: Iterable[PlannedCohort]) -> None:
        self._rules = rules
        self._where = {pair: cohort for cohort in cohorts for pair in cohort.members}
        self._courses = Counter(
            (company, cohort.area) for cohort in set(self._where.values()) for company in rules.companies(cohort)
        )

    def evaluate(self, before: Sequence[PlannedCohort], after: Sequence[PlannedCohort]) -> Judged:
        """Judge that cohorts of the plan, `before`, make way for those of `after`.

        A need that moves between two cohorts is one edit of both; a cohort that is dissolved has nothing after it.
        """
        elsewhere = self._where.keys() - {pair for cohort in before for pair in cohort.members}
        failures = []
        seen: set[tuple[int, int]] = set()
        for cohort in after:
            twice = [pair for pair in cohort.members if pair in seen or pair in elsewhere]
            seen |= set(cohort.members)
            told = [Sentence(N_("Behov %(need)s finns i två grupper."), {"need": need_id}) for need_id, _part in twice]
            failures.append((*told, *self._rules.plan_failures(Solution((cohort,)))))
        is_known = all(need_id in self._rules.instance.needs_by_id for need_id, _part in seen)
        return Judged(tuple(failures), self._change(before, after) if is_known else 0)

    def candidates(self, cohort: PlannedCohort) -> list[Candidate]:
        """Give the parts of needs in no cohort that fit in the free seats, or would with one rule relaxed."""
        rules, found = self._rules, []
        free = rules.instance.areas[cohort.area].largest - rules.size(cohort)
        for need in rules.instance.needs:
            if need.area != cohort.area or not rules.gets_on(need, cohort):
                continue
            hinders = rules.failures(need, cohort)
            for part, people in enumerate(rules.instance.sizes_of(need)):
                if len(hinders) > 1 or people > free or (need.id, part) in self._where:
                    continue
                rule, hinder = next(iter(hinders.items()), (None, None))
                joined = replace(cohort, members=tuple(sorted((*cohort.members, (need.id, part)))))
                change = None if rule else self._change([cohort], [joined])
                found.append(Candidate(need, part, people, rule, hinder, change))
        return sorted(found, key=lambda row: (row.rule is not None, -(row.change or 0), row.need.id, row.part))

    def _change(self, before: Sequence[PlannedCohort], after: Sequence[PlannedCohort]) -> int:
        points = sum(cohort_points(self._rules, cohort) for cohort in after)
        points -= sum(cohort_points(self._rules, cohort) for cohort in before)
        courses: Counter[tuple[int, int]] = Counter()
        for cohort in after:
            courses.update((company, cohort.area) for company in self._rules.companies(cohort))
        for cohort in before:
            courses.subtract((company, cohort.area) for company in self._rules.companies(cohort))
        splits = sum(
            max(0, self._courses[key] + count - 1) - max(0, self._courses[key] - 1) for key, count in courses.items()
        )
        return points - self._rules.instance.weights.split_points * splits
