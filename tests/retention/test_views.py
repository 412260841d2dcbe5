"""An administrator notes rules, exempts, decides after having seen what goes, and reads the log."""

from datetime import timedelta

import lxml.html
import pytest

from broker import access, clock, jobs
from broker.access import Role
from broker.audit import AuditEvent
from broker.companies.models import Interaction
from broker.extensions import db
from broker.retention import queries, service, work
from broker.retention.kinds import GONE, KINDS
from broker.retention.models import Destruction, RecordKind
from broker.retention.service import Decision
from tests import factories
from tests.client import form_values
from tests.conftest import signed_in_client
from tests.retention import records

KIND = KINDS[RecordKind.CONTACTS]
PAGE = "/administration/gallring/kontakter"


@pytest.fixture
def client(app, administrator):
    return signed_in_client(app, administrator)


@pytest.fixture
def contacts(administrator, scope):
    company = factories.company("Exempel Svets AB")
    rows = [records.contact(company, by=administrator) for _number in range(3)]
    db.session.commit()
    return rows


def test_without_a_rule_nothing_is_destroyed_and_the_pages_say_so(client, contacts):
    assert "Utan regel gallras inget" in client.get("/administration/gallring").text
    assert "Ingen regel finns, så inget gallras" in client.get(PAGE).text
    assert "Lägg till en regel" in client.get(f"{PAGE}/beslut").text
    assert "att gallra" not in client.get("/administration").text
    assert client.get("/administration/gallring/okand").status_code == 404


def test_a_rule_is_noted_with_its_reference_and_never_changed(client, contacts, administrator):
    today = clock.today()
    wrong = client.submit(f"{PAGE}/regler", ending="gallras", years="", reference="", decided_on="2099-01-01")
    for sentence in (
        "Skriv efter hur många år",
        "Skriv var i er plan det står",
        "Ange en dag som inte ligger i framtiden",
    ):
        assert sentence in wrong.text
    told = {"ending": "gallras", "years": "2", "reference": "IHP 2025, 4.3", "decided_on": "2025-02-01"}
    back = client.submit(f"{PAGE}/regler", **told, valid_from=(today - timedelta(days=1)).isoformat())
    assert back.status_code == 422 and "Ange i dag eller en senare dag" in back.text and "IHP 2025, 4.3" in back.text
    assert client.submit(f"{PAGE}/regler", **told).status_code == 302
    client.submit(f"{PAGE}/regler", **told | {"years": "5"}, valid_from=(today + timedelta(days=30)).isoformat())

    rules = queries.list_rules(KIND)
    assert [rule.years for rule in rules] == [5, 2] and queries.find_rule(KIND, today).years == 2
    assert queries.find_rule(KIND, today + timedelta(days=30)).years == 5
    listed = lxml.html.document_fromstring(client.get(f"{PAGE}/regler").text).xpath("//tbody/tr/th")
    assert [row.text_content().split()[-1] for row in listed] == ["Kommande", "nu"]
    assert "3 poster är att gallra" in client.get(PAGE).text
    assert "Det finns poster att gallra" in client.get("/administration").text
    rules[0].years = 1
    with pytest.raises(RuntimeError, match="written once"):
        db.session.flush()
    db.session.rollback()


def test_what_the_plan_keeps_is_never_due(client, contacts):
    told = {"ending": "bevaras", "reference": "IHP 4.3", "decided_on": "2025-02-01"}
    back = client.submit(f"{PAGE}/regler", **told, years="3")
    assert back.status_code == 422 and "Ta bort antalet år: det som bevaras gallras aldrig." in back.text
    assert client.submit(f"{PAGE}/regler", **told).status_code == 302

    assert "bevaras" in client.get(PAGE).text
    assert queries.find_rule(KIND, clock.today()).years is None
    assert not queries.is_anything_due(clock.today())


def test_a_record_is_exempted_with_a_reason_and_brought_back(client, contacts, administrator):
    records.rule(RecordKind.CONTACTS, by=administrator)
    url = f"{PAGE}/undanta/{contacts[0].id}"
    assert "Skriv skälet" in client.submit(url, reason="").text
    assert client.submit(url, reason="Begärd av Katrineholms-Kuriren").status_code == 302
    assert "Posten är redan undantagen" in client.submit(url, reason="Igen").text
    page = client.get(PAGE).text
    # Each button says to who cannot see it of which record it is.
    button = lxml.html.document_fromstring(page).xpath("//main//td//form//button")[0]
    assert button.text_content() == "Låt regeln gälla igen Besök, Exempel Svets AB"
    assert "2 poster är att gallra" in page and "Begärd av Katrineholms-Kuriren" in page

    exemption = queries.find_exemption(KIND, contacts[0].id)
    client.press(f"/administration/gallring/undantag/{exemption.id}/ta-tillbaka", PAGE)
    assert "3 poster är att gallra" in client.get(PAGE).text


