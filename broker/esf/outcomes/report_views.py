"""Pages of the reports that are taken out, and of what people outside are shown."""

from datetime import timedelta
from typing import Any

from flask import Response, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import clock, idempotency, swedish
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.documents import pdf
from broker.documents.blocks import Block
from broker.errors import RefusedError
from broker.esf import queries as esf
from broker.esf.budgets.figures import project_period
from broker.esf.budgets.spreading import Period
from broker.esf.models import Project
from broker.esf.outcomes import queries, service
from broker.esf.outcomes.forms import FINAL, LinkForm, ReportForm
from broker.esf.outcomes.models import Audience, PeriodReport, ReportKind, ResultLink
from broker.esf.outcomes.reports import build_for, build_report, from_stored
from broker.esf.outcomes.situation import Situation, load_situation
from broker.esf.outcomes.views import blueprint, outcome_page
from broker.esf.outcomes.waiting import quarters
from broker.esf.snapshots.differences import compare_blocks
from broker.extensions import db
from broker.formatting import in_swedish

_PAGES = {Audience.FUNDER: "outcomes.show_for_funder", Audience.POLITICIANS: "outcomes.show_for_politicians"}


@blueprint.route("/rapporter", methods=["GET", "POST"])
@requires(Permission.EXPORT)
def reports(project_id: int) -> ResponseReturnValue:
    """Show the reports that have been taken out, and take out another one."""
    situation = load_situation(project_id)
    project = situation.application.project
    form = ReportForm()
    periods = _begun_periods(situation)
    form.offer(periods, is_over=project.ends_on < situation.application.today)
    if form.validate_on_submit() and situation.is_granted:
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        chosen = next((row for row in periods if row.ends_on.isoformat() == form.period.data), None)
        kind = ReportKind.FINAL if form.period.data == FINAL else ReportKind.QUARTER
        period = chosen or project_period(situation.application)
        with in_swedish():
            blocks = build_report(situation, period)
        report = service.keep_report(project, kind, period, blocks, by=me())
        db.session.flush()
        location = url_for("outcomes.show_report", project_id=project.id, report_id=report.id)
        idempotency.remember(form.token.data, location)
        db.session.commit()
        flash(_("Rapport %(number)s är sparad. Den ändras inte, vad ni än ändrar.", number=report.number), "success")
        return redirect(location)
    page = outcome_page("reports", project, situation=situation, form=form, periods=periods, reports=situation.reports)
    return page, 422 if form.errors else 200


@blueprint.get("/rapporter/<int:report_id>")
@requires(Permission.EXPORT)
def show_report(project_id: int, report_id: int) -> ResponseReturnValue:
    """Show a report as it was taken out, and what has changed in what it tells since."""
    situation = load_situation(project_id)
    report = queries.get_report(situation.application.project, report_id)
    kept = from_stored(report.blocks)
    with in_swedish():
        now = build_report(situation, Period(report.starts_on, report.ends_on)) if situation.is_granted else kept
    return outcome_page(
        "report", situation.application.project, report=report, blocks=kept, differences=compare_blocks(kept, now)
    )


@blueprint.get("/rapporter/<int:report_id>/pdf")
@requires(Permission.EXPORT)
def download_report(project_id: int, report_id: int) -> ResponseReturnValue:
    """Hand out a report as a tagged PDF, the same every time."""
    project = esf.get_project(project_id)
    report = queries.get_report(project, report_id)
    return _as_pdf(report, project.name)


@blueprint.get("/for-finansiaren")
@requires(Permission.READ)
def show_for_funder(project_id: int) -> ResponseReturnValue:
    """Show what the funder is shown, and the links by which it is seen."""
    return _results_page(project_id, Audience.FUNDER)


@blueprint.get("/for-fortroendevalda")
@requires(Permission.READ)
def show_for_politicians(project_id: int) -> ResponseReturnValue:
    """Show what politicians are shown, and the links by which it is seen."""
    return _results_page(project_id, Audience.POLITICIANS)


@blueprint.post("/resultat/lankar")
@requires(Permission.EXPORT)
def open_link(project_id: int) -> ResponseReturnValue:
    """Make a link to what the project has come to."""
    project, form = esf.get_project(project_id), LinkForm()
    last: Any = form.open_until.data
    back = _results_url(project, form.audience.data or Audience.FUNDER)
    if not form.validate():
        flash(_("Ange en sista dag för länken."), "error")
        return redirect(back)
    if location := idempotency.find_location(form.token.data):
        return redirect(location)
    try:
        service.open_link(project, form.audience.data, open_until=last, by=me())
    except RefusedError as error:
        flash(str(error), "error")
        return redirect(back)
    idempotency.remember(form.token.data, back)
    db.session.commit()
    flash(_("Länken är skapad. Alla som har den ser sidan."), "success")
    return redirect(back)


@blueprint.post("/resultat/lankar/<int:result_link_id>/stang")
@requires(Permission.EXPORT)
def close_link(project_id: int, result_link_id: int) -> ResponseReturnValue:
    """Close a link at once."""
    project = esf.get_project(project_id)
    link = esf.get_row(ResultLink, project, result_link_id)
    service.close_link(project, link, by=me())
    db.session.commit()
    flash(_("Länken är stängd."), "success")
    return redirect(_results_url(project, link.audience))


def _results_page(project_id: int, audience: Audience) -> ResponseReturnValue:
    situation = load_situation(project_id)
    project, rules = situation.application.project, situation.rules
    form = LinkForm(data={"audience": audience, "open_until": clock.today() + timedelta(days=rules.link_days)})
    return outcome_page(
        "results",
        project,
        audience=audience.value,
        blocks=_blocks(situation, audience),
        links=[(row, _address_of(row)) for row in queries.list_links(project) if _is_shown(row, audience)],
        form=form,
        rules=rules,
    )


def _is_shown(link: ResultLink, audience: Audience) -> bool:
    return link.audience is audience and link.is_open_on(clock.today())


def _address_of(link: ResultLink) -> str:
    # Behind a proxy the request does not know by which name the installation is reached.
    address: str = current_app.config["BASE_URL"] + url_for("results.show", token=link.token)
    return address


def _results_url(project: Project, audience: Audience) -> str:
    return url_for(_PAGES[audience], project_id=project.id)


def _begun_periods(situation: Situation) -> list[Period]:
    today = situation.application.today
    rows = quarters(project_period(situation.application), situation.rules.report_months)
    return [row for row in reversed(rows) if row.starts_on <= today]


def _blocks(situation: Situation, audience: Audience) -> list[Block]:
    if not situation.is_granted:
        return []
    with in_swedish():
        return build_for(audience, situation)


def _as_pdf(report: PeriodReport, subject: str) -> Response:
    title = f"Rapport {report.number}, {report.starts_on} till {report.ends_on}"
    content = pdf.render(
        from_stored(report.blocks), title=title, subject=subject, created_on=clock.in_sweden(report.taken_at).date()
    )
    response = Response(content, mimetype="application/pdf")
    name = f"{swedish.slug(subject) or 'projekt'}-rapport-{report.number}.pdf"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
