"""What came along with a lead that is taken on: kept with whom it belongs to, and nothing lost."""

import pytest
from sqlalchemy import select

from broker import access, audit
from broker.actions import Action
from broker.audit import AuditEvent
from broker.companies import queries as companies
from broker.companies.models import Engagement
from broker.extensions import db
from broker.leads import service
from tests import factories, factories_leads


@pytest.fixture
def take_on(scope, user, receiver, olle, company):
    """Give a function that sends a lead with these details, has it taken on, and gives the receiver's relation."""

    def act(person=None, fields=()):
        lead = factories_leads.lead(
            sender=scope, receivers=[receiver], by=user, company=company, person=person, fields=fields
        )
        with access.acting_in(receiver.id):
            service.accept_lead(factories_leads.received(lead, receiver), by=olle)
            db.session.commit()
            return companies.find_engagement(company.id)

    return act


def people_of(receiver, company):
    with access.acting_in(receiver.id):
        return companies.list_people(company.id, with_protected=True)


@pytest.fixture
def known(receiver, company):
    """Give a function that lets the receiver know Anna already."""

    def add(**facts):
        with access.acting_in(receiver.id):
            return factories.person(company, "Anna Exempelsson", **facts)

    return add


def test_a_persons_number_without_a_name_is_not_taken_for_the_companys(take_on, anna, scope, receiver, company):
    engagement = take_on(anna, ["phone"])
    assert engagement.phone is None
    assert engagement.note == f"Lead från {scope.name}: kontaktperson 070-174 06 05"
    assert people_of(receiver, company) == []


def test_the_companys_own_number_becomes_the_companys(take_on, scope, company):
    factories.add(Engagement(company_id=company.id, phone="0224-12 34 56", tags=[]))
    assert take_on(None, ["phone"]).phone == "0224-12 34 56"


def test_a_number_that_differs_from_the_known_one_is_noted(take_on, scope, receiver, company):
    factories.add(Engagement(company_id=company.id, phone="0224-12 34 56", tags=[]))
    factories.add(
        Engagement(company_id=company.id, phone="0224-99", note="Ring om hösten."), organisation_id=receiver.id
    )

    engagement = take_on(None, ["phone"])

    assert engagement.phone == "0224-99"
    assert engagement.note == f"Ring om hösten.\nLead från {scope.name}: företaget 0224-12 34 56"


def test_a_person_who_is_known_already_gets_what_was_lacking(take_on, anna, known, receiver, company, scope):
    known(phone="0224-99")

    engagement = take_on(anna, ["person", "phone", "email"])

    [person] = people_of(receiver, company)
    assert (person.phone, person.email) == ("0224-99", "anna@exempel.example")
    assert engagement.note == f"Lead från {scope.name}: Anna Exempelsson 070-174 06 05"


def test_a_protected_person_of_ones_own_is_left_alone(take_on, anna, known, receiver, company):
    known(is_protected=True)

    assert take_on(anna, ["person", "phone"]).note is None
    assert [person.phone for person in people_of(receiver, company)] == [None]


def test_what_was_kept_is_in_the_log(take_on, anna, receiver):
    engagement = take_on(anna, ["phone"])
    with access.acting_in(receiver.id):
        [event] = audit.history_of(engagement)
        assert (event.action, "note" in event.facts["fields"]) == (Action.ENGAGEMENT_EDITED, True)
        told = db.session.scalars(select(AuditEvent.facts)).all()
    assert "070-174 06 05" not in str(told)
