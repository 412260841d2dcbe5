"""The needs of one area as columns of numbers, each need cut into parts that fit in a group."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from broker.needs.bundling.instance import Instance, Need

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Items:
    """One row for each part of a need; the rows of a company lie side by side."""

    keys: tuple[tuple[int, int], ...]
    company: Numbers
    people: Numbers
    level: Numbers
    languages: Numbers
    preferred: Numbers
    modes: Numbers
    place: Numbers
    earliest: Numbers
    latest: Numbers
    hours: Numbers
    max_km: Numbers
    worth: Numbers

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def position(self) -> dict[tuple[int, int], int]:
        """Give where each part of a need stands."""
        return {key: row for row, key in enumerate(self.keys)}


def items_of(instance: Instance, needs: Sequence[Need], taken: Collection[tuple[int, int]]) -> Items:
    """Give the needs of one area as items, without the parts that are taken."""
    weights = instance.weights
    rows = [
        (need, part, people)
        for need in sorted(needs, key=lambda need: (need.company, need.id))
        for part, people in enumerate(instance.sizes_of(need))
        if (need.id, part) not in taken
    ]
    people = np.array([row[2] for row in rows], np.int64)
    points = np.array([weights.prio_points[need.priority] for need, _part, _people in rows], np.int64)

    def column(name: str) -> Numbers:
        return np.array([getattr(need, name) for need, _part, _people in rows], np.int64)

    return Items(
        keys=tuple((need.id, part) for need, part, _people in rows),
        company=column("company"),
        people=people,
        level=column("level"),
        languages=column("languages"),
        preferred=1 << column("preferred_mode"),
        modes=column("modes"),
        place=column("municipality"),
        earliest=column("earliest"),
        latest=column("latest"),
        hours=column("hours"),
        max_km=column("max_km"),
        worth=people * points + weights.need_points,
    )
