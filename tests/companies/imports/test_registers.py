"""The two national files, with every pitfall that has cost somebody a reload."""

import zipfile
from datetime import date

import pytest

from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.register_fields import open_proceedings, postal_address, register_name
from broker.companies.imports.rows import SkipReason
from tests.companies.imports.files import (
    BOLAGSVERKET,
    SCB,
    by_number,
    companies,
    read,
    refusals,
    skipped,
    write,
)

HEADING = BOLAGSVERKET.read_text(encoding="utf-8").split("\n", 1)[0]


def register_line(
    number="5299304179",
    kind="ORGNR-IDORG",
    serial="1",
    name="Exempel AB$FORETAGSNAMN-ORGNAM$2015-09-16",
    ended="",
    proceedings="",
    description="Bygg.",
    address="Box 477$$NORBERG$73830$SE-LAND",
):
    fields = (f"{number}${kind}", serial, "SE-LAND", name, "AB-ORGFO", ended, "", proceedings, "2015-09-16")
    return ";".join(f'"{field}"' for field in (*fields, description, address))


def read_lines(folder, *lines, **options):
    return read(write(folder, "\n".join((HEADING, *lines)) + "\n", "fil.txt"), **options)


def test_the_register_sample_is_read_without_sole_traders():
    results = read(BOLAGSVERKET)
    assert (len(companies(results)), len(skipped(results)), refusals(results)) == (169, 31, [])
    assert not any(row.number.is_personal for row in companies(results))


def test_sole_traders_come_when_they_are_asked_for():
    results = read(BOLAGSVERKET, include_sole_traders=True)
    assert len({row.number for row in companies(results) if row.number.is_personal}) == 23
    assert {row.reason for row in skipped(results)} == {SkipReason.OTHER_BUSINESS}


def test_a_register_row_gives_every_fact():
    row = companies(read(BOLAGSVERKET))[0]
    assert (row.row, row.number.digits, row.name) == (2, "5299304179", "Exempel Falkås Maskin AB")
    assert (row.legal_form, row.registered_on, row.proceedings) == ("AB", date(2015, 9, 16), ())
    assert (row.street, row.postcode, row.post_town, row.country) == ("Box 477", "73830", "NORBERG", "SE")
    assert row.employees is None and row.sni_codes is None and row.is_active is None


def test_bare_quotes_semicolons_and_nul_keep_their_fields_whole():
    rows = by_number(read(BOLAGSVERKET))
    assert rows["5299323211"].name == 'Exempel "Ljuspunkten" Ulvsta Teknik AB'
    assert '4" samt' in rows["5299977362"].description
    assert rows["5299655349"].description == "Konsultverksamhet inom IT."
    assert any(";" in (row.description or "") for row in rows.values())


def test_a_field_that_holds_the_separator_itself_is_kept(tmp_path):
    results = read_lines(tmp_path, register_line(description='rör 4";"6 tum'))
    assert companies(results)[0].description == 'rör 4";"6 tum'


def test_a_deregistered_company_says_when_and_why():
    row = by_number(read(BOLAGSVERKET))["5299328798"]
    assert (row.deregistered_on, row.deregistration_reason) == (date(2022, 8, 26), "KKAV")


def test_of_several_names_the_swedish_company_name_is_taken():
    both = "Example Ltd$FORNAMN_FRSPRAK-ORGNAM$2000-01-01|Exempel AB$FORETAGSNAMN-ORGNAM$2000-01-01"
    other = "Exempel AB$FORETAGSNAMN-ORGNAM$2000-01-01|Uthyrning$SARS_FORNAMN-ORGNAM$2000-01-01$Maskiner."
    assert register_name(both) == register_name(other) == "Exempel AB"
    assert register_name("Föreningen$NAMN-ORGNAM$2000-01-01") == "Föreningen"


@pytest.mark.parametrize(
    ("field", "still_open"),
    [
        ("|KK-AVOMFO$2025-09-15", (("KK", date(2025, 9, 15)),)),
        ("|FR-AVOMFO$2023-01-10|FRUHOR-AVSLAVOMFO$2023-11-30", ()),
        ("|FRUHOR-AVSLAVOMFO$2023-11-30|FR-AVOMFO$2024-02-01", (("FR", date(2024, 2, 1)),)),
        (
            "|LI-AVOMFO$2025-03-01|KK-AVOMFO$2025-10-02|KKUHAVD-AVSLAVOMFO$2025-11-01",
            (("LI", date(2025, 3, 1)),),
        ),
        ("|FUOT-AVOMFO$2025-06-19|FRUHOR-AVSLAVOMFO$2025-07-01", (("FUOT", date(2025, 6, 19)),)),
        ("", ()),
    ],
)
def test_a_proceeding_is_open_until_a_later_ending_of_its_kind(field, still_open):
    assert open_proceedings(field) == still_open


