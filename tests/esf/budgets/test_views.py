"""Pages of the budget as people meet them."""

import json
import re

import pytest

from broker.esf import plan_service, queries
from broker.esf.exports import plain as plain_export
from broker.esf.exports.blocks import build_blocks
from broker.esf.kinds import PARTNER, Sector
from broker.esf.material_service import build_material
from broker.extensions import db
from tests import factories, factories_esf
from tests.client import form_values


@pytest.fixture
def project(scope, user):
    row = factories_esf.joined_project(scope, user)
    factories_esf.worked_budget(row, user)
    return row


def plain(text):
    """Give the words of a page without its markup, with ordinary spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("\u00a0", " ").split())


def test_every_figure_opens_to_its_formula_its_rows_and_whose_rate_it_is(client, project):
    page = plain(client.get(f"/projekt/{project.id}/budget").text)

    assert "Projektledare: 3 440 timmar × 592,00 kr = 2 036 480,00 kr" in page
    assert "15 % × 4 092 912,00 kr" in page
    assert "8 056 848,80 kr + 4 176 000,00 kr" in page
    assert "46 % × 12 232 848,80 kr" in page
    assert f"Utlysningen {project.call.diary_no}, version 1" in page
    assert f"blanketten version {project.form_version}" in page


def test_each_company_stands_under_the_beneficiary_whose_organisation_brought_it(client, project, user):
    neighbour = factories.organisation(name="Grannkommunen")
    partner = {
        "role": PARTNER,
        "name": "Grannkommunen",
        "sector": Sector.PUBLIC,
        "is_beneficiary": True,
        "reason": "Med",
    }
    plan_service.save_actor(project, None, partner | {"organisation_number": None}, by=user)
    first, second = queries.list_commitments(project)
    moved = next(row for row in queries.list_contributions(project) if row.company_id == second.company_id)
    moved.contributed_by_id = neighbour.id
    first.signed_on = factories_esf.TODAY
    db.session.commit()

    page = plain(client.get(f"/projekt/{project.id}/budget").text)

    hours = [f"{row.hours:,}".replace(",", " ") for row in (first, second)]
    money = [f"{row.hours * 290:,}".replace(",", " ") + ",00 kr" for row in (first, second)]
    assert f"{project.owner.name} {first.company.name} {hours[0]} {money[0]} Undertecknat" in page
    assert f"Grannkommunen {second.company.name} {hours[1]} {money[1]} Saknas" in page
    together = f"{first.hours + second.hours:,}".replace(",", " ")
    assert f"åtagit sig {together} timmar tillsammans. Budgeten räknar med 14 400." in page

    told = build_material(queries.load_application(project.id))
    assert [(row.beneficiary, row.company, row.is_signed) for row in told.budget.companies] == [
        (project.owner.name, first.company.name, True),
        ("Grannkommunen", second.company.name, False),
    ]
    document = plain_export.render(told)
    assert plain_export.read(json.loads(document)).budget.companies == told.budget.companies
    (heading,) = [row for row in build_blocks(told) if getattr(row, "text", "") == "Företag under delbudgetarna"]
    grid = build_blocks(told)[build_blocks(told).index(heading) + 1]
    assert [row[1] for row in grid.rows] == [first.company.name, second.company.name]


def test_a_month_opens_to_the_rows_that_it_is_made_of(client, project):
    months = client.get(f"/projekt/{project.id}/budget/manader").text
    link = re.search(r'href="(/projekt/\d+/budget/manader/\d{4}-\d{2})"', months)[1]
    page = plain(client.get(link).text)

    assert "Projektledare" in page
    assert "2 036 480,00 kr" in page
    assert client.get(f"/projekt/{project.id}/budget/manader/1999-01").status_code == 404
    assert client.get(f"/projekt/{project.id}/budget/manader/mars").status_code == 404


def test_the_lowest_point_of_the_money_is_said_in_words_beside_the_picture(client, project):
    page = client.get(f"/projekt/{project.id}/budget/likviditet").text

    assert "<polyline" in page
    assert "Skickas sista dagen (streckad linje): lägst" in plain(page)


def test_trying_shows_what_would_be_beside_what_is_and_saves_nothing(client, project):
    address = f"/projekt/{project.id}/budget/tank-om"
    asked = "fewer_companies=1&hours_change=0&staff_price_change=0&participant_price_change=0"
    page = plain(client.get(f"{address}?{asked}").text)

    assert "Deltagartimmar i budgeten 14 400 7 200 -7 200" in page
    assert queries.load_application(project.id).cofinancing[0].hours == 14400
    wrong = client.get(f"{address}?{asked.replace('=1', '=3')}")
    assert wrong.status_code == 422
    assert "Skriv ett tal från 0 till 2." in wrong.text


def test_a_cost_says_that_its_price_is_for_each_participant_and_follows_those_who_come(client, project):
    page = f"/projekt/{project.id}/budget"
    asked = "fewer_companies=1&hours_change=0&staff_price_change=0&participant_price_change=0"
    what_if = f"{page}/tank-om?{asked}"
    row = next(row for row in queries.list_actors(project)[0].budget_rows if row.cost_type == "externa_tjanster")
    kept = client.get(what_if).text
    assert "per deltagare, följer med" not in kept and "står kvar" in kept

    assert client.submit(f"{page}/kostnader/{row.id}", follows_participants="y").status_code == 302

    text = plain(client.get(what_if).text)
    assert "per deltagare, följer med" in text and "3 200 000,00 kr × 1 / 2" in text and "1 600 000,00 kr" in text


def test_a_share_of_full_time_is_saved_and_shown_again_in_per_cent(client, project):
    address = f"/projekt/{project.id}/budget/kostnader/ny"
    values = form_values(client.get(address).text) | {
        "cost_type": "personal",
        "title": "Kommunikatör",
        "rate_id": "Ekonom",
        "share": "12,5 %",
    }
    assert client.post(address, data=values).status_code == 302
    row = queries.list_actors(project)[0].budget_rows[-1]

    assert 'value="12,5"' in client.get(f"/projekt/{project.id}/budget/kostnader/{row.id}").text
    assert "(12,5 %)" in plain(client.get(f"/projekt/{project.id}/budget").text)
