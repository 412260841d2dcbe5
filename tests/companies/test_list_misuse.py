"""The list of companies under odd names, long paging and rows that change meanwhile; the file is what the list says."""

import csv
import io
import re
from html import unescape
from itertools import chain

import pytest
from openpyxl import load_workbook

from broker.companies import narrowing, queries, service
from broker.companies.models import Company
from broker.companies.narrowing import CompanyFilter
from broker.extensions import db
from tests import factories

ODD = [
    "=1+1",
    "+46 AB",
    "-minus AB",
    "@sum(A1)",
    "\t=tabb",
    "＝bred",
    " =mellanslag",
    'a";=2+2;"',
    "=cmd|' /C calc'!A0",
]


def names_on(page):
    rows = re.findall(r'<th scope="row"[^>]*><a href="[^"]+">(.*?)</a>', page.text.split("<tbody", 1)[1])
    return [unescape(name) for name in rows]


def walk(client, address):
    """Give the names of every page of a list, in the order of the pages."""
    while address:
        page = client.get(address)
        yield names_on(page)
        found = re.search(r'rel="next" href="([^"]+)"', page.text)
        address = unescape(found.group(1)) if found else None


def add(*names):
    return [factories.company(name) for name in names]


def test_no_name_is_a_formula_in_any_file(client, scope, user):
    for company in add(*ODD):
        service.engage(company)
    db.session.commit()

    rows = list(
        csv.reader(io.StringIO(client.press("/foretag/lista.csv?kol=ort").text.lstrip("\ufeff")), delimiter=";")
    )
    sheet = load_workbook(io.BytesIO(client.press("/foretag/lista.xlsx?kol=ort").data)).active

    assert len(rows) == len(ODD) + 1 and all(len(row) == 2 for row in rows)
    assert not [row for row in rows[1:] if re.match(r"\s*[=+\-@＝]", row[0])]
    assert all(cell.data_type == "s" for cell in sheet["A"]) and sheet.max_row == len(ODD) + 1


def test_names_stand_in_the_order_of_the_swedish_alphabet_on_pages_and_in_files(client, scope):
    names = ["Zeta AB", "Åkeri AB", "Ärla AB", "Öberg AB", "Ahl AB", "éclair AB", "Eder AB", "Wik AB", "Vik AB"]
    add(*names)
    expected = ["Ahl AB", "éclair AB", "Eder AB", "Vik AB", "Wik AB", "Zeta AB", "Åkeri AB", "Ärla AB", "Öberg AB"]

    assert names_on(client.get("/foretag")) == expected
    assert [line.split(";")[0] for line in client.press("/foretag/lista.csv").text.splitlines()[1:]] == expected


@pytest.mark.parametrize("address", ["/foretag", "/foretag?q=exempel", "/foretag?vara=y", "/foretag?utan_steg=y"])
def test_all_pages_together_are_what_the_list_counts_and_what_the_file_holds(client, scope, address):
    # Many of one name, so that only the key tells them apart.
    for company in add(*["Exempel Lika AB"] * 40, *(f"Exempel {number:02} AB" for number in range(40))):
        service.engage(company)
    db.session.commit()

    pages = list(walk(client, address))

    assert [len(page) for page in pages] == [25, 25, 25, 5]
    path, _mark, query = address.partition("?")
    file = client.press(f"{path}/lista.csv?{query}").text.splitlines()[1:]
    assert [*chain(*pages)] == [line.split(";")[0] for line in file]
    assert ">80 företag</p>" in client.get(address).text


def test_what_stays_is_seen_once_while_rows_before_and_after_the_page_change(client, scope):
    companies = add(*(f"Exempel {number:02} AB" for number in range(70)))
    pages = walk(client, "/foretag")
    seen = next(pages)

    # The last of the page that was read goes, one is noted before it, and one after it gets another name.
    db.session.delete(db.session.get(Company, companies[24].id))
    add("Exempel 03 b AB", "Exempel 40 b AB")
    db.session.get(Company, companies[60].id).name = "Exempel 69 b AB"
    db.session.commit()
    seen += chain(*pages)

    assert len(seen) == len(set(seen))
    assert {company.name for company in companies if company.name != "Exempel 24 AB"} <= set(seen)
    assert "Exempel 40 b AB" in seen and "Exempel 03 b AB" not in seen


def test_a_key_of_nobody_opens_the_place_in_the_alphabet(client, scope):
    add("Ahl AB", "Öberg AB")

    assert names_on(client.get("/foretag?efter=m&id=0")) == ["Öberg AB"]
    assert "Inget företag passar" in client.get("/foretag?efter=%EF%BF%BF&id=1").text


def test_a_file_of_more_than_is_counted_is_refused_with_what_to_do(client, scope, monkeypatch):
    monkeypatch.setattr(narrowing, "COUNTED_AT_MOST", 2)
    add("A AB", "B AB")
    assert len(client.press("/foretag/lista.csv").text.splitlines()) == 3

    add("C AB")

    assert "Begränsa den och försök igen" in client.press("/foretag/lista.csv").text
    assert "/foretag/lista.csv" not in client.get("/foretag").text
    assert queries.list_companies(CompanyFilter()).count == 3
