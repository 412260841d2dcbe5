"""How values look on a page: Jinja filters for dates, numbers, money and organisation numbers."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from flask import Flask, g
from flask_babel import force_locale, get_locale, get_translations, gettext, ngettext
from flask_babel import lazy_gettext as _l

from broker import clock
from broker.sentences import Sentence

# Forms read a comma as the decimal sign; a page that wrote 60,000 would have people type sixty kronor.
_NUMBERS = "sv"
# Up to so many days are counted one by one.
_FAR = 60


def init_app(app: Flask) -> None:
    """Give the templates these filters, and the texts of the reader's language."""
    for function in (
        day, days, countdown, weekday_and_day, month, short_month, moment, time_of_day,
        number, one_decimal, kronor, ore, percent, organisation_number, yes_no, say,
    ):  # fmt: skip
        app.add_template_filter(function)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _texts().ugettext(text),
        ngettext=lambda one, many, count: _texts().ungettext(one, many, count),
        newstyle=True,
    )


def day(value: date | None) -> str:
    """Show a day as 1 mars 2026; nothing for no day."""
    return format_date(value, "d MMM y", locale=_locale()) if value else ""


def days(first: date, last: date) -> str:
    """Show from which day to which: 1 mars 2026 till 3 mars 2026, or the one day when they are the same."""
    return day(first) if first == last else gettext("%(first)s till %(last)s", first=day(first), last=day(last))


def countdown(value: date) -> str:
    """Show how far away a day is: i dag, om 12 dagar, för 3 dagar sedan; far days in months."""
    left = value - clock.today()
    if not left:
        return gettext("i dag")
    if abs(left.days) > _FAR:
        return _in_months(round(left.days / clock.DAYS_A_MONTH))
    if left.days > 0:
        return ngettext("om %(num)s dag", "om %(num)s dagar", left.days)
    return ngettext("för %(num)s dag sedan", "för %(num)s dagar sedan", -left.days)


def _in_months(months: int) -> str:
    if months > 0:
        return ngettext("om %(num)s månad", "om %(num)s månader", months)
    return ngettext("för %(num)s månad sedan", "för %(num)s månader sedan", -months)


def weekday_and_day(value: date | None) -> str:
    """Show a day with its weekday as tis 12 jan. 2027; nothing for no day."""
    return format_date(value, "EEE d MMM y", locale=_locale()) if value else ""


def month(value: date | None) -> str:
    """Show the month of a day as mars 2026; nothing for no day."""
    return format_date(value, "LLLL y", locale=_locale()) if value else ""


def short_month(value: date) -> str:
    """Show the month of a day as mar 26, where there is little room."""
    return format_date(value, "LLL yy", locale=_locale())


def moment(value: datetime | None) -> str:
    """Show a moment as clocks in Sweden show it: 1 mars 2026 13:05."""
    return format_datetime(clock.in_sweden(value), "d MMM y HH:mm", locale=_locale()) if value else ""


def time_of_day(value: time | None) -> str:
    """Show a time as 13:05; nothing for no time."""
    return f"{value:%H:%M}" if value else ""


def number(value: int | Decimal | None) -> str:
    """Show a number with spaces between thousands and a decimal comma, as it is typed, in both languages."""
    return "" if value is None else format_decimal(value, locale=_NUMBERS)


def one_decimal(value: Decimal) -> str:
    """Give a mean with one decimal: 4,0."""
    rounded = value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return str(format_decimal(rounded, format="0.0", locale=_NUMBERS))


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


def say(told: Any) -> str:
    """Show a sentence in the reader's language, fresh or stored, or what an error says."""
    sentence = Sentence.of(told)
    if not sentence:
        return ""
    text = sentence.english if sentence.english and _locale() == "en" else str(gettext(sentence.text))
    facts = {name: _said(fact) for name, fact in sentence.facts.items()}
    return text % facts if facts else text


