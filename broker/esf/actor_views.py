"""Pages of actors, of the needs that companies bring, of their commitments and of state aid to them."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import clock, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.companies.sizes.queries import sums_of_group
from broker.errors import RefusedError
from broker.esf import aid, join_service, plan_service, queries
from broker.esf.blueprint import blueprint, edit_page, find_made, finish, project_page, refuse
from broker.esf.commitments.checks import roles_of
from broker.esf.company_size import as_figures
from broker.esf.kinds import OWNER
from broker.esf.ledger.queries import list_owned_with
from broker.esf.legal_forms import legal_form_fault
from broker.esf.models import Actor, Commitment, Contribution, Project
from broker.esf.moves import groups_in
from broker.esf.row_forms import ActorForm, CommitmentForm, ContributionForm, EarlierAidForm
from broker.extensions import db
from broker.forms import pairs
from broker.reference.queries import text_of


@blueprint.get("/projekt/<int:project_id>/aktorer")
@requires(Permission.READ)
def actors(project_id: int) -> ResponseReturnValue:
    """Show the actors, and the needs that the companies bring."""
    application = queries.load_application(project_id)
    roles = [text for row in application.commitments for text in roles_of(row, application)]
    sheets = {row.company_id: row.id for row in application.commitments}
    return project_page(
        "actors",
        application.project,
        application=application,
        roles=roles,
        sheets=sheets,
        groups=groups_in(application),
        faults={actor.id: legal_form_fault(actor) for actor in application.actors},
    )


@blueprint.route("/projekt/<int:project_id>/behov/<int:contribution_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_contribution(project_id: int, contribution_id: int) -> ResponseReturnValue:
    """Change what a need says of cause, consequence and price."""
    project = queries.get_project(project_id)
    row = queries.get_row(Contribution, project, contribution_id)
    form = ContributionForm(obj=row)
    cancel = url_for("esf.actors", project_id=project.id)
    if form.validate_on_submit():
        form.check_version(row)
        values = form.values()
        price = values.pop("price")
        values["price_per_participant_ore"] = None if price is None else int(price * 100)
        join_service.edit_contribution(project, row, values, by=me())
        db.session.commit()
        flash(_("Behovet är sparat."), "success")
        return redirect(cancel)
    title = _("%(company)s: %(topic)s", company=row.company.name, topic=row.topic_label)
    return edit_page(title, form, cancel, project=project, note=_propose_contact(form, row))


@blueprint.route("/projekt/<int:project_id>/aktorer/ny", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_actor(project_id: int) -> ResponseReturnValue:
    """Add an actor."""
    return _actor_page(queries.get_project(project_id), None)


@blueprint.route("/projekt/<int:project_id>/aktorer/<int:actor_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_actor(project_id: int, actor_id: int) -> ResponseReturnValue:
    """Change an actor."""
    project = queries.get_project(project_id)
    return _actor_page(project, queries.get_row(Actor, project, actor_id))


@blueprint.get("/projekt/<int:project_id>/statsstod")
@requires(Permission.READ)
def state_aid(project_id: int) -> ResponseReturnValue:
    """Show each company's commitment and the verdict on the aid to it."""
    application = queries.load_application(project_id)
    rows = aid.assess(application)
    alternatives = {row.commitment.id: aid.assess_alternative(row.commitment, application) for row in rows}
    shown = {"rows": rows, "alternatives": alternatives, "rate": aid.exchange_rate(application)}
    return project_page("state_aid", application.project, **shown)


