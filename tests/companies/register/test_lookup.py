"""One number is looked up in the register: added with its facts, brought up to date, and every failure told."""

import json
from datetime import date

import pytest
from sqlalchemy import select

from broker import clock
from broker.access import Role
from broker.actions import Action
from broker.audit import AuditEvent
from broker.companies import queries
from broker.companies.models import Company, Engagement, Task
from broker.companies.numbers import parse_number
from broker.companies.register import service
from broker.companies.watch.models import RegisterChange
from broker.extensions import db
from tests import factories
from tests.companies.register.stub import BANKRUPT, NUMBER, PAGE, only_company, sample


def events():
    return [event.action for event in db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence))]


def shown(answer, client):
    return client.get(answer.location).text


def with_part(name, **values):
    status, body = sample("aktiebolag_ok")
    changed = json.loads(json.dumps(body))
    part = changed["organisationer"][0].get(name) or {"dataproducent": "Bolagsverket", "fel": None}
    changed["organisationer"][0][name] = part | values
    return status, changed


def test_a_company_is_added_with_what_the_register_says(stub, client, scope):
    answer = client.submit(PAGE, number="529999-9994")

    company = only_company()
    assert answer.location == f"/foretag/{company.id}"
    assert "Exempel Falkås Plåt &amp; Svets AB är tillagt." in shown(answer, client)
    assert (company.name, company.organisation_number) == ("Exempel Falkås Plåt & Svets AB", NUMBER)
    assert (company.legal_form, company.registered_on) == ("AB", date(2011, 3, 15))
    assert (company.street, company.postcode, company.post_town) == ("Exempelgatan 1", "73130", "KÖPING")
    assert (company.municipality_name, company.industry_codes) == ("Köping", ["25530"])
    assert company.description == "Legotillverkning och svetsning."
    assert (company.is_active, company.no_advertising, company.proceedings) == (True, False, [])
    assert (str(company.source), company.source_date) == ("Bolagsverket och SCB", clock.today())
    assert queries.find_engagement(company.id) is not None


def test_a_company_that_is_here_already_is_opened_and_nobody_is_asked(stub, client):
    known = factories.company(number=NUMBER)

    answer = client.submit(PAGE, number=NUMBER)

    assert answer.location == f"/foretag/{known.id}"
    assert stub.asked == []


def test_the_same_form_sent_twice_adds_one_company(stub, client, scope):
    token = client.get(PAGE).text.split('name="token" value="')[1].split('"')[0]
    answers = [client.submit(PAGE, number=NUMBER, token=token) for _time in range(2)]

    assert answers[0].location == answers[1].location
    assert only_company().organisation_number == NUMBER


def test_a_sole_trader_is_added_and_the_number_is_nowhere(stub, client, scope):
    answer = client.submit(PAGE, number="18900118-9803")

    company = only_company()
    assert company.is_sole_trader and company.organisation_number is None
    assert company.name == "Exempel Stensjö Snickeri 1"
    assert "9803" not in shown(answer, client)
    stored = [str(row) for table in db.metadata.sorted_tables for row in db.session.execute(select(table))]
    assert not [row for row in stored if "0118" in row and "9803" in row]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("529999-9995", "Kontrollsiffran stämmer inte."),
        ("5299999960", "Numret finns inte i registret. Kontrollera det siffra för siffra."),
        ("", "Ange organisationsnumret."),
    ],
)
def test_a_number_that_leads_nowhere_is_told_and_kept_in_the_form(stub, client, number, sentence):
    answer = client.submit(PAGE, number=number)

    assert answer.status_code == 422
    assert sentence in answer.text and f'value="{number}"' in answer.text
    assert not db.session.scalars(select(Company)).all()


def test_news_of_a_company_is_saved_and_told_to_who_keeps_the_relation(stub, client, scope, user):
    company = factories.company(
        "Exempel Friskt AB", number=BANKRUPT, source="Bolagsverket", source_date=date(2026, 1, 1)
    )
    factories.interaction(company, by=user)

    answer = client.press(f"/foretag/{company.id}/hamta", page=f"/foretag/{company.id}")

    assert answer.location == f"/foretag/{company.id}"
    page = shown(answer, client)
    assert "Registret har nya uppgifter, och de är sparade." in page
    assert "Konkurs 2025-09-15" in page and "Nytt namn, förut Exempel Friskt AB" in page
    task = db.session.scalars(select(Task)).one()
    assert task.owner_id == user.id and "Konkurs" in task.title
    assert Action.COMPANY_REFRESHED in events()


def test_no_news_makes_no_change_and_no_task_and_the_day_says_that_it_was_looked_at(stub, client, scope):
    client.submit(PAGE, number=NUMBER)
    company = only_company()
    company.source_date = date(2026, 1, 1)
    db.session.commit()

    answer = client.press(f"/foretag/{company.id}/hamta", page=f"/foretag/{company.id}")

    assert "Inget är ändrat i registret." in shown(answer, client)
    assert only_company().source_date == clock.today()
    assert not db.session.scalars(select(RegisterChange)).all()


def test_who_is_registered_again_and_out_of_bankruptcy_is_so_here_too(stub, client, scope):
    company = factories.company(
        number=NUMBER, deregistered_on=date(2025, 1, 1), deregistration_reason="KKAV", proceedings=["KK 2024-01-01"]
    )

    client.press(f"/foretag/{company.id}/hamta", page=f"/foretag/{company.id}")

    company = only_company()
    assert (company.deregistered_on, company.deregistration_reason, company.proceedings) == (None, None, [])


