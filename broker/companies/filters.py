"""The filter of the company list: read from the form, and told as a sentence."""

from datetime import date, timedelta

from flask_babel import gettext as _

from broker.companies.forms import FilterForm
from broker.companies.queries import CompanyFilter
from broker.formatting import day
from broker.reference import queries as reference

_DAYS_IN_MONTH = 30.44


def chosen_filter(form: FilterForm, *, today: date) -> CompanyFilter:
    """Give what the form asks for."""
    months = form.ej_traffade.data
    return CompanyFilter(
        text=form.q.data,
        municipality_code=form.kommun.data,
        status=form.status.data,
        only_ours=form.vara.data,
        not_met_since=today - timedelta(days=round(months * _DAYS_IN_MONTH)) if months else None,
    )


def as_sentence(chosen: CompanyFilter) -> str:
    """Tell a filter in words, part by part."""
    parts = [
        _("”%(text)s”", text=chosen.text) if chosen.text else "",
        _("i %(place)s", place=reference.municipality_name(chosen.municipality_code)) if chosen.municipality_code else "",
        str(chosen.status.label).lower() if chosen.status else "",
        _("som vi har en relation till") if chosen.only_ours else "",
        _("inte träffade sedan %(day)s", day=day(chosen.not_met_since)) if chosen.not_met_since else "",
    ]
    return " · ".join(filter(None, parts))
