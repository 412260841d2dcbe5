"""Reads how many people, and when, out of what a company said; simple patterns whose finds a person confirms."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_ONES = [
    "en",
    "två",
    "tre",
    "fyra",
    "fem",
    "sex",
    "sju",
    "åtta",
    "nio",
    "tio",
    "elva",
    "tolv",
    "tretton",
    "fjorton",
    "femton",
    "sexton",
    "sjutton",
    "arton",
    "nitton",
]
_TENS = {"tjugo": 20, "trettio": 30, "fyrtio": 40, "femtio": 50, "sextio": 60, "sjuttio": 70, "åttio": 80, "nittio": 90}
_NUMBERS = {
    **{word: value for value, word in enumerate(_ONES, start=1)},
    "ett": 1,
    **_TENS,
    **{f"{ten}{one}": value + number for ten, value in _TENS.items() for number, one in enumerate(_ONES[:9], start=1)},
    "hundra": 100,
}
_MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)
# Months in which a season begins, and how many it has; spring and autumn are the half-years of the sums.
_SEASONS = {"vår": (1, 6), "höst": (7, 6), "sommar": (6, 3), "vint": (12, 3)}
_TERMS = {"vt": (1, 6), "ht": (7, 6)}
_ORDINALS = {"första": 1, "andra": 2, "tredje": 3, "fjärde": 4}
_MONTHS_OF_QUARTER = 3
_MOST_PEOPLE = 5000

_NUMBER = rf"(?:\d{{1,4}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
# People are called by a few words, and by names of occupations, which have few endings.
_PEOPLE = (
    r"(?:pers\b|personer|person\b|st\b|stycken|deltagare|anställda|medarbetare|lärlingar|kollegor"
    r"|[a-zåäö]{3,}(?:are|ör|örer|ist|ister|tekniker|chefer|ledare|sköterskor|biträden)\b)"
)
_COUNT = re.compile(
    rf"\b(?:{_NUMBER}\s*[-–]\s*)?(?P<number>{_NUMBER})\s+"
    rf"(?:(?:[a-zåäö]+\s+)?{_PEOPLE}|(?=(?:på|av)\s+[a-zåäö]))",
    re.IGNORECASE,
)
_SEX = re.compile(rf"\b(?P<number>{_NUMBER})\s+(?P<sex>kvinn(?:a|or)|män|man)\b", re.IGNORECASE)

_MONTH = "|".join(_MONTHS)
_TIME = (
    rf"(?:(?P<month>{_MONTH})(?:\s*(?:[-–]|till|och)\s*(?P<until>{_MONTH}))?"
    r"|(?P<season>våren|hösten|sommaren|vintern|(?:(?<=i )|(?<=nästa ))(?:vår|höst|sommar|vinter))"
    r"|(?P<term>[vh]t)(?=[\s-]?\d)"
    rf"|(?:kvartal\s+|q)(?P<quarter>[1-4])|(?P<ordinal>{'|'.join(_ORDINALS)})\s+kvartalet)"
    r"(?:(?<=[vh]t)[\s-]?(?P<short>\d\d)\b|[\s-]*(?P<year>20\d\d))?\b"
)
_PERIOD = re.compile(
    rf"(?:\b(?P<word>före|innan|senast|efter|från|till|under|mellan|nästa|i)\s+(?:och\s+med\s+)?(?:i\s+)?)?\b{_TIME}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class People:
    """How many people were named, how many of them as women and men if that was said, and in which words."""

    total: int
    women: int | None
    men: int | None
    phrase: str


@dataclass(frozen=True)
class Period:
    """When training can begin and must end, as far as it was said, and in which words."""

    first: date | None
    last: date | None
    phrase: str


def read_people(text: str) -> People | None:
    """Give the number of people that a text names first; women and men are summed."""
    sexes = list(_SEX.finditer(text))
    if sexes:
        women = sum(_value(found["number"]) for found in sexes if found["sex"].lower().startswith("kvinn"))
        men = sum(_value(found["number"]) for found in sexes) - women
        return _possible(People(women + men, women, men, text[sexes[0].start() : sexes[-1].end()]))
    found = _COUNT.search(text)
    return _possible(People(_value(found["number"]), None, None, found[0].strip())) if found else None


def read_period(text: str, today: date) -> Period | None:
    """Give the period that a text names first; without a year, the next one that is not over."""
    found = _PERIOD.search(text)
    if found is None:
        return None
    word, phrase = (found["word"] or "").lower(), found[0].strip()
    first, last = _days(found, today, is_next=word == "nästa")
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    if word in ("före", "innan"):
        return Period(None, before, phrase) if before >= today else None
    if word == "senast":
        return Period(None, last, phrase)
    if word in ("efter", "från"):
        return Period(after if word == "efter" else max(first, today), None, phrase)
    return Period(min(max(first, today), last), last, phrase)


def _possible(people: People) -> People | None:
    return people if 0 < people.total <= _MOST_PEOPLE else None


def _value(number: str) -> int:
    return int(number) if number.isdigit() else _NUMBERS[number.lower()]


def _days(found: re.Match[str], today: date, *, is_next: bool) -> tuple[date, date]:
    month, count = _months(found)
    year = int(found["year"] or 0) or (2000 + int(found["short"]) if found["short"] else 0)
    if year:
        return _span(year, month, count)
    spans = (_span(today.year + later, month, count) for later in (-1, 0, 1, 2))
    return next((first, last) for first, last in spans if (first if is_next else last) >= today)


def _months(found: re.Match[str]) -> tuple[int, int]:
    """Give the month in which a named time begins and how many months it has."""
    named = {name: value.lower() for name, value in found.groupdict().items() if value}
    if "month" in named:
        month = _MONTHS.index(named["month"]) + 1
        until = _MONTHS.index(named.get("until", named["month"])) + 1
        return month, (until - month) % 12 + 1
    if "season" in named:
        return next(months for stem, months in _SEASONS.items() if named["season"].startswith(stem))
    if "term" in named:
        return _TERMS[named["term"]]
    quarter = int(named["quarter"]) if "quarter" in named else _ORDINALS[named["ordinal"]]
    return (quarter - 1) * _MONTHS_OF_QUARTER + 1, _MONTHS_OF_QUARTER


def _span(year: int, month: int, count: int) -> tuple[date, date]:
    last_year, last_month = divmod(month - 1 + count, 12)
    return date(year, month, 1), date(year + last_year, last_month + 1, 1) - timedelta(days=1)
