"""Who took part and what it cost, month by month: what can be noted, and what it comes to beside the plan."""

from datetime import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker import access, audit, clock
from broker.errors import RefusedError
from broker.esf import join_service
from broker.esf import queries as esf
from broker.esf.outcomes import figures, queries, service
from broker.esf.outcomes.proposing import propose_month
from broker.esf.outcomes.situation import load_situation
from broker.extensions import db
from broker.needs.courses.models import Attendance, CourseSession
from tests import factories
from tests.client import form_values
from tests.factories_esf import month_before

NOBODY = dict.fromkeys(service.PEOPLE, 0) | {"hours": Decimal(0)}


def companies_of(project):
    rows = esf.list_contributions(project)
    return rows[0].cohort_id, [row.company_id for row in rows]


def note(project, user, month, **by_place):
    """Note the first and second company's month, by "first" and "second"."""
    cohort_id, keys = companies_of(project)
    rows = {keys[place]: NOBODY | by_place[name] for place, name in enumerate(("first", "second")) if name in by_place}
    service.save_participants(project, cohort_id, month, rows, by=user)
    db.session.commit()


def so_far(project):
    return load_situation(project.id).until(clock.today())


def test_months_add_up_and_stand_beside_what_was_planned(project, user):
    note(project, user, month_before(3), first={"women_began": 3, "men_began": 2, "hours": Decimal("50.5")})
    note(project, user, month_before(2), first={"women_finished": 3, "hours": Decimal(40)})
    note(project, user, month_before(2), second={"men_began": 4, "hours": Decimal(12)})

    total = figures.whole(so_far(project).parts)
    assert (total.began, total.finished.total) == (figures.People(3, 6, 0), 3)
    assert (total.hours, total.planned_hours) == (Decimal("102.5"), Decimal(480))
    assert (total.companies, total.planned_companies) == (2, 2)
    (line,) = figures.by_organisation(so_far(project).parts, "okänd")
    assert (line.name, line.began.total, line.planned.total) == (project.owner.name, 9, 12)


@pytest.mark.parametrize(
    ("month", "sentence"), [(-1, "Månaden har inte börjat"), (6, "projektets period"), (-30, "projektets period")]
)
def test_only_months_of_the_project_that_have_begun_can_be_noted(project, user, month, sentence):
    with pytest.raises(RefusedError, match=sentence):
        note(project, user, month_before(month), first={"women_began": 1})
    with pytest.raises(RefusedError, match=sentence):
        service.save_costs(project, month_before(month), {}, {}, by=user)


def test_nobody_finishes_who_has_not_begun_and_hours_need_people(project, user):
    with pytest.raises(service.CompanyRefusedError, match="Ange hur många") as refused:
        note(project, user, month_before(3), first={"hours": Decimal(8)})
    assert refused.value.field == "women_began"
    note(project, user, month_before(3), first={"women_began": 2})
    note(project, user, month_before(1), first={"women_finished": 2})

    # A correction of an earlier month is held to what later ones say.
    with pytest.raises(service.CompanyRefusedError, match="Fler har avslutat"):
        note(project, user, month_before(3), first={"women_began": 1})


COUNTS = st.tuples(st.integers(0, 3), st.integers(0, 3))


@given(months=st.lists(COUNTS, min_size=1, max_size=4))
def test_months_are_taken_exactly_while_no_more_have_finished_than_begun(months):
    rows = [
        figures.ParticipantMonth(
            month=month_before(len(months) - place), **NOBODY | {"men_began": began, "men_finished": done}
        )
        for place, (began, done) in enumerate(months)
    ]
    begun = finished = 0
    is_possible = True
    for began, done in months:
        begun, finished = begun + began, finished + done
        is_possible = is_possible and finished <= begun
    if is_possible:
        service.check_course(1, rows)
    else:
        with pytest.raises(service.CompanyRefusedError):
            service.check_course(1, rows)


def test_attended_hours_alone_are_cofinancing_by_the_formulas_of_the_budget(project, user):
    note(project, user, month_before(2), first={"women_began": 4, "hours": Decimal(100)})
    application = esf.load_application(project.id)
    leader, *_others, travel, _rooms = application.actors[0].budget_rows
    costs = {leader.id: (Decimal("10.5"), None), travel.id: (None, Decimal("1234.56"))}
    service.save_costs(project, month_before(2), costs, {}, by=user)
    db.session.commit()

    money = so_far(project).money
    # 10,5 h à 592, 15 % on it, and travel; 100 h à 290 from the companies; 46 % of the whole.
    assert (money.personnel, money.flat_rate_cost) == (Decimal("6216.00"), Decimal("932.40"))
    assert (money.direct_cost, money.in_kind) == (Decimal("8382.96"), Decimal("29000.00"))
    assert (money.cofinancing, money.support) == (Decimal("17196.16"), Decimal("20186.80"))
    assert money.owner_share + money.support == money.direct_cost


