"""A provider's list of trainings: its columns known, each row judged, stored once."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker import spreadsheets
from broker.access import Role
from broker.companies.imports.cells import CellError
from broker.extensions import db
from broker.files import Attachment
from broker.jobs import Job
from broker.providers import queries
from broker.providers.importing import listing
from broker.providers.importing.columns import guess_mapping, read_cell
from broker.providers.models import Offering
from tests import factories as general
from tests import factories_procurement as factories

LIST = """Truckskolan AB;;;;;;;
Kurs;Ämne;Antal deltagare;Timmar;Pris per deltagare, exkl. moms;Fast pris;Nivå;Färg
Truck A och B;Truckutbildning;6-12;16 tim;4 500:-;;Grund, fortsättning;röd
MIG-svets;;10;40;;30 000 kr;;
Svets 1;;10;40;;30 000 kr;;
Heta arbeten;;12;8;;;;
mig-svets;;10;8;100;;;
Lyftkurs;Truckutbildning;tolv;8;100;;;
"""


@pytest.fixture
def provider(scope, user):
    return factories.provider(by=user, municipality_code="0482")


def upload(client, provider, content, name="utbud.csv"):
    return client.submit(f"/anordnare/{provider.id}/utbud/las-in", file=(io.BytesIO(content), name))


def given_by(provider):
    db.session.expire_all()
    return {row.title: row for row in queries.get_provider(provider.id).offerings}


def test_a_list_is_tried_then_stored_and_the_same_again_changes_nothing(client, provider):
    tried = upload(client, provider, LIST.encode("cp1252"))
    text = client.get(tried.location).text
    assert "Inget är sparat." in text and given_by(provider) == {}
    assert "Samma namn som på rad 4." in text and "Priset saknas." in text
    assert "Skriv ett heltal från 1 till" in text and "Området är inte klart." in text
    assert "Läses inte in: Färg" in text and "Läs in utan raderna som inte går" in text

    stored = client.press(tried.location)
    assert "Listan är inläst och sparad." in client.get(stored.location).text
    rows = given_by(provider)
    assert sorted(rows) == ["MIG-svets", "Truck A och B"]
    truck, weld = rows["Truck A och B"], rows["MIG-svets"]
    assert (truck.topic_id, truck.smallest_group, truck.capacity, truck.hours) == ("T001", 6, 12, 16)
    assert (truck.price_per_participant_ore, truck.levels) == (450_000, ["basic", "further"])
    assert (weld.topic_id, weld.fixed_price_ore, weld.municipality_code) == ("T023", 3_000_000, "0482")

    versions = {row.id: row.version for row in rows.values()}
    again = upload(client, provider, LIST.encode())
    assert "Oförändrad" in client.get(again.location).text and "offering_lists" not in again.location
    client.press(again.location)
    assert {row.id: row.version for row in given_by(provider).values()} == versions


def test_a_new_price_in_the_list_changes_the_price_and_an_empty_cell_nothing(client, provider, user):
    known = factories.offering(provider, by=user, title="Truck A och B", certificate="Truckbevis", renewal_years=5)
    content = "Utbildning;Pris;Intyg;Förnyas efter år\ntruck a och b;5000;;\n".encode()
    tried = upload(client, provider, content)
    assert "Pris per deltagare exkl. moms" in client.get(tried.location).text
    client.press(tried.location)
    row = given_by(provider)[known.title]
    assert (row.price_per_participant_ore, row.certificate, row.renewal_years) == (500_000, "Truckbevis", 5)


def test_what_is_handed_out_is_read_in_again_without_a_change(client, provider, user):
    factories.offering(provider, by=user, modes=["on_site", "distance"], fixed_price_ore=1_050, lead_weeks=3)
    factories.offering(provider, by=user, title="Svets", topic_id="T023", certificate="Prövning", renewal_years=2)
    handed = client.get(f"/anordnare/{provider.id}/utbud.xlsx").data
    text = client.get(upload(client, provider, handed, "utbud.xlsx").location).text
    assert text.count("Oförändrad<") == 2 and "Läs in</" not in text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("Företag;Orgnr\nExempel AB;5299236900\n", "Ge den rubriken Utbildning"),
        ("Utbildning;Pris inkl. moms\nTruck;100\n", "Räkna om dem till priser exkl. moms"),
        ("Utbildning;Pris\n" + "Truck;100\n" * 1001, "fler än 1000 rader"),
    ],
)
def test_a_file_that_is_no_such_list_says_what_to_do(client, provider, content, sentence):
    answer = upload(client, provider, content.encode())
    assert sentence in client.get(answer.location).text
    # Of what is no list nothing is kept.
    assert db.session.query(Offering).count() == db.session.query(Attachment).count() == 0


def test_what_is_no_list_is_refused_at_once(client, provider):
    answer = upload(client, provider, b"%PDF-1.7 katalog", "utbud.pdf")
    assert answer.status_code == 422 and "Filen är en PDF." in answer.text


def test_only_who_tried_a_list_stores_it_and_another_organisation_sees_no_provider(client, client_for, provider):
    tried = upload(client, provider, LIST.encode())
    colleague = client_for(*Role)
    stranger = client_for(*Role, organisation=general.organisation())
    for person in (colleague, stranger):
        assert person.get(tried.location).status_code == 404
    assert stranger.get(f"/anordnare/{provider.id}/utbud.xlsx").status_code == 404
    assert db.session.query(Job).filter_by(kind="import_offerings").count() == 1


@pytest.mark.parametrize(
    ("field", "cell", "found"),
    [
        ("fixed_price_ore", "12 500,50 kr", {"fixed_price_ore": 1_250_050}),
        ("fixed_price_ore", 4500.5, {"fixed_price_ore": 450_050}),
        ("fixed_price_ore", "900,-", {"fixed_price_ore": 90_000}),
        ("capacity", "max 12", {"capacity": 12}),
        ("capacity", "6–12 deltagare", {"smallest_group": 6, "capacity": 12}),
        ("lead_weeks", "6 veckor", {"lead_weeks": 6}),
        ("hours", "", {}),
    ],
)
def test_a_cell_is_read_as_people_write_it(field, cell, found):
    assert read_cell(field, cell) == found


@given(st.text(max_size=12))
def test_a_price_is_read_or_refused_and_never_below_zero(text):
    try:
        found = read_cell("fixed_price_ore", text)
    except CellError:
        return
    assert all(ore >= 0 for ore in found.values())


def test_every_heading_of_the_list_that_is_handed_out_is_known(scope, user):
    headings, _rows = listing.table(factories.provider(by=user))
    assert len(guess_mapping(headings)) == len(headings)
    assert spreadsheets.render("csv", "Utbud", headings, []).startswith(b"\xef\xbb\xbfUtbildning;")
