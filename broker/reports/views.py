"""Pages of reports."""

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from broker import spreadsheets
from broker.access import Permission, requires
from broker.accounts import queries as accounts
from broker.accounts import service as accounts_service
from broker.accounts.me import me
from broker.companies.filters import chosen_period, period_as_sentence, period_form
from broker.extensions import db
from broker.reference import map as municipality_map
from broker.reports import queries, tables

blueprint = Blueprint("reports", __name__, template_folder="templates")


@blueprint.get("/rapporter")
@requires(Permission.READ)
def index():
    """Show what was done in a period and what stands open, each figure leading to its rows."""
    form = period_form(request.args)
    if not form.validate():
        return render_template("reports/index.html", form=form, overview=None, sentence=""), 422
    chosen = chosen_period(form, user_id=current_user.id)
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
        bars=[
            (str(kind.label), count, url_for("companies.interactions", **period, hur=kind.value))
            for kind, count in sorted(overview.by_kind.items(), key=lambda row: -row[1])
        ],
        map=drawn,
        table=table,
        columns=[*((place.name, "num") for place in table.places), (_("Summa"), "num")],
    )


@blueprint.post("/rapporter/behov.csv")
@requires(Permission.EXPORT)
def export_needs():
    """Hand out the cross table of needs as a file."""
    table = tables.topics_by_municipality(queries.list_topic_figures())
    headings = [_("Kompetensområde"), *(place.name for place in table.places), _("Summa")]
    content = spreadsheets.render(
        "csv", _("Behov"), headings, [[row.label, *row.people, sum(row.people)] for row in table.rows]
    )
    accounts_service.record_list_export("behov", rows=len(table.rows), by=me())
    db.session.commit()
    headers = {"Content-Disposition": "attachment; filename=behov.csv"}
    return Response(content, mimetype="text/csv", headers=headers)
