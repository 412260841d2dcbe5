"""Sentences whose facts stand apart, so that they can be stored, and be shown in the reader's language later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


def N_(text: str) -> str:  # noqa: N802 - the name by which the translation tools find texts.
    """Mark a text for translation without translating it."""
    return text


@dataclass(frozen=True)
class Sentence:
    """A Swedish text with named placeholders, and the facts that fill them; a fact may be a sentence itself, or a day.

    Its English is in the catalogue, unless it came with the text, as in the lists of rules.
    """

    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    english: str = ""

    def __str__(self) -> str:
        return self.text % self.facts if self.facts else self.text

    def __bool__(self) -> bool:
        return bool(self.text)

    def as_stored(self) -> dict[str, Any]:
        """Give the sentence as plain data."""
        facts = {name: _stored(fact) for name, fact in self.facts.items()}
        parts = {"text": self.text, "facts": facts, "english": self.english}
        return {name: part for name, part in parts.items() if part or name == "text"}

    @classmethod
    def joined(cls, parts: Iterable["Sentence"], by: str = ", ") -> "Sentence":
        """Give several sentences or words as one."""
        facts = {f"part{place}": part for place, part in enumerate(parts)}
        return cls(by.join(f"%({name})s" for name in facts), facts)

    @classmethod
    def of(cls, told: Any) -> "Sentence":
        """Give what was stored, or what an error says, as a sentence; a plain text is one without facts."""
        if isinstance(told, Sentence):
            return told
        if isinstance(told, Exception):
            return cls.of(told.args[0] if told.args else "")
        if not isinstance(told, Mapping):
            return cls("" if told is None else str(told))
        kept = {name: _kept(fact) for name, fact in told.get("facts", {}).items()}
        return cls(told["text"], kept, told.get("english", ""))


def _stored(fact: Any) -> Any:
    if isinstance(fact, date):
        return {"day": fact.isoformat()}
    return fact.as_stored() if isinstance(fact, Sentence) else fact


def _kept(fact: Any) -> Any:
    if not isinstance(fact, Mapping):
        return fact
    return date.fromisoformat(fact["day"]) if "day" in fact else Sentence.of(fact)