def test_a_row_that_leaves_the_budget_keeps_what_it_has_cost_and_an_empty_field_takes_it_away(project, user):
    row = esf.load_application(project.id).actors[0].budget_rows[-1]
    service.save_costs(project, month_before(2), {row.id: (None, Decimal(500))}, {}, by=user)
    row.is_active = False
    db.session.commit()
    assert so_far(project).money.other_costs == Decimal(500)

    service.save_costs(project, month_before(2), {row.id: (None, None)}, {}, by=user)
    db.session.commit()
    assert queries.list_costs(project) == []


def test_what_left_the_budget_or_the_days_of_the_project_is_corrected_where_it_stands(client, project, user):
    row = esf.load_application(project.id).actors[0].budget_rows[-1]
    month = month_before(3)
    service.save_costs(project, month, {row.id: (None, Decimal(500))}, {}, by=user)
    note(project, user, month, first={"women_began": 3, "hours": Decimal(30)})
    row.is_active = False
    project.starts_on = month_before(2)
    db.session.commit()
    cohort_id, (company_id, *_others) = companies_of(project)
    months = f"/projekt/{project.id}/genomforande/manader"
    here = f"{months}/{month:%Y-%m}"
    assert "Utanför projektets dagar" in client.get(months).text

    assert "inte längre i budgeten" in client.get(f"{here}/kostnader").text
    assert client.submit(f"{here}/kostnader", **{f"cost_{row.id}": ""}).status_code == 302
    people = {f"women_began_{company_id}": "0", f"hours_{company_id}": "0"}
    assert client.submit(f"{here}/grupper/{cohort_id}", **people).status_code == 302
    assert queries.list_costs(project) == []
    assert so_far(project).whole.began.total == 0


def test_the_hours_of_a_company_stand_beside_what_it_has_signed_for(project, user):
    note(project, user, month_before(2), first={"women_began": 4, "hours": Decimal(100)})
    for commitment in esf.load_application(project.id).commitments:
        commitment.signed_on, commitment.hours = clock.today(), 240
    db.session.commit()

    rows = figures.by_company(esf.load_application(project.id), so_far(project).parts)
    told = sorted((row.line.hours, row.promised, row.missing, row.value) for row in rows)
    assert told == [(0, 240, 240, 0), (100, 240, 140, Decimal("29000.00"))]


def test_a_company_that_leaves_keeps_what_its_people_did(project, user):
    note(project, user, month_before(2), first={"women_began": 4, "hours": Decimal(100)})
    for row in esf.list_contributions(project):
        row.left_out_reason = "Lades ner"
    db.session.commit()

    total = figures.whole(so_far(project).parts)
    assert (total.planned.total, total.began.total, total.hours) == (0, 4, 100)


def test_a_cohort_that_was_taken_out_keeps_its_months_and_they_can_be_corrected(client, project, user):
    cohort_id, (company_id, _other) = companies_of(project)
    note(project, user, month_before(2), first={"women_began": 4, "hours": Decimal(100)})
    join_service.take_out_cohort(project, cohort_id, reason="Lades ner", by=user)
    db.session.commit()

    month = f"/projekt/{project.id}/genomforande/manader/{month_before(2):%Y-%m}"
    assert "Utbildningsgrupp tagen ur projektet" in client.get(month).text
    address = f"{month}/grupper/{cohort_id}"
    assert client.submit(address, **{f"hours_{company_id}": "90"}).status_code == 302
    assert figures.whole(so_far(project).parts).hours == 90


