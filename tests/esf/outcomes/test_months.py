"""Who took part and what it cost, month by month: what can be noted, and what it comes to beside the plan."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker import clock
from broker.errors import RefusedError
from broker.esf import queries as esf
from broker.esf.outcomes import figures, queries, service
from broker.esf.outcomes.situation import load_situation
from broker.extensions import db
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


def test_the_month_is_filled_in_on_pages_and_two_who_do_so_meet(client, project, user):
    cohort_id, (company_id, _other) = companies_of(project)
    month = f"{month_before(2):%Y-%m}"
    address = f"/projekt/{project.id}/genomforande/manader/{month}/grupper/{cohort_id}"
    first, second = client.get(address), client.get(address)
    assert first.status_code == second.status_code == 200

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
    assert client.get(f"/projekt/{project.id}/genomforande/manader/1999-01").status_code == 404
