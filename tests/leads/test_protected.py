"""A person whose identity becomes protected after a lead was sent."""

import pytest

from broker import access, audit
from broker.actions import Action
from broker.companies import service as companies
from broker.extensions import db
from broker.leads import queries, service
from tests import factories_leads


@pytest.fixture
def protect(anna, user):
    def act():
        companies.edit_person(anna, {"is_protected": True}, by=user)
        db.session.commit()

    return act


@pytest.mark.parametrize("step", [None, service.open_lead, service.ask_back])
def test_the_person_leaves_the_lead_and_a_copy_that_waits(answer, lead, receiver, protect, step):
    if step:
        answer(step, **({"question": "Hur många?"} if step is service.ask_back else {}))

    protect()

    assert queries.get_lead(lead.id).shared == {}
    assert audit.history_of(lead.offers[0])[0].action == Action.LEAD_PERSON_HIDDEN
    with access.acting_in(receiver.id):
        copy = factories_leads.received(lead, receiver)
        assert (copy.shared, copy.ground_note, copy.summary) == ({}, "", lead.summary)
        assert audit.history_of(copy)[0].action == Action.LEAD_PERSON_HIDDEN


def test_what_the_receiver_took_on_before_is_its_own(answer, lead, receiver, protect):
    answer(service.accept_lead)
    protect()
    with access.acting_in(receiver.id):
        assert factories_leads.received(lead, receiver).shared["person_name"] == "Anna Exempelsson"


def test_the_companys_own_details_stay(scope, user, receiver, company, anna, protect):
    service_facts = {"employees": 12, "person_name": "Anna Exempelsson"}
    lead = factories_leads.lead(sender=scope, receivers=[receiver], by=user, company=company, person=anna)
    lead.shared = service_facts
    db.session.commit()

    protect()

    assert queries.get_lead(lead.id).shared == {"employees": 12}


def test_a_change_that_protects_nobody_leaves_the_lead_alone(lead, anna, user):
    companies.edit_person(anna, {"function": "Vd"}, by=user)
    db.session.commit()
    assert "person_name" in queries.get_lead(lead.id).shared
