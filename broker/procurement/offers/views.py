"""Pages of the offers of a purchase, and of who handles it and sees them."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from broker import clock, idempotency
from broker.access import Permission, can, requires
from broker.accounts import queries as accounts
from broker.accounts.me import me
from broker.errors import NotFoundError, RefusedError
from broker.extensions import db
from broker.forms import pairs
from broker.procurement import queries as procurement
from broker.procurement import suppliers, workflow
from broker.procurement.offers import queries, service
from broker.procurement.offers.forms import (
    ClosingForm,
    EditOfferForm,
    HandlerForm,
    OfferForm,
    StandingForm,
    offer_values,
    provider_choices,
    put_refusals,
    readers_form,
)
from broker.procurement.offers.models import Standing
from broker.procurement.offers.prices import price_of_offer
from broker.procurement.offers.rounds import list_ended
from broker.procurement.service import StepRefusedError
from broker.swedish import sort_key

blueprint = Blueprint("purchase_offers", __name__, url_prefix="/inkop/<int:purchase_id>", template_folder="templates")


@blueprint.get("/offerter")
@requires(Permission.READ)
def index(purchase_id):
    """Show the offers to those who may see them, what each costs, and who they are."""
    purchase = _seen(purchase_id)
    sheet, offers = queries.find_sheet(purchase), queries.list_offers(purchase)
    people = queries.participants_of(purchase, sheet)
    is_undecided = queries.is_undecided(purchase)
    return render_template(
        "offers/index.html",
        purchase=purchase,
        offers=[(offer, price_of_offer(offer, people)) for offer in offers],
        people=people,
        sheet=sheet,
        asked=purchase.values.get("suppliers_asked", []),
        noted=purchase.values.get("offers_as_text") or ([] if offers else purchase.values.get("offers_received", [])),
        readers=queries.list_readers(purchase),
        ended_rounds=_ended_rounds(purchase),
        closes_at=queries.closes_at(purchase),
        may_register=is_undecided and can(Permission.PROCURE),
        may_name=can(Permission.PROCURE) and me().id == purchase.handler_id,
        is_secret=workflow.hides_offers(procurement.get_workflow(purchase), purchase.route, purchase.state),
    )


@blueprint.route("/offerter/ny", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def add(purchase_id):
    """Register an offer that has come in."""
    purchase = _seen(purchase_id)
    form = _with_providers(OfferForm(), purchase)
    location = url_for("purchase_offers.index", purchase_id=purchase.id)
    if form.validate_on_submit():
        if known := idempotency.find_location(form.token.data):
            return redirect(known)
        try:
            service.add_offer(purchase, form.values_of_offer(), paper=form.paper(), by=me())
        except StepRefusedError as error:
            put_refusals(form, error)
        else:
            idempotency.remember(form.token.data, location)
            db.session.commit()
            flash(_("Offerten är registrerad."), "success")
            return redirect(location)
    return _page("add", purchase, form)


@blueprint.route("/offerter/<int:purchase_offer_id>", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def edit(purchase_id, purchase_offer_id):
    """Correct what was registered of an offer."""
    purchase = _seen(purchase_id)
    offer = queries.get_offer(purchase, purchase_offer_id)
    form = _with_providers(EditOfferForm(data=offer_values(offer)), purchase)
    if form.validate_on_submit():
        form.check_version(offer)
        try:
            service.edit_offer(offer, form.values_of_offer(), paper=form.paper(), by=me())
        except StepRefusedError as error:
            put_refusals(form, error)
        else:
            return _saved(purchase, _("Offerten är ändrad."))
    return _page("edit", purchase, form, offer=offer)


@blueprint.route("/offerter/<int:purchase_offer_id>/lage", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def judge(purchase_id, purchase_offer_id):
    """Say whether an offer is compared, and why."""
    purchase = _seen(purchase_id)
    offer = queries.get_offer(purchase, purchase_offer_id)
    form = StandingForm(data={"version": offer.version, "standing": offer.standing.value})
    if form.validate_on_submit():
        form.check_version(offer)
        try:
            service.judge_offer(offer, Standing(form.standing.data), form.reason.data, by=me())
        except StepRefusedError as error:
            put_refusals(form, error)
        else:
            return _saved(purchase, _("Offertens läge är sparat."))
    return _page("judge", purchase, form, offer=offer)


@blueprint.route("/handlaggare", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def hand_over(purchase_id):
    """Give the purchase another handler."""
    purchase = procurement.get_purchase(purchase_id)
    users = accounts.list_users_with(g.acting.organisation_id, Permission.PROCURE)
    form = HandlerForm(data={"version": purchase.version})
    others = [(user.id, user.name) for user in users if user.id != purchase.handler_id]
    form.handler_id.choices = pairs(others, empty=_("Välj person"))
    if form.validate_on_submit():
        form.check_version(purchase)
        to = next(user for user in users if user.id == form.handler_id.data)
        try:
            service.hand_over(purchase, to, by=me())
        except RefusedError as error:
            form.refuse("handler_id", str(error))
        else:
            db.session.commit()
            flash(_("%(name)s handlägger nu inköpet.", name=to.name), "success")
            return redirect(url_for("procurement.show", purchase_id=purchase.id))
    return _page("hand_over", purchase, form)


@blueprint.route("/sista-dag", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def move_closing(purchase_id):
    """Move the last moment for offers, with the reason."""
    purchase = procurement.get_purchase(purchase_id)
    service.refuse_others_while_undecided(purchase, me())
    if not queries.may_move_closing(purchase):
        raise NotFoundError
    shown = clock.in_sweden(queries.closes_at(purchase)).replace(tzinfo=None)
    form = ClosingForm(data={"version": purchase.version, "closes_at": shown})
    if form.validate_on_submit():
        form.check_version(purchase)
        try:
            service.move_closing(purchase, form.closes_at.data, reason=form.closing_reason.data, by=me())
        except RefusedError as error:
            form.refuse("closes_at", str(error))
        else:
            db.session.commit()
            flash(_("Sista dagen är flyttad. Säg det samtidigt till alla som fick förfrågan."), "success")
            return redirect(url_for("procurement.show", purchase_id=purchase.id))
    return _page("move_closing", purchase, form)


@blueprint.route("/insyn", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def name_readers(purchase_id):
    """Say who beside the handler sees the offers before the decision."""
    purchase = procurement.get_purchase(purchase_id)
    users = [user for user in accounts.list_users(g.acting.organisation_id) if user.id != purchase.handler_id]
    form = readers_form(users, queries.list_readers(purchase), version=purchase.version)
    if form.validate_on_submit():
        if known := idempotency.find_location(form.token.data):
            return redirect(known)
        form.check_version(purchase)
        location = url_for("purchase_offers.index", purchase_id=purchase.id)
        try:
            service.name_readers(purchase, form.parts(), by=me())
        except RefusedError as error:
            form.refuse("assessor", str(error))
        else:
            idempotency.remember(form.token.data, location)
            db.session.commit()
            flash(_("Vilka som ser offerterna är sparat."), "success")
            return redirect(location)
    return _page("name_readers", purchase, form)


def _seen(purchase_id):
    procurement.read_rules(clock.today())
    purchase = procurement.get_purchase(purchase_id)
    service.refuse_others(purchase, me())
    return purchase


def _with_providers(form, purchase):
    # In the order of the register, but for those that were asked, which are the few that are looked for.
    known = sorted(procurement.list_suppliers(purchase, today=clock.today()), key=lambda row: sort_key(row.name))
    form.provider_id.choices = provider_choices(
        (row.id, row.short_label) for row in suppliers.involved_first(known, purchase.values)
    )
    return form


def _saved(purchase, message):
    db.session.commit()
    flash(message, "success")
    return redirect(url_for("purchase_offers.index", purchase_id=purchase.id))


def _page(name, purchase, form, **more):
    page = render_template(f"offers/{name}.html", purchase=purchase, form=form, **more)
    return page, 422 if form.errors else 200


def _ended_rounds(purchase):
    if purchase.round == 1:
        return []
    return list_ended(purchase, procurement.get_situation(purchase, today=clock.today(), attachments=()))
