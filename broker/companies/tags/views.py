"""Pages of tags: which there are, and one that is renamed or goes into another."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from broker import idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.companies.blueprint import blueprint
from broker.companies.tags import queries, service
from broker.companies.tags.forms import RenameTagForm
from broker.errors import RefusedError
from broker.extensions import db


@blueprint.get("/foretag/etiketter")
@requires(Permission.READ)
def tags() -> ResponseReturnValue:
    """Show the organisation's tags, each leading to its companies."""
    return render_template("companies/tags.html", tags=queries.list_tags())


@blueprint.route("/foretag/etiketter/byt-namn", methods=["GET", "POST"])
@requires(Permission.COORDINATE)
def rename_tag() -> ResponseReturnValue:
    """Rename a tag on all companies, or let it go into another one."""
    form = RenameTagForm()
    if form.is_submitted() and (location := idempotency.find_location(form.token.data)):
        return redirect(location)
    known = queries.list_tags()
    tag = queries.find_tag(request.args.get("etikett"), known)
    if tag is None:
        flash(_("Inget av era företag har den etiketten. Välj en ur listan."), "warning")
        return redirect(url_for("companies.tags"))
    if form.validate_on_submit():
        try:
            count = service.rename_tag(tag, form.new_name.data or "", by=me())
        except RefusedError as error:
            form.refuse("new_name", str(error))
        else:
            location = idempotency.remember(form.token.data, url_for("companies.tags"))
            db.session.commit()
            text = ngettext("Etiketten är bytt på %(num)s företag.", "Etiketten är bytt på %(num)s företag.", count)
            flash(text, "success")
            return redirect(location)
    page = render_template("companies/rename_tag.html", form=form, tag=tag, tags=known)
    return page, 422 if form.errors else 200
