"""The way from a question to a paper: search, choose, say what is left out, hand out; nothing of it stays."""

import io
import json
import logging
import re
from datetime import UTC, datetime

import lxml.html
import pytest
from pypdf import PdfReader

from broker import access, clock, mail
from broker.access import Role
from broker.accounts import service as accounts
from broker.accounts.models import Invitation, UserSession
from broker.audit import AuditEvent
from broker.companies.models import Company, Person, Task
from broker.esf.chain.models import SteeringMember
from broker.esf.models import ProjectMember
from broker.extensions import db
from broker.extracts import queries
from broker.meetings.models import MeetingGuest, MeetingInvitation
from broker.retention.kinds import KINDS
from broker.retention.models import RecordKind
from broker.retention.service import add_rule
from tests import factories, factories_esf, factories_leads
from tests.client import form_values

URL = "/administration/registerutdrag"
NAME, EMAIL = "Åsa Öst", "asa@svets.example"


@pytest.fixture
def asa(scope):
    company = factories.company("Exempel Svets AB")
    factories.person(company, "Lisa Berg", email="lisa@svets.example", phone="070-111 22 33")
    return factories.person(company, NAME, email=EMAIL, phone="070-174 06 05", function="Vd", source="Mässan i Sala")


@pytest.fixture
def contact(asa, user):
    company = db.session.get(Company, asa.company_id)
    summary = "Åsa vill lära fem svetsa.\nLisa Berg håller emot."
    return factories.interaction(company, by=user, summary=summary, people=[asa])


def search(client, **fields):
    return client.submit(URL, **fields)


def make(client, page, ending="", **changes):
    return client.post(f"{URL}/utdrag{ending}", data=form_values(page.text) | changes)


def text_of_pdf(content):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def test_everything_about_a_person_becomes_a_page_a_pdf_and_data(client_for, user, scope, asa, contact):
    receiver = factories.organisation("Näringslivsenheten Sala")
    factories.user(organisation=receiver, roles=[Role.DEVELOPER])
    company = contact.company
    factories_leads.lead(sender=scope, receivers=[receiver], by=user, company=company, person=asa, fields=["person"])
    factories_leads.tip(scope, tipper_name=NAME, tipper_reach=EMAIL)
    client = client_for(Role.ADMINISTRATOR)

    found = search(client, email=EMAIL.upper())
    assert found.status_code == 200
    assert "E-postadressen är densamma" in found.text and "Hör till kontaktpersonen Åsa Öst" in found.text
    page = make(client, found)
    pdf, data = make(client, page, ".pdf"), make(client, page, ".json")

    assert pdf.mimetype == "application/pdf" and NAME not in pdf.headers["Content-Disposition"]
    reader = PdfReader(io.BytesIO(pdf.data))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] and reader.metadata.title == "Registerutdrag"
    told = json.loads(data.data)
    assert [section["title"] for section in told["sections"]] == [
        "Kontaktpersoner hos företag",
        "Kontakter",
        "Tips",
        "Leads som vi har skickat",
    ]
    for text in (page.text, text_of_pdf(pdf.data), data.get_data(as_text=True)):
        for words in (
            "070-174 06 05",
            "Mässan i Sala",
            "artikel 6.1 e",
            "Åsa vill lära fem svetsa.",
            "[annan person] håller emot.",
            "artikel 15.4",
            "Näringslivsenheten Sala fick ett lead om Exempel Svets AB med Åsa Öst, Vd",
            "Integritetsskyddsmyndigheten",
        ):
            assert words in text, words
        assert "Lisa" not in text and "håller emot. Grund" not in text


