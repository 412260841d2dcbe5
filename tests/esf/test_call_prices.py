"""A call's unit costs are read from a file: what is wrong is said by row, and no table is ever overwritten."""

import io
from decimal import Decimal

import pytest
from xlsxwriter import Workbook

from broker import access
from broker.esf import queries
from broker.esf.calls import queries as calls
from tests import factories_esf
from tests.client import form_values

CSV = "Roll;Pris per timme;Region;Källa\nProjektledare;592,00;Riket;bilaga 2\nDeltagare;290;;bilaga 3\n"


def sent(text, name="tabell.csv"):
    return {"file": (io.BytesIO(text.encode() if isinstance(text, str) else text), name)}


def confirmed(client, url, looked):
    return client.post(url, data=form_values(looked.text), content_type="multipart/form-data")


@pytest.fixture
def bare(scope, user):
    return factories_esf.call(user, unit_costs={})


def test_a_table_is_looked_at_and_then_kept_with_its_file(client, bare, user):
    url = f"/utlysningar/{bare.id}/enhetskostnader"
    looked = client.submit(url, **sent(CSV))
    assert looked.status_code == 200 and "592,00" in looked.text
    assert queries.get_call(bare.id).prices == {}

    shown = client.get(confirmed(client, url, looked).location).text
    call = queries.get_call(bare.id)
    assert call.prices == {"Projektledare": Decimal(592), "deltagare": Decimal(290)}
    assert "Inlästa från tabell.csv" in shown and user.name in shown


def test_another_table_is_a_new_version_and_the_old_one_stays(client, scope, user):
    call = factories_esf.call(user)
    url = f"/utlysningar/{call.id}/enhetskostnader"
    answer = confirmed(client, url, client.submit(url, **sent(CSV)))

    later = queries.list_calls()[0]
    assert answer.location == f"/utlysningar/{later.id}" and (later.version, later.title) == ("2", call.title)
    assert queries.get_call(call.id).prices["Ekonom"] == Decimal(579)
    assert "Ekonom" not in later.prices
    assert calls.find_price_table(call) is None
    rows = calls.find_price_table(later).rows
    assert rows[0] == {"name": "Projektledare", "price": "592.0", "region": "Riket", "source": "bilaga 2"}


def test_regions_part_roles_and_a_workbook_is_read_below_its_heading(client, bare):
    stream = io.BytesIO()
    book = Workbook(stream)
    sheet = book.add_worksheet("Tabell")
    for place, row in enumerate([["Bilaga 2"], ["Yrkeskategori", "Kr per timme", "Region"]]):
        sheet.write_row(place, 0, row)
    sheet.write_row(2, 0, ["Projektekonom", 579, "Riket"])
    sheet.write_row(3, 0, ["Projektekonom", 612.5, "Stockholm"])
    book.close()
    url = f"/utlysningar/{bare.id}/enhetskostnader"
    confirmed(client, url, client.submit(url, **sent(stream.getvalue(), "tabell.xlsx")))

    assert queries.get_call(bare.id).prices == {
        "Projektekonom (Riket)": Decimal(579),
        "Projektekonom (Stockholm)": Decimal("612.5"),
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Roll;Pris per timme\nProjektledare;mycket\n", "Skriv ett pris i kronor per timme"),
        ("Roll;Pris per timme\nProjektledare;0\n", "Skriv ett pris i kronor per timme"),
        ("Roll;Pris per timme\nProjektledare;592,005\n", "Skriv ett pris i kronor per timme"),
        ("Roll;Pris per timme\n;592\n", "Skriv vilken roll priset gäller"),
        ("Roll;Pris per timme\nEkonom;579\nekonom;580\n", "Samma roll och region som på rad 2"),
        ("Namn;Summa\nEkonom;579\n", "Filen saknar rubrikerna Roll och Pris per timme"),
        ("Roll;Pris per timme\n", "Tabellen har inga rader"),
    ],
)
def test_what_is_wrong_is_said_by_row_and_nothing_is_kept(client, bare, text, told):
    answer = client.submit(f"/utlysningar/{bare.id}/enhetskostnader", **sent(text))
    assert answer.status_code == 422 and told in answer.text
    assert "Visa tabellen" in answer.text and "Spara enhetskostnaderna" not in answer.text
    with access.every_organisation():
        assert queries.get_call(bare.id).prices == {}
