"""How a purchase is started on the pages: what is asked, the proposal with its limit, the route that is chosen."""

import io
import re

import pytest
from sqlalchemy import select

from broker import access
from broker.extensions import db
from broker.needs.models import CohortStatus
from broker.procurement.models import Purchase
from tests.client import form_values
from tests.procurement.test_queries import cohort

ANSWERS = {
    "title": "Truck i Flen",
    "buyer": "municipality_for_group",
    "cpv_main": "80530000-8",
    "annex2": "yes",
    "annex2_reason": "Yrkesutbildning.",
    "procurement_started": "2026-03-02",
    "value_sek": "250 000",
}

CANCELLED = {"cancel_reason": "Gruppen blev inte av.", "cancel_date": "2026-03-04"}


def test_a_purchase_is_proposed_started_and_taken_a_step(client, organisation):
    proposed = client.submit("/inkop/nytt", **ANSWERS)
    assert proposed.status_code == 200
    assert "Passar: värdet ligger under direktupphandlingsgränsen" in proposed.text
    started = client.submit("/inkop/nytt", **ANSWERS, route="direct_award")
    assert started.status_code == 302
    taken = client.submit(
        f"{started.location}/steg/need_confirmed",
        contracting_authority="Bildningsnämnden",
        paper_need_record=(io.BytesIO(b"%PDF behov"), "behov.pdf"),
        step_note="Beställt av fem företag.",
    )
    assert taken.location == started.location
    page = client.get(started.location).text
    assert "Behov bekräftat" in page
    assert "250\xa0000,00\xa0kr" in page
    assert "behov.pdf" in page
    assert "Beställt av fem företag." in page
    assert "80530000-8 Yrkesutbildning" in page
    assert "Truck i Flen" in client.get("/inkop").text


def test_the_proposal_says_the_limit_in_kronor_with_its_paragraph(client):
    text = client.submit("/inkop/nytt", **ANSWERS).text
    limit = "Gränsen är 8\xa0513\xa0250 kr för tjänster i bilaga 2 när upphandlingen påbörjas 2026-03-02"
    assert f"{limit} (LOU 19 a kap. 2 §)." in text
    outside = ANSWERS | {"cpv_main": "79632000-3", "annex2": "no", "value_sek": "900 000"}
    text = client.submit("/inkop/nytt", **outside).text
    assert "Gränsen är 700\xa0000 kr för tjänster utanför bilaga 2" in text
    assert "Tröskelvärdet är 2\xa0451\xa0816 kr när upphandlingen påbörjas 2026-03-02 (LOU 19 kap)." in text


@pytest.mark.parametrize(("code", "answer"), [("80530000-8", "yes"), ("79632000-3", "no")])
def test_annex_2_follows_from_the_code_unless_it_is_answered(client, code, answer):
    unanswered = ANSWERS | {"annex2": "", "cpv_main": code}
    assert form_values(client.submit("/inkop/nytt", **unanswered).text)["annex2"] == answer
    kept = form_values(client.submit("/inkop/nytt", **(unanswered | {"annex2": "unclear"})).text)
    assert kept["annex2"] == "unclear"


def test_the_proposal_is_already_chosen_in_the_form(client):
    proposed = client.submit("/inkop/nytt", **ANSWERS)
    assert form_values(proposed.text)["route"] == "direct_award"
    with access.every_organisation():
        assert db.session.query(Purchase).count() == 0


def details_of(page):
    return re.search(r"<details( open)?>\s*<summary>Fler uppgifter(.*?)</details>", page.split("<main")[1], re.DOTALL)


def test_a_new_purchase_asks_first_for_what_decides_and_keeps_the_rest_folded(client):
    page = client.get("/inkop/nytt").text
    folded = details_of(page)
    asked = set(form_values(page)) - set(re.findall(r'name="(\w+)"', folded[2]))

    assert not folded[1]
    assert asked - {"csrf_token", "acting", "token"} == {
        "title",
        "buyer",
        "payer",
        "value_sek",
        "procurement_started",
        "cpv_main",
        "annex2",
    }


