"""Reads events of a calendar that Outlook, Google or a telephone has written to a file (iCalendar: RFC 5545)."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from babel.core import get_global
from flask_babel import gettext as _

from broker import clock
from broker.calendars import USUAL_MINUTES
from broker.content_lines import decoded, unescaped
from broker.errors import RefusedError
from broker.swedish import clean

LARGEST_FILE = 5 * 1024 * 1024
MOST_EVENTS = 100
# So far from today on both sides a file is read: more is a calendar's whole history.
WINDOW = timedelta(days=366)
_LONGEST_VALUE, _MOST_ADDRESSES, _LONGEST_LINE = 20_000, 100, 300
_LEAST_MINUTES, _MOST_MINUTES = 5, 24 * 60
# A field: its name, parameters, and the value after the first colon outside quotation marks; nothing is tried twice.
_FIELD = re.compile(r'([A-Za-z0-9-]{1,60}+)((?:;(?:"[^"]*"|[^":;])*+)*+):(.*)', re.DOTALL)
_ZONE = re.compile(r';TZID=(?:"([^"]{1,200})"|([^":;]{1,200}))', re.IGNORECASE)
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_DURATION = re.compile(r"P(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:\d{1,6}S)?)?")
_KEPT = {
    "UID", "RECURRENCE-ID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "LOCATION", "STATUS", "SEQUENCE", "RRULE",
    "RDATE",
}  # fmt: skip
_PEOPLE = ("ATTENDEE", "ORGANIZER")


@dataclass(frozen=True)
class Event:
    """One event as Swedish clocks show it; one that lasts a whole day has no time."""

    key: str
    uid: str
    sequence: int
    title: str
    place: str
    day: date
    starts_at: time | None
    minutes: int | None
    addresses: frozenset[str]
    is_recurring: bool

    @property
    def is_past(self) -> bool:
        """Tell whether it has begun: then it is a contact to log, else one to plan."""
        if self.starts_at is None:
            return self.day < clock.today()
        return datetime.combine(self.day, self.starts_at, tzinfo=clock.SWEDEN) <= clock.now()


@dataclass(frozen=True)
class Events:
    """The events of a file, and how many were left out: cancelled, outside the window or too many, not readable."""

    rows: tuple[Event, ...]
    cancelled: int
    outside: int
    unreadable: int


def read_events(content: bytes) -> Events:
    """Read the events of a file, in order of time; refuses what is no calendar, and a file that is too large."""
    if len(content) > LARGEST_FILE:
        raise RefusedError(_("Filen är för stor. Exportera en kortare tid ur kalendern."))
    found: dict[str, Event] = {}
    cancelled = unreadable = 0
    fields_of_all = list(_components(decoded(content)))
    if not fields_of_all:
        raise RefusedError(
            _("Filen har inga möten. Exportera kalendern eller mötet som iCalendar (.ics) ur Outlook eller Google.")
        )
    for fields, addresses in fields_of_all:
        if fields.get("STATUS", ("", ""))[1].strip().upper() == "CANCELLED":
            cancelled += 1
            continue
        event = _find_event(fields, addresses)
        if event is None:
            unreadable += 1
        elif event.key not in found or found[event.key].sequence <= event.sequence:
            found[event.key] = event
    today = clock.today()
    near = [event for event in found.values() if abs(event.day - today) <= WINDOW]
    # Of too many, those nearest today are kept.
    kept = sorted(near, key=lambda event: abs(event.day - today))[:MOST_EVENTS]
    rows = sorted(kept, key=lambda event: (event.day, event.starts_at or time(), event.key))
    return Events(tuple(rows), cancelled, len(found) - len(rows), unreadable)


_Fields = dict[str, tuple[str, str]]


def _components(text: str) -> Iterator[tuple[_Fields, frozenset[str]]]:
    """Give each event's fields by name, as parameters and value, and its people; alarms and zones are passed over."""
    inside: list[str] = []
    fields: _Fields = {}
    addresses: set[str] = set()
    for line in _whole_lines(text):
        match = _FIELD.fullmatch(line)
        if match is None:
            continue
        name, parameters, value = match[1].upper(), match[2], match[3]
        if name == "BEGIN":
            inside.append(value.strip().upper())
            if inside == ["VCALENDAR", "VEVENT"]:
                fields, addresses = {}, set()
        elif name == "END" and inside:
            if inside == ["VCALENDAR", "VEVENT"]:
                yield fields, frozenset(addresses)
            inside.pop()
        elif len(inside) == 2 and inside[1] == "VEVENT":
            if name in _KEPT:
                fields.setdefault(name, (parameters, value))
            elif name in _PEOPLE and len(addresses) < _MOST_ADDRESSES:
                scheme, _colon, address = value.strip().lower().partition(":")
                addresses |= {address} if scheme == "mailto" and "@" in address else set()