def test_town_and_postcode_in_the_other_order_are_put_right():
    assert postal_address("Box 1$$73830$NORBERG$SE-LAND") == ("Box 1", "73830", "NORBERG", "SE")
    assert postal_address("$c/o Bo$ARBOGA$732 30$SE-LAND") == ("c/o Bo", "73230", "ARBOGA", "SE")
    assert postal_address("") == (None, None, None, None)


def test_of_several_rows_the_registered_one_counts(tmp_path):
    old = register_line(ended="2020-01-01")
    results = read_lines(tmp_path, old, register_line(serial="2"), register_line(serial="3"), old)
    assert [row.row for row in companies(results)] == [2, 3]
    assert [row.reason for row in skipped(results)] == [SkipReason.OTHER_BUSINESS] * 2


@pytest.mark.parametrize("kind", ["PERSON-IDORG", "DODSBO-IDORG", "SAMORDNR-IDORG", "ORGNR-IDORG", "NEW-IDORG"])
def test_a_personal_number_is_skipped_whatever_its_type(tmp_path, kind):
    results = read_lines(tmp_path, register_line("189312249833", kind), register_line("9312249833", kind))
    assert [row.reason for row in results] == [SkipReason.SOLE_TRADER] * 2


def test_bad_rows_are_refused_and_the_rest_is_read(tmp_path):
    short = '"5299304179$ORGNR-IDORG";"1"'
    results = read_lines(tmp_path, short, "", register_line("5299304170"), register_line())
    assert [refusal.row for refusal in refusals(results)] == [2, 4]
    assert len(companies(results)) == 1


def test_a_register_in_the_wrong_encoding_is_refused_row_by_row(tmp_path):
    lines = "\n".join((HEADING, register_line(name="Åkeri AB$FORETAGSNAMN-ORGNAM$2000-01-01")))
    results = read(write(tmp_path, lines, "fil.txt", "iso-8859-1"))
    assert "Hämta filen på nytt" in str(refusals(results)[0].message)


def test_a_decomposed_letter_is_stored_in_one_form(tmp_path):
    results = read_lines(tmp_path, register_line(name="A\u030akeri AB$FORETAGSNAMN-ORGNAM$2000-01-01"))
    assert companies(results)[0].name == "Åkeri AB"


def test_a_register_without_one_of_its_columns_is_refused(tmp_path):
    with pytest.raises(UnreadableFileError, match="saknar kolumnen postadress"):
        read(write(tmp_path, HEADING.replace(";postadress", "") + "\n"))


def test_the_business_register_joins_after_the_prefix_is_removed():
    rows = by_number(read(SCB))
    assert len(rows) == 166
    assert len(rows.keys() & by_number(read(BOLAGSVERKET)).keys()) >= 160
    row = rows["5299304179"]
    assert (row.name, row.name_is_fallback, row.street) == ("EXEMPEL FALKÅS MASKIN AB", True, "BOX 477")
    assert (row.legal_form, row.sni_codes, row.sni_edition) == ("49", ("28990",), "2025")


def test_industry_codes_keep_their_leading_zero():
    assert by_number(read(SCB))["5299461284"].sni_codes == ("02200",)


def test_opting_out_of_advertising_and_activity_are_told():
    rows = by_number(read(SCB))
    assert rows["5299613975"].no_advertising is True and rows["5299304179"].no_advertising is False
    assert rows["5299562495"].is_active is False and rows["5299304179"].is_active is True


def test_a_quote_in_the_business_register_merges_no_rows(tmp_path):
    lines = SCB.read_bytes().split(b"\r\n")
    lines[1] = lines[1].replace(b"EXEMPEL FALK", b'"EXEMPEL FALK')
    results = read(write(tmp_path, b"\r\n".join(lines), "scb.txt"))
    assert len(companies(results)) == 166 and refusals(results) == []


def test_the_only_text_file_in_a_zip_is_read(tmp_path):
    for sample, count in ((BOLAGSVERKET, 169), (SCB, 166)):
        with zipfile.ZipFile(tmp_path / "bulkfil.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(sample, "scb_bulkfil_JE_20260601T010203_01.txt")
        assert len(companies(read(tmp_path / "bulkfil.zip"))) == count
