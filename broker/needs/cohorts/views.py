"""Pages of cohorts: proposals, the list, one cohort, and dissolving it."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from broker import audit, clock, idempotency, jobs
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.extensions import db
from broker.formatting import event_entries
from broker.needs import queries, service
from broker.needs.cohorts import joining, proposals, steps
from broker.needs.cohorts.forms import DissolveForm, FormCohortForm
from broker.needs.cohorts.notices import list_shared, tell_of_plans, tell_of_projects
from broker.needs.cohorts.parts import Group, parts_of, places_of
from broker.needs.cohorts.proposals import Proposals
from broker.needs.cohorts.travellers import travellers_of
from broker.needs.confirmations import service as confirmations
from broker.needs.confirmations.queries import list_confirmations, list_parts
from broker.needs.confirmations.queries import parts_of as parts_with_answers
from broker.needs.courses import checks
from broker.needs.courses.queries import list_sessions
from broker.needs.evaluations.queries import list_links
from broker.needs.joint import queries as joint
from broker.needs.models import CohortStatus
from broker.needs.planning import BadPlanError, CohortPlan
from broker.procurement import queries as procurement
from broker.providers.prices import price_per_head
from broker.topics import queries as topics

blueprint = Blueprint("cohorts", __name__, url_prefix="/behov", template_folder="../templates")


@blueprint.get("/paketering")
@requires(Permission.READ)
def propose():
    """Show proposals for the open needs: worked out at once for a few hundred, from the latest job for more."""
    found = Proposals(clock.today())
    job = None
    if len(found.needs) > proposals.MOST_LIVE_NEEDS:
        job = proposals.find_calculated(current_user.id)
        calculated = job.result if job else None
    else:
        calculated = found.calculate()
    page = max(1, request.args.get("sida", 1, type=int))
    shown = max(proposals.PAGE, request.args.get("visa", 0, type=int))
    topic_id = request.args.get("omrade")
    board = found.board(calculated, page, waiting_most=shown, topic_id=topic_id) if calculated else None
    placed = {row.need.id for card in board.cards for row in card.travellers} if board else set()
    return render_template(
        "cohorts/propose.html",
        board=board,
        job=job,
        need_count=sum(topic_id in (None, need.topic_id) for need in found.needs.values()),
        page=page,
        has_next=board is not None and board.count > page * proposals.PAGE,
        more=shown + proposals.PAGE,
        shared={note.need_id: note.plan_name for note in list_shared(placed)},
        topic_id=topic_id,
        topic=topics.topic_label(topic_id),
    )


@blueprint.post("/paketering/rakna")
@requires(Permission.BUNDLE)
def calculate():
    """Start the job that works proposals out."""
    job = proposals.add_job(by=me())
    db.session.commit()
    jobs.send(job)
    return redirect(url_for("pages.show_job", job_id=job.id))


@blueprint.get("/grupper")
@requires(Permission.READ)
def index():
    """Show the cohorts, the next to start first."""
    asked = request.args.get("status")
    status = CohortStatus(asked) if asked in tuple(CohortStatus) else CohortStatus.FORMED
    after = request.args.get("efter", type=int)
    page = queries.list_cohorts(status=status, after=after)
    keys = [cohort.id for cohort in page.rows]
    purchases, hostings = procurement.list_purchases_of_cohorts(keys), joint.list_hostings(keys)
    address = partial(url_for, "cohorts.index", status=None if status is CohortStatus.FORMED else status)
    return render_template(
        "cohorts/index.html",
        cohorts=page.rows,
        purchases=purchases,
        hostings=hostings,
        left=steps.find_left_of_each(page.rows, purchases, hostings),
        status=status,
        statuses=list(CohortStatus),
        first_url=None if after is None else address(),
        next_url=address(efter=page.next_after) if page.next_after else None,
    )


@blueprint.post("/grupper/ny")
@requires(Permission.BUNDLE)
def form_cohort():
    """Make a proposal a cohort."""
    form = FormCohortForm()
    if location := idempotency.find_location(form.token.data):
        return redirect(location)
    try:
        plan = CohortPlan.from_text(form.plan.data)
        shared = list_shared({need_id for need_id, _part in plan.members})
        cohort = service.form_cohort(plan, by=me())
    except BadPlanError:
        return _back_to_proposals(_("Förslaget går inte att läsa. Välj bland förslagen som gäller nu."))
    except service.CohortRefusedError as error:
        return _back_to_proposals(str(error))
    location = idempotency.remember(form.token.data, url_for("cohorts.show", cohort_id=cohort.id))
    db.session.commit()
    flash(_("Utbildningsgruppen %(title)s är bildad.", title=cohort.title), "success")
    tell_of_plans(shared)
    return redirect(location)


@blueprint.get("/grupper/<int:cohort_id>")
@requires(Permission.READ)
def show(cohort_id):
    """Show a cohort: how far it has come, who takes part and travels how far, and why."""
    cohort = queries.get_cohort(cohort_id)
    purchase = procurement.list_purchases_of_cohorts([cohort.id]).get(cohort.id)
    known = steps.Known(
        sessions=list_sessions(cohort.id),
        parts=list_parts(cohort),
        purchase=purchase,
        standing=procurement.standing_of(purchase) if purchase else None,
        projects=places_of(cohort.id),
        links=list_links(cohort.id),
        hosting=joint.find_hosting(cohort.id),
    )
    return render_template(
        "cohorts/show.html",
        cohort=cohort,
        steps=steps.list_steps(cohort, known),
        hosting=known.hosting,
        travellers=travellers_of(cohort.members, cohort.municipality_code),
        purchase=purchase,
        history=event_entries(audit.history_of(cohort)),
        can_join=confirmations.may_answer(cohort),
        can_begin=cohort.is_formed and not cohort.has_begun and cohort.starts_on <= clock.today(),
    )


@blueprint.get("/grupper/<int:cohort_id>/stod")
@requires(Permission.READ)
def show_parts(cohort_id):
    """Show what other features say of a cohort's companies and its price: what state aid would mean."""
    cohort = queries.get_cohort(cohort_id)
    members = [(row.need, row.women + row.men + row.unknown_sex) for row in cohort.members]
    together = joint.people_taught_with(cohort)
    price = price_per_head(cohort.offering, together) if cohort.offering else None
    group = Group.of(members, cohort.hours, price, together)
    return render_template("cohorts/show_parts.html", cohort=cohort, parts=parts_of(group))