def test_who_is_gone_from_the_register_is_so_here_too(stub, client, scope):
    stub.answers[NUMBER] = with_part("avregistreradOrganisation", avregistreringsdatum="2026-05-05T00:00:00.000+00:00")
    client.submit(PAGE, number=NUMBER)

    assert only_company().deregistered_on == date(2026, 5, 5)


def test_half_an_answer_replaces_nothing_that_it_lacks_and_says_who_was_silent(stub, client, scope):
    stub.answers[NUMBER] = sample("delvis_fel_men_http_200")
    company = factories.company(
        "Exempel Gammalt AB", number=NUMBER, industry_codes=["62010"], industry_edition="2025",
        source_date=date(2026, 1, 1),
    )  # fmt: skip

    answer = client.press(f"/foretag/{company.id}/hamta", page=f"/foretag/{company.id}")

    assert "SCB svarade inte, så deras uppgifter är som förut." in shown(answer, client)
    company = only_company()
    assert (company.name, company.industry_codes) == ("Exempel Falkås Plåt & Svets AB", ["62010"])
    # Half the facts are of the earlier day.
    assert company.source_date == date(2026, 1, 1)


def test_when_the_question_of_endings_failed_nothing_is_taken_for_ended_or_going_on(stub, client, scope):
    failed = {"typ": "TIMEOUT", "felBeskrivning": "…"}
    part = "pagaendeAvvecklingsEllerOmstruktureringsforfarande"
    stub.answers[NUMBER] = with_part(part, fel=failed)
    company = factories.company(number=NUMBER, proceedings=["KK 2024-01-01"])

    client.press(f"/foretag/{company.id}/hamta", page=f"/foretag/{company.id}")

    assert only_company().proceedings == ["KK 2024-01-01"]


def test_a_company_without_a_name_is_left_to_be_added_by_hand(stub, client):
    stub.answers[NUMBER] = with_part("organisationsnamn", fel={"typ": "ORGANISATION_FINNS_EJ", "felBeskrivning": "…"})

    assert (
        "Registret har inget namn på numret. Lägg till företaget för hand." in client.submit(PAGE, number=NUMBER).text
    )


@pytest.mark.parametrize(
    "body",
    [
        *(None, [], {}, {"organisationer": 7}, {"organisationer": [3]}, b"<html>", b"\xff\xfe", b"[" * 100_000),
        {"organisationer": [{"organisationsidentitet": {"identitetsbeteckning": BANKRUPT}}]},
    ],
)
def test_an_answer_of_another_form_is_told_and_stores_nothing(stub, client, body):
    stub.answers[NUMBER] = 200, body

    answer = client.submit(PAGE, number=NUMBER)

    assert answer.status_code == 422 and "Försök igen" in answer.text
    assert not db.session.scalars(select(Company)).all()


@pytest.mark.parametrize("value", [7, "", [], {"a": 1}, True, "x" * 100])
def test_a_part_of_another_form_is_left_out_and_the_rest_is_read(stub, client, scope, value):
    status, body = with_part("organisationsdatum", registreringsdatum=value)
    body["organisationer"][0] |= {"postadressOrganisation": value, "naringsgrenOrganisation": {"sni": value}}
    stub.answers[NUMBER] = status, body
    client.submit(PAGE, number=NUMBER)

    company = only_company()
    assert (company.registered_on, company.street, company.industry_codes) == (None, None, None)
    assert company.name == "Exempel Falkås Plåt & Svets AB"


def test_a_company_that_somebody_added_meanwhile_is_brought_up_to_date(stub, scope, user):
    number = parse_number(NUMBER)
    answer = service.ask(number)
    factories.company("Exempel Hann Före AB", number=NUMBER)

    fetched = service.add_company(number, answer, by=user)

    assert not fetched.is_new and "name" in fetched.changed
    assert only_company().name == "Exempel Falkås Plåt & Svets AB"
    assert not db.session.scalars(select(Engagement)).all()


def test_pages_offer_the_register_only_when_it_can_be_asked(app, client, scope):
    company = factories.company()
    pages = [client.get(url).text for url in (f"/foretag/{company.id}", "/foretag/nytt", PAGE)]

    assert "Hämta senaste uppgifter" not in pages[0]
    assert "Hämta med numret" not in pages[1]
    assert "Den som sköter den får dem av Bolagsverket" in pages[2]


def test_a_number_that_is_searched_for_in_vain_is_fetched_with_one_press(stub, client, scope):
    page = client.get("/foretag?q=529999-9994").text
    assert "Hämta 529999-9994 från registret" in page
    token = page.split('name="token" value="')[1].split('"')[0]

    client.press(PAGE, number=NUMBER, token=token)

    assert only_company().organisation_number == NUMBER
    assert "Hämta 529999-9994" not in client.get("/foretag?q=529999-9994").text


def test_who_may_only_read_changes_nothing(stub, client_for):
    company = factories.company(number=NUMBER)
    client = client_for(Role.READER)

    assert client.press(f"/foretag/{company.id}/hamta").status_code == 403
    assert "Hämta senaste uppgifter" not in client.get(f"/foretag/{company.id}").text
