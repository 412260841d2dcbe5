"""The form as data: a broken one says where, a newer one says what it changes, and no answer is ever lost."""

import copy
import io
from types import SimpleNamespace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from broker.access import Role
from broker.esf import answer_service, queries
from broker.esf.form_versions.checking import list_faults
from broker.esf.form_versions.comparing import gone_answers, list_changes
from broker.extensions import db
from broker.reference.models import ReferenceDocument
from broker.reference.queries import read_yaml
from tests import factories_esf
from tests.client import form_values

FORM = read_yaml("esf_application_form")
RULES = "/regler/esf_application_form"


def changed(*changes):
    form = copy.deepcopy(FORM)
    for change in changes:
        change(form)
    return form


def question(form, question_id):
    return next(row for part in form["sections"] for row in part["questions"] if row["id"] == question_id)


def without(question_id):
    def change(form):
        for part in form["sections"]:
            part["questions"] = [row for row in part["questions"] if row["id"] != question_id]
        for row in (*form["criteria"], *form["horizontal_principles"]["questions"]):
            for name in ("questions", "where"):
                if name in row:
                    row[name] = [key for key in row[name] if key != question_id]

    return change


def with_new(form):
    form["sections"][1]["questions"].append(dict(question(form, "orsaker"), id="ny", text_sv="Helt ny fråga"))


def with_limit(form):
    question(form, "problem")["max_chars"] = 10


@pytest.fixture(autouse=True)
def forgotten(app):
    yield
    with app.app_context():
        db.session.rollback()
        db.session.query(ReferenceDocument).filter(ReferenceDocument.version.contains("+")).delete()
        db.session.commit()
    queries._FORMS.clear()


def test_the_products_own_form_has_no_faults(app):
    with app.test_request_context():
        assert list_faults(FORM) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda new: question(new, "mal").update(id="problem"), "questions: ”problem” står två gånger"),
        (lambda new: question(new, "mal").update(kind="essä"), "sections/projektmal/questions/mal/kind: ”essä”"),
        (lambda new: question(new, "mal").update(max_chars=0), "questions/mal/max_chars: skriv ett antal tecken"),
        (lambda new: question(new, "mal")["fed_by"].append("goal.mood"), "mal/fed_by: ”goal.mood” finns inte"),
        (lambda new: new["sections"][1].update(criterion="k9"), "problemformulering/criterion: ”k9”"),
        (lambda new: new["criteria"][0]["questions"].append("drom"), "criteria/k1/questions: ”drom” finns inte"),
        (lambda new: new["criteria"][0]["checks"].append({"id": "k1z", "kind": "automatic"}), "k1z: Broker kan inte"),
        (lambda new: new["criteria"][0]["checks"].append({"id": "k1z", "kind": "human"}), "Broker har ingen fråga"),
        (lambda new: new["formal_gates"][0].update(id="g99"), "formal_gates/g99: ”g99” finns inte"),
        (lambda new: new["formal_gates"][0].update(level="maybe"), "formal_gates/g1/level"),
        (lambda new: new["budget"]["cost_types"][0]["models"].append("gissning"), "personal/models: ”gissning”"),
        (lambda new: new["budget"].update(default_model="x"), "budget/default_model: ”x” finns inte"),
        (lambda new: new["actors"]["roles"].pop(0), "rollen ”projektagare” saknas"),
        (lambda new: new["horizontal_principles"]["questions"][0]["where"].append("x"), "questions/h1/where: ”x”"),
        (lambda new: new.pop("criteria"), "inte uppbyggd som en blankett"),
    ],
)
def test_a_form_that_points_at_nothing_says_where_and_what_to_do(app, change, told):
    with app.test_request_context():
        faults = list_faults(changed(change))
    assert any(told in fault for fault in faults), faults


