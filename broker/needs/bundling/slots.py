"""Where a cohort could be: one way of teaching an area, one place, one start week, and the needs that fit there."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from broker.needs.bundling.instance import DISTANCE, Need, PlannedCohort, parts_of, weeks_for
from broker.needs.bundling.objective import cohort_cost, member_points
from broker.needs.bundling.rules import Rules


@dataclass(frozen=True, slots=True)
class Item:
    """A need, or one part of a need that is larger than a group."""

    need: Need
    part: int
    people: int

    @property
    def key(self) -> tuple[int, int]:
        """Give the need and the part, as plans name them."""
        return self.need.id, self.part


@dataclass(frozen=True, slots=True)
class Template:
    """One way of teaching an area."""

    level: int
    language: int
    mode: int
    hours: int

    @property
    def weeks(self) -> int:
        """Give how many weeks the course takes."""
        return weeks_for(self.hours, self.mode)


@dataclass(frozen=True, slots=True)
class Slot:
    """A template at a place from a week, with what each fitting item is worth there."""

    template: Template
    place: int | None
    start: int
    cost: int
    capacity: int
    items: tuple[int, ...]
    values: tuple[int, ...]
    mask: int


def items_of(rules: Rules, area: int) -> list[Item]:
    """Give the needs of an area, cut into parts, without those that sit in locked cohorts."""
    instance = rules.instance
    taken = {pair for cohort in instance.locked for pair in cohort.members}
    found = [
        Item(need, part, people)
        for need in instance.needs
        if need.area == area
        for part, people in enumerate(parts_of(need.participants, instance.areas[area].largest))
    ]
    return [item for item in found if item.key not in taken]


def slots_of(rules: Rules, area: int, items: Sequence[Item]) -> list[Slot]:
    """Give every slot where enough people of enough companies could meet."""
    reach = _Reach(rules)
    found: list[Slot] = []
    for template in _templates(items):
        eligible = [index for index, item in enumerate(items) if _fits(rules, item.need, template)]
        for place, present in reach.by_place(template, items, eligible):
            for start, members in _starts(items, present, template.weeks):
                if _is_enough(rules, area, [items[index] for index in members]):
                    found.append(
                        _slot(rules, area, items, template=template, place=place, start=start, members=members)
                    )
    return found


def _templates(items: Sequence[Item]) -> Iterator[Template]:
    needs = [item.need for item in items]
    for level in sorted({need.level for need in needs}):
        for language in _bits(needs, "languages"):
            for mode in _bits(needs, "modes"):
                for hours in sorted({need.hours for need in needs}):
                    yield Template(level, language, mode, hours)


def _bits(needs: Sequence[Need], name: str) -> list[int]:
    union = 0
    for need in needs:
        union |= getattr(need, name)
    return [1 << position for position in range(union.bit_length()) if union >> position & 1]


def _fits(rules: Rules, need: Need, template: Template) -> bool:
    return bool(
        need.level in (0, template.level)
        and need.languages & template.language
        and need.modes & template.mode
        and rules.instance.weights.hours_fit(need.hours, template.hours)
        and need.earliest + template.weeks <= need.latest
    )


class _Reach:
    """The venues that each need reaches, worked out once per municipality and longest journey."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._venues: dict[tuple[int, int], list[int]] = {}

    def by_place(
        self, template: Template, items: Sequence[Item], eligible: list[int]
    ) -> Iterator[tuple[int | None, list[int]]]:
        if template.mode == DISTANCE:
            yield None, eligible
            return
        present: dict[int, list[int]] = defaultdict(list)
        for index in eligible:
            for venue in self._reached(items[index].need):
                present[venue].append(index)
        yield from sorted(present.items())

    def _reached(self, need: Need) -> list[int]:
        key = need.municipality, need.max_km
        if key not in self._venues:
            row = self._rules.distances.from_place(need.municipality)
            self._venues[key] = [venue for venue in self._rules.instance.venues if row[venue] <= need.max_km]
        return self._venues[key]


def _starts(items: Sequence[Item], present: list[int], weeks: int) -> Iterator[tuple[int, list[int]]]:
    """Give the start weeks where the set of items is not part of a later week's set."""
    starts = sorted({items[index].need.earliest for index in present})
    for position, start in enumerate(starts):
        here = [index for index in present if items[index].need.earliest <= start <= items[index].need.latest - weeks]
        is_last = position + 1 == len(starts)
        if is_last or any(items[index].need.latest - weeks < starts[position + 1] for index in here):
            yield start, here


def _is_enough(rules: Rules, area: int, members: Sequence[Item]) -> bool:
    is_large = sum(item.people for item in members) >= rules.instance.areas[area].smallest
    return is_large and len({item.need.company for item in members}) >= rules.instance.weights.min_companies


def _slot(
    rules: Rules,
    area: int,
    items: Sequence[Item],
    *,
    template: Template,
    place: int | None,
    start: int,
    members: list[int],
) -> Slot:
    weights = rules.instance.weights
    planned = PlannedCohort(area, template.level, template.language, template.mode, template.hours, place, start, ())
    values = tuple(
        member_points(
            weights,
            items[index].need,
            items[index].people,
            mode=template.mode,
            hours=template.hours,
            distance=rules.kilometres(items[index].need, planned),
        )
        for index in members
    )
    return Slot(
        template=template,
        place=place,
        start=start,
        cost=cohort_cost(weights, template.hours),
        capacity=max((offering.capacity for offering in rules.offerings_at(planned)), default=0),
        items=tuple(members),
        values=values,
        mask=sum(1 << index for index in members),
    )
