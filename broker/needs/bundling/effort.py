"""How long the engine works: counts instead of a clock, so that a plan does not depend on the machine."""

from dataclasses import dataclass
from enum import StrEnum


class Effort(StrEnum):
    """From a first look to the best that we can do."""

    PREVIEW = "preview"
    QUICK = "quick"
    NORMAL = "normal"
    BEST = "best"


@dataclass(frozen=True)
class Pace:
    """A dive: the rounds of pricing between two fixings, and which part of the items is fixed each time."""

    rounds: int
    part: float


@dataclass(frozen=True)
class Pass:
    """A sweep: how many items a neighbourhood has, in how many vain ones each item may be, and for how many nodes."""

    size: int
    cover: int
    nodes: int


@dataclass(frozen=True)
class Work:
    """What is done for an area."""

    # For how many rounds the bound is worked on, and for how many more where that is done piece by piece.
    rounds: int
    rounds_over_pieces: int
    # The plan begins with the best of these dives, each over no more items than these at once.
    paces: tuple[Pace, ...]
    most_in_a_dive: int
    passes: tuple[Pass, ...]
    # Where no more groups than this could be part of a better plan, the best plan is found and proved.
    most_listed: int = 0


_BRISK, _STEADY, _SLOW = Pace(1, 0.1), Pace(2, 0.1), Pace(3, 0.05)

WORK = {
    Effort.PREVIEW: Work(0, 0, (), 0, ()),
    Effort.QUICK: Work(60, 3, (_BRISK,), 900, (Pass(30, 1, 5),), 500),
    Effort.NORMAL: Work(150, 20, (_STEADY, _SLOW), 2500, (Pass(40, 2, 5),), 4000),
    Effort.BEST: Work(300, 60, (_STEADY, _SLOW, Pace(6, 0.05)), 2500, (Pass(40, 3, 10), Pass(70, 2, 50)), 40_000),
}
