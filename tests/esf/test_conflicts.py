"""Two people in the same project at once: nobody's text is lost or overwritten unseen."""

import json
import re
import threading

import pytest
from flask.testing import FlaskClient

from broker.accounts.models import User
from broker.esf import answer_service, plan_service, queries
from broker.esf.budgets import figures, importing
from broker.esf.budgets.sheet import COSTS, FINANCING
from broker.esf.chain import queries as chain_queries
from broker.esf.chain import service as chain
from broker.esf.readiness import service as readiness
from broker.esf.readiness.queries import find_mark
from broker.extensions import db
from tests import factories_esf
from tests.client import form_values
from tests.esf.test_readiness import meet_all


@pytest.fixture
def project(scope, user):
    return factories_esf.joined_project(scope, user)


@pytest.fixture
def section(project):
    return f"/projekt/{project.id}/ansokan/problemformulering"


def way_back(response):
    """Give where the conflict page leads somebody who keeps what is saved."""
    return re.findall(r'href="([^"]+)"[^>]*>\s*(?:Behåll den sparade versionen|Se det som gäller nu)', response.text)[0]


def test_the_second_to_record_a_new_gate_gets_both_texts(client, project):
    address = f"/projekt/{project.id}/kontroller/g5"
    page = form_values(client.get(address).text)
    assert client.submit(address, is_met="y", note="Kollegans anteckning").status_code == 302

    response = client.post(address, data=page | {"note": "Min anteckning"})

    assert response.status_code == 409
    assert "Kollegans anteckning" in response.text
    assert "Min anteckning" in response.text
    assert queries.find_gate(project, "g5").note == "Kollegans anteckning"


def test_a_recorded_gate_is_not_changed_from_an_old_page(client, project):
    address = f"/projekt/{project.id}/kontroller/g5"
    client.submit(address, is_met="y", note="Först")
    page = form_values(client.get(address).text)
    client.submit(address, note="Sedan")

    assert client.post(address, data=page | {"note": "För sent"}).status_code == 409
    assert client.submit(address, note="Sist").status_code == 302
    db.session.expire_all()
    assert queries.find_gate(project, "g5").note == "Sist"


def post_meanwhile(client, address, fields, save):
    """Post while somebody else has saved the same and not yet committed; give the answer that then comes."""
    answers = []

    def post():
        # The test's own client would end the transaction that is open here.
        answers.append(FlaskClient.open(client, address, method="POST", data=fields))

    db.session.rollback()
    save()
    db.session.flush()
    thread = threading.Thread(target=post)
    thread.start()
    thread.join(timeout=0.7)
    assert not answers
    db.session.commit()
    thread.join(timeout=20)
    return answers[0]


def test_two_first_answers_at_once_do_not_fail(client, project, section, user):
    project_id, user_id = project.id, user.id
    fields = {"csrf_token": client.csrf_token(section), "version": "0", "text": "Min text", "sources": "[]"}

    def save():
        row = queries.get_project(project_id)
        answer_service.save_answer(row, "problem", text="Kollegans text", by=db.session.get_one(User, user_id))

    response = post_meanwhile(client, f"{section}/problem", fields, save)

    assert response.status_code == 409
    assert "Kollegans text" in response.text
    assert "Min text" in response.text
    assert client.get(way_back(response)).status_code == 200
    assert [row.text for row in queries.get_project(project_id).answers] == ["Kollegans text"]


def test_two_first_records_of_a_gate_at_once_do_not_fail(client, project, user):
    project_id, user_id = project.id, user.id
    address = f"/projekt/{project_id}/kontroller/g4"
    fields = form_values(client.get(address).text) | {"note": "Min anteckning"}

    def save():
        row = queries.get_project(project_id)
        plan_service.save_gate(
            row, "g4", is_met=True, note="Kollegans anteckning", by=db.session.get_one(User, user_id)
        )

    response = post_meanwhile(client, address, fields, save)

    assert response.status_code == 409
    assert "Kollegans anteckning" in response.text
    assert "Min anteckning" in response.text


