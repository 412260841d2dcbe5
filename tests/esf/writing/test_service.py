"""Versions, what is done, and texts that follow their data."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from broker import access, clock
from broker.actions import Action
from broker.audit import AuditEvent
from broker.errors import RefusedError
from broker.esf import answer_service, queries
from broker.esf.writing import queries as writing
from broker.esf.writing import service
from broker.esf.writing.models import Origin
from broker.extensions import db
from tests import factories, factories_esf


@pytest.fixture
def project(scope, user):
    return factories_esf.project(scope, user)


def save(project, text, by, **more):
    answer_service.save_answer(project, "problem", text=text, by=by, **more)
    db.session.commit()


def versions(project):
    return [(row.number, row.text, row.written_by.name) for row in writing.list_versions(project, "problem")]


def events(project, action):
    query = select(AuditEvent).where(AuditEvent.action == action, AuditEvent.subject_id == project.id)
    return len(db.session.scalars(query).all())


def test_what_one_person_saves_in_one_sitting_is_one_version(project, user, monkeypatch):
    colleague = factories.user(organisation=project.owner, name="Kollegan")
    for text in ("Ett", "Ett två", "Ett två tre"):
        save(project, text, user, is_autosaved=True)
    save(project, "Ett två tre fyra", colleague)
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    save(project, "Ett två fem", colleague)

    assert versions(project) == [
        (3, "Ett två fem", "Kollegan"),
        (2, "Ett två tre fyra", "Kollegan"),
        (1, "Ett två tre", user.name),
    ]
    # What nobody asked to have saved is an event once in a sitting.
    assert events(project, Action.ANSWER_SAVED) == 3


def test_an_earlier_version_is_restored_as_a_new_one(project, user):
    source = {"number": 1, "text": "Rad", "page": "actors"}
    save(project, "Först [1]", user, sources=[source])
    save(project, "Sedan", factories.user(organisation=project.owner), sources=[])

    service.restore_version(project, "problem", 1, by=user)
    db.session.commit()

    newest = writing.list_versions(project, "problem")[0]
    assert (newest.number, newest.origin, newest.restored_from) == (3, Origin.RESTORED, 1)
    answer = queries.find_answer(project, "problem")
    assert (answer.text, answer.sources) == ("Först [1]", [source])


def test_a_question_that_is_done_is_so_no_more_when_its_text_changes(project, user):
    save(project, "Klart", user)
    service.mark_done(project, "problem", by=user)
    db.session.commit()
    save(project, "Klart", user)
    assert writing.find_state(project, "problem").is_done

    colleague = factories.user(organisation=project.owner, name="Kollegan")
    save(project, "Nytt", colleague)

    state = writing.find_state(project, "problem")
    assert (state.is_done, state.is_text_changed, state.withdrawn_by.name) == (False, True, "Kollegan")
    assert state.done_by.name == user.name


def test_a_question_without_an_answer_cannot_be_done(project, user):
    with pytest.raises(RefusedError):
        service.mark_done(project, "problem", by=user)


def test_an_answer_tells_when_its_data_have_changed_and_takes_them_in(scope, user):
    project = factories_esf.joined_project(scope, user)
    draft = answer_service.suggest_text(project, "problem")
    text = f"Egen mening.\n\n{draft.text}"
    answer_service.save_answer(project, "problem", text=text, sources=draft.sources, fetched=draft.text, by=user)
    db.session.commit()
    factories_esf.join(project, factories_esf.cohort(user, factories_esf.need(factories_esf.company(), user)), user)

    now = answer_service.suggest_text(project, "problem")
    taken = service.take_in_changes(project, "problem", now, by=user)
    db.session.commit()

    answer = queries.find_answer(project, "problem")
    assert answer.text.startswith("Egen mening.\n\n3 företag i 1 kommun har uppgett behov")
    assert "2 företag i 1 kommun" not in answer.text
    assert taken.by_hand == []
    cited = {source["number"] for source in answer.sources}
    assert all(f"[{number}]" in answer.text for number in cited)
    assert writing.find_state(project, "problem").fetched_text == now.text
    assert writing.list_versions(project, "problem")[0].origin is Origin.UPDATED


def test_nobody_outside_the_project_reads_its_versions_comments_or_pens(project, user):
    save(project, "hemligt-svar", user)
    other = factories.organisation()

    with access.acting_in(other.id):
        assert writing.list_versions(project, "problem") == []