def test_whoever_told_us_of_somebody_is_not_told_of(client_for, user, scope, asa):
    company = db.session.get(Company, asa.company_id)
    receiver = factories.organisation("Näringslivsenheten Sala")
    factories.user(organisation=receiver, roles=[Role.DEVELOPER])
    lisa = db.session.scalars(db.select(Person).where(Person.name == "Lisa Berg")).one()
    shared = {"person": lisa, "fields": ["person", "email"], "summary": "Åsa Öst vill svetsa, säger Lisa Berg."}
    factories_leads.lead(sender=scope, receivers=[receiver], by=user, company=company, **shared)
    factories_leads.tip(
        scope, tipper_name="Tore Tall", tipper_reach="tore@tips.example", need="Åsa Öst svetsar illa, säger Tore."
    )
    asa.source = "Tips från Lisa Berg"
    mail.write(EMAIL, "Inför mötet med Lisa Berg", "", reply_to=user.email)
    task = factories.add(Task(company_id=company.id, title="Möte", due_on=clock.today(), owner_id=user.id))
    words = {"title": "Möte med Lisa Berg", "told": "", "sequence": 0}
    invitation = factories.add(MeetingInvitation(task_id=task.id, organizer_id=user.id, **words))
    factories.add(MeetingGuest(invitation_id=invitation.id, person_id=asa.id, email=EMAIL))
    db.session.commit()
    client = client_for(Role.ADMINISTRATOR)

    page = make(client, search(client, name=NAME, email=EMAIL))

    for words in (
        "Åsa Öst svetsar illa, säger [annan person].",
        "Inför mötet med [annan person]",
        "Möte med [annan person]",
        "Tips från [annan person]",
        "fick ett lead om Exempel Svets AB med",
    ):
        assert words in page.text, words
    for words in ("Tore", "tore@", "Lisa", "lisa@"):
        assert words not in page.text, words


def test_whom_a_lead_of_others_is_about_is_not_told_to_somebody_whom_it_mentions(client_for, scope, asa):
    sender = factories.organisation("Näringslivsenheten Sala")
    developer = factories.user(organisation=sender, roles=[Role.DEVELOPER])
    company = db.session.get(Company, asa.company_id)
    with access.acting_in(sender.id):
        olle = factories.person(company, "Olle Ek", email="olle@svets.example", phone="070-222 33 44")
    about = {"person": olle, "fields": ["person", "email", "phone"], "summary": "Olle Ek hälsar från Åsa Öst."}
    factories_leads.lead(sender=sender, receivers=[scope], by=developer, company=company, **about)
    client = client_for(Role.ADMINISTRATOR)

    page = make(client, search(client, name=NAME))

    assert "[annan person] hälsar från Åsa Öst." in page.text
    for words in ("Olle", "olle@", "222 33 44"):
        assert words not in page.text, words


def test_an_extract_says_by_which_rule_contacts_and_people_are_destroyed(client_for, user, scope, asa, contact):
    client, plan = client_for(Role.ADMINISTRATOR), "Informationshanteringsplan 2026, 4.3"
    assert "Ingen tid för gallring" in make(client, search(client, email=EMAIL)).text

    for kind, years in ((RecordKind.CONTACTS, 5), (RecordKind.PEOPLE, None)):
        today = clock.today()
        add_rule(KINDS[kind], years=years, reference=plan, decided_on=today, valid_from=today, by=user)
    db.session.commit()
    page = make(client, search(client, email=EMAIL)).text

    assert f"Gallras tidigast efter 5 år ({plan})." in page
    assert f"Bevaras ({plan})." in page


def test_what_was_made_is_noted_without_the_name_and_nothing_else_is_kept(client_for, scope, asa, contact, caplog):
    caplog.set_level(logging.DEBUG)
    client = client_for(Role.ADMINISTRATOR)

    page = make(client, search(client, name=NAME))

    title = re.search(r"<title>(.*?)</title>", page.text)[1]
    assert NAME not in title and NAME not in page.request.full_path and NAME not in caplog.text
    event = db.session.scalars(db.select(AuditEvent).where(AuditEvent.action == "extract:made")).one()
    assert event.organisation_id == scope.id and event.facts == {
        "shape": "page",
        "counts": {"person": 1, "interaction": 1},
        "keys": {"person": [asa.id], "interaction": [contact.id]},
        "left_out": 0,
    }
    assert "öst" not in json.dumps(event.facts, ensure_ascii=False).casefold()


