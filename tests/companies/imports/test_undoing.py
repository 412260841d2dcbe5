"""A stored list is taken back: what nobody has worked with goes, the rest stays and says why."""

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from broker import access, audit, clock, database
from broker.access import Role
from broker.actions import Action
from broker.audit import AuditEvent
from broker.companies import service
from broker.companies.imports import inspection, undoing
from broker.companies.imports.models import ImportedList, ImportedRow
from broker.companies.merging import service as merging
from broker.companies.models import Company, Engagement, Person, Workplace
from broker.extensions import db
from tests import factories, factories_needs
from tests.conftest import signed_in_client

LIST = (
    "Bolag;Orgnr;Anställda;Bransch;Kontaktperson;Mobil;Gatuadress\n"
    "Exempel Känt AB;5299304179;12;Svets;Anna Ek;070-1;Gatan 1\n"
    "Exempel Nytt AB;5299236900;3;;Bo Ek;070-2;Gatan 2\n"
)


@pytest.fixture
def known(scope):
    company = factories.company("Exempel Känt AB", number="5299304179")
    db.session.add(Engagement(company_id=company.id, tags=[], employees=8))
    factories.person(company, "Anna Ek", phone="070-9")
    db.session.commit()
    return company


@pytest.fixture
def imported(client, known):
    return read_in(client)


def read_in(client, content=LIST):
    sent = client.submit("/foretag/importera", file=(io.BytesIO(content.encode()), "lista.csv"))
    return client.submit(sent.location, **{"import": "1"}).location


def undo(client, imported, **fields):
    return client.get(client.press(f"{imported}/angra", imported, **fields).location).text


def new_company():
    return db.session.scalars(select(Company).where(Company.organisation_number == "5299236900")).one_or_none()


def count(model):
    return db.session.scalar(select(func.count(model.id)))


def test_a_list_that_nobody_has_worked_with_goes_without_a_trace_in_what_is_known(client, imported, known):
    page = undo(client, imported)

    assert "Importen är ångrad." in page and "Inget är kvar" in page
    engagement = db.session.scalars(select(Engagement)).one()
    assert (engagement.company_id, engagement.employees, engagement.industry) == (known.id, 8, None)
    assert [(row.name, row.phone) for row in db.session.scalars(select(Person))] == [("Anna Ek", "070-9")]
    assert new_company() is None and count(Workplace) == 0
    assert "Importen ångrades" in client.get(imported).text


def test_an_import_is_found_again_where_one_imports(client, imported):
    assert 'href="/jobb"' in client.get("/foretag/importera").text

    assert f'href="{imported}"' in client.get("/jobb").text


def test_the_preview_tells_in_numbers_what_would_happen_and_changes_nothing(client, imported):
    page = undo(client, imported, **{"try": "1"})

    assert "Inget är ändrat" in page and "Ångra importen nu" in page
    assert new_company() is not None and count(Person) == 2


def test_nobody_who_writes_waits_while_it_is_only_looked_at_what_would_happen(client, imported, monkeypatch):
    judge, holding = undoing.judge, []
    monkeypatch.setattr(undoing, "judge", lambda rows: holding.append(database.is_writing()) or judge(rows))

    undo(client, imported, **{"try": "1"})
    undo(client, imported)

    assert holding == [False, True]


def test_what_was_edited_after_the_import_stays_and_is_told(client, imported, known, user):
    engagement = db.session.scalars(select(Engagement).where(Engagement.company_id == known.id)).one()
    service.edit_engagement(engagement, {"employees": 14}, by=user)
    db.session.commit()

    page = undo(client, imported)

    assert "Antal anställda: har ändrats efter importen" in page
    db.session.refresh(engagement)
    assert (engagement.employees, engagement.industry) == (14, None)


def test_a_company_with_a_contact_stays_and_says_so(client, imported, user):
    company = new_company()
    factories.interaction(company, by=user, summary="Besök")
    db.session.commit()

    page = undo(client, imported)

    assert "Företaget är kvar: det har 1 kontakt" in page
    assert count(Engagement) == 2 and new_company() is not None
    assert db.session.scalars(select(Person.name)).all() == ["Anna Ek"]


def test_a_person_whom_a_contact_names_stays(client, imported, user):
    company = new_company()
    person = db.session.scalars(select(Person).where(Person.company_id == company.id)).one()
    factories.interaction(company, by=user, summary="Besök", people=[person])
    db.session.commit()

    page = undo(client, imported)

    assert "En kontaktperson är kvar: den finns på 1 kontakt" in page and count(Person) == 2


