"""Hostile and broken files: each ends in a sentence, in little time and memory."""

import io
import struct
import tracemalloc
import zipfile
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.companies.imports import limits
from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.formats import FileFormat, detect_format
from broker.companies.imports.reader import read_rows
from broker.companies.imports.tables import preview
from tests.companies.imports.files import (
    BOLAGSVERKET,
    NUMBERS,
    SAMPLES,
    SCB,
    companies,
    read,
    refusals,
    with_part,
    write,
    write_xlsx,
)

SHEET = "xl/worksheets/sheet1.xml"
ROW = f"<row><c><v>{NUMBERS[0]}</v></c></row>"


def zipped(**members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return packed.getvalue()


def sheet_xml(rows):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"", "tom"),
        (b"\xef\xbb\xbf \r\n", "tom"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "äldre Excel"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "en bild"),
        (b"\x7fELF\x02\x01\x01" + bytes(64), "varken"),
        (b"<!DOCTYPE html><table>", "webbsida"),
        (b'{"organisationer": []}', "JSON"),
        (b"hej\n", "heter som en Excel-fil"),
        (b"PK\x03\x04 not a zip at all", "skadad"),
        (zipped(readme="x"), "ingen registerfil"),
        (zipped(word__document="x"), "Word"),
        (zipped(**{"content.xml": "x"}), "LibreOffice"),
        (zipped(**{"a.txt": "x", "b.txt": "y"}), "ingen registerfil"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path, content, advice):
    with pytest.raises(UnreadableFileError, match=advice):
        detect_format(write(tmp_path, content), "lista.xlsx")


@pytest.mark.parametrize("name", ["bolagsverket_api_sample.json", "kalender.ics", "kontakter.vcf"])
def test_other_known_kinds_are_called_by_their_name(name):
    with pytest.raises(UnreadableFileError, match=r"JSON|kalender|visitkort"):
        detect_format(SAMPLES / name, name)


def test_the_name_of_a_file_decides_nothing(tmp_path):
    assert detect_format(BOLAGSVERKET, "bild.png") is FileFormat.BOLAGSVERKET
    assert detect_format(SCB, "lista.xlsx") is FileFormat.SCB
    assert detect_format(write_xlsx(tmp_path, ("Orgnr",)), "lista.csv") is FileFormat.TABLE_XLSX


def test_a_thousand_bad_rows_give_a_thousand_sentences(tmp_path):
    results = read(write(tmp_path, "Orgnr;Företag\n" + "12345;X\n" * 1000))
    assert len(refusals(results)) == 1000
    assert all(str(refusal.message).endswith(".") for refusal in refusals(results))


def test_formula_text_comes_through_as_plain_text(tmp_path):
    texts = ("=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", "＝1+1")
    lines = [f"{number};{text}" for number, text in zip(NUMBERS, texts, strict=True)]
    results = read(write(tmp_path, "\n".join(("Orgnr;Företag", *lines))))
    assert tuple(row.name for row in companies(results)) == texts


def test_a_formula_in_a_workbook_is_read_as_its_saved_value(tmp_path):
    path = write_xlsx(tmp_path, ("Orgnr", "Företag"), (NUMBERS[0], "A AB"), (NUMBERS[1], "=1+1"))
    results = read(path)
    assert [row.name for row in companies(results)] == ["A AB"]
    assert refusals(results)[0].column == "Företag"


@pytest.mark.parametrize("count", [201, 300])
def test_a_list_that_is_too_wide_is_refused(tmp_path, count):
    wide = ["Orgnr", *(f"K{place}" for place in range(1, count))]
    with pytest.raises(UnreadableFileError, match="200 kolumner"):
        read(write_xlsx(tmp_path, wide, [NUMBERS[0]]))
    with pytest.raises(UnreadableFileError, match="200 kolumner"):
        read(write(tmp_path, ";".join(wide)))


