"""Pages of rules and forms: what is in force, every version, and a new one with what it changes and affects."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from broker import clock, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import NotFoundError, RefusedError
from broker.extensions import db
from broker.reference import queries as reference
from broker.reference.models import DocumentKind
from broker.rules import queries, service
from broker.rules.differences import list_differences, without_version
from broker.rules.effects import list_effects
from broker.rules.forms import VersionForm
from broker.rules.labels import label_of

blueprint = Blueprint("rules", __name__, url_prefix="/regler", template_folder="templates")
_MOST_SHOWN = 200


@blueprint.get("")
@requires(Permission.OPERATE)
def index():
    """Show every rule and form with the version in force."""
    return render_template("rules/index.html", rows=queries.list_rules(clock.today()), label_of=label_of)


@blueprint.get("/<string:name>")
@requires(Permission.OPERATE)
def show(name):
    """Show the versions of one rule or form."""
    kind = _kind(name)
    versions = queries.list_versions(kind)
    current = reference.get_document(kind, on=clock.today())
    return render_template("rules/show.html", kind=kind, label=label_of(kind), versions=versions, current=current)


@blueprint.get("/<string:name>/<string:version>.yaml")
@requires(Permission.OPERATE)
def download(name, version):
    """Give one version as YAML, to be changed and read in again."""
    kind = _kind(name)
    text = service.to_yaml(reference.get_document_version(kind, version))
    headers = {"Content-Disposition": f'attachment; filename="{kind.value}-{version}.yaml"'}
    return Response(text, mimetype="application/yaml", headers=headers)


@blueprint.route("/<string:name>/ny", methods=["GET", "POST"])
@requires(Permission.OPERATE)
def new(name):
    """Read a new version in: first see what it changes and affects, then add it."""
    kind = _kind(name)
    form = VersionForm()
    preview, faults = None, []
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        try:
            text, is_looked_at = _text_of(form)
            content = service.read(kind, text)
            if is_looked_at:
                return _add(kind, content, form)
            form.text.data = text
            preview = _preview(kind, content)
        except service.FaultyError as error:
            faults = error.faults
        except RefusedError as error:
            form.refuse("valid_from", str(error))
            preview = _preview(kind, content)
    page = render_template(
        "rules/new.html", form=form, kind=kind, label=label_of(kind), preview=preview, faults=faults, most=_MOST_SHOWN
    )
    return page, 422 if form.errors or faults else 200


def _kind(name):
    try:
        return DocumentKind(name)
    except ValueError as error:
        raise NotFoundError from error


def _text_of(form):
    # What was looked at is what is added, also if the file has changed since.
    if form.file.data:
        return service.decode(form.file.data.stream.read(service.LARGEST_FILE * 4)), False
    if form.text.data:
        return form.text.data, True
    form.refuse("file", _("Välj en YAML-fil. Hämta först versionen som gäller, och ändra i den."))
    return "", False


def _preview(kind, content):
    before = queries.get_newest(kind)
    changes = list(list_differences(without_version(before.content), without_version(content)))
    return {"version": before.version, "changes": changes, "effects": list_effects(kind, content, today=clock.today())}


def _add(kind, content, form):
    document = service.add_version(kind, content, valid_from=form.valid_from.data, source=form.source.data, by=me())
    location = idempotency.remember(form.token.data, url_for("rules.show", name=kind.value))
    db.session.commit()
    flash(_("Version %(version)s är tillagd.", version=document.version), "success")
    return redirect(location)
