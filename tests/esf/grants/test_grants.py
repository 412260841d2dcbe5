"""The decision, changes that need one, deviations, and papers that prove things."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from broker import access, audit, clock, files
from broker.errors import FieldRefusedError, RefusedError
from broker.esf import queries as esf
from broker.esf import service as projects
from broker.esf.chain import service as chain
from broker.esf.grants import queries, service
from broker.esf.grants.models import ChangeState, EvidenceKind, GrantOutcome
from broker.esf.grants.rules import grant_rules
from broker.esf.snapshots import service as snapshots
from broker.esf.snapshots.differences import Difference
from broker.esf.snapshots.models import Snapshot
from broker.extensions import db
from tests import factories, factories_esf
from tests.client import form_values


@pytest.fixture
def project(scope, user):
    return factories_esf.running_project(scope, user)


def base(project):
    return f"/projekt/{project.id}/genomforande"


DECISION = {"outcome": "granted", "decided_on": "2026-01-15", "support_kr": "6605738,35"}


def test_a_decision_is_recorded_with_its_days_and_amount(client, project):
    assert "Inget beslut ännu" in client.get(base(project)).text
    assert client.submit(f"{base(project)}/beslut", **DECISION).status_code == 302

    page = client.get(base(project)).text
    assert "6\N{NO-BREAK SPACE}605\N{NO-BREAK SPACE}738" in page
    # Everybody signs within three weeks of the decision.
    assert "Alla stödmottagare ska underteckna" in page
    assert "5 feb. 2026" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"support_kr": ""}, "Ange det stöd som beviljades."),
        ({"ends_on": "2020-01-01"}, "Ange en sista dag efter den första."),
        ({"total_cost_kr": "100"}, "minst så stor som stödet"),
        ({"agreement_on": "2026-01-14"}, "inte är före beslutet"),
        ({"decided_on": "2031-01-01"}, "inte ligger i framtiden"),
    ],
)
def test_a_decision_that_does_not_hold_together_is_said_where_it_is(client, project, changes, sentence):
    refused = client.submit(f"{base(project)}/beslut", **DECISION | changes)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert queries.find_grant(project) is None


def test_a_refused_project_owes_nothing_and_has_no_reports(client, project):
    assert client.submit(f"{base(project)}/beslut", **DECISION | {"outcome": "refused"}).status_code == 302
    assert "det finns inget att genomföra" in client.get(base(project)).text
    assert "Rapporter finns när projektet har fått stöd" in client.get(f"{base(project)}/rapporter").text


def test_two_who_record_the_first_decision_meet_and_nothing_is_lost(client, project):
    assert client.submit(f"{base(project)}/beslut", **DECISION).status_code == 302
    late = client.submit(f"{base(project)}/beslut", **DECISION | {"version": "0", "diary_no": "26-999"})
    assert late.status_code == 409
    assert "26-999" in late.text


def test_where_the_project_leaves_what_was_granted_it_says_what_needs_a_decision(client, project, user):
    snapshot = snapshots.take_out(project.id, by=user)
    factories_esf.grant(project, user, snapshot_id=snapshot.id)
    assert "Inget skiljer" in client.get(f"{base(project)}/avvikelser").text

    def kinds_lacking():
        application = esf.load_application(project.id)
        found = queries.find_differences(queries.find_grant(project), application)
        judged = queries.judge_differences(found, queries.list_changes(project), grant_rules(clock.today()))
        return {row.kind for row in judged if row.lacks_decision}

    projects.edit_project(project, {"name": "Ett annat namn"}, by=user)
    db.session.commit()
    assert kinds_lacking() == set()
    assert "Ett annat namn</ins>" in client.get(f"{base(project)}/avvikelser").text

    goal = esf.load_application(project.id).goals[0]
    values = factories_esf.MILESTONE | {"due_on": project.ends_on, "target": "8"}
    chain.save_milestone(project, goal, goal.milestones[0], values, by=user)
    projects.edit_project(project, {"ends_on": project.ends_on - timedelta(days=40)}, by=user)
    db.session.commit()

    assert kinds_lacking() == {"goals", "period"}
    asked = {"kind": "goals", "text": "Lägre målvärde", "state": ChangeState.ASKED, "asked_on": clock.today()}
    change = service.save_change(project, None, asked, by=user)
    db.session.commit()
    assert kinds_lacking() == {"goals", "period"}
    assert "Kräver beslut" in client.get(f"{base(project)}/avvikelser").text

    service.save_change(project, change, {"state": ChangeState.APPROVED, "decided_on": clock.today()}, by=user)
    db.session.commit()
    assert kinds_lacking() == {"period"}

    # A budget that cannot be computed is said, and closes no page.
    esf.load_application(project.id).actors[0].budget_rows[0].persons = 0
    db.session.commit()
    assert "Rätta raderna i budgeten" in client.get(f"{base(project)}/avvikelser").text
    assert client.get(base(project)).status_code == 200


def test_only_a_row_of_the_first_table_tells_that_the_period_is_another(scope):
    rules = grant_rules(clock.today())
    row, sentence = "Projektperiod | 2027-03-01 till 2029-02-28", "Projektperioden är kort."
    assert rules.kind_of(Difference("Svetsa ihop", (row,), ())) == "period"
    assert rules.kind_of(Difference("Metod: Tidplan", (sentence,), ())) == ""


def test_what_was_taken_out_late_in_the_evening_has_the_day_that_it_was_in_sweden(client, project, user):
    snapshot = snapshots.take_out(project.id, by=user)
    db.session.execute(update(Snapshot).values(taken_at=datetime(2026, 6, 1, 22, 30, tzinfo=UTC)))
    db.session.commit()
    assert f"Uttag {snapshot.number}, 2 juni 2026" in client.get(f"{base(project)}/beslut").text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"state": ChangeState.ASKED}, "asked_on"),
        ({"state": ChangeState.APPROVED, "asked_on": date(2026, 3, 1)}, "decided_on"),
        ({"state": ChangeState.REFUSED, "asked_on": date(2026, 3, 1), "decided_on": date(2026, 2, 1)}, "decided_on"),
    ],
)
def test_a_change_has_the_days_that_its_state_asks_for(project, user, values, field):
    with pytest.raises(FieldRefusedError) as refused:
        service.save_change(project, None, {"kind": "period", "text": "Längre"} | values, by=user)
    assert refused.value.field == field


def test_changes_and_deviations_are_written_corrected_and_taken_away_on_pages(client, project, user):
    factories_esf.grant(project, user)
    deviation = {"text": "Två företag kom inte", "noticed_on": "2026-05-02"}
    assert client.submit(f"{base(project)}/avvikelser/ny", **deviation).status_code == 302
    change = {"kind": "period", "text": "Tre månader till", "state": "planned"}
    assert client.submit(f"{base(project)}/andringar/ny", **change).status_code == 302
    (row,), (asked,) = queries.list_deviations(project), queries.list_changes(project)

    early = client.submit(f"{base(project)}/avvikelser/{row.id}", settled_on="2026-05-01")
    assert early.status_code == 422
    assert "inte är före den då avvikelsen märktes" in early.text
    assert client.submit(f"{base(project)}/avvikelser/{row.id}", settled_on="2026-06-01").status_code == 302
    page = client.get(f"{base(project)}/avvikelser").text
    assert "Tre månader till" in page
    assert "Åtgärdad" in page

    for address, version in ((f"avvikelser/{row.id}", 2), (f"andringar/{asked.id}", 1)):
        assert client.press(f"{base(project)}/{address}/ta-bort", version=version).status_code == 302
    assert (queries.list_deviations(project), queries.list_changes(project)) == ([], [])
    assert any(event.facts.get("removed") for event in audit.history_of(project, shared=True))


def test_a_paper_is_kept_handed_out_as_a_download_and_goes_with_its_file(client, project, user):
    factories_esf.grant(project, user)
    month, address = f"{factories_esf.month_before(1)}", f"{base(project)}/underlag/nytt"
    fields = form_values(client.get(address).text) | {"kind": "attendance", "title": "Närvaro i maj", "month": month}
    # Sent twice it is kept once.
    for _time in range(2):
        fields["file"] = (io.BytesIO(b"%PDF-1.7 en lista"), "narvaro.pdf")
        assert client.post(address, data=fields, content_type="multipart/form-data").status_code == 302
    (row,) = queries.list_evidence(project)
    content_hash = row.content_hash

    assert "Närvaro i maj" in client.get(f"{base(project)}/manader/{month[:7]}").text
    handed = client.get(f"{base(project)}/underlag/{row.id}")
    assert handed.data == b"%PDF-1.7 en lista"
    assert handed.headers["Content-Disposition"].startswith("attachment")

    assert client.press(f"{base(project)}/underlag/{row.id}/ta-bort").status_code == 302
    assert queries.list_evidence(project) == []
    assert files.unused_among([content_hash]) == {content_hash}
    assert "narvaro.pdf" in str([event.facts for event in audit.history_of(project, shared=True)])


def test_a_program_is_no_paper(client, project, user):
    factories_esf.grant(project, user)
    sent = {"kind": "other", "title": "Program", "file": (io.BytesIO(b"MZ"), "virus.exe")}
    refused = client.submit(f"{base(project)}/underlag/nytt", **sent)
    assert refused.status_code == 422
    assert "slag som tas emot" in refused.text


def test_papers_are_kept_by_the_year_of_the_last_payment_and_longer_with_aid(scope):
    rules = grant_rules(clock.today())
    assert rules.kept_until(date(2028, 3, 1), has_aid=False) == date(2033, 12, 31)
    assert rules.kept_until(date(2028, 3, 1), has_aid=True) == date(2038, 12, 31)


def test_another_organisation_sees_nothing_of_it(project, user, scope):
    factories_esf.grant(project, user)
    service.save_deviation(project, None, {"text": "Hemligt", "noticed_on": clock.today()}, by=user)
    facts = {"kind": EvidenceKind.OTHER, "title": "Hemligt", "file_name": "a.txt"}
    service.add_evidence(project, io.BytesIO(b"x"), **facts, by=user)
    db.session.commit()
    with access.acting_in(factories.organisation().id):
        assert queries.find_grant(project) is None
        assert (queries.list_deviations(project), queries.list_evidence(project)) == ([], [])


def test_a_support_larger_than_the_cost_is_refused_also_when_corrected(project, user):
    factories_esf.grant(project, user)
    with pytest.raises(RefusedError, match="minst så stor"):
        service.save_grant(project, {"total_cost_kr": Decimal(1)}, by=user)
    assert queries.find_grant(project).outcome is GrantOutcome.GRANTED
