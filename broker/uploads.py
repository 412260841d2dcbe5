"""A file that somebody sends with a form, kept with a row: the same on every page that takes one."""

from flask import flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from broker import files, idempotency
from broker.accounts.me import me
from broker.errors import RefusedError
from broker.extensions import Base, db
from broker.forms import FileForm


def keep_file(owner: Base, form: FileForm, location: str, *, is_name_private: bool = False) -> Response | None:
    """Keep the file of a form with its owner, once, and lead to a page; None when the form is to be shown (again).

    A name that may have to be destroyed with its owner is private and stays out of the history.
    """
    if not form.validate_on_submit():
        return None
    if idempotency.find_location(form.token.data):
        return redirect(location)
    upload = form.file.data
    named = {"file_name": upload.filename, "media_type": upload.mimetype, "is_name_private": is_name_private}
    try:
        files.attach(owner, upload.stream, **named, by=me())
    except RefusedError as error:
        form.refuse("file", str(error))
        return None
    idempotency.remember(form.token.data, location)
    db.session.commit()
    flash(_("Filen är sparad."), "success")
    return redirect(location)
