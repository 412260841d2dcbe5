"""How values look on a page: Jinja filters for dates, numbers, money and organisation numbers."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from flask import Flask
from flask_babel import get_locale, gettext

from broker import clock

# Forms read a comma as the decimal sign; a page that wrote 60,000 would have people type sixty kronor.
_NUMBERS = "sv"


def init_app(app: Flask) -> None:
    """Give the templates these filters."""
    for function in (day, moment, number, kronor, ore, percent, organisation_number, yes_no):
        app.add_template_filter(function)


def day(value: date | None) -> str:
    """Show a day as 1 mars 2026; nothing for no day."""
    return format_date(value, "d MMM y", locale=_locale()) if value else ""


def moment(value: datetime | None) -> str:
    """Show a moment as clocks in Sweden show it: 1 mars 2026 13:05."""
    return format_datetime(clock.in_sweden(value), "d MMM y HH:mm", locale=_locale()) if value else ""


def number(value: int | Decimal | None) -> str:
    """Show a number with spaces between thousands and a decimal comma, as it is typed, in both languages."""
    return "" if value is None else format_decimal(value, locale=_NUMBERS)


def kronor(value: Decimal | None) -> str:
    """Show an amount in kronor with its öre."""
    return "" if value is None else format_currency(value, "SEK", locale=_NUMBERS)


def ore(value: int | None) -> str:
    """Show a whole number of öre as kronor."""
    return "" if value is None else kronor(Decimal(value) / 100)


def percent(value: Decimal | None) -> str:
    """Show a share as per cent: 0.46 is 46 %."""
    return "" if value is None else f"{format_decimal(value * 100, '0.##', locale=_NUMBERS)} %"


def organisation_number(value: str | None) -> str:
    """Show an organisation number as 556000-0000; one that is a personal number only masked."""
    if not value:
        return ""
    return f"{value[:6]}-{value[6:]}" if len(value) == 10 and value[2] >= "2" else "19••••••-••••"


def yes_no(value: bool | None) -> str:
    """Show a truth as a word; nothing when it is not known."""
    return "" if value is None else (gettext("Ja") if value else gettext("Nej"))


def event_entries(events: Iterable[Any]) -> list[dict[str, Any]]:
    """Give events as lines of a timeline: when, what, who, and which fields went from what to what."""
    return [
        {
            "at": moment(event.happened_at),
            "title": str(event.label),
            "text": _changes_as_text(event.facts),
            "by": event.actor_name,
            "url": None,
            "icon": "check",
        }
        for event in events
    ]


def _changes_as_text(facts: dict[str, Any]) -> str:
    changes = facts.get("changes", {})
    shown = [f"{name}: {_shown(old)} → {_shown(new)}" for name, (old, new) in changes.items()]
    others = [
        f"{name}: {_shown(value)}" for name, value in facts.items() if name != "changes" and value not in (None, "")
    ]
    return " · ".join(shown + others)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return "–" if value in (None, "") else str(value)


def _locale() -> str:
    return "en" if str(get_locale()) == "en" else "sv"