@blueprint.route("/grupper/<int:cohort_id>/ta-in", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def take_in(cohort_id):
    """Show which waiting needs could be taken into a cohort and what hinders the others, and take one in."""
    cohort = queries.get_cohort(cohort_id)
    if not confirmations.may_answer(cohort):
        flash(_("Utbildningen har börjat eller gruppen är upplöst, så ingen mer kan tas in."), "info")
        return redirect(url_for("cohorts.show", cohort_id=cohort.id))
    if request.method == "GET":
        return _list_candidates(cohort)
    need_id, part = (request.form.get(name, -1, type=int) for name in ("need_id", "part"))
    shared = list_shared([need_id])
    try:
        company = joining.take_in(cohort, need_id, part, by=me()).need.company
    except joining.JoinRefusedError as error:
        flash(str(error), "warning")
        return redirect(url_for("cohorts.take_in", cohort_id=cohort.id))
    db.session.commit()
    flash(_("%(company)s är med i gruppen. Fråga nu hur många som kommer.", company=company.name), "success")
    tell_of_projects(cohort)
    tell_of_plans(shared)
    return redirect(url_for("confirmations.index", cohort_id=cohort.id))


@blueprint.route("/grupper/<int:cohort_id>/borjad", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def begin_cohort(cohort_id):
    """Show who comes and what is missing, and say that the training of a cohort has begun."""
    cohort = queries.get_cohort(cohort_id)
    if request.method == "GET":
        sessions = list_sessions(cohort.id)
        return render_template(
            "cohorts/begin_cohort.html",
            cohort=cohort,
            parts=parts_with_answers(cohort, list_confirmations(cohort.id), sessions),
            missing=checks.list_missing(cohort, sessions),
        )
    confirmations.begin_cohort(cohort, by=me())
    db.session.commit()
    flash(_("Utbildningen har börjat. När den är slut säger du på varje behov om det blev tillgodosett."), "success")
    return redirect(url_for("cohorts.show", cohort_id=cohort.id))


@blueprint.route("/grupper/<int:cohort_id>/los-upp", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def dissolve_cohort(cohort_id):
    """Dissolve a cohort with the reason."""
    cohort = queries.get_cohort(cohort_id)
    parts, form = [part for part in list_parts(cohort) if part.expects_training], DissolveForm(obj=cohort)
    if not any(part.can_be_told_of_end for part in parts):
        del form.tells
    if form.validate_on_submit():
        form.check_version(cohort)
        try:
            service.dissolve_cohort(cohort, reason=form.dissolved_because.data or "", by=me())
        except service.CohortBoundError as error:
            form.refuse("dissolved_because", str(error))
        else:
            is_told = "tells" in form and form.tells.data
            if is_told:
                confirmations.tell_of_end(cohort, by=me())
            db.session.commit()
            flash(_("Gruppen är upplöst och behoven är öppna igen."), "success")
            if names := [part.company.name for part in parts if not (is_told and part.can_be_told_of_end)]:
                flash(
                    _("Hör av dig själv till %(names)s: de väntar sig en utbildning.", names=", ".join(names)), "info"
                )
            return redirect(url_for("cohorts.show", cohort_id=cohort.id))
    return render_template("cohorts/dissolve_cohort.html", cohort=cohort, form=form), 422 if form.errors else 200


def _list_candidates(cohort):
    shown = max(proposals.PAGE, request.args.get("visa", 0, type=int))
    return render_template(
        "cohorts/take_in.html",
        cohort=cohort,
        candidates=joining.list_candidates(cohort),
        most=shown,
        more=shown + proposals.PAGE,
        purchase=procurement.list_purchases_of_cohorts([cohort.id]).get(cohort.id),
        people=joint.people_taught_with(cohort),
        group=queries.cohort_rules(clock.today()).group_of(cohort.topic_id),
    )


def _back_to_proposals(sentence):
    flash(sentence, "warning")
    return redirect(url_for("cohorts.propose"))