def test_who_takes_away_what_we_proposed_says_why_and_it_stands_in_the_extract(client_for, scope, asa, contact):
    client = client_for(Role.ADMINISTRATOR)
    found = search(client, name=NAME)

    refused = make(client, found, rows=f"person-{asa.id}")
    assert refused.status_code == 422 and "Skriv i en mening vad som utelämnas" in refused.text
    assert form_values(refused.text)["rows"] == [f"person-{asa.id}"]
    page = make(client, found, rows=f"person-{asa.id}", left_out="Ett utkast (dataskyddslagen 5 kap. 2 §).")

    assert "1 uppgift är utelämnad: Ett utkast (dataskyddslagen 5 kap. 2 §)." in page.text
    assert "fem svetsa" not in page.text
    # Who sees first on the paper that it is wrong takes the choice up again, with the reason.
    again = client.post(f"{URL}/utdrag", data=form_values(page.text) | {"change": "1"})
    values = form_values(again.text)
    assert values["rows"] == [f"person-{asa.id}"] and values["left_out"].startswith("Ett utkast")
    assert 'name="change"' in page.text and "fem svetsa" in again.text
    # Without the person nobody has to give a reason for each contact with the person.
    other = make(client, found, rows="", left_out="Gäller en annan person.")
    assert "1 uppgift är utelämnad" in other.text and "Vi har inte hittat några uppgifter om dig." in other.text


def test_of_nobody_it_is_said_that_there_is_nothing(client_for, scope):
    client = client_for(Role.ADMINISTRATOR)
    found = search(client, name="Ingen Alls", phone="070-999 88 77")

    assert "Vi hittade ingenting" in found.text and "ikryssat" not in found.text
    # A slip of the pen is seen where nothing was found.
    main = lxml.html.document_fromstring(found.text).find(".//main").text_content()
    assert "Ingen Alls" in main and "070-999 88 77" in main
    assert "Vi har inte hittat några uppgifter om dig." in make(client, found).text


def test_a_row_that_was_not_found_cannot_be_asked_for(client_for, scope, asa):
    company = factories.company()
    other = factories.person(company, "Lisa Berg", phone="070-555 44 33")
    client = client_for(Role.ADMINISTRATOR)

    page = make(client, search(client, name=NAME), rows=f"person-{asa.id} person-{other.id} bluff 1;drop")

    assert page.status_code == 200 and "070-555 44 33" not in page.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "En av dem räcker."),
        ({"name": "Å"}, "Skriv minst två bokstäver av namnet."),
        ({"name": "😀😀"}, "Skriv minst två bokstäver av namnet."),
        ({"name": "x" * 10_000}, "högst"),
        ({"email": "asa@"}, "Skriv adressen som namn@exempel.se."),
        ({"phone": "12"}, "Skriv hela telefonnumret"),
        ({"phone": "000 000 00"}, "Skriv hela telefonnumret"),
        ({"number": "556000-0000"}, "Skriv personnumret med tolv siffror"),
    ],
)
@pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)
def test_bad_input_gets_a_sentence_and_is_still_there(client_for, fields, sentence):
    page = search(client_for(Role.ADMINISTRATOR), **fields)

    assert page.status_code == 422 and sentence in page.text
    assert all(value in page.text for value in fields.values())


def test_who_wants_to_change_the_search_gets_it_back_as_it_was_typed(client_for, scope, asa):
    client = client_for(Role.ADMINISTRATOR)
    found = lxml.html.document_fromstring(search(client, name="Åsa Östt", email=EMAIL).text)
    [form] = [form for form in found.forms if "Ändra sökningen" in form.text_content()]

    typed = form_values(client.post(form.action, data=dict(form.form_values())).text)
    assert (typed["name"], typed["email"]) == ("Åsa Östt", EMAIL)


def test_a_protected_person_is_found_with_a_warning_and_a_bare_address_begins_anew(client_for, scope, asa):
    asa.is_protected = True
    db.session.commit()
    client = client_for(Role.ADMINISTRATOR)

    assert "skyddad identitet. Lämna bara ut" in search(client, name=NAME).text
    assert "Någon frågar vad ni vet" in client.get(f"{URL}/utdrag").text


