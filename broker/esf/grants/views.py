"""Pages of the decision, of deviations and changes, and of the papers that prove what was done."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from broker import clock, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.downloads import send_stored
from broker.errors import FieldRefusedError, RefusedError
from broker.esf import queries as esf
from broker.esf.blueprint import UNWRITTEN, commit_edit, edit_page, find_made, finish, leading_back_to, page_url
from broker.esf.budgets.figures import project_period
from broker.esf.chain.models import Milestone
from broker.esf.grants import queries, service
from broker.esf.grants.forms import ChangeForm, DeviationForm, EvidenceForm, GrantForm
from broker.esf.grants.models import ChangeRequest, Deviation, Evidence
from broker.esf.grants.rules import grant_rules
from broker.esf.kinds import AidBasis
from broker.esf.models import Project
from broker.esf.snapshots.queries import list_taken_since
from broker.extensions import db
from broker.forms import EditForm

blueprint = Blueprint("grants", __name__, url_prefix="/projekt/<int:project_id>/genomforande")


def grant_page(template: str, project: Project, **context: object) -> str:
    """Show a page of what follows on the decision on a project."""
    return render_template(f"grants/{template}.html", project=project, page_url=page_url, **context)


@blueprint.route("/beslut", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_grant(project_id: int) -> ResponseReturnValue:
    """Record what was decided, or correct it; the second of two who record it first gets both texts."""
    project = esf.get_project(project_id)
    grant = queries.find_grant(project)
    form = GrantForm(obj=grant, starts_on=project.starts_on, ends_on=project.ends_on)
    form.offer_snapshots(list_taken_since(project))
    if grant is None and not form.is_submitted():
        form.version.data = UNWRITTEN
    cancel = url_for("outcomes.show", project_id=project.id)
    if form.validate_on_submit():
        if grant is not None:
            form.check_version(grant)
        try:
            service.save_grant(project, form.values(), by=me())
        except FieldRefusedError as error:
            form.refuse(error.field, str(error))
        else:
            commit_edit(form, lambda: queries.find_grant(project))
            flash(_("Beslutet är sparat."), "success")
            return redirect(cancel)
    return edit_page(_("Beslut om stöd"), form, cancel, project=project)


@blueprint.get("/avvikelser")
@requires(Permission.READ)
def list_deviations(project_id: int) -> ResponseReturnValue:
    """Show what deviates, the changes that need a decision, and where the project differs from what was granted."""
    application = esf.load_application(project_id)
    project = application.project
    grant, changes, deviations = queries.read_since(project)
    rules = grant_rules(clock.today())
    differences = queries.find_differences(grant, application)
    return grant_page(
        "deviations",
        project,
        grant=grant,
        deviations=deviations,
        changes=changes,
        changed=None if differences is None else queries.judge_differences(differences, changes, rules),
        kinds=rules.kinds,
    )


@blueprint.route("/avvikelser/ny", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_deviation(project_id: int) -> ResponseReturnValue:
    """Note a deviation."""
    return _deviation_page(esf.get_project(project_id), None)


@blueprint.route("/avvikelser/<int:deviation_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_deviation(project_id: int, deviation_id: int) -> ResponseReturnValue:
    """Change a deviation."""
    project = esf.get_project(project_id)
    return _deviation_page(project, esf.get_row(Deviation, project, deviation_id))


@blueprint.post("/avvikelser/<int:deviation_id>/ta-bort")
@requires(Permission.PROJECT)
def remove_deviation(project_id: int, deviation_id: int) -> ResponseReturnValue:
    """Take a deviation away."""
    project = esf.get_project(project_id)
    return _remove(project, esf.get_row(Deviation, project, deviation_id))


@blueprint.route("/andringar/ny", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_change(project_id: int) -> ResponseReturnValue:
    """Note a change that needs a decision."""
    return _change_page(esf.get_project(project_id), None)


@blueprint.route("/andringar/<int:change_request_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_change(project_id: int, change_request_id: int) -> ResponseReturnValue:
    """Say how far a change has come."""
    project = esf.get_project(project_id)
    return _change_page(project, esf.get_row(ChangeRequest, project, change_request_id))


@blueprint.post("/andringar/<int:change_request_id>/ta-bort")
@requires(Permission.PROJECT)
def remove_change(project_id: int, change_request_id: int) -> ResponseReturnValue:
    """Take a change away."""
    project = esf.get_project(project_id)
    return _remove(project, esf.get_row(ChangeRequest, project, change_request_id))


@blueprint.get("/underlag")
@requires(Permission.READ)
def evidence(project_id: int) -> ResponseReturnValue:
    """Show the papers that prove what was done, and until when they must be kept."""
    application = esf.load_application(project_id)
    grant, rules = queries.find_grant(application.project), grant_rules(clock.today())
    paid_on = grant.final_payment_on if grant else None
    has_aid = any(row.aid_basis is not AidBasis.NO_AID for row in application.commitments)
    return grant_page(
        "evidence",
        application.project,
        evidence=queries.list_evidence(application.project),
        milestones={row.id: row for goal in application.goals for row in goal.milestones},
        rules=rules,
        has_aid=has_aid,
        kept_until=rules.kept_until(paid_on, has_aid=has_aid) if paid_on else None,
    )


@blueprint.route("/underlag/nytt", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_evidence(project_id: int) -> ResponseReturnValue:
    """Keep a paper."""
    application = esf.load_application(project_id)
    project = application.project
    form = EvidenceForm(data={"month": f"{request.args.get('manad', '')}-01"})
    form.offer(project_period(application).months, [row for goal in application.goals for row in goal.milestones])
    cancel = url_for("grants.evidence", project_id=project.id)
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        chosen, upload = form.milestone_id.data, form.file.data
        milestone = esf.get_row(Milestone, project, chosen) if chosen else None
        about = form.facts() | {"milestone": milestone, "file_name": upload.filename}
        try:
            service.add_evidence(project, upload.stream, **about, by=me())
        except RefusedError as error:
            form.refuse("file", str(error))
        else:
            idempotency.remember(form.token.data, cancel)
            db.session.commit()
            flash(_("Underlaget är sparat."), "success")
            return redirect(cancel)
    return edit_page(_("Nytt underlag"), form, cancel, project=project)


@blueprint.get("/underlag/<int:evidence_id>")
@requires(Permission.READ)
def download_evidence(project_id: int, evidence_id: int) -> ResponseReturnValue:
    """Hand out a paper, always as a download."""
    found = esf.get_row(Evidence, esf.get_project(project_id), evidence_id)
    return send_stored(found.content_hash, found.file_name)


@blueprint.post("/underlag/<int:evidence_id>/ta-bort")
@requires(Permission.PROJECT)
def remove_evidence(project_id: int, evidence_id: int) -> ResponseReturnValue:
    """Take away a paper that came here by mistake."""
    project = esf.get_project(project_id)
    service.remove_evidence(project, esf.get_row(Evidence, project, evidence_id), by=me())
    db.session.commit()
    flash(_("Underlaget är borttaget. Historiken säger vilket det var."), "success")
    return redirect(url_for("grants.evidence", project_id=project.id))


def _deviation_page(project: Project, deviation: Deviation | None) -> ResponseReturnValue:
    save = partial(service.save_deviation, project, deviation)
    return _row_page(
        project, DeviationForm(obj=deviation), deviation, save, (_("Avvikelse"), _("Avvikelsen är sparad."))
    )


def _change_page(project: Project, change: ChangeRequest | None) -> ResponseReturnValue:
    form = ChangeForm(obj=change)
    form.offer_kinds(grant_rules(clock.today()))
    words = _("Ändring som kräver beslut"), _("Ändringen är sparad.")
    return _row_page(project, form, change, partial(service.save_change, project, change), words)


def _row_page(project, form, row, save, words) -> ResponseReturnValue:
    cancel = url_for("grants.list_deviations", project_id=project.id)
    if form.validate_on_submit():
        if location := find_made(form, row):
            return redirect(location)
        try:
            save(form.values(), by=me())
        except FieldRefusedError as error:
            form.refuse(error.field, str(error))
        else:
            return finish(form, row, cancel, words[1])
    remove_url = _remove_url(project, row) if row else ""
    return edit_page(words[0], form, cancel, project=project, remove_url=remove_url, remove_label=_("Ta bort"))


def _remove_url(project: Project, row: ChangeRequest | Deviation) -> str:
    if isinstance(row, ChangeRequest):
        return url_for("grants.remove_change", project_id=project.id, change_request_id=row.id)
    return url_for("grants.remove_deviation", project_id=project.id, deviation_id=row.id)


def _remove(project: Project, row: ChangeRequest | Deviation) -> Response:
    back = url_for("grants.list_deviations", project_id=project.id)
    with leading_back_to(back):
        EditForm().check_version(row)
        service.remove(project, row, by=me())
        db.session.commit()
    flash(_("Raden är borttagen. Den finns kvar i historiken."), "success")
    return redirect(back)
