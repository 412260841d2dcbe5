"""Jobs: rights asked for again, nothing half done, a dead process noticed."""

import os
import socket

import pytest
from sqlalchemy import event, select

from broker import access, clock, jobs
from broker.access import Permission, Role
from broker.accounts import service as accounts
from broker.accounts.queries import may
from broker.companies.models import Company
from broker.errors import RefusedError
from broker.extensions import db
from broker.jobs import Job, JobState
from broker.sentences import Sentence
from tests import factories


@jobs.handles("test_add_company", Permission.IMPORT, "pages.list_jobs")
def add_company(progress, owner_id, *, name, then):
    db.session.add(Company(name=name, source="test", source_date=clock.today()))
    db.session.flush()
    if then == "refuse":
        raise RefusedError("Rätta filen.")
    if then == "break":
        raise ZeroDivisionError
    return {"name": name}


@pytest.fixture
def start(scope, user):
    def run(then="", by=user):
        job = jobs.add_job("test_add_company", Sentence("Prov"), {"name": "Exempel AB", "then": then}, by=by)
        db.session.commit()
        jobs.send(job)
        return jobs.get_job(job.id)

    return run


def test_a_job_ends_with_its_result(start):
    job = start()

    assert (job.state, job.result) == (JobState.DONE, {"name": "Exempel AB"})


@pytest.mark.parametrize(("then", "sentence"), [("refuse", "Rätta filen."), ("break", "Inget har sparats")])
def test_a_job_that_fails_stores_nothing_and_says_what_to_do(start, then, sentence):
    job = start(then)

    assert job.state is JobState.FAILED
    assert sentence in str(job.message)
    assert db.session.scalars(select(Company)).all() == []


def test_a_job_has_no_more_rights_than_its_owner_has_when_it_runs(start, organisation, user):
    person = factories.user(organisation=organisation, roles=[Role.BROKER])
    accounts.set_roles(organisation, person, [Role.READER], by=user)
    db.session.commit()

    job = start(by=person)

    assert job.state is JobState.FAILED
    assert "inte längre rätt" in str(job.message)


def test_a_cancelled_job_never_starts(scope, user):
    job = jobs.add_job("test_add_company", Sentence("Prov"), {"name": "x", "then": ""}, by=user)
    jobs.cancel(job)
    db.session.commit()
    jobs.send(job)

    assert jobs.get_job(job.id).state is JobState.CANCELLED
    assert db.session.scalars(select(Company)).all() == []


def test_a_job_whose_process_died_is_marked_and_can_be_started_again(scope, user):
    job = jobs.add_job("test_add_company", Sentence("Prov"), {"name": "x", "then": ""}, by=user)
    job.state, job.worker = JobState.RUNNING, f"{socket.gethostname()}:999999999"
    db.session.commit()

    jobs.mark_lost()

    assert jobs.get_job(job.id).state is JobState.INTERRUPTED
    assert "Starta om" in str(jobs.get_job(job.id).message)


def running_in(worker, user):
    job = jobs.add_job("test_add_company", "Prov", {"name": "x", "then": ""}, by=user)
    job.state, job.worker = JobState.RUNNING, worker
    db.session.commit()
    return job


def test_a_job_of_an_earlier_process_with_the_same_number_is_marked_as_interrupted(scope, user):
    job = running_in(f"{socket.gethostname()}:{os.getpid()}:another-start/17", user)

    jobs.mark_lost()

    assert jobs.get_job(job.id).state is JobState.INTERRUPTED


@jobs.handles("test_look_around", Permission.IMPORT, "pages.list_jobs")
def look_around(progress, owner_id, *, again=False):
    if again:
        jobs.send(jobs.get_job(progress.job_id))
    jobs.mark_lost()
    return {}


def test_a_job_whose_process_lives_is_left_alone(scope, user):
    job = jobs.add_job("test_look_around", "Prov", {}, by=user)
    db.session.commit()

    jobs.send(job)

    assert jobs.get_job(job.id).state is JobState.DONE


def test_a_job_whose_end_could_not_be_written_down_is_marked_and_can_be_started_again(start):
    def refuse(connection, cursor, statement, *_rest):
        if statement.startswith("UPDATE job SET") and "ended_at=" in statement:
            raise OSError("disk full")

    event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        job = start("break")
    finally:
        event.remove(db.engine, "before_cursor_execute", refuse)
    assert job.state is JobState.RUNNING

    jobs.mark_lost()

    assert jobs.get_job(job.id).state is JobState.INTERRUPTED
    assert "Något gick fel hos oss" in str(jobs.get_job(job.id).message)


def test_a_job_of_a_kind_that_nobody_does_any_more_fails(scope, user, client):
    job = jobs.add_job("retired", Sentence("Prov"), {}, by=user)
    db.session.commit()

    jobs.send(job)

    assert jobs.get_job(job.id).state is JobState.FAILED
    assert "Något gick fel hos oss" in client.get(f"/jobb/{job.id}").text


def test_a_job_that_is_sent_again_while_it_runs_is_not_taken_for_lost(scope, user):
    job = jobs.add_job("test_look_around", "Prov", {"again": True}, by=user)
    db.session.commit()

    jobs.send(job)

    assert jobs.get_job(job.id).state is JobState.DONE


def test_a_job_is_waited_for_until_it_is_over_or_the_patience_ends(scope, user):
    job = jobs.add_job("test_add_company", "Prov", {"name": "x", "then": ""}, by=user)
    db.session.commit()
    assert jobs.wait_for(job, seconds=0).state is JobState.QUEUED

    jobs.send(job)

    assert jobs.wait_for(job, seconds=0).state is JobState.DONE


def test_a_job_is_shown_to_its_owner_only(start, client_for, client):
    job = start()

    assert client.get(f"/jobb/{job.id}").status_code == 200
    assert client_for(Role.ADMINISTRATOR).get(f"/jobb/{job.id}").status_code == 404


def test_a_job_belongs_to_its_organisation(start):
    job = start()
    other = factories.organisation()

    with access.acting_in(other.id):
        db.session.expunge_all()
        assert db.session.scalars(select(Job).where(Job.id == job.id)).all() == []


def test_upkeep_that_fails_stops_no_other(app, caplog):
    def break_down():
        db.session.add(Company(name="Exempel AB", source="test", source_date=clock.today()))
        raise ZeroDivisionError

    def keep_up():
        db.session.add(Company(name="Prov AB", source="test", source_date=clock.today()))
        db.session.commit()

    queue = jobs.Queue(app, "immediate:", "hemligt", may)
    queue.add_upkeep(break_down)
    queue.add_upkeep(keep_up)
    queue.kick()

    assert db.session.scalars(select(Company.name)).all() == ["Prov AB"]
    assert "break_down" in caplog.text
