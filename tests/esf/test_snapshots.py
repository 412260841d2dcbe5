"""What was taken out of a project once: it never changes, can be had again, and is compared with the project now."""

import io
import json
import zipfile

import pytest
from sqlalchemy import text

from broker import access, audit, files
from broker.actions import Action
from broker.errors import NotFoundError
from broker.esf import answer_service, material_service
from broker.esf import queries as esf
from broker.esf.snapshots import queries, service
from broker.esf.snapshots.differences import compare
from broker.extensions import db
from tests import factories, factories_esf


@pytest.fixture
def project(scope, user):
    row = factories_esf.project(scope, user)
    answered(row, "Få kan svetsa i Flen.", user)
    return row


@pytest.fixture
def whole_project(scope, user):
    row = factories_esf.joined_project(scope, user)
    factories_esf.complete(row, user)
    factories_esf.worked_budget(row, user)
    answered(row, "Få kan svetsa i Flen.", user)
    return row


def taken(project, user):
    snapshot = service.take_out(project.id, by=user)
    db.session.commit()
    return snapshot


def answered(project, words, user):
    answer_service.save_answer(project, "problem", text=words, by=user)
    db.session.commit()


def test_what_was_taken_out_stays_as_it_was_when_the_project_changes(whole_project, user, subtests):
    project, snapshot = whole_project, taken(whole_project, user)
    before = {name: service.hand_out(project, snapshot, name)[0] for name in service.MEDIA_TYPES}
    answered(project, "Ingen kan svetsa i Flen.", user)
    project.name = "Ett helt annat namn"
    db.session.commit()

    for file_format, content in before.items():
        with subtests.test(file_format=file_format):
            after, name = service.hand_out(project, snapshot, file_format)
            assert after == content
            assert "annat-namn" not in name


def test_that_something_was_taken_out_is_told_before_anybody_fetches_it(project, user):
    taken(project, user)
    taken(project, user)

    told = [event.facts for event in audit.history_of(project) if event.action == Action.APPLICATION_KEPT]
    assert told == [{"number": 1}]


def test_the_same_state_is_kept_once_and_a_new_one_gets_the_next_number(project, user):
    first, again = taken(project, user), taken(project, user)
    answered(project, "Ingen kan svetsa i Flen.", user)

    assert again is first
    assert (first.number, taken(project, user).number) == (1, 2)


def test_the_page_tells_what_has_changed_since_and_gives_the_answers_to_copy(client, project, user):
    answered(project, "Få kan svetsa i Flen. [1]", user)
    page = client.press(f"/projekt/{project.id}/export")
    where = page.headers["Location"]
    assert "säger detsamma som projektet nu" in client.get(where).text
    answered(project, "Ingen kan svetsa i Flen.", user)

    shown = client.get(where).text
    assert '<del class="as-typed">Få kan svetsa i Flen. [1]</del>' in shown
    assert '<ins class="as-typed">Ingen kan svetsa i Flen.</ins>' in shown
    assert ">Få kan svetsa i Flen.</textarea>" in shown
    assert "Uttag 1" in client.get(f"/projekt/{project.id}/export").text


def test_the_zip_that_is_downloaded_lists_itself_and_who_took_it_is_recorded(client, project, user):
    where = client.press(f"/projekt/{project.id}/export").headers["Location"]
    package = zipfile.ZipFile(io.BytesIO(client.press(f"{where}/zip").data))
    manifest = json.loads(package.read("manifest.json"))

    assert {row["name"] for row in manifest["files"]} == set(package.namelist()) - {"manifest.json"}
    event = audit.history_of(project)[0]
    assert (event.actor_id, event.facts["number"]) == (user.id, 1)


def test_moving_a_row_is_told_under_its_heading(whole_project, user):
    before = material_service.build_material(esf.load_application(whole_project.id))
    factories_esf.worked_budget(whole_project, user)
    after = material_service.build_material(esf.load_application(whole_project.id))

    assert compare(before, before) == []
    assert any(row.added for row in compare(before, after))


def test_nothing_of_it_can_be_rewritten_and_its_files_are_in_use(project, user):
    snapshot = taken(project, user)
    assert {row.content_hash for row in snapshot.files} <= files.list_hashes()
    snapshot.digest = "0"
    with pytest.raises(RuntimeError, match="written once"):
        db.session.flush()
    db.session.rollback()


def test_only_members_of_the_project_reach_it(project, user):
    key = taken(project, user).id
    with access.acting_in(factories.organisation("Grannens lärcentrum").id):
        with pytest.raises(NotFoundError):
            queries.get_snapshot(project, key)
        if db.engine.dialect.name == "postgresql":
            assert db.session.scalar(text("select count(*) from snapshot_file")) == 0


def test_another_format_than_these_is_not_found(project, user):
    with pytest.raises(NotFoundError):
        service.hand_out(project, taken(project, user), "exe")
