"""Pages of framework agreements: the list, a card for each, its suppliers and options."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from broker import audit, clock, files, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import FieldRefusedError
from broker.extensions import db
from broker.formatting import event_entries
from broker.forms import FileForm, pairs
from broker.procurement import queries as purchases
from broker.procurement.frameworks import queries, rules, service
from broker.procurement.frameworks.declining import asked_supplier, note_decline
from broker.procurement.frameworks.forms import (
    DeclineForm,
    EditFrameworkForm,
    EditOptionForm,
    EditSupplierForm,
    FrameworkForm,
    OptionForm,
    SupplierForm,
)
from broker.procurement.frameworks.models import CallOffModel
from broker.providers import queries as providers
from broker.uploads import keep_file

blueprint = Blueprint("frameworks", __name__, url_prefix="/inkop", template_folder="templates")


@blueprint.get("/ramavtal")
@requires(Permission.READ)
def index():
    """Show the framework agreements, how full each is and until when it is in force."""
    return render_template("frameworks/index.html", rows=queries.list_frameworks(clock.today()))


@blueprint.get("/ramavtal/<int:framework_id>")
@requires(Permission.READ)
def show(framework_id):
    """Show what an agreement says, how full it is, its days, its suppliers, and who has said no."""
    today = clock.today()
    framework = queries.get_framework(framework_id)
    limits, call_offs = queries.limits_on(today), queries.list_call_offs(framework.id)
    rooms = [rules.room_of(framework, call_offs, limits), rules.volume_room_of(framework, call_offs, limits)]
    called = rules.called_off_by(call_offs)
    return render_template(
        "frameworks/show.html",
        framework=framework,
        today=today,
        rooms=[room for room in rooms if room],
        level=rules.level_of(rooms),
        limits=limits,
        days=queries.list_days(framework, today=today),
        suppliers=[(row, called.get(row.provider_id, 0)) for row in rules.in_order(framework)],
        total=sum(called.values()),
        call_offs=call_offs,
        provider_names={row.provider_id: row.provider.name for row in framework.suppliers},
        declines=queries.list_declines(framework_id=framework.id),
        attachments=files.list_attachments(framework),
        history=event_entries(audit.history_of(framework)),
    )


@blueprint.route("/ramavtal/nytt", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def new():
    """Keep a new agreement; its suppliers are added on its card."""
    form = FrameworkForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        try:
            framework = service.add_framework(form.values(), by=me())
        except FieldRefusedError as error:
            db.session.rollback()
            form.refuse(error.field, str(error))
        else:
            location = idempotency.remember(form.token.data, _card(framework.id))
            db.session.commit()
            flash(_("%(name)s är tillagt. Lägg nu till leverantörerna.", name=framework.name), "success")
            return redirect(location)
    return render_template("frameworks/new.html", form=form), 422 if form.errors else 200


@blueprint.route("/ramavtal/<int:framework_id>/redigera", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def edit(framework_id):
    """Change what an agreement says."""
    framework = queries.get_framework(framework_id)
    form = EditFrameworkForm(obj=framework)
    form.keep_topics(framework.topic_ids)
    if form.validate_on_submit():
        form.check_version(framework)
        if _saved(form, lambda: service.edit_framework(framework, form.values(), by=me())):
            flash(_("%(name)s är sparat.", name=framework.name), "success")
            return redirect(_card(framework_id))
        framework = queries.get_framework(framework_id)
    return render_template("frameworks/edit.html", form=form, framework=framework), 422 if form.errors else 200


@blueprint.route("/ramavtal/<int:framework_id>/leverantorer/ny", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def add_supplier(framework_id):
    """Let a provider of the register stand in the agreement."""
    framework = queries.get_framework(framework_id)
    form = SupplierForm()
    taken = {row.provider_id for row in framework.suppliers}
    free = ((key, name) for key, name in providers.list_provider_names() if key not in taken)
    form.provider_id.choices = pairs(free, empty=_("Välj anordnare"))
    _keep_place(form, framework)
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        if _saved(form, lambda: service.add_supplier(framework, _place(form), by=me()), remember=_card(framework_id)):
            flash(_("Leverantören är tillagd."), "success")
            return redirect(_card(framework_id))
        framework = queries.get_framework(framework_id)
    page = render_template("frameworks/add_supplier.html", form=form, framework=framework)
    return page, 422 if form.errors else 200


@blueprint.route("/ramavtal/leverantorer/<int:supplier_id>", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def edit_supplier(supplier_id):
    """Change a supplier's rank, share or standing."""
    supplier = queries.get_supplier(supplier_id)
    framework = queries.get_framework(supplier.framework_id)
    form = EditSupplierForm(obj=supplier)
    _keep_place(form, framework)
    if form.validate_on_submit():
        form.check_version(supplier)
        if _saved(form, lambda: service.edit_supplier(supplier, _place(form), by=me())):
            flash(_("Leverantören är sparad."), "success")
            return redirect(_card(supplier.framework_id))
        framework, supplier = queries.get_framework(framework.id), queries.get_supplier(supplier_id)
    page = render_template("frameworks/edit_supplier.html", form=form, framework=framework, supplier=supplier)
    return page, 422 if form.errors else 200


