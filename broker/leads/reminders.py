"""Reminds, once, of leads whose day has passed: who owes the next word gets a task or a letter."""

from flask_babel import gettext as _
from sqlalchemy import update

from broker import audit, clock
from broker.actions import Action
from broker.companies import service as companies
from broker.extensions import db
from broker.formatting import in_swedish
from broker.leads import letters, queries
from broker.leads.models import WAITING, LeadOffer, OfferState
from broker.upkeep import do_each


def remind_of_late() -> None:
    """Remind of every offer whose day has passed without an answer; the upkeep calls it every minute."""
    today = clock.today()
    do_each(lambda: [(offer.organisation_id, offer.id) for offer in queries.list_late_offers(today)], _remind)


def _remind(offer_id: int) -> None:
    if not _claim(offer_id):
        return
    offer = queries.get_offer(offer_id)
    _give_task(offer)
    if offer.state is not OfferState.ASKED:
        letters.remind_receiver(offer)
    audit.record(Action.LEAD_ESCALATED, offer, by=None, receiver=offer.receiver.name)


def _claim(offer_id: int) -> bool:
    """Note the reminder, unless there is an answer by now; past the row's version, which forms carry."""
    is_due = (LeadOffer.id == offer_id, LeadOffer.state.in_(WAITING), LeadOffer.escalated_at.is_(None))
    claimed = update(LeadOffer).where(*is_due).values(escalated_at=clock.now()).returning(LeadOffer.id)
    return db.session.scalar(claimed) is not None


@in_swedish()
def _give_task(offer: LeadOffer) -> None:
    receiver = offer.receiver.name
    if offer.state is OfferState.ASKED:
        title = _("%(receiver)s har frågat om leadet. Svara under Leads.", receiver=receiver)
    else:
        title = _("Leadet är inte besvarat. Ring %(receiver)s eller välj en annan mottagare.", receiver=receiver)
    for owner in queries.list_followers(offer.lead)[:1]:
        companies.add_task(title=title, due_on=clock.today(), company=offer.lead.company, by=owner)
