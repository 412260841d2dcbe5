"""Pages of reports."""

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from broker import clock, spreadsheets
from broker.access import Permission, requires
from broker.accounts import queries as accounts
from broker.accounts import service as accounts_service
from broker.accounts.me import me
from broker.companies.filters import period_as_sentence, period_form
from broker.companies.queries import InteractionFilter
from broker.errors import RefusedError
from broker.extensions import db
from broker.reference import map as municipality_map
from broker.reports import queries, tables
from broker.reports.periods import usual_periods

blueprint = Blueprint("reports", __name__, template_folder="templates")


@blueprint.get("/rapporter")
@requires(Permission.READ)
def index():
    """Show what was done in a period and what stands open, each figure leading to its rows."""
    form = period_form(request.args)
    if not form.validate():
        return render_template("reports/index.html", form=form, overview=None, sentence=""), 422
    chosen = InteractionFilter(form.fran.data, form.till.data)
    overview = queries.get_overview(chosen)
    organisation = accounts.get_organisation(g.acting.organisation_id)
    period = {"fran": chosen.first, "till": chosen.last}
    drawn = municipality_map.draw(
        municipality_map.regions_of(organisation.municipality_codes),
        overview.by_municipality,
        lambda code: url_for("companies.index", traffad_fran=chosen.first, traffad_till=chosen.last, kommun=code),
    )
    table = tables.topics_by_municipality(queries.list_topic_figures())
    return render_template(
        "reports/index.html",
        form=form,
        overview=overview,
        sentence=period_as_sentence(chosen),
        period=period,
        periods=_periods(chosen),
        bars=[
            (str(kind.label), count, url_for("companies.interactions", **period, hur=kind.value))
            for kind, count in sorted(overview.by_kind.items(), key=lambda row: -row[1])
        ],
        map=drawn,
        table=table,
        columns=[*((place.name, "num") for place in table.places), (_("Summa"), "num")],
    )


def _periods(chosen):
    usual = usual_periods(clock.today())
    # In January this year is this month, and one of two is where the reader is.
    current = next((name for name, *days in usual if days == [chosen.first, chosen.last]), None)
    return [
        {"label": name, "url": url_for("reports.index", fran=first, till=last), "is_current": name == current}
        for name, first, last in usual
    ]


@blueprint.post("/rapporter/manader.csv")
@requires(Permission.EXPORT)
def export_months():
    """Hand out the months of a period as a file."""
    form = period_form(request.args)
    if not form.validate():
        raise RefusedError(_("Perioden går inte att läsa. Öppna rapporten, rätta perioden och hämta filen igen."))
    months = queries.list_months(InteractionFilter(form.fran.data, form.till.data))
    headings = [_("Från och med"), _("Till och med"), _("Kontakter"), _("Företag träffade")]
    rows = [[row.first, row.last, row.interactions, row.companies_met] for row in months]
    return _handed_out("manader", _("Månad för månad"), headings, rows)


@blueprint.post("/rapporter/behov.csv")
@requires(Permission.EXPORT)
def export_needs():
    """Hand out the cross table of needs as a file."""
    table = tables.topics_by_municipality(queries.list_topic_figures())
    headings = [_("Kompetensområde"), *(place.name for place in table.places), _("Summa")]
    rows = [[row.label, *row.people, sum(row.people)] for row in table.rows]
    return _handed_out("behov", _("Behov"), headings, rows)


def _handed_out(name, title, headings, rows):
    accounts_service.record_list_export(name, rows=len(rows), by=me())
    db.session.commit()
    content = spreadsheets.render("csv", title, headings, rows)
    headers = {"Content-Disposition": f"attachment; filename={name}.csv"}
    return Response(content, mimetype="text/csv", headers=headers)
