"""Walks every route at random to its end by the service, and tries what is out of order at every step."""

import io
import random
from datetime import timedelta

import pytest

from broker import clock
from broker.accounts import queries as accounts
from broker.errors import RefusedError
from broker.extensions import db
from broker.procurement import queries, service, workflow
from broker.procurement.frameworks import declining
from broker.procurement.frameworks.models import CallOffModel
from broker.procurement.offers import queries as offers
from broker.procurement.service import Paper
from tests import factories as general
from tests import factories_frameworks
from tests import factories_procurement as factories
from tests.procurement.test_data import ROUTES
from tests.procurement.walking import answer

MOST_STEPS = 60
MODELS = {
    "call_off_without_competition": CallOffModel.RANKING,
    "call_off_mini_competition": CallOffModel.MINI_COMPETITION,
}


@pytest.fixture
def providers(scope, user):
    general.user(organisation=scope)
    rows = [factories.vetted_provider(by=user, name=name) for name in ("Svetsskolan i Flen", "Lernia", "Komvux Flen")]
    for row in rows:
        factories.offering(row, by=user)
    return rows


def begun(route_id, providers, user):
    started = (clock.today() - timedelta(days=120)).isoformat()
    if model := MODELS.get(route_id):
        agreement = factories_frameworks.framework(by=user, providers=providers, model=model)
        agreement.named_users = ["Bildningsnämnden"]
        db.session.commit()
        return factories.purchase(
            by=user, route_id=route_id, **factories_frameworks.answers(agreement, procurement_started=started)
        )
    return factories.purchase(by=user, route_id=route_id, procurement_started=started)


def paper(kind):
    return Paper(kind, io.BytesIO(b"%PDF-1.7 papper"), f"{kind}.pdf", "application/pdf")


def situation_of(purchase):
    return queries.get_situation(purchase, today=clock.today())


def go(purchase, step, providers, user):
    """Take a step with everything that it asks for, or what stands in its place."""
    if step.to == "call_off_declined":
        said = {"reason": "Ingen lärare är ledig.", "said_on": clock.today(), "said_by": "Kim"}
        declining.note_decline(purchase, by=user, **said)
        return
    situation = situation_of(purchase)
    if "offers_received" in step.fields:
        registered = {offer.provider_id for offer in offers.list_offers(purchase)}
        for place, row in enumerate(providers):
            if row.id not in registered:
                received = clock.now() - timedelta(days=81)
                price = 20_000_000 + place
                factories.offer(
                    purchase, by=user, name=None, number=None, provider_id=row.id,
                    received_at=received, fixed_price_ore=price,
                )  # fmt: skip
        situation, step = situation_of(purchase), workflow.find_step(situation_of(purchase), step.to)
    fields = situation.document["fields"]
    asked = workflow.asked_fields(situation, step, again=True)
    aside = {int(key) for key in situation.values.get("suppliers_set_aside") or []}
    free, next_one = [row.id for row in providers if row.id not in aside], declining.asked_supplier(situation)
    chosen = [next_one.provider_id] if next_one else free
    user_ids = [person.id for person in accounts.list_users(purchase.organisation_id)]
    values = {
        name: answer(name, fields[name], providers=chosen if name == "chosen_provider" else free, user_ids=user_ids)
        for name in asked
    }
    service.take_step(
        purchase,
        step.to,
        values={name: value for name, value in values.items() if value is not None},
        papers=[paper(kind) for kind in workflow.asked_papers(situation, step, asked)],
        note="Skäl i provet.",
        by=user,
    )


@pytest.mark.parametrize("route_id", ROUTES)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_random_walk_reaches_an_end_and_never_goes_where_no_step_leads(route_id, seed, scope, user, providers):
    chance = random.Random(f"{route_id} {seed}")
    purchase = begun(route_id, providers, user)
    seen = [purchase.state]
    for count in range(MOST_STEPS):
        situation = situation_of(purchase)
        steps = [step for step in workflow.list_steps(situation) if not step.forbidden]
        if not steps:
            break
        illegal = sorted(situation.document["states"].keys() - {step.to for step in workflow.list_steps(situation)})
        with pytest.raises(RefusedError, match="nästa steg"):
            service.take_step(purchase, chance.choice(illegal), values={}, note="Fel ordning.", by=user)
        assert purchase.state == seen[-1]
        straight = workflow.next_step(situation)
        onward = [step for step in steps if step.to not in seen and step.to != workflow.CANCELLED] or [
            straight or steps[0]
        ]
        step = chance.choice(onward) if count < MOST_STEPS // 2 else straight or steps[0]
        go(purchase, step, providers, user)
        db.session.commit()
        assert purchase.state == step.to
        seen.append(purchase.state)
    ended = situation_of(purchase)
    assert ended.is_ended, seen
    assert [(row.from_state, row.to_state) for row in purchase.steps] == list(zip(["", *seen], seen, strict=False))
    with pytest.raises(RefusedError):
        service.take_step(purchase, "draft", values={}, by=user)
