"""A draft on the desk: its groups against the needs, places and providers as they are today."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property

from broker.needs import planning
from broker.needs.bundling.instance import Instance, Need, PlannedCohort, parts_of
from broker.needs.bundling.objective import cohort_points
from broker.needs.bundling.rules import COHORT_RULES, Rules
from broker.needs.cohorts.proposals import Proposals
from broker.needs.drafts.content import Content, DraftCohort, Part, Settings
from broker.needs.planning import BadPlanError
from broker.sentences import N_, Sentence


@dataclass(frozen=True)
class Figures:
    """A whole draft in numbers; `value` is in the points of the rules, `nearness` in per cent of the best possible."""

    groups: int
    people: int
    women: int
    men: int
    unknown_sex: int
    companies: int
    kilometres: int
    left_over: int
    value: int
    nearness: int | None


class Desk:
    """One step of a draft, ready to be shown, edited and worked out anew."""

    def __init__(self, content: Content, topic_id: str | None, today: date) -> None:
        self.content, self.today = content, today
        self.proposals = Proposals(today)
        if topic_id is not None:
            needs = self.proposals.needs
            self.proposals.needs = {key: need for key, need in needs.items() if need.topic_id == topic_id}

    def with_content(self, content: Content) -> "Desk":
        """Give another step of the draft on the same day; nothing is read again."""
        desk = object.__new__(Desk)
        desk.content, desk.today, desk.proposals = content, self.today, self.proposals
        return desk

    @cached_property
    def instance(self) -> Instance:
        """Give what the engine works on, under the draft's settings and with the companies that are kept apart."""
        return _under(self.proposals.instance, self.content.settings, self.content.apart)

    @cached_property
    def rules(self) -> Rules:
        """Give the rules under the draft's settings."""
        return Rules(self.instance)

    @cached_property
    def real_rules(self) -> Rules:
        """Give the rules by which a group is formed, whatever the draft's settings."""
        return Rules(replace(self.proposals.instance, apart=self.content.apart))

    @cached_property
    def taken(self) -> frozenset[Part]:
        """Give the parts of needs that sit in formed cohorts."""
        return frozenset(pair for cohort in self.instance.locked for pair in cohort.members)

    @cached_property
    def planned(self) -> Mapping[int, PlannedCohort]:
        """Give the groups in the engine's numbers, by key, with those members alone that still wait."""
        found, seen = {}, set(self.taken)
        for cohort in self.content.cohorts:
            members = tuple(pair for pair in cohort.plan.members if self._waits(pair) and pair not in seen)
            seen |= set(members)
            try:
                planned = planning.to_planned(replace(cohort.plan, members=members), self.proposals.calendar)
            except BadPlanError:
                continue
            if members:
                found[cohort.key] = planned
        return found

    def lost(self, cohort: DraftCohort) -> list[int]:
        """Give the needs of a group that no longer wait, or sit in a formed cohort now."""
        present = set(self.planned[cohort.key].members) if cohort.key in self.planned else set()
        return [need_id for need_id, part in cohort.plan.members if (need_id, part) not in present]

    def changed(self, cohort: DraftCohort) -> list[int]:
        """Give the needs of a group that somebody has changed since the draft was worked out."""
        planned = self.planned.get(cohort.key)
        return [need_id for need_id, _part in planned.members if self._is_changed(need_id)] if planned else []

    def changed_needs(self) -> set[int]:
        """Give the needs that are new or changed, or that a person has put aside, since the draft was worked out."""
        seen, left = self.content.seen, self.content.left
        fresh = {key for key in self.instance.needs_by_id if key not in seen or self._is_changed(key)}
        freed = {need.id for need, _part in self.free_parts() if need.id not in left}
        return fresh | freed

    def free_parts(self) -> list[tuple[Need, int]]:
        """Give the parts of needs that are in no group, also those that a person has taken out."""
        placed = {pair for planned in self.planned.values() for pair in planned.members} | self.taken
        return [
            (need, part)
            for need in self.instance.needs
            for part, _size in enumerate(self.instance.sizes_of(need))
            if (need.id, part) not in placed
        ]

    def too_large(self) -> list[int]:
        """Give the needs that the draft leaves aside since its largest group is too small for their parts."""
        return [key for key in self.proposals.needs if key not in self.instance.needs_by_id]

    def faults(self, cohort: DraftCohort, rules: Rules) -> list[Sentence]:
        """Say what is wrong with a group now, each company by its name."""
        planned = self.planned.get(cohort.key)
        if planned is None:
            return []
        found = self.failures(planned, rules)
        if cohort.provider_id is not None and not self.can_teach(planned, cohort.provider_id):
            found.append(Sentence(N_("Anordnaren som är vald kan inte, eller får inte längre, ge utbildningen.")))
        return found

    def failures(self, planned: PlannedCohort, rules: Rules) -> list[Sentence]:
        """Say which rules a group breaks, each company by its name."""
        needs = [rules.instance.needs_by_id[need_id] for need_id, _part in planned.members]
        own = [failure for failure in (check(rules, planned) for check in COHORT_RULES) if failure]
        each = [
            Sentence(N_("%(company)s: %(why)s"), {"company": self.name_of(need.id), "why": failure})
            for need in needs
            for failure in rules.failures(need, planned).values()
        ]
        return [*own, *each]

    def can_teach(self, planned: PlannedCohort, provider_id: int) -> bool:
        """Tell whether a provider can and may hold a group."""
        return any(offering.provider == provider_id for offering in self.rules.providers_for(planned))

    def provider_name(self, provider_id: int) -> str:
        """Give what a provider in use is called."""
        providers = (row.offering.provider for row in self.proposals.offerings)
        return next((provider.name for provider in providers if provider.id == provider_id), "")

    def name_of(self, need_id: int) -> str:
        """Give whose a need is."""
        return self.proposals.needs[need_id].company.name

    @cached_property
    def value(self) -> int:
        """Give what the draft is worth beside what is formed already."""
        points = sum(cohort_points(self.rules, planned) for planned in self.planned.values())
        formed = self._splits(self.instance.locked)
        splits = self._splits((*self.instance.locked, *self.planned.values())) - formed
        return points - self.instance.weights.split_points * splits

    @cached_property
    def figures(self) -> Figures:
        """Give the draft in numbers."""
        largest = self.proposals.rules.group_of
        parts = [pair for planned in self.planned.values() for pair in planned.members]
        needs = self.proposals.needs
        people = [
            planning.people_of_part(needs[key], part, largest(needs[key].topic_id).largest) for key, part in parts
        ]
        bound = self.content.bound
        return Figures(
            groups=len(self.planned),
            people=sum(row.women + row.men + row.unknown_sex for row in people),
            women=sum(row.women for row in people),
            men=sum(row.men for row in people),
            unknown_sex=sum(row.unknown_sex for row in people),
            companies=len({needs[key].company_id for key, _part in parts}),
            kilometres=self._kilometres(self.planned.values()),
            left_over=len({need.id for need, _part in self.free_parts()} | set(self.too_large())),
            value=self.value,
            # What has been edited by hand under other limits can be worth more than the bound that was proved then.
            nearness=self.value * 100 // bound if bound and bound >= self.value and not self._is_broken else None,
        )

    @property
    def _is_broken(self) -> bool:
        """Tell whether a group breaks a rule, so that it is worth nothing to say how near the best the draft is."""
        return any(self.failures(planned, self.rules) for planned in self.planned.values())

    def _splits(self, cohorts: Iterable[PlannedCohort]) -> int:
        """Count how many more groups companies are in than one for each topic."""
        courses = Counter((company, cohort.area) for cohort in cohorts for company in self.rules.companies(cohort))
        return sum(count - 1 for count in courses.values())

    def _kilometres(self, cohorts: Iterable[PlannedCohort]) -> int:
        needs = self.instance.needs_by_id
        return sum(
            self.instance.participants_of(needs[key], part) * self.rules.kilometres(needs[key], planned)
            for planned in cohorts
            for key, part in planned.members
        )

    def _waits(self, pair: Part) -> bool:
        need = self.instance.needs_by_id.get(pair[0])
        return need is not None and 0 <= pair[1] < len(self.instance.sizes_of(need))

    def _is_changed(self, need_id: int) -> bool:
        version = self.content.seen.get(need_id)
        return version is not None and version != self.proposals.needs[need_id].version


def _under(base: Instance, settings: Settings, apart: Collection[tuple[int, int]]) -> Instance:
    """Give the instance under a draft's settings, without needs whose parts would not be those of the rules."""
    areas = tuple(
        replace(area, smallest=max(1, min(area.smallest + settings.smallest, largest)), largest=largest)
        for area in base.areas
        for largest in (max(1, area.largest + settings.largest),)
    )
    weights = replace(
        base.weights,
        cohort_base=base.weights.cohort_base * settings.group_cost // 100,
        cohort_per_hour=base.weights.cohort_per_hour * settings.group_cost // 100,
        km_points=base.weights.km_points * Fraction(settings.travel_cost, 100),
    )
    needs = tuple(
        replace(need, max_km=need.max_km * settings.travel // 100)
        for need in base.needs
        if parts_of(need.participants, areas[need.area].largest) == base.sizes_of(need)
    )
    known = {need.id for need in needs}
    locked = tuple(cohort for cohort in base.locked if all(key in known for key, _part in cohort.members))
    return replace(base, areas=areas, weights=weights, needs=needs, locked=locked, apart=tuple(apart))
