"""The filter of the list of needs: read from the form, told as a sentence, written as an address."""

from flask_babel import gettext as _
from flask_babel import ngettext

from broker.needs.forms import NeedFilterForm
from broker.needs.half_years import half_year_name, read_half_year
from broker.needs.queries import Count, NeedFilter
from broker.reference import queries as reference
from broker.topics import queries as topics


def chosen_filter(form: NeedFilterForm) -> NeedFilter:
    """Give what the form asks for."""
    return NeedFilter(
        text=form.q.data,
        topic_id=form.omrade.data,
        municipality_code=form.kommun.data,
        status=form.status.data,
        half_year=read_half_year(form.halvar.data),
        owner_id=form.ansvarig.data,
    )


def people_in_words(count: int) -> str:
    """Give a number of people in words."""
    return ngettext("%(num)s person", "%(num)s personer", count)


def companies_in_words(count: int) -> str:
    """Give a number of companies in words."""
    return ngettext("%(num)s företag", "%(num)s företag", count)


def count_in_words(count: Count) -> str:
    """Tell how many needs a list has, for whom and where, and how many of them are to be made clear."""
    unclear = ngettext("varav %(num)s att klarlägga", "varav %(num)s att klarlägga", count.identified)
    return ", ".join(
        [
            ngettext("%(num)s behov", "%(num)s behov", count.needs),
            people_in_words(count.people),
            companies_in_words(count.companies),
            ngettext("%(num)s kommun", "%(num)s kommuner", count.municipalities),
            *([unclear] if count.identified else []),
        ]
    )


def as_sentence(chosen: NeedFilter, owner: str = "") -> str:
    """Tell a filter in words, part by part; who follows the needs is named by the caller."""
    parts = [
        _("”%(text)s”", text=chosen.text) if chosen.text else "",
        topics.topic_label(chosen.topic_id),
        _("i %(place)s", place=reference.municipality_name(chosen.municipality_code))
        if chosen.municipality_code
        else "",
        half_year_name(chosen.half_year),
        str(chosen.status.label) if chosen.status else "",
        _("%(name)s ansvarar", name=owner) if owner else "",
    ]
    return " · ".join(filter(None, parts))
