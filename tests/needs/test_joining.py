"""A need that waits is taken into a group that is formed, if its rules allow it."""

from datetime import time, timedelta

import pytest

from broker import access, audit, clock
from broker.access import Role
from broker.extensions import db
from broker.needs import queries
from broker.needs.cohorts import joining
from broker.needs.confirmations.queries import list_parts
from broker.needs.courses import service as courses
from broker.needs.models import NeedStatus
from tests import factories, factories_esf, factories_procurement
from tests import factories_needs as make


@pytest.fixture
def cohort(scope, user):
    row = make.cohort(*(make.need(by=user, men=1) for _number in range(2)), by=user)
    db.session.commit()
    return row


@pytest.fixture
def page(cohort):
    return f"/behov/grupper/{cohort.id}/ta-in"


def told_of(cohort, need):
    return [str(stop) for row in joining.list_candidates(cohort) if row.need.id == need.id for stop in row.stops]


def test_one_more_company_is_taken_in_by_one_tap_and_is_asked_next(client, page, cohort, user):
    need = make.need(by=user, company=factories.company("Exempel Nytt AB"))
    db.session.commit()
    assert f'href="{page}"' in client.get(f"/behov/grupper/{cohort.id}").text
    shown = client.get(page).text
    assert "Exempel Nytt AB" in shown and "Gruppen är 4 deltagare" in shown

    answer = client.press(page, page, need_id=need.id, part=0)

    assert answer.location == f"/behov/grupper/{cohort.id}/bekraftelser"
    assert "Exempel Nytt AB är med i gruppen" in client.get(answer.location).text
    db.session.refresh(need)
    assert need.status is NeedStatus.IN_COHORT and queries.get_cohort(cohort.id).participants == 7
    assert "Exempel Nytt AB" in [part.company.name for part in list_parts(queries.get_cohort(cohort.id))]
    [joined] = [event for event in audit.history_of(cohort) if event.action == "cohort:joined"]
    assert joined.facts == {"company": "Exempel Nytt AB", "people": 3}
    again = client.press(page, page, need_id=need.id, part=0)
    assert "Behovet väntar inte längre" in client.get(again.location).text
    assert queries.get_cohort(cohort.id).participants == 7


def test_a_company_that_has_answered_is_asked_anew_when_more_of_its_people_come(client, page, cohort, user):
    company = cohort.members[0].need.company
    asking = f"/behov/grupper/{cohort.id}/bekraftelser"
    client.submit(f"{asking}/foretag/{company.id}", takes_part="True", women="1", men="1", unknown_sex="0")
    assert "1 av 2 företag har bekräftat" in client.get(asking).text
    more = make.need(by=user, company=company, women=1, men=0)
    db.session.commit()

    client.press(page, page, need_id=more.id, part=0)

    shown = client.get(asking).text
    assert "0 av 2 företag har bekräftat" in shown and "Väntar på svar" in shown and "Ändra till" not in shown


def test_where_else_the_change_matters_is_said(client, page, cohort, scope, user):
    factories_esf.join(factories_esf.project(scope, user), cohort, user)
    purchase = factories_procurement.purchase(by=user, state="contract_signed")
    purchase.cohort_id = cohort.id
    need = make.need(by=user)
    db.session.commit()
    assert "pröva att ändringen ryms i det (17 kap. 8–14 §§ LOU)" in client.get(page).text

    answer = client.press(page, page, need_id=need.id, part=0)

    assert "Ändra bidraget där också" in client.get(answer.location).text


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"municipality_code": "1280", "max_km": 20}, "men företaget reser högst 20 km."),
        ({"languages": ["en"]}, "Deltagarna läser inte på gruppens språk."),
        ({"hours": 400}, "Behovet är 400 timmar, men gruppen läser 40."),
        ({"women": 5, "men": 0}, "Företaget har 5, gruppen har plats för 4 till."),
    ],
)
def test_what_does_not_fit_is_said_and_refused(client, page, cohort, user, values, sentence):
    need = make.need(by=user, **values)
    db.session.commit()

    assert sentence in client.get(page).text
    refused = client.press(page, page, need_id=need.id, part=0)

    assert sentence in client.get(refused.location).text
    db.session.refresh(need)
    assert need.is_clarified and queries.get_cohort(cohort.id).participants == 4


def test_the_days_of_the_sessions_decide_and_not_weeks_in_a_row(cohort, user):
    narrow = make.need(by=user, latest_on=cohort.ends_on + timedelta(days=1))
    assert told_of(cohort, narrow) == []

    courses.add_sessions(cohort, [cohort.ends_on + timedelta(days=5)], starts_at=time(9), ends_at=time(12), by=user)

    assert told_of(cohort, narrow) == ["Perioden överlappar inte."]


def test_a_chosen_offering_gives_no_more_places_than_it_has(cohort, user):
    provider = factories_procurement.vetted_provider(by=user)
    offering = factories_procurement.offering(provider, by=user, topic_id="T023", capacity=6)
    cohort.offering_id = offering.id
    db.session.commit()

    assert told_of(cohort, make.need(by=user)) == ["Företaget har 3, gruppen har plats för 2 till."]


def test_another_part_of_a_large_need_joins_and_the_need_is_placed_with_its_last(scope, user):
    roomy = {"by": user, "topic_id": "T002"}
    largest = queries.cohort_rules(clock.today()).group_of("T002").largest
    large = make.need(women=largest, men=1, **roomy)
    first, second = (make.cohort(*(make.need(men=1, **roomy) for _number in range(2)), by=user) for _group in range(2))
    assert {row.part for row in joining.list_candidates(first) if row.need.id == large.id} == {0, 1}

    joining.take_in(first, large.id, 0, by=user)
    assert large.is_clarified
    joining.take_in(second, large.id, 1, by=user)

    assert large.status is NeedStatus.IN_COHORT


def test_nobody_joins_once_the_training_has_begun(client, page, cohort, user, monkeypatch):
    need = make.need(by=user)
    db.session.commit()
    first_day = cohort.starts_on
    monkeypatch.setattr(clock, "today", lambda: first_day)

    assert page not in client.get(f"/behov/grupper/{cohort.id}").text
    assert client.press(page, "/behov", need_id=need.id, part=0).location == f"/behov/grupper/{cohort.id}"
    with pytest.raises(joining.JoinRefusedError):
        joining.take_in(cohort, need.id, 0, by=user)


def test_another_organisation_takes_nothing_in(client_for, page, cohort, user):
    need_id = make.need(by=user).id
    other = factories.organisation()
    stranger = client_for(Role.BROKER, organisation=other)
    db.session.commit()

    assert stranger.get(page).status_code == 404
    assert stranger.press(page, need_id=need_id, part=0).status_code == 404
    with access.acting_in(other.id):
        assert queries.list_open_needs() == []
