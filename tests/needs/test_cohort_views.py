"""Putting groups together as a broker does it on the page."""

import json

import pytest
from sqlalchemy import event

from broker import clock, jobs
from broker.access import Role, acting_in
from broker.extensions import db
from broker.needs import queries
from broker.needs.bundling.engine import solve
from broker.needs.cohorts import proposals
from broker.needs.models import CohortStatus
from broker.procurement import queries as procurement
from broker.procurement.models import Purchase
from broker.providers.models import Mode
from tests import factories, factories_procurement
from tests import factories_needs as make
from tests.client import form_values


@pytest.fixture
def needs(scope, user):
    return [make.need(by=user, women=2), make.need(by=user, municipality_code="0483")]


def test_a_sum_leads_to_the_proposals_of_its_topic(client, user, scope):
    for topic_id in ("T023", "T042"):
        for _number in range(2):
            make.need(by=user, topic_id=topic_id, women=2, men=2)

    assert 'href="/behov/paketering?omrade=T023"' in client.get("/behov/summering").text
    page = client.get("/behov/paketering?omrade=T023").text
    assert "Bara Svetsning MIG/MAG visas." in page
    assert "Excel" not in page
    assert "av 2 klarlagda behov" in page and "Alla klarlagda behov i området fick plats" in page


def test_a_group_says_which_offerings_do_not_fit_it(client, user, scope):
    cohort = make.cohort(make.need(by=user), make.need(by=user), by=user)
    provider = factories_procurement.vetted_provider(by=user)
    factories_procurement.offering(provider, by=user, topic_id="T023", capacity=4, languages=["en"], title="För liten")
    db.session.commit()

    page = client.get(f"/behov/grupper/{cohort.id}/upplagg").text

    assert "Har 4 platser, gruppen är 6." in page
    assert "Ges inte på gruppens språk." in page


def test_a_proposal_says_who_where_when_and_why(client, needs):
    page = client.get("/behov/paketering").text

    assert "3 kvinnor och 4 män från 2 företag" in page
    assert "Vem som reser hur långt" in page
    assert "2 företag behöver samma utbildning, tillsammans 7 deltagare." in page
    assert "Alla klarlagda behov fick plats i ett förslag." in page


def test_what_cannot_be_taken_back_is_asked_about_first(client, user, scope, monkeypatch):
    cohort = make.cohort(make.need(by=user), make.need(by=user), by=user)
    begin, first_day = f"/behov/grupper/{cohort.id}/borjad", cohort.starts_on
    monkeypatch.setattr(clock, "today", lambda: first_day)
    assert f'href="{begin}"' in client.get(f"/behov/grupper/{cohort.id}").text

    asked = client.get(begin).text

    assert "Det går inte att ta tillbaka." in asked and "0 av 2 företag" in asked and "saknas i upplägget" in asked
    assert not queries.get_cohort(cohort.id).has_begun
    client.press(begin)
    assert queries.get_cohort(cohort.id).has_begun


def test_what_is_refused_leads_back_to_where_it_was_asked(client, user, scope):
    cohort = make.cohort(make.need(by=user), make.need(by=user), by=user)
    token, page = client.csrf_token(), f"/behov/grupper/{cohort.id}"

    def refused(referrer):
        return client.post(f"{page}/borjad", data={"csrf_token": token}, headers={"Referer": referrer}).text

    assert f'href="{page}/borjad"' in refused(f"http://localhost{page}/borjad")
    assert "Tillbaka" not in refused("https://fult.example/") and "Till startsidan" in refused("https://fult.example/")


def test_a_proposal_names_the_providers_that_can_and_may_teach(client, user, needs):
    provider = factories_procurement.vetted_provider(by=user, name="Svetsskolan")
    factories_procurement.offering(provider, by=user, topic_id="T023", municipality_code="0482", reach_km=200)

    page = client.get("/behov/paketering").text

    assert "Ingen annan indelning är bättre." in page
    assert "Granskade utbildningsanordnare som kan ge utbildningen: 1." in page
    assert "Svetsskolan" in page


def test_a_left_over_need_says_what_stops_it_and_what_would_help(client, scope, user):
    make.need(by=user, women=0, men=1)

    page = client.get("/behov/paketering").text

    assert "Inget annat företag har samma behov." in page
    assert "Deltagare som fattas: 3." in page
    assert 'href="/behov/summering/T023/fraga"' in page


def test_the_first_of_the_left_over_needs_are_shown_and_more_on_request(client, scope, user):
    for _number in range(proposals.PAGE + 2):
        make.need(by=user, women=0, men=1, municipality_code="0482", max_km=0, hours=2000, topic_id="T001")

    page = client.get("/behov/paketering").text
    more = client.get(f"/behov/paketering?visa={2 * proposals.PAGE}").text

    assert f"{proposals.PAGE} av {proposals.PAGE + 2} behov visas." in page
    assert "behov visas." not in more


