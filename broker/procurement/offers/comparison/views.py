"""Pages of the comparison: its criteria and arithmetic, and the points of each offer."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from broker import idempotency
from broker.access import Permission, can, requires
from broker.accounts.me import me
from broker.errors import ConflictError, RefusedError
from broker.extensions import db
from broker.procurement import queries as procurement
from broker.procurement import workflow
from broker.procurement.offers import queries
from broker.procurement.offers.comparison import service
from broker.procurement.offers.comparison.forms import SheetForm, points_form, sheet_values
from broker.procurement.offers.evaluation import SheetModel, in_words
from broker.procurement.offers.forms import put_refusals
from broker.procurement.offers.service import refuse_others
from broker.procurement.service import StepRefusedError

blueprint = Blueprint("comparison", __name__, url_prefix="/inkop/<int:purchase_id>", template_folder="templates")


@blueprint.get("/jamforelse")
@requires(Permission.READ)
def show(purchase_id):
    """Show how the offers are compared and, to those who may see them, the result with all its arithmetic."""
    purchase = procurement.get_purchase(purchase_id)
    sheet = queries.find_sheet(purchase)
    sees = queries.sees_offers(purchase, me())
    offers = queries.list_offers(purchase) if sees else []
    scores = queries.list_scores(offers) if sheet else []
    is_undecided = queries.is_undecided(purchase)
    return render_template(
        "comparison/show.html",
        purchase=purchase,
        sheet=sheet,
        sees=sees,
        offers=offers,
        scores={(row.offer_id, row.criterion_id): row for row in scores},
        result=queries.evaluate(sheet, offers, scores) if sheet and sees else None,
        in_words=in_words,
        models=SheetModel,
        is_secret=workflow.hides_offers(procurement.get_workflow(purchase), purchase.route, purchase.state),
        may_settle=can(Permission.PROCURE) and (sees or not is_undecided) and not queries.is_settled(purchase),
        may_score=is_undecided and queries.may_score(purchase, me()),
        may_keep=is_undecided and sees and can(Permission.PROCURE),
    )


@blueprint.route("/jamforelse/kriterier", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def settle(purchase_id):
    """Settle how the offers will be compared, before any of them is known."""
    purchase = procurement.get_purchase(purchase_id)
    service.refuse_settling(purchase, me())
    sheet = queries.find_sheet(purchase)
    form = SheetForm(data=sheet_values(sheet, participants=queries.participants_of(purchase, sheet)))
    location = url_for("comparison.show", purchase_id=purchase.id)
    if form.validate_on_submit():
        if known := idempotency.find_location(form.token.data):
            return redirect(known)
        _check_version(form, sheet)
        try:
            service.settle(
                purchase,
                SheetModel(form.model.data),
                participants=form.participants.data,
                price_weight=form.price_weight.data or 0,
                criteria=form.rows(),
                by=me(),
            )
        except StepRefusedError as error:
            put_refusals(form, error)
        else:
            idempotency.remember(form.token.data, location)
            db.session.commit()
            flash(_("Kriterierna är bestämda."), "success")
            return redirect(location)
    page = render_template("comparison/settle.html", purchase=purchase, form=form)
    return page, 422 if form.errors else 200


@blueprint.route("/offerter/<int:purchase_offer_id>/poang", methods=["GET", "POST"])
@requires(Permission.READ)
def give_points(purchase_id, purchase_offer_id):
    """Give an offer its points, with a reason for each."""
    purchase = procurement.get_purchase(purchase_id)
    refuse_others(purchase, me())
    offer = queries.get_offer(purchase, purchase_offer_id)
    sheet = queries.find_sheet(purchase)
    if sheet is None or not sheet.criteria:
        raise RefusedError(_("Offerterna jämförs bara på pris, så det finns inga poäng att sätta."))
    form = points_form(sheet, offer, queries.list_scores([offer]))
    if form.validate_on_submit():
        form.check_version(offer)
        try:
            service.give_points(offer, form.scores(), by=me())
        except StepRefusedError as error:
            put_refusals(form, error)
        else:
            db.session.commit()
            flash(_("Poängen är sparade."), "success")
            return redirect(url_for("comparison.show", purchase_id=purchase.id))
    page = render_template("comparison/give_points.html", purchase=purchase, offer=offer, form=form)
    return page, 422 if form.errors else 200


@blueprint.post("/jamforelse/rapport")
@requires(Permission.PROCURE)
def keep_report(purchase_id):
    """Keep the comparison as the evaluation report of the purchase."""
    purchase = procurement.get_purchase(purchase_id)
    service.keep_report(purchase, by=me())
    db.session.commit()
    flash(_("Jämförelsen är sparad som utvärderingsrapport bland dokumenten."), "success")
    return redirect(url_for("procurement.show", purchase_id=purchase.id, _anchor="dokument"))


def _check_version(form, sheet):
    if sheet is not None:
        form.check_version(sheet)
    elif form.version.data != "0":
        raise ConflictError