def _whole_lines(text: str) -> Iterator[str]:
    pieces: list[str] = []
    length = 0
    for line in re.sub(r"\r\n?", "\n", text).split("\n"):
        if pieces and line[:1] in (" ", "\t"):
            if length < _LONGEST_VALUE:
                pieces.append(line[1 : _LONGEST_VALUE + 1])
                length += len(pieces[-1])
        else:
            if pieces:
                yield "".join(pieces)
            pieces = [line[:_LONGEST_VALUE]]
            length = len(pieces[0])
    yield "".join(pieces)


def _find_event(fields: _Fields, addresses: frozenset[str]) -> Event | None:
    uid = fields.get("UID", ("", ""))[1].strip()[:_LONGEST_LINE]
    try:
        start = _moment(*fields["DTSTART"])
        end = _moment(*fields["DTEND"]) if "DTEND" in fields else None
    except (KeyError, ValueError, OverflowError):
        return None
    if not uid:
        return None
    occurrence = fields.get("RECURRENCE-ID", ("", ""))[1].strip()
    is_timed = isinstance(start, datetime)
    local = clock.in_sweden(start) if isinstance(start, datetime) else None
    return Event(
        key=hashlib.sha256(f"{uid}\n{occurrence}".encode()).hexdigest(),
        uid=uid,
        sequence=_whole_number(fields.get("SEQUENCE", ("", ""))[1]),
        title=_line(fields.get("SUMMARY", ("", ""))[1]),
        place=_line(fields.get("LOCATION", ("", ""))[1]),
        day=local.date() if local else _day(start),
        starts_at=local.time() if local else None,
        minutes=_minutes(start, end, fields.get("DURATION", ("", ""))[1]) if is_timed else None,
        addresses=addresses,
        is_recurring=any(name in fields for name in ("RRULE", "RDATE", "RECURRENCE-ID")),
    )


def _moment(parameters: str, value: str) -> date | datetime:
    """Give a day, or a moment in UTC; a time in no zone is Swedish. Raises ValueError for what is neither."""
    found = _MOMENT.fullmatch(value.strip())
    if found is None:
        raise ValueError("no moment")
    day = date(int(found[1]), int(found[2]), int(found[3]))
    if found[4] is None:
        return day
    # A leap second is written as the sixtieth.
    clocked = time(int(found[4]), int(found[5]), min(int(found[6]), 59))
    return datetime.combine(day, clocked, tzinfo=UTC if found[7] else _zone(parameters)).astimezone(UTC)


def _zone(parameters: str) -> tzinfo:
    found = _ZONE.search(parameters)
    if found is None:
        return clock.SWEDEN
    name = (found[1] or found[2]).strip()
    # Microsoft's programs have names of their own; some others put a path of theirs before the name that all know.
    known = get_global("windows_zone_mapping").get(name) or "/".join(name.strip("/").split("/")[-2:])
    try:
        return ZoneInfo(known)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError("no zone that anybody knows") from error


def _minutes(start: date | datetime, end: date | datetime | None, duration: str) -> int:
    if isinstance(start, datetime) and isinstance(end, datetime):
        minutes = int((end - start).total_seconds()) // 60
    elif (found := _DURATION.fullmatch(duration.strip())) and any(found.groups()):
        weeks, days, hours, rest = (int(part or 0) for part in found.groups())
        minutes = ((weeks * 7 + days) * 24 + hours) * 60 + rest
    else:
        minutes = USUAL_MINUTES
    return max(_LEAST_MINUTES, min(minutes, _MOST_MINUTES))


def _day(moment: date | datetime) -> date:
    return date(moment.year, moment.month, moment.day)


def _whole_number(text: str) -> int:
    return int(text.strip()) if re.fullmatch(r"\s*\d{1,9}\s*", text, re.ASCII) else 0


def _line(text: str) -> str:
    return " ".join(clean(unescaped(text)).split())[:_LONGEST_LINE]


def addresses_of(events: Iterable[Event]) -> set[str]:
    """Give the addresses of all people of some events."""
    return {address for event in events for address in event.addresses}
