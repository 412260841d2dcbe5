"""What a provider teaches, as people add and change it."""

import pytest

from broker.extensions import db
from broker.providers.models import Offering
from tests import factories_procurement as factories


@pytest.fixture
def offering(scope, user):
    return factories.offering(factories.provider(by=user), by=user)


@pytest.fixture
def page(offering):
    return f"/anordnare/utbud/{offering.id}"


def saved(offering):
    db.session.expire_all()
    return db.session.query(Offering).filter_by(id=offering.id).one()


def test_a_training_is_changed_and_what_is_not_filled_in_means_nothing(client, offering, page):
    answer = client.submit(
        f"{page}/redigera", price="", fixed_price="30 000", smallest_group="", lead_weeks="6", certificate="Truckbevis"
    )
    assert answer.location == page
    row = saved(offering)
    assert (row.fixed_price_ore, row.price_per_participant_ore) == (3_000_000, 0)
    assert (row.smallest_group, row.lead_weeks, row.renewal_years) == (1, 6, None)
    text = client.get(page).text
    assert "30\xa0000,00\xa0kr per grupp" in text and "Truckbevis" in text
    assert "Ändrat: " in client.get(f"/anordnare/{row.provider_id}").text


def test_what_cannot_be_is_refused_with_what_to_do_and_nothing_typed_is_lost(client, offering, page):
    answer = client.submit(
        f"{page}/redigera",
        title="Truck i Flen",
        price="",
        fixed_price="",
        smallest_group="13",
        valid_from="2027-03-01",
        valid_to="2027-02-01",
        renewal_years="5",
    )
    assert answer.status_code == 422
    for sentence in (
        "Ange ett pris, per grupp, per deltagare eller båda.",
        "Ange minst lika många som i den minsta gruppen.",
        "Ange en dag som inte ligger före den första.",
        "Ange också vilket intyg det gäller",
    ):
        assert sentence in answer.text
    assert 'value="Truck i Flen"' in answer.text and saved(offering).title == "Truck A och B"


def test_who_saves_second_sees_both_prices(client, offering, page):
    first = offering.version
    client.submit(f"{page}/redigera", price="5 000")
    late = client.submit(f"{page}/redigera", price="6 000", version=str(first))
    assert late.status_code == 409
    assert "5\xa0000" in late.text and saved(offering).price_per_participant_ore == 500_000


def test_a_training_saved_unchanged_leaves_no_trace(client, offering, page):
    client.submit(f"{page}/redigera")
    assert "Utbildning i utbudet ändrad" not in client.get(f"/anordnare/{offering.provider_id}").text
