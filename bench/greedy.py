"""What a person with a spreadsheet does: begin with the most urgent need, meet near it, add the nearest that fit."""

from dataclasses import replace

from broker.needs.bundling.instance import DISTANCE, PlannedCohort, Solution
from broker.needs.bundling.rules import Rules


def solve_by_hand(instance):
    rules, cohorts, taken = Rules(instance), [], set()
    waiting = {}
    for need in instance.needs:
        for part, people in enumerate(instance.sizes_of(need)):
            waiting.setdefault(need.area, []).append((need, part, people))
    for rows in waiting.values():
        for seed in sorted(rows, key=lambda row: (-row[0].priority, row[0].earliest, row[0].id, row[1])):
            if (seed[0].id, seed[1]) not in taken:
                cohort = grown(rules, seed, [row for row in rows if (row[0].id, row[1]) not in taken])
                if cohort is not None:
                    cohorts.append(cohort)
                    taken |= set(cohort.members)
    return Solution(tuple(cohorts))


def grown(rules, seed, rows):
    """Give the cohort that a need begins, or nothing when too few join."""
    need, largest = seed[0], rules.instance.areas[seed[0].area].largest
    mode = 1 << need.preferred_mode
    here = rules.distances.from_place(need.municipality)
    place = None if mode == DISTANCE else min(rules.instance.venues, key=lambda venue: (here[venue], venue))
    cohort = PlannedCohort(
        need.area, need.level, need.languages & -need.languages, mode, need.hours, place, need.earliest, ()
    )
    people, nearest = (
        0,
        sorted(rows, key=lambda row: (row is not seed, rules.kilometres(row[0], cohort), row[0].id, row[1])),
    )
    for other, part, size in nearest:
        joined = replace(cohort, start=max(cohort.start, other.earliest), members=(*cohort.members, (other.id, part)))
        if people + size <= largest and all_fit(rules, joined, other):
            cohort, people = joined, people + size
    return None if rules.cohort_failures(cohort) else cohort


def all_fit(rules, cohort, newcomer):
    """Tell whether a newcomer fits, and everybody still does when the start has moved."""
    if rules.failures(newcomer, cohort):
        return False
    needs = [rules.instance.needs_by_id[need_id] for need_id, _part in cohort.members]
    return all(cohort.start + cohort.weeks <= need.latest for need in needs)
