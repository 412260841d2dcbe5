"""Sentences with named values that are put together only when shown, so that they can be translated."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(text: str) -> str:  # noqa: N802 - the name by which the translation tools find texts.
    """Mark a text for translation without translating it."""
    return text


@dataclass(frozen=True)
class Sentence:
    """A Swedish sentence and the values of its placeholders."""

    text: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values
