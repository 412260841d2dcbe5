"""Nobody sees another organisation: the scope on every read, the check on every write, the second wall below."""

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from broker import access
from broker.access import NoScopeError, Private, Role
from broker.accounts import service as accounts
from broker.companies.models import Company, Engagement, Interaction, Person
from broker.extensions import Base, db
from tests import factories
from tests.client import form_values


@pytest.fixture
def foreign(app, organisation):
    """Give a contact with a person that belongs to another organisation."""
    other = factories.organisation()
    stranger = factories.user(organisation=other)
    company = factories.company()
    with access.acting_in(other.id):
        person = factories.person(company, "hemligt-namn")
        return factories.interaction(company, by=stranger, summary="hemligt-besök", people=[person])


READS = {
    "rows": lambda: db.session.scalars(select(Interaction)).all(),
    "columns": lambda: db.session.scalars(select(Interaction.summary)).all(),
    "alias": lambda: db.session.scalars(select(aliased(Interaction))).all(),
    "join": lambda: db.session.execute(
        select(Company.name, Interaction.summary).join(Interaction, Interaction.company_id == Company.id)
    ).all(),
    "outer join": lambda: [
        row for row in db.session.execute(select(Company, Person).outerjoin(Person, Person.company_id == Company.id))
        if row[1]
    ],
    "count": lambda: db.session.scalar(select(func.count()).select_from(Interaction)),
    "count of a column": lambda: db.session.scalar(select(func.count(Interaction.id))),
    "exists": lambda: db.session.scalars(select(Company).where(select(Interaction.id).where(
        Interaction.company_id == Company.id).exists())).all(),
    "in a subquery": lambda: db.session.scalars(select(Company).where(
        Company.id.in_(select(Person.company_id)))).all(),
    "union": lambda: db.session.execute(select(Interaction.id).union(select(Interaction.id))).all(),
    "common table": lambda: db.session.execute(select(select(Interaction.id).cte())).all(),
    "legacy query": lambda: db.session.query(Interaction).all(),
}  # fmt: skip


@pytest.mark.parametrize("read", READS)
def test_no_way_of_reading_gives_another_organisations_rows(scope, foreign, read):
    db.session.expunge_all()

    assert not READS[read]()


def test_changing_and_deleting_in_bulk_reaches_own_rows_only(scope, foreign):
    db.session.execute(update(Interaction).values(summary="övertaget"))
    db.session.execute(delete(Engagement))
    db.session.commit()

    with access.every_organisation():
        db.session.expire_all()
        assert db.session.scalars(select(Interaction.summary)).one() == "hemligt-besök"
        assert db.session.scalars(select(Engagement)).one()


def test_reading_private_rows_for_nobody_is_an_error(app, foreign):
    with pytest.raises(NoScopeError):
        db.session.scalars(select(Interaction)).all()


def test_a_row_of_another_organisation_cannot_be_added(scope, foreign):
    company_id, other_id = foreign.company_id, foreign.organisation_id
    db.session.add(Engagement(company_id=company_id, organisation_id=other_id, tags=[]))

    with pytest.raises(NoScopeError):
        db.session.flush()
    db.session.rollback()


def test_a_row_cannot_be_given_away(scope, user):
    mine = factories.interaction(factories.company(), by=user)
    mine.organisation_id = factories.organisation().id

    with pytest.raises(NoScopeError):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("database_app", ["postgresql"], indirect=True)
def test_the_database_itself_hides_the_rows_when_the_first_wall_is_gone(scope, foreign):
    db.session.rollback()

    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Private):
            seen = db.session.execute(text(f'select organisation_id from "{mapper.local_table.name}"')).scalars()
            assert set(seen) <= {scope.id}, mapper.local_table.name


@pytest.mark.parametrize("database_app", ["postgresql"], indirect=True)
def test_every_private_table_has_the_second_wall(app):
    protected = set(db.session.scalars(text("select relname from pg_class where relforcerowsecurity")))
    scoped = access._SCOPED
    wanted = {mapper.local_table.name for mapper in Base.registry.mappers if issubclass(mapper.class_, scoped)}

    assert wanted - {"project_member"} <= protected


def test_an_error_of_the_database_is_not_hidden_by_the_way_back(scope):
    other = factories.organisation()
    with pytest.raises(DBAPIError, match="nowhere"), access.acting_in(other.id):
        db.session.execute(text("select * from nowhere"))
    db.session.rollback()

    assert access.organisation_in_scope() == scope.id
    assert db.session.scalars(select(Person)).all() == []


def test_a_form_opened_for_one_organisation_is_not_stored_for_another(client, user, organisation):
    company = factories.company()
    page = client.get(f"/foretag/{company.id}/kontakter/ny")
    other = factories.organisation("Annat lärcentrum")
    accounts.set_roles(other, user, [Role.BROKER], by=None)
    db.session.commit()
    client.press("/byt-organisation", organisation_id=other.id)

    sent = form_values(page.text) | {"kind": "call", "summary": "hemligt-samtal"}
    response = client.post(f"/foretag/{company.id}/kontakter/ny", data=sent)

    assert response.status_code == 409
    assert "hemligt-samtal" in response.text and organisation.name in response.text
    with access.every_organisation():
        assert db.session.scalars(select(Interaction)).all() == []
