"""The filter of the company list: read from the form, and told as a sentence."""

from datetime import date, timedelta

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from broker import clock
from broker.companies.forms import FilterForm, PeriodForm
from broker.companies.narrowing import NOWHERE, CompanyFilter
from broker.companies.queries import InteractionFilter
from broker.companies.tags.queries import list_tags, spellings_of
from broker.formatting import day, number
from broker.reference import queries as reference


def chosen_filter(form: FilterForm, *, today: date) -> CompanyFilter:
    """Give what the form asks for; a tag is meant however it is spelled."""
    months, tag = form.ej_traffade.data, form.etikett.data
    return CompanyFilter(
        text=form.q.data,
        municipality_code=form.kommun.data,
        status=form.status.data,
        only_ours=form.vara.data,
        without_step=form.utan_steg.data,
        order=form.ordning.data,
        tags=spellings_of(tag, list_tags()) if tag else (),
        met_from=form.traffad_fran.data,
        met_until=form.traffad_till.data,
        not_met_since=today - timedelta(days=round(months * clock.DAYS_A_MONTH)) if months else None,
    )


def period_form(arguments: MultiDict[str, str], *, today: date | None = None) -> PeriodForm:
    """Give the form of a period, set to the current year until somebody says otherwise."""
    today = today or clock.today()
    preset = {"fran": date(today.year, 1, 1), "till": today}
    missing = {name: day for name, day in preset.items() if name not in arguments}
    return PeriodForm(MultiDict([*arguments.items(multi=True), *((name, str(day)) for name, day in missing.items())]))


def chosen_period(form: PeriodForm, *, user_id: int) -> InteractionFilter:
    """Give the contacts that a valid form asks for; a person can ask for his own."""
    return InteractionFilter(
        first=form.fran.data or date.min,
        last=form.till.data or date.max,
        kind=form.hur.data,
        municipality_code=form.kommun.data,
        user_id=user_id if form.mina.data else None,
    )


def period_as_sentence(chosen: InteractionFilter) -> str:
    """Tell a period and its filter in words."""
    parts = [
        _("%(first)s till %(last)s", first=day(chosen.first), last=day(chosen.last)),
        str(chosen.kind.label).lower() if chosen.kind else "",
        _("i %(place)s", place=reference.municipality_name(chosen.municipality_code))
        if chosen.municipality_code
        else "",
        _("där du var med") if chosen.user_id else "",
    ]
    return " · ".join(filter(None, parts))


def as_sentence(chosen: CompanyFilter) -> str:
    """Tell a filter in words, part by part; nothing for one that lets every company through."""
    # An order of ours leaves the others out, which it does not say by itself.
    says_ours = (chosen.only_ours or chosen.order) and not chosen.without_step
    parts = [
        _("”%(text)s”", text=chosen.text) if chosen.text else "",
        _place(chosen.municipality_code) if chosen.municipality_code else "",
        _("med läget %(status)s", status=str(chosen.status.label).lower()) if chosen.status else "",
        _("med etiketten %(tag)s", tag=chosen.tags[0]) if chosen.tags else "",
        _("som vi har en relation till") if says_ours else "",
        _("som vi har en relation till men inget planerat med") if chosen.without_step else "",
        _("träffade från %(day)s", day=day(chosen.met_from)) if chosen.met_from else "",
        _("träffade till %(day)s", day=day(chosen.met_until)) if chosen.met_until else "",
        _("inte träffade sedan %(day)s", day=day(chosen.not_met_since)) if chosen.not_met_since else "",
    ]
    told = " · ".join(filter(None, parts))
    return _("Företag %(filter)s", filter=told) if told else ""


def order_as_sentence(chosen: CompanyFilter, count: int) -> str:
    """Tell in which order the so many companies of a list come."""
    if chosen.order and chosen.text and count > chosen.counted_at_most:
        # Nobody looks through more of what a text finds, so that others may come before these.
        most, order = chosen.counted_at_most, str(chosen.order.label).lower()
        return _("Företag, av de %(most)s första som passar: %(order)s", most=number(most), order=order)
    if chosen.order:
        return _("Företag, %(order)s", order=str(chosen.order.label).lower())
    return _("Företag, de som passar bäst först") if chosen.text else _("Företag i bokstavsordning")


def _place(code: str) -> str:
    if code == NOWHERE:
        return _("utan känd kommun")
    return _("i %(place)s", place=reference.municipality_name(code))
