"""Works a draft out anew: what is locked stays, and the rest changes as little as can be."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import isfinite

from broker.needs import planning
from broker.needs.bundling.effort import Effort
from broker.needs.bundling.engine import replan, solve
from broker.needs.bundling.instance import Instance, PlannedCohort, Proof, Solution
from broker.needs.bundling.objective import score
from broker.needs.drafts.content import Content, DraftCohort, Part, Proofs
from broker.needs.drafts.desk import Desk


def calculate(desk: Desk, *, anew: bool = False) -> Content:
    """Give the draft worked out for the needs as they are now; reads no database.

    Locked groups stay as they are; one that no longer keeps the rules without those who have left it is unlocked. Of
    the others only those are touched that the changed needs concern, unless the draft is to be planned anew.
    """
    locked = {
        cohort.key: desk.planned[cohort.key]
        for cohort in desk.content.cohorts
        if cohort.is_locked and cohort.key in desk.planned and not desk.faults(cohort, desk.rules)
    }
    outside = (*desk.instance.locked, *_put_aside(desk, desk.content.out))
    instance = replace(desk.instance, locked=(*outside, *locked.values()))
    free = [planned for key, planned in desk.planned.items() if key not in locked]
    if anew or not desk.content.seen:
        solution = solve(instance, effort=Effort.QUICK)
    else:
        previous = Solution(tuple(free), proofs=_proofs(desk))
        solution = replan(instance, previous, desk.changed_needs())
    found = solution.cohorts[len(instance.locked) :]
    content = _kept(desk, locked, found)
    return replace(
        content,
        seen={key: desk.proposals.needs[key].version for key in desk.instance.needs_by_id},
        left=frozenset(need.id for need, _part in desk.with_content(content).free_parts()),
        bound=solution.bound - score(desk.instance, Solution(outside)).objective,
        proofs=_kept_proofs(desk, solution.proofs),
    )


def _put_aside(desk: Desk, out: Iterable[Part]) -> list[PlannedCohort]:
    """Give the parts that a person has taken out as locked by themselves, so that the engine lets them be."""
    placed = {pair for planned in desk.planned.values() for pair in planned.members} | desk.taken
    found = []
    for key, part in sorted(out):
        need = desk.instance.needs_by_id.get(key)
        if need is None or (key, part) in placed or part >= len(desk.instance.sizes_of(need)):
            continue
        mode = 1 << need.preferred_mode
        found.append(
            PlannedCohort(
                area=need.area,
                level=need.level,
                language=need.languages & -need.languages,
                mode=mode,
                hours=need.hours,
                place=need.municipality,
                start=need.earliest,
                members=((key, part),),
            )
        )
    return found


def _kept(desk: Desk, locked: Mapping[int, PlannedCohort], found: Iterable[PlannedCohort]) -> Content:
    """Give the groups that were found, each under the key of the group that most of its members were in."""
    before = {cohort.key: cohort for cohort in desk.content.cohorts}
    free = {key: set(planned.members) for key, planned in desk.planned.items() if key not in locked}
    cohorts = [_with_plan(desk, before[key], planned, is_locked=True) for key, planned in locked.items()]
    number = desk.content.free_key()
    for planned in found:
        members = set(planned.members)
        nearest = max(free, key=lambda key: (len(free[key] & members), -key), default=None)
        if nearest is not None and free[nearest] & members:
            del free[nearest]
            cohorts.append(_with_plan(desk, replace(before[nearest], provider_id=None), planned, is_locked=False))
        else:
            plan = planning.to_plan(planned, desk.proposals.calendar)
            cohorts.append(DraftCohort(number, plan))
            number += 1
    return replace(desk.content, cohorts=tuple(cohorts))


def _with_plan(desk: Desk, cohort: DraftCohort, planned: PlannedCohort, *, is_locked: bool) -> DraftCohort:
    return replace(cohort, plan=planning.to_plan(planned, desk.proposals.calendar), is_locked=is_locked)


def _proofs(desk: Desk) -> dict[int, Proof]:
    """Give the proofs of the last time by area; those of another day are about other weeks and vettings."""
    proofs, areas = desk.content.proofs, _numbers(desk.instance)
    if proofs is None or proofs.made_on != desk.today:
        return {}
    return {areas[topic_id]: proof for topic_id, proof in proofs.by_topic.items() if topic_id in areas}


def _kept_proofs(desk: Desk, proofs: Mapping[int, Proof]) -> Proofs:
    by_topic = {}
    for area, proof in proofs.items():
        prices = {pair: float(price) for pair, price in proof.items.items()}
        companies = {int(company): float(price) for company, price in proof.companies.items()}
        if isfinite(proof.bound):
            kept = Proof(float(proof.bound), prices, companies, proof.locked)
            by_topic[desk.instance.areas[area].id] = kept
    return Proofs(desk.today, by_topic)


def _numbers(instance: Instance) -> dict[str, int]:
    return {area.id: number for number, area in enumerate(instance.areas)}
