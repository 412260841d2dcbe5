"""Every migration goes up and down on a populated database, and what they build is what the models say."""

import secrets

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import Config, downgrade, upgrade
from sqlalchemy import func, inspect, select, text

from broker import access, clock, create_app, database
from broker.demo import make
from broker.demo.make import Size
from broker.esf import queries as esf
from broker.esf.commitments.models import CommitmentLink
from broker.extensions import db
from broker.needs.evaluations.models import Evaluation, EvaluationAnswer, EvaluationText, TextState
from broker.reference.models import DocumentKind, ReferenceDocument
from broker.reference.service import load_documents
from tests import factories, factories_esf, factories_needs
from tests.conftest import make_settings


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_app(request, tmp_path):
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'broker.db'}"
    else:
        address = request.getfixturevalue("empty_postgresql_url")
    app = create_app(make_settings(tmp_path, address, secret_key=secrets.token_hex(16)))
    with app.app_context(), database.writing():
        yield app
        db.session.remove()
        db.engine.dispose()


def counts():
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("select set_config('broker.scope', '*', true)"))
        return {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in db.metadata.sorted_tables
        }


def revisions():
    configuration = Config()
    configuration.set_main_option("script_location", str(database.migrations_folder()))
    return [script.revision for script in ScriptDirectory.from_config(configuration).walk_revisions()]


def test_migrations_go_down_and_up_without_losing_a_row(fresh_app):
    upgrade()
    load_documents()
    make.make(Size.SMALL, seed=1, tell=lambda what, done, total: None)
    db.session.commit()
    db.session.remove()
    before = counts()
    assert before["company"] == 2004 and before["need"] > 100

    for _revision in revisions()[:-1]:
        downgrade()
    # What a later revision brings goes with it; every table of the first one keeps its rows.
    kept = set(inspect(db.engine).get_table_names())
    upgrade()

    after = counts()
    assert {name: after[name] for name in kept & set(after)} == {name: before[name] for name in kept & set(before)}
    # An earlier version has room for one cause and one milestone of a goal, and for the seats of a group as one text.
    assert after["goal_cause"] == after["milestone"] == before["goal"] and after["steering_member"] == 1
    assert after["activity_goal"] == before["activity"] - 1 and after["cause_need"] == before["contribution"]


def test_what_the_migrations_build_also_when_all_were_taken_back_is_what_the_models_say(fresh_app):
    upgrade()
    downgrade(revision="base")
    upgrade()

    assert set(counts().values()) <= {0, 1}
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": database.is_ours})
        assert compare_metadata(context, db.metadata) == []


def test_texts_of_earlier_evaluations_are_taken_apart_from_their_figures_and_held_back(fresh_app):
    upgrade()
    load_documents()
    questions = [{"id": "met", "kind": "scale"}, {"id": "changed", "kind": "text"}]
    first = {"version": "1", "days_open": 60, "fewest_to_attribute": 5, "questions": questions}
    days = {"valid_from": clock.today(), "source": "v1"}
    db.session.add(ReferenceDocument(kind=DocumentKind.EVALUATION_FORM, version="1", content=first, **days))
    organisation = factories.organisation()
    user = factories.user(organisation=organisation)
    with access.acting_in(organisation.id):
        need = factories_needs.need(by=user)
        cohort = factories_needs.cohort(need, factories_needs.need(by=user), by=user)
        link = {"token": "tidigare", "open_until": clock.today(), "form_version": "1"}
        evaluation = Evaluation(cohort_id=cohort.id, company_id=need.company_id, **link)
        db.session.add(evaluation)
        db.session.flush()
        told = {"met": 3, "changed": "Läser ritningar."}
        db.session.add(EvaluationAnswer(evaluation_id=evaluation.id, answers=told, received_on=clock.today()))
        db.session.commit()
    db.session.remove()

    downgrade(revision="0034")
    upgrade()

    with access.acting_in(organisation.id):
        [answer], [text] = db.session.query(EvaluationAnswer), db.session.query(EvaluationText)
        assert answer.answers == {"met": 3}
        assert (text.question_id, text.text, text.state) == ("changed", "Läser ritningar.", TextState.HELD)


def test_what_a_company_has_told_in_kronor_is_kept_in_euro_by_an_earlier_version(fresh_app):
    upgrade()
    load_documents()
    organisation = factories.organisation()
    user = factories.user(organisation=organisation)
    with access.acting_in(organisation.id):
        project = factories_esf.joined_project(organisation, user)
        commitment = esf.list_commitments(project)[0]
        draft = {"turnover": "12100000", "balance": None, "sek_per_eur": "11.0000", "women": 4}
        keys = {"project_id": project.id, "commitment_id": commitment.id, "organisation_id": organisation.id}
        sent = {"open_until": clock.today(), "token": "tidigare", "created_by_id": user.id}
        db.session.add(CommitmentLink(**keys, **sent, draft=draft))
        db.session.commit()
    db.session.remove()

    downgrade(revision="0046")
    upgrade()

    with access.acting_in(organisation.id):
        [link] = db.session.query(CommitmentLink)
        assert link.draft == {"turnover": "1100000.00", "balance": None, "sek_per_eur": None, "women": 4}
