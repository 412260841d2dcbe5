"""How every row of a list ended, to download and to look at."""

import csv
import io

from openpyxl import load_workbook
from sqlalchemy import select

from broker.actions import Action
from broker.audit import AuditEvent
from broker.companies.models import Engagement
from broker.extensions import db
from tests import factories

LIST = (
    "Bolag;Orgnr;Anställda;Kontaktperson\n"
    "Exempel Känt AB;5299304179;12;Anna Ek\n"
    "Exempel Nytt AB;5299236900;3;\n"
    "Exempel Fel AB;123;3;\n"
    "Summa;;15;\n"
)


def try_out(client):
    sent = client.submit("/foretag/importera", file=(io.BytesIO(LIST.encode()), "lista.csv"))
    return client.submit(sent.location, **{"try": "1"}).location


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))


def test_the_report_has_every_row_with_its_outcome_and_why(client, scope):
    known = factories.company("Exempel Känt AB", number="5299304179")
    db.session.add(Engagement(company_id=known.id, tags=[], employees=8))
    db.session.commit()
    tried = try_out(client)

    answer = client.press(f"{tried}/rapport.csv", tried)

    headings, *rows = rows_of(answer)
    assert headings[:4] == ["Rad", "Företag", "Organisationsnummer", "Utfall"]
    assert [row[0] for row in rows] == ["2", "3", "4", "5"]
    assert rows[0][1:4] == ["Exempel Känt AB", "529930-4179", "Ändrad"]
    assert rows[0][5] == "Antal anställda: 8 blir 12. Kontaktpersonen läggs till"
    assert rows[1][3] == "Ny"
    assert rows[2][1:5] == ["Exempel Fel AB", "", "Går inte att använda", "Orgnr"] and rows[2][5]
    assert rows[3][3] == "Överhoppad"
    assert "Anna" not in str(rows)


def test_the_report_is_a_workbook_too_and_in_the_history(client, scope):
    tried = try_out(client)

    answer = client.press(f"{tried}/rapport.xlsx", tried)

    sheet = load_workbook(io.BytesIO(answer.get_data())).active
    assert sheet.max_row == 5 and sheet["A2"].value == 2
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == Action.LIST_EXPORTED)).one()
    assert event.facts["rows"] == 4


def test_refused_and_skipped_rows_have_pages_of_their_own(client, scope):
    tried = try_out(client)

    assert "Exempel Fel AB" in client.get(f"{tried}/avvisade").text
    assert "Orgnr:" in client.get(f"{tried}/avvisade").text
    assert "Summarad eller upprepad rubrik" in client.get(f"{tried}/overhoppade").text
