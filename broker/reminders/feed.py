"""What features above add to a person's own calendar and morning letter; each registers what it has."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from broker.calendars import Entry
from broker.reminders.models import ReminderChoice


@dataclass(frozen=True)
class Waiting:
    """Something to do by a day, in Swedish words, and the page where it is done."""

    day: date
    text: str
    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)


EntryMaker = Callable[[ReminderChoice], Sequence[Entry]]
WaitingFinder = Callable[[int, date], Sequence[Waiting]]
_makers: list[EntryMaker] = []
_finders: list[WaitingFinder] = []


def shown_in_feed(make: EntryMaker) -> EntryMaker:
    """Mark what another feature has for a person's calendar, within what the person lets it show."""
    _makers.append(make)
    return make


def told_in_letter(find: WaitingFinder) -> WaitingFinder:
    """Mark what another feature has for a person's morning letter until a day; it names companies, never people."""
    _finders.append(find)
    return find


def entries_for(choice: ReminderChoice) -> list[Entry]:
    """List what other features have for a person's calendar."""
    return [entry for make in _makers for entry in make(choice)]


def waiting_for(user_id: int, until: date) -> list[Waiting]:
    """List what other features have for a person's letter, until a day."""
    return [row for find in _finders for row in find(user_id, until)]
