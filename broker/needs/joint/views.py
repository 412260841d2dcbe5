"""Pages of joint plans: who is in one, what is contributed, proposals, and groups to agree on."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from broker import audit, clock, idempotency, jobs
from broker.access import Permission, requires
from broker.accounts import queries as accounts
from broker.accounts.me import me
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import event_entries
from broker.forms import StateForm
from broker.needs import queries as needs_queries
from broker.needs.cohorts.proposals import PAGE
from broker.needs.cohorts.travellers import travellers_of
from broker.needs.drafts.forms import sent_number
from broker.needs.joint import agreeing, copies, queries, service, solving
from broker.needs.joint.forms import (
    ContributeForm,
    DeclineGroupForm,
    DeclineInvitationForm,
    InviteForm,
    ProposeGroupForm,
    StartPlanForm,
)
from broker.needs.joint.models import JointNeed
from broker.needs.joint.solving import Proposals
from broker.needs.planning import BadPlanError, CohortPlan
from broker.topics.models import national_id

_SHORT_HISTORY = 15

blueprint = Blueprint("joint", __name__, url_prefix="/behov/samplanering", template_folder="../templates")


@blueprint.get("")
@requires(Permission.READ)
def index():
    """Show the plans that we are in, and what waits for our answer; with a job, go where it led."""
    if job_id := request.args.get("job_id", type=int):
        result = jobs.get_own_job(job_id, current_user.id).result or {}
        return redirect(result.get("page") or url_for("joint.index"))
    return render_template(
        "joint/index.html",
        plans=queries.list_plans(),
        invitations=queries.list_invitations(),
        groups=queries.list_groups_awaiting_us(),
    )


@blueprint.route("/ny", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def start_plan():
    """Begin a joint plan."""
    form = StartPlanForm()
    if location := idempotency.find_location(form.token.data):
        return redirect(location)
    if form.validate_on_submit():
        plan = service.start_plan(**form.values(), by=me())
        location = idempotency.remember(form.token.data, url_for("joint.show", plan_id=plan.id))
        db.session.commit()
        flash(_("Samplaneringen är påbörjad. Bjud in dem som ska vara med."), "success")
        return redirect(location)
    return render_template("joint/start_plan.html", form=form), 422 if form.errors else 200


@blueprint.get("/<int:plan_id>")
@requires(Permission.READ)
def show(plan_id):
    """Show a plan: who is in it, what is contributed, and the groups."""
    plan, members = queries.open_plan(plan_id)
    after = request.args.get("efter", type=int)
    page, notes = queries.list_joint_needs(plan, after=after), queries.own_notes(plan)
    changed = {
        row.id: copies.changed_fields(notes[row.id].need, row, is_named=notes[row.id].is_named)
        for row in page.rows
        if row.id in notes and row.is_waiting
    }
    return render_template(
        "joint/show.html",
        plan=plan,
        own=g.acting.organisation_id,
        members=members,
        invitations=queries.list_invitations_of(plan),
        page=page,
        notes=notes,
        changed=changed,
        groups=queries.list_groups(plan),
        history=event_entries(audit.history_of(plan, limit=_SHORT_HISTORY)),
        first_url=None if after is None else url_for("joint.show", plan_id=plan.id),
        next_url=url_for("joint.show", plan_id=plan.id, efter=page.next_after) if page.next_after else None,
    )


@blueprint.route("/<int:plan_id>/bjud-in", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def invite(plan_id):
    """Invite another organisation; members that do not own the plan see who can."""
    plan = queries.get_plan(plan_id)
    form = InviteForm()
    form.offer(queries.list_possible_members(plan) if plan.owner_id == g.acting.organisation_id else [])
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        organisation = accounts.get_organisation(form.organisation_id.data)
        service.invite(plan, organisation, by=me())
        location = idempotency.remember(form.token.data, url_for("joint.show", plan_id=plan.id))
        db.session.commit()
        flash(_("Inbjudan är skickad till %(name)s.", name=organisation.name), "success")
        return redirect(location)
    is_owner = plan.owner_id == g.acting.organisation_id
    return render_template("joint/invite.html", plan=plan, form=form, is_owner=is_owner), 422 if form.errors else 200


@blueprint.get("/inbjudan/<int:joint_invitation_id>")
@requires(Permission.READ)
def show_invitation(joint_invitation_id):
    """Show what an invitation means, before it is answered."""
    invitation = queries.get_invitation(joint_invitation_id)
    return render_template(
        "joint/show_invitation.html",
        invitation=invitation,
        own=g.acting.organisation_id,
        history=event_entries(audit.history_of(invitation)),
    )


@blueprint.post("/inbjudan/<int:joint_invitation_id>/anta")
@requires(Permission.BUNDLE)
def join_plan(joint_invitation_id):
    """Say yes to an invitation."""
    invitation = queries.get_invitation(joint_invitation_id, to_change=True)
    StateForm().check_version(invitation)
    service.join_plan(invitation, by=me())
    db.session.commit()
    flash(_("Ni är med. Inget av era behov syns för de andra förrän ni bidrar med det."), "success")
    return redirect(url_for("joint.show", plan_id=invitation.plan_id))


@blueprint.route("/inbjudan/<int:joint_invitation_id>/avboj", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def decline_invitation(joint_invitation_id):
    """Say no to an invitation, with the reason."""
    invitation = queries.get_invitation(joint_invitation_id, to_change=request.method == "POST")
    form = DeclineInvitationForm(obj=invitation)
    if form.validate_on_submit():
        form.check_version(invitation)
        service.decline_invitation(invitation, reason=form.reason.data, by=me())
        db.session.commit()
        flash(_("Inbjudan är avböjd."), "success")
        return redirect(url_for("joint.index"))
    page = render_template("joint/decline_invitation.html", invitation=invitation, form=form)
    return page, 422 if form.errors else 200


@blueprint.post("/inbjudan/<int:joint_invitation_id>/ta-tillbaka")
@requires(Permission.BUNDLE)
def withdraw_invitation(joint_invitation_id):
    """Take an invitation back."""
    invitation = queries.get_invitation(joint_invitation_id, to_change=True)
    StateForm().check_version(invitation)
    service.withdraw_invitation(invitation, by=me())
    db.session.commit()
    flash(_("Inbjudan är återtagen."), "success")
    return redirect(url_for("joint.show", plan_id=invitation.plan_id))


@blueprint.route("/<int:plan_id>/lamna", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def leave_plan(plan_id):
    """Show what happens when we leave a plan, and leave it."""
    plan = queries.get_plan(plan_id)
    form = StateForm(obj=plan)
    if form.validate_on_submit():
        form.check_version(plan)
        service.leave_plan(plan, by=me())
        db.session.commit()
        flash(_("Ni har lämnat samplaneringen."), "success")
        return redirect(url_for("joint.index"))
    is_owner = plan.owner_id == g.acting.organisation_id
    return render_template("joint/leave_plan.html", plan=plan, form=form, is_owner=is_owner)


@blueprint.get("/<int:plan_id>/bidra")
@requires(Permission.BUNDLE)
def choose_need(plan_id):
    """Show which of our needs can be contributed."""
    plan = queries.get_plan(plan_id)
    return render_template("joint/choose_need.html", plan=plan, needs=queries.list_contributable(plan))


@blueprint.route("/<int:plan_id>/bidra/<int:need_id>", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def contribute(plan_id, need_id):
    """Show exactly what the others will see of a need, and contribute it on a recorded ground."""
    plan, need = queries.get_plan(plan_id), needs_queries.get_need(need_id)
    form = ContributeForm(obj=need)
    if location := idempotency.find_location(form.token.data):
        return redirect(location)
    if need.missing or not plan.takes(national_id(need.topic_id)):
        flash(
            _("Behovet kan inte bidras: det ska vara klarlagt, utan grupp och inom samplaneringens områden."), "warning"
        )
        return redirect(url_for("joint.choose_need", plan_id=plan.id))
    least = queries.smallest_cell(clock.today())
    alike = queries.count_alike(need.company, need.municipality_code, most=least)
    form.few = alike < least
    if form.validate_on_submit():
        form.check_version(need)
        shown = {name: form[name].data for name in ("ground", "ground_note", "is_named")}
        try:
            service.contribute(plan, need, **shown, by=me())
        except RefusedError as error:
            form.refuse("ground", str(error))
        else:
            # Who contributes one need mostly has more.
            location = idempotency.remember(form.token.data, url_for("joint.choose_need", plan_id=plan.id))
            db.session.commit()
            flash(_("Behovet är bidraget. De som är med ser det nu."), "success")
            return redirect(location)
    page = render_template(
        "joint/contribute.html",
        plan=plan,
        need=need,
        form=form,
        shown=JointNeed(**copies.copy_of(need, plan.id, is_named=False)),
        members=[row for row in queries.list_members(plan) if row.id != g.acting.organisation_id],
        alike=alike,
    )
    return page, 422 if form.errors else 200


@blueprint.post("/<int:plan_id>/behov/<int:joint_need_id>/fornya")
@requires(Permission.BUNDLE)
def renew(plan_id, joint_need_id):
    """Let the copy of a need say what the need says now."""
    plan = queries.get_plan(plan_id)
    service.renew(plan, queries.get_note(plan, joint_need_id), by=me())
    db.session.commit()
    flash(_("De andra ser nu behovet som det är."), "success")
    return redirect(url_for("joint.show", plan_id=plan.id))


@blueprint.post("/<int:plan_id>/behov/<int:joint_need_id>/ta-tillbaka")
@requires(Permission.BUNDLE)
def withdraw(plan_id, joint_need_id):
    """Take a contributed need back."""
    plan = queries.get_plan(plan_id)
    service.withdraw(plan, queries.get_note(plan, joint_need_id), by=me())
    db.session.commit()
    flash(_("Behovet är taget tillbaka. De andra ser det inte längre."), "success")
    return redirect(url_for("joint.show", plan_id=plan.id))


@blueprint.get("/<int:plan_id>/forslag")
@requires(Permission.READ)
def propose(plan_id):
    """Show proposals for the needs of a plan: worked out at once for a few hundred, from the latest job for more."""
    proposals = Proposals(plan_id, clock.today())
    plan = proposals.plan
    notes, job = queries.own_notes(plan), None
    if solving.is_quick(proposals):
        calculated = proposals.work_out()
    else:
        job = solving.find_calculated(plan, current_user.id)
        calculated = job.result if job else None
    page = max(1, request.args.get("sida", 1, type=int))
    shown = max(PAGE, request.args.get("visa", 0, type=int))
    board = proposals.board(calculated, page, waiting_most=shown) if calculated else None
    return render_template(
        "joint/propose.html",
        plan=plan,
        board=board,
        job=job,
        notes=notes,
        need_count=len(proposals.needs),
        page=page,
        has_next=board is not None and board.count > page * PAGE,
        more=shown + PAGE,
    )


@blueprint.post("/<int:plan_id>/rakna")
@requires(Permission.BUNDLE)
def calculate(plan_id):
    """Start the job that works the proposals of a plan out."""
    job = solving.add_job(queries.get_plan(plan_id), by=me())
    db.session.commit()
    jobs.send(job)
    return redirect(url_for("pages.show_job", job_id=job.id))


@blueprint.post("/<int:plan_id>/grupper/ny")
@requires(Permission.BUNDLE)
def propose_group(plan_id):
    """Propose a group to everybody with needs in it."""
    plan, form = queries.get_plan(plan_id), ProposeGroupForm()
    if location := idempotency.find_location(form.token.data):
        return redirect(location)
    try:
        proposal = CohortPlan.from_text(form.plan.data)
        group = agreeing.propose_group(plan, proposal, host_id=sent_number("host_id") or 0, by=me())
    except BadPlanError:
        return _back_to_proposals(plan_id, _("Förslaget går inte att läsa. Välj bland förslagen som gäller nu."))
    except agreeing.JointGroupRefusedError as error:
        return _back_to_proposals(plan_id, str(error))
    address = url_for("joint.show_group", plan_id=plan.id, joint_group_id=group.id)
    location = idempotency.remember(form.token.data, address)
    db.session.commit()
    flash(_("Gruppen är föreslagen. Den är klar när alla som har behov i den har sagt ja."), "success")
    return redirect(location)


@blueprint.get("/<int:plan_id>/grupper/<int:joint_group_id>")
@requires(Permission.READ)
def show_group(plan_id, joint_group_id):
    """Show a joint group with its whole figures, who has answered, and what waits for us."""
    plan = queries.get_plan(plan_id)
    group, own = queries.get_group(plan, joint_group_id), g.acting.organisation_id
    return render_template(
        "joint/show_group.html",
        plan=plan,
        group=group,
        own=own,
        notes=queries.own_notes(plan),
        travellers=travellers_of(group.members, group.municipality_code),
        part=queries.find_part_of(group.id),
        awaits_us=_awaits(group, own),
        history=event_entries(audit.history_of(group)),
    )


@blueprint.post("/<int:plan_id>/grupper/<int:joint_group_id>/ja")
@requires(Permission.BUNDLE)
def accept_group(plan_id, joint_group_id):
    """Say yes to our part of a group."""
    group = queries.get_group(queries.get_plan(plan_id), joint_group_id)
    StateForm().check_version(group)
    agreeing.accept_group(group, by=me())
    db.session.commit()
    if group.is_agreed:
        flash(_("Alla har sagt ja. Er del är nu en utbildningsgrupp hos er."), "success")
    elif group.is_proposed:
        flash(_("Ni har sagt ja. Gruppen väntar på de andra."), "success")
    else:
        flash(_("Gruppen blev inte av, för ett av de andra behoven väntar inte längre."), "warning")
    return redirect(url_for("joint.show_group", plan_id=plan_id, joint_group_id=group.id))


@blueprint.route("/<int:plan_id>/grupper/<int:joint_group_id>/nej", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def decline_group(plan_id, joint_group_id):
    """Say no to a group, with the reason."""
    group = queries.get_group(queries.get_plan(plan_id), joint_group_id)
    form = DeclineGroupForm(obj=group)
    if form.validate_on_submit():
        form.check_version(group)
        agreeing.decline_group(group, reason=form.declined_because.data, by=me())
        db.session.commit()
        flash(_("Ni har sagt nej. Behoven är lediga igen."), "success")
        return redirect(url_for("joint.show_group", plan_id=plan_id, joint_group_id=group.id))
    return render_template("joint/decline_group.html", group=group, form=form), 422 if form.errors else 200


def _awaits(group, own):
    return group.is_proposed and own in {row.id for row in group.organisations} and group.answer_of(own) is None


def _back_to_proposals(plan_id, sentence):
    db.session.rollback()
    flash(sentence, "warning")
    return redirect(url_for("joint.propose", plan_id=plan_id))
