"""Pages of saved views: save what a list shows, rename, share, remove."""

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from broker import idempotency
from broker.access import Permission, can, requires
from broker.accounts.me import me
from broker.extensions import db
from broker.formatting import say
from broker.saved_views import queries, service
from broker.saved_views.forms import EditViewForm, ViewForm
from broker.saved_views.models import ListPage

blueprint = Blueprint("saved_views", __name__, template_folder="templates")

_ENDPOINTS = {
    ListPage.COMPANIES: "companies.index",
    ListPage.INTERACTIONS: "companies.interactions",
    ListPage.NEEDS: "needs.index",
}


@blueprint.app_template_global("address_of_view")
def address_of(view):
    """Give the address of the list as the view shows it."""
    return _address(view.page, view.arguments)


@blueprint.route("/urval/<any(foretag, kontakter, behov):page>/nytt", methods=["GET", "POST"])
@requires(Permission.READ)
def save(page):
    """Save what the address says of a list, under a name."""
    page, arguments = ListPage(page), request.args.to_dict(flat=False)
    form = ViewForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        try:
            view = service.save_view(page, arguments, **form.values(), by=me())
        except service.NameTakenError as error:
            form.refuse("name", say(error))
        else:
            location = idempotency.remember(form.token.data, address_of(view))
            db.session.commit()
            flash(_("Urvalet %(name)s är sparat. Det finns ovanför listan.", name=view.name), "success")
            return redirect(location)
    back = _address(page, arguments)
    return render_template("saved_views/save.html", form=form, page=page, back=back), 422 if form.errors else 200


@blueprint.route("/urval/<int:view_id>", methods=["GET", "POST"])
@requires(Permission.READ)
def edit(view_id):
    """Rename a view of one's own, share it or not; an administrator takes over what somebody who has left shares."""
    view = _changeable(view_id)
    form = EditViewForm(obj=view)
    if form.validate_on_submit():
        form.check_version(view)
        try:
            service.edit_view(view, **form.values(), by=me())
        except service.NameTakenError as error:
            form.refuse("name", say(error))
        else:
            db.session.commit()
            flash(_("Urvalet %(name)s är ändrat.", name=view.name), "success")
            return redirect(address_of(view))
    return render_template("saved_views/edit.html", form=form, view=view), 422 if form.errors else 200


@blueprint.post("/urval/<int:view_id>/ta-bort")
@requires(Permission.READ)
def remove(view_id):
    """Remove a view of one's own, or as an administrator what somebody who has left shares."""
    view = _changeable(view_id)
    service.remove_view(view, by=me())
    db.session.commit()
    flash(_("Urvalet %(name)s är borttaget.", name=view.name), "success")
    return redirect(url_for(_ENDPOINTS[view.page]))


def _address(page, arguments):
    # What an address says may have any name, and some names would mean something else to url_for.
    return f"{url_for(_ENDPOINTS[page])}?{urlencode(arguments, doseq=True)}"


def _changeable(view_id):
    return queries.get_changeable_view(view_id, current_user.id, is_administrator=can(Permission.ADMINISTER))
