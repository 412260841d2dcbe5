"""How the pages of the exported document are filled."""

from dataclasses import replace

import pytest

from broker.documents.blocks import Grid, Heading, column_shares
from broker.esf.exports.blocks import build_blocks
from broker.esf.exports.material import DataTable, Section, Source
from tests.esf.materials import many_companies, material, open_pdf, question


def lines_of(page):
    lines = [line.strip() for line in page.extract_text().splitlines()]
    return [line for line in lines if line and not line.startswith("Sida")]


@pytest.mark.parametrize("length", range(20, 52, 2))
def test_no_heading_of_the_pdf_stands_at_the_foot_of_a_page(length):
    long = Section("lang", "Första avsnittet", (question("\n".join(["Rad"] * length)),))
    short = Section("kort", "Andra avsnittet", (question("Ett svar"),))
    given = replace(many_companies(length), sections=(long, short))
    headings = {block.text for block in build_blocks(given) if isinstance(block, Heading)}

    assert [lines_of(page)[-1] for page in open_pdf(given).pages if lines_of(page)[-1] in headings] == []


def test_a_header_row_stands_once_on_a_page():
    sources = tuple(Source(number, "Svets AB, kontakt 2026-10-01; " * number) for number in range(1, 40))
    pages = open_pdf(replace(many_companies(1), sources=sources)).pages

    assert max(lines_of(page).count("Källa") for page in pages) == 1


@pytest.mark.parametrize("lines", [24, 25, 26])
def test_a_high_row_at_the_foot_of_a_page_is_split_and_keeps_every_line(lines):
    table = DataTable(("Ett", "Annat"), (("1", "rad\n" * lines), ("x", "och\n" * 20)))
    section = Section("hog", "Höga rader", (question("", table),))
    words = " ".join(page.extract_text() for page in open_pdf(material(sections=(section,))).pages).split()

    assert (words.count("rad"), words.count("och") >= 20) == (lines, True)


def test_long_reasons_have_the_most_room_of_a_row():
    header = ("Organisation", "Grund", "Stöd kr", "Stöd euro", "Tidigare euro", "Kvar euro", "Bedömning")
    row = (
        "Svets i Flen AB",
        "Försumbart stöd",
        "28 200,00",
        "6 200,00",
        "0,00",
        "293 800,00",
        "Ryms under taket. " * 9,
    )
    shares = column_shares(Grid(header, (row,)))

    assert shares[-1] == max(shares)
    assert shares[-1] > 0.3
