"""What state aid would mean for the companies of a group that is being put together."""

from datetime import timedelta
from decimal import Decimal

import pytest

from broker.companies.sizes.models import SizeStatus
from broker.companies.sizes.rules import Category
from broker.esf import plan_service, queries, service
from broker.extensions import db
from tests import factories, factories_esf

# Twelve people, 40 hours at the assumed 1 900 kr: 6 334 kr each, which is 35.4 % beside 11 600 kr of time.
ASSUMED = "ungefär 6\xa0334 kr per deltagare (antaget pris)"


@pytest.fixture
def companies(app):
    return [factories_esf.company(f"Svets {name} AB") for name in ("Ett", "Två")]


@pytest.fixture
def cohort(scope, user, companies):
    return factories_esf.cohort(user, *(factories_esf.need(company, user) for company in companies))


def size(company, category):
    status = SizeStatus(company_id=company.id, smallest=category, largest=category, because=[])
    db.session.add(status)
    db.session.commit()


def shown(client, cohort):
    return client.get(f"/behov/grupper/{cohort.id}/stod").text


def test_the_share_of_aid_is_held_against_the_size_of_each_company(client, scope, user, companies, cohort):
    size(companies[0], Category.LARGE)
    factories_esf.project(scope, user)

    text = shown(client, cohort)

    assert ASSUMED in text
    assert "290 kr per timme" in text
    assert "Stödnivån 36 % ryms inom 50 % enligt artikel 31." in text
    assert "Företagets storlek är inte känd" in text
    assert "Ange en eurokurs i ett projekt" in text


def test_a_dear_seat_asks_for_more_people_or_a_fee(client, scope, user, companies):
    need = factories_esf.need(companies[0], user, women=1, men=1)
    size(companies[0], Category.LARGE)

    # 76 000 kr for two: 38 000 beside 11 600 is 76.7 %; at 50 % a fee of 13 200, or 76 000 / 11 600 = 7 people.
    text = shown(client, factories_esf.cohort(user, need))

    assert "Stödnivån 77 % är över 50 %." in text
    assert "Minst 7 deltagare i gruppen, eller en avgift på 13\xa0200 kr per deltagare, skulle räcka." in text


def test_training_that_the_law_demands_gets_no_training_aid(client, scope, user, companies):
    need = factories_esf.need(companies[0], user)
    need.is_mandatory_training = True
    size(companies[0], Category.SMALL)

    assert "Lagstadgad utbildning får inte utbildningsstöd" in shown(client, factories_esf.cohort(user, need))


def test_the_room_for_de_minimis_aid_counts_each_certified_aid_once(client, scope, user, companies, cohort):
    for name in ("Första", "Andra"):
        project = factories_esf.project(scope, user, name=name)
        factories_esf.join(project, cohort, user, double_reason="Prövas i båda")
        rate = {"sek_per_eur": Decimal(10), "rate_on": factories_esf.TODAY, "rate_source": "Riksbanken"}
        service.edit_project(queries.get_project(project.id), rate, by=user)
        commitment = queries.find_commitment(project, companies[0].id)
        granted = {"giver": "Almi", "amount_eur": Decimal(100_000), "granted_on": factories_esf.TODAY - timedelta(9)}
        plan_service.add_earlier_aid(project, commitment, **granted, by=user)
    db.session.commit()

    text = shown(client, cohort)

    # 300 000 less 100 000 less six seats at 6 334 kr and ten kronor to the euro.
    assert "Kvar efter stödet: 196\xa0199,6 euro av taket, sedan intyg om 100\xa0000 euro" in text
    assert "Kvar efter stödet: 296\xa0199,6 euro av taket, om företaget inte har fått annat stöd." in text


def test_a_stranger_sees_no_hint(client, scope, user, cohort):
    other = factories.organisation()
    stranger = factories.user(organisation=other)
    client.sign_in(stranger)

    assert client.get(f"/behov/grupper/{cohort.id}/stod").status_code == 404