def test_an_application_that_two_mark_as_ready_at_once_has_one_mark(client, project, user):
    factories_esf.complete(project, user)
    meet_all(project, user)
    project_id, user_id = project.id, user.id
    fields = {"csrf_token": client.csrf_token(f"/projekt/{project_id}")}

    def save():
        readiness.mark_ready(project_id, by=db.session.get_one(User, user_id))

    assert post_meanwhile(client, f"/projekt/{project_id}/fardig", fields, save).status_code == 302

    readiness.withdraw(queries.get_project(project_id), by=db.session.get_one(User, user_id))
    db.session.commit()
    assert find_mark(queries.get_project(project_id)) is None


def test_a_workbook_that_is_saved_twice_at_once_adds_its_rows_once(client, project, user):
    project_id, user_id = project.id, user.id
    application = queries.load_application(project_id)
    state, owner = importing.state_of(application), application.actors[0].name
    travel = figures.cost_types(application.form)["resor"]
    raw = [[1, None, *COSTS[1:4]], [2, None, owner, travel, "Tåg", None, None, None, "900"]]
    raw += [[3, None, *FINANCING[1:4]]]
    address = f"/projekt/{project_id}/budget/fil"
    fields = {"csrf_token": client.csrf_token(address), "rows": json.dumps(raw), "state": state}

    def save():
        importing.save_file(project_id, raw, state=state, by=db.session.get_one(User, user_id))

    response = post_meanwhile(client, f"{address}/spara", fields, save)

    assert response.status_code == 409
    db.session.expire_all()
    rows = [row.title for actor in queries.list_actors(queries.get_project(project_id)) for row in actor.budget_rows]
    assert rows == ["Tåg"]


def test_a_row_that_somebody_changed_is_not_taken_out_unseen(client, project, user):
    goal = chain.save_goal(project, None, {"text": "Ett mål"}, by=user)
    db.session.commit()
    address = f"/projekt/{project.id}/mal/{goal.id}"
    old = re.search(
        r'name="version" value="(\d+)"[^>]*>\s*<button type="submit" class="btn btn-danger"', client.get(address).text
    ).group(1)
    client.submit(address, call_part="30")

    for version in (old, "", None):
        fields = {} if version is None else {"version": version}
        response = client.press(f"/projekt/{project.id}/ta-bort/mal/{goal.id}", **fields)
        assert response.status_code == 409
        assert "Se vad som gäller nu" in response.text
        assert "Ett mål" in client.get(way_back(response)).text

    response = client.press(f"/projekt/{project.id}/ta-bort/mal/{goal.id}", version="2")
    assert response.status_code == 302
    assert chain_queries.list_goals(project) == []


def test_keeping_the_saved_answer_leads_to_its_page(client, project, section, user):
    answer_service.save_answer(project, "problem", text="Kollegans text", by=user)
    db.session.commit()

    response = client.press(f"{section}/problem", page=section, text="Min text", version="0")

    address = way_back(response)
    assert address.endswith("/problemformulering/problem")
    assert "Kollegans text" in client.get(address).text


def test_saving_ones_own_answer_instead_works_from_the_conflict_page(client, project, section, user):
    answer_service.save_answer(project, "problem", text="Kollegans text", by=user)
    db.session.commit()
    conflict = client.press(f"{section}/problem", page=section, text="Min text", version="0")

    response = client.post(f"{section}/problem", data=form_values(conflict.text))

    assert response.status_code == 302
    assert "Min text" in client.get(section).text


HIDDEN = [
    "[" * 100_000,
    "[" * 2_000_000,
    '[{"number": ' + "9" * 5_000 + ', "text": "x", "page": "actors"}]',
    '[{"number": ' + "9" * 50 + ', "text": "x", "page": "actors"}]',
    '[{"number": 1e999, "text": "x", "page": "actors"}]',
    '[{"number": 1, "text": "x", "page": ["actors"]}]',
    '{"number": 1}',
    "7",
    "null",
]


def test_footnotes_that_nobody_can_read_are_asked_for_again(client, project, section, subtests):
    for place, sources in enumerate(HIDDEN):
        fields = {"text": "Min text", "version": "0", "sources": sources}
        with subtests.test(place=place):
            response = client.press(f"{section}/problem", page=section, **fields)

            assert response.status_code == 422
            assert "Källorna gick inte att läsa" in response.text
            assert "Min text" in response.text
            assert client.press(f"{section}/problem/underlag", page=section, **fields).status_code == 200
