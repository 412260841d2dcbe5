"""Leads between two organisations, and tips to one, with sensible defaults."""

from datetime import timedelta

from broker import access, clock
from broker.accounts.models import User
from broker.companies import service as companies
from broker.extensions import db
from broker.leads import queries, service
from broker.leads.models import LeadGround, SharedField
from broker.leads.tips import service as tips
from broker.leads.tips.models import Tip, TipAttempt
from broker.leads.tips.queries import tip_rules
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


def tip_page(organisation, *, by: User):
    """Open the public form of an organisation."""
    page = tips.open_page(organisation.id, by=by)
    db.session.commit()
    return page


def tip(organisation, **facts):
    """Store a tip that has come in to an organisation."""
    defaults = {
        "company_name": "Exempel Svets AB",
        "place": "Sala",
        "need": "Två svetsare behöver intyg.",
        "company_knows": False,
    }
    return factories.add(Tip(**(defaults | facts)), organisation_id=organisation.id)


def engaged(company, *, owner: User, source, by: User):
    """Note our relation to a company, for the organisation in scope."""
    companies.edit_engagement(companies.engage(company), {"owner_id": owner.id, "source": source}, by=by)
    db.session.commit()


def flood(organisation_id):
    """Let strangers have sent an organisation as many tips and answers as it takes in a while."""
    most = tip_rules(clock.today()).per_organisation
    db.session.add_all(
        TipAttempt(organisation_id=organisation_id, address=f"198.51.100.{place}") for place in range(most)
    )
    db.session.commit()
