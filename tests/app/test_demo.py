"""The demo data as people meet it: purchases on every route, two projects, the same on every engine."""

import io
import zipfile
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from broker import access, clock, database
from broker.accounts import queries as accounts
from broker.demo import make, organisations, project_texts
from broker.demo.make import Size
from broker.errors import RefusedError
from broker.esf import checks, progress
from broker.esf import queries as esf
from broker.esf.budgets import figures
from broker.esf.chain.tree import Kind, grow
from broker.esf.readiness.queries import readiness_of
from broker.esf.snapshots import service as snapshots
from broker.extensions import db
from broker.needs import queries as needs
from broker.needs.cohorts.proposals import Proposals
from broker.procurement import queries as procurement
from broker.procurement.models import Purchase
from broker.providers import queries as providers
from tests.conftest import _empty, make_settings, make_tested_app

# What people record once the application has been sent in; the demo's has not.
AFTER_SUBMISSION = {"g1", "g3"}


def make_demo():
    make.make(Size.SMALL, seed=1, tell=lambda what, done, total: None)
    db.session.commit()


@pytest.fixture(scope="module")
def demo(database_app):
    """Give the first organisation of a demo that all tests here look at and none changes."""
    with database_app.app_context(), database.writing():
        make_demo()
        organisation = accounts.find_organisation_by_name(organisations.FIRST)
        with access.acting_in(organisation.id):
            yield organisation
        db.session.rollback()
        _empty(db.engine)
        db.session.remove()


@pytest.fixture(scope="module")
def other_figures(tmp_path_factory):
    """Give the figures of a second demo, made from the same seed on a new SQLite database."""
    folder = tmp_path_factory.mktemp("second")
    app = make_tested_app(make_settings(folder, f"sqlite:///{folder / 'broker.db'}"))
    with app.app_context(), database.writing():
        make_demo()
        found = figures_of_demo()
        db.session.remove()
        db.engine.dispose()
    return found


def figures_of_demo():
    with access.every_organisation():
        counts = {
            mapper.class_.__name__: db.session.scalar(select(func.count()).select_from(mapper.class_))
            for mapper in db.Model.registry.mappers
        }
    organisation = accounts.find_organisation_by_name(organisations.FIRST)
    with access.acting_in(organisation.id):
        cohorts = [(row.title, row.participants, row.starts_on) for row in needs.list_cohorts().rows]
        purchases = [(row.title, row.route, row.state) for row in list_purchases()]
        budget = figures.compute(load(project_texts.READY_NAME)).result
    return {**counts, "cohorts": sorted(cohorts), "purchases": purchases, "budget": budget}


def list_purchases():
    return list(db.session.scalars(select(Purchase).order_by(Purchase.id)))


def load(name):
    return esf.load_application(next(row.id for row in esf.list_projects() if row.name == name))


def failing(name):
    return {check.id for group in checks.check_application(load(name)) for check in group.checks if check.is_missing}


def test_every_route_has_a_purchase(demo):
    routes = procurement.current_workflow(clock.today()).content["routes"]

    assert {row.route for row in list_purchases()} == {route["id"] for route in routes}


def test_purchases_stand_in_different_states(demo):
    states = Counter(row.state for row in list_purchases())

    assert {"need_confirmed", "standstill", "contracted", "delivered", "cancelled"} <= states.keys()
    assert max(states.values()) == 1


def test_a_standstill_ends_and_a_documentation_is_due_soon(demo):
    today = clock.today()
    upcoming = procurement.list_upcoming_deadlines(today, 30)
    # The first day of each state; the reasons for the award are asked for in the standstill and are due later.
    found = {due.purchase.state: due.on for due in reversed(upcoming)}

    assert today < found["standstill"] <= today + timedelta(days=14)
    assert found["contracted"] > today


def test_providers_stand_in_every_way_that_vetting_can_stand(demo):
    today = clock.today()
    found = {row.status.id for row in providers.list_register(today=today).rows}

    assert found >= {status["id"] for status in providers.vetting_document(today)["statuses"]}


def test_needs_are_left_over_for_more_proposals(demo):
    assert len(Proposals(clock.today()).calculate()["cohorts"]) >= 5


def test_the_ready_project_fails_no_check_before_it_is_sent_in(demo):
    application = load(project_texts.READY_NAME)

    assert failing(project_texts.READY_NAME) == AFTER_SUBMISSION
    assert readiness_of(checks.check_application(application)).percent == 100
    assert all(section.is_answered for section in progress.section_progress(application.project))


def test_the_chain_of_the_ready_project_lacks_nothing_and_that_of_the_other_does(demo):
    ready, started = (grow(load(name)) for name in (project_texts.READY_NAME, project_texts.STARTED_NAME))

    assert ready.nodes and not ready.gaps
    assert {node.kind for node in started.nodes if node.gaps} == {Kind.CAUSE, Kind.GOAL, Kind.ACTIVITY}


def test_the_ready_project_is_financed_to_the_ore(demo):
    result = figures.compute(load(project_texts.READY_NAME)).result

    assert result.planned_owner_share == result.owner_share
    assert result.in_kind + result.planned_owner_share == result.cofinancing


def test_the_project_that_has_just_started_fails_many_checks(demo):
    assert len(failing(project_texts.STARTED_NAME)) > 20


def test_the_ready_project_is_exported_as_a_zip_that_opens(demo):
    content, _name = snapshots.export_application(load(project_texts.READY_NAME).project.id, "zip")
    # What was taken out is no figure of the demo.
    db.session.rollback()

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert {"ansokan.docx", "ansokan.pdf", "budget.xlsx", "manifest.json"} <= set(archive.namelist())


def test_invented_prices_say_that_they_are_invented(demo):
    call = esf.find_call("DEMO-27-001", "1")

    assert "Påhittad" in call.title and "påhittade" in call.source
    assert call.closes_at > clock.now()


def test_the_same_seed_gives_the_same_figures(demo, other_figures):
    found = figures_of_demo()

    assert {name: (found[name], value) for name, value in other_figures.items() if found[name] != value} == {}


def test_a_demo_is_never_laid_over_another(demo):
    with pytest.raises(RefusedError, match="tom installation"):
        make_demo()
