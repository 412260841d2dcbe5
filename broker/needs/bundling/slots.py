"""Where a cohort could be: one way of teaching an area, one place, one start week, and the items that fit there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from broker.needs.bundling.instance import DISTANCE, Offering, weeks_for
from broker.needs.bundling.items import Flags, Items, Numbers
from broker.needs.bundling.objective import cohort_cost
from broker.needs.bundling.problem import Limits, Problem, Slots, Template
from broker.needs.bundling.rules import Rules
from broker.needs.bundling.travel import NOWHERE

_NEVER = 1 << 40


@dataclass(frozen=True)
class _Piece:
    """The slots of one template from one week: their places, and which items (of the area) fit at which of them."""

    template: int
    start: int
    places: Numbers
    capacity: Numbers
    items: Numbers
    columns: Numbers
    values: Numbers


def build(rules: Rules, area: int, items: Items, outside: frozenset[int]) -> tuple[Slots, Problem]:
    """Give every slot of an area where enough people of enough companies could meet, and who fits there.

    Of the weeks at a place only those are kept that give a set of items, or a provider, that no other week gives.
    """
    builder = _Builder(rules, area, items)
    templates = list(builder.templates())
    pieces = [piece for number, template in enumerate(templates) for piece in builder.pieces(number, template)]
    slots, number = _slots_of(rules, templates, pieces)
    return slots, _problem(items, outside, limits_of(rules, area), slots=slots, number=number, pieces=pieces)


class _Builder:
    def __init__(self, rules: Rules, area: int, items: Items) -> None:
        self._items, self._weights = items, rules.instance.weights
        self._limits = limits_of(rules, area)
        self._offerings = [offering for offering in rules.instance.offerings if offering.area == area]
        venues = rules.instance.venues
        self._venues = np.array(venues, np.int64)
        places = {*items.place.tolist(), *(offering.base for offering in self._offerings)}
        rows = {place: [rules.distances.from_place(place)[venue] for venue in venues] for place in sorted(places)}
        self._rows = {place: np.array(row, np.int64) for place, row in rows.items()}
        shape = (len(items), len(venues))
        self._km = np.array([self._rows[place] for place in items.place.tolist()], np.int64).reshape(shape)
        self._reach = self._km <= items.max_km[:, None]

    def templates(self) -> Iterator[Template]:
        """Give the ways of teaching that needs ask for."""
        items = self._items
        for level in self._levels():
            for language in _bits(items.languages):
                for mode in _bits(items.modes):
                    for hours in np.unique(items.hours).tolist():
                        yield Template(level, language, mode, hours, weeks_for(hours, mode))

    def pieces(self, number: int, template: Template) -> Iterator[_Piece]:
        """Give the slots of a template, week by week."""
        items = self._items
        eligible = np.flatnonzero(self._fits(template))
        if items.people[eligible].sum() < self._limits.smallest:
            return
        starts = np.unique(items.earliest[eligible])
        last = items.latest[eligible] - template.weeks
        present = [eligible[(items.earliest[eligible] <= start) & (start <= last)] for start in starts.tolist()]
        capacity = self._capacity(template, starts)
        kept = self._kept(template, starts, present, capacity)
        for week, start in enumerate(starts.tolist()):
            columns = np.flatnonzero(kept[week])
            if len(columns):
                places, rows, values = self._members(template, present[week], columns)
                venues = np.full(1, NOWHERE) if template.mode == DISTANCE else self._venues[columns]
                chosen = present[week][rows]
                yield _Piece(number, start, venues, capacity[week, columns], chosen, places, values)

    def _levels(self) -> list[int]:
        """Give the levels that needs ask for, and those without which a provider could not teach those who take any."""
        levels = {level for level in np.unique(self._items.level).tolist() if level} or {0}
        for offering in self._offerings:
            taught = [level for level in range(offering.levels.bit_length()) if offering.levels >> level & 1]
            if taught and not levels.intersection(taught):
                levels.add(taught[0])
        return sorted(levels)

    def _fits(self, template: Template) -> Flags:
        items, ratio = self._items, self._weights.max_hours_ratio
        return np.asarray(
            ((items.level == 0) | (items.level == template.level))
            & (items.languages & template.language > 0)
            & (items.modes & template.mode > 0)
            & (items.hours <= template.hours)
            & (template.hours * ratio.denominator <= ratio.numerator * items.hours)
            & (items.earliest + template.weeks <= items.latest)
        )

    def _reached(self, template: Template, present: Numbers) -> Flags:
        return np.ones((len(present), 1), bool) if template.mode == DISTANCE else self._reach[present]

    def _kept(self, template: Template, starts: Numbers, present: Sequence[Numbers], capacity: Numbers) -> Flags:
        """Tell at which places and weeks there is a slot that no later week makes superfluous."""
        items, kept = self._items, np.zeros(capacity.shape, bool)
        next_start = np.full(capacity.shape[1], _NEVER)
        next_capacity = np.full(capacity.shape[1], -1)
        for week in range(len(starts) - 1, -1, -1):
            here = present[week]
            reached = self._reached(template, here)
            enters = reached[items.earliest[here] == starts[week]].any(axis=0)
            last = np.where(reached, items.latest[here, None] - template.weeks, _NEVER).min(axis=0, initial=_NEVER)
            is_own = (last < next_start) | (capacity[week] != next_capacity)
            kept[week] = enters & is_own & self._is_enough(here, reached)
            if self._limits.is_provider_required:
                kept[week] &= capacity[week] >= self._limits.smallest
            next_start = np.where(enters, starts[week], next_start)
            next_capacity = np.where(enters, capacity[week], next_capacity)
        return kept

    def _is_enough(self, present: Numbers, reached: Flags) -> Flags:
        enough = self._items.people[present] @ reached >= self._limits.smallest
        if self._limits.companies > 1 and len(present):
            company = self._items.company[present, None]
            enough &= np.where(reached, company, _NEVER).min(axis=0) < np.where(reached, company, -1).max(axis=0)
        return np.asarray(enough)

    def _capacity(self, template: Template, starts: Numbers) -> Numbers:
        """Give the largest group that a provider, vetted to the end, can take: by week and venue."""
        is_distance = template.mode == DISTANCE
        found = np.zeros((len(starts), 1 if is_distance else len(self._venues)), np.int64)
        for offering in self._offerings:
            if _teaches(offering, template):
                near = np.ones(1, bool) if is_distance else self._rows[offering.base] <= offering.reach_km
                is_vetted = starts + template.weeks <= offering.vetted_until
                np.maximum(found, offering.capacity * (is_vetted[:, None] & near), out=found)
        return found

    def _members(self, template: Template, present: Numbers, columns: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Give who fits where: places among the columns, rows among those present, and what they are worth there."""
        items, weights = self._items, self._weights
        rows, places = np.nonzero(self._reached(template, present)[:, columns])
        chosen = present[rows]
        people = items.people[chosen]
        values = items.worth[chosen] - people * weights.extra_hour_points * (template.hours - items.hours[chosen])
        values = values - np.where(items.preferred[chosen] != template.mode, weights.mode_points * people, 0)
        if template.mode != DISTANCE:
            values = values - weights.km_tenths * people * self._km[chosen, columns[places]] // 10
        return places, rows, values


