"""A first text in the making: sentences with numbered footnotes, and what the rows could not tell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from babel.dates import format_date

from broker.esf.application import Application
from broker.esf.budgets.models import BudgetRow
from broker.esf.kinds import Page
from broker.esf.models import Activity, Actor, Commitment, Contribution, Goal
from broker.sentences import Sentence

# The kinds of rows that a footnote can open, by the words of the address.
_KINDS: dict[type, str] = {
    Contribution: "behov",
    Commitment: "ataganden",
    Actor: "aktorer",
    Goal: "mal",
    Activity: "aktiviteter",
    BudgetRow: "kostnader",
}


@dataclass
class Draft:
    """The text so far, the rows its figures come from, and what is missing; nothing is invented."""

    lines: list[str] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    missing: list[Sentence] = field(default_factory=list)

    def say(self, sentence: str, source: str = "", page: Page | None = None, rows: Iterable[Any] = ()) -> None:
        """Add a sentence; one with a source gets a footnote after it, which opens exactly its rows if they are told."""
        self.lines.append(self._noted(sentence, source, page, rows))

    def say_of(self, rows: Iterable[Contribution], sentence: str) -> None:
        """Add a sentence about some needs, with a footnote that opens them."""
        rows = list(rows)
        self.say(sentence, rows_as_source(rows), Page.ACTORS, rows)

    def list_of(self, sentence: str, items: Iterable[tuple[str, Sequence[Contribution]]]) -> None:
        """Add a sentence with a list below it, each item with a footnote that opens its needs."""
        told = [f"- {self._noted(words, rows_as_source(rows), Page.ACTORS, rows)}" for words, rows in items]
        self.lines.append("\n".join([sentence, *told]))

    def tabulate(
        self, sentence: str, header: Sequence[str], rows: Iterable[tuple[Sequence[Any], Sequence[Any]]]
    ) -> None:
        """Add a sentence with a table below it, each row with a footnote that opens its needs."""
        lines = []
        for cells, needs in rows:
            first, *others = (str(cell).replace("|", "/") for cell in cells)
            lines.append(" | ".join([self._noted(first, rows_as_source(needs), Page.ACTORS, needs), *others]))
        table = [" | ".join(header), " | ".join("---" for _column in header), *lines]
        self.lines.append("\n".join([sentence, *(f"| {line} |" for line in table)]))

    def _noted(self, sentence: str, source: str, page: Page | None, rows: Iterable[Any]) -> str:
        if not source:
            return sentence
        number = len(self.sources) + 1
        note = {"number": number, "text": source, "page": (page or Page.ACTORS).value}
        if named := list(rows):
            note |= {"kind": _KINDS[type(named[0])], "rows": [row.id for row in named]}
        self.sources.append(note)
        return f"{sentence} [{number}]"

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
