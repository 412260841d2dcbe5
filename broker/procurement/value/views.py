"""Pages of the value of a purchase: its parts, the basis, the similar contracts, and the paper."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from broker import clock
from broker.access import Permission, can, requires
from broker.accounts.me import me
from broker.errors import NotFoundError, RefusedError
from broker.extensions import db
from broker.formatting import day, kronor
from broker.forms import StateForm, pairs
from broker.procurement import queries as purchases
from broker.procurement import workflow
from broker.procurement.fields import YES
from broker.procurement.labels import alternative_label
from broker.procurement.offers import queries as offers
from broker.procurement.value import service
from broker.procurement.value.forms import BasisForm, OptionForm, PartForm
from broker.procurement.value.parts import parts_of
from broker.procurement.value.queries import find_consequence, find_limit_passed, list_similar
from broker.procurement.value.rules import basis_of, calculate, has_rules

blueprint = Blueprint(
    "purchase_value", __name__, url_prefix="/inkop/<int:purchase_id>/varde", template_folder="../templates"
)


@blueprint.get("")
@requires(Permission.READ)
def show(purchase_id):
    """Show what the value consists of, how it is reckoned, and what it leads to."""
    return _page(purchases.get_purchase(purchase_id))


@blueprint.post("")
@requires(Permission.PROCURE)
def settle(purchase_id):
    """Choose how the value is reckoned and which contracts are similar."""
    purchase = purchases.get_purchase(purchase_id)
    form = _basis_form(purchase, _situation(purchase))
    if form.validate_on_submit():
        form.check_version(purchase)
        try:
            service.settle(
                purchase,
                basis=form.value_basis.data,
                similar_ids={int(key) for key in form.similar.data or ()},
                split_reason=form.split_reason.data,
                is_whole=form.value_includes_options.data,
                by=me(),
            )
        except RefusedError as error:
            form.form_errors.append(str(error))
        else:
            return _kept(purchase, _("Värdet är räknat."))
    return _page(purchase, basis_form=form), 422


@blueprint.post("/delar")
@requires(Permission.PROCURE)
def add_part(purchase_id):
    """Add one amount to the value."""
    purchase = purchases.get_purchase(purchase_id)
    form = PartForm()
    if form.validate_on_submit():
        form.check_version(purchase)
        try:
            service.add_part(purchase, form.part(), by=me())
        except RefusedError as error:
            form.form_errors.append(str(error))
        else:
            return _kept(purchase, _("Beloppet är tillagt, och värdet är räknat på nytt."))
    return _page(purchase, part_form=form), 422


@blueprint.post("/delar/<int:place>/ta-bort")
@requires(Permission.PROCURE)
def remove_part(purchase_id, place):
    """Take away one amount."""
    purchase = purchases.get_purchase(purchase_id)
    form = StateForm()
    if form.validate_on_submit():
        form.check_version(purchase)
    removed = service.remove_part(purchase, place, by=me())
    return _kept(purchase, _("%(text)s är borttaget ur värdet.", text=removed.text))


@blueprint.post("/delar/<int:place>/option")
@requires(Permission.PROCURE)
def answer_option(purchase_id, place):
    """Note whether an option of the contract was used."""
    purchase = purchases.get_purchase(purchase_id)
    form = OptionForm()
    if form.validate_on_submit():
        form.check_version(purchase)
    option = service.answer_option(purchase, place, is_used=form.used.data == YES, by=me())
    if option.is_used:
        return _kept(purchase, _("%(text)s är använd.", text=option.text))
    return _kept(purchase, _("%(text)s används inte.", text=option.text))


@blueprint.post("/dokument")
@requires(Permission.PROCURE)
def attach(purchase_id):
    """Add the calculation to the papers of the purchase."""
    purchase = purchases.get_purchase(purchase_id)
    service.attach_calculation(purchase, organisation=g.acting.organisation_name, by=me())
    return _kept(purchase, _("Beräkningen ligger bland inköpets dokument."))


def _kept(purchase, message):
    db.session.commit()
    flash(message, "success")
    return redirect(url_for("purchase_value.show", purchase_id=purchase.id))


def _page(purchase, *, part_form=None, basis_form=None):
    situation = _situation(purchase)
    parts = service.list_parts(purchase)
    calculation = calculate(situation.document, basis_of(situation), parts)
    similar = list_similar(purchase, situation)
    sees = offers.sees_offers(purchase, me()) or not offers.is_undecided(purchase)
    may_change = can(Permission.PROCURE) and sees and service.may_value(situation)
    return render_template(
        "value/show.html",
        purchase=purchase,
        situation=situation,
        basis=alternative_label("value_basis", basis_of(situation)),
        parts=parts,
        calculation=calculation,
        consequence=find_consequence(situation),
        passed=find_limit_passed(situation, calculation, similar),
        other_route=_other_route(situation) if may_change else None,
        may_change=may_change,
        may_answer=can(Permission.PROCURE) and situation.has("contract_date"),
        part_form=part_form or PartForm(data={"version": purchase.version}),
        basis_form=basis_form or _basis_form(purchase, situation, similar),
        sent=part_form or basis_form,
    )


def _situation(purchase):
    situation = purchases.get_situation(purchase, today=clock.today(), attachments=())
    # What the municipality does not buy has no value in the sense of the law, and an older workflow lacks the rules.
    if not has_rules(situation):
        raise NotFoundError
    return situation


def _basis_form(purchase, situation, similar=None):
    found = list_similar(purchase, situation) if similar is None else similar
    ticked = [str(part.purchase_id) for part in parts_of(purchase.values) if part.purchase_id]
    form = BasisForm(
        data={
            "version": purchase.version,
            "value_basis": basis_of(situation),
            "similar": ticked,
            "split_reason": situation.text("split_reason"),
            "value_includes_options": situation.values.get("value_includes_options") is True,
        }
    )
    bases = situation.document["value_bases"]
    form.value_basis.choices = pairs((name, str(alternative_label("value_basis", name))) for name in bases)
    form.similar.choices = pairs((str(row.purchase_id), _words(row)) for row in found)
    return form


def _words(row):
    why = _("samma kompetensområde") if row.is_same_topic else _("samma CPV-kod")
    return _(
        "%(title)s, %(amount)s, %(day)s (%(why)s)",
        title=row.title,
        amount=kronor(row.amount),
        day=day(row.signed_on),
        why=why,
    )


def _other_route(situation):
    # With another value another route may be the one that the answers lead to.
    proposal = workflow.find_proposal(situation)
    return proposal.trials[-1] if proposal and proposal.route_id not in (None, situation.route_id) else None
