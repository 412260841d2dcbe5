"""A whole purchase on every route, from its start to its end, by the links and forms of the pages alone."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from broker import clock
from broker.accounts import queries as accounts
from broker.extensions import db
from broker.procurement import queries, workflow
from tests.browser.steps import press, sees, sign_in, write
from tests.procurement.test_data import ROUTES
from tests.procurement.test_walks import begun, providers
from tests.procurement.walking import answer

# What a browser does with a page does not depend on the database behind it.
pytestmark = pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)

MOST_STEPS = 25
__all__ = ["providers"]


def as_typed(name, field, *, known):
    """Give an answer as a person puts it into its form."""
    value = answer(name, field, **known)
    if field["type"] == "boolean":
        return "yes" if value else "no"
    if field["type"] == "datetime" and value:
        return value[:16]
    return value if isinstance(value, list) or value is None else str(value)


def register_offers(page, purchase_id, keys):
    received = clock.now() - timedelta(days=81)
    for place, key in enumerate(keys):
        page.goto(f"/inkop/{purchase_id}/offerter/ny")
        write(page, provider_id=str(key), received_at=f"{received:%Y-%m-%dT%H:%M}", fixed_price=str(200_000 + place))
        press(page, "Registrera offert")
    page.goto(f"/inkop/{purchase_id}")


def fill(page, definitions, known, paper):
    form = page.locator("main form.form").last
    # Asked at once: a form has some fifteen, and each question of its own goes to the browser and back.
    controls = form.evaluate("form => [...form.elements].map(one => [one.name, one.type, one.value])")
    for name, kind, value in controls:
        if kind == "file":
            form.locator(f"[name='{name}']").set_input_files(paper)
        elif name == "step_note" and not value:
            form.locator("[name=step_note]").fill("Skäl i provet.")
        elif value or kind in ("checkbox", "hidden") or name not in definitions:
            continue
        elif typed := as_typed(name, definitions[name], known=known):
            write(page, **{name: typed})
    for name in {name for name, kind, _value in controls if kind == "checkbox" and name in definitions}:
        for value in as_typed(name, definitions[name], known=known) or ():
            form.locator(f"[name='{name}'][value='{value}']").check()


@pytest.mark.parametrize("route_id", ROUTES)
def test_a_purchase_goes_its_whole_route_by_its_pages(page, scope, user, providers, route_id, tmp_path):
    people = [person.id for person in accounts.list_users(scope.id)]
    known = {"providers": [row.id for row in providers], "user_ids": people}
    purchase_id = begun(route_id, providers, user).id
    paper = tmp_path / "papper.pdf"
    paper.write_bytes(b"%PDF-1.7 papper")
    sign_in(page, user)
    db.session.rollback()
    page.goto(f"/inkop/{purchase_id}")
    for _count in range(MOST_STEPS):
        situation = queries.get_situation(queries.get_purchase(purchase_id), today=clock.today())
        step = workflow.next_step(situation)
        # Whoever reads keeps the page from writing until he lets go.
        db.session.rollback()
        if step is None:
            break
        if "offers_received" in step.fields:
            register_offers(page, purchase_id, known["providers"])
        page.locator("#steg").get_by_role("link", name=step.label, exact=True).click()
        expect(page).to_have_url(re.compile(f"/steg/{step.to}$"))
        fill(page, situation.document["fields"], known, paper)
        press(page, step.label)
        expect(page).to_have_url(re.compile(f"/inkop/{purchase_id}$"))
    sees(page, "Inköpet är avslutat. Inget mer att göra.")
