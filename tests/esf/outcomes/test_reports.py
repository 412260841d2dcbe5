"""Reports that stay as they were, what the funder and politicians are shown, and the links by which they see it."""

import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker import access, clock
from broker.access import Role
from broker.clock import add_months
from broker.documents.blocks import Grid
from broker.errors import RefusedError
from broker.esf import queries as esf
from broker.esf.budgets.spreading import Period
from broker.esf.grants import service as grants
from broker.esf.grants.models import ChangeState, EvidenceKind
from broker.esf.models import Activity
from broker.esf.outcomes import queries, service
from broker.esf.outcomes.figures import Line, Part
from broker.esf.outcomes.models import Audience, ParticipantMonth, ReportKind, ResultState
from broker.esf.outcomes.reports import as_stored, build_for, build_report, from_stored, merge_small
from broker.esf.outcomes.situation import load_situation
from broker.esf.outcomes.waiting import list_owed, quarters
from broker.extensions import db
from broker.formatting import month as in_words
from tests import factories
from tests.esf.outcomes.test_months import NOBODY
from tests.factories_esf import month_before


def note(project, user, month, *, people=4, hours=100):
    row = esf.list_contributions(project)[0]
    values = NOBODY | {"women_began": people, "hours": Decimal(hours)}
    service.save_participants(project, row.cohort_id, month, {row.company_id: values}, by=user)
    db.session.commit()


def words(blocks):
    return " ".join(str(block) for block in blocks)


def base(project):
    return f"/projekt/{project.id}/genomforande"


def quarter_of(project, month):
    period = Period(project.starts_on, project.ends_on)
    return next(row for row in quarters(period, 3) if row.starts_on <= month <= row.ends_on)


def sums_of(blocks, title):
    rows = next(block.rows for block in blocks if isinstance(block, Grid) and block.header[0] == "Summa")
    return next(row for row in rows if row[0] == title)


def test_a_report_stays_as_it_was_and_says_what_was_corrected_afterwards(client, project, user):
    note(project, user, month_before(4))
    quarter = quarter_of(project, month_before(4))
    sent = client.submit(f"{base(project)}/rapporter", period=quarter.ends_on.isoformat())
    assert sent.status_code == 302
    assert "säger detsamma som projektet nu" in client.get(sent.location).text
    paper = client.get(f"{sent.location}/pdf")
    assert paper.data.startswith(b"%PDF")

    note(project, user, month_before(4), people=3)
    page = client.get(sent.location).text
    assert "har rättats efteråt" in page
    assert client.get(f"{sent.location}/pdf").data == paper.data
    (report,) = queries.list_reports(project)
    report.number = 2
    with pytest.raises(RuntimeError, match="written once"):
        db.session.flush()


def test_a_form_sent_twice_takes_out_one_report(client, project):
    quarter = quarter_of(project, month_before(4))
    token = client.get(f"{base(project)}/rapporter").text.split('name="token" value="')[1].split('"')[0]
    for _press in range(2):
        sent = client.submit(f"{base(project)}/rapporter", period=quarter.ends_on.isoformat(), token=token)
        assert sent.status_code == 302
    assert len(queries.list_reports(project)) == 1


def test_a_project_that_begins_within_a_month_tells_all_of_it_in_its_first_quarter(project, user):
    project.starts_on = month_before(5).replace(day=15)
    db.session.commit()
    note(project, user, month_before(5))
    leader = esf.load_application(project.id).actors[0].budget_rows[0]
    service.save_costs(project, month_before(5), {leader.id: (Decimal(10), None)}, {}, by=user)
    db.session.commit()

    told = build_report(load_situation(project.id), quarter_of(project, month_before(5).replace(day=15)))
    (people, *_others) = (block for block in told if isinstance(block, Grid) and block.header[0] == "Organisation")
    assert people.rows[-1][:2] == ("Hela projektet", "4")
    assert sums_of(told, "Personal")[1] == sums_of(told, "Personal")[2]
    assert as_decimal(sums_of(told, "Personal")[1]) == 5920


