"""Two plans side by side: their figures, the groups that only one of them has, and the needs that moved."""

from dataclasses import dataclass

from broker.needs.drafts.content import Part
from broker.needs.drafts.desk import Desk, Figures
from broker.needs.drafts.edits import title_of
from broker.needs.models import Need
from broker.sentences import N_, Sentence

_NOWHERE = Sentence(N_("Utan grupp"))


@dataclass(frozen=True)
class Moved:
    """A need that is with others in the one plan than in the other."""

    need: Need
    here: Sentence
    there: Sentence


@dataclass(frozen=True)
class Comparison:
    """What differs between two plans."""

    here: Figures
    there: Figures
    only_here: list[Sentence]
    only_there: list[Sentence]
    moved: list[Moved]


def compare(here: Desk, there: Desk) -> Comparison:
    """Give what differs; groups are the same when they have the same members, place and first week."""
    ours, theirs = _groups(here), _groups(there)
    same = {key for key in ours if key in theirs}
    return Comparison(
        here=here.figures,
        there=there.figures,
        only_here=[title for key, title in ours.items() if key not in same],
        only_there=[title for key, title in theirs.items() if key not in same],
        moved=_moved(here, there),
    )


def _groups(desk: Desk) -> dict[tuple[object, ...], Sentence]:
    return {
        (planned.members, planned.place, planned.start): title_of(cohort.plan)
        for cohort in desk.content.cohorts
        if (planned := desk.planned.get(cohort.key)) is not None
    }


def _moved(here: Desk, there: Desk) -> list[Moved]:
    """Give the parts of needs whose group is not the one that most of their companions are in."""
    ours, theirs = _where(here), _where(there)
    nearest = {key: _nearest(set(planned.members), there) for key, planned in here.planned.items()}
    found = []
    for part in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(part), theirs.get(part)
        if one is not None and other is not None and nearest[one] == other:
            continue
        need = here.proposals.needs[part[0]]
        found.append(Moved(need, _title(here, one), _title(there, other)))
    return found


def _where(desk: Desk) -> dict[Part, int]:
    return {pair: key for key, planned in desk.planned.items() for pair in planned.members}


def _nearest(members: set[Part], desk: Desk) -> int | None:
    shared = {key: len(members & set(planned.members)) for key, planned in desk.planned.items()}
    best = max(shared, key=lambda key: (shared[key], -key), default=None)
    return best if best is not None and shared[best] else None


def _title(desk: Desk, key: int | None) -> Sentence:
    cohort = desk.content.find(key)
    return _NOWHERE if cohort is None else title_of(cohort.plan)
