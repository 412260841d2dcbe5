"""Works a draft out anew: what is locked stays, and the rest changes as little as can be."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from math import isfinite

from broker.needs import planning
from broker.needs.bundling.effort import Effort
from broker.needs.bundling.engine import replan, solve
from broker.needs.bundling.instance import Instance, PlannedCohort, Proof, Solution
from broker.needs.bundling.leftovers import leftovers
from broker.needs.bundling.objective import score
from broker.needs.bundling.rules import Rules
from broker.needs.drafts.content import Content, DraftCohort, Part, Proofs
from broker.needs.drafts.desk import Desk
from broker.needs.drafts.edits import EditRefusedError, title_of
from broker.sentences import N_, Sentence


def calculate(desk: Desk, *, anew: bool = False, workers: int = 1) -> Content:
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
        solution = solve(instance, effort=Effort.QUICK, workers=workers)
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


def gather(desk: Desk, parts: Collection[Part]) -> tuple[Content, Sentence]:
    """Make groups of needs that are left over, chosen by hand, at the best place and time for them; or refuse.

    All of them take part in one group or another, or else none is made and the first that has no place says why.
    """
    free = {(need.id, part): need for need, part in desk.free_parts()}
    chosen = {pair: free[pair] for pair in parts if pair in free}
    if len(chosen) < 2 or len(chosen) < len(set(parts)):
        raise EditRefusedError(Sentence(N_("Välj minst två behov som inte är med i någon grupp.")))
    needs = tuple(sorted(chosen.values(), key=lambda need: need.id))
    if any(len(desk.instance.sizes_of(need)) > 1 for need in needs):
        raise EditRefusedError(Sentence(N_("Ett av behoven är större än en grupp. Räkna om resten i stället.")))
    instance = replace(desk.instance, needs=needs, locked=())
    solution = solve(instance)
    if waiting := leftovers(Rules(instance), solution):
        values = {"company": desk.name_of(waiting[0].need.id), "why": waiting[0].stop}
        raise EditRefusedError(Sentence(N_("Det går inte: %(company)s får ingen plats. %(why)s"), values))
    first, calendar = desk.content.free_key(), desk.proposals.calendar
    made = [
        DraftCohort(first + number, planning.to_plan(planned, calendar))
        for number, planned in enumerate(solution.cohorts)
    ]
    content = replace(desk.content.with_cohorts(made), out=desk.content.out - chosen.keys())
    titles = Sentence.joined([title_of(cohort.plan) for cohort in made], "; ")
    return content, Sentence(N_("Gjorde %(groups)s av behov utan grupp."), {"groups": titles})


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
