"""Finds the topics that a free text can mean, from their labels, everyday words and skills; a person confirms.

Every word of the text is compared with every word that the topics are called by: as a stem, as a part of a compound,
and by the letters that they share. A phrase counts as far as its words are found. The words of the trades, by which no
topic is called, are clues to it. Skills and occupation groups that no topic has speak against, and so do other errands
than training and subjects that are not ours: a text that resembles one of them more than any topic is about something
else, and one that asks for somebody to employ always is.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log, sqrt

from broker.reference import queries as reference
from broker.reference.queries import Topic
from broker.sentences import N_, Sentence
from broker.swedish import is_one_slip, search_key
from broker.topics.clues import Clue, Clues, Evidence
from broker.topics.stems import (
    asks_for_people,
    asks_for_proof,
    audience,
    content_words,
    folded,
    pieces_of,
    stem_of,
    stems_of,
    subject_words,
    take_apart,
)

MOST_PROPOSED = 5
# What joins two names of one thing.
_JOINED = re.compile(r" – |[/()]")
# What a name that people use counts for, what a skill of the topic, and what an occupation group that has such skills.
_NAME_WEIGHT, _SKILL_WEIGHT, _GROUP_WEIGHT = 1.0, 0.85, 0.5
# How alike two words are when the topic's is the first or the last part of the text's, or the other way round, and when
# two compounds begin with the same part.
_HAS_FIRST, _HAS_LAST, _IS_FIRST, _IS_LAST, _SAME_FIRST = 0.85, 0.8, 0.65, 0.5, 0.5
# What one slip of the hand, or letters without dots, leave; what shared letters count for, and how many there must be.
_SLIP, _LETTERS, _LEAST_LETTERS = 0.75, 0.8, 0.45
# What letters count for where the words begin differently, and how many letters a beginning has.
_OTHER_BEGINNING, _BEGINNING = 0.6, 3
# Shorter words, most of them abbreviations, are no parts of others, and a slip makes another word of them.
_SHORTEST_COMPARED = 4
# What a word counts for that says for whom or where, and what each word counts for less than the one before it.
_AUDIENCE_WEIGHT, _LATER = 0.8, 0.01
# What a word that no topic is called by weighs, as a share of the most telling one.
_UNKNOWN = 0.5
# What being found counts for, and what the share of the text adds; what a topic's other phrases add.
_FOUND, _OF_TEXT, _BREADTH = 0.6, 0.4, 0.15
# What the weaker adds to the stronger where both a topic's names and its clues are in a text.
_BOTH = 0.35
# What the words for a test or a licence count for where nobody asked for one.
_UNASKED_PROOF = 0.85
# What a text counts for that is a topic's name, and one that somebody has confirmed before.
_EXACT, _CONFIRMED = 1.1, 1.6
# What a topic must reach by itself, and as a share of the likeliest one, to be proposed.
_LEAST_SCORE, _LEAST_SHARE = 0.3, 0.4
# What the likeliest topic must reach where letters and parts of words are all that speaks for any.
_LEAST_WITHOUT_CLUE = 0.45
# From here on a topic is proposed even if the text resembles something outside the topics more.
_SURE_SCORE = 0.75
# More than this only words that are known to be about something else count for.
_SURELY_OUTSIDE = 1.0
# What a text counts for outside the topics that asks for somebody to employ.
_CERTAIN = 1.5
# What the likeliest topic must reach, and how near the next may come, to be chosen before a person has looked.
_CLEAR_SCORE, _CLEAR_SHARE = 0.6, 0.87


@dataclass(frozen=True)
class Phrase:
    """Words that a topic is called by, or a skill or occupation group, and what they count for."""

    topic_id: str
    text: str
    weight: float = _NAME_WEIGHT
    is_confirmed: bool = False


@dataclass(frozen=True)
class Likeness:
    """How much a text resembles a topic, at most 1 and a little, and which of its phrases most."""

    topic_id: str
    score: float
    phrase: str
    has_clue: bool = False

    @property
    def reason(self) -> Sentence:
        """Give the words of the topic that the text resembles."""
        return Sentence(N_("Liknar ”%(phrase)s”."), {"phrase": self.phrase})


_NOTHING = Likeness("", 0.0, "")


class TopicMatcher:
    """Compares texts with topics, and with what people have confirmed before."""

    def __init__(self, topics: Iterable[Topic], remembered: Iterable[tuple[str, str]]) -> None:
        self.topics = {topic.id: topic for topic in topics}
        confirmed = [Phrase(topic_id, text, is_confirmed=True) for topic_id, text in remembered]
        self._phrases = [*_phrases_of(self.topics.values()), *(row for row in confirmed if row.topic_id in self.topics)]
        self._names = [search_key(phrase.text) for phrase in self._phrases]
        self._index = _Index(self._phrases, len(self.topics))
        self._clues = Clues(
            Clue(topic.id, text, row.strength)
            for topic in self.topics.values()
            for row in topic.trade_words
            for text in row.words
        )

    def propose(self, text: str, limit: int = MOST_PROPOSED) -> list[tuple[Topic, Sentence]]:
        """List the topics that a text can mean, the likeliest first, each with the words that it resembles."""
        return [(self.topics[row.topic_id], row.reason) for row in self.rank(text)[:limit]]

    def find_clear(self, text: str) -> Topic | None:
        """Give the topic that a text means, unless the likeness is weak or another topic is almost as likely."""
        first, second = [*self.rank(text), _NOTHING, _NOTHING][:2]
        is_clear = first.score >= _CLEAR_SCORE and second.score <= _CLEAR_SHARE * first.score
        return self.topics[first.topic_id] if is_clear else None

    def rank(self, text: str) -> list[Likeness]:
        """List every topic that a text can mean, the likeliest first; nothing for a text about something else."""
        found = sorted(self._likenesses(text), key=lambda row: (-row.score, row.topic_id))
        best = found[0].score if found else 0.0
        outside = outside_likeness(text).score
        is_other = outside > best and (best < _SURE_SCORE or outside > _SURELY_OUTSIDE)
        least = _LEAST_SCORE if any(row.has_clue for row in found) else _LEAST_WITHOUT_CLUE
        if best < least or outside >= _CERTAIN or is_other:
            return []
        return [row for row in found if row.score >= max(_LEAST_SCORE, _LEAST_SHARE * best)]

    def _likenesses(self, text: str) -> list[Likeness]:
        scores: dict[str, list[tuple[float, str]]] = defaultdict(list)
        name, wants_proof = search_key(text), asks_for_proof(text)
        for number, score in self._index.compare(text):
            phrase = self._phrases[number]
            weight = phrase.weight * (_UNASKED_PROOF if asks_for_proof(phrase.text) and not wants_proof else 1)
            of = self._names[number] == name and (_CONFIRMED if phrase.is_confirmed else _EXACT)
            scores[phrase.topic_id].append((of or score * weight, phrase.text))
        likenesses = {topic_id: _likeness(topic_id, found) for topic_id, found in scores.items()}
        for clue in self._clues.find(text):
            likenesses[clue.about] = _with_clue(likenesses.get(clue.about, _NOTHING), clue)
        return list(likenesses.values())


class _Index:
    """The words of phrases by what others can share with them."""

    def __init__(self, phrases: Sequence[Phrase], topic_count: int) -> None:
        self._words = [tuple(content_words(phrase.text)) for phrase in phrases]
        self._phrases_with: dict[str, list[int]] = defaultdict(list)
        topics_with: dict[str, set[str]] = defaultdict(set)
        for number, words in enumerate(self._words):
            for word in words:
                self._phrases_with[word].append(number)
                topics_with[stem_of(word)].add(phrases[number].topic_id)
        self._parts = _skill_stems() | frozenset(topics_with)
        self._least = _UNKNOWN * log(1 + topic_count)
        self._telling = {word: log(1 + topic_count / len(topics_with[stem_of(word)])) for word in self._phrases_with}
        self._totals = [sum(self._telling[word] for word in words) for words in self._words]
        self._stems, self._firsts, self._lasts, self._pieces, self._folded = (_lists() for _ in range(5))
        self._sizes: dict[str, int] = {}
        for word in self._phrases_with:
            self._add(word)

    def _add(self, word: str) -> None:
        stem, pieces = stem_of(word), pieces_of(word)
        first, last = take_apart(word, self._parts)
        self._stems[stem].append(word)
        self._folded[folded(stem)].append(word)
        self._firsts[first].append(word)
        self._lasts[last].append(word)
        self._sizes[word] = len(pieces)
        for piece in pieces:
            self._pieces[piece].append(word)

    def compare(self, text: str) -> list[tuple[int, float]]:
        """Give the phrases that share anything with a text, and how much of them and of it that is."""
        found = self._found(text)
        best: dict[str, float] = {}
        for alike in found:
            for word, likeness in alike.items():
                best[word] = max(likeness, best.get(word, 0.0))
        weights = [max([self._least, *(self._telling[word] * of for word, of in alike.items())]) for alike in found]
        numbers = {number for word in best for number in self._phrases_with[word]}
        return [(number, self._score(number, best, found, weights)) for number in numbers]

    def _score(
        self, number: int, best: Mapping[str, float], found: Sequence[Mapping[str, float]], weights: Sequence[float]
    ) -> float:
        words = self._words[number]
        of_phrase = sum(self._telling[word] * best.get(word, 0.0) for word in words) / self._totals[number]
        of_text = sum(
            weight * max(alike.get(word, 0.0) for word in words) for alike, weight in zip(found, weights, strict=True)
        )
        return of_phrase * (_FOUND + _OF_TEXT * of_text / sum(weights))

    def _found(self, text: str) -> list[dict[str, float]]:
        """Give, for each word of a text, which words of the phrases it is like, and how much."""
        words, people = content_words(text), audience(text)
        found = [self._alike(word) for word in words]
        for place in range(len(words) - 1):
            # Swedish compounds are often written apart.
            for whole in self._stems.get(stem_of(words[place] + words[place + 1]), ()):
                found[place][whole] = found[place + 1][whole] = 1.0
        weighed = []
        for place, (word, alike) in enumerate(zip(words, found, strict=True)):
            weight = (_AUDIENCE_WEIGHT if word in people else 1.0) * (1 - _LATER * min(place, 20))
            weighed.append({other: weight * likeness for other, likeness in (alike or self._slips(word)).items()})
        return weighed

    def _alike(self, word: str) -> dict[str, float]:
        stem = stem_of(word)
        first, last = take_apart(word, self._parts)
        found = self._sharing_letters(word)
        shared = [(self._firsts, first, _SAME_FIRST), (self._stems, stem, 1.0)]
        if len(stem) >= _SHORTEST_COMPARED:
            shared += [(self._lasts, stem, _IS_LAST), (self._firsts, stem, _IS_FIRST)]
        if len(last) >= _SHORTEST_COMPARED:
            shared.append((self._stems, last, _HAS_LAST))
        if len(first) >= _SHORTEST_COMPARED:
            shared.append((self._stems, first, _HAS_FIRST))
        for words_by, part, likeness in shared:
            for other in words_by.get(part, ()) if part else ():
                found[other] = max(likeness, found.get(other, 0.0))
        return found

    def _sharing_letters(self, word: str) -> dict[str, float]:
        pieces = pieces_of(word)
        shared = Counter(other for piece in pieces for other in self._pieces.get(piece, ()))
        found = {}
        for other, count in shared.items():
            share = 2 * count / (len(pieces) + self._sizes[other])
            if share >= _LEAST_LETTERS:
                begins_alike = other[:_BEGINNING] == word[:_BEGINNING]
                found[other] = _LETTERS * share * (1 if begins_alike else _OTHER_BEGINNING)
        return found

    def _slips(self, word: str) -> dict[str, float]:
        if len(word) < _SHORTEST_COMPARED:
            return {}
        stem = stem_of(word)
        undotted = self._folded.get(folded(stem), ()) if len(stem) >= _SHORTEST_COMPARED else ()
        near = (
            other
            for other in self._phrases_with
            if other[0] == word[0] and len(other) >= _SHORTEST_COMPARED and is_one_slip(other, word)
        )
        return dict.fromkeys((*undotted, *near), _SLIP)


@lru_cache(maxsize=50)
def matcher(topics: tuple[Topic, ...], remembered: tuple[tuple[str, str], ...] = ()) -> TopicMatcher:
    """Give the matcher of these topics, and of texts that people have said which of them they mean."""
    return TopicMatcher(topics, remembered)


def outside_likeness(text: str) -> Likeness:
    """Give the skill, occupation group or errand without a topic that a text resembles most, and how much."""
    if asks_for_people(text):
        return Likeness("", _CERTAIN, "")
    errand = max(_errands().find(text), key=lambda found: found.score, default=None)
    if errand and errand.score >= _CERTAIN:
        return Likeness("", errand.score, errand.about)
    known = _outside()
    words = (stem_of(word) for word in content_words(text))
    weight = sum(known.telling.get(word, known.most_telling) for word in words)
    shared: dict[int, float] = defaultdict(float)
    for word in {stem_of(word) for word in subject_words(text)}:
        for number in known.rows_with.get(word, ()):
            shared[number] += known.telling[word]
    found = ((of / known.totals[row] * (_FOUND + _OF_TEXT * of / weight), -row) for row, of in shared.items())
    score, row = max(found, default=(0.0, 0))
    if errand and errand.score > score:
        return Likeness("", errand.score, known.labels[-row] if score > _SURE_SCORE else errand.about)
    return Likeness("", score, known.labels[-row]) if score else _NOTHING


@cache
def _errands() -> Clues:
    rows = ((errand, row) for errand, rows in reference.errand_words().items() for row in rows)
    return Clues(Clue(errand, text, row.strength) for errand, row in rows for text in row.words)


@dataclass(frozen=True)
class _Outside:
    """The skills and occupation groups that no topic has."""

    labels: Sequence[str]
    rows_with: Mapping[str, Sequence[int]]
    telling: Mapping[str, float]
    totals: Sequence[float]
    most_telling: float


@cache
def _outside() -> _Outside:
    linked = {skill_id for topic in reference.topics().values() for skill_id in topic.skill_ids}
    labels = [skill.label for skill in reference.skills().values() if skill.id not in linked]
    labels += [label for group, label in reference.occupation_groups().items() if group not in _groups_of_topics()]
    stems = [{stem_of(word) for word in content_words(label)} for label in labels]
    rows_with = _lists_of_rows(stems)
    telling = {stem: log(1 + len(labels) / len(rows)) for stem, rows in rows_with.items()}
    totals = [sum(telling[stem] for stem in row) for row in stems]
    return _Outside(labels, rows_with, telling, totals, log(1 + len(labels)))


def _lists_of_rows(stems: Sequence[Iterable[str]]) -> Mapping[str, Sequence[int]]:
    rows_with: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(stems):
        for stem in row:
            rows_with[stem].append(number)
    return rows_with


def _phrases_of(topics: Collection[Topic]) -> list[Phrase]:
    skills, groups, found = reference.skills(), reference.occupation_groups(), list[Phrase]()
    many = Counter(group for topic in topics for group in topic.occupation_group_ids)
    for topic in topics:
        found += [Phrase(topic.id, text) for name in (topic.label, *topic.aliases) for text in _ways_to_say(name)]
        labels = (skills[skill].label for skill in topic.skill_ids if skill in skills)
        found += [Phrase(topic.id, text, _SKILL_WEIGHT) for label in labels for text in _ways_to_say(label)]
        for group in topic.occupation_group_ids:
            found.append(Phrase(topic.id, groups[group], _GROUP_WEIGHT / sqrt(many[group])))
    return [phrase for phrase in found if content_words(phrase.text)]


def _ways_to_say(name: str) -> list[str]:
    """Give a name, and each of the names that a stroke, a dash or brackets join in it."""
    parts = [part.strip() for part in _JOINED.split(name)]
    return [name, *(part for part in parts if part and part != name)]


@cache
def _groups_of_topics() -> frozenset[str]:
    """Give the occupation groups whose people some topic is for."""
    return frozenset(group for topic in reference.topics().values() for group in topic.occupation_group_ids)


@cache
def _skill_stems() -> frozenset[str]:
    return stems_of(skill.label for skill in reference.skills().values())


def _lists() -> dict[str, list[str]]:
    return defaultdict(list)


def _with_clue(likeness: Likeness, clue: Evidence) -> Likeness:
    high, low = max(likeness.score, clue.score), min(likeness.score, clue.score)
    phrase = likeness.phrase if likeness.score >= clue.score else clue.clue.replace("*", "…")
    return Likeness(clue.about, high + _BOTH * low, phrase, has_clue=True)


def _likeness(topic_id: str, found: Sequence[tuple[float, str]]) -> Likeness:
    score, phrase = max(found)
    others = sqrt(max(0.0, sum(other * other for other, _text in found) - score * score))
    return Likeness(topic_id, score + _BREADTH * others, phrase)
