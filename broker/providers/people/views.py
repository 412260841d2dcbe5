"""Pages of people at providers: add and edit them."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from broker import idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.extensions import db
from broker.providers import queries as providers
from broker.providers.people import queries, service
from broker.providers.people.forms import EditPersonForm, NewPersonForm

blueprint = Blueprint(
    "provider_people", __name__, url_prefix="/anordnare/<int:provider_id>/personer", template_folder="templates"
)


@blueprint.route("/ny", methods=["GET", "POST"])
@requires(Permission.VET)
def add(provider_id):
    """Add somebody at a provider."""
    provider = providers.get_provider(provider_id)
    form = NewPersonForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        service.add_person(provider, **form.values(), by=me())
        return _saved(provider, idempotency.remember(form.token.data, _location(provider)))
    return _page(provider, form, _("Ny kontaktperson hos %(name)s", name=provider.name))


@blueprint.route("/<int:provider_person_id>", methods=["GET", "POST"])
@requires(Permission.VET)
def edit(provider_id, provider_person_id):
    """Change what is known about somebody at a provider."""
    person = queries.get_person(provider_id, provider_person_id)
    form = EditPersonForm(obj=person)
    if form.validate_on_submit():
        form.check_version(person)
        service.edit_person(person, **form.values(), by=me())
        return _saved(person.provider, _location(person.provider))
    return _page(person.provider, form, _("Redigera %(name)s", name=person.name))


def _location(provider):
    return url_for("providers.show", provider_id=provider.id, _anchor="personer")


def _saved(provider, location):
    db.session.commit()
    flash(_("Kontaktpersonerna hos %(name)s är sparade.", name=provider.name), "success")
    return redirect(location)


def _page(provider, form, title):
    page = render_template("provider_people/edit.html", provider=provider, form=form, title=title)
    return page, 422 if form.errors else 200
