"""What becomes of tips: taken on about the right company, dismissed with a reason, and who gave them is forgotten."""

from datetime import timedelta

import pytest

from broker import access, audit, clock, database
from broker.access import Role
from broker.actions import Action
from broker.companies import queries as companies
from broker.extensions import db
from broker.leads.tips import forgetting, queries, service
from broker.leads.tips.models import TipAttempt, TipState
from tests import factories, factories_leads
from tests.client import form_values

NUMBER = "5560160680"


@pytest.fixture
def company(scope):
    return factories.company("Exempel Svets AB", number=NUMBER)


@pytest.fixture
def tip(scope):
    return factories_leads.tip(scope, company_name="Exempel Svets", tipper_name="Karin", tipper_reach="070")


@pytest.fixture
def numbered(scope):
    return factories_leads.tip(scope, company_name="Svetsarna", organisation_number=NUMBER)


def test_more_new_tips_than_a_page_shows_are_told_of(client, scope):
    for _number in range(50):
        factories_leads.tip(scope)
    assert "Det finns fler nya tips." not in client.get("/leads/tips").text

    factories_leads.tip(scope)

    assert "Det finns fler nya tips." in client.get("/leads/tips").text


def tasks_of(person):
    return companies.list_open_tasks(person.id, until=clock.today() + timedelta(days=30))


def test_a_tip_with_a_known_number_is_taken_on_with_one_press(client, user, company, numbered):
    url = f"/leads/tips/{numbered.id}"
    assert "Numret hör till Exempel Svets AB." in client.get(url).text
    answer = client.press(f"{url}/ta-hand-om", company_id=company.id)

    assert answer.location == f"/foretag/{company.id}"
    [task] = tasks_of(user)
    assert (task.title, task.company_id, task.due_on) == (
        "Följ upp tipset", company.id, clock.today() + timedelta(days=3)
    )  # fmt: skip
    engagement = companies.find_engagement(company.id)
    assert (engagement.owner_id, engagement.source) == (user.id, "Tips")
    tip = queries.get_tip(numbered.id)
    assert (tip.state, tip.company_id, tip.answered_by) == (TipState.TAKEN, company.id, user.name)
    assert [event.action for event in audit.history_of(tip)] == [Action.TIP_TAKEN]
    assert f"/leads/tips/{tip.id}" in client.get(f"/foretag/{company.id}/leads").text


def test_without_a_number_the_companies_of_that_name_are_offered_those_of_the_place_first(client, company, tip):
    elsewhere = factories.company("Exempel Svets i Flen AB", municipality_code="0482")
    here = factories.company("Exempel Svets i Sala AB", municipality_code="1981")
    page = client.get(f"/leads/tips/{tip.id}/ta-hand-om").text

    assert "error-text" not in page
    assert page.index(here.name) < page.index(elsewhere.name)
    answer = client.submit(f"/leads/tips/{tip.id}/ta-hand-om", company_id=str(company.id))
    assert answer.location == f"/foretag/{company.id}"


@pytest.mark.parametrize("chosen", [None, "", "x", "999999"])
def test_a_company_has_to_be_chosen_among_those_offered(client, company, tip, chosen):
    answer = client.submit(f"/leads/tips/{tip.id}/ta-hand-om", company_id=chosen)

    assert answer.status_code == 422
    assert queries.get_tip(tip.id).is_new


def test_another_name_can_be_looked_for(client, company, tip):
    other = factories.company("Sala Plåt AB")
    answer = client.submit(f"/leads/tips/{tip.id}/ta-hand-om?q=plåt", company_id=str(other.id))

    assert answer.location == f"/foretag/{other.id}"


def test_a_company_that_the_register_lacks_is_added_with_what_the_tip_says(client, user, tip):
    assert "Inget företag i registret heter så." in client.get(f"/leads/tips/{tip.id}/ta-hand-om").text
    url = f"/leads/tips/{tip.id}/nytt-foretag"
    values = form_values(client.get(url).text)
    assert (values["name"], values["post_town"], values["municipality_code"]) == ("Exempel Svets", "Sala", "1981")
    answer = client.submit(url, number=NUMBER)

    company = companies.find_company_by_number(NUMBER)
    assert answer.location == f"/foretag/{company.id}"
    assert queries.get_tip(tip.id).company_id == company.id
    assert len(tasks_of(user)) == 1


