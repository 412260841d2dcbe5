"""A call is corrected while it is open: the difference is read and the project moved over, by links and forms alone."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from broker.extensions import db
from tests import factories_esf
from tests.browser.steps import follow, press, sees, sign_in, write

# What a browser does with a page does not depend on the database behind it.
pytestmark = pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)
TABLE = "Roll;Pris per timme\nProjektledare;610,00\nKompetensmäklare;482\nEkonom;579\ndeltagare;290\n"


def test_a_call_is_corrected_and_the_project_moved_over(page, scope, user, tmp_path):
    project = factories_esf.project(scope, user, name="Svetsa ihop")
    project_id, call_id, person = project.id, project.call_id, SimpleNamespace(email=user.email)
    # Whoever reads keeps the page from writing until he lets go.
    db.session.rollback()
    sign_in(page, person)
    page.goto(f"/projekt/{project_id}")
    sees(page, "(om 60 dagar)")
    page.goto(f"/utlysningar/{call_id}")
    follow(page, "Rätta utlysningen")
    earlier = factories_esf.START - timedelta(days=30)
    write(page, closing_time="12.00", latest_start=earlier.isoformat(), attachments="Inköpspolicy")
    press(page, "Spara som ny version")
    sees(page, "Skillnader mot version 1", "Senaste start", "Bilaga: Inköpspolicy")

    page.goto("/")
    follow(page, "Utlysningen är rättad: läs vad det betyder för Svetsa ihop")
    sees(page, "Flytta starten till mellan", "Lägg till bilagan ”Inköpspolicy”.")
    press(page, "Flytta projektet till version 2")
    sees(page, "Projektet följer nu version 2 av utlysningen.")

    (table := tmp_path / "tabell.csv").write_text(TABLE, encoding="utf-8")
    page.goto(f"/utlysningar/{call_id + 1}")
    follow(page, "Läs in en ny tabell")
    write(page, file=str(table))
    press(page, "Visa tabellen")
    sees(page, "Ändras", "Den nya tabellen blir därför en ny version")
    press(page, "Spara enhetskostnaderna")
    sees(page, "Enhetskostnaderna är inlästa i version 3.", "Inlästa från tabell.csv")
