"""What anybody may read names nobody: in no field, in no format, however the name is written."""

import io
import re
import zipfile

import pytest
from docx import Document
from pypdf import PdfReader

from broker.esf import answer_service, material_service, plan_service, queries, service
from broker.esf.budgets.models import BudgetRow, CoFinancingRow
from broker.esf.exports import plain
from broker.esf.public_text import PublicText
from broker.esf.snapshots import service as snapshots
from broker.extensions import db
from tests import factories, factories_esf

NAME = "Siv Svetsare"


@pytest.fixture
def project(scope, user):
    row = factories_esf.joined_project(scope, user)
    factories_esf.complete(row, user)
    factories_esf.worked_budget(row, user)
    factories.person(queries.list_contributions(row)[0].company, NAME)
    return row


def set_on(find_row, name):
    def write(project, user):
        setattr(find_row(queries.load_application(project.id)), name, f"Enligt {NAME}")

    return write


def first_cost(application):
    rows = [row for actor in application.actors for row in actor.budget_rows]
    return next(row for row in rows if isinstance(row, BudgetRow) and row.cost_type == "personal")


def first_financing(application):
    row = application.cofinancing[0]
    assert isinstance(row, CoFinancingRow)
    return row


def first_milestone(application):
    return application.goals[0].milestones[0]


def name_file(kind):
    def write(project, user):
        content = io.BytesIO(b"%PDF")
        names = {"file_name": f"{NAME}.pdf", "media_type": "application/pdf", "kind": kind}
        plan_service.add_file(project, content, **names, by=user)

    return write


def name_project(project, user):
    service.edit_project(project, {"name": f"{NAME} lyfter"}, by=user)


def name_source(project, user):
    source = {"number": 1, "text": f"Samtal med {NAME}", "page": "actors"}
    answer_service.save_answer(project, "problem", text=f"{NAME} sade så [1]", sources=[source], by=user)


def name_gate(project, user):
    plan_service.save_gate(project, "g5", is_met=True, note=f"{NAME} har kontrollerat", by=user)


def name_price(project, user):
    project.call.unit_costs = {**project.call.unit_costs, NAME: "500"}
    first_cost(queries.load_application(project.id)).rate_id = NAME


FIELDS = {
    "goal": set_on(lambda application: application.goals[0], "text"),
    "cause": set_on(lambda application: application.causes[0], "text"),
    "indicator": set_on(first_milestone, "indicator"),
    "baseline": set_on(first_milestone, "baseline"),
    "target": set_on(first_milestone, "target"),
    "data_source": set_on(first_milestone, "data_source"),
    "risk": set_on(lambda application: application.steering.risks[0], "text"),
    "risk_owner": set_on(lambda application: application.steering.risks[0], "owner_role"),
    "activity": set_on(lambda application: application.activities[0], "title"),
    "provider": set_on(lambda application: application.activities[0], "provider_name"),
    "owner": set_on(lambda application: application.owner, "name"),
    "actor": set_on(lambda application: application.actors[-1], "name"),
    "cost": set_on(first_cost, "title"),
    "financing": set_on(first_financing, "title"),
    "contributor": set_on(first_financing, "contributor"),
    "rate_source": set_on(lambda application: application.project, "rate_source"),
    "call": set_on(lambda application: application.call, "title"),
    "call_source": set_on(lambda application: application.call, "source"),
    "price": name_price,
    "project": name_project,
    "source": name_source,
    "gate": name_gate,
    "file": name_file("forandringsteori"),
    "other_file": name_file("ovrigt"),
}


def texts_of_document(document):
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def raw_text(content):
    package = zipfile.ZipFile(io.BytesIO(content))
    return "\n".join(package.read(name).decode(errors="ignore") for name in package.namelist())


EXPORTED_AS_TEXT = {
    "docx": lambda content: texts_of_document(Document(io.BytesIO(content))) + raw_text(content),
    "pdf": lambda content: "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages),
    "xlsx": raw_text,
    "json": lambda content: content.decode(),
}


def material_of(project):
    return material_service.build_material(queries.load_application(project.id))


def test_a_known_person_typed_in_a_field_is_left_out_and_told_of(project, user, subtests):
    for field, write in FIELDS.items():
        with subtests.test(field=field):
            write(project, user)

            material = material_of(project)
            assert NAME not in plain.render(material).decode()
            assert any("namn eller personnummer i texterna är ersatta" in sentence for sentence in material.left_out)
        db.session.rollback()


def test_the_person_in_a_seat_of_the_steering_group_is_left_out_wherever_it_is_named(project, user):
    answer_service.save_answer(project, "styrgrupp", text="Gruppen leds av Lena Ledamot.", by=user)
    db.session.commit()

    assert "Ledamot." not in plain.render(material_of(project)).decode()


def test_a_known_person_typed_in_every_field_is_in_no_format(project, user, subtests):
    for write in FIELDS.values():
        write(project, user)
    db.session.commit()
    snapshot = snapshots.take_out(project.id)

    for file_format, as_text in EXPORTED_AS_TEXT.items():
        with subtests.test(file_format=file_format):
            content, file_name = snapshots.hand_out(project, snapshot, file_format)
            assert NAME not in re.sub(r"\s+", " ", as_text(content))
            assert "svetsare" not in file_name.split("-20")[0]


def test_a_person_called_as_a_word_of_the_template_changes_none_of_its_codes(project):
    before = material_of(project)
    company = queries.list_contributions(project)[0].company
    for name in ("Personal", "Deltagare", "Behov", "Problem"):
        factories.person(company, name)

    material = material_of(project)

    assert [line.cost_type for line in material.budget.lines] == [line.cost_type for line in before.budget.lines]
    assert [row.kind for row in material.budget.cofinancing] == [row.kind for row in before.budget.cofinancing]
    assert material.budget.cost_type_titles == before.budget.cost_type_titles
    assert [section.title for section in material.sections] == [section.title for section in before.sections]
    assert material.notice == before.notice


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("Åsa-Lena Öberg leder.", "[namn utelämnat] leder."),
        ("åsa lena öberg leder.", "[namn utelämnat] leder."),
        ("Asa-Lena Oberg leder.", "[namn utelämnat] leder."),
        ("A\u030asa-Lena O\u0308berg leder.", "[namn utelämnat] leder."),
        ("Idén är ÅSA-LENA ÖBERGS.", "Idén är [namn utelämnat]."),
        ("Från Åsa-Lena\nÖberg, i går", "Från [namn utelämnat], i går"),
        ("Åsa-Lena Öbergsson leder.", "Åsa-Lena Öbergsson leder."),
        ("Straße 1, 790312-1234!", "Straße 1, [personnummer utelämnat]!"),
    ],
)
def test_a_name_is_found_however_it_is_written(written, left):
    assert PublicText(["asa lena oberg"]).of(written) == left


def test_what_was_taken_out_is_counted_once():
    public = PublicText(["siv svetsare"])
    public.of(public.of("Siv Svetsare, Siv Svetsare och 790312-1234"))

    assert public.replaced == 3
