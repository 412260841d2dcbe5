"""Pages of confirmations: who takes part, asking and reminding, and letting the group follow the answers."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from broker import clock, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import NotFoundError, RefusedError
from broker.extensions import db
from broker.formatting import say
from broker.forms import StateForm
from broker.needs import queries as needs
from broker.needs.cohorts.notices import tell_of_projects
from broker.needs.confirmations import queries, service
from broker.needs.confirmations.forms import NoteForm, ask_form, known_of
from broker.needs.confirmations.told import as_text, key_of
from broker.needs.courses import checks
from broker.needs.courses import queries as courses
from broker.needs.courses.offers import find_chosen
from broker.needs.joint import queries as joint
from broker.needs.reachable import list_reachable

blueprint = Blueprint(
    "confirmations", __name__, url_prefix="/behov/grupper/<int:cohort_id>/bekraftelser", template_folder="../templates"
)


@blueprint.get("")
@requires(Permission.READ)
def index(cohort_id):
    """Show who takes part by plan and by answer, and what there is to do about it."""
    cohort = needs.get_cohort(cohort_id)
    rows = queries.list_confirmations(cohort.id)
    parts = queries.parts_of(cohort, rows, courses.list_sessions(cohort.id))
    members = {part.company.id for part in parts}
    return render_template(
        "confirmations/index.html",
        cohort=cohort,
        parts=parts,
        left=[row for row in rows if row.company_id not in members],
        has_to_ask=any(part.has_to_be_told for part in parts),
        may_answer=service.may_answer(cohort),
        may_change=service.may_change(cohort),
        can_remind=any(part.can_be_reminded for part in parts),
        group=needs.cohort_rules(clock.today()).group_of(cohort.topic_id),
        people=joint.people_taught_with(cohort),
    )


@blueprint.route("/fraga", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def ask(cohort_id):
    """Write to a person at each company, or make the links that are handed over."""
    cohort = needs.get_cohort(cohort_id)
    sessions = courses.list_sessions(cohort.id)
    everybody = queries.parts_of(cohort, queries.list_confirmations(cohort.id), sessions)
    parts = [part for part in everybody if part.has_to_be_told]
    people = list_reachable([part.company.id for part in parts])
    earlier = {part.company.id: part.confirmation.person_id for part in parts if part.confirmation}
    form = ask_form([part.company for part in parts], people, earlier)
    if form.is_submitted() and not parts:
        flash(_("Alla företag har fått frågan, med det som gäller nu."), "info")
        return redirect(url_for("confirmations.index", cohort_id=cohort.id))
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        chosen = {row.id: row for rows in people.values() for row in rows}
        try:
            for part in parts:
                person = chosen.get(form.chosen(part.company.id))
                service.ask(cohort, part, person, link_of=_address, by=me())
        except RefusedError as error:
            db.session.rollback()
            form.form_errors = [say(error)]
        else:
            location = idempotency.remember(form.token.data, url_for("confirmations.index", cohort_id=cohort.id))
            db.session.commit()
            flash(_("Frågan är skickad. Länkarna som du lämnar över själv finns på varje företags rad."), "success")
            return redirect(location)
    told, missing = as_text(cohort, sessions), checks.list_missing(cohort, sessions)
    missing += checks.list_warnings(cohort, find_chosen(cohort))
    page = render_template("confirmations/ask.html", cohort_id=cohort_id, form=form, told=told, missing=missing)
    return page, 422 if form.errors else 200


@blueprint.post("/paminn")
@requires(Permission.BUNDLE)
def remind(cohort_id):
    """Remind, once, those that have not answered."""
    cohort = needs.get_cohort(cohort_id)
    count = service.remind(cohort, link_of=_address, by=me())
    db.session.commit()
    if count:
        told = ngettext("%(num)s företag är påmint.", "%(num)s företag är påminda.", count)
        flash(told, "success")
    else:
        flash(_("Ingen mer att påminna: alla har svarat eller är redan påminda."), "info")
    return redirect(url_for("confirmations.index", cohort_id=cohort.id))


@blueprint.route("/foretag/<int:company_id>", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def note_answer(cohort_id, company_id):
    """Write down what a company has answered, and hand over its link."""
    cohort = needs.get_cohort(cohort_id)
    part = queries.find_part(cohort, company_id)
    if part is None:
        raise NotFoundError
    version = part.confirmation.version if part.confirmation else 0
    form = NoteForm(data=known_of(part) | {"version": version})
    if form.validate_on_submit():
        if part.confirmation:
            form.check_version(part.confirmation)
        try:
            service.note_answer(cohort, part, form.values(), by=me(), shown=form.shown.data or "")
        except RefusedError as error:
            form.form_errors = [say(error)]
        else:
            db.session.commit()
            flash(_("Svaret är antecknat."), "success")
            return redirect(url_for("confirmations.index", cohort_id=cohort.id))
    address = _address(part.confirmation.token) if part.confirmation else None
    form.shown.data = key_of(part.told)
    page = render_template("confirmations/note_answer.html", cohort=cohort, part=part, form=form, address=address)
    return page, 422 if form.errors else 200


@blueprint.post("/<int:confirmation_id>/andra-antalet")
@requires(Permission.BUNDLE)
def apply_number(cohort_id, confirmation_id):
    """Let the group have the number that a company has answered."""
    cohort = needs.get_cohort(cohort_id)
    confirmation = queries.get_confirmation(cohort.id, confirmation_id)
    StateForm().check_version(confirmation)
    service.apply_number(cohort, confirmation, by=me())
    db.session.commit()
    flash(_("Gruppen har nu det antal som företaget har svarat."), "success")
    tell_of_projects(cohort)
    return redirect(url_for("confirmations.index", cohort_id=cohort.id))


@blueprint.post("/<int:confirmation_id>/byt-lank")
@requires(Permission.BUNDLE)
def replace_link(cohort_id, confirmation_id):
    """Give a company a new link, so that the earlier one stops working."""
    confirmation = queries.get_confirmation(cohort_id, confirmation_id)
    StateForm().check_version(confirmation)
    service.replace_link(confirmation, by=me())
    db.session.commit()
    flash(_("Länken är bytt. Lämna över den nya härifrån, eller skicka den med Fråga företagen."), "success")
    company_id = confirmation.company_id
    return redirect(url_for("confirmations.note_answer", cohort_id=cohort_id, company_id=company_id, _anchor="lank"))


@blueprint.post("/<int:confirmation_id>/ta-ut")
@requires(Permission.BUNDLE)
def take_out(cohort_id, confirmation_id):
    """Take a company that has said no out of the group."""
    cohort = needs.get_cohort(cohort_id)
    confirmation = queries.get_confirmation(cohort.id, confirmation_id)
    StateForm().check_version(confirmation)
    service.take_out(cohort, confirmation, by=me())
    db.session.commit()
    flash(_("Företaget är taget ur gruppen, och dess behov väntar igen."), "success")
    tell_of_projects(cohort)
    return redirect(url_for("confirmations.index", cohort_id=cohort.id))


def _address(token):
    return current_app.config["BASE_URL"] + url_for("confirmation_form.answer", token=token)