def test_a_number_that_another_company_has_is_refused(client, company, tip):
    answer = client.submit(f"/leads/tips/{tip.id}/nytt-foretag", number=NUMBER)

    assert answer.status_code == 422 and "har redan det numret" in answer.text
    assert queries.get_tip(tip.id).is_new


def test_what_we_knew_of_a_company_stays_when_a_tip_about_it_is_taken_on(client, organisation, user, company, numbered):
    colleague = factories.user(organisation=organisation)
    factories_leads.engaged(company, owner=colleague, source="Mässan", by=user)
    client.press(f"/leads/tips/{numbered.id}/ta-hand-om", company_id=company.id)

    engagement = companies.find_engagement(company.id)
    assert (engagement.owner_id, engagement.source) == (colleague.id, "Mässan")


def test_a_tip_is_dismissed_with_a_reason_that_the_chain_of_events_does_not_hold(client, tip):
    assert client.submit(f"/leads/tips/{tip.id}/avfarda", reason=" ").status_code == 422
    client.submit(f"/leads/tips/{tip.id}/avfarda", reason="Företaget finns inte.")

    dismissed = queries.get_tip(tip.id)
    assert (dismissed.state, dismissed.reason) == (TipState.DISMISSED, "Företaget finns inte.")
    [event] = audit.history_of(dismissed)
    assert (event.action, event.facts) == (Action.TIP_DISMISSED, {})
    assert "Företaget finns inte." in client.get(f"/leads/tips/{tip.id}").text


def test_a_tip_is_dealt_with_once(client, user, company, tip):
    service.dismiss_tip(tip, reason="Nej", by=user)
    db.session.commit()
    answer = client.press(f"/leads/tips/{tip.id}/ta-hand-om", company_id=company.id)

    assert answer.status_code == 422 and "Någon har redan hanterat tipset." in answer.text
    assert client.submit(f"/leads/tips/{tip.id}/avfarda", reason="Igen").status_code == 422
    assert tasks_of(user) == []


def test_a_reader_sees_tips_and_has_no_buttons(client_for, tip):
    page = client_for(Role.READER).get(f"/leads/tips/{tip.id}").text

    assert "Karin" in page and "Ta hand om" not in page and "Avfärda<" not in page


def test_many_tips_have_several_pages(client, scope, user):
    for number in range(30):
        row = factories_leads.tip(scope, company_name=f"Exempel {number:02}")
        service.dismiss_tip(row, reason="Nej", by=user)
    db.session.commit()
    first = client.get("/leads/tips").text

    assert "Exempel 29" in first and "Exempel 04" not in first
    assert "Exempel 04" in client.get(f"/leads/tips?fore={queries.list_answered()[1]}").text


@pytest.mark.parametrize(
    ("state", "days", "is_known"),
    [
        (TipState.NEW, 31, True),
        (TipState.NEW, 181, False),
        (TipState.TAKEN, 29, True),
        (TipState.TAKEN, 31, False),
        (TipState.DISMISSED, 31, False),
    ],
)
def test_who_gave_a_tip_is_forgotten_in_time(scope, tip, state, days, is_known):
    tip.state, tip.state_at = state, clock.now() - timedelta(days=days)
    tip.received_at = tip.state_at
    db.session.commit()
    forget()

    kept = queries.get_tip(tip.id)
    assert (kept.tipper_name, kept.tipper_reach) == (("Karin", "070") if is_known else (None, None))
    assert kept.company_name == "Exempel Svets"


def test_attempts_are_forgotten_when_they_no_longer_count(organisation):
    for minutes in (1, 61):
        moment = clock.now() - timedelta(minutes=minutes)
        db.session.add(TipAttempt(organisation_id=organisation.id, address="127.0.0.1", attempted_at=moment))
    db.session.commit()
    forget()

    assert queries.count_attempts(organisation.id, "127.0.0.1", since=clock.now() - timedelta(days=1)) == (1, 1)


def test_opening_closing_and_renewing_the_form_are_events(client, organisation, user):
    page = factories_leads.tip_page(organisation, by=user)
    for step in ("byt-adress", "stang", "stang", "oppna"):
        client.press(f"/administration/tips/{step}")

    with access.acting_in(organisation.id):
        actions = [event.action for event in audit.history_of(page)]
    assert actions == ["tip_page:opened", "tip_page:closed", "tip_page:renewed", "tip_page:opened"]


def forget():
    db.session.rollback()
    with database.writing():
        forgetting.forget_tippers()
    db.session.expire_all()
