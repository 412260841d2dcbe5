"""Ordinary lists: headings found, cells understood, every refusal points at row and column."""

from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from broker.companies.imports import cells
from broker.companies.imports.cells import CellError
from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.formats import FileFormat
from broker.companies.imports.headings import FIELD_TITLES, guess_mapping
from broker.companies.imports.rows import CompanyRow, SkipReason
from broker.companies.imports.tables import preview
from tests.companies.imports.files import (
    NUMBERS,
    SAMPLES,
    by_number,
    companies,
    read,
    refusals,
    skipped,
    write,
    write_xlsx,
)


def read_csv(folder, *lines, **options):
    return read(write(folder, "\n".join(lines)), **options)


def test_the_business_office_list_is_read_below_its_title_rows():
    results = read(SAMPLES / "naringslivsenhet_foretagslista.xlsx")
    assert (len(companies(results)), refusals(results)) == (45, [])
    assert [row.reason for row in skipped(results)] == [SkipReason.NOT_A_COMPANY]
    row = companies(results)[2]
    assert (row.row, row.number.digits, row.postcode, row.employees) == (7, "5299445535", "71430", 10)
    assert (row.contact_name, row.contact_email) == ("Fatima Exempelsson-A", "fatima@test2.example")
    assert row.phone is None and row.note == "Vill bli bättre på Excel, två på kontoret"


def test_lime_rows_keep_company_and_person_apart():
    row = companies(read(SAMPLES / "lime_easy_import.txt"))[0]
    assert (row.name, row.postcode, row.post_town) == ("Exempel Ekerum Redovisning AB", "98230", "GÄLLIVARE")
    assert (row.phone, row.contact_phone, row.contact_function) == ("0980-319200", "070-1740605", "VD")


def test_hubspot_companies_without_a_number_are_told_how_to_get_one():
    results = read(SAMPLES / "hubspot_companies.csv")
    assert (len(companies(results)), len(refusals(results))) == (20, 10)
    assert str(refusals(results)[0]).startswith("Rad 2, kolumnen Organisationsnummer: Organisationsnummer saknas.")
    assert by_number(results)["9299563339"].country == "SE"


def test_a_list_of_persons_alone_is_refused_but_can_be_previewed():
    path = SAMPLES / "hubspot_contacts.csv"
    with pytest.raises(UnreadableFileError, match="saknar en kolumn med organisationsnummer"):
        read(path)
    assert preview(path, FileFormat.TABLE_CSV).mapping["First Name"] == "contact_first_name"


def test_the_preview_shows_headings_guess_and_first_rows():
    top = preview(SAMPLES / "naringslivsenhet_foretagslista.xlsx", FileFormat.TABLE_XLSX, rows=3)
    assert (top.sheet_name, top.heading_row, len(top.rows)) == ("Företagslista", 4, 3)
    assert top.mapping["Org nr"] == "number" and "Senast kontakt" not in top.mapping
    assert top.rows[1][10] == "2025-11"


def test_a_callers_own_mapping_is_followed(tmp_path):
    path = write(tmp_path, f"Bolagets id;Vad\n{NUMBERS[0]};Exempel AB\n")
    mapping = {"Bolagets id": "number", "Vad": "name"}
    assert companies(read(path, mapping=mapping))[0].name == "Exempel AB"
    assert preview(path, FileFormat.TABLE_CSV, mapping).mapping == mapping


