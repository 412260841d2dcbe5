"""A calendar as other programs read it: lines of at most 75 octets, escaped texts, whole days."""

from datetime import UTC, date, datetime

import pytest

from broker.calendars import Entry, as_text

NOW = datetime(2026, 12, 2, 5, 0, tzinfo=UTC)
TITLES = [
    "Ring om offerten",
    "Åka till Öbacka; ta med häftet, boken \\ pärmen",
    "Två rader\noch en till",
    "Räksmörgås 🦐👩‍🔧 " * 12,
    "å" * 33 + "🦐" * 40,
    "x" * 67,
    "x" * 68,
]


def entry(title="Ring", **facts):
    defaults = {"uid": "uppgift-7@localhost", "day": date(2026, 12, 31), "link": "http://localhost/u/7", "version": 3}
    return Entry(title=title, **(defaults | facts))


def unfolded(text):
    """Read a calendar as RFC 5545 says, and refuse what it forbids."""
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def unescaped(value):
    signs = iter(value)
    return "".join({"n": "\n"}.get(after := next(signs), after) if sign == "\\" else sign for sign in signs)


@pytest.mark.parametrize("title", TITLES)
def test_any_title_comes_back_as_it_was_from_short_lines(title):
    lines = unfolded(as_text("Broker", [entry(title)], now=NOW))

    [summary] = [line.partition(":")[2] for line in lines if line.startswith("SUMMARY:")]
    assert unescaped(summary) == title
    assert ";" not in summary.replace("\\;", "") and "," not in summary.replace("\\,", "")


def test_a_line_is_folded_only_when_it_is_longer_than_75_octets():
    assert "\r\n " not in as_text("Broker", [entry("x" * 67)], now=NOW)
    assert "\r\n " in as_text("Broker", [entry("x" * 68)], now=NOW)


def test_a_task_is_a_whole_day_with_a_link_that_takes_no_time():
    lines = unfolded(as_text("Broker, norr", [entry()], now=NOW))

    event = lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT") + 1]
    assert event == [
        "BEGIN:VEVENT",
        "UID:uppgift-7@localhost",
        "DTSTAMP:20261202T050000Z",
        "SEQUENCE:3",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:Ring",
        "DESCRIPTION:http://localhost/u/7",
        "URL:http://localhost/u/7",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR" and "X-WR-CALNAME:Broker\\, norr" in lines