def test_our_own_attendance_is_put_forward_by_the_length_of_the_sessions(client, project, user):
    cohort_id, (company_id, _other) = companies_of(project)
    for months, ends_at in ((2, time(12)), (1, time(15))):
        times = {"day": month_before(months), "starts_at": time(9), "ends_at": ends_at}
        db.session.add(CourseSession(cohort_id=cohort_id, **times))
    people = {"women": 2, "men": 1, "unknown_sex": 0, "unknown_minutes": 0}
    minutes = {"women_minutes": 900, "men_minutes": 500}
    db.session.add(Attendance(cohort_id=cohort_id, company_id=company_id, **people, **minutes))
    db.session.commit()

    first, second = (propose_month(cohort_id, month_before(months))[company_id] for months in (2, 1))
    assert (first["women_began"], first["men_began"], first["women_finished"]) == (2, 1, 0)
    assert (second["women_began"], second["women_finished"], second["men_finished"]) == (0, 2, 1)
    # A third of the sessions' time is in the first month; 1 400 minutes are 23,33 hours.
    assert (first["hours"], second["hours"]) == (Decimal("7.78"), Decimal("15.55"))
    assert propose_month(cohort_id, month_before(0)) == {}

    address = f"/projekt/{project.id}/genomforande/manader/{month_before(2):%Y-%m}/grupper/{cohort_id}"
    page = client.get(address).text
    assert "hämtade ur närvaron" in page
    assert form_values(page)[f"hours_{company_id}"] == "7,78"
    with access.acting_in(factories.organisation().id):
        assert propose_month(cohort_id, month_before(2)) == {}


def test_a_month_in_which_one_company_is_wrong_is_not_half_changed(client, project, user):
    cohort_id, (first, second) = companies_of(project)
    note(project, user, month_before(2), first={"women_began": 3})
    address = f"/projekt/{project.id}/genomforande/manader/{month_before(2):%Y-%m}/grupper/{cohort_id}"
    wrong = client.submit(address, **{f"women_began_{first}": "5", f"women_finished_{second}": "9"})
    assert wrong.status_code == 422
    assert "Noterat hittills: 3 började" in wrong.text
    assert form_values(wrong.text)[f"women_began_{first}"] == "5"


def test_what_a_month_said_before_is_in_the_history(project, user):
    leader = esf.load_application(project.id).actors[0].budget_rows[0]
    for hours in ("10.5", "12"):
        service.save_costs(project, month_before(2), {leader.id: (Decimal(hours), None)}, {}, by=user)
        db.session.commit()
    note(project, user, month_before(2), first={"women_began": 3})

    told = [event.facts.get("figures") for event in audit.history_of(project, shared=True)]
    assert told[1] == {f"budget_row {leader.id}": {"hours": ["10.50", "12"]}}
    _cohort_id, (company_id, _other) = companies_of(project)
    assert told[0] == {f"company {company_id}": {"women_began": [0, 3]}}


def test_the_month_is_filled_in_on_pages_and_two_who_do_so_meet(client, project, user):
    cohort_id, (company_id, _other) = companies_of(project)
    month = f"{month_before(2):%Y-%m}"
    address = f"/projekt/{project.id}/genomforande/manader/{month}/grupper/{cohort_id}"

    sent = {f"women_began_{company_id}": "3", f"hours_{company_id}": "24,5"}
    assert client.submit(address, **sent).status_code == 302
    page = client.get(f"/projekt/{project.id}/genomforande/manader/{month}").text
    assert "24,5" in page
    late = client.submit(address, **sent | {"version": "0", f"women_began_{company_id}": "5"})
    assert late.status_code == 409
    assert "Kvinnor som började" in late.text

    wrong = client.submit(address, **{f"women_finished_{company_id}": "9"})
    assert wrong.status_code == 422
    assert "Fler har avslutat än som har börjat" in wrong.text


def test_costs_are_filled_in_on_a_page_and_shown_by_month(client, project, user):
    leader = esf.load_application(project.id).actors[0].budget_rows[0]
    month = f"{month_before(1):%Y-%m}"
    address = f"/projekt/{project.id}/genomforande/manader/{month}/kostnader"
    assert client.submit(address, **{f"cost_{leader.id}": "143,33"}).status_code == 302

    page = client.get(f"/projekt/{project.id}/genomforande/manader/{month}").text
    assert "84\N{NO-BREAK SPACE}851,36" in page
    assert client.submit(address, **{f"cost_{leader.id}": "många"}).status_code == 422

    # Taken away and noted anew, the row may have the same key as before.
    seen = form_values(client.get(address).text)["version"]
    for hours in ("", "20"):
        assert client.submit(address, **{f"cost_{leader.id}": hours}).status_code == 302
    late = client.submit(address, **{f"cost_{leader.id}": "143,33", "version": seen})
    assert late.status_code == 409
    assert client.get(f"/projekt/{project.id}/genomforande/manader/1999-01").status_code == 404
