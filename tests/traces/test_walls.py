"""An agreement opens one door and no other: not a page, and not the database's own wall."""

import pytest
from flask import url_for
from sqlalchemy import text

from broker import access
from broker.access import Role
from broker.extensions import db
from tests import factories, factories_esf, factories_traces
from tests.app.world import build
from tests.client import CANARY
from tests.conftest import signed_in_client


@pytest.fixture
def agreement(scope, user, neighbour):
    return factories_traces.agreement(proposer=scope, receiver=neighbour, by=user, has_sole_traders=True)


def test_with_an_agreement_no_page_holds_a_word_of_what_the_other_knows(
    app, agreement, organisation, neighbour, company
):
    officer = factories.user(organisation=neighbour, roles=list(Role), name="Eva Granne")
    with access.acting_in(neighbour.id):
        call = factories_esf.call(officer)
    theirs = build(neighbour, officer, company, call)
    client = signed_in_client(app, factories.user(organisation=organisation, roles=list(Role)))

    assert "Eva Granne" in client.get(f"/foretag/{company.id}").text
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint in ("static", "accounts.accept_invitation"):
            continue
        with app.test_request_context():
            url = url_for(rule.endpoint, **theirs.fill(rule))
        assert CANARY not in client.get(url).get_data().decode(errors="replace"), url


@pytest.mark.parametrize("database_app", ["postgresql"], indirect=True)
def test_the_database_lets_nothing_through_for_an_agreement(agreement, neighbour, eva, company):
    factories_traces.contact(neighbour, company, by=eva)
    factories_traces.visit(neighbour, company, by=eva)
    db.session.rollback()

    for table in ("interaction", "task", "person", "engagement"):
        assert db.session.scalar(text(f"select count(*) from {table}")) == 0, table


@pytest.mark.parametrize("database_app", ["postgresql"], indirect=True)
def test_the_database_hides_an_agreement_from_others(agreement, scope, neighbour):
    third = factories.organisation()
    for organisation, seen in ((scope, 1), (neighbour, 1), (third, 0)):
        db.session.rollback()
        with access.acting_in(organisation.id):
            assert db.session.scalar(text("select count(*) from agreement")) == seen
