"""Empty cells that clear, and values written by hand that a list would overwrite."""

import io

import pytest
from sqlalchemy import select

from broker import clock
from broker.companies import service
from broker.companies.imports.models import ImportedRow, RowOutcome
from broker.companies.models import Engagement, Person
from broker.extensions import db
from broker.formatting import day
from tests import factories
from tests.client import form_values

HEADINGS = "Bolag;Orgnr;Anställda;Telefon växel;Kontaktperson;Mobil\n"
NUMBER = "5299304179"


@pytest.fixture
def known(scope):
    company = factories.company("Exempel Känt AB", number=NUMBER)
    db.session.add(Engagement(company_id=company.id, tags=[], employees=8, phone="0157-1"))
    db.session.commit()
    return company


def prepared(client, row, headings=HEADINGS):
    text = f"{headings}Exempel Känt AB;{NUMBER};{row}\n"
    return client.submit("/foretag/importera", file=(io.BytesIO(text.encode()), "lista.csv")).location


def try_out(client, row, **chosen):
    return client.submit(prepared(client, row), **chosen, **{"try": "1"}).location


def import_now(client, row, **chosen):
    return client.submit(prepared(client, row), **chosen, **{"import": "1"}).location


def engagement():
    return db.session.scalars(select(Engagement).execution_options(populate_existing=True)).one()


def edited_by_hand(user, **values):
    service.edit_engagement(engagement(), values, by=user)
    db.session.commit()


def test_an_empty_cell_changes_nothing_unless_somebody_says_so(client, known):
    import_now(client, ";;;")

    assert (engagement().employees, engagement().phone) == (8, "0157-1")


def test_an_empty_cell_clears_where_that_was_chosen_and_the_trial_says_so(client, known):
    tried = try_out(client, ";;;", clears_3="y")

    assert "Tömmer Företagets telefon: 0157-1 tas bort" in client.get(f"{tried}/andrade").text
    client.press(f"{tried}/igen", tried)
    assert (engagement().employees, engagement().phone) == (8, None)


def test_a_cell_that_says_that_nobody_knew_clears_nothing(client, known):
    import_now(client, ";vet ej;;", clears_3="y")

    assert engagement().phone == "0157-1"


def test_an_empty_cell_of_a_contact_persons_row_clears_the_persons_detail(client, known):
    person = factories.person(known, "Anna Exempelsson", phone="070-1740605")
    tried = try_out(client, ";;Anna Exempelsson;", clears_5="y")

    assert "Tömmer Kontaktpersonens telefon" in client.get(f"{tried}/andrade").text
    client.press(f"{tried}/igen", tried)
    assert db.session.scalars(select(Person.phone).where(Person.id == person.id)).one() is None


def test_where_empty_cells_clear_is_remembered_for_a_list_with_the_same_headings(client, known):
    try_out(client, ";;;", clears_3="y")

    values = form_values(client.get(prepared(client, ";;;")).text)
    assert values["clears_3"] == ["y"] and "clears_2" not in values


def test_the_number_cannot_be_cleared(client, known):
    page = client.submit(prepared(client, ";;;"), column_3="number", column_1="", clears_3="y", **{"try": "1"})

    assert page.status_code == 422 and "Avmarkera rutan" in page.text


def test_a_second_row_of_a_company_does_not_clear_what_the_first_one_says(client, known):
    row = f"7;0157-2;Anna Ek;070-1\nExempel Känt AB;{NUMBER};;;Bo Ek;070-2"

    import_now(client, row, clears_2="y", clears_3="y")

    assert (engagement().employees, engagement().phone) == (7, "0157-2")


def test_what_was_written_by_hand_is_kept_and_told_as_a_conflict(client, known, user):
    edited_by_hand(user, employees=9)

    tried = try_out(client, "12;0157-2;;")

    page = client.get(f"{tried}/konflikter").text
    assert f"Antal anställda: 9 behålls, skrivet här för hand {day(clock.today())}" in page and "listan har 12" in page
    assert "Företagets telefon: 0157-1 blir 0157-2" in page
    client.press(f"{tried}/igen", tried)
    assert (engagement().employees, engagement().phone) == (9, "0157-2")


def test_the_list_wins_over_a_hand_where_somebody_chooses_that(client, known, user):
    edited_by_hand(user, employees=9, phone="0157-9")
    tried = try_out(client, "12;0157-2;;")
    assert "Ta listans uppgift: Antal anställda (1 rad)" in client.get(tried).text

    again = client.press(f"{tried}/igen", tried, takes_chosen="1", take="employees", **{"try": "1"}).location
    client.press(f"{again}/igen", again)

    assert (engagement().employees, engagement().phone) == (12, "0157-9")


def test_what_a_list_wrote_last_is_no_conflict_for_the_next_list(client, known, user):
    edited_by_hand(user, employees=9)
    edited_by_hand(user, employees=None)
    tried = try_out(client, "12;;;")
    assert "förblir tomt, tömt här för hand" in client.get(f"{tried}/konflikter").text
    client.press(f"{tried}/igen", tried, takes_chosen="1", take="employees")

    import_now(client, "13;;;")

    assert engagement().employees == 13


def test_a_contact_person_added_by_hand_keeps_what_was_written(client, known, user):
    values = {"name": "Anna Exempelsson", "phone": "070-1740605", "source": "Anna"}
    person = service.add_person(known, values, by=user)
    db.session.commit()

    tried = try_out(client, ";;Anna Exempelsson;070-1740699")
    page = client.get(f"{tried}/konflikter").text
    client.press(f"{tried}/igen", tried)

    assert "Kontaktpersonens telefon: vår uppgift behålls" in page and "070-17406" not in page
    assert db.session.scalars(select(Person.phone).where(Person.id == person.id)).one() == "070-1740605"
    assert {row.outcome for row in db.session.scalars(select(ImportedRow))} == {RowOutcome.CONFLICT}


def test_a_list_fills_what_was_left_empty_when_a_person_was_added_by_hand(client, known, user):
    person = service.add_person(known, {"name": "Anna Exempelsson", "source": "Anna"}, by=user)
    db.session.commit()

    import_now(client, ";;Anna Exempelsson;070-1740699")

    assert db.session.scalars(select(Person.phone).where(Person.id == person.id)).one() == "070-1740699"


def test_a_person_is_known_by_the_address_and_keeps_the_name(client, known):
    headings = "Bolag;Orgnr;Kontaktperson;E-post\n"
    person = factories.person(known, "Anna Exempelsson", email="anna@exempel.example")

    imported = client.submit(prepared(client, "Anna Ek;ANNA@exempel.example", headings), **{"import": "1"}).location

    assert "Kontaktperson: vår uppgift behålls" in client.get(f"{imported}/konflikter").text
    assert db.session.scalars(select(Person.name).where(Person.id == person.id)).one() == "Anna Exempelsson"
    assert db.session.scalars(select(Person.id)).all() == [person.id]


def test_an_address_that_two_people_share_tells_them_not_apart(client, known):
    headings = "Bolag;Orgnr;Kontaktperson;E-post\n"
    factories.person(known, "Anna Exempelsson", email="info@exempel.example")

    client.submit(prepared(client, "Bo Ek;info@exempel.example", headings), **{"import": "1"})

    assert set(db.session.scalars(select(Person.name))) == {"Anna Exempelsson", "Bo Ek"}
