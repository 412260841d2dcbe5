"""The filter of the list of needs: read from the form, told as a sentence, written as an address."""

import re

from flask_babel import gettext as _

from broker.needs.forms import NeedFilterForm
from broker.needs.queries import NeedFilter
from broker.reference import queries as reference

_HALF_YEAR = re.compile(r"(20\d\d)-([12])")


def chosen_filter(form: NeedFilterForm) -> NeedFilter:
    """Give what the form asks for."""
    return NeedFilter(
        text=form.q.data,
        topic_id=form.omrade.data,
        municipality_code=form.kommun.data,
        status=form.status.data,
        half_year=read_half_year(form.halvar.data),
    )


def as_sentence(chosen: NeedFilter) -> str:
    """Tell a filter in words, part by part."""
    parts = [
        _("”%(text)s”", text=chosen.text) if chosen.text else "",
        reference.topic_label(chosen.topic_id),
        _("i %(place)s", place=reference.municipality_name(chosen.municipality_code))
        if chosen.municipality_code
        else "",
        half_year_name(chosen.half_year),
        str(chosen.status.label) if chosen.status else "",
    ]
    return " · ".join(filter(None, parts))


def read_half_year(text: str | None) -> tuple[int, int] | None:
    """Read a half-year as addresses have it, for example 2027-1; nothing for anything else."""
    found = _HALF_YEAR.fullmatch(text or "")
    return (int(found[1]), int(found[2])) if found else None


def half_year_code(half_year: tuple[int, int] | None) -> str | None:
    """Give a half-year as addresses have it."""
    return f"{half_year[0]}-{half_year[1]}" if half_year else None


def half_year_name(half_year: tuple[int, int] | None) -> str:
    """Give a half-year as people say it."""
    if half_year is None:
        return ""
    year, half = half_year
    return _("våren %(year)s", year=year) if half == 1 else _("hösten %(year)s", year=year)