@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml", "xl/media/image1.png"])
def test_a_small_workbook_that_unpacks_large_is_refused_at_once(tmp_path, part):
    path = with_part(write_xlsx(tmp_path, ("Orgnr",)), part, bytes(limits.UNPACKED_BYTES + 1))
    assert path.stat().st_size < limits.MEGABYTE
    tracemalloc.start()
    started = perf_counter()
    with pytest.raises(UnreadableFileError, match="packas upp"):
        read(path)
    assert tracemalloc.get_traced_memory()[1] < 20 * limits.MEGABYTE
    tracemalloc.stop()
    assert perf_counter() - started < 10


@pytest.mark.parametrize(
    "rows",
    [
        "<row/>" * (limits.SHEET_ROWS + 1),
        "<row>" + "<c/>" * (limits.SHEET_ROW_PARTS + 1) + "</row>",
        "<other/>" * (limits.OTHER_PART_ELEMENTS + 1),
        "<x>" * 200 + "</x>" * 200,
        "<row><c>" + " " * limits.MEGABYTE + "</c></row>",
    ],
    ids=["rows", "cells", "others", "depth", "text"],
)
def test_a_sheet_that_swells_in_memory_is_refused_while_it_is_counted(tmp_path, rows):
    path = with_part(write_xlsx(tmp_path, ("Orgnr",)), SHEET, sheet_xml(rows))
    with pytest.raises(UnreadableFileError, match="packas upp"):
        read(path)


def test_a_zip_with_too_many_members_is_refused_before_it_is_opened(tmp_path):
    members = {f"part{place}.xml": "" for place in range(limits.ZIP_MEMBERS + 1)}
    path = write(tmp_path, zipped(**members, xl__workbook="x"))
    with pytest.raises(UnreadableFileError, match="för många delar"):
        detect_format(path, "lista.xlsx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_in_a_workbook_are_refused(tmp_path, encoding):
    secret = tmp_path / "secret.txt"
    secret.write_text("hemligt")
    attack = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>' + sheet_xml("<row/>")
    path = with_part(write_xlsx(tmp_path, ("Orgnr",)), SHEET, attack.encode(encoding))
    with pytest.raises(UnreadableFileError, match="skadliga"):
        read(path)


@pytest.mark.parametrize(
    "xml",
    [
        "<worksheet",
        "",
        sheet_xml('<row r="x"><c r="A1"><v>1</v></c></row>'),
        sheet_xml('<row r="1"><c r="A1" t="s"><v>999</v></c></row>'),
        sheet_xml('<row r="1"><c r="A1" s="999"><v>1</v></c></row>'),
        sheet_xml('<row r="1"><c r="ÅÄÖ"><v>1</v></c></row>'),
    ],
)
def test_a_damaged_sheet_is_refused_with_a_sentence(tmp_path, xml):
    path = with_part(write_xlsx(tmp_path, ("Orgnr",)), SHEET, xml)
    with pytest.raises(UnreadableFileError, match=r"\.$"):
        read(path)


def test_forged_row_and_column_numbers_cost_nothing(tmp_path):
    far = f'<row r="1"><c r="A1" t="inlineStr"><is><t>Orgnr</t></is></c></row>{ROW}'
    far += '<row r="99999999999"><c r="XFD99999999999"><v>1</v></c></row>'
    path = with_part(write_xlsx(tmp_path, ("Orgnr",)), SHEET, sheet_xml(far))
    started = perf_counter()
    assert [row.number.digits for row in companies(read(path))] == [NUMBERS[0]]
    assert perf_counter() - started < 10


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]
)
def test_a_damaged_part_is_refused_with_a_sentence(tmp_path, part):
    path = with_part(write_xlsx(tmp_path, ("Orgnr",)), part, "<x>")
    with pytest.raises(UnreadableFileError, match="skadad"):
        read(path)


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "stor.csv"
    with path.open("wb") as stream:
        stream.write(b"Orgnr;Namn\n")
        stream.truncate(limits.LIST_BYTES + 1)
    with pytest.raises(UnreadableFileError, match="25 MB"):
        list(read_rows(path, FileFormat.TABLE_CSV))


