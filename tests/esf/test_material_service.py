"""The export of a whole project: it opens again, holds no secrets, and is the same twice."""

import io
import json
import zipfile

import fastjsonschema
import openpyxl
import pytest
from docx import Document
from pypdf import PdfReader

from broker import audit, clock
from broker.actions import Action
from broker.companies.models import Person
from broker.errors import NotFoundError
from broker.esf import answer_service, material_service, plan_service, queries
from broker.esf.exports import archive, docx, pdf, plain, schema, xlsx
from broker.esf.exports.material import cleaned
from broker.esf.exports.zipped import write_zip
from broker.esf.snapshots import service as snapshots
from broker.extensions import db
from tests import factories, factories_esf


@pytest.fixture
def project(scope, user):
    row = factories_esf.joined_project(scope, user)
    factories_esf.complete(row, user)
    factories_esf.worked_budget(row, user)
    return row


@pytest.fixture
def drafted(project, user):
    """Answer some questions of the project with their first texts."""
    for question_id in ("problem", "behov", "deltagare"):
        draft = answer_service.suggest_text(project, question_id)
        answer_service.save_answer(project, question_id, text=draft.text, sources=draft.sources, by=user)
    db.session.commit()


def material_of(project):
    return material_service.build_material(queries.load_application(project.id))


def exported(project, file_format):
    content, _name = snapshots.export_application(project.id, file_format)
    return content


def everything(material):
    return plain.render(material).decode()


def test_the_word_file_opens_with_the_notice_first(project):
    document = Document(io.BytesIO(docx.render(material_of(project))))

    notice = queries.get_form(project.form_version)["export_notice_sv"]
    assert notice in document.paragraphs[0].text


def test_the_pdf_opens_and_names_the_project(project):
    pages = PdfReader(io.BytesIO(pdf.render(material_of(project)))).pages

    assert project.name in "".join(page.extract_text() for page in pages)


def test_the_workbook_opens(project):
    assert openpyxl.load_workbook(io.BytesIO(xlsx.render(material_of(project)))).sheetnames


def test_the_json_has_the_budget_to_the_ore(project):
    document = json.loads(plain.render(material_of(project)))

    assert document["budget"]["result"]["support"] == "6605738.35"


@pytest.mark.usefixtures("drafted")
def test_the_json_follows_its_published_schema_and_is_read_back_whole(project):
    material = material_of(project)
    document = json.loads(plain.render(material))
    check = fastjsonschema.compile(json.loads(schema.render()))

    check(document)
    assert plain.read(document) == cleaned(material)
    result = {**document["budget"]["result"], "support": 1}
    with pytest.raises(fastjsonschema.JsonSchemaException, match="support"):
        check({**document, "budget": {**document["budget"], "result": result}})


def test_the_zip_holds_the_attachments_that_the_call_names(project, user):
    for kind, name in (("forandringsteori", "teori.pdf"), ("ovrigt", "annat.pdf")):
        plan_service.add_file(
            project,
            io.BytesIO(b"%PDF-" + name.encode()),
            file_name=name,
            media_type="application/pdf",
            kind=kind,
            by=user,
        )
    db.session.commit()

    package = zipfile.ZipFile(io.BytesIO(exported(project, "zip")))

    assert [name for name in package.namelist() if "bilagor" in name] == ["bilagor/teori.pdf"]
    assert package.read("bilagor/teori.pdf") == b"%PDF-teori.pdf"
    assert "bilagor/teori.pdf" in package.read("manifest.json").decode()


def test_the_zip_holds_every_format(project):
    names = zipfile.ZipFile(io.BytesIO(exported(project, "zip"))).namelist()

    assert names == [
        "ansokan.docx",
        "ansokan.pdf",
        "budget.xlsx",
        "ansokan.json",
        "ansokan.schema.json",
        "manifest.json",
    ]


