"""A workbook of the budget goes out, is filled in and comes back."""

import io

import openpyxl
import pytest

from broker.audit import history_of
from broker.esf import queries
from broker.esf.budgets import figures
from broker.extensions import db
from tests import factories_esf
from tests.client import form_values


@pytest.fixture
def project(scope, user):
    row = factories_esf.project(scope, user)
    factories_esf.worked_budget(row, user)
    return row


def address(project, page):
    return f"/projekt/{project.id}/budget/{page}"


def filled_in(client, project, **cells):
    """Give the project's workbook with some cells of the budget changed."""
    workbook = openpyxl.load_workbook(io.BytesIO(client.press(address(project, "excel")).data))
    for cell, value in cells.items():
        workbook["Budget"][cell] = value
    stored = io.BytesIO()
    workbook.save(stored)
    return stored.getvalue()


def send(client, project, content):
    there = address(project, "fil")
    values = form_values(client.get(there).text) | {"file": (io.BytesIO(content), "budget.xlsx")}
    return client.post(there, data=values, content_type="multipart/form-data")


def store(client, project, shown):
    return client.post(address(project, "fil/spara"), data=form_values(shown.text))


def computed(project):
    db.session.expire_all()
    return figures.compute(queries.load_application(project.id))


def test_a_file_that_nobody_has_changed_changes_nothing(client, project):
    shown = send(client, project, filled_in(client, project))

    assert "Filen säger samma sak som budgeten" in shown.text


def test_who_pays_stays_as_it_was_written_when_the_file_says_the_same_name(client, project):
    row = queries.load_application(project.id).cofinancing[0]
    row.actor_id, row.contributor = None, queries.list_actors(project)[0].name
    db.session.commit()

    shown = send(client, project, filled_in(client, project))

    assert "Filen säger samma sak som budgeten" in shown.text


def test_rows_are_changed_added_and_removed_as_one_change(client, project):
    owner = queries.list_actors(project)[0].name
    new = {"B9": owner, "C9": "Personal", "D9": "Kommunikatör", "J9": 0.25, "L9": "Ekonom"}
    removed = dict.fromkeys(("B7", "C7", "D7", "H7"))
    content = filled_in(client, project, F3=1000, **new, **removed)
    shown = send(client, project, content)
    assert "Timmar: från 3\u00a0440 till 1\u00a0000." in shown.text
    assert "Tas bort" in shown.text
    assert len(computed(project).lines) == 6

    before = len(history_of(project))
    assert store(client, project, shown).status_code == 302
    lines = {line.title: line for line in computed(project).lines}
    assert lines["Projektledare"].hours == 1000
    assert "resor" not in lines
    assert (lines["Kommunikatör"].share, lines["Kommunikatör"].rate_id) == (pytest.approx(0.25), "Ekonom")
    assert len(history_of(project)) == before + 1


def test_every_wrong_cell_is_named_and_nothing_can_be_saved(client, project):
    content = filled_in(client, project, F3="många", L4="Coach", C6="Nöje", B7="Okänd kommun")
    shown = send(client, project, content).text

    for cell in ("Budget!F3", "Budget!L4", "Budget!C6", "Budget!B7"):
        assert cell in shown
    assert "Spara ändringarna" not in shown


def test_a_file_of_an_older_budget_is_a_conflict_and_overwrites_nothing(client, project):
    content = filled_in(client, project, F3=1000)
    shown = send(client, project, content)
    row = queries.list_actors(project)[0].budget_rows[0]
    client.submit(address(project, f"kostnader/{row.id}"), hours="2000")

    assert store(client, project, shown).status_code == 409
    assert "Budgeten har ändrats sedan filen gjordes" in send(client, project, content).text
    assert computed(project).lines[0].hours == 2000


def test_another_workbook_is_refused_with_what_to_choose(client, project):
    other = io.BytesIO()
    openpyxl.Workbook().save(other)

    for content in (other.getvalue(), b"inte alls en arbetsbok"):
        assert "Välj en budgetfil" in send(client, project, content).text
