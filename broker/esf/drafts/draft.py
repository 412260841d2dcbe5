"""A first text in the making: sentences with numbered footnotes, and what the rows could not tell."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from babel.dates import format_date

from broker.esf.application import Application
from broker.esf.kinds import Page
from broker.esf.models import Contribution
from broker.sentences import Sentence


@dataclass
class Draft:
    """The text so far, the rows its figures come from, and what is missing; nothing is invented."""

    lines: list[str] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    missing: list[Sentence] = field(default_factory=list)

    def say(self, sentence: str, source: str = "", page: Page | None = None) -> None:
        """Add a sentence; one with a source gets its footnote number before the full stop's end."""
        if source:
            number = len(self.sources) + 1
            self.sources.append({"number": number, "text": source, "page": (page or Page.ACTORS).value})
            sentence = f"{sentence} [{number}]"
        self.lines.append(sentence)

    def lack(self, sentence: Sentence) -> None:
        """Say what a person must add."""
        self.missing.append(sentence)

    @property
    def text(self) -> str:
        """Give the text, a paragraph for each sentence."""
        return "\n\n".join(self.lines)


def companies(count: int) -> str:
    """Give a number of companies in words."""
    return f"{count} företag"


def municipalities(count: int) -> str:
    """Give a number of municipalities in words."""
    return f"{count} kommun" if count == 1 else f"{count} kommuner"


def people(rows: Iterable[Contribution]) -> str:
    """Give how many women and men some needs are for, in words."""
    rows = list(rows)
    women, men, unknown = (sum(getattr(row, name) for row in rows) for name in ("women", "men", "unknown_sex"))
    known = f"{women} {'kvinna' if women == 1 else 'kvinnor'}, {men} {'man' if men == 1 else 'män'}"
    return f"{known}, {unknown} vars kön inte är känt" if unknown else known


def quoted(label: str) -> str:
    """Give a label or what somebody wrote as it stands inside a sentence; names keep their capitals."""
    return f"”{inside(label)}”"


def on(day: date) -> str:
    """Give a day as it stands in Swedish text."""
    return format_date(day, "d MMMM y", locale="sv")


def in_month(day: date | None) -> str:
    """Give the month of a day as it stands in Swedish text."""
    return format_date(day, "MMMM y", locale="sv") if day else ""


def between(days: Iterable[date]) -> str:
    """Give the first and last of some days as they stand in Swedish text."""
    ordered = sorted(days)
    first, last = ordered[0], ordered[-1]
    return f"den {on(first)}" if first == last else f"från {on(first)} till {on(last)}"


def inside(text: str) -> str:
    """Give what somebody wrote as it stands inside a sentence, without a full stop of its own."""
    return text.strip().removesuffix(".")


def ended(text: str) -> str:
    """Give what somebody wrote as sentences, with one full stop at the end."""
    return text.strip() if text.strip().endswith(("!", "?", "…")) else f"{inside(text)}."


def listed(words: Iterable[str]) -> str:
    """Give words as a list in a sentence."""
    found = [word for word in words if word]
    return " och ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)


def by_topic(application: Application) -> dict[str, list[Contribution]]:
    """Give the needs by topic, the one with most people first."""
    groups: dict[str, list[Contribution]] = {}
    for row in application.brought:
        groups.setdefault(row.topic_id, []).append(row)
    return dict(sorted(groups.items(), key=lambda item: (-sum(row.participants for row in item[1]), item[0])))


def count_companies(rows: Iterable[Contribution]) -> int:
    """Count the companies behind some needs."""
    return len({row.company_id for row in rows})


def rows_as_source(rows: Iterable[Contribution]) -> str:
    """Name the rows behind a figure: company, place and the day it was told."""
    parts = []
    for row in rows:
        day = f", kontakt {on(row.contacted_on)}" if row.contacted_on else ", kontakt saknas"
        parts.append(f"{row.company.name} ({row.municipality_name}{day})")
    return "; ".join(parts)
