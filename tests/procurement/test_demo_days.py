"""The purchases of the demo are told in days from today; no day may make them contradict themselves."""

from datetime import date, timedelta

import pytest

from broker.demo.purchase_desk import Desk
from broker.demo.purchase_steps import STORIES
from broker.procurement.facts import list_contradictions
from broker.procurement.frameworks.models import CallOffModel, FrameworkAgreement, FrameworkSupplier
from broker.providers.models import Provider
from tests.factories_procurement import situation

PROVIDERS = {1: "Exempel Ett AB", 2: "Exempel Två AB", 3: "Exempel Tre AB"}
SUPPLIERS = [FrameworkSupplier(provider_id=key, provider=Provider(name=name)) for key, name in PROVIDERS.items()]
FRAMEWORKS = dict.fromkeys(CallOffModel, FrameworkAgreement(id=1, suppliers=SUPPLIERS))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title)
def test_a_purchase_of_the_demo_can_have_happened_whatever_day_it_is(story):
    for later in range(2 * 365):
        desk = Desk(date(2026, 1, 1) + timedelta(days=later), 1, PROVIDERS, "5299304179", None, FRAMEWORKS)
        values = story.start(desk)
        for step in story.steps(desk):
            values |= step.values
            purchase = situation(story.route_id, step.to, today=desk.today, **values)
            assert list_contradictions(purchase, values.keys()) == {}, (desk.today, step.to)
