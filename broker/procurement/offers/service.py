"""What people do about offers: hand a purchase over, say who sees its offers, register, correct and judge them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from broker import audit, clock, database, files
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import in_swedish, moment, organisation_number
from broker.procurement import service as purchases
from broker.procurement.models import Purchase
from broker.procurement.offers import queries
from broker.procurement.offers.models import OfferReader, PurchaseOffer, ReaderPart, Standing
from broker.procurement.service import Paper, StepRefusedError
from broker.procurement.situation import closing_field
from broker.procurement.workflow import STANDING_OFFERS
from broker.providers import queries as providers
from broker.providers.prices import price_in_words
from broker.sentences import N_, Sentence
from broker.swedish import search_key

# The kinds of papers that an offer comes as, the one of the route first.
OFFER_KINDS = ("offer", "tender")
_OPENED_AS_IT_COMES = "direct_award"


def refuse_others(purchase: Purchase, by: User) -> None:
    """Refuse everybody who may not see the offers yet (OSL 19 kap. 3 §)."""
    if not queries.sees_offers(purchase, by):
        raise RefusedError(
            _(
                "Offerterna är hemliga tills beslutet är fattat (OSL 19 kap. 3 §). Bara handläggaren, %(name)s, och de "
                "som handläggaren har angett ser dem.",
                name=purchase.handler.name,
            )
        )


def refuse_others_while_undecided(purchase: Purchase, by: User) -> None:
    """Refuse whoever may not see the offers to change a purchase while such can be in, for its state tells of them."""
    if by.id != purchase.handler_id and queries.is_undecided(purchase):
        refuse_others(purchase, by)


def hand_over(purchase: Purchase, to: User, *, by: User) -> None:
    """Give a purchase another handler, who must be one who makes purchases.

    While offers can be in it is only the handler who hands over, for the new one sees them; a colleague may take over
    from a handler who no longer makes purchases in the organisation.
    """
    buyers = {user.id for user in accounts.list_users_with(purchase.organisation_id, Permission.PROCURE)}
    is_waiting = queries.is_undecided(purchase)
    may_hold_offers = is_waiting or purchase.values.get("offers_received") or queries.has_offers(purchase)
    if may_hold_offers and by.id != purchase.handler_id and purchase.handler_id in buyers:
        raise RefusedError(
            _(
                "Offerterna är hemliga, så bara %(name)s kan lämna över inköpet. Kan hen inte det, så ber du "
                "administratören att ta ifrån hen rollen som upphandlare. Sedan kan du ta över.",
                name=purchase.handler.name,
            )
        )
    if to.id not in buyers:
        raise RefusedError(_("Välj en kollega som är upphandlare."))
    if to.id == purchase.handler_id:
        raise RefusedError(_("Inköpet har redan den handläggaren."))
    before = purchase.handler.name
    purchase.handler = to
    names = {"before": before, "name": to.name}
    purchases.note(purchase, Sentence(N_("Handläggare: %(name)s efter %(before)s"), names), by=by)
    audit.record(Action.PURCHASE_HANDED_OVER, purchase, by=by, user=to.name, user_id=to.id)


def name_readers(purchase: Purchase, parts: Mapping[int, ReaderPart], *, by: User) -> None:
    """Say who beside the handler sees the offers, and why; only the handler says it, and everything is logged."""
    if by.id != purchase.handler_id:
        raise RefusedError(_("Bara handläggaren, %(name)s, bestämmer vilka som ser.", name=purchase.handler.name))
    users = {user.id: user for user in accounts.list_users(purchase.organisation_id)}
    if not parts.keys() <= users.keys():
        raise RefusedError(_("Välj bland kollegorna i listan."))
    known = {row.user_id: row for row in queries.list_readers(purchase)}
    wanted = {user_id: part for user_id, part in parts.items() if user_id != purchase.handler_id}
    changes: list[Sentence] = []
    for user_id, row in known.items():
        if user_id not in wanted:
            db.session.delete(row)
            changes.append(Sentence(N_("%(name)s ser inte längre offerterna"), {"name": row.user.name}))
    for user_id, part in wanted.items():
        if user_id in known and known[user_id].part is part:
            continue
        if user_id in known:
            known[user_id].part = part
        else:
            db.session.add(OfferReader(purchase_id=purchase.id, user_id=user_id, part=part))
        text = N_("%(name)s är med när offerterna öppnas")
        text = text if part is ReaderPart.PRESENT else N_("%(name)s bedömer offerterna")
        changes.append(Sentence(text, {"name": users[user_id].name}))
    for change in changes:
        purchases.note(purchase, change, by=by)
    if changes:
        touch(purchase)
        audit.record(Action.OFFER_READERS_NAMED, purchase, by=by, users={str(key): wanted[key] for key in wanted})


def hold(purchase: Purchase) -> None:
    """Let whoever else changes the offers of a purchase wait until this is kept, and see the purchase as it is now."""
    database.hold(Purchase.id, purchase.id)
    db.session.refresh(purchase)


def add_offer(purchase: Purchase, values: Mapping[str, Any], *, paper: Paper | None = None, by: User) -> PurchaseOffer:
    """Register an offer; one that came after the last moment is kept, but marked as late and not compared.

    Refused before that moment, for nobody may know what is in it: LOU 7 kap. 9 §, 12 kap. 10 §. A direct award may
    look at each as it comes.
    """
    hold(purchase)
    _refuse_now(purchase, by)
    _refuse_early(purchase)
    facts = {"round": purchase.round, "registered_by_id": by.id, "standing": Standing.VALID}
    offer = PurchaseOffer(purchase=purchase, **facts, **_checked(values))
    _mark_if_late(offer)
    _refuse_second(purchase, offer)
    db.session.add(offer)
    _keep(offer, paper, by)
    # Neither name nor price is told by the log, which people read who may not see the offers.
    audit.record(Action.OFFER_REGISTERED, purchase, by=by, offer_id=offer.id)
    return offer


def edit_offer(offer: PurchaseOffer, values: Mapping[str, Any], *, paper: Paper | None = None, by: User) -> None:
    """Correct what was registered of an offer; one whose moment turns out to be too late is not compared any more."""
    hold(offer.purchase)
    _refuse_now(offer.purchase, by)
    checked = _checked(values)
    changed = [name for name, value in checked.items() if getattr(offer, name) != value]
    for name, value in checked.items():
        setattr(offer, name, value)
    if "received_at" in changed:
        _mark_if_late(offer)
    _refuse_second(offer.purchase, offer)
    _keep(offer, paper, by)
    audit.record(Action.OFFER_EDITED, offer.purchase, by=by, offer_id=offer.id, fields=changed)


def judge_offer(offer: PurchaseOffer, standing: Standing, reason: str | None, *, by: User) -> None:
    """Say whether an offer is compared; why not, and why it is again, must be written."""
    hold(offer.purchase)
    _refuse_now(offer.purchase, by)
    if not reason:
        raise StepRefusedError({"reason": _("Skriv skälet. Det blir en del av akten.")})
    before = offer.standing
    offer.standing, offer.standing_reason = standing, Sentence(reason)
    _refuse_second(offer.purchase, offer)
    _keep(offer, None, by)
    audit.record(Action.OFFER_JUDGED, offer.purchase, by=by, offer_id=offer.id, standing=[before, standing])


def _refuse_now(purchase: Purchase, by: User) -> None:
    refuse_others(purchase, by)
    if not queries.is_undecided(purchase):
        raise RefusedError(
            _(
                "Offerter registreras och ändras från det att förfrågan är skickad tills beslutet är fattat. Gå till "
                "inköpet och se vad som är nästa steg."
            )
        )


def move_closing(purchase: Purchase, closes_at: datetime, *, reason: str, by: User) -> None:
    """Move the last moment for offers, by the clocks of Sweden, with a written reason.

    Refuses once it has passed: what is in may have been opened, and nobody else can be given a time that is over. Once
    an offer is in it can only be prolonged. Nobody is told by it: whoever moves it tells them all.
    """
    hold(purchase)
    before, after = queries.closes_at(purchase), closes_at.replace(tzinfo=clock.SWEDEN)
    name = closing_field(queries.route_of(purchase))
    if name is None or before is None or not queries.may_move_closing(purchase):
        raise RefusedError(_("Tiden går inte att flytta här. Gå till inköpet och se vad som är nästa steg."))
    if after == before:
        raise RefusedError(_("Ange en annan tid än den som gäller."))
    if after <= clock.now():
        raise RefusedError(_("Ange en tid som inte har passerat."))
    if after < before and queries.list_offers(purchase):
        raise RefusedError(_("En offert har kommit in. Då kan tiden bara förlängas."))
    purchase.values = {**purchase.values, name: after.isoformat()}
    label = Sentence(
        N_("Sista dag flyttad från %(day)s kl. %(time)s till %(new_day)s kl. %(new_time)s"),
        {**_day_and_time("", before), **_day_and_time("new_", after)},
    )
    purchases.note(purchase, label, Sentence(reason), by=by)
    # Why it was moved can tell of offers, and stands in the step alone.
    audit.record(Action.PURCHASE_TIME_MOVED, purchase, by=by, to=after.isoformat())


def _day_and_time(prefix: str, moment: datetime) -> dict[str, Any]:
    shown = clock.in_sweden(moment)
    return {f"{prefix}day": shown.date(), f"{prefix}time": f"{shown:%H:%M}"}


def _refuse_early(purchase: Purchase) -> None:
    closes_at = queries.closes_at(purchase)
    if purchase.route != _OPENED_AS_IT_COMES and closes_at and closes_at > clock.now():
        sentence = _(
            "Offerterna får inte öppnas förrän sista tiden har gått ut, %(moment)s (LOU 7 kap. 9 §, 12 kap. 10 §). "
            "Registrera dem då.",
            moment=moment(closes_at),
        )
        raise StepRefusedError({}, [sentence])


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    checked, refusals = dict(values), {}
    if checked["provider_id"]:
        provider = providers.get_provider(checked["provider_id"])
        checked |= {"bidder_name": provider.name, "organisation_number": provider.organisation_number}
    elif not checked["bidder_name"]:
        refusals["bidder_name"] = _("Välj anordnaren i registret, eller skriv vem offerten kommer från.")
    elif not checked["organisation_number"]:
        refusals["organisation_number"] = _("Ange organisationsnumret. Det behövs i dokumentationen.")
    if checked["fixed_price_ore"] is None and checked["price_per_participant_ore"] is None:
        refusals["fixed_price"] = _("Ange priset: per grupp, per deltagare eller båda. Skriv 0 om det är gratis.")
    if checked["received_at"] > clock.now():
        refusals["received_at"] = _("Ange dag och tid som inte ligger i framtiden.")
    elif checked["valid_to"] and checked["valid_to"] < clock.in_sweden(checked["received_at"]).date():
        refusals["valid_to"] = _("Offerten gällde inte när den kom in. Rätta dagen, eller registrera den inte.")
    if refusals:
        raise StepRefusedError(refusals)
    checked["fixed_price_ore"] = checked["fixed_price_ore"] or 0
    checked["price_per_participant_ore"] = checked["price_per_participant_ore"] or 0
    return checked


def _mark_if_late(offer: PurchaseOffer) -> None:
    closes_at = queries.closes_at(offer.purchase)
    if offer.is_compared and closes_at and offer.received_at > closes_at:
        offer.standing, offer.standing_reason = Standing.LATE, _late(offer.received_at, closes_at)


def _refuse_second(purchase: Purchase, offer: PurchaseOffer) -> None:
    with db.session.no_autoflush:
        others = [row for row in queries.list_offers(purchase) if row is not offer and row.is_compared]
    if offer.is_compared and any(_is_same_bidder(offer, other) for other in others):
        name = "provider_id" if offer.provider_id else "bidder_name"
        sentence = _("Anordnaren har redan en offert som jämförs. Ändra den, eller markera den som återtagen först.")
        raise StepRefusedError({name: sentence})


def _is_same_bidder(one: PurchaseOffer, other: PurchaseOffer) -> bool:
    has_number = one.organisation_number and one.organisation_number == other.organisation_number
    has_key = one.provider_id is not None and one.provider_id == other.provider_id
    return bool(has_number or has_key or search_key(one.bidder_name) == search_key(other.bidder_name))


@in_swedish()
def _late(received_at: datetime, closes_at: datetime) -> Sentence:
    facts = {"received": moment(received_at), "closed": moment(closes_at)}
    return Sentence(N_("Den kom %(received)s. Sista tiden var %(closed)s."), facts)


def _keep(offer: PurchaseOffer, paper: Paper | None, by: User) -> None:
    purchase = offer.purchase
    if paper:
        try:
            # What a provider calls its file can tell who it is.
            offer.attachment = files.attach(
                purchase,
                paper.stream,
                file_name=paper.file_name,
                media_type=paper.media_type,
                kind=_kind_of_paper(purchase),
                is_name_private=True,
                by=by,
            )
        except RefusedError as error:
            raise StepRefusedError({"file": str(error)}) from error
    db.session.flush()
    update_purchase(purchase)


def _kind_of_paper(purchase: Purchase) -> str:
    return OFFER_KINDS[0] if purchase.route == _OPENED_AS_IT_COMES else OFFER_KINDS[1]


@in_swedish()
def update_purchase(purchase: Purchase) -> None:
    """Let the fields of the purchase follow from its offers, for the rules and the record ask for these.

    Who stands first in the comparison is kept too, to be proposed where a person decides.
    """
    every = queries.list_offers(purchase)
    offers = [row for row in every if row.standing is not Standing.WITHDRAWN]
    compared = [row for row in offers if row.is_compared]
    values = dict(purchase.values)
    if values.get("offers_received") and STANDING_OFFERS not in values:
        values["offers_as_text"] = values["offers_received"]
    values["offers_received"] = [_line(row) for row in offers]
    values[STANDING_OFFERS] = [
        key for row in compared for key in (row.provider_id and str(row.provider_id), row.organisation_number) if key
    ]
    values["proposed_provider"] = _proposed(purchase, compared)
    chosen = values.get("chosen_provider")
    if chosen in {str(row.provider_id) for row in every} - set(values[STANDING_OFFERS]):
        # Whoever was chosen has no offer left to accept, so the next step asks anew.
        del values["chosen_provider"]
    purchase.values = values


def _proposed(purchase: Purchase, compared: list[PurchaseOffer]) -> str | None:
    sheet = queries.find_sheet(purchase)
    if sheet is None:
        return None
    first = [bid.id for bid in queries.evaluate(sheet, compared, queries.list_scores(compared)).first]
    found = next((row.provider_id for row in compared if [row.id] == first), None)
    return str(found) if found else None


def _line(offer: PurchaseOffer) -> str:
    number = organisation_number(offer.organisation_number)
    standing = "" if offer.is_compared else str(offer.standing.label)
    return "; ".join(filter(None, [offer.bidder_name, number, price_in_words(offer), standing]))


def touch(purchase: Purchase) -> None:
    """Give a purchase a new version, so that whoever has a form of the earlier one open is told of the change."""
    flag_modified(purchase, "values")
