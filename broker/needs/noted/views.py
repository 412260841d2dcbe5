"""The page that makes needs of the notes of an imported list."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from broker import idempotency
from broker.access import Permission, can, requires
from broker.accounts.me import me
from broker.companies.parts import goes_on_from_list
from broker.extensions import db
from broker.needs.noted import queries, service
from broker.needs.noted.forms import notes_form

blueprint = Blueprint("noted", __name__, template_folder="../templates")


@goes_on_from_list
def _lead_to_notes(job_id):
    if not (can(Permission.EDIT) and queries.has_notes(job_id)):
        return None
    return _("Gör behov av anteckningarna i listan"), url_for("noted.make_needs", job_id=job_id)


@blueprint.route("/behov/ur-lista/<int:job_id>", methods=["GET", "POST"])
@requires(Permission.EDIT)
def make_needs(job_id):
    """Choose which notes of a list tell of a need, and in which training area; then go on with the next ones."""
    page = queries.list_notes(job_id, after=request.args.get("efter", 0, type=int))
    form = notes_form(page.notes)
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        made = 0
        for note in page.notes:
            is_need, topic_id = form.chosen(note)
            if is_need:
                service.make_need(note.company, note.text, topic_id, by=me())
                made += 1
        url = url_for("noted.make_needs", job_id=job_id, efter=page.next_after)
        location = idempotency.remember(form.token.data, url if page.next_after else url_for("needs.board"))
        db.session.commit()
        flash(ngettext("%(num)s behov är sparat.", "%(num)s behov är sparade.", made), "success")
        return redirect(location)
    return render_template("noted/make_needs.html", form=form, notes=page.notes), 422 if form.errors else 200