def test_the_folded_fields_are_open_when_one_has_a_value_or_an_error(client):
    answer = client.submit("/inkop/nytt", title="Truck", buyer="company", commission_form="")
    assert not details_of(answer.text)[1]
    few = {"title": "Truck", "buyer": "company"}
    for changed in ({"framework": "4711"}, {"call_off_volume": "mycket"}):
        assert details_of(client.submit("/inkop/nytt", **(few | changed)).text)[1]


def test_a_start_without_answers_is_asked_for_them(client):
    answer = client.submit("/inkop/nytt", title="Truck", buyer="project_partnership")
    assert answer.status_code == 422
    assert "Fyll i fältet" in answer.text


def test_another_route_without_a_reason_is_asked_for_one(client):
    answer = client.submit("/inkop/nytt", **ANSWERS, route="exempt")
    assert answer.status_code == 422
    assert "Skriv varför du väljer en annan väg" in answer.text


def test_a_purchase_for_a_cohort_takes_its_name_and_dates(client, scope, user):
    row = cohort(user)
    url = f"/inkop/nytt?utbildningsgrupp={row.id}"
    assert form_values(client.get(url).text)["title"] == "Truckutbildning, Flen"
    started = client.submit(url, **(ANSWERS | {"title": None}), route="direct_award")
    assert "Gäller utbildningsgruppen Truckutbildning, Flen" in client.get(started.location).text
    assert client.get("/inkop/nytt?utbildningsgrupp=4711").status_code == 404


def test_a_cohort_is_bought_for_once_unless_the_purchase_is_cancelled(client, scope, user):
    row = cohort(user)
    url = f"/inkop/nytt?utbildningsgrupp={row.id}"
    waiting = form_values(client.get(url).text)
    client.submit(url, **ANSWERS, route="direct_award")
    again = client.post(url, data=waiting | ANSWERS | {"route": "direct_award", "token": "a" * 32})
    assert again.status_code == 422 and "Gruppen har redan ett inköp: Truck i Flen." in again.text

    db.session.scalars(select(Purchase)).one().state = "cancelled"
    db.session.commit()
    assert client.submit(url, **ANSWERS, route="direct_award").status_code == 302


def test_a_dissolved_cohort_is_not_bought_for_and_its_draft_is_only_cancelled(client, scope, user):
    row = cohort(user)
    url = f"/inkop/nytt?utbildningsgrupp={row.id}"
    started = client.submit(url, **ANSWERS, route="direct_award")
    row.status = CohortStatus.DISSOLVED
    db.session.commit()

    assert "Gruppen är upplöst, så det finns inget att köpa." in client.get(url).text
    purchase = db.session.scalars(select(Purchase)).one()
    refused = client.submit(f"{started.location}/steg/need_confirmed", contracting_authority="Bildningsnämnden")
    assert refused.status_code == 422 and "Utbildningsgruppen är upplöst." in refused.text
    assert purchase.state == "draft"
    assert client.submit(f"{started.location}/steg/cancelled", **CANCELLED).status_code == 302


def test_a_wrong_amount_is_asked_for_again(client):
    answer = client.submit("/inkop/nytt", **(ANSWERS | {"value_sek": "mycket"}))
    assert answer.status_code == 422
    assert "Skriv ett belopp i kronor" in answer.text


@pytest.mark.parametrize(
    ("buyer", "payer", "said"),
    [
        ("company", "municipality", "kräver synnerliga skäl"),
        ("company", "esf_project", "följer ändå principerna i LOU"),
        ("company", "company", None),
    ],
)
def test_who_pays_is_asked_and_what_it_means_is_said_beside_the_route(client, scope, buyer, payer, said):
    page = client.submit("/inkop/nytt", title="Truck", buyer=buyer, payer=payer)
    assert "Föreslagen inköpsväg" in page.text
    notes = "kräver synnerliga skäl" in page.text or "principerna i LOU" in page.text
    assert (said in page.text) if said else not notes
