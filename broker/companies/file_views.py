"""Pages of files that come with contacts: a saved letter that becomes a contact, and files of a contact."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from broker import files, idempotency
from broker.access import Permission, can, requires
from broker.companies import lookups, queries, service
from broker.companies.blueprint import blueprint, me
from broker.companies.forms import FileForm, LetterForm
from broker.companies.letters import Letter, read_letter
from broker.companies.models import Company
from broker.companies.parts import Place, parts_of
from broker.errors import RefusedError
from broker.extensions import db


@blueprint.route("/foretag/<int:company_id>/kontakter/brev", methods=["GET", "POST"])
@requires(Permission.EDIT)
def log_letter(company_id: int) -> ResponseReturnValue:
    """Log a letter that was saved from a mail program as a contact, with its text and its files."""
    company = queries.get_company(company_id)
    form = LetterForm()
    if form.validate_on_submit():
        try:
            letter = read_letter(form.file.data.read())
        except RefusedError as error:
            form.refuse("file", str(error))
        else:
            return _log(company, letter)
    parts = parts_of(company, Place.LOG)
    page = render_template("companies/log_letter.html", form=form, company=company, parts=parts)
    return page, 422 if form.errors else 200


def _log(company: Company, letter: Letter) -> Response:
    # The letter itself is the token: whoever drops it a second time is led to the contact that it has become.
    token = f"brev-{company.id}-{letter.key}"
    if location := idempotency.find_location(token):
        flash(_("Brevet är redan loggat."), "info")
        return redirect(location)
    people = queries.list_people(company.id, with_protected=can(Permission.SEE_PROTECTED))
    contact, left_out = service.log_letter(company, letter, known=people, by=me())
    location = idempotency.remember(token, url_for("companies.show_interaction", interaction_id=contact.id))
    db.session.commit()
    flash(_("Brevet är loggat. Läs igenom det och ändra om något blev fel."), "success")
    if left_out:
        flash(_("De här filerna är av ett slag som inte tas emot: %(names)s", names=", ".join(left_out)), "warning")
    if not lookups.knows_address(company.id, letter.addresses):
        flash(_("Ingen adress i brevet finns hos företaget. Kontrollera att det är rätt företag."), "warning")
    return redirect(location)


@blueprint.route("/kontakter/<int:interaction_id>/filer/ny", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_file(interaction_id: int) -> ResponseReturnValue:
    """Keep a file with a contact: a photograph, a price list, minutes."""
    interaction = queries.get_interaction(interaction_id)
    form = FileForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        upload = form.file.data
        try:
            files.attach(interaction, upload.stream, file_name=upload.filename, media_type=upload.mimetype, by=me())
        except RefusedError as error:
            form.refuse("file", str(error))
        else:
            location = url_for("companies.show_interaction", interaction_id=interaction.id)
            idempotency.remember(form.token.data, location)
            db.session.commit()
            flash(_("Filen är sparad."), "success")
            return redirect(location)
    page = render_template("companies/add_file.html", form=form, interaction=interaction)
    return page, 422 if form.errors else 200
