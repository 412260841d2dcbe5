"""A company file in the database: each row ends as new, changed, unchanged or refused, all of them or none."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from broker import audit
from broker.actions import Action
from broker.companies import queries
from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.formats import FileFormat
from broker.companies.imports.importer import ImportPlan, import_companies
from broker.companies.models import Company, Engagement, Person, Workplace
from broker.extensions import db
from tests import factories

SAMPLES = Path(__file__).parents[2] / "samples"
REGISTER = SAMPLES / "bolagsverket_bulkfil_sample.txt"
STATISTICS = SAMPLES / "scb_bulkfil_JE_sample.txt"
LIST = SAMPLES / "naringslivsenhet_foretagslista.xlsx"
LIME = SAMPLES / "lime_easy_import.txt"


def run(path, file_format, organisation, user, **options):
    plan = ImportPlan(path, path.name, file_format, **options)
    result = import_companies(plan, organisation_id=organisation.id, owner_id=user.id)
    db.session.commit()
    return result


def stored():
    return db.session.scalar(select(func.count(Company.id)))


def test_the_register_is_stored_without_sole_traders(scope, user):
    result = run(REGISTER, FileFormat.BOLAGSVERKET, scope, user)

    assert result.is_stored and result.refused == 0
    assert stored() == result.new > 100
    assert result.skipped["Enskild näringsidkare"] > 0
    assert db.session.scalar(select(func.count(Company.id)).where(Company.identity_hash.is_not(None))) == 0


def test_the_same_register_again_changes_nothing(scope, user):
    first = run(REGISTER, FileFormat.BOLAGSVERKET, scope, user)
    again = run(REGISTER, FileFormat.BOLAGSVERKET, scope, user)

    assert (again.new, again.changed) == (0, 0)
    assert again.unchanged >= first.new


def test_statistics_add_industries_and_keep_the_names_of_the_register(scope, user):
    run(REGISTER, FileFormat.BOLAGSVERKET, scope, user)
    names = dict(db.session.execute(select(Company.organisation_number, Company.name)).all())
    result = run(STATISTICS, FileFormat.SCB, scope, user)

    assert result.changed > 100
    after = db.session.scalars(select(Company)).all()
    assert all(names.get(company.organisation_number, company.name) == company.name for company in after)
    assert sum(bool(company.industry_codes) for company in after) > 100


def test_sole_traders_are_kept_by_hash_when_asked_for(scope, user):
    run(REGISTER, FileFormat.BOLAGSVERKET, scope, user, include_sole_traders=True)

    people = db.session.scalars(select(Company).where(Company.identity_hash.is_not(None))).all()
    assert people
    assert all(company.organisation_number is None and len(company.identity_hash) == 64 for company in people)


def test_a_dry_run_stores_nothing(scope, user):
    result = run(REGISTER, FileFormat.BOLAGSVERKET, scope, user, is_dry_run=True)

    assert result.new > 100 and not result.is_stored
    assert stored() == 0


def test_a_list_with_a_bad_row_is_not_stored_unless_asked_to_skip(scope, user, tmp_path):
    path = tmp_path / "lista.csv"
    path.write_text("Företag;Orgnr\nExempel Ett AB;5299304179\nExempel Två AB;123\n", encoding="utf-8")

    refused = run(path, FileFormat.TABLE_CSV, scope, user)
    assert stored() == 0
    assert [(row.row, row.column) for row in refused.refusals] == [(3, "Orgnr")]

    kept = run(path, FileFormat.TABLE_CSV, scope, user, skip_refused=True)
    assert kept.is_stored and stored() == 1


def test_a_list_gives_our_own_facts_and_people(scope, user):
    result = run(LIME, FileFormat.TABLE_CSV, scope, user, skip_refused=True)

    assert result.is_stored
    assert db.session.scalar(select(func.count(Engagement.id))) == stored()
    person = db.session.scalars(select(Person).order_by(Person.id)).first()
    assert person.name.startswith("Anna") and person.source == LIME.name


def test_a_list_never_overwrites_the_register(scope, user, tmp_path):
    run(REGISTER, FileFormat.BOLAGSVERKET, scope, user)
    known = db.session.scalars(select(Company).where(Company.organisation_number == "5299304179")).one()
    name, town = known.name, known.post_town
    path = tmp_path / "lista.csv"
    path.write_text("Företag;Orgnr;Postort;Anställda\nAnnat namn;5299304179;Luleå;12\n", encoding="utf-8")

    run(path, FileFormat.TABLE_CSV, scope, user)

    known = db.session.scalars(select(Company).where(Company.organisation_number == "5299304179")).one()
    assert (known.name, known.post_town) == (name, town)
    assert db.session.scalars(select(Engagement)).one().employees == 12


def test_the_business_office_list_is_read_with_its_title_rows(scope, user):
    result = run(LIST, FileFormat.TABLE_XLSX, scope, user, skip_refused=True)

    assert result.is_stored and result.new > 30


def test_an_import_is_in_the_history_of_the_organisation(scope, user):
    run(LIME, FileFormat.TABLE_CSV, scope, user, skip_refused=True)

    event = audit.history_of(scope)[0]
    assert event.action == Action.COMPANIES_IMPORTED
    assert event.facts["file"] == LIME.name


@pytest.mark.parametrize("text", ["", "bara text utan rubriker", "Företag;Orgnr\n"])
def test_a_list_without_rows_stores_nothing(scope, user, tmp_path, text):
    path = tmp_path / "lista.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(UnreadableFileError, match=r"[Ff]il|[Ll]ista"):
        run(path, FileFormat.TABLE_CSV, scope, user)
    assert stored() == 0


def test_a_list_leaves_the_shared_register_as_it_was(scope, user, tmp_path):
    known = factories.company("Exempel Register AB", number="5299304179", municipality_code=None)
    path = tmp_path / "Konkurslista Anna.csv"
    path.write_text("Företag;Orgnr;Gatuadress;Postort;Kommun\nAnnat;5299304179;Hemliga gatan 1;Flen;Flen\n", "utf-8")

    run(path, FileFormat.TABLE_CSV, scope, user)

    known = db.session.scalars(select(Company)).one()
    assert (known.name, known.street, known.municipality_code, known.source) == (
        "Exempel Register AB", None, None, "Bolagsverket",
    )  # fmt: skip
    assert db.session.scalars(select(Workplace)).one().street == "Hemliga gatan 1"


def test_a_new_company_of_a_list_does_not_tell_whose_list_it_was(scope, user, tmp_path):
    path = tmp_path / "Konkurslista Anna.csv"
    path.write_text("Företag;Orgnr;Gatuadress\nExempel AB;5299304179;Hemliga gatan 1\n", "utf-8")

    run(path, FileFormat.TABLE_CSV, scope, user)

    company = db.session.scalars(select(Company)).one()
    assert (company.source, company.street) == ("Inläst lista", None)


def test_a_protected_person_is_not_changed_and_not_told_of_by_a_list(scope, user, tmp_path):
    known = factories.company(number="5299304179")
    factories.person(known, "Anna Exempelsson", phone="070-1740605", is_protected=True)
    path = tmp_path / "lista.csv"
    path.write_text("Företag;Orgnr;Kontaktperson;Mobil\nX;5299304179;Anna Exempelsson;070-1740699\n", "utf-8")

    run(path, FileFormat.TABLE_CSV, scope, user)
    again = run(path, FileFormat.TABLE_CSV, scope, user)

    assert db.session.scalars(select(Person)).one().phone == "070-1740605"
    assert again.unchanged == 1


def test_what_a_list_changes_is_in_the_history_without_details_of_people(scope, user, tmp_path):
    known = factories.company(number="5299304179")
    path = tmp_path / "lista.csv"
    path.write_text("Företag;Orgnr;Anställda;Bransch;Kontaktperson;Mobil\nX;5299304179;7;Svets;Bo Ek;070-1\n", "utf-8")

    run(path, FileFormat.TABLE_CSV, scope, user)

    engagement = db.session.scalars(select(Engagement)).one()
    assert (engagement.employees, engagement.industry) == (7, "Svets")
    events = {event.action: event for event in queries.list_history(known.id)}
    edited = events[Action.ENGAGEMENT_EDITED]
    assert edited.facts == {"changes": {"employees": [None, 7]}, "fields": ["industry"], "file": "lista.csv"}
    assert events[Action.PERSON_ADDED].actor_name == user.name
    assert "070-1" not in str([event.facts for event in events.values()])
    assert audit.find_break() is None