def test_an_account_tells_its_roles_and_when_it_was_used(client_for, organisation):
    client = client_for(Role.ADMINISTRATOR)
    person = factories.user(organisation=organisation, roles=[Role.BROKER], name=NAME, email=EMAIL)
    signed_in = client.application.test_client()
    signed_in.enter(person)

    page = make(client, search(client, name=NAME))

    assert "Kompetensmäklare" in page.text and "Inloggad" in page.text
    assert "Kontot är öppet" in page.text


def test_a_seat_in_a_project_is_told_with_those_whom_the_project_is_shared_with(client_for, scope, user):
    project = factories_esf.project(scope, user, name="Svetsa ihop")
    other = factories.organisation("Flens lärcentrum")
    factories.add(ProjectMember(project_id=project.id, organisation_id=other.id))
    seat = SteeringMember(
        role="member", organisation="Exempel Svets AB", name=NAME, actor_role="", project_id=project.id
    )
    factories.add(seat)
    client = client_for(Role.ADMINISTRATOR)

    page = make(client, search(client, name="öst, åsa"))

    assert "Projektet Svetsa ihop delar vi med Flens lärcentrum" in page.text
    assert client.get(URL).status_code == 200


def test_more_rows_ask_no_more_questions(client_for, user, asa, contact):
    client = client_for(Role.ADMINISTRATOR)
    asked = []
    for _round in range(2):
        found = search(client, name=NAME)
        searching = client.queries
        make(client, found)
        asked.append((searching, client.queries))
        for number in range(4):
            summary = f"Besök {number}, {NAME}"
            factories.interaction(
                contact.company, by=factories.user(), summary=summary, people=[asa], next_step="Ring Åsa Öst"
            )

    assert asked[0][0] <= asked[1][0] <= asked[0][0] + 1 and asked[1][1] <= asked[0][1] + 1


def test_an_extract_that_is_not_whole_says_so(client_for, asa, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 1)
    factories.person(db.session.get(Company, asa.company_id), NAME)
    client = client_for(Role.ADMINISTRATOR)
    page = make(client, search(client, name=NAME), left_out="Vi letar vidare.")

    assert "har gåtts igenom: Kontaktpersoner hos företag." in page.text
    assert ">Vi letar vidare.<" in page.text
    assert json.loads(make(client, page, ".json").data)["cut"] == ["Kontaktpersoner hos företag"]


def test_the_paper_is_swedish_also_for_who_reads_english(client_for, asa):
    client = client_for(Role.ADMINISTRATOR)
    client.get("/sprak/en")
    page = make(client, search(client, name=NAME))

    assert "Contact persons at companies" in page.text
    assert "Kontaktpersoner hos företag" in text_of_pdf(make(client, page, ".pdf").data)


def test_of_an_account_in_two_organisations_only_what_is_ours_is_told(client_for, organisation):
    other = factories.organisation("Flens lärcentrum")
    person = factories.user(organisation=organisation, roles=[Role.BROKER], name=NAME, email=EMAIL)
    accounts.set_roles(other, person, [Role.PROCURER], by=person)
    then = datetime(2021, 3, 1, tzinfo=UTC)
    for organisation_id in (other.id, None):
        moments = {"created_at": then, "seen_at": then, "expires_at": then}
        row = UserSession(
            user_id=person.id, organisation_id=organisation_id, token_hash=str(organisation_id), **moments
        )
        db.session.add(row)
    rights = {"organisation_id": other.id, "roles": [Role.PROCURER], "invited_by_id": person.id}
    db.session.add(Invitation(email=EMAIL, token_hash="x", expires_at=then, **rights))
    db.session.commit()
    client = client_for(Role.ADMINISTRATOR)

    page = make(client, search(client, email=EMAIL))

    assert "Kompetensmäklare" in page.text
    for words in ("Upphandlare", "2021", "Inbjudningar till konton", "I historiken"):
        assert words not in page.text, words
