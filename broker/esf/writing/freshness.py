"""When the data behind a first text have changed: what it would say now, and how that goes into what people wrote."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

FOOTNOTE = re.compile(r" ?\[(\d+)\]")


@dataclass(frozen=True)
class Change:
    """One sentence of the first text, as it was fetched and as it would be now; one of them may be missing."""

    before: str
    after: str


@dataclass
class Taken:
    """A text with what changed taken in, its footnotes, and the changes that somebody must take in by hand."""

    text: str
    sources: list[dict[str, Any]]
    by_hand: list[Change] = field(default_factory=list)


def bare(text: str) -> str:
    """Give a text without its footnotes: their numbers say nothing of what is told."""
    return FOOTNOTE.sub("", text)


def changes(fetched: str, current: str) -> list[Change]:
    """List the sentences that differ, those of the first text in their order; nothing if it says the same."""
    old, new = _parts(bare(fetched)), _parts(bare(current))
    found: list[Change] = []
    for tag, first, last, new_first, new_last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        before, after = old[first:last], new[new_first:new_last]
        longest = max(len(before), len(after))
        pairs = zip(_filled(before, longest), _filled(after, longest), strict=True)
        found += [Change(one, other) for one, other in pairs]
    return found


def take_in(text: str, sources: Sequence[dict[str, Any]], fetched: str, now: str, now_sources: Sequence[Any]) -> Taken:
    """Put what changed into a text: only sentences that stand as they were fetched are replaced or taken away.

    A new sentence without a predecessor goes last. What somebody has rewritten stays, and is told of as left by hand.
    """
    taken = Taken(text, list(sources))
    full = {bare(part): part for part in _parts(now)}
    for change in changes(fetched, now):
        found = _find(change.before, taken.text)
        if change.before and found is None:
            taken.by_hand.append(change)
            continue
        words, more = _renumbered(full[change.after], now_sources, taken.sources) if change.after else ("", [])
        taken.sources += more
        if found is None:
            taken.text = f"{taken.text}\n\n{words}".strip()
        else:
            first, last = found
            taken.text = f"{taken.text[:first]}{words}{taken.text[last:]}"
            taken.text = re.sub(r"\n{3,}", "\n\n", taken.text).strip()
    return taken


def _find(sentence: str, text: str) -> tuple[int, int] | None:
    """Give where a sentence stands with its footnotes, which may be anywhere in it; nothing if it does not."""
    found = re.search(rf"(?<!\S){re.escape(sentence)}(?!\S)", bare(text)) if sentence else None
    if found is None:
        return None
    notes = [note.span() for note in FOOTNOTE.finditer(text)]
    places = [place for place in range(len(text)) if not any(first <= place < last for first, last in notes)]
    end = places[found.end() - 1] + 1
    # The footnotes right after the sentence are its own.
    after = re.match(rf"(?:{FOOTNOTE.pattern})*", text[end:])
    return places[found.start()], end + (after.end() if after else 0)


def _renumbered(
    words: str, sources: Sequence[dict[str, Any]], kept: Sequence[dict[str, Any]]
) -> tuple[str, list[dict[str, Any]]]:
    """Give a sentence with footnote numbers that nothing in the text has yet, and its footnotes."""
    highest = max((source["number"] for source in kept), default=0)
    cited = [source for source in sources if f"[{source['number']}]" in words]
    numbers = {source["number"]: highest + place for place, source in enumerate(cited, start=1)}
    text = FOOTNOTE.sub(lambda found: f" [{numbers.get(int(found[1]), int(found[1]))}]", words)
    return text, [{**source, "number": numbers[source["number"]]} for source in cited]


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"\n[ \t]*\n\s*", text) if part.strip()]


def _filled(parts: list[str], length: int) -> list[str]:
    return parts + [""] * (length - len(parts))