def test_what_happens_later_is_no_correction_of_a_report_and_plans_are_our_own(client, project, user):
    quarter = quarter_of(project, month_before(4))
    said = {"text": "Få anmälda", "noticed_on": quarter.starts_on}
    deviation = grants.save_deviation(project, None, said, by=user)
    planned = {"kind": "period", "text": "Tre månader till", "state": ChangeState.PLANNED}
    change = grants.save_change(project, None, planned, by=user)
    db.session.commit()
    sent = client.submit(f"{base(project)}/rapporter", period=quarter.ends_on.isoformat())
    assert "Tre månader till" not in words(build_for(Audience.FUNDER, load_situation(project.id)))

    grants.save_deviation(project, deviation, {"settled_on": clock.today()}, by=user)
    grants.save_change(project, change, {"state": ChangeState.ASKED, "asked_on": clock.today()}, by=user)
    paper = {"kind": EvidenceKind.COST, "title": "Faktura", "file_name": "a.txt", "month": month_before(0)}
    grants.add_evidence(project, io.BytesIO(b"x"), **paper, by=user)
    db.session.commit()
    assert "säger detsamma som projektet nu" in client.get(sent.location).text
    for_funder = words(build_for(Audience.FUNDER, load_situation(project.id)))
    assert "Tre månader till" in for_funder
    assert "Öppen" not in for_funder


def test_what_people_outside_are_told_names_nobody(project, user):
    company, other = (row.company for row in esf.list_contributions(project))
    factories.person(company, "Siv Svetsare")
    other.organisation_number, other.identity_hash, other.name = None, "x", "Nils Nilssons Smide"
    said = f"Siv Svetsare på {company.name}, 850709-9805, och Nils Nilssons Smide slutade"
    grants.save_deviation(project, None, {"text": said, "noticed_on": month_before(4)}, by=user)
    milestone = esf.load_application(project.id).goals[0].milestones[0]
    measured = {"measured_on": clock.today(), "value": said, "state": ResultState.ON_WAY}
    service.save_result(project, milestone, None, measured, by=user)
    note(project, user, month_before(4))

    situation = load_situation(project.id)
    for_funder = words(build_for(Audience.FUNDER, situation))
    for_politicians = words(build_for(Audience.POLITICIANS, situation))
    report = words(build_report(situation, quarter_of(project, month_before(4))))
    for text in (for_funder, for_politicians, report):
        assert "slutade" in text
        assert not any(secret in text for secret in ("Svetsare", "9805", "Nilsson"))
    assert company.name in for_funder
    assert company.name not in for_politicians


def test_what_quarters_tell_adds_up_to_the_whole_to_the_ore(project, user):
    leader = esf.load_application(project.id).actors[0].budget_rows[0]
    for months in range(1, 6):
        note(project, user, month_before(months), people=1, hours=Decimal("33.33"))
        service.save_costs(project, month_before(months), {leader.id: (Decimal("7.77"), None)}, {}, by=user)
    db.session.commit()
    situation, period = load_situation(project.id), Period(project.starts_on, project.ends_on)

    for title in ("Schablon", "Medfinansiering (C)", "Stöd (S)"):
        told = [sums_of(build_report(situation, row), title)[1] for row in quarters(period, 3)]
        whole = sums_of(build_report(situation, period), title)[1]
        assert sum(as_decimal(amount) for amount in told) == as_decimal(whole)


def as_decimal(amount):
    return Decimal(amount.replace("\N{NO-BREAK SPACE}", "").removesuffix("kr").replace(",", "."))


DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))


@given(first=DAYS, length=st.integers(0, 1000), months_each=st.sampled_from([1, 2, 3, 4, 6]))
def test_quarters_cover_the_project_without_gaps(first, length, months_each):
    project = Period(first, first + timedelta(days=length))
    rows = quarters(project, months_each)
    assert (rows[0].starts_on, rows[-1].ends_on) == (project.starts_on, project.ends_on)
    assert all(later.starts_on - earlier.ends_on == timedelta(days=1) for earlier, later in pairwise(rows))


COUNTS = st.lists(st.integers(0, 12), max_size=8)


@given(counts=COUNTS, fewest=st.integers(2, 6))
def test_no_small_place_is_told_apart_or_reckoned_out(counts, fewest):
    lines = [
        Line(f"Ort {place}", (Part(1, None, (), (ParticipantMonth(**NOBODY | {"women_began": count}),)),))
        for place, count in enumerate(counts)
    ]
    told = merge_small(lines, fewest, "Övriga")

    assert sum(line.began.total for line in told) == sum(counts)
    small = [line for line in told if 0 < line.began.total < fewest]
    # Only when all places together are too few is there a small one left, and then it is all that there is.
    assert not small or sum(counts) < fewest
    assert len(small) <= 1