def test_groups_go_on_to_the_next_page(scope, user):
    first, second = (make.cohort(make.need(by=user), make.need(by=user), by=user) for _group in range(2))
    page = queries.list_cohorts(limit=1)

    assert (page.rows, page.next_after) == ([first], first.id)
    assert queries.list_cohorts(limit=1, after=first.id).rows == [second]


def test_a_proposal_becomes_a_group_that_is_not_proposed_again(client, needs):
    accepted = form_values(client.get("/behov/paketering").text)

    response = client.post("/behov/grupper/ny", data=accepted)
    again = client.post("/behov/grupper/ny", data=accepted)

    (cohort,) = queries.list_cohorts().rows
    assert response.location == again.location == f"/behov/grupper/{cohort.id}"
    page = client.get(response.location).text
    assert "är bildad" in page
    assert f"/inkop/nytt?utbildningsgrupp={cohort.id}" in page
    assert "Bilda gruppen" not in client.get("/behov/paketering").text


def test_a_proposal_that_no_longer_holds_leads_back_to_those_that_do(client, user, needs):
    accepted = form_values(client.get("/behov/paketering").text)
    make.cohort(*needs, by=user)

    response = client.post("/behov/grupper/ny", data=accepted)

    assert response.location == "/behov/paketering"
    assert "Välj bland förslagen som gäller nu" in client.get(response.location).text


@pytest.mark.parametrize("plan", ["", "{}", "inte en plan", "[" * 100_000, "9" * 5_000], ids=range(5))
def test_a_form_without_a_plan_is_refused(client, plan):
    response = client.press("/behov/grupper/ny", plan=plan)

    assert response.location == "/behov/paketering"
    assert "Välj bland förslagen som gäller nu" in client.get(response.location).text


@pytest.mark.parametrize(
    "odd",
    [
        {"hours": 10**400},
        {"members": [[2**70, 0], [2**71, 0]]},
        {"starts_on": "9999-12-31"},
        {"municipality_code": ["0482"]},
        {"topic_id": "T" * 90_000},
    ],
    ids=range(5),
)
def test_a_plan_with_impossible_values_is_refused(client, needs, odd):
    accepted = form_values(client.get("/behov/paketering").text)
    accepted["plan"] = json.dumps(json.loads(accepted["plan"]) | odd)

    response = client.post("/behov/grupper/ny", data=accepted)

    assert response.location == "/behov/paketering"
    assert "Välj bland förslagen som gäller nu" in client.get(response.location).text


def test_many_needs_are_calculated_by_a_job(client, needs, monkeypatch):
    monkeypatch.setattr(proposals, "MOST_LIVE_NEEDS", 1)
    assert "Starta beräkningen" in client.get("/behov/paketering").text

    response = client.press("/behov/paketering/rakna")

    assert '<a href="/behov/paketering?job_id=1">Visa resultatet</a>' in client.get(response.location).text
    page = client.get("/behov/paketering").text
    assert "1 förslag av 2 klarlagda behov." in page
    assert "Räknat" in page


def statements_of(work):
    """Give every statement that the database was sent meanwhile, in order."""
    found = []

    def note(connection, cursor, statement, parameters, context, executemany):
        found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return found


def calculate(user):
    job = proposals.add_job(by=user)
    db.session.commit()
    statements = statements_of(lambda: jobs.send(job))
    db.session.rollback()
    assert jobs.get_job(job.id).state is jobs.JobState.DONE
    return statements


def test_the_job_asks_no_more_of_the_database_for_more_needs(client, scope, user, needs):
    few = calculate(user)
    for _number in range(12):
        make.need(by=user, women=2)

    assert len(calculate(user)) == len(few)


def test_nobody_waits_while_the_job_solves(client, scope, user, needs, monkeypatch):
    open_transactions = []

    def watched(instance, **options):
        open_transactions.append(db.session().in_transaction())
        return solve(instance, **options)

    monkeypatch.setattr(proposals, "solve", watched)
    calculate(user)

    assert open_transactions == [False]


def test_the_job_reads_the_needs_without_locking_out_writers(app, user, needs):
    statements = calculate(user)
    if db.engine.dialect.name == "sqlite":
        place = next(place for place, text in enumerate(statements) if "FROM need" in text)
        assert [text for text in statements[:place] if text.startswith("BEGIN")][-1] == "BEGIN"
    writes = [text for text in statements if text.startswith(("UPDATE", "INSERT"))]
    assert all(text.startswith("UPDATE job ") for text in writes)


