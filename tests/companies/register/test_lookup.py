"""One number is looked up in the register: added with its facts, brought up to date, and every failure told."""

import json
import threading
from contextlib import suppress
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from broker import clock, database
from broker.access import Role
from broker.actions import Action
from broker.audit import AuditEvent
from broker.companies import queries
from broker.companies.models import Company, Engagement, Task
from broker.companies.numbers import parse_number
from broker.companies.register import service
from broker.companies.register.client import Access, UnreachableRegisterError, init_app
from broker.companies.register.models import RegisterQuestion
from broker.companies.watch.models import RegisterChange
from broker.extensions import db
from broker.reference.models import DocumentKind, ReferenceDocument
from tests import factories
from tests.companies.register.stub import sample, serving_stub

NUMBER, BANKRUPT, SOLE_TRADER = "5299999994", "5299999986", "189001189803"
PAGE = "/foretag/hamta"


@pytest.fixture
def stub(app):
    usual = app.extensions["broker_register"]
    with serving_stub() as stub:
        init_app(app, access_to(stub))
        stub.answers = {
            NUMBER: sample("aktiebolag_ok"),
            BANKRUPT: sample("konkurs"),
            SOLE_TRADER: sample("enskild_naringsidkare_tva_foretag"),
        }
        yield stub
    app.extensions["broker_register"] = usual


def access_to(stub, **changes):
    addresses = {"url": f"{stub.address}/v1", "token_url": f"{stub.address}/oauth2/token"}
    return Access(**(addresses | {"client_id": stub.client_id, "client_secret": stub.client_secret} | changes))


def only_company():
    return db.session.scalars(select(Company)).one()


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


def test_the_token_is_fetched_once_and_again_when_it_is_over(stub, client, scope):
    client.submit(PAGE, number=NUMBER)
    client.submit(PAGE, number=BANKRUPT)
    assert stub.token_requests == 1

    stub.tokens.clear()
    company = queries.find_company_by_number(NUMBER)
    answer = client.press(f"/foretag/{company.id}/hamta", page=f"/foretag/{company.id}")
    assert "Inget är ändrat i registret." in shown(answer, client)
    assert stub.token_requests == 2


@pytest.mark.parametrize("lifetime", [1, None, "en timme", []])
def test_a_token_with_a_short_or_unknown_life_is_not_used_after_it(stub, client, scope, lifetime):
    stub.lifetime = lifetime
    answers = [client.submit(PAGE, number=number).status_code for number in (NUMBER, BANKRUPT)]

    assert answers == [302, 302] and stub.token_requests == 2


def test_wrong_credentials_are_told_to_who_can_ask_for_others(stub, app, client):
    init_app(app, access_to(stub, client_secret="fel"))

    assert "Registret godtar inte installationens nycklar." in client.submit(PAGE, number=NUMBER).text
    assert stub.asked == []


def test_a_short_pause_that_the_register_asks_for_is_taken(stub, client, scope):
    stub.first, stub.headers = [sample("for_manga_anrop")], {"Retry-After": "0"}

    client.submit(PAGE, number=NUMBER)

    assert only_company().organisation_number == NUMBER
    assert stub.asked == [NUMBER, NUMBER]


@pytest.mark.parametrize("told", [{}, {"Retry-After": "60"}, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}])
def test_a_register_that_has_had_enough_is_left_alone(stub, client, told):
    stub.first, stub.headers = [sample("for_manga_anrop")], told

    assert "Vänta en minut och försök igen." in client.submit(PAGE, number=NUMBER).text
    assert stub.asked == [NUMBER]


def test_a_failure_that_passes_is_asked_past_and_one_that_stays_is_told(stub, client, scope):
    stub.first = [(503, None)]
    client.submit(PAGE, number=NUMBER)
    assert only_company().organisation_number == NUMBER

    stub.first = [(503, None), (503, None)]
    assert "Registret svarar inte just nu." in client.submit(PAGE, number=BANKRUPT).text


def test_a_register_that_is_not_there_or_does_not_answer_in_time_is_told(stub, app, client):
    with_short_patience(0.2)
    stub.delay = 1
    assert "Registret svarar inte just nu." in client.submit(PAGE, number=NUMBER).text

    init_app(app, access_to(stub, url="http://127.0.0.1:9", token_url="http://127.0.0.1:9"))
    assert "Registret svarar inte just nu." in client.submit(PAGE, number=NUMBER).text


def test_the_credentials_follow_no_redirect(stub, client):
    stub.first, stub.headers = [(302, None)], {"Location": f"{stub.address}/v1/annat"}

    assert "Registret svarar inte just nu." in client.submit(PAGE, number=NUMBER).text
    assert stub.asked == [NUMBER]


def test_an_address_that_is_not_encrypted_is_never_used(stub, app, client):
    init_app(app, access_to(stub, url="http://register.example/v1"))

    assert not service.is_available()
    assert "Installationen har inga nycklar till registret." in client.get(PAGE).text


def test_an_installation_asks_no_more_often_than_it_may_whoever_asks(stub, client, client_for):
    with_limit(2)
    for _time in range(2):
        client.submit(PAGE, number="5299999960")

    answer = client_for(Role.BROKER).submit(PAGE, number=NUMBER)

    assert "Registret har fått så många frågor som det tar emot." in answer.text
    assert stub.asked == ["5299999960"] * 2


def test_two_questions_at_the_same_moment_are_both_counted(stub, app, scope):
    with_limit(1)
    told = []

    def ask_beside():
        with app.app_context(), suppress(UnreachableRegisterError):
            told.append(service.ask(parse_number(NUMBER)))

    beside = threading.Thread(target=ask_beside)
    with database.writing(), db.engine.begin() as connection:
        connection.execute(insert(RegisterQuestion).values(asked_at=clock.now()))
        beside.start()
        beside.join(0.2)
    beside.join()

    assert told == [] and stub.asked == []


def test_questions_are_counted_for_a_minute_and_forgotten_after_an_hour(stub, client, scope):
    with_limit(1)
    for age in (timedelta(seconds=61), timedelta(minutes=61)):
        db.session.add(RegisterQuestion(asked_at=clock.now() - age))
    db.session.commit()

    client.submit(PAGE, number=NUMBER)

    assert only_company().organisation_number == NUMBER
    assert len(db.session.scalars(select(RegisterQuestion)).all()) == 2


def test_nobody_else_waits_while_the_register_thinks(stub, app, client, scope):
    written = []

    def write_beside():
        with app.app_context(), database.writing(), db.engine.begin() as connection:
            connection.execute(insert(RegisterQuestion).values(asked_at=clock.now()))
            written.append(True)

    stub.meanwhile = write_beside
    client.submit(PAGE, number=NUMBER)

    assert written == [True]
    assert only_company().organisation_number == NUMBER


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


def with_limit(most):
    _add_rules(questions={"per_minute": most})


def with_short_patience(seconds):
    _add_rules(seconds={"answer": seconds, "pause": 0})


def _add_rules(**changes):
    kind = DocumentKind.REGISTER_SERVICE
    known = db.session.scalars(select(ReferenceDocument).where(ReferenceDocument.kind == kind)).first()
    content = known.content | changes
    rules = {"kind": kind, "version": "test", "valid_from": date(2026, 1, 1), "source": "test: ett annat tal"}
    db.session.add(ReferenceDocument(**rules, content=content))
    db.session.commit()
