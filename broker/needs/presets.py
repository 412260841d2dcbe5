"""What a new need is filled in with: what a text says, what is usual for its topic, and what an earlier need said."""

from datetime import date, timedelta
from typing import Any

from broker import clock
from broker.companies.models import Company
from broker.needs.models import Need, Priority
from broker.needs.planning import Calendar, CohortRules
from broker.needs.reading import read_people, read_period
from broker.providers.models import Language, Level, Mode
from broker.topics import queries as topics

_COPIED = (
    *("description", "topic_id", "level", "women", "men", "hours", "preferred_mode", "modes", "languages"),
    *("municipality_code", "max_km", "priority", "is_mandatory_training"),
    *("purpose", "cause", "cause_level", "consequence", "barriers", "barrier_note"),
)


def a_year_on(day: date | None) -> date | None:
    """Give the same day of the first year in which it has not passed; of a leap day the day before."""
    while day is not None and day < clock.today():
        is_leap_day = (day.month, day.day) == (2, 29)
        day = day.replace(year=day.year + 1, day=28 if is_leap_day else day.day)
    return day


def copied(need: Need) -> dict[str, Any]:
    """Give an earlier need as the start of a new one, its days moved on by whole years."""
    first = a_year_on(need.earliest_on)
    length = need.latest_on - need.earliest_on if need.latest_on and need.earliest_on else None
    return {name: getattr(need, name) for name in _COPIED} | {
        "participants": need.participants or None,
        "filled_in_for": need.topic_id or "",
        "earliest_on": first,
        "latest_on": first + length if first and length is not None else a_year_on(need.latest_on),
    }


def usual(rules: CohortRules, topic_id: str | None) -> dict[str, Any]:
    """Give what is usual for training in a topic."""
    group = rules.group_of(topic_id)
    return {"hours": group.hours, "is_mandatory_training": group.mandatory}


def follow_topic(values: dict[str, Any], rules: CohortRules, filled_in_for: str | None) -> dict[str, Any]:
    """Give what was sent with what is usual for its topic, where that of the topic it was filled in for still stands.

    Nothing changes when it is not known for which topic the form was filled in, or when that topic was kept.
    """
    if filled_in_for is None:
        return values
    before, now = usual(rules, filled_in_for), usual(rules, values["topic_id"])
    return values | {name: now[name] for name in now if values[name] == before[name]}


def heard(company: Company, rules: CohortRules, calendar: Calendar, text: str | None) -> dict[str, Any]:
    """Give what is known of a need from a text alone: what the text does not say stays open."""
    values = presets(company, rules, calendar, text)
    people, period = read_people(text or ""), read_period(text or "", clock.today())
    topic = topics.topic_matcher().find_clear(text or "")
    everybody = values.pop("participants") or 0
    values.pop("filled_in_for")
    women, men = (values[name] or 0 for name in ("women", "men"))
    return values | {
        "topic_id": topic.id if topic else None,
        "women": women,
        "men": men,
        "unknown_sex": everybody - women - men if people else 0,
        "earliest_on": values["earliest_on"] if period and period.first else None,
        "latest_on": values["latest_on"] if period and period.last else None,
        "municipality_code": company.municipality_code or "",
    }


def presets(company: Company, rules: CohortRules, calendar: Calendar, text: str | None) -> dict[str, Any]:
    """Give what a new need is filled in with, so that little is left to type."""
    topic = topics.topic_matcher().find_clear(text or "")
    topic_id = topic.id if topic else None
    people, period = read_people(text or ""), read_period(text or "", clock.today())
    last = period.last if period else None
    start = (period and period.first) or min(calendar.monday(rules.presets["weeks_to_start"]), last or date.max)
    return {
        "description": text,
        "level": Level.ANY,
        "participants": people.total if people else None,
        "women": people.women if people else None,
        "men": people.men if people else None,
        "preferred_mode": Mode.ON_SITE,
        "modes": [Mode.BLENDED.value],
        "languages": [Language.SWEDISH.value],
        "earliest_on": start,
        "latest_on": last or start + timedelta(weeks=rules.presets["weeks_of_window"]),
        "municipality_code": company.municipality_code,
        "max_km": rules.presets["max_km"],
        "priority": Priority.NORMAL,
        "filled_in_for": topic_id or "",
    } | usual(rules, topic_id)