@blueprint.route("/ramavtal/<int:framework_id>/optioner/ny", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def add_option(framework_id):
    """Keep a right to let the agreement go on."""
    framework = queries.get_framework(framework_id)
    form = OptionForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        if _saved(form, lambda: service.add_option(framework, form.values(), by=me()), remember=_card(framework_id)):
            flash(_("Optionen är tillagd."), "success")
            return redirect(_card(framework_id))
        framework = queries.get_framework(framework_id)
    return render_template("frameworks/add_option.html", form=form, framework=framework), 422 if form.errors else 200


@blueprint.route("/ramavtal/optioner/<int:option_id>", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def edit_option(option_id):
    """Change an option, or say whether it was used."""
    option = queries.get_option(option_id)
    framework = queries.get_framework(option.framework_id)
    form = EditOptionForm(obj=option)
    if form.validate_on_submit():
        form.check_version(option)
        if _saved(form, lambda: service.edit_option(option, form.values(), by=me())):
            flash(_("Optionen är sparad."), "success")
            return redirect(_card(option.framework_id))
        framework, option = queries.get_framework(framework.id), queries.get_option(option_id)
    page = render_template("frameworks/edit_option.html", form=form, framework=framework, option=option)
    return page, 422 if form.errors else 200


@blueprint.route("/ramavtal/<int:framework_id>/filer/ny", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def add_file(framework_id):
    """Keep a document with the agreement."""
    framework = queries.get_framework(framework_id)
    form = FileForm()
    if kept := keep_file(framework, form, _card(framework_id)):
        return kept
    return render_template("frameworks/add_file.html", form=form, framework=framework), 422 if form.errors else 200


@blueprint.route("/<int:purchase_id>/nej", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def decline(purchase_id):
    """Note the no of the supplier whose turn it is, so that the call-off can go to the next."""
    purchase = purchases.get_purchase(purchase_id)
    location = url_for("procurement.show", purchase_id=purchase.id, _anchor="ramavtal")
    form = DeclineForm(data={"version": purchase.version, "said_on": clock.today()})
    if known := idempotency.find_location(form.token.data if form.is_submitted() else None):
        return redirect(known)
    supplier = asked_supplier(purchases.get_situation(purchase, today=clock.today()))
    if supplier is None:
        flash(_("Avropet väntar inte på något svar. Gå till inköpet och se vad som är nästa steg."), "warning")
        return redirect(location)
    if form.validate_on_submit():
        form.check_version(purchase)
        note_decline(purchase, **form.values(), by=me())
        idempotency.remember(form.token.data, location)
        db.session.commit()
        flash(_("Nejet från %(name)s är antecknat.", name=supplier.provider.name), "success")
        return redirect(location)
    page = render_template("frameworks/decline.html", form=form, purchase=purchase, supplier=supplier)
    return page, 422 if form.errors else 200


def _card(framework_id):
    return url_for("frameworks.show", framework_id=framework_id)


def _saved(form, change, *, remember=None):
    """Make a change and keep it, or put its refusal on the form and keep nothing."""
    try:
        change()
    except FieldRefusedError as error:
        db.session.rollback()
        form.refuse(error.field if error.field in form else next(iter(form)).name, str(error))
        return False
    if remember:
        idempotency.remember(form.token.data, remember)
    db.session.commit()
    return True


def _keep_place(form, framework):
    # Only what the model goes by is asked for.
    if framework.model is not CallOffModel.RANKING:
        del form.rank
    if framework.model is not CallOffModel.FIXED_ALLOCATION:
        del form.share_percent


def _place(form):
    return {"rank": None, "share_percent": None} | form.values()