@pytest.mark.usefixtures("drafted")
def test_the_same_project_gives_the_same_bytes(project, subtests):
    first, again = (archive.render_files(material_of(project), {}) for _time in range(2))
    assert first.keys() == again.keys()
    for name, content in first.items():
        with subtests.test(name=name):
            assert again[name] == content
    assert write_zip(first, clock.today()) == write_zip(again, clock.today())


def test_an_export_is_recorded_with_who_took_it(scope, user):
    project = factories_esf.project(scope, user)
    snapshots.export_application(project.id, "json", by=user)
    db.session.commit()

    event = audit.history_of(project)[0]
    assert (event.action, event.actor_id) == (Action.APPLICATION_EXPORTED, user.id)


def test_an_unknown_format_is_not_found(scope, user):
    project = factories_esf.project(scope, user)
    with pytest.raises(NotFoundError):
        snapshots.export_application(project.id, "exe")


@pytest.mark.usefixtures("drafted")
def test_footnotes_are_numbered_through_the_whole_application(project):
    material = material_of(project)

    numbers = [source.number for source in material.sources]
    assert numbers == list(range(1, len(numbers) + 1))
    answers = {question.id: question for section in material.sections for question in section.questions}
    assert f"[{answers['behov'].sources[0]}]" in answers["behov"].text
    assert answers["behov"].sources[0] > answers["problem"].sources[-1]


@pytest.mark.usefixtures("drafted")
def test_what_the_project_knows_is_answered_by_the_project_and_says_so(project, user):
    material = material_of(project)
    questions = {row.id: row for section in material.sections for row in section.questions}
    (number,) = questions["projektnamn"].sources
    assert questions["projektnamn"].text == project.name
    assert project.call.diary_no in questions["utlysning"].text
    assert f"{project.months} månader" in questions["projektperiod"].text
    assert {questions[name].sources for name in ("projektnamn", "utlysning", "projektperiod")} == {(number,)}
    assert next(row.text for row in material.sources if row.number == number) == "Projektets egna uppgifter"

    answer_service.save_answer(project, "projektnamn", text="Ett annat namn", by=user)
    db.session.commit()
    (section, *_rest) = material_of(project).sections
    assert (section.questions[0].text, section.questions[0].sources) == ("Ett annat namn", ())


def test_people_and_secrets_are_left_out_and_it_is_said(project):
    text = everything(material_of(project))

    for secret in ("Maria Företrädare", "Karl Kontaktsson", "hemligt-", "900000", "sade ja vid besöken"):
        assert secret not in text
    assert "namn på personer" in text
    assert "affärshemligheter" in text


def test_a_known_person_named_in_an_answer_is_taken_out(project, user):
    company_id = queries.list_contributions(project)[0].company_id
    factories.add(Person(company_id=company_id, name="Siv Svetsare", source="test"))
    answer_service.save_answer(project, "styrgrupp", text="Siv Svetsare, 19790312-1234, leder.", by=user)
    db.session.commit()

    material = material_of(project)
    assert "Siv Svetsare" not in everything(material)
    assert "19790312" not in everything(material)
    assert any(sentence.startswith("2 namn eller personnummer") for sentence in material.left_out)


def test_who_recorded_a_gate_is_not_in_the_export(project, user):
    plan_service.save_gate(project, "g5", is_met=True, note="Sett.", by=user)
    db.session.commit()

    assert user.name not in everything(material_of(project))


def test_the_number_of_a_sole_trader_is_masked(scope, user):
    project = factories_esf.project(scope, user)
    trader = factories_esf.company("Berits Svets", identity_hash="abc")
    factories_esf.join(project, factories_esf.cohort(user, factories_esf.need(trader, user)), user)

    material = material_of(project)
    assert [row.organisation_number for row in material.actors if row.name == "Berits Svets"] == ["19••••••-••••"]
    assert any("enskilda näringsidkare" in sentence for sentence in material.left_out)


def test_an_empty_project_is_exported_too(scope, user):
    assert exported(factories_esf.project(scope, user), "zip")
