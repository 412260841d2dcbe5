"""Agreements between two organisations, and contacts of the other one, with sensible defaults."""

from datetime import timedelta

from broker import access, clock
from broker.accounts.models import User
from broker.companies import service as companies
from broker.companies.models import InteractionKind
from broker.extensions import db
from broker.traces import service
from tests import factories


def propose(proposer, receiver, *, by: User, **facts):
    """Propose an agreement from one organisation to another, and do not store it yet."""
    today = clock.today()
    defaults = {
        "reference": "KS 2026/117",
        "basis": "Beslut i utbildningsnämnden den 3 mars.",
        "starts_on": today,
        "ends_on": today + timedelta(days=300),
        "has_sole_traders": False,
        "link": "http://localhost/administration/overenskommelser",
    }
    with access.acting_in(proposer.id):
        return service.propose_agreement(receiver, **(defaults | facts), by=by)


def agreement(*, proposer, receiver, by: User, answer="accept", **facts):
    """Propose an agreement from one organisation to another, and let the other one answer."""
    row = propose(proposer, receiver, by=by, **facts)
    with access.acting_in(proposer.id):
        db.session.commit()
    with access.acting_in(receiver.id):
        if answer == "accept":
            service.accept_agreement(row, link="http://localhost/", by=by)
        elif answer == "decline":
            service.decline_agreement(row, reason="hemligt-skäl", link="http://localhost/", by=by)
        db.session.commit()
    return row


def visit(organisation, company, *, by: User, due_on=None, **facts):
    """Plan a visit of an organisation, with a title that nobody else may see."""
    defaults = {"kind": InteractionKind.VISIT, "title": "hemligt-ärende"}
    with access.acting_in(organisation.id):
        row = companies.plan_contact(company, **(defaults | facts), due_on=due_on or clock.today(), by=by)
        db.session.commit()
    return row


def end(row, organisation, *, by: User):
    """Let one side end an agreement."""
    with access.acting_in(organisation.id):
        service.end_agreement(row, link="http://localhost/", by=by)
        db.session.commit()


def contact(organisation, company, *, by: User, **facts):
    """Log a contact of an organisation, with everything that nobody else may see."""
    with access.acting_in(organisation.id):
        person = factories.person(company, "hemligt-namn", phone="hemligt-nummer")
        texts = {"summary": "hemligt-besök", "people": [person], "next_step": "hemligt-steg"}
        return factories.interaction(company, by=by, **(texts | facts))