@blueprint.route("/projekt/<int:project_id>/ataganden/<int:commitment_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_commitment(project_id: int, commitment_id: int) -> ResponseReturnValue:
    """Change what a company has promised and its figures."""
    project = queries.get_project(project_id)
    row = queries.get_row(Commitment, project, commitment_id)
    form, note = _with_noted_size(CommitmentForm(obj=row), row)
    note = " ".join(filter(None, [note, _with_noted_group(form, project, row)]))
    cancel = url_for("esf.show_commitment", project_id=project.id, commitment_id=row.id)
    if form.validate_on_submit():
        form.check_version(row)
        try:
            plan_service.save_commitment(project, row, form.values(), by=me())
        except RefusedError as error:
            refuse(form, error)
        else:
            db.session.commit()
            flash(_("Åtagandet för %(name)s är sparat.", name=row.company.name), "success")
            return redirect(cancel)
    return edit_page(_("Åtagande: %(name)s", name=row.company.name), form, cancel, project=project, note=note)


def _with_noted_size(form: CommitmentForm, row: Commitment) -> tuple[CommitmentForm, str]:
    """Propose what we have noted of a company's size while the commitment says nothing of it; saving it shares it."""
    if form.is_submitted() or (row.staff, row.turnover_eur, row.balance_eur) != (None, None, None):
        return form, ""
    sums = sums_of_group(row.company, clock.today())
    if sums is None:
        return form, ""
    for name, value in as_figures(sums).items():
        form[name].process_data(value)
    return form, _(
        "Anställda, omsättning och balansomslutning är hämtade från företagets sida Storlek, med dem som räknas in. "
        "När du sparar ser alla i projektet dem."
    )


def _with_noted_group(form: CommitmentForm, project: Project, row: Commitment) -> str:
    """Propose who is the same single undertaking by noted ownership, or say who is missing once something is told."""
    known = {row.company.organisation_number, *row.group_numbers}
    units = [unit for unit in list_owned_with(row.company, project.starts_on) if unit.number not in known]
    numbers = [unit.number for unit in units if unit.number and unit.number.isdecimal()]
    if form.is_submitted() or not numbers:
        return ""
    if not row.group_numbers and row.certificate_on is None:
        form.group_numbers.process_data(numbers)
        return _(
            "Koncernens nummer är hämtade ur det ägande som ni har antecknat. När du sparar ser alla i projektet dem."
        )
    return _(
        "Enligt antecknat ägande räknas även %(names)s som samma företag. Fråga företaget och lägg till dem, eller "
        "rätta ägandet.",
        names=", ".join(unit.name for unit in units),
    )


@blueprint.route("/projekt/<int:project_id>/ataganden/<int:commitment_id>/tidigare-stod", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_earlier_aid(project_id: int, commitment_id: int) -> ResponseReturnValue:
    """Add de minimis aid that a company had before."""
    project = queries.get_project(project_id)
    row = queries.get_row(Commitment, project, commitment_id)
    form = EarlierAidForm()
    cancel = url_for("esf.state_aid", project_id=project.id)
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        try:
            plan_service.add_earlier_aid(project, row, **form.values(), by=me())
        except RefusedError as error:
            refuse(form, error)
        else:
            location = idempotency.remember(form.token.data, cancel)
            db.session.commit()
            flash(_("Stödet är sparat."), "success")
            return redirect(location)
    return edit_page(_("Tidigare stöd: %(name)s", name=row.company.name), form, cancel, project=project)


def _propose_contact(form: ContributionForm, row: Contribution) -> str:
    """Fill in the likely contact where the need names none, and say so: a person confirms it by saving."""
    contact = None if row.contacted_on or form.is_submitted() else queries.find_likely_contact(row)
    if contact is None:
        return ""
    form.contacted_on.process_data(contact.happened_on)
    form.contact_kind.process_data(contact.kind)
    return _("Behovet är inte knutet till någon kontakt. Den senaste före behovet är ifylld: ändra om det inte var då.")


def _actor_page(project: Project, actor: Actor | None) -> ResponseReturnValue:
    form = ActorForm(obj=actor)
    roles = queries.get_form(project.form_version)["actors"]["roles"]
    form.role.choices = pairs((row["id"], text_of(row, "title")) for row in roles)
    form.offer_legal_form(actor.legal_form if actor else None)
    cancel = url_for("esf.actors", project_id=project.id)
    if form.validate_on_submit():
        if location := find_made(form, actor):
            return redirect(location)
        try:
            plan_service.save_actor(project, actor, form.values(), by=me())
        except RefusedError as error:
            refuse(form, error)
        else:
            return finish(form, actor, cancel, _("%(name)s är sparad.", name=form.name.data))
    remove_url = ""
    if actor and actor.role != OWNER:
        remove_url = url_for("esf.remove_row", project_id=project.id, kind="aktor", row_id=actor.id)
    title = _("Aktör: %(name)s", name=actor.name) if actor else _("Ny aktör")
    return edit_page(title, form, cancel, project=project, remove_url=remove_url)