def _said(fact: Any) -> Any:
    if isinstance(fact, date):
        return day(fact)
    return say(fact) if isinstance(fact, Sentence) else fact


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Let everything be said in a language for a while, whatever the reader has chosen."""
    kept = g.pop("texts", None)
    try:
        with force_locale(language):
            yield
    finally:
        g.texts = kept


@contextmanager
def in_swedish() -> Iterator[None]:
    """Let everything be said in Swedish for a while: for what is stored or sent."""
    with in_language("sv"):
        yield


def _texts() -> Any:
    """Give the texts of the language that is spoken, looked up once for all that a page says."""
    if g.get("texts") is None:
        g.texts = get_translations()
    return g.texts


def event_entries(events: Iterable[Any]) -> list[dict[str, Any]]:
    """Give events, the newest first, as lines of a timeline: when, what, who, and which fields were changed.

    What was told of a thing before it was destroyed is not told any more.
    """
    entries, destroyed = [], set()
    for event in events:
        subject = event.subject_type, event.subject_id
        entries.append(
            {
                "at": moment(event.happened_at),
                "title": str(event.label),
                "text": "" if subject in destroyed else _facts_as_text(event.facts),
                "by": event.actor_name,
                "url": None,
                "icon": "check",
            }
        )
        if event.is_destruction:
            destroyed.add(subject)
    return entries


_FACTS = {
    "title": _l("Rubrik"),
    "name": _l("Namn"),
    "topic": _l("Kompetensområde"),
    "company": _l("Företag"),
    "sender": _l("Avsändare"),
    "receiver": _l("Mottagare"),
    "reason": _l("Skäl"),
    "year": _l("År"),
    "tag": _l("Etikett"),
    "note": _l("Anteckning"),
    "file_name": _l("Fil"),
    "file": _l("Fil"),
    "email": _l("E-postadress"),
    "user": _l("Person"),
    "people": _l("Personer"),
    "participants": _l("Deltagare"),
    "letters": _l("Antal brev"),
    "tasks": _l("Antal uppgifter"),
    "rows": _l("Rader"),
    "new": _l("Nya"),
    "changed": _l("Ändrade"),
    "unchanged": _l("Oförändrade"),
    "refused": _l("Avvisade"),
    "offering": _l("Utbildning"),
    "provider": _l("Anordnare"),
    "member": _l("Medlem"),
    "due_on": _l("Senast"),
    "to_label": _l("Till"),
    "organisation": _l("Organisation"),
    "plan": _l("Samplanering"),
    "ground": _l("Grund"),
    "ground_note": _l("Beskrivning av grunden"),
    "named": _l("Företagets namn"),
    "seen_by": _l("Ses av"),
    "reference": _l("Diarienummer eller beteckning"),
    "starts_on": _l("Gäller från och med"),
    "ends_on": _l("Gäller till och med"),
    "sessions": _l("Tillfällen"),
    "first_on": _l("Första dagen"),
    "last_on": _l("Sista dagen"),
}
_FIELDS = {
    "status": _l("läge"),
    "owner_id": _l("ansvarig"),
    "tags": _l("etiketter"),
    "people": _l("med vem"),
    "colleagues": _l("kollegor som var med"),
    "capital": _l("andel av kapitalet"),
    "votes": _l("andel av rösterna"),
    "controls": _l("bestämmande inflytande"),
    "is_void": _l("räknas inte"),
    "headcount": _l("årsarbetskrafter"),
    "turnover": _l("omsättning"),
    "balance": _l("balansomslutning"),
    "closed_on": _l("räkenskapsår"),
    "source": _l("källa"),
    "chosen": _l("egen bedömning"),
    "reason": _l("skäl"),
    "employees": _l("anställda"),
    "phone": _l("telefon"),
    "email": _l("e-postadress"),
    "website": _l("webbplats"),
    "industry": _l("bransch"),
    "note": _l("anteckning"),
    "name": _l("namn"),
    "function": _l("funktion"),
    "roles": _l("roller"),
    "is_protected": _l("skyddad identitet"),
    "is_active": _l("visas i listor"),
    "summary": _l("vad sades"),
    "kind": _l("hur"),
    "happened_on": _l("när"),
    "women": _l("kvinnor"),
    "men": _l("män"),
    "unknown_sex": _l("kön okänt"),
    "hours": _l("timmar"),
    "title": _l("rubrik"),
    "topic_id": _l("kompetensområde"),
    "level": _l("nivå"),
    "priority": _l("prioritet"),
    "purpose": _l("syfte"),
    "max_km": _l("längsta resa"),
    "earliest_on": _l("tidigast"),
    "latest_on": _l("senast"),
    "due_on": _l("senast"),
    "municipality_code": _l("kommun"),
    "offering_id": _l("utbildning"),
    "venue": _l("lokal"),
    "address": _l("adress"),
    "cost": _l("kostnad"),
    "skills": _l("vad deltagarna kan efteråt"),
    "levels": _l("nivåer"),
    "modes": _l("var den ges"),
    "languages": _l("språk"),
    "reach_km": _l("hur långt anordnaren reser"),
    "smallest_group": _l("minsta grupp"),
    "capacity": _l("största grupp"),
    "fixed_price_ore": _l("pris per grupp"),
    "price_per_participant_ore": _l("pris per deltagare"),
    "lead_weeks": _l("ledtid"),
    "valid_from": _l("ges från"),
    "valid_to": _l("ges till"),
    "certificate": _l("intyg"),
    "renewal_years": _l("förnyas efter år"),
}


def _facts_as_text(facts: dict[str, Any]) -> str:
    told = [
        f"{_FACTS[name]}: {day(date.fromisoformat(value)) if name.endswith('_on') else _fact_as_text(value)}"
        for name, value in facts.items()
        if name in _FACTS and value not in (None, "")
    ]
    names = dict.fromkeys([*facts.get("changes", {}), *facts.get("fields", [])])
    fields = ", ".join(str(_FIELDS[name]) for name in names if name in _FIELDS)
    return " · ".join([*told, gettext("Ändrat: %(fields)s", fields=fields)] if fields else told)


def _fact_as_text(fact: Any) -> str:
    if isinstance(fact, list):
        return " ".join(_fact_as_text(part) for part in fact)
    return say(fact) if isinstance(fact, Mapping) else str(fact)


def _locale() -> str:
    return "en" if str(get_locale()) == "en" else "sv"
