"""Rules of how often we talk to companies: whom they are about, who is late, and the page that says so."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from broker import clock
from broker.access import Role
from broker.companies.models import Engagement, EngagementStatus
from broker.extensions import db
from broker.reminders import queries
from broker.reminders.models import ContactRule
from tests import factories
from tests.reminders.conftest import WEDNESDAY

PAGE = "/att-hora-av-sig"


@pytest.fixture
def today(at):
    at(WEDNESDAY, 9)
    return WEDNESDAY


def rule(months, **kind):
    return factories.add(ContactRule(months=months, **({"status": None, "tag": None, "least_employees": None} | kind)))


def engagement(name, last_contact_on=date(2026, 1, 5), **facts):
    defaults = {"status": EngagementStatus.ACTIVE, "tags": [], "created_at": datetime(2026, 1, 2, tzinfo=clock.SWEDEN)}
    company = factories.company(name)
    return factories.add(Engagement(company_id=company.id, last_contact_on=last_contact_on, **(defaults | facts)))


def overdue(today):
    rows = queries.list_overdue(queries.list_rules(), today, limit=10)
    return [(row.engagement.company.name, row.rule.months, row.days_late) for row in rows]


def test_a_company_is_late_the_day_after_its_time_has_passed(scope, today):
    rule(3)
    engagement("I tid", date(2026, 9, 2))
    engagement("Sen", date(2026, 9, 1))

    assert overdue(today) == [("Sen", 3, 1)]


def test_a_rule_is_about_status_tag_and_employees_together(scope, today):
    rule(6, status=EngagementStatus.ACTIVE, tag="måleri", least_employees=50)
    fits = {"tags": ["bygg", "måleri"], "employees": 50}
    engagement("Träff", **fits)
    engagement("Vilande", **(fits | {"status": EngagementStatus.RESTING}))
    engagement("Annan etikett", **(fits | {"tags": ["måleriet", "Måleri"]}))
    engagement("Litet", **(fits | {"employees": 49}))
    engagement("Okänt antal", **(fits | {"employees": None}))

    assert [name for name, *_rest in overdue(today)] == ["Träff"]


def test_the_rule_that_wants_the_most_contacts_is_the_one_told(scope, today):
    rule(9)
    rule(3, tag="viktig")
    engagement("Viktigt", tags=["viktig"])
    engagement("Vanligt")

    assert [(name, months) for name, months, _days in overdue(today)] == [("Viktigt", 3), ("Vanligt", 9)]


def test_a_company_that_was_never_talked_to_counts_from_when_the_relation_began(scope, today):
    rule(6)
    engagement("Nyss", None, created_at=datetime(2026, 11, 1, tzinfo=clock.SWEDEN))
    engagement("Länge", None)

    assert [name for name, *_rest in overdue(today)] == ["Länge"]


def test_who_does_not_want_to_hear_from_us_or_is_gone_is_never_late(scope, today):
    rule(1)
    engagement("Nej tack", status=EngagementStatus.DECLINED)
    engagement("Avfört").company.deregistered_on = date(2026, 3, 1)
    db.session.commit()

    assert overdue(today) == []


def test_a_tag_in_other_letters_is_another_tag(scope, today):
    rule(1, tag="Viktig")
    rule(60)
    engagement("Litet v", tags=["viktig"])

    assert overdue(today) == []


def test_without_rules_nobody_is_late(scope, today):
    engagement("Sen")

    assert overdue(today) == []


def test_a_rule_is_added_told_beside_the_companies_changed_and_removed(client, scope):
    row = engagement("Exempel Svets AB", date(2025, 1, 7), tags=["industri"], employees=60)

    added = client.submit(f"{PAGE}/regler/ny", months="6", tag="industri", least_employees="50", status="active")
    assert added.location == PAGE
    assert f'"{PAGE}"' in client.get("/").text
    page = client.get(PAGE).text
    assert f'"/foretag/{row.company_id}">Exempel Svets AB' in page
    assert "Aktiv, etiketten industri, minst 50 anställda: minst en kontakt på 6 månader" in page

    [stored] = db.session.scalars(select(ContactRule))
    client.submit(f"{PAGE}/regler/{stored.id}", months="60", tag="", least_employees="", status="")
    page = client.get(PAGE).text
    assert "Alla företag som vi har en relation till" in page and "Inget företag väntar på er" in page

    client.press(f"{PAGE}/regler/{stored.id}/ta-bort")
    assert "Ni har inga regler ännu" in client.get(PAGE).text


def test_a_rule_without_a_time_is_asked_for_one(client):
    refused = client.submit(f"{PAGE}/regler/ny", months="")

    assert refused.status_code == 422 and "Ange hur många månader" in refused.text


def test_a_reader_sees_the_list_but_changes_no_rule(client_for, scope):
    stored = rule(6)
    reader = client_for(Role.READER)

    page = reader.get(PAGE)
    assert page.status_code == 200 and "regler/" not in page.text
    assert reader.press(f"{PAGE}/regler/{stored.id}/ta-bort").status_code == 403
