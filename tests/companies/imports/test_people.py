"""Lists of contact persons: who it is, at which company, and never an open row for a protected identity."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from broker.actions import Action
from broker.audit import AuditEvent
from broker.companies import service
from broker.companies.imports.headings import guess_people_mapping, is_list_of_people
from broker.companies.imports.models import ImportedRow
from broker.companies.imports.people import Told, changes_of_person
from broker.companies.models import Company, Engagement, LegalBasis, Person
from broker.extensions import db
from tests import factories
from tests.client import form_values

SAMPLES = Path(__file__).parents[2] / "samples"
HEADINGS = "Namn;Funktion;E-post;Telefon;Företag;Skyddad identitet\n"


@pytest.fixture
def company(scope):
    company = factories.company("Exempel Svets AB", number="5299304179")
    db.session.add(Engagement(company_id=company.id, tags=[]))
    db.session.commit()
    return company


def prepared(client, rows, headings=HEADINGS):
    return client.submit("/foretag/importera", file=(io.BytesIO((headings + rows).encode()), "personer.csv")).location


def try_out(client, rows, headings=HEADINGS, **chosen):
    return client.submit(prepared(client, rows, headings), **chosen, **{"try": "1"}).location


def import_now(client, rows, headings=HEADINGS, **chosen):
    return client.submit(prepared(client, rows, headings), **chosen, **{"import": "1"}).location


def people():
    return db.session.scalars(select(Person).order_by(Person.id).execution_options(populate_existing=True)).all()


@pytest.mark.parametrize(
    ("headings", "is_people"),
    [
        ("Namn;E-post;Telefon;Företag", True),
        ("Förnamn;Efternamn;Mobil;Bolag", True),
        ("First Name;Last Name;Email;Job Title;Associated Company", True),
        ("Företag;Orgnr;Kontaktperson;E-post;Telefon", False),
        ("Företag;Gatuadress;Kontaktperson;Telefon", False),
        ("Namn;Postort", False),
        ("Företag;Orgnr", False),
    ],
)
def test_a_list_of_people_is_told_from_one_of_companies(headings, is_people):
    assert is_list_of_people(headings.split(";")) is is_people


def test_name_address_and_telephone_of_a_list_of_people_are_the_persons():
    assert guess_people_mapping(["Namn", "E-post", "Telefon", "Företag", "Roll"]) == {
        "Namn": "contact_name",
        "E-post": "contact_email",
        "Telefon": "contact_phone",
        "Företag": "name",
        "Roll": "contact_function",
    }


def test_a_person_is_added_at_the_company_of_that_name_with_source_and_ground(client, company):
    page = client.get(prepared(client, "Anna Ek;VD;anna@exempel.example;070-1;EXEMPEL SVETS Aktiebolag;\n")).text
    assert "lista över kontaktpersoner vid företag som redan finns" in page
    rows = "Anna Ek;VD;anna@exempel.example;070-1;EXEMPEL SVETS Aktiebolag;\n"

    imported = import_now(client, rows, source="Mässan i mars", legal_basis=LegalBasis.CONSENT.value)

    person = people()[0]
    assert (person.company_id, person.name, person.function, person.phone) == (company.id, "Anna Ek", "VD", "070-1")
    assert (person.source, person.legal_basis) == ("Mässan i mars", LegalBasis.CONSENT)
    told = client.get(f"{imported}/nya").text
    assert "Kontaktpersonen läggs till" in told and "Anna" not in told and "070-1" not in told
    actions = set(db.session.scalars(select(AuditEvent.action)))
    assert {Action.PEOPLE_IMPORTED, Action.PERSON_ADDED} <= actions


def test_the_same_list_again_doubles_nobody_and_changes_what_is_new(client, company):
    import_now(client, "Anna Ek;VD;anna@exempel.example;070-1;Exempel Svets AB;\n")

    again = import_now(client, "Anna Ek;Platschef;anna@exempel.example;070-1;Exempel Svets AB;\n")

    assert [(person.name, person.function) for person in people()] == [("Anna Ek", "Platschef")]
    assert "Kontaktpersonens befattning: ändras" in client.get(f"{again}/andrade").text


def test_an_address_of_ones_own_tells_who_somebody_is_and_a_receptions_does_not(client, company):
    factories.person(company, "Anna Exempelsson", email="anna@exempel.example")
    factories.person(company, "Växeln", email="info@exempel.example")
    rows = "A. Ek;VD;anna@exempel.example;;Exempel Svets AB;\nBo Ek;;info@exempel.example;;Exempel Svets AB;\n"

    import_now(client, rows)

    assert [(person.name, person.function) for person in people()] == [
        ("Anna Exempelsson", "VD"), ("Växeln", None), ("Bo Ek", None),
    ]  # fmt: skip


def test_a_company_is_found_by_its_number_and_gets_our_relation(client, scope):
    known = factories.company("Exempel Register AB", number="5299236900")
    db.session.commit()
    headings = "Namn;E-post;Orgnr\n"
    sent = prepared(client, "Anna Ek;anna@exempel.example;529923-6900\n", headings)

    client.submit(f"{sent}?slag=personer", **{"import": "1"})

    assert people()[0].company_id == known.id
    assert db.session.scalars(select(Engagement.company_id)).all() == [known.id]


def test_a_row_that_cannot_be_placed_says_what_to_do_and_nothing_is_stored(client, company, user):
    double = service.add_company(number=None, name="Exempel Dubbel AB", by=user)
    service.add_company(number=None, name="Exempel Dubbel AB", by=user)
    db.session.commit()
    assert double.id
    rows = (
        "Anna Ek;;;;Exempel Svets AB;\n"
        "Bo Ek;;;;Exempel Okänt AB;\n"
        "Cilla Ek;;;;Exempel Dubbel AB;\n"
        ";;d@exempel.example;;Exempel Svets AB;\n"
        "Erik Ek;;inte hel;;Exempel Svets AB;\n"
        "Filippa Ek;;;;;\n"
        "Gun Ek;;;;Exempel Svets AB;kanske\n"
    )

    page = client.get(import_now(client, rows)).text

    for told in (
        "Ni har inget företag med precis det namnet",
        "Ni har flera företag med det namnet",
        "Personens namn saknas",
        "E-postadressen är inte hel",
        "Företaget saknas",
        "har personen skyddad identitet?",
    ):
        assert told in page
    assert people() == []


def test_a_protected_identity_is_never_stored_open(client, company):
    rows = (
        "Anna Ek;VD;;;Exempel Svets AB;ja\n"
        "Bo Ek;skyddade personuppgifter;;;Exempel Svets AB;\n"
        "Cilla Ek;;;;Exempel Svets AB;nej\n"
    )

    import_now(client, rows)

    assert [person.is_protected for person in people()] == [True, True, False]


def test_the_column_of_protected_identities_cannot_be_left_out(client, company):
    page = client.submit(prepared(client, "Anna Ek;;;;Exempel Svets AB;ja\n"), column_5="", **{"import": "1"})

    assert page.status_code == 422 and "den säger vem som har skyddad identitet" in page.text
    assert people() == []


def test_who_is_open_here_becomes_protected_when_the_list_says_so(client, company, user):
    person = service.add_person(company, {"name": "Anna Ek", "source": "Anna", "phone": "070-1"}, by=user)
    db.session.commit()

    imported = import_now(client, "Anna Ek;Vd;anna@exempel.example;;Exempel Svets AB;ja\n")

    assert people()[0].is_protected and people()[0].id == person.id
    assert "anna@" not in str([row.images for row in db.session.scalars(select(ImportedRow))])
    page = client.get(f"{imported}/andrade").text
    assert "Kontaktpersonen ändras" in page and "skydd" not in page.split("<main")[1].lower()


def test_a_list_of_companies_with_people_protects_them_too(client, scope):
    headings = "Företag;Orgnr;Kontaktperson;E-post;Telefon;Sekretess\n"

    import_now(client, "Exempel Nytt AB;5299236900;Anna Ek;anna@exempel.example;070-1;x\n", headings)

    person = people()[0]
    assert person.is_protected and (person.email, person.phone) == ("anna@exempel.example", "070-1")


def test_a_list_with_companies_and_people_works_in_one_go(client, scope):
    headings = "Företag;Orgnr;Anställda;Kontaktperson;E-post;Telefon\n"

    import_now(client, "Exempel Nytt AB;5299236900;7;Anna Ek;anna@exempel.example;070-1\n", headings)

    company = db.session.scalars(select(Company)).one()
    engagement = db.session.scalars(select(Engagement)).one()
    assert (engagement.employees, engagement.phone, engagement.email) == (7, None, None)
    person = people()[0]
    assert (person.company_id, person.email, person.phone) == (company.id, "anna@exempel.example", "070-1")


def test_a_list_of_people_is_undone_and_leaves_the_companies(client, company):
    imported = import_now(client, "Anna Ek;;;;Exempel Svets AB;\n")

    client.press(f"{imported}/angra", imported)

    assert people() == [] and db.session.scalars(select(Company.id)).all() == [company.id]


def test_two_rows_of_one_person_or_one_address_are_told(client, company):
    rows = (
        "Anna Ek;VD;anna@exempel.example;;Exempel Svets AB;\n"
        "Anna Ek;VD;anna@exempel.example;;Exempel Svets AB;\n"
        "Anna Ek;HR;anna@exempel.example;;Exempel Svets AB;\n"
        "Bo Ek;;anna@exempel.example;;Exempel Svets AB;\n"
    )

    page = client.get(try_out(client, rows)).text

    assert "Personen finns redan på rad 2" in page and "E-postadressen står också på rad 2" in page
    assert "Samma uppgifter som en tidigare rad" in page


def test_people_from_hubspot_find_their_companies(client, scope, user):
    service.add_company(number=None, name="Exempel Hedlunda Utbildning AB", by=user)
    db.session.commit()
    content = (SAMPLES / "hubspot_contacts.csv").read_bytes()
    sent = client.submit("/foretag/importera", file=(io.BytesIO(content), "hubspot_contacts.csv")).location

    client.submit(sent, skip_refused="y", **{"import": "1"})

    person = people()[0]
    assert (person.name, person.function, person.phone) == ("Anna Exempelsson-A", "VD", "070-1740605")


def test_the_kind_of_list_is_remembered_with_its_headings(client, company):
    headings = "Namn;E-post;Orgnr;Firma\n"
    row = "Anna Ek;anna@exempel.example;5299304179;Exempel Svets AB\n"
    sent = prepared(client, row, headings)
    assert "lista över företag, med" in client.get(sent).text
    client.submit(f"{sent}?slag=personer", **{"try": "1"})

    page = client.get(prepared(client, row, headings)).text

    assert "lista över kontaktpersoner vid företag" in page
    assert form_values(page)["column_0"] == "contact_name"


def test_the_day_on_which_a_kept_name_was_written_is_that_of_swedish_clocks():
    person = Person(
        id=1, name="Anna Ek", email="anna@exempel.example", created_at=datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
    )
    told = Told("Annika Ek", {"contact_email": "anna@exempel.example"}, is_known_by_address=True)

    [change] = changes_of_person(person, told, {}, ())

    assert change.by_hand_on == "2026-06-02"
