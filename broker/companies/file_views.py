"""Pages of files that come with contacts: a saved letter that becomes a contact, and files of a contact."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import idempotency
from broker.access import Permission, can, requires
from broker.accounts.me import me
from broker.companies import lookups, queries, service
from broker.companies.blueprint import blueprint
from broker.companies.forms import LetterForm
from broker.companies.letters import Letter, read_letter, warnings_about
from broker.companies.models import Company
from broker.companies.parts import Place, parts_of
from broker.errors import RefusedError
from broker.extensions import db
from broker.forms import FileForm
from broker.uploads import keep_file


@blueprint.route("/foretag/<int:company_id>/kontakter/brev", methods=["GET", "POST"])
@requires(Permission.EDIT)
def log_letter(company_id: int) -> ResponseReturnValue:
    """Log a letter that was saved from a mail program as a contact, with its text and its files."""
    company = queries.get_company(company_id)
    form = LetterForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        # Reading a large letter takes its time, and nobody who writes is to wait for it.
        db.session.rollback()
        try:
            letter = read_letter(form.file.data.read())
        except RefusedError as error:
            form.refuse("file", str(error))
        else:
            return redirect(_log(company, letter, form.token.data))
    parts = parts_of(company, Place.LOG)
    page = render_template("companies/log_letter.html", form=form, company=company, parts=parts)
    return page, 422 if form.errors else 200


def _log(company: Company, letter: Letter, token: str | None) -> str:
    if earlier := lookups.find_letter(company.id, letter.key):
        flash(_("Brevet är redan loggat."), "info")
        return url_for("companies.show_interaction", interaction_id=earlier.id)
    people = queries.list_people(company.id, with_protected=can(Permission.SEE_PROTECTED))
    engagement = queries.find_engagement(company.id)
    known = {person.email for person in people} | {engagement and engagement.email}
    is_known = not letter.addresses.isdisjoint({(address or "").lower() for address in known})
    contact, left_out = service.log_letter(company, letter, known=people, by=me())
    location = idempotency.remember(token, url_for("companies.show_interaction", interaction_id=contact.id))
    db.session.commit()
    flash(
        _("Brevet är loggat utan citerade rader och signatur. Läs igenom det och ändra om något blev fel."), "success"
    )
    for warning in warnings_about(letter, left_out, is_known=is_known):
        flash(warning, "warning")
    return location


@blueprint.route("/kontakter/<int:interaction_id>/filer/ny", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_file(interaction_id: int) -> ResponseReturnValue:
    """Keep a file with a contact: a photograph, a price list, minutes."""
    interaction = queries.get_interaction(interaction_id)
    form = FileForm()
    shown = url_for("companies.show_interaction", interaction_id=interaction.id)
    if kept := keep_file(interaction, form, shown, is_name_private=True):
        return kept
    page = render_template("companies/add_file.html", form=form, interaction=interaction)
    return page, 422 if form.errors else 200
