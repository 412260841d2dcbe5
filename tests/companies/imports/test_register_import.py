"""A national register in the database: set aside out of sight, then all of it stored at once."""

from datetime import date

import pytest
from sqlalchemy import func, select

from broker import files
from broker.companies.imports.formats import FileFormat
from broker.companies.imports.importer import ImportPlan, import_companies
from broker.companies.imports.staging import staged
from broker.companies.models import Company
from broker.companies.narrowing import CompanyFilter
from broker.companies.queries import list_companies, suggest_companies
from broker.companies.words.models import NameWord
from broker.errors import RefusedError
from broker.extensions import db
from broker.jobs import JobCancelled
from tests import factories
from tests.companies.imports.files import BOLAGSVERKET, NUMBERS, SCB, write

HEADINGS = (
    "organisationsidentitet;namnskyddslopnummer;registreringsland;organisationsnamn;organisationsform;"
    "avregistreringsdatum;avregistreringsorsak;pagandeAvvecklingsEllerOmstruktureringsforfarande;"
    "registreringsdatum;verksamhetsbeskrivning;postadress"
)


def line(number=NUMBERS[0], name="Exempel Nytt AB", ended="", town="KÖPING"):
    reason = "LIAV-AVORG" if ended else ""
    fields = (
        f"{number}$ORGNR-IDORG", "1", "SE-LAND", f"{name}$FORETAGSNAMN-ORGNAM$2015-09-16", "AB-ORGFO", ended, reason,
        "", "2015-09-16", "Konsulter.", f"Exempelgatan 1$${town}$73130$SE-LAND",
    )  # fmt: skip
    return '"' + '";"'.join(fields) + '"'


def register(folder, *lines):
    return write(folder, "\n".join((HEADINGS, *lines)) + "\n", name="bolagsverket_bulkfil.txt")


def run(path, scope, user, file_format=FileFormat.BOLAGSVERKET, **options):
    tell = options.pop("tell", lambda done, total, message: None)
    plan = ImportPlan(path, path.name, file_format, **options)
    result = import_companies(plan, organisation_id=scope.id, owner_id=user.id, tell=tell)
    db.session.commit()
    return result


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def only_company():
    return db.session.scalars(select(Company).execution_options(populate_existing=True)).one()


def test_what_the_register_changes_is_changed_and_found_by_its_new_name(scope, user, tmp_path):
    run(register(tmp_path, line()), scope, user)
    result = run(register(tmp_path, line(name="Exempel Ångström AB", town="FLEN")), scope, user)

    assert (result.new, result.changed, result.unchanged) == (0, 1, 0)
    company = only_company()
    assert (company.name, company.municipality_name, company.source) == ("Exempel Ångström AB", "Flen", "Bolagsverket")
    assert list_companies(CompanyFilter(text="angstrom")).rows[0][0].id == company.id
    assert list_companies(CompanyFilter(text="nytt")).rows == []
    assert [row.id for row in suggest_companies("angsrtom")] == [company.id]
    assert set(db.session.scalars(select(NameWord.word))) == {"exempel", "angstrom"}


def test_the_register_row_that_is_still_registered_replaces_the_earlier_one(scope, user, tmp_path):
    path = register(tmp_path, line(name="Exempel Gammalt AB", ended="2019-01-11"), line())
    first, again = run(path, scope, user), run(path, scope, user)

    assert (first.new, first.skipped.total()) == (1, 1)
    assert (again.changed, again.unchanged) == (0, 1)
    assert (only_company().name, only_company().deregistered_on) == ("Exempel Nytt AB", None)


def test_a_company_that_is_registered_again_is_no_longer_deregistered(scope, user, tmp_path):
    run(register(tmp_path, line(ended="2019-01-11")), scope, user)
    assert only_company().deregistered_on == date(2019, 1, 11)

    run(register(tmp_path, line()), scope, user)

    assert (only_company().deregistered_on, only_company().deregistration_reason) == (None, None)


def test_both_registers_again_change_nothing(scope, user):
    run(BOLAGSVERKET, scope, user, include_sole_traders=True)
    run(SCB, scope, user, FileFormat.SCB, include_sole_traders=True)

    for path, file_format in ((BOLAGSVERKET, FileFormat.BOLAGSVERKET), (SCB, FileFormat.SCB)):
        again = run(path, scope, user, file_format, include_sole_traders=True)
        assert (again.new, again.changed) == (0, 0)
    both = select(func.count(Company.id)).where(Company.source == "Bolagsverket och SCB")
    assert db.session.scalar(both) > 100


def test_a_cancelled_register_leaves_nothing_behind(scope, user):
    def cancel(done, total, message):
        assert count(staged) > 100
        raise JobCancelled

    with pytest.raises(JobCancelled):
        run(BOLAGSVERKET, scope, user, tell=cancel)

    assert (count(Company), count(staged)) == (0, 0)


def test_a_register_with_a_row_that_cannot_be_used_is_not_stored_unless_asked_to(scope, user, tmp_path):
    path = register(tmp_path, line(), '"529930"')

    refused = run(path, scope, user)
    assert (refused.refused, count(Company), count(staged)) == (1, 0, 0)

    assert run(path, scope, user, skip_refused=True).is_stored
    assert (count(Company), count(staged)) == (1, 0)


def test_a_company_added_while_the_register_is_read_is_not_added_twice(scope, user, tmp_path):
    def add_meanwhile(done, total, message):
        if message == "Sparar":
            factories.company("Exempel Handskrivet AB", number=NUMBERS[0])
            db.session.commit()

    run(register(tmp_path, line()), scope, user, tell=add_meanwhile)

    assert (only_company().name, only_company().description) == ("Exempel Nytt AB", "Konsulter.")


def test_only_one_register_is_read_at_a_time(scope, user):
    with files.lock("register"), pytest.raises(RefusedError, match="Vänta"):
        run(BOLAGSVERKET, scope, user)

    assert run(BOLAGSVERKET, scope, user).is_stored
