"""Pages of how the project is led: risks, the steering group, follow-up, and who takes the results over."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from broker.access import Permission, requires
from broker.accounts.me import me
from broker.esf import queries, service
from broker.esf.blueprint import UNWRITTEN, blueprint, commit_edit, edit_page, find_made, finish, project_page
from broker.esf.chain import queries as chain
from broker.esf.chain import steering_service
from broker.esf.chain.models import Risk, SteeringMeeting, SteeringMember
from broker.esf.chain.steering_forms import AnchoringForm, FollowUpForm, MeetingForm, RiskForm, SteeringMemberForm
from broker.esf.chain.usual import USUAL_RISKS
from broker.esf.models import Project
from broker.extensions import db
from broker.forms import pairs
from broker.reference.queries import text_of

_CHOOSE = _l("Välj")
# The words by which addresses call the rows.
_KINDS = {SteeringMemberForm: "ledamot", MeetingForm: "mote", RiskForm: "risk"}


@blueprint.get("/projekt/<int:project_id>/styrning")
@requires(Permission.READ)
def steering(project_id: int) -> ResponseReturnValue:
    """Show the steering group, the risks with the heaviest first, and how the project is followed up."""
    project = queries.get_project(project_id)
    led = chain.load_steering(project)
    taken = {risk.usual_id for risk in led.risks}
    roles = queries.get_form(project.form_version)["actors"]["roles"]
    return project_page(
        "steering",
        project,
        steering=led,
        meetings=chain.list_meetings(project),
        usual={key: text for key, (text, _response) in USUAL_RISKS.items() if key not in taken},
        role_titles={row["id"]: text_of(row, "title") for row in roles},
    )


@blueprint.route("/projekt/<int:project_id>/styrgrupp", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_anchoring(project_id: int) -> ResponseReturnValue:
    """Change what the steering group may decide and who takes the results over."""
    project = queries.get_project(project_id)
    form = AnchoringForm(obj=project)
    cancel = url_for("esf.steering", project_id=project.id)
    if form.validate_on_submit():
        form.check_version(project)
        service.edit_project(project, form.values(), by=me())
        db.session.commit()
        flash(_("Uppgifterna är sparade."), "success")
        return redirect(cancel)
    return edit_page(_("Mandat och tillvaratagande"), form, cancel, project=project)


@blueprint.route("/projekt/<int:project_id>/styrgrupp/ny", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_steering_member(project_id: int) -> ResponseReturnValue:
    """Add a seat to the steering group."""
    return _member_page(queries.get_project(project_id), None)


@blueprint.route("/projekt/<int:project_id>/styrgrupp/<int:member_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_steering_member(project_id: int, member_id: int) -> ResponseReturnValue:
    """Change a seat in the steering group."""
    project = queries.get_project(project_id)
    return _member_page(project, queries.get_row(SteeringMember, project, member_id))


@blueprint.route("/projekt/<int:project_id>/styrgrupp/moten/nytt", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_steering_meeting(project_id: int) -> ResponseReturnValue:
    """Add a meeting of the steering group."""
    return _meeting_page(queries.get_project(project_id), None)


@blueprint.route("/projekt/<int:project_id>/styrgrupp/moten/<int:steering_meeting_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_steering_meeting(project_id: int, steering_meeting_id: int) -> ResponseReturnValue:
    """Change a meeting of the steering group."""
    project = queries.get_project(project_id)
    return _meeting_page(project, queries.get_row(SteeringMeeting, project, steering_meeting_id))


@blueprint.route("/projekt/<int:project_id>/uppfoljning", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_follow_up(project_id: int) -> ResponseReturnValue:
    """Change how the project is followed up; the second of two who write it first gets both texts."""
    project = queries.get_project(project_id)
    plan = chain.find_follow_up(project)
    form = FollowUpForm(obj=plan)
    if plan is None and not form.is_submitted():
        form.version.data = UNWRITTEN
    cancel = url_for("esf.steering", project_id=project.id)
    if form.validate_on_submit():
        if plan is not None:
            form.check_version(plan)
        steering_service.save_follow_up(project, form.values(), by=me())
        commit_edit(form, lambda: chain.find_follow_up(project))
        flash(_("Uppföljningen är sparad."), "success")
        return redirect(cancel)
    return edit_page(_("Uppföljning och utvärdering"), form, cancel, project=project)


@blueprint.route("/projekt/<int:project_id>/risker/ny", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_risk(project_id: int) -> ResponseReturnValue:
    """Add a risk."""
    return _risk_page(queries.get_project(project_id), None)


@blueprint.route("/projekt/<int:project_id>/risker/<int:risk_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_risk(project_id: int, risk_id: int) -> ResponseReturnValue:
    """Change a risk."""
    project = queries.get_project(project_id)
    return _risk_page(project, queries.get_row(Risk, project, risk_id))


@blueprint.post("/projekt/<int:project_id>/risker/vanliga/<string:usual_id>")
@requires(Permission.PROJECT)
def take_in_risk(project_id: int, usual_id: str) -> ResponseReturnValue:
    """Take one of the usual risks in."""
    project = queries.get_project(project_id)
    steering_service.take_in_risk(project, usual_id, by=me())
    db.session.commit()
    flash(_("Risken är med. Bedöm den och skriv om svaret så att det stämmer för er."), "success")
    return redirect(url_for("esf.steering", project_id=project.id))


def _member_page(project: Project, member: SteeringMember | None) -> ResponseReturnValue:
    form = SteeringMemberForm(obj=member)
    roles = queries.get_form(project.form_version)["actors"]["roles"]
    form.actor_role.choices = pairs(((row["id"], text_of(row, "title")) for row in roles), empty=_CHOOSE)
    return _row_page(project, form, member, steering_service.save_member, (_("Ledamot"), _("Ledamoten är sparad.")))


def _meeting_page(project: Project, meeting: SteeringMeeting | None) -> ResponseReturnValue:
    words = (_("Möte i styrgruppen"), _("Mötet är sparat."))
    return _row_page(project, MeetingForm(obj=meeting), meeting, steering_service.save_meeting, words)


def _risk_page(project: Project, risk: Risk | None) -> ResponseReturnValue:
    return _row_page(project, RiskForm(obj=risk), risk, steering_service.save_risk, (_("Risk"), _("Risken är sparad.")))


def _row_page(
    project: Project,
    form: SteeringMemberForm | MeetingForm | RiskForm,
    row: Any,
    save: Any,
    words: tuple[str, str],
) -> ResponseReturnValue:
    cancel = url_for("esf.steering", project_id=project.id)
    if form.validate_on_submit():
        if location := find_made(form, row):
            return redirect(location)
        save(project, row, form.values(), by=me())
        return finish(form, row, cancel, words[1])
    kind = _KINDS[type(form)]
    remove_url = url_for("esf.remove_row", project_id=project.id, kind=kind, row_id=row.id) if row else ""
    return edit_page(words[0], form, cancel, project=project, remove_url=remove_url)
