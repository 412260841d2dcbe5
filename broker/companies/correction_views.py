"""Pages that correct the log: change a contact, take one back, move one to the right company."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import files
from broker.access import Permission, can, requires
from broker.accounts.me import me
from broker.companies import corrections, queries
from broker.companies.blueprint import blueprint
from broker.companies.contact_forms import EditInteractionForm, MoveForm, RemoveForm, visible_people
from broker.companies.forms import FindCompanyForm, colleagues_to_choose
from broker.companies.models import InteractionKind
from broker.errors import RefusedError
from broker.extensions import db
from broker.forms import pairs


@blueprint.route("/kontakter/<int:interaction_id>/andra", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit_interaction(interaction_id: int) -> ResponseReturnValue:
    """Correct a logged contact."""
    interaction = queries.get_interaction(interaction_id)
    known = queries.list_people(interaction.company_id, with_protected=can(Permission.SEE_PROTECTED))
    people = list(dict.fromkeys([*known, *visible_people(interaction)]))
    data = {
        "person_ids": [person.id for person in interaction.people],
        "colleague_ids": [user.id for user in interaction.colleagues],
    }
    form = EditInteractionForm(obj=interaction, data=data)
    form.person_ids.choices = pairs((person.id, person.name) for person in people)
    colleagues = colleagues_to_choose(
        form.colleague_ids, besides=interaction.logged_by_id, chosen=interaction.colleagues
    )
    if form.validate_on_submit():
        form.check_version(interaction)
        values = form.values()
        chosen = values.pop("person_ids")
        unseen = [person for person in interaction.people if person not in people]
        values["people"] = [*unseen, *(person for person in people if person.id in chosen)]
        ours = values.pop("colleague_ids")
        values["colleagues"] = [user for user in colleagues if user.id in ours]
        corrections.edit_interaction(interaction, values, by=me())
        db.session.commit()
        flash(_("Kontakten med %(name)s är ändrad.", name=interaction.company.name), "success")
        return redirect(url_for("companies.show_interaction", interaction_id=interaction.id))
    page = render_template("companies/edit_interaction.html", form=form, interaction=interaction)
    return page, 422 if form.errors else 200


@blueprint.route("/kontakter/<int:interaction_id>/ta-bort", methods=["GET", "POST"])
@requires(Permission.EDIT)
def remove_interaction(interaction_id: int) -> ResponseReturnValue:
    """Show what follows when a contact is taken back, and take it back once that is confirmed."""
    interaction = queries.get_interaction(interaction_id)
    company = interaction.company
    # Whoever takes a call back that nobody answered does not want to make it anew.
    form = RemoveForm(obj=interaction, data={"with_steps": interaction.kind is InteractionKind.NO_ANSWER})
    steps, attachments = corrections.list_steps_of(interaction), files.list_attachments(interaction)
    if form.validate_on_submit():
        form.check_version(interaction)
        try:
            unused = corrections.remove_interaction(interaction, with_steps=form.with_steps.data, by=me())
        except RefusedError as error:
            db.session.rollback()
            form.form_errors = [str(error)]
        else:
            db.session.commit()
            files.remove(unused)
            flash(_("Kontakten med %(name)s är borttagen.", name=company.name), "success")
            return redirect(url_for("companies.show", company_id=company.id))
    page = render_template(
        "companies/remove_interaction.html", form=form, interaction=interaction, steps=steps, attachments=attachments
    )
    return page, 422 if form.errors else 200


@blueprint.route("/kontakter/<int:interaction_id>/flytta", methods=["GET", "POST"])
@requires(Permission.EDIT)
def move_interaction(interaction_id: int) -> ResponseReturnValue:
    """Find the company that a contact was with, and move the contact there."""
    interaction = queries.get_interaction(interaction_id)
    looked_for = FindCompanyForm(request.args)
    is_asked = "q" in request.args and looked_for.validate()
    found = queries.suggest_companies(looked_for.q.data or "") if is_asked else []
    form = MoveForm(obj=interaction, data={"company_id": None})
    form.company_id.offer([company for company in found if company.id != interaction.company_id])
    if form.validate_on_submit():
        form.check_version(interaction)
        company = queries.get_company(form.company_id.data)
        try:
            corrections.move_interaction(interaction, company, by=me())
        except RefusedError as error:
            db.session.rollback()
            form.refuse("company_id", str(error))
        else:
            db.session.commit()
            flash(_("Kontakten är flyttad till %(name)s.", name=company.name), "success")
            return redirect(url_for("companies.show_interaction", interaction_id=interaction.id))
    page = render_template(
        "companies/move_interaction.html", form=form, looked_for=looked_for, is_asked=is_asked, interaction=interaction
    )
    return page, 422 if form.errors or looked_for.errors else 200
