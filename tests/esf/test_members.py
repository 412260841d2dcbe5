"""A joint project as its members meet it: the same files, the same export, and who did what for whom."""

import io

import pytest
from sqlalchemy import select

from broker import access, clock
from broker.access import Role
from broker.companies.models import Person
from broker.errors import NotFoundError
from broker.esf import answer_service, material_service, plan_service, queries, service
from broker.esf.exports import plain
from broker.esf.snapshots import service as snapshots
from broker.extensions import db
from tests import factories, factories_esf
from tests.conftest import signed_in_client

PDF = {"file_name": "teori.pdf", "media_type": "application/pdf", "kind": "forandringsteori"}


@pytest.fixture
def partner(app):
    return factories.organisation("Partnerns lärcentrum")


@pytest.fixture
def project(scope, user, partner):
    """Give a project to which two organisations have each brought a company with a person of their own."""
    row = factories_esf.joined_project(scope, user, companies=1)
    service.add_member(row, partner, ground_note="Samtycke", by=user)
    db.session.commit()
    factories.person(company_of(row, 0), "Siv Svetsare")
    with access.acting_in(partner.id):
        cohort = factories_esf.cohort(user, factories_esf.need(factories_esf.company(), user))
        factories_esf.join(queries.get_project(row.id), cohort, user)
        company = company_of(row, 1)
        factories.person(company, "Åsa-Lena Öberg", is_protected=True)
        factories.person(company, "Nils Avslutad", is_active=False)
    return queries.get_project(row.id)


def company_of(project, place):
    return queries.list_contributions(project)[place].company


def as_text(project):
    return plain.render(material_service.build_material(queries.load_application(project.id))).decode()


def exported(project):
    """Give all formats of what is taken out of the project, and nothing of it is kept."""
    snapshot = snapshots.take_out(project.id)
    contents = {name: snapshots.hand_out(project, snapshot, name)[0] for name in snapshots.MEDIA_TYPES}
    db.session.rollback()
    return contents


@pytest.mark.parametrize("name", ["Siv Svetsare", "ÅSA LENA ÖBERG", "Asa-Lena Öbergs", "Nils Avslutad"])
def test_a_person_whom_any_member_knows_is_taken_out_of_every_members_export(project, partner, user, name):
    answer_service.save_answer(project, "problem", text=f"Vi frågade {name} om det.", by=user)
    db.session.commit()

    for organisation_id in (project.owner_id, partner.id):
        with access.acting_in(organisation_id):
            text = as_text(project)
        assert name not in text
        assert "Vi frågade [namn utelämnat] om det." in text


def test_two_members_export_equal_bytes(project, partner, user, subtests):
    answer_service.save_answer(project, "problem", text="Siv Svetsare och Nils Avslutad ska lära sig.", by=user)
    plan_service.add_file(project, io.BytesIO(b"%PDF"), **PDF, by=user)
    db.session.commit()
    own = exported(project)

    with access.acting_in(partner.id):
        others = exported(project)
    for file_format, content in own.items():
        with subtests.test(file_format=file_format):
            assert others[file_format] == content


def test_names_known_only_outside_the_project_stay_where_they_are(project, user):
    company = company_of(project, 0)
    with access.acting_in(factories.organisation().id):
        factories.person(company, "Gun Granne")
    answer_service.save_answer(project, "problem", text="Gun Granne AB vill växa.", by=user)
    db.session.commit()

    assert "Gun Granne AB" in as_text(project)


def test_reading_names_past_the_organisation_leaves_the_scope_as_it_was(project, partner):
    with access.acting_in(partner.id):
        queries.list_person_keys(project)

        assert access.organisation_in_scope() == partner.id
        assert [row.name for row in db.session.scalars(select(Person).order_by(Person.id))] == [
            "Åsa-Lena Öberg",
            "Nils Avslutad",
        ]


def test_a_file_that_one_member_adds_is_there_for_the_other(app, client, project, partner):
    colleague = signed_in_client(app, factories.user(organisation=partner, roles=[Role.READER]))
    address = f"/projekt/{project.id}/bilagor"
    response = client.submit(f"{address}/ny", kind="forandringsteori", file=(io.BytesIO(b"%PDF teori"), "teori.pdf"))
    assert response.status_code == 302, response.text

    page = colleague.get(address).text
    assert "teori.pdf" in page
    file_id = queries.list_files(project)[0].id
    handed_out = colleague.get(f"{address}/{file_id}")
    assert handed_out.data == b"%PDF teori"
    assert "attachment" in handed_out.headers["Content-Disposition"]
    assert "teori.pdf" in handed_out.headers["Content-Disposition"]


def test_both_members_see_that_a_required_attachment_is_in_place(project, partner, user):
    plan_service.add_file(project, io.BytesIO(b"%PDF"), **PDF, by=user)
    db.session.commit()

    for organisation_id in (project.owner_id, partner.id):
        with access.acting_in(organisation_id):
            assert [row.file_name for row in queries.load_application(project.id).attachments] == ["teori.pdf"]


def test_a_file_is_not_found_by_others_or_under_another_project(app, project, user, scope):
    row = plan_service.add_file(project, io.BytesIO(b"%PDF hemligt-fil"), **PDF, by=user)
    db.session.commit()
    project_id, file_id, other_id = project.id, row.id, factories_esf.project(scope, user).id
    own, stranger = (
        signed_in_client(app, factories.user(organisation=organisation, roles=list(Role)))
        for organisation in (scope, factories.organisation())
    )

    assert stranger.get(f"/projekt/{project_id}/bilagor/{file_id}").status_code == 404
    assert own.get(f"/projekt/{other_id}/bilagor/{file_id}").status_code == 404
    with access.acting_in(factories.organisation().id), pytest.raises(NotFoundError):
        queries.get_project(project_id)


def test_the_history_says_who_did_what_for_which_organisation(app, client, project, partner, scope):
    colleague = signed_in_client(app, factories.user(organisation=partner, roles=list(Role), name="Petra Partner"))
    assert client.submit(f"/projekt/{project.id}/mal/nytt", text="Ägarens mål").status_code == 302
    assert colleague.submit(f"/projekt/{project.id}/mal/nytt", text="Partnerns mål").status_code == 302

    for browser in (client, colleague):
        page = browser.get(f"/projekt/{project.id}/historik").text
        assert "Petra Partner, Partnerns lärcentrum" in page
        assert f", {scope.name}" in page
        assert page.count("Mål sparat") == 2


def test_the_history_is_not_found_by_others(app, project):
    stranger = signed_in_client(app, factories.user(organisation=factories.organisation(), roles=list(Role)))

    assert stranger.get(f"/projekt/{project.id}/historik").status_code == 404


def test_the_files_say_when_and_by_whom_they_were_added(project, user):
    plan_service.add_file(project, io.BytesIO(b"%PDF"), **PDF, by=user)
    db.session.commit()

    (row,) = queries.list_files(project)
    assert (row.uploaded_by.name, row.size, clock.in_sweden(row.uploaded_at).date()) == (user.name, 4, clock.today())
