"""The pages of the import, as a browser meets them."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from broker import access, clock, files, jobs
from broker.access import Role
from broker.actions import Action
from broker.audit import AuditEvent
from broker.companies.imports import inspection
from broker.companies.imports.models import ImportedRow
from broker.companies.models import Company, Engagement
from broker.extensions import db
from broker.files import Attachment
from broker.jobs import Job, JobState
from tests import factories
from tests.client import form_values
from tests.conftest import signed_in_client

SAMPLES = Path(__file__).parents[2] / "samples"
LIST = "Bolag;Orgnr\nExempel Nytt AB;5299236900\n"


def upload(client, content, file_name):
    return client.submit("/foretag/importera", file=(io.BytesIO(content), file_name))


def damaged_workbook():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return content.getvalue()


def kept_files(app):
    return [path for path in Path(app.config["FILES_DIR"]).rglob("*") if path.is_file()]


@pytest.fixture
def waiting(app, scope, user):
    """Give a function that takes a file in and leaves its job waiting, as a busy queue does."""

    def take_in(content, file_name):
        job = inspection.add_upload(io.BytesIO(content), file_name=file_name, media_type="text/csv", by=user)
        db.session.commit()
        return job, f"/foretag/importera/{job.arguments['attachment_id']}"

    return take_in


def test_an_excel_list_shows_what_its_columns_mean(client):
    sent = upload(client, (SAMPLES / "naringslivsenhet_foretagslista.xlsx").read_bytes(), "lista.xlsx")

    page = client.get(sent.location)

    assert page.status_code == 200
    assert "Exempel Bergsund Plåt &amp; Svets AB" in page.text
    assert '<option selected value="number">Organisationsnummer' in page.text


def test_a_damaged_workbook_is_refused_when_it_is_uploaded_and_not_kept(app, client, scope):
    before = kept_files(app)

    refused = upload(client, damaged_workbook(), "lista.xlsx")

    assert refused.status_code == 422
    assert "Öppna den i Excel, spara den på nytt" in refused.text
    assert kept_files(app) == before
    assert db.session.scalars(select(Attachment)).all() == []
    assert db.session.scalars(select(AuditEvent).where(AuditEvent.action == Action.FILE_ADDED)).all() == []


@pytest.mark.parametrize(
    ("start", "what"),
    [(b"%PDF-1.7 x", "en PDF"), (b"\x89PNG", "en bild"), (b"\xff\xd8\xff\xe0", "en bild"), (b"GIF89a", "en bild")],
)
def test_another_kind_of_file_is_refused_before_anything_is_kept(client, scope, start, what):
    refused = upload(client, start, "lista.csv")

    assert refused.status_code == 422 and what in refused.text
    assert db.session.scalars(select(Job)).all() == []


def test_a_file_that_is_kept_is_in_the_history(client, scope):
    upload(client, LIST.encode(), "lista.csv")

    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == Action.FILE_ADDED)).one()
    assert (event.facts["file_name"], event.facts["kind"]) == ("lista.csv", files.UPLOAD)


def test_a_file_that_waits_for_its_turn_shows_how_far_it_has_come_and_then_what_it_says(client, waiting):
    job, url = waiting(LIST.encode(), "lista.csv")
    page = client.get(url).text
    assert "Filen är mottagen" in page and "Uppdatera" in page

    jobs.send(job)

    assert "Exempel Nytt AB" in client.get(url).text


def test_a_file_that_is_refused_later_says_what_to_do_on_the_waiting_page(client, waiting):
    job, url = waiting(damaged_workbook(), "lista.xlsx")
    jobs.send(job)

    page = client.get(url).text

    assert "Öppna den i Excel, spara den på nytt" in page
    assert "Välj en annan fil" in page


def test_a_register_is_refused_from_others_than_the_operator(client):
    refused = upload(client, (SAMPLES / "bolagsverket_bulkfil_sample.txt").read_bytes(), "bolagsverket_bulkfil.txt")

    assert refused.status_code == 422 and "driftansvarig" in refused.text


def test_what_an_upload_said_is_forgotten_with_it(client, scope):
    upload(client, LIST.encode(), "lista.csv")
    job = db.session.scalars(select(Job)).one()
    assert job.state is JobState.DONE and "Exempel Nytt AB" in str(job.result)
    job.created_at = clock.now() - timedelta(days=8)
    db.session.commit()

    inspection.tidy()

    with access.every_organisation():
        assert db.session.scalars(select(Job)).all() == []


def try_out(client, text):
    sent = upload(client, text.encode(), "lista.csv")
    return client.submit(sent.location, **{"try": "1"}).location


def test_a_dry_run_opens_each_row_with_what_it_changes(client, scope):
    known = factories.company("Exempel Känt AB", number="5299304179")
    db.session.add(Engagement(company_id=known.id, tags=[], employees=8, phone="0157-1"))
    db.session.commit()
    tried = try_out(
        client,
        "Bolag;Orgnr;Bransch;Anställda;Kontaktperson\n"
        "Exempel Känt AB;5299304179;Svetsning;12;Anna Exempelsson\n"
        "Exempel Nytt AB;5299236900;;3;\n",
    )

    changed = client.get(f"{tried}/andrade").text
    new = client.get(f"{tried}/nya").text

    assert f'href="{tried}/andrade">1</a>' in client.get(tried).text
    assert "Antal anställda: 8 blir 12" in changed and "Bransch eller verksamhet: Svetsning" in changed
    assert "Kontaktpersonen läggs till" in changed and "Anna" not in changed
    assert f'href="/foretag/{known.id}"' in changed and "Exempel Nytt AB" not in changed
    assert "Exempel Nytt AB" in new and "Antal anställda: 3" in new
    assert client.get(f"{tried}/oforandrade").status_code == 200


def test_an_import_opens_its_rows_and_is_in_the_history_of_each_company(client, scope):
    tried = try_out(client, "Bolag;Orgnr;Anställda\nExempel Nytt AB;5299236900;3\n")

    imported = client.press(f"{tried}/igen", tried).location

    company = db.session.scalars(select(Company)).one()
    assert f'href="/foretag/{company.id}"' in client.get(f"{imported}/nya").text
    history = client.get(f"/foretag/{company.id}/historik").text
    assert "Företag tillagt" in history and "lista.csv" in history


def test_a_row_without_a_number_is_offered_the_company_of_that_name(client, scope):
    known = factories.company("Exempel Känt AB", number="5299304179")
    db.session.commit()
    text = "Bolag;Orgnr;Anställda\nEXEMPEL KÄNT Aktiebolag;;12\nExempel Nytt AB;5299236900;3\n"
    tried = try_out(client, text)
    assert "Det är Exempel Känt AB" in client.get(tried).text

    again = client.press(f"{tried}/igen", tried, company="2:5299304179", **{"try": "1"}).location
    assert "Antal anställda: 12" in client.get(f"{again}/andrade").text
    assert db.session.scalars(select(Engagement)).all() == []
    client.press(f"{again}/igen", again)

    engagement = db.session.scalars(select(Engagement).where(Engagement.company_id == known.id)).one()
    assert engagement.employees == 12


def test_the_rows_of_a_list_are_forgotten_after_a_month(client, scope):
    tried = try_out(client, LIST)
    for job in db.session.scalars(select(Job)):
        job.created_at = clock.now() - timedelta(days=31)
    db.session.commit()

    inspection.tidy()

    assert db.session.scalars(select(ImportedRow)).all() == []
    assert "De sparas i 30 dagar" in client.get(f"{tried}/nya").text


def test_the_rows_of_an_import_are_its_owners_alone(app, client, scope):
    tried = try_out(client, LIST)
    colleague = factories.user(organisation=scope, roles=list(Role))

    page = signed_in_client(app, colleague).get(f"{tried}/nya")

    assert page.status_code == 404


def test_a_refused_row_shows_the_name_of_its_company(client):
    text = "Bolag;Orgnr;Anställda\nExempel Ett AB;5299236900;3\nExempel Två AB;123;3\n"
    sent = upload(client, text.encode(), "lista.csv")
    result = client.submit(sent.location, **{"try": "1"})

    page = client.get(result.location).text

    assert "Exempel Två AB" in page and "Exempel Ett AB" not in page


def test_a_list_with_the_same_headings_means_what_was_chosen_the_last_time(client, scope):
    content = b"Bolag;Orgnr;Kommentar\nExempel Nytt AB;5299236900;Ring i mars\n"
    client.submit(upload(client, content, "mars.csv").location, column_2="note", **{"try": "1"})

    again = client.get(upload(client, content, "april.csv").location)

    assert form_values(again.text)["column_2"] == "note"
    assert "samma rubriker" in again.text


def test_a_list_with_other_headings_and_another_organisation_start_anew(app, client, scope):
    content = b"Bolag;Orgnr;Kommentar\nExempel Nytt AB;5299236900;Ring i mars\n"
    client.submit(upload(client, content, "mars.csv").location, column_2="", **{"try": "1"})
    other = client.get(upload(client, content.replace(b"Kommentar", b"Anteckning"), "annan.csv").location)
    stranger = signed_in_client(app, factories.user(organisation=factories.organisation(), roles=list(Role)))
    theirs = stranger.get(upload(stranger, content, "mars.csv").location)

    for page in (other, theirs):
        assert form_values(page.text)["column_2"] == "note" and "samma rubriker" not in page.text


def test_the_personal_numbers_of_sole_traders_are_neither_shown_nor_kept_of_a_list(client, scope):
    content = (
        "Organisationsnummer;Företag;Telefon;Anteckning\n"
        "19900118-9803;Enskild Snickare;0701180673;\n"
        "900118-9803;Enskild Målare;;19900118-9803\n"
    )
    page = client.get(upload(client, content.encode(), "lista.csv").location)

    assert "Enskild Snickare" in page.text and "0701180673" in page.text and "19••••••-••••" in page.text
    kept = json.dumps(db.session.scalars(select(Job).where(Job.kind == "inspect_upload")).one().result)
    assert "900118" not in page.text + kept
