"""Writes calendars and invitations as programs read them (RFC 5545, RFC 5546)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from broker import clock
from broker.content_lines import escaped

# The longest line in octets, without its end (RFC 5545, 3.1).
_LONGEST_LINE = 75
# How long a meeting is when nobody has said it.
USUAL_MINUTES = 60


@dataclass(frozen=True)
class Entry:
    """A day of a calendar, or some minutes of it from a time in Sweden on.

    The same thing keeps its uid and gets a higher version when it changes.
    """

    uid: str
    day: date
    title: str
    link: str
    version: int
    starts_at: time | None = None
    minutes: int | None = None
    place: str = ""
    is_off: bool = False


def as_text(name: str, entries: Iterable[Entry], *, now: datetime) -> str:
    """Give a calendar with this name."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Broker//Broker//SV",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        *(line for entry in entries for line in _event(entry, now)),
        "END:VCALENDAR",
    ]
    return "".join(_folded(line) for line in lines)


@dataclass(frozen=True)
class Invited:
    """Who invites and who is invited, by the addresses that answers and letters go to."""

    organizer: str
    organizer_name: str
    guest: str


def as_invitation(entry: Entry, invited: Invited, *, text: str, is_off: bool, now: datetime) -> str:
    """Give an invitation to one guest, or a newer one to the same meeting, or word that it is off (RFC 5546)."""
    name = "".join(letter for letter in invited.organizer_name if letter not in '":;,')
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Broker//Broker//SV",
        f"METHOD:{'CANCEL' if is_off else 'REQUEST'}",
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{entry.version}",
        f"STATUS:{'CANCELLED' if is_off else 'CONFIRMED'}",
        *_when(entry),
        f'ORGANIZER;CN="{name}":mailto:{invited.organizer}',
        f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{invited.guest}",
        *([f"LOCATION:{escaped(entry.place)}"] if entry.place else []),
        f"SUMMARY:{escaped(entry.title)}",
        *([f"DESCRIPTION:{escaped(text)}"] if text else []),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(_folded(line) for line in lines)


def _event(entry: Entry, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"SEQUENCE:{entry.version}"
    if entry.is_off:
        yield "STATUS:CANCELLED"
    yield from _when(entry)
    if entry.place:
        yield f"LOCATION:{escaped(entry.place)}"
    yield f"SUMMARY:{escaped(entry.title)}"
    # Some programs show an event's description but not its address.
    yield f"DESCRIPTION:{escaped(entry.link)}"
    yield f"URL:{entry.link}"
    # A whole day does not make the person busy, an agreed time does.
    yield f"TRANSP:{'OPAQUE' if entry.starts_at else 'TRANSPARENT'}"
    yield "END:VEVENT"


def _when(entry: Entry) -> Iterator[str]:
    if entry.starts_at is None:
        yield f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}"
        return
    start = datetime.combine(entry.day, entry.starts_at, tzinfo=clock.SWEDEN).astimezone(UTC)
    yield f"DTSTART:{start:%Y%m%dT%H%M%SZ}"
    yield f"DTEND:{start + timedelta(minutes=entry.minutes or USUAL_MINUTES):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> str:
    rows, room = [""], _LONGEST_LINE
    for letter in line:
        size = len(letter.encode())
        if size > room:
            rows.append(" ")
            room = _LONGEST_LINE - 1
        rows[-1] += letter
        room -= size
    return "".join(f"{row}\r\n" for row in rows)
