"""An award and its contract follow the comparison, the offers and the limit, or say why they do not."""

from datetime import timedelta

import pytest

from broker import clock
from broker.extensions import db
from broker.procurement import service
from broker.procurement.service import StepRefusedError
from tests import factories_procurement as factories
from tests.procurement.test_service import NEED, VALUE, take

CONTRACT = {
    "contract_date": "2026-03-25",
    "contract_start": "2026-04-01",
    "contract_end": "2026-06-30",
    "contract_value_sek": "240000",
}


def decided(user, **values):
    chosen = factories.vetted_provider(by=user)
    values = {"direct_award_ground": "low_value", "chosen_provider": str(chosen.id), "suppliers_asked": ["1"]} | values
    return factories.purchase(by=user, state="direct_decided", **values)


def test_a_contract_over_the_limit_is_no_direct_award(scope, user):
    purchase = decided(user)
    with pytest.raises(StepRefusedError, match=r"gränsen är 8\s513\s250") as refused:
        take(purchase, "contracted", "contract", by=user, **(CONTRACT | {"contract_value_sek": "9500000"}))
    assert "contract_value_sek" in refused.value.by_name


def test_a_contract_dearer_than_the_estimate_is_explained(scope, user):
    purchase = decided(user)
    dearer = CONTRACT | {"contract_value_sek": "250000.01"}
    with pytest.raises(StepRefusedError, match="dyrare än det uppskattade värdet, 250"):
        service.take_step(purchase, "contracted", values=dearer, by=user)
    db.session.rollback()
    take(purchase, "contracted", "contract", by=user, **CONTRACT)
    assert purchase.state == "contracted"


@pytest.mark.parametrize(
    ("route_id", "state", "to", "field"),
    [
        ("direct_award", "offers_in", "supplier_check", "step_note"),
        ("advertised_chapter_19", "evaluated", "awarded", "chosen_provider"),
    ],
)
def test_a_choice_against_the_comparison_is_explained_or_refused(scope, user, route_id, state, to, field):
    first, other = (factories.vetted_provider(by=user, name=name) for name in ("Först", "Andra"))
    standing = [str(first.id), str(other.id)]
    purchase = factories.purchase(
        by=user, route_id=route_id, state=state, proposed_provider=str(first.id), standing_offers=standing,
        offers_received=["Först; 1", "Andra; 2"],
    )  # fmt: skip
    with pytest.raises(StepRefusedError, match="Jämförelsen sätter en annan anordnare först") as refused:
        service.take_step(purchase, to, values={"chosen_provider": str(other.id)}, by=user)
    assert field in refused.value.by_name


def test_offers_that_came_in_are_not_left_behind_as_if_there_were_none(scope, user):
    purchase = factories.purchase(by=user, state="request_sent")
    factories.offer(purchase, by=user)
    factories.offer(purchase, by=user, name="Lernia", number="5565498952")
    purchase.values = {**purchase.values, "standing_offers": ["5299236900"]}
    with pytest.raises(StepRefusedError, match="Det finns en offert som jämförs"):
        service.take_step(purchase, "direct_preparing", values={}, by=user)


def test_no_similar_contracts_is_explained_when_we_have_such(scope, user):
    signed_on = (clock.today() - timedelta(days=30)).isoformat()
    factories.purchase(
        by=user, title="Förra kursen", state="contracted", contract_date=signed_on, contract_value_sek="1"
    )
    started = clock.today().isoformat()
    purchase = factories.purchase(by=user, procurement_started=started)
    take(purchase, "need_confirmed", "need_record", by=user, **NEED)
    values = {**VALUE, "procurement_started": started, "similar_value_12m_sek": "0"}
    with pytest.raises(StepRefusedError, match="Ni har liknande kontrakt de senaste tolv månaderna: Förra kursen"):
        service.take_step(purchase, "route_chosen", values=values, by=user)
    db.session.rollback()
    service.take_step(purchase, "route_chosen", values=values, note="Det var en annan kurs.", by=user)
    assert purchase.state == "route_chosen"


@pytest.mark.parametrize("state", ["request_sent", "direct_decided", "bidders_informed"])
def test_a_direct_award_can_be_cancelled_until_the_contract(scope, user, state):
    purchase = factories.purchase(by=user, state=state)
    today = clock.today().isoformat()
    service.take_step(
        purchase, "cancelled", values={"cancel_reason": "Behovet är borta.", "cancel_date": today}, by=user
    )
    assert purchase.state == "cancelled"
