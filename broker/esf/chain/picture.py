"""Draws the chain as boxes in five columns with lines between them, as plain figures for a template."""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from broker.esf.chain.tree import Branch, Kind, Node, Tree
from broker.sentences import Sentence

_BOX, _GAP, _STEP = 166, 30, 10
_LINE, _PAD = 17, 9
_LETTERS = 23
_MOST_LINES = 5
_TOP, _BAND = 30, 22
WIDTH = 5 * _BOX + 4 * _GAP
_COLUMNS = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Words:
    """One line of a box: what people wrote, a note to it, or what is missing."""

    text: str
    y: float
    is_gap: bool = False
    is_note: bool = False
    is_typed: bool = False


@dataclass(frozen=True)
class Box:
    """One thing of the chain where it is drawn."""

    kind: str
    x: int
    y: int
    height: int
    words: tuple[Words, ...]
    is_gap: bool
    width: int = _BOX

    @property
    def middle(self) -> float:
        """Give the height at which lines meet the box."""
        return self.y + self.height / 2


@dataclass
class Picture:
    """The whole drawing; the headings stand above their columns."""

    boxes: list[Box] = field(default_factory=list)
    curves: list[str] = field(default_factory=list)
    height: int = _TOP
    width: int = WIDTH

    @property
    def columns(self) -> list[int]:
        """Give where each column begins."""
        return [_left(kind) for kind in Kind]


def draw(tree: Tree, say: Callable[[Sentence], str]) -> Picture:
    """Draw a chain, a band for each goal; a cause or an activity of several goals stands in the band of the first."""
    picture = Picture()
    placed: dict[tuple[Kind, int | None], Box] = {}
    causes = {node.id: node for node in tree.causes}
    if tree.missing:
        _place_band(picture, placed, [[node for node in tree.missing if node.kind is kind] for kind in Kind], say)
    for branch in tree.branches:
        own = [causes[key] for key in branch.cause_ids if (Kind.CAUSE, key) not in placed]
        new = [node for node in branch.activities if (Kind.ACTIVITY, node.id) not in placed]
        _place_band(picture, placed, [own, [branch.goal], branch.milestones, new, branch.results], say)
        _draw_lines(picture, placed, branch)
    for node in tree.causes:
        if (Kind.CAUSE, node.id) not in placed:
            _place_band(picture, placed, [[node], [], [], [], []], say)
    for node in tree.loose_activities:
        _place_band(picture, placed, [[], [], [], [node], []], say)
    return picture


def _place_band(
    picture: Picture,
    placed: dict[tuple[Kind, int | None], Box],
    stacks: Sequence[Sequence[Node]],
    say: Callable[[Sentence], str],
) -> None:
    top = picture.height
    for stack in stacks:
        y = top
        for node in stack:
            box = _box(node, y, say)
            placed[node.kind, node.id] = box
            picture.boxes.append(box)
            y += box.height + _STEP
        picture.height = max(picture.height, y - _STEP + _BAND)


def _box(node: Node, y: int, say: Callable[[Sentence], str]) -> Box:
    lines = [Words(line, y, is_typed=True) for line in _wrapped(node.text)] if node.text else []
    for note in node.notes:
        # What people wrote is Swedish, in whatever language the words around it are said.
        is_typed = any(isinstance(fact, str) for fact in note.facts.values())
        lines += [Words(line, y, is_note=True, is_typed=is_typed) for line in _wrapped(say(note), most=3)]
    # What is missing is said in full.
    lines += [Words(line, y, is_gap=True) for gap in node.gaps for line in _wrapped(say(gap), most=9)]
    words = tuple(replace(line, y=y + _PAD + _LINE * (place + 0.75)) for place, line in enumerate(lines))
    return Box(node.kind.value, _left(node.kind), y, 2 * _PAD + _LINE * max(1, len(lines)), words, bool(node.gaps))


def _wrapped(text: str, most: int = _MOST_LINES) -> list[str]:
    return textwrap.wrap(text, _LETTERS, max_lines=most, placeholder=" …", break_on_hyphens=False) or [""]


def _left(kind: Kind) -> int:
    return _COLUMNS[kind] * (_BOX + _GAP)


def _draw_lines(picture: Picture, placed: dict[tuple[Kind, int | None], Box], branch: Branch) -> None:
    goal = placed[Kind.GOAL, branch.goal.id]
    results = [placed[Kind.RESULT, node.id] for node in branch.results]
    for key in branch.cause_ids:
        picture.curves.append(_curve(placed[Kind.CAUSE, key], goal))
    # All milestones of a goal meet in one point before its activities, or lines would cross for nothing.
    middles = [placed[Kind.MILESTONE, node.id].middle for node in branch.milestones]
    hub = _left(Kind.ACTIVITY) - _GAP / 2, sum(middles) / len(middles)
    for node in branch.milestones:
        box = placed[Kind.MILESTONE, node.id]
        picture.curves += [_curve(goal, box), _path((box.x + box.width, box.middle), hub)]
    for node in branch.activities:
        box = placed[Kind.ACTIVITY, node.id]
        picture.curves += [_path(hub, (box.x, box.middle)), *(_curve(box, result) for result in results)]


def _curve(left: Box, right: Box) -> str:
    return _path((left.x + left.width, left.middle), (right.x, right.middle))


def _path(start: tuple[float, float], end: tuple[float, float]) -> str:
    half = (start[0] + end[0]) / 2
    return f"M{start[0]:g} {start[1]:g}C{half:g} {start[1]:g} {half:g} {end[1]:g} {end[0]:g} {end[1]:g}"
