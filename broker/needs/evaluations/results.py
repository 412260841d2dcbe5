"""What an evaluation says in figures and texts; a text is shown with its company only when it points out nobody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from broker.reference.queries import words_of
from broker.sentences import Sentence
from broker.swedish import sort_key


@dataclass(frozen=True)
class Given:
    """What one person answered, and from which company."""

    company: str
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """A text, with its company if that points out nobody."""

    text: str
    company: str | None


@dataclass(frozen=True)
class Outcome:
    """What was answered to one question."""

    words: Sentence
    count: int
    mean: float | None = None
    options: Sequence[tuple[Sentence, int]] = ()
    texts: Sequence[Said] = ()


def outcomes(questions: Sequence[Mapping[str, Any]], given: Sequence[Given], *, fewest: int) -> list[Outcome]:
    """Give the outcome of each question; of a company with fewer answers than that no text says whose it is.

    When so few answers would be left without a company that they point each other out, no text says it.
    """
    answered = Counter(row.company for row in given)
    named = {name for name, count in answered.items() if count >= fewest}
    if 0 < sum(count for name, count in answered.items() if name not in named) < fewest:
        named = set()
    return [_outcome(question, given, named) for question in questions]


def _outcome(question: Mapping[str, Any], given: Sequence[Given], named: set[str]) -> Outcome:
    words = words_of(question)
    rows = [(row.company, row.answers[question["id"]]) for row in given if row.answers.get(question["id"])]
    values = [value for _company, value in rows]
    if question["kind"] == "text":
        said = [Said(value, company if company in named else None) for company, value in rows]
        # In the order of the alphabet: that of their coming would tell whose they are.
        return Outcome(words, len(said), texts=sorted(said, key=lambda row: (row.company or "", sort_key(row.text))))
    counted = Counter(map(str, values))
    if question["kind"] == "scale":
        steps = range(question["least"], question["most"] + 1)
        options = [(Sentence(str(step)), counted[str(step)]) for step in steps]
        return Outcome(words, len(values), mean=sum(values) / len(values) if values else None, options=options)
    options = [(words_of(option), counted[option["id"]]) for option in question["options"]]
    return Outcome(words, len(values), options=options)