def test_a_company_with_a_need_or_a_merge_stays(client, imported, user):
    factories_needs.need(by=user, company=new_company())
    noted = service.add_company(number=None, name="Exempel Nytt", by=user)
    merging.merge_companies(new_company(), noted, {}, by=user)
    db.session.commit()

    assert "slagits ihop" in undo(client, imported)
    assert new_company() is not None


def test_a_company_that_others_know_stays_in_the_register_without_saying_whose_it_is(client, imported, organisation):
    other = factories.organisation()
    with access.acting_in(other.id):
        db.session.add(Engagement(company_id=new_company().id, tags=[]))
        db.session.commit()

    page = undo(client, imported)

    assert "gemensamma registret" in page and other.name not in page
    assert new_company() is not None and count(Engagement) == 1


def test_an_undone_list_cannot_be_undone_again(client, imported):
    undo(client, imported)

    again = client.press(f"{imported}/angra", imported)

    assert again.location == imported
    assert "redan ångrad" in client.get(imported).text


def test_the_undoing_is_in_the_history_without_details_of_people(client, imported, known, organisation):
    company_id = new_company().id
    undo(client, imported)

    actions = {event.action for event in db.session.scalars(select(AuditEvent).where(
        AuditEvent.subject_type == "company", AuditEvent.subject_id == company_id))}  # fmt: skip
    assert Action.IMPORT_UNDONE in actions
    total = next(event for event in audit.history_of(organisation) if event.action == Action.IMPORT_UNDONE)
    assert (total.facts["company"], total.facts["person"], total.facts["restored"]) == (1, 1, 2)
    assert "070-" not in str([event.facts for event in db.session.scalars(select(AuditEvent))])
    assert audit.find_break() is None


def test_after_the_last_day_what_was_before_is_forgotten_and_nothing_can_be_undone(client, imported, scope):
    stored = db.session.scalars(select(ImportedList)).one()
    assert stored.undo_until == clock.today() + timedelta(days=30)
    assert any(row.images for row in db.session.scalars(select(ImportedRow)))
    stored.undo_until = date(2020, 1, 1)
    db.session.commit()

    inspection.tidy()

    assert not any(row.images for row in db.session.scalars(select(ImportedRow)))
    assert "ångras" not in client.get(imported).text
    assert client.press(f"{imported}/angra", imported).location == imported


def test_only_who_read_a_list_in_undoes_it(app, client, imported, scope):
    colleague = signed_in_client(app, factories.user(organisation=scope, roles=list(Role)))

    assert colleague.press(f"{imported}/angra", "/foretag").status_code == 404


def test_what_was_before_is_forgotten_of_a_person_who_becomes_protected(client, imported, known, user):
    person = db.session.scalars(select(Person).where(Person.company_id == known.id)).one()
    service.edit_person(person, {"is_protected": True}, by=user)
    db.session.commit()

    assert "070-" not in str([row.images for row in db.session.scalars(select(ImportedRow))])
    page = undo(client, imported)
    assert "kontaktperson" not in page.split("Det som är kvar")[-1]


def test_an_undone_list_is_no_conflict_for_the_next_one_but_a_hand_before_it_is(client, known, user):
    engagement = db.session.scalars(select(Engagement)).one()
    service.edit_engagement(engagement, {"employees": 9}, by=user)
    db.session.commit()
    first = read_in(client)
    again = client.press(f"{first}/igen", first, takes_chosen="1", take="employees").location
    undo(client, again)

    last = read_in(client)

    assert "9 behålls" in client.get(f"{last}/konflikter").text
    assert "Svets" not in client.get(f"{last}/konflikter").text


def test_a_key_that_went_is_never_given_to_another(client, imported, user):
    gone = {Company: new_company().id, Person: max(db.session.scalars(select(Person.id)))}
    undo(client, imported)

    added = service.add_company(number=None, name="Exempel Annat", by=user)
    person = service.add_person(added, {"name": "Cilla Ek", "source": "Cilla"}, by=user)

    assert added.id > gone[Company] and person.id > gone[Person]
    if db.engine.dialect.name == "sqlite":
        tables = db.session.scalars(text("select name from sqlite_master where sql like '%autoincrement%'"))
        assert {"attachment", "company", "engagement", "person", "workplace"} <= set(tables)
