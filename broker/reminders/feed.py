"""What features above put into a person's own calendar beside the open tasks; each registers what it has."""

from collections.abc import Callable, Sequence

from broker.calendars import Entry
from broker.reminders.models import ReminderChoice

EntryMaker = Callable[[ReminderChoice], Sequence[Entry]]
_makers: list[EntryMaker] = []


def shown_in_feed(make: EntryMaker) -> EntryMaker:
    """Mark what another feature has for a person's calendar, within what the person lets it show."""
    _makers.append(make)
    return make


def entries_for(choice: ReminderChoice) -> list[Entry]:
    """List what other features have for a person's calendar."""
    return [entry for make in _makers for entry in make(choice)]
