"""What an evaluation says in figures and texts: figures of those who answered together, texts that were released."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from broker.reference.queries import words_of
from broker.sentences import Sentence
from broker.swedish import sort_key


@dataclass(frozen=True)
class Outcome:
    """What was answered to one question."""

    words: Sentence
    count: int
    mean: float | None = None
    options: Sequence[tuple[Sentence, int]] = ()
    texts: Sequence[str] = ()


def outcomes(
    questions: Sequence[Mapping[str, Any]],
    given: Sequence[Mapping[str, Any]],
    released: Sequence[tuple[str, str]],
) -> list[Outcome]:
    """Give the outcome of each question, of all answers to it and of the texts that were released, by question."""
    return [_outcome(question, given, released) for question in questions]


def is_shown(closed: Sequence[bool], answers: int, fewest: int) -> bool:
    """Tell whether the answers of a training may be shown: once no more can come, and only if there are enough.

    They are shown once and all together, so that what one day shows beside another tells nobody's answer.
    """
    return bool(closed) and all(closed) and answers >= fewest


def _outcome(
    question: Mapping[str, Any], given: Sequence[Mapping[str, Any]], released: Sequence[tuple[str, str]]
) -> Outcome:
    words, name = words_of(question), question["id"]
    if question["kind"] == "text":
        # In the order of the alphabet: that of their coming would tell whose they are.
        texts = sorted((text for question_id, text in released if question_id == name), key=sort_key)
        return Outcome(words, len(texts), texts=texts)
    values = [row[name] for row in given if row.get(name)]
    counted = Counter(map(str, values))
    if question["kind"] == "scale":
        steps = range(question["least"], question["most"] + 1)
        options = [(Sentence(str(step)), counted[str(step)]) for step in steps]
        return Outcome(words, len(values), mean=sum(values) / len(values) if values else None, options=options)
    options = [(words_of(option), counted[option["id"]]) for option in question["options"]]
    return Outcome(words, len(values), options=options)