def test_what_a_job_proposed_disappears_when_its_needs_are_taken(client, user, needs, monkeypatch):
    monkeypatch.setattr(proposals, "MOST_LIVE_NEEDS", 1)
    client.press("/behov/paketering/rakna")
    make.cohort(*needs, by=user)
    make.need(by=user, topic_id="T042")
    make.need(by=user, topic_id="T041")

    assert "Bilda gruppen" not in client.get("/behov/paketering").text


def test_many_proposals_are_shown_page_by_page(client, scope, user, monkeypatch):
    monkeypatch.setattr(proposals, "PAGE", 1)
    for topic_id in ("T023", "T024"):
        for _number in range(2):
            make.need(by=user, topic_id=topic_id)

    page = client.get("/behov/paketering").text
    # There are tables in the cards: the last of them is not where the next page begins.
    assert 'rel="next" href="/behov/paketering?sida=2#forslagen"' in page and 'id="forslagen"' in page
    assert 'rel="next"' not in client.get("/behov/paketering?sida=2").text


def test_a_group_shows_travel_providers_and_purchase(client, user, needs):
    cohort = make.cohort(*needs, by=user)
    factories_procurement.offering(factories_procurement.provider(by=user, name="Okänd"), by=user, topic_id="T023")
    version = procurement.current_workflow(clock.today()).version
    values = {"workflow_version": version, "route": "direct_award", "state": "draft", "values": {}}
    factories.add(Purchase(title="Svets i Flen", cohort_id=cohort.id, handler=user, **values))

    page = client.get(f"/behov/grupper/{cohort.id}").text

    assert "Okänd" in client.get(f"/behov/grupper/{cohort.id}/upplagg").text
    assert "Inköp: Svets i Flen" in page
    assert "Börja inköp" not in page
    listed, queries_for_one = client.get("/behov/grupper").text, client.queries
    assert "Svets i Flen" in listed and f'href="/behov/grupper/{cohort.id}/upplagg">Planerad<' in listed
    make.cohort(make.need(by=user), make.need(by=user), by=user)
    client.get("/behov/grupper")
    assert client.queries == queries_for_one


def test_a_group_at_a_distance_has_no_journeys(client, scope, user):
    needs = [make.need(by=user, preferred_mode=Mode.DISTANCE, women=2) for _number in range(2)]
    cohort = make.cohort(*needs, by=user, municipality_code=None)

    assert "Ingen, distans" in client.get(f"/behov/grupper/{cohort.id}").text


def test_a_group_is_dissolved_only_with_a_reason(client, user, needs):
    cohort = make.cohort(*needs, by=user)
    address = f"/behov/grupper/{cohort.id}/los-upp"

    assert "Skriv varför" in client.submit(address).text
    response = client.submit(address, dissolved_because="För få kom")

    assert response.location == f"/behov/grupper/{cohort.id}"
    assert queries.get_cohort(cohort.id).status is CohortStatus.DISSOLVED
    assert cohort.title in client.get("/behov/grupper?status=dissolved").text
    assert cohort.title not in client.get("/behov/grupper").text


def test_a_group_with_a_purchase_says_why_it_stays(client, user, needs):
    cohort = make.cohort(*needs, by=user)
    values = {"workflow_version": "1", "route": "direct_award", "state": "contracted", "values": {}}
    factories.add(Purchase(title="Svets", cohort_id=cohort.id, handler=user, **values))

    response = client.submit(f"/behov/grupper/{cohort.id}/los-upp", dissolved_because="Ändrat")

    assert response.status_code == 422
    assert "Avbryt inköpet" in response.text


def test_a_reader_sees_proposals_but_forms_no_group(client_for, user, needs):
    cohort = make.cohort(*needs, by=user)
    reader = client_for(Role.READER)

    assert "Bilda gruppen" not in reader.get("/behov/paketering").text
    assert reader.press("/behov/grupper/ny").status_code == 403
    assert reader.press("/behov/paketering/rakna").status_code == 403
    assert reader.get(f"/behov/grupper/{cohort.id}/los-upp").status_code == 403


def test_who_may_not_buy_is_led_to_no_page_of_purchases_but_told_whom_to_ask(client, client_for, user, needs):
    cohort = make.cohort(*needs, by=user)
    link, broker = f"/inkop/nytt?utbildningsgrupp={cohort.id}", client_for(Role.BROKER)
    page = f"/behov/grupper/{cohort.id}"
    assert link in client.get(page).text and link not in broker.get(page).text
    assert "Be den som köper in hos er börja det." in broker.get(page).text


def test_an_unknown_or_foreign_group_is_not_found(client, user):
    with acting_in(factories.organisation().id):
        cohort = make.cohort(make.need(by=user), make.need(by=user), by=user)

    for address in (f"/behov/grupper/{cohort.id}", f"/behov/grupper/{cohort.id}/los-upp", "/behov/grupper/999"):
        assert client.get(address).status_code == 404