def test_a_list_without_line_ends_is_refused(tmp_path):
    path = write(tmp_path, b"Orgnr;Namn\n" + b"xy;" * limits.MEGABYTE)
    with pytest.raises(UnreadableFileError, match="radindelning"):
        read(path)


def test_a_list_with_too_many_rows_is_refused(tmp_path):
    path = write(tmp_path, "Orgnr\n" + "1\n" * (limits.LIST_ROWS + 1))
    with pytest.raises(UnreadableFileError, match="200 000 rader"):
        read(path)


def test_an_endless_line_in_a_register_is_refused(tmp_path):
    heading = BOLAGSVERKET.read_bytes().split(b"\n")[0]
    path = write(tmp_path, heading + b"\n" + b"x" * (4 * limits.MEGABYTE))
    with pytest.raises(UnreadableFileError, match="skadad"):
        read(path)


def test_a_quote_that_is_never_closed_does_not_swallow_the_list_silently(tmp_path):
    lines = "\n".join(f"{number};A AB" for number in NUMBERS)
    results = read(write(tmp_path, f'Orgnr;Företag\n{NUMBERS[0]};"A AB\n{lines}'))
    assert "citattecken" in str(refusals(results)[0].message)
    long = f'Orgnr;Företag\n{NUMBERS[0]};"A AB\n' + "x;y\n" * 100_000
    assert any("citattecken" in str(refusal.message) for refusal in refusals(read(write(tmp_path, long))))


def test_a_cell_that_is_too_long_is_told_as_such(tmp_path):
    results = read(write(tmp_path, f"Orgnr;Företag;Anteckning\n{NUMBERS[0]};A AB;{'å' * 140_000}\n"))
    assert "Korta texten" in str(refusals(results)[0].message)


def test_lost_letters_are_refused_with_what_to_do(tmp_path):
    results = read(write(tmp_path, f"Orgnr;Företag\n{NUMBERS[0]};\ufffdkeri AB\n"))
    assert "CSV UTF-8" in str(refusals(results)[0].message)


def test_half_a_zip_is_refused(tmp_path):
    whole = zipped(**{"bolagsverket_bulkfil.txt": BOLAGSVERKET.read_bytes()})
    for cut in (10, len(whole) // 2, len(whole) - 5):
        with pytest.raises(UnreadableFileError, match="skadad"):
            read(write(tmp_path, whole[:cut]))


def test_a_zip_whose_content_is_corrupt_is_refused(tmp_path):
    whole = bytearray(zipped(**{"bolagsverket_bulkfil.txt": BOLAGSVERKET.read_bytes()}))
    start = 30 + struct.unpack("<H", whole[26:28])[0]
    whole[start + 2000 : start + 2400] = bytes(400)
    with pytest.raises(UnreadableFileError, match="skadad"):
        read(write(tmp_path, bytes(whole)))


heads = st.sampled_from(
    (
        b"",
        b"PK\x03\x04",
        b"Orgnr;Namn\n",
        b'"organisationsidentitet;',
        b"ForAndrTyp\tPeOrgNr\t",
        b"\xff\xfe",
        BOLAGSVERKET.read_bytes()[:900],
        SCB.read_bytes()[:900],
        zipped(**{"xl/workbook.xml": "<x/>"})[:80],
    )
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(head=heads, tail=st.binary(max_size=400))
def test_any_bytes_end_in_rows_or_a_sentence(tmp_path, head, tail):
    path = write(tmp_path, head + tail)
    for file_format in FileFormat:
        try:
            assert all(result.row >= 1 for result in read_rows(path, file_format))
            preview(path, FileFormat.TABLE_CSV)
        except UnreadableFileError as error:
            assert str(error).endswith(".")
    try:
        detect_format(path, "lista.csv")
    except UnreadableFileError as error:
        assert str(error).endswith(".")
