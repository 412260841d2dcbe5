"""The list of companies as a map by municipality."""

from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import clock
from broker.access import Permission, requires
from broker.accounts import queries as accounts
from broker.companies.blueprint import blueprint
from broker.companies.by_municipality import Figures, count_by_municipality
from broker.companies.filters import as_sentence, chosen_filter
from broker.companies.forms import FilterForm
from broker.companies.narrowing import NOWHERE
from broker.reference import map as municipality_map
from broker.reference import queries as reference
from broker.swedish import sort_key

# Stands in the address of a map of all municipalities, for whoever has a region of his own.
COUNTRY = "landet"
_MAP = "companies.by_municipality"


@blueprint.get("/foretag/karta")
@requires(Permission.READ)
def by_municipality() -> ResponseReturnValue:
    """Show how many companies fit the filter of the list in each municipality of the region, or of the country."""
    form = FilterForm(request.args)
    kept, is_country = form.asked(), request.args.get("omrade") == COUNTRY
    facts: dict[str, Any] = {"figures": None, "sentence": ""}
    if form.validate():
        chosen = chosen_filter(form, today=clock.today())
        codes = accounts.get_organisation(g.acting.organisation_id).municipality_codes
        regions = municipality_map.regions_of([] if is_country else codes)
        figures = count_by_municipality(chosen, municipality_map.codes_of(regions))
        other: dict[str, Any] = {} if is_country else {"omrade": COUNTRY}
        facts = {
            "figures": figures,
            "rows": _rows(figures, kept),
            "map": municipality_map.draw(regions, figures.by_code, lambda code: _in_list(kept, code)),
            "counted_at_most": chosen.counted_at_most,
            "sentence": as_sentence(chosen),
            "other_url": url_for(_MAP, **kept, **other) if codes else None,
        }
    page = render_template("companies/map.html", form=form, kept=kept, is_country=is_country, country=COUNTRY, **facts)
    return page, 422 if form.errors else 200


def _rows(figures: Figures, kept: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Give the table beside the map: each municipality with a figure, then what the map does not show, and the sum."""
    counted = (reference.municipalities()[code] for code, count in figures.by_code.items() if count)
    places = sorted(counted, key=lambda at: sort_key(at.name))
    rows = [(at.name, figures.by_code[at.code], _in_list(kept, at.code)) for at in places]
    if figures.elsewhere:
        rows.append((_("Andra kommuner"), figures.elsewhere, url_for(_MAP, **(kept | {"omrade": COUNTRY}))))
    if figures.nowhere:
        rows.append((_("Utan känd kommun"), figures.nowhere, _in_list(kept, NOWHERE)))
    return [*rows, (_("Summa"), figures.count, url_for("companies.index", **kept))]


def _in_list(kept: dict[str, Any], code: str) -> str:
    return url_for("companies.index", **(kept | {"kommun": code}))
