"""The earlier way from free text to topics, by parts of words alone: what the table shows beside the product."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import log, sqrt

from broker.reference import queries as reference
from broker.reference.queries import Topic
from broker.sentences import N_, Sentence
from broker.swedish import search_key

# Parts of words of these lengths stand for word stems, plural endings and the parts of Swedish compounds.
_SHORTEST_PART, _LONGEST_PART = 3, 5
# What a name that people use counts for, and what one of the topic's skills counts for.
_NAME_WEIGHT, _SKILL_WEIGHT = 1.0, 0.6
# What likeness to all of a topic's phrases counts for beside likeness to the best one.
_BREADTH_WEIGHT = 0.25
# What a topic must reach by itself, and as a share of the likeliest one, to be proposed.
_LEAST_SCORE, _LEAST_SHARE = 0.12, 0.3
# What the likeliest topic must reach, and how near the next may come, to be chosen before a person has looked.
_CLEAR_SCORE, _CLEAR_SHARE = 0.5, 0.75
_ENDINGS = re.compile(r"(arnas|ernas|ornas|arna|erna|orna|heten|aren|ande|ning|en|et|er|ar|or|na|a|e|s)$")
_COMMON_WORDS = frozenset(
    search_key(
        """och i för att med till av på en ett de som vi vår vara behöver vill ny nya kurs kurser utbildning
        utbildningar utb repetition personal steg grund nivå dag dagar timmar person personer st ca samt eller om den
        det"""
    ).split()
)
_COMMON_PARTS = re.compile(r"(utbildningar|utbildning|kurser|kursen|kurs|certifikat|bevis|kort)$")


@dataclass(frozen=True)
class _Phrase:
    topic_id: str
    text: str
    weight: float
    features: Mapping[str, float]


@dataclass(frozen=True)
class _Likeness:
    topic_id: str
    score: float
    phrase: str

    @property
    def reason(self) -> Sentence:
        """Give the words of the topic that the text resembles."""
        return Sentence(N_("Liknar ”%(phrase)s”."), {"phrase": self.phrase})


_NOTHING = _Likeness("", 0.0, "")


def propose_topics(text: str, limit: int = 5) -> list[tuple[Topic, Sentence]]:
    """List the topics that a text can mean, the likeliest first, each with the words that it resembles."""
    return [(reference.topics()[row.topic_id], row.reason) for row in _ranked(text)[:limit]]


def find_clear_topic(text: str) -> Topic | None:
    """Give the topic that a text means, unless the likeness is weak or another topic is almost as likely."""
    found = [*_ranked(text), _NOTHING, _NOTHING]
    is_clear = found[0].score >= _CLEAR_SCORE and found[1].score <= _CLEAR_SHARE * found[0].score
    return reference.topics()[found[0].topic_id] if is_clear else None


def _ranked(text: str) -> list[_Likeness]:
    wanted = _weighted(_features(text))
    best: dict[str, tuple[float, str]] = {}
    sums: dict[str, float] = defaultdict(float)
    for phrase in _phrases():
        likeness = phrase.weight * sum(weight * wanted.get(part, 0.0) for part, weight in phrase.features.items())
        sums[phrase.topic_id] += likeness * likeness
        if likeness > best.get(phrase.topic_id, (0.0, ""))[0]:
            best[phrase.topic_id] = likeness, phrase.text
    scores = {
        topic_id: likeness + _BREADTH_WEIGHT * sqrt(sums[topic_id]) for topic_id, (likeness, _text) in best.items()
    }
    least = max(_LEAST_SCORE, _LEAST_SHARE * max(scores.values(), default=0.0))
    likely = [topic_id for topic_id, score in scores.items() if score >= least]
    ranked = sorted(likely, key=lambda topic_id: (-scores[topic_id], topic_id))
    return [_Likeness(topic_id, scores[topic_id], best[topic_id][1]) for topic_id in ranked]


def _features(text: str) -> Counter[str]:
    """Count the parts of the words of a text; whole words and stems are parts too."""
    parts: Counter[str] = Counter()
    for word in search_key(text).split():
        if word in _COMMON_WORDS:
            continue
        bare = _COMMON_PARTS.sub("", word) or word
        stem = _ENDINGS.sub("", bare) if len(bare) > _LONGEST_PART else bare
        parts[f"={stem}"] += 2
        padded = f"^{bare}$"
        for length in range(_SHORTEST_PART, _LONGEST_PART + 1):
            parts.update(padded[start : start + length] for start in range(len(padded) - length + 1))
    return parts


def _weighted(features: Counter[str]) -> dict[str, float]:
    rarity = _rarity()
    weights = {part: (1 + log(count)) * rarity.get(part, rarity[""]) for part, count in features.items()}
    length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {part: weight / length for part, weight in weights.items()}


@cache
def _texts() -> tuple[tuple[str, str, float], ...]:
    skills = reference.skills()
    found = []
    for topic in reference.topics().values():
        found += [(topic.id, text, _NAME_WEIGHT) for text in (topic.label, *topic.aliases)]
        found += [(topic.id, skills[skill].label, _SKILL_WEIGHT) for skill in topic.skill_ids if skill in skills]
    return tuple(found)


@cache
def _rarity() -> Mapping[str, float]:
    """Give how telling each part of a word is: the fewer the topics that have it, the more."""
    topics_of: dict[str, set[str]] = defaultdict(set)
    for topic_id, text, _weight in _texts():
        for part in _features(text):
            topics_of[part].add(topic_id)
    count = len(reference.topics())
    return {"": log(1 + count), **{part: log(1 + count / len(topics)) for part, topics in topics_of.items()}}


@cache
def _phrases() -> tuple[_Phrase, ...]:
    return tuple(_Phrase(topic_id, text, weight, _weighted(_features(text))) for topic_id, text, weight in _texts())