def test_a_decision_is_confirmed_on_what_was_seen_and_carried_out(client, contacts, administrator):
    records.rule(RecordKind.CONTACTS, by=administrator)
    last_day = queries.find_rule(KIND, clock.today()).last_day(clock.today())
    due = lxml.html.document_fromstring(client.get("/administration/gallring").text)
    assert due.xpath(f"//main//td/a[@href='{PAGE}']/text()") == ["3"]
    late = client.submit(f"{PAGE}/beslut", through_on=(last_day + timedelta(days=1)).isoformat(), reference="KS 1")
    assert late.status_code == 422 and "Regeln tillåter gallring till och med" in late.text
    early = client.submit(f"{PAGE}/beslut", through_on="2001-01-01", reference="KS 1")
    assert "Det finns inget att gallra till den dagen" in early.text
    assert "Skriv beslutets beteckning" in client.submit(f"{PAGE}/beslut", reference="").text

    asked = client.submit(f"{PAGE}/beslut", reference="KS 2026/114")
    assert asked.status_code == 200 and "Gallra 3 poster" in asked.text and "Besök, Exempel Svets AB" in asked.text
    assert db.session.query(Destruction).count() == 0
    # Who sees that the day or the decision is wrong goes back to both as they were typed.
    [back] = lxml.html.document_fromstring(asked.text).xpath("//p[contains(@class, 'back-link')]/a/@href")
    typed = form_values(client.get(back).text)
    assert (typed["through_on"], typed["reference"]) == (last_day.isoformat(), "KS 2026/114")
    # Somebody exempts one in between: what is confirmed is not what was seen.
    service.exempt(KIND, contacts[0], reason="Tvist", by=administrator)
    db.session.commit()
    sent = read_hidden(asked.text)
    again = client.post(f"{PAGE}/beslut", data=sent)
    assert "Antalet har ändrats sedan du såg det" in again.text and "Gallra 2 poster" in again.text
    sent = read_hidden(again.text)
    done = client.post(f"{PAGE}/beslut", data=sent)
    assert client.post(f"{PAGE}/beslut", data=sent).location == done.location

    db.session.expire_all()
    assert [row.summary == GONE for row in contacts] == [False, True, True]
    assert "Klar" in client.get(done.location).text
    page = client.get(PAGE).text
    assert "Inget är att gallra nu" in page and "0 poster" not in page
    log = client.get("/administration/gallring/protokoll").text
    assert "KS 2026/114" in log and "Inte än" not in log
    file = client.press("/administration/gallring/protokoll/fil.csv", "/administration/gallring/protokoll")
    row = file.get_data().decode("utf-8-sig").splitlines()[1].split(";")
    assert row[1:4] == ["Kontakter", last_day.isoformat(), "KS 2026/114"] and row[8:10] == ["2", "2"]
    assert administrator.name in row


def read_hidden(html):
    """Give what the button of the page sends."""

    form = next(
        form for form in lxml.html.document_fromstring(html).findall(".//main//form") if form.get("method") == "post"
    )
    return {field.get("name"): field.get("value") for field in form.iter("input")}


def test_a_job_that_died_is_taken_up_where_it_stopped(client, contacts, administrator, organisation):
    records.rule(RecordKind.CONTACTS, by=administrator)
    through = queries.find_rule(KIND, clock.today()).last_day(clock.today())
    seen = queries.count_due(KIND, through, clock.today())
    row = service.decide(Decision(KIND, through, "KS 9"), (seen.count, seen.last_id), by=administrator)
    job = work.add_job(row, by=administrator)
    service.destroy_some(row.id, [contacts[0].id], by=administrator)
    # The process was killed after its first portion.
    job.state = jobs.JobState.INTERRUPTED
    # A contact of long ago that is logged after the decision was not counted by it.
    late = records.contact(contacts[0].company, by=administrator)
    db.session.commit()
    page = f"/administration/gallring/protokoll/{row.id}"
    assert "Fortsätt gallringen" in client.get(page).text
    assert "inte genomfört än" in client.submit(f"{PAGE}/beslut", reference="KS 10").text

    client.press(f"{page}/fortsatt", page)
    db.session.expire_all()
    done = queries.get_destruction(row.id)
    assert (done.destroyed, done.is_finished) == (3, True)
    assert all(contact.summary == GONE for contact in contacts) and late.summary != GONE
    destroyed = db.session.query(AuditEvent).filter_by(action="record:destroyed").count()
    assert destroyed == 3
    client.press(f"{page}/fortsatt", page)
    assert db.session.query(AuditEvent).filter_by(action="record:destroyed").count() == 3


def test_who_administers_no_more_starts_nothing(app, contacts, administrator, organisation):
    records.rule(RecordKind.CONTACTS, by=administrator)
    through = queries.find_rule(KIND, clock.today()).last_day(clock.today())
    seen = queries.count_due(KIND, through, clock.today())
    row = service.decide(Decision(KIND, through, "KS 9"), (seen.count, seen.last_id), by=administrator)
    job = work.add_job(row, by=administrator)
    db.session.commit()
    with access.every_organisation():
        administrator.memberships[0].roles = [Role.READER]
        db.session.commit()
    records.carry_out(job)

    assert jobs.get_job(job.id).state is jobs.JobState.FAILED
    assert db.session.query(Interaction).filter_by(summary=GONE).count() == 0