def limits_of(rules: Rules, area: int) -> Limits:
    """Give what the groups of an area keep to."""
    weights, sizes = rules.instance.weights, rules.instance.areas[area]
    return Limits(
        smallest=sizes.smallest,
        largest=sizes.largest,
        companies=weights.min_companies,
        bonus=weights.provider_points,
        split=weights.split_points,
        is_provider_required=weights.require_provider,
    )


def _bits(masks: Numbers) -> list[int]:
    union = int(np.bitwise_or.reduce(masks)) if len(masks) else 0
    return [1 << position for position in range(union.bit_length()) if union >> position & 1]


def _teaches(offering: Offering, template: Template) -> bool:
    return bool(
        offering.levels >> template.level & 1
        and offering.modes & template.mode
        and offering.languages & template.language
    )


def _joined(arrays: list[Numbers]) -> Numbers:
    return np.concatenate(arrays) if arrays else np.zeros(0, np.int64)


def _slots_of(rules: Rules, templates: Sequence[Template], pieces: Sequence[_Piece]) -> tuple[Slots, Numbers]:
    """Give the slots by template, place and week, and the number that each slot has among them."""
    template = _joined([np.full(len(piece.places), piece.template) for piece in pieces])
    start = _joined([np.full(len(piece.places), piece.start) for piece in pieces])
    place = _joined([piece.places for piece in pieces])
    order = np.lexsort((start, place, template))
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    costs = np.array([cohort_cost(rules.instance.weights, one.hours) for one in templates], np.int64)
    slots = Slots(
        templates=tuple(templates),
        template=template[order],
        place=place[order],
        start=start[order],
        cost=costs[template[order]] if len(order) else order,
        capacity=_joined([piece.capacity for piece in pieces])[order],
    )
    return slots, number


def _problem(
    items: Items, outside: frozenset[int], limits: Limits, *, slots: Slots, number: Numbers, pieces: Sequence[_Piece]
) -> Problem:
    bases = np.cumsum([0, *(len(piece.places) for piece in pieces)])
    rows = number[_joined([piece.columns + base for piece, base in zip(pieces, bases, strict=False)])]
    item_of, values = _joined([piece.items for piece in pieces]), _joined([piece.values for piece in pieces])
    by_item = np.lexsort((rows, item_of))
    return Problem(
        limits=limits,
        items=np.arange(len(items)),
        slots=np.arange(len(slots.cost)),
        people=items.people,
        company=items.company,
        is_outside=np.isin(items.company, sorted(outside)),
        cost=slots.cost,
        capacity=slots.capacity,
        kind=slots.template * (slots.place.max(initial=0) + 2) + slots.place + 1,
        pointers=np.concatenate([[0], np.cumsum(np.bincount(item_of, minlength=len(items)))]),
        rows=rows[by_item],
        values=values[by_item],
    )
