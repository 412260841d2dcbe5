"""The words of a trade by which a text tells its topic: tools, makes, rules, tasks, and what is no training at all.

A clue is a word, or several that stand near each other. `svets*` is every word that begins so, `*lift` every one that
ends so. A clue of many topics tells little of any; one whose words another clue holds, tells less than that.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from broker.reference.queries import Strength
from broker.swedish import is_one_slip
from broker.topics.stems import audience, content_words, folded, stem_of, words_of

# What one word counts for by its strength, and what each word more that the clue has adds.
_COUNTS = {Strength.ALWAYS: 1.6, Strength.STRONG: 1.05, Strength.CLEAR: 0.78, Strength.HINT: 0.28}
_EACH_MORE = 0.08
# What a clue counts for that holds only for words that begin or end so, that is a slip away, that says for whom the
# teaching is, or that is held by a longer one.
_OPEN, _SLIP, _AUDIENCE, _HELD = 0.97, 0.8, 0.75, 0.5
# Words of one clue stand so near each other, and a longer text is not read to its end.
_NEAR, _MOST_WORDS = 7, 150
# Shorter words are compared as they are, or with no slip.
_SHORTEST_STEMMED, _SHORTEST_SLIPPED = 5, 6
_SHORTEST_OPEN = 2


@dataclass(frozen=True)
class Clue:
    """What tells of a topic, or of an errand, and how much."""

    about: str
    text: str
    strength: Strength


@dataclass(frozen=True)
class Evidence:
    """How much the clues in a text tell of one topic or errand, and the one that tells most."""

    about: str
    score: float
    clue: str


@dataclass(frozen=True)
class _Met:
    clue: Clue
    score: float
    places: frozenset[int]


class Clues:
    """Clues by their words, so that a text is compared only with those that it can hold."""

    def __init__(self, clues: Iterable[Clue]) -> None:
        self._clues = list(dict.fromkeys(clues))
        self._words = [clue.text.split() for clue in self._clues]
        self._clues_with: dict[str, list[int]] = defaultdict(list)
        about: dict[str, set[str]] = defaultdict(set)
        for number, clue in enumerate(self._clues):
            about[clue.text].add(clue.about)
            for word in self._words[number]:
                self._clues_with[_key_of(word)].append(number)
        self._shares = [1 / sqrt(len(about[clue.text])) for clue in self._clues]
        self._slipped: dict[tuple[str, int], list[str]] = defaultdict(list)
        self._undotted: dict[str, list[str]] = defaultdict(list)
        for key in self._clues_with:
            if "*" not in key and len(key) >= _SHORTEST_SLIPPED - 1:
                self._slipped[key[:2], len(key)].append(key)
                self._undotted[folded(key)].append(key)

    def find(self, text: str) -> list[Evidence]:
        """Give what a text's words tell of, each topic or errand once, in no order."""
        words = words_of(text)[:_MOST_WORDS]
        found: dict[str, list[_Met]] = defaultdict(list)
        for met in self._without_held(self._met(words, audience(text))):
            found[met.clue.about].append(met)
        return [_sum_of(about, rows) for about, rows in found.items()]

    def _met(self, words: Sequence[str], people: frozenset[str]) -> list[_Met]:
        places: dict[int, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
        for place, word in enumerate(words):
            for key, likeness in self._keys_in(word).items():
                weight = likeness * (_AUDIENCE if word in people else 1.0)
                for number in self._clues_with[key]:
                    places[number][key][place] = weight
        met = (self._met_near(number, by_key) for number, by_key in places.items())
        return [row for row in met if row]

    def _met_near(self, number: int, by_key: Mapping[str, Mapping[int, float]]) -> _Met | None:
        keys = list(dict.fromkeys(_key_of(word) for word in self._words[number]))
        if len(by_key) < len(keys):
            return None
        chosen = _near_each_other(keys, by_key)
        if chosen is None:
            return None
        weight = min(by_key[key][place] for key, place in zip(keys, chosen, strict=True))
        counts = _COUNTS[self._clues[number].strength] + _EACH_MORE * (len(keys) - 1)
        return _Met(self._clues[number], counts * weight * self._shares[number], frozenset(chosen))

    def _keys_in(self, word: str) -> dict[str, float]:
        stem = _key_of(word)
        found = {key: 1.0 for key in (word, stem) if key in self._clues_with}
        for end in range(_SHORTEST_OPEN, len(word) + 1):
            for key in (f"{word[:end]}*", f"*{word[-end:]}"):
                if key in self._clues_with:
                    found[key] = _OPEN
        if not found and len(word) >= _SHORTEST_SLIPPED and content_words(word):
            found = dict.fromkeys(self._undotted.get(folded(stem), ()), _SLIP)
            sizes = range(len(stem) - 1, len(stem) + 2)
            near = (key for size in sizes for key in self._slipped.get((stem[:2], size), ()))
            found |= {key: _SLIP for key in near if is_one_slip(key, stem)}
        return found

    @staticmethod
    def _without_held(met: Sequence[_Met]) -> list[_Met]:
        longer = {row.places for row in met if len(row.places) > 1}
        return [
            _Met(row.clue, row.score * _HELD, row.places) if any(row.places < places for places in longer) else row
            for row in met
        ]


def _near_each_other(keys: Sequence[str], by_key: Mapping[str, Mapping[int, float]]) -> list[int] | None:
    """Give a place for each key, the first such that lie near each other; nothing where none do."""
    for start in sorted({place for places in by_key.values() for place in places}):
        window = range(start, start + _NEAR + 1)
        chosen = [place for key in keys for place in [p for p in window if p in by_key[key]][:1]]
        if len(set(chosen)) == len(keys):
            return chosen
    return None


def _key_of(word: str) -> str:
    return word if "*" in word or len(word) < _SHORTEST_STEMMED else stem_of(word)


def _sum_of(about: str, rows: Sequence[_Met]) -> Evidence:
    """Add what does not lean on the same words, each as a share of what the others left open."""
    ordered = sorted(rows, key=lambda row: (-row.score, row.clue.text))
    used: set[int] = set()
    left = 1.0
    for row in ordered[1:]:
        if not row.places & (used | ordered[0].places):
            used |= row.places
            left *= 1 - min(row.score, 1.0)
    best = ordered[0]
    return Evidence(about, best.score if best.score >= 1 else 1 - (1 - best.score) * left, best.clue.text)
