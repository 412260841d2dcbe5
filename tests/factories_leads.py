"""Leads between two organisations, with sensible defaults."""

from datetime import timedelta

from broker import access, clock
from broker.accounts.models import User
from broker.extensions import db
from broker.leads import queries, service
from broker.leads.models import LeadGround, SharedField
from tests import factories


def lead(*, sender, receivers, by: User, company=None, person=None, fields=(), **facts):
    """Offer a lead from one organisation to others."""
    defaults = {
        "summary": "Behöver hjälp med svetsutbildning.",
        "topic_id": "T023",
        "ground": LeadGround.CONSENT,
        "ground_note": "Anna Exempelsson, vd, på telefon den 2 november.",
        "answer_by": clock.today() + timedelta(days=7),
        "link": "http://localhost/leads",
    }
    with access.acting_in(sender.id):
        row = service.offer_lead(
            company or factories.company(),
            receivers=receivers,
            person=person,
            fields=[SharedField(field) for field in fields],
            **(defaults | facts),
            by=by,
        )
        db.session.commit()
    return row


def received(lead_row, receiver):
    """Give the receiver's copy; read within the receiver's scope."""
    offer = next(offer for offer in lead_row.offers if offer.receiver_id == receiver.id)
    return queries.get_received_of_offer(offer.id)