def test_a_newer_form_says_what_comes_goes_moves_and_asks_more():
    def move(form):
        form["sections"][1]["questions"].append(form["sections"][2]["questions"].pop())

    after = changed(without("risker"), with_new, with_limit, move)
    question(after, "sammanfattning_en")["required"] = True
    told = {
        (row.question_id, row.level): str(row.sentence)
        for row in list_changes(FORM, after, {"problem": "x" * 25, "risker": "Folk slutar"})
    }
    assert told == {
        ("sammanfattning_en", "stop"): "Frågan ska nu besvaras.",
        ("problem", "stop"): "Högst 10 tecken; svaret har 25. Korta det med 15.",
        ("ny", "stop"): "Ny fråga som ska besvaras.",
        ("deltagare", "info"): "Frågan är flyttad till delen Problemformulering.",
        ("risker", "warn"): "Frågan är borttagen. Svaret sparas under Frågor som inte finns längre.",
    }
    assert list_changes(FORM, FORM, {}) == []


QUESTIONS = [row["id"] for part in FORM["sections"] for row in part["questions"]]


@given(gone=st.sets(st.sampled_from(QUESTIONS)), written=st.sets(st.sampled_from(QUESTIONS)))
def test_every_question_that_goes_is_said_and_every_answer_to_it_is_kept(gone, written):
    after = changed(*(without(question_id) for question_id in gone))
    answers = [SimpleNamespace(question_id=question_id, text="svar") for question_id in sorted(written)]

    told = list_changes(FORM, after, dict.fromkeys(written, "svar"))
    assert {row.question_id for row in told} == gone
    assert {row.question_id for row in told if "Svaret sparas" in str(row.sentence)} == gone & written
    assert {row.question_id for row in gone_answers(after, answers)} == gone & written


def read_in(operator, form):
    text = yaml.dump(form, allow_unicode=True, sort_keys=False)
    fields = {"file": (io.BytesIO(text.encode()), "blankett.yaml"), "source": "Projektrummet+ 2027"}
    return operator.submit(f"{RULES}/ny", **fields)


def test_a_corrected_form_is_read_in_and_a_project_moves_to_it_with_all_its_answers(client, client_for, scope, user):
    project = factories_esf.project(scope, user)
    for question_id, text in (("problem", "För få kan svetsa i Flen"), ("risker", "Folk kan sluta")):
        answer_service.save_answer(project, question_id, text=text, by=user)
    db.session.commit()
    operator = client_for(Role.PROCURER, is_operator=True)
    faulty = read_in(operator, changed(lambda form: question(form, "mal").update(kind="essä")))
    assert faulty.status_code == 422 and "sections/projektmal/questions/mal/kind" in faulty.text

    looked = read_in(operator, changed(without("risker"), with_new, with_limit))
    assert "Pågående projekt, som behåller sin blankett tills deras folk byter: 1." in looked.text
    assert "Av dem får något att göra om de byter: 1." in looked.text
    assert "Helt ny fråga" in looked.text
    operator.post(f"{RULES}/ny", data=form_values(looked.text), content_type="multipart/form-data")

    address = f"/projekt/{project.id}/blankett"
    report = client.get(address)
    assert "Korta det med" in report.text and "Ny fråga som ska besvaras" in report.text
    assert queries.get_project(project.id).form_version == FORM["version"]
    assert client.get(f"/projekt/{project.id}/ansokan/metod").status_code == 200
    client.post(address, data=form_values(report.text))

    moved = queries.get_project(project.id)
    assert moved.form_version == f"{FORM['version']}+1"
    page = client.get(address).text
    assert "Frågor som inte finns längre" in page and "Folk kan sluta" in page and "Risker och hur de möts" in page
    assert {row.question_id: row.text for row in moved.answers}["risker"] == "Folk kan sluta"
    assert "Helt ny fråga" in client.get(f"/projekt/{project.id}/ansokan/problemformulering").text
    assert "Projekt flyttat till ny blankett" in client.get(f"/projekt/{project.id}/historik").text
    assert f"{FORM['version']}+1" in client.get("/projekt/blanketter").text
    for path in ("", "/kontroller", "/export"):
        assert client.get(f"/projekt/{project.id}{path}").status_code == 200