def test_one_man_among_many_women_is_not_told_to_politicians(project, user):
    row = esf.list_contributions(project)[0]

    def told(women, men):
        values = NOBODY | {"women_began": women, "men_began": men}
        service.save_participants(project, row.cohort_id, month_before(3), {row.company_id: values}, by=user)
        db.session.commit()
        blocks = build_for(Audience.POLITICIANS, load_situation(project.id))
        return [block.rows[0][2:] for block in blocks if isinstance(block, Grid) and block.header[1] == "Företag"]

    assert told(7, 1) == [("", "", "", "8")] * 2
    assert told(5, 6) == [("5", "6", "0", "11")] * 2
    assert told(1, 1) == [("", "", "", "Färre än 5")] * 2


def test_the_funder_sees_companies_but_no_sole_trader_and_politicians_no_company(project, user):
    company = esf.list_contributions(project)[0].company
    note(project, user, month_before(3))
    for_funder, for_politicians = (
        words(build_for(audience, load_situation(project.id))) for audience in (Audience.FUNDER, Audience.POLITICIANS)
    )
    assert company.name in for_funder
    assert company.name not in for_politicians
    assert "1 av 2 planerade företag deltar" in for_politicians
    assert "Färre än 5 av 12 planerade personer" in for_politicians
    note(project, user, month_before(3), people=5)
    assert "5 av 12 planerade personer" in words(build_for(Audience.POLITICIANS, load_situation(project.id)))

    company.organisation_number, company.identity_hash = None, "x"
    db.session.commit()
    assert company.name not in words(build_for(Audience.FUNDER, load_situation(project.id)))


def test_whoever_has_an_open_link_sees_the_page_and_nobody_after_it_is_closed(client, app, project, monkeypatch):
    monkeypatch.setitem(app.config, "BASE_URL", "https://broker.example")
    last = (clock.today() + timedelta(days=10)).isoformat()
    page = f"{base(project)}/for-fortroendevalda"
    token = client.get(page).text.split('name="token" value="')[1].split('"')[0]
    fields = {"audience": "politicians", "open_until": last, "token": token}
    assert client.press(f"{base(project)}/resultat/lankar", page=page, **fields).status_code == 302
    (link,) = queries.list_links(project)
    assert f'value="https://broker.example/resultat/{link.token}"' in client.get(page).text

    outside = app.test_client()
    shown = outside.get(f"/resultat/{link.token}")
    assert project.name in shown.text
    assert "planerade företag deltar" in shown.text
    assert outside.get("/resultat/okand").status_code == 404
    assert outside.get(base(project)).status_code == 302

    assert client.press(f"{base(project)}/resultat/lankar/{link.id}/stang", page=page).status_code == 302
    closed = outside.get(f"/resultat/{link.token}")
    assert closed.status_code == 410
    assert project.name not in closed.text


def test_a_link_ends_by_its_day_and_is_never_for_the_past_or_for_ever(project, user, app):
    for days, sentence in ((-1, "från och med i dag"), (400, "Gör en ny länk")):
        with pytest.raises(RefusedError, match=sentence):
            service.open_link(project, Audience.FUNDER, open_until=clock.today() + timedelta(days=days), by=user)
    link = service.open_link(project, Audience.FUNDER, open_until=clock.today(), by=user)
    db.session.commit()
    assert app.test_client().get(f"/resultat/{link.token}").status_code == 200
    link.open_until = clock.today() - timedelta(days=1)
    db.session.commit()
    assert app.test_client().get(f"/resultat/{link.token}").status_code == 410


def test_a_report_is_kept_as_plain_data_and_read_again_as_it_was(project, user):
    blocks = build_report(load_situation(project.id), quarter_of(project, month_before(4)))
    report = service.keep_report(
        project, ReportKind.QUARTER, Period(project.starts_on, project.ends_on), blocks, by=user
    )
    db.session.commit()
    db.session.expire_all()
    assert from_stored(report.blocks) == from_stored(as_stored(blocks)) == blocks


