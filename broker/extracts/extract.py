"""The extract itself: everything that is told of one person, in words, the same on the page, on paper and in a file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

FORMAT, VERSION = "broker-extract", 1


@dataclass(frozen=True)
class Entry:
    """One thing that is held: what it is, its facts with their labels, and its texts."""

    title: str
    facts: tuple[tuple[str, str], ...]
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """All of one kind: what is the same for all of it, among that how long it is kept."""

    title: str
    facts: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Extract:
    """What one organisation holds of one person on a day.

    `cut` names the kinds of which there were more than are looked through. `keys` is what the event of it says: which
    rows of each kind.
    """

    organisation: str
    made_at: datetime
    asked_for: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    recipients: tuple[str, ...]
    cut: tuple[str, ...]
    left_out: str
    left_out_count: int
    has_others: bool
    keys: dict[str, list[int]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Give how many things it tells of."""
        return sum(len(section.entries) for section in self.sections)

    def as_data(self, paragraphs: Sequence[str]) -> dict[str, Any]:
        """Give the extract as plain data, with what it says to whoever reads it."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "organisation": self.organisation,
            "made_at": self.made_at.isoformat(),
            "asked_for": _pairs(self.asked_for),
            "sections": [
                {
                    "title": section.title,
                    "facts": _pairs(section.facts),
                    "entries": [
                        {
                            "title": entry.title,
                            "facts": _pairs(entry.facts),
                            "texts": list(entry.texts),
                        }
                        for entry in section.entries
                    ],
                }
                for section in self.sections
            ],
            "recipients": list(self.recipients),
            "cut": list(self.cut),
            "left_out": self.left_out,
            "information": list(paragraphs),
        }


def _pairs(facts: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"label": label, "value": value} for label, value in facts]