@pytest.mark.parametrize(
    ("mapping", "advice"),
    [
        ({"Saknas": "number"}, "finns inte i filen"),
        ({"Orgnr": "is_admin"}, "okänt fält"),
        ({"Orgnr": "number", "Namn": "number"}, "Två kolumner"),
        ({"Namn": "name"}, "organisationsnummer"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(tmp_path, mapping, advice):
    with pytest.raises(UnreadableFileError, match=advice):
        read_csv(tmp_path, "Orgnr;Namn", f"{NUMBERS[0]};Exempel AB", mapping=mapping)


def test_a_bare_phone_after_a_person_belongs_to_the_person():
    assert guess_mapping(["Telefon", "Kontaktperson"])["Telefon"] == "phone"
    assert guess_mapping(["Kontaktperson", "Telefon"])["Telefon"] == "contact_phone"
    assert "Tel" not in guess_mapping(["Kontaktperson", "Mobil", "Tel"])


def test_every_stored_field_of_a_guess_exists():
    parts = {"postcode_town", "sni_2025", "sni_2007", "contact_first_name", "contact_last_name"}
    assert set(FIELD_TITLES) - parts <= set(CompanyRow.__slots__)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac_roman", "cp850"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_swedish_letters_survive_every_encoding_and_delimiter(tmp_path, encoding, delimiter):
    lines = (("Företag", "Org.nr", "Ort"), ("Åkeri Ängö AB", NUMBERS[0], "Örebro"))
    path = write(tmp_path, "\r\n".join(delimiter.join(line) for line in lines), encoding=encoding)
    row = companies(read(path))[0]
    assert (row.name, row.post_town) == ("Åkeri Ängö AB", "Örebro")


def test_quoted_text_may_hold_delimiters_and_line_breaks(tmp_path):
    row = companies(read_csv(tmp_path, "Orgnr;Företag;Kommentar", f'{NUMBERS[0]};"A; B AB";"rad 1', 'rad 2"'))[0]
    assert (row.name, row.note) == ("A; B AB", "rad 1\nrad 2")


def test_a_lone_quote_refuses_its_row_alone(tmp_path):
    results = read_csv(tmp_path, "Orgnr;Företag", f'{NUMBERS[0]};"A" B AB', f"{NUMBERS[1]};C AB")
    assert [refusal.row for refusal in refusals(results)] == [2]
    assert [row.name for row in companies(results)] == ["C AB"]


def test_empty_rows_sum_rows_and_repeated_headings_are_no_companies(tmp_path):
    lines = ("Företag;Orgnr", ";", f"A AB;{NUMBERS[0]}", "Företag;Orgnr", "Summa: 1 företag;", "Totalt;", "")
    results = read_csv(tmp_path, *lines)
    assert [type(result) for result in results if result not in skipped(results)] == [CompanyRow]
    assert [row.row for row in skipped(results)] == [4, 5, 6]


def test_a_company_whose_name_begins_like_a_sum_is_still_a_company(tmp_path):
    results = read_csv(tmp_path, "Företag;Orgnr", "Total Entreprenad AB;")
    assert "Organisationsnummer saknas" in str(refusals(results)[0].message)


def test_sole_traders_are_skipped_unless_asked_for(tmp_path):
    lines = ("Orgnr;Företag", "18931224-9833;Exempel", "931224-9833;Exempel")
    assert {row.reason for row in read_csv(tmp_path, *lines)} == {SkipReason.SOLE_TRADER}
    results = read_csv(tmp_path, *lines, include_sole_traders=True)
    assert companies(results)[0].number.is_personal
    assert "tolv siffror" in str(refusals(results)[0].message)


def test_another_person_at_the_same_company_is_accepted(tmp_path):
    first, second = (f"A AB;{NUMBERS[0]};{name}" for name in ("Anna", "Bo"))
    results = read_csv(tmp_path, "Företag;Orgnr;Kontaktperson", first, second, second, f";{NUMBERS[0]};Cia")
    assert [row.contact_name for row in companies(results)] == ["Anna", "Bo"]
    assert [row.reason for row in skipped(results)] == [SkipReason.REPEATED]
    assert "Företagets namn saknas" in str(refusals(results)[0].message)


def test_the_same_number_with_other_facts_names_the_first_row(tmp_path):
    results = read_csv(tmp_path, "Företag;Orgnr;Ort", f"A AB;{NUMBERS[0]};Sala", f"A AB;16{NUMBERS[0]};Nora")
    assert str(refusals(results)[0]).startswith("Rad 3, kolumnen Orgnr: Företaget finns redan på rad 2")


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (3, 3),
        (3.0, 3),
        ("ca 25", 25),
        ("c:a 12", 12),
        ("5 st", 5),
        ("10-19", 10),
        ("20–49", 20),
        ("500+", 500),
        ("1 200 anställda", 1200),
        ("vet ej", None),
        ("-", None),
        (None, None),
    ],
)
def test_employees_follow_one_clear_rule(value, count):
    assert cells.read_employees(value) == count


@pytest.mark.parametrize("value", ["många", -3, "12 eller 13", datetime(2026, 10, 19), 73830000, "9" * 5000, 2.5])
def test_unclear_employees_are_refused(value):
    with pytest.raises(CellError):
        cells.read_employees(value)


@pytest.mark.parametrize("value", ["2026-02-14", "20260214", "14/2 2026", "14.2.2026", "2026-02-14 10:30"])
def test_a_date_as_text_is_read(value):
    assert cells.read_date(value) == date(2026, 2, 14)


@pytest.mark.parametrize("value", ["v 7", "2025-11", "31/2 2026", "0001-01-01", "44000"])
def test_an_unclear_date_is_refused(value):
    with pytest.raises(CellError, match="ÅÅÅÅ-MM-DD"):
        cells.read_date(value)


def test_a_refusal_names_row_column_and_what_to_do(tmp_path):
    lines = ("Företag;Orgnr;Antal anst;E-post;Registreringsdatum", f"A AB;{NUMBERS[0]};många;a@b.example;")
    lines += (f"B AB;{NUMBERS[1]};3;a.example;", f"C AB;{NUMBERS[2]};3;;i våras", ";5299562495;3;;")
    found = [(refusal.row, refusal.column) for refusal in refusals(read_csv(tmp_path, *lines))]
    assert found == [(2, "Antal anst"), (3, "E-post"), (4, "Registreringsdatum"), (5, "Företag")]


def test_industry_codes_carry_the_edition_of_their_heading(tmp_path):
    row = companies(read_csv(tmp_path, "Orgnr;SNI 2007", f"{NUMBERS[0]};01.110, 10850"))[0]
    assert (row.sni_codes, row.sni_edition) == (("01110", "10850"), "2007")


def test_the_sheet_with_organisation_numbers_is_chosen(tmp_path):
    path = write_xlsx(tmp_path, ("Kurs", "Pris"), ("Truck", 3400))
    workbook = load_workbook(path)
    sheet = workbook.create_sheet("Bolag")
    sheet.append(("Orgnr", "Bolag", "Bolagsform"))
    sheet.append((float(NUMBERS[0]), "A AB", "Aktiebolag"))
    workbook.save(path)
    row = companies(read(path))[0]
    assert (row.number.digits, row.name, row.legal_form) == (NUMBERS[0], "A AB", "AB")