def test_targets_are_measured_corrected_and_overdue_ones_are_said(client, project, user):
    milestone = esf.load_application(project.id).goals[0].milestones[0]
    milestone.due_on = month_before(1)
    db.session.commit()
    assert "skulle vara nått" in client.get(base(project)).text

    sent = {"measured_on": clock.today().isoformat(), "value": "9 intyg", "state": "missed"}
    assert client.submit(f"{base(project)}/mal/{milestone.id}/ny", **sent).status_code == 302
    page = client.get(f"{base(project)}/mal").text
    assert "9 intyg" in page
    assert "skulle vara nått" not in client.get(base(project)).text
    (result,) = load_situation(project.id).results
    assert (
        client.submit(f"{base(project)}/mal/matningar/{result.id}", value="12 intyg", state="reached").status_code
        == 302
    )
    assert "12 intyg" in words(build_for(Audience.FUNDER, load_situation(project.id)))
    assert client.press(f"{base(project)}/mal/matningar/{result.id}/ta-bort", version=2).status_code == 302
    assert load_situation(project.id).results == []


def test_what_is_owed_goes_away_as_it_is_done(project, user):
    def owed():
        situation = load_situation(project.id)
        rows = list_owed(situation, [])
        return [(row.sentence.text.split(" ")[0], row.sentence.facts) for row in rows]

    costs = ("Kostnaderna", {"month": in_words(month_before(3))})
    assert costs in owed()
    leader = esf.load_application(project.id).actors[0].budget_rows[0]
    service.save_costs(project, month_before(3), {leader.id: (Decimal(1), None)}, {}, by=user)
    db.session.commit()
    assert costs not in owed()

    over = [row for row in quarters(Period(project.starts_on, project.ends_on), 3) if row.ends_on < clock.today()]
    assert sum(name == "Rapporten" for name, _facts in owed()) == len(over)
    service.keep_report(project, ReportKind.QUARTER, over[0], [], by=user)
    db.session.commit()
    assert sum(name == "Rapporten" for name, _facts in owed()) == len(over) - 1


def test_a_quarter_whose_report_was_taken_out_too_early_is_owed_when_it_is_over(project, user):
    quarter = quarter_of(project, month_before(0))
    service.keep_report(project, ReportKind.QUARTER, quarter, [], by=user)
    db.session.commit()
    situation = load_situation(project.id)
    later = replace(situation.application, today=quarter.ends_on + timedelta(days=1))
    reports = [
        row.sentence.facts
        for row in list_owed(replace(situation, application=later), [])
        if "Rapporten" in row.sentence.text
    ]
    assert {"first": quarter.starts_on, "last": quarter.ends_on} in reports


def test_what_is_owed_leads_only_to_pages_that_the_reader_may_open(client_for, project):
    page = client_for(Role.READER).get(base(project)).text
    assert "ska underteckna" in page
    assert f"{base(project)}/beslut" not in page
    assert f"{base(project)}/rapporter" not in page


def test_the_last_claim_and_the_final_figures_count_from_the_last_day_of_the_project(project):
    project.ends_on = month_before(1).replace(day=15)
    db.session.commit()
    due = {row.sentence.text.split(" ")[0]: row.due_on for row in list_owed(load_situation(project.id), [])}
    ends_on = add_months(project.ends_on, 2)
    assert (due["Kostnaderna"], due["Projektet"]) == (ends_on, ends_on)


def test_that_nobody_came_is_noted_and_only_what_cohorts_are_taught_is_owed(client, project, user):
    def owed():
        rows = list_owed(load_situation(project.id), [])
        return [row.place["month"] for row in rows if row.sentence.text.startswith("Deltagarna")]

    (activity,) = esf.load_application(project.id).activities
    activity.starts_on, activity.ends_on = month_before(3), month_before(1)
    # What no cohort is taught in has nobody to note.
    db.session.add(Activity(project_id=project.id, title="Uppstart", starts_on=month_before(5)))
    db.session.commit()
    months = [f"{month_before(number):%Y-%m}" for number in (3, 2, 1)]
    assert owed() == months

    cohort_id = esf.list_contributions(project)[0].cohort_id
    assert client.submit(f"{base(project)}/manader/{months[0]}/grupper/{cohort_id}").status_code == 302
    assert owed() == months[1:]


def test_another_organisation_sees_nothing_of_it(project, user):
    note(project, user, month_before(3))
    service.open_link(project, Audience.FUNDER, open_until=clock.today(), by=user)
    db.session.commit()
    with access.acting_in(factories.organisation().id):
        assert queries.list_participant_months(project) == []
        assert (queries.list_links(project), queries.list_costs(project)) == ([], [])
