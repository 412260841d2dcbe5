"""What the upkeep does one by one: each for its organisation, and none held up by another that fails."""

from sqlalchemy import select

from broker import access, clock
from broker.companies.models import Company
from broker.extensions import db
from broker.upkeep import do_each


def test_each_is_stored_for_its_organisation_and_one_that_fails_stops_no_other(scope, caplog):
    scopes = {}

    def do(key, name):
        scopes[key] = access.find_organisation_in_scope()
        db.session.add(Company(name=name, source="test", source_date=clock.today()))
        db.session.flush()
        if key == 2:
            raise ZeroDivisionError

    do_each(lambda: [(scope.id, 1, "Ett AB"), (scope.id, 2, "Två AB"), (None, 3, "Tre AB")], do)

    assert scopes == {1: scope.id, 2: scope.id, 3: None}
    assert set(db.session.scalars(select(Company.name))) == {"Ett AB", "Tre AB"}
    assert "do failed for 2" in caplog.text and "Två AB" not in caplog.text
