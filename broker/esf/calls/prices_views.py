"""The page that reads a call's unit costs from a file: look at them first, then keep them."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import files, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.companies.imports.errors import UnreadableFileError
from broker.errors import NotFoundError, RefusedError
from broker.esf import queries
from broker.esf.blueprint import blueprint
from broker.esf.calls import service as calls_service
from broker.esf.calls.forms import PricesForm
from broker.esf.calls.prices import PriceTable, keys_of, read_table
from broker.esf.models import Call
from broker.extensions import db
from broker.files import Attachment
from broker.formatting import say


@blueprint.route("/utlysningar/<int:call_id>/enhetskostnader", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def read_call_prices(call_id: int) -> ResponseReturnValue:
    """Read a file with unit costs: show what it says and where it is wrong, and keep it the second time."""
    call = queries.get_call(call_id)
    form = PricesForm()
    table, rows, file_name = None, {}, ""
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        try:
            upload, is_looked_at = _upload(form, call)
            file_name = upload.file_name
            table = read_table(files.path_of(upload.content_hash), file_name)
            if is_looked_at and not table.problems:
                return _keep(call, table, file_name, form)
            # A table with faults is mended in its file and chosen again.
            form.upload.data = "" if table.problems else str(upload.id)
            rows = {} if table.problems else keys_of(table.rows)
        except UnreadableFileError as error:
            form.refuse("file", say(error))
        except RefusedError as error:
            form.refuse("file", str(error))
    page = render_template(
        "esf/read_prices.html", call=call, form=form, table=table, rows=rows, file_name=file_name, before=call.prices
    )
    return page, 422 if form.errors or (table and table.problems) else 200


def _upload(form: PricesForm, call: Call) -> tuple[Attachment, bool]:
    sent = form.file.data
    if sent:
        upload = files.take_in(call, sent.stream, file_name=sent.filename, media_type=sent.mimetype, by=me())
        db.session.commit()
        return upload, False
    if not (form.upload.data or "").isdecimal():
        raise RefusedError(_("Välj en fil i Excel eller CSV."))
    try:
        upload = files.get_attachment(int(form.upload.data[:18]))
    except NotFoundError as error:
        raise RefusedError(_("Filen finns inte kvar: den sparas i en vecka. Välj den igen.")) from error
    if (upload.subject_type, upload.subject_id, upload.kind) != (Call.__tablename__, call.id, files.UPLOAD):
        raise NotFoundError
    return upload, True


def _keep(call: Call, table: PriceTable, file_name: str, form: PricesForm) -> ResponseReturnValue:
    kept = calls_service.read_prices(call, table.rows, file_name=file_name, by=me())
    location = idempotency.remember(form.token.data, url_for("esf.show_call", call_id=kept.id))
    db.session.commit()
    flash(_("Enhetskostnaderna är inlästa i version %(version)s.", version=kept.version), "success")
    return redirect(location)
