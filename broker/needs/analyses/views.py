"""Pages of analyses: one, a new one (also as a copy of an earlier one), and changing it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from broker import audit, files, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.companies import queries as companies
from broker.errors import NotFoundError
from broker.extensions import db
from broker.formatting import event_entries
from broker.forms import FileForm, forget_typed
from broker.needs.analyses import queries, service
from broker.needs.analyses.forms import ROWS, AnalysisForm, EditAnalysisForm
from broker.needs.presets import a_year_on
from broker.uploads import keep_file

blueprint = Blueprint("analyses", __name__, template_folder="../templates")


@blueprint.get("/behovsanalyser/<int:analysis_id>")
@requires(Permission.READ)
def show(analysis_id):
    """Show an analysis with its needs and files."""
    analysis = queries.get_analysis(analysis_id)
    return render_template(
        "analyses/show.html",
        analysis=analysis,
        needs=queries.list_needs_of(analysis.id),
        attachments=files.list_attachments(analysis),
        history=event_entries(audit.history_of(analysis)),
    )


@blueprint.route("/foretag/<int:company_id>/behovsanalys/ny", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_analysis(company_id):
    """Write down a talk with a company, and the needs that came of it."""
    company = companies.get_company(company_id)
    key = f"behovsanalys-{company.id}"
    form = AnalysisForm(data=_copied(company.id, request.args.get("kopia", type=int)))
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        analysis, needs = service.add_analysis(company, form.texts(), form.rows(), by=me())
        location = idempotency.remember(form.token.data, url_for("analyses.show", analysis_id=analysis.id))
        db.session.commit()
        forget_typed(key)
        return _told(location, needs)
    page = render_template("analyses/add_analysis.html", company=company, form=form, key=key)
    return page, 422 if form.errors else 200


@blueprint.route("/behovsanalyser/<int:analysis_id>/redigera", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit_analysis(analysis_id):
    """Change an analysis, and add needs to it."""
    analysis = queries.get_analysis(analysis_id)
    kept = {name: getattr(analysis, name) for name in ("held_on", "goal", "ability", "gap", "consequence", "version")}
    form = EditAnalysisForm(data=kept)
    if form.validate_on_submit():
        form.check_version(analysis)
        needs = service.edit_analysis(analysis, form.texts(), form.rows(), by=me())
        db.session.commit()
        return _told(url_for("analyses.show", analysis_id=analysis.id), needs)
    page = render_template("analyses/edit_analysis.html", analysis=analysis, form=form)
    return page, 422 if form.errors else 200


@blueprint.route("/behovsanalyser/<int:analysis_id>/filer/ny", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_file(analysis_id):
    """Keep a file with an analysis: a plan, minutes, a list of who can what."""
    analysis = queries.get_analysis(analysis_id)
    form = FileForm()
    if kept := keep_file(analysis, form, url_for("analyses.show", analysis_id=analysis.id), is_name_private=True):
        return kept
    return render_template("analyses/add_file.html", form=form, analysis=analysis), 422 if form.errors else 200


def _told(location, needs):
    if needs:
        count = len(needs)
        flash(
            ngettext(
                "Analysen är sparad med %(num)s nytt behov att klarlägga.",
                "Analysen är sparad med %(num)s nya behov att klarlägga.",
                count,
            ),
            "success",
        )
    else:
        flash(_("Analysen är sparad."), "success")
    return redirect(location)


def _copied(company_id, analysis_id):
    """Give an earlier analysis of the company as the start of a new one, its days a year on."""
    if analysis_id is None:
        return {}
    analysis = queries.get_analysis(analysis_id)
    if analysis.company_id != company_id:
        raise NotFoundError
    rows = [
        {
            "description": need.description,
            "topic_id": need.topic_id,
            "participants": need.participants or None,
            "women": need.women or None,
            "men": need.men or None,
            "earliest_on": a_year_on(need.earliest_on),
            "latest_on": a_year_on(need.latest_on),
        }
        for need in queries.list_needs_of(analysis.id)[:ROWS]
    ]
    texts = {name: getattr(analysis, name) for name in ("goal", "ability", "gap", "consequence")}
    return texts | {"needs": rows}
