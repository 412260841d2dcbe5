"""What comes next with a company, as the list of companies tells it and narrows by it."""

from datetime import time, timedelta

import pytest

from broker import clock
from broker.access import Role, acting_in
from broker.companies import queries, service
from broker.companies.models import InteractionKind
from broker.companies.narrowing import CompanyFilter
from broker.companies.steps import nearest_steps
from broker.extensions import db
from tests import factories


@pytest.fixture
def company(scope):
    company = factories.company("Exempel Svets AB")
    service.engage(company)
    db.session.commit()
    return company


def add_task(company, user, title="Ring igen", *, days=3, **plan):
    task = service.add_task(title=title, due_on=clock.today() + timedelta(days=days), company=company, by=user, **plan)
    db.session.commit()
    return task


def first_row(page):
    return page.text.split("<tbody", 1)[1].split("</tr>", 1)[0]


def test_the_nearest_of_several_steps_is_the_one_that_is_shown(client, company, user):
    add_task(company, user, "Skicka förslag", days=9)
    add_task(company, user, "Se verkstaden", days=2, kind=InteractionKind.VISIT, starts_at=time(13))
    add_task(company, user, "Boka lokal", days=2, starts_at=time(15))
    service.finish_task(add_task(company, user, "Ring upp", days=1), by=user)
    db.session.commit()

    row = first_row(client.get("/foretag"))

    assert "Besök: Se verkstaden" in row and "kl. 13:00" in row and "Försenad" not in row
    assert "Skicka" not in row and "Boka" not in row and "Ring upp" not in row


def test_a_step_whose_day_has_passed_is_marked_and_today_is_not_late(client, company, user):
    late, today = add_task(company, user, days=-1), add_task(factories.company("Zenit AB"), user, days=0)

    found = nearest_steps([late.company_id, today.company_id])

    assert {key: step.is_late for key, step in found.items()} == {late.company_id: True, today.company_id: False}
    assert "Försenad" in first_row(client.get("/foretag"))


def test_the_step_stands_in_the_file_with_its_day_first(client, company, user):
    add_task(company, user, "=Ring igen", days=-2)

    file = client.press("/foretag/lista.csv?vara=y&kol=nasta").text.splitlines()

    day = clock.today() - timedelta(days=2)
    assert file == ["\ufeffNamn;Nästa steg", f"Exempel Svets AB;{day}: =Ring igen (försenat)"]


def test_a_list_without_the_column_does_not_ask_for_steps(client, company, user):
    add_task(company, user)

    assert "Ring igen" not in client.get("/foretag?kol=ort").text


def test_who_may_only_read_sees_the_step_without_a_way_to_change_it(client_for, company, user):
    task = add_task(company, user)

    page = client_for(Role.READER).get("/foretag").text

    assert "Ring igen" in page and f'href="/uppgifter/{task.id}' not in page


def test_companies_of_ours_without_a_step_are_found_and_the_sentence_says_so(client, company, user, scope):
    planned, done = factories.company("Planerad AB"), factories.company("Avslutad AB")
    factories.company("Okänd AB")
    for other in (planned, done):
        factories.interaction(other, by=user)
        task = add_task(other, user)
    service.finish_task(task, by=user)
    db.session.commit()

    page = client.get("/foretag?utan_steg=y")

    found = queries.list_companies(CompanyFilter(without_step=True))
    assert [row[0].name for row in found.rows] == ["Avslutad AB", "Exempel Svets AB"] and found.count == 2
    assert "som vi har en relation till men inget planerat med" in page.text
    searched = queries.list_companies(CompanyFilter(text="AB", without_step=True))
    assert {row[0].name for row in searched.rows} <= {"Avslutad AB", "Exempel Svets AB"}


def test_the_step_of_another_organisation_is_neither_shown_nor_counted(company, user, client):
    other = factories.organisation()
    with acting_in(other.id):
        theirs = factories.user(organisation=other)
        add_task(company, theirs, "Deras steg")

    assert nearest_steps([company.id]) == {}
    assert "Deras steg" not in client.get("/foretag").text
    assert queries.list_companies(CompanyFilter(without_step=True)).count == 1


def test_a_page_full_of_steps_asks_no_more_than_an_empty_one(client, user, scope):
    # The client itself refuses more questions than a page may ask.
    for number in range(30):
        add_task(factories.company(f"Exempel {number:02} AB"), user, f"Steg {number:02}", days=number)

    page = client.get("/foretag?utan_steg=")
    asked = client.queries

    assert page.text.count("Steg ") == queries.PAGE
    client.get("/foretag?q=finns+inte")
    assert asked <= client.queries + 1


def test_a_step_without_a_time_comes_first_of_its_day(company, user):
    add_task(company, user, "Sen", days=1, starts_at=time(16))
    add_task(company, user, "Utan tid", days=1)

    assert nearest_steps([company.id])[company.id].title == "Utan tid"
