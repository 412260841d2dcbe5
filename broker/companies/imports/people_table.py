"""Lists of people in Excel or CSV: each row checked, with the company by its number or by its name."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from broker.companies.imports import cells
from broker.companies.imports.cells import Cell, cell_text
from broker.companies.imports.duplicates import PeopleInList
from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.formats import FileFormat
from broker.companies.imports.headings import checked_mapping, guess_people_mapping
from broker.companies.imports.rows import PersonRow, ReadResult, Refusal, Skipped, SkipReason
from broker.companies.imports.tables import empty_cells, is_no_row, open_table, person_name, read_facts
from broker.companies.numbers import InvalidNumberError, Number, parse_number
from broker.sentences import N_, Sentence

_NO_PERSON_COLUMN = Sentence(
    N_("Listan saknar en kolumn med namn. Välj vilken kolumn som innehåller kontaktpersonens namn.")
)
_NO_COMPANY_COLUMN = Sentence(
    N_("Listan säger inte vilka företag personerna hör till. Välj kolumnen med organisationsnummer eller företagsnamn.")
)
_NAME_PARTS = ("contact_name", "contact_first_name", "contact_last_name")


def read_people(
    path: Path, file_format: FileFormat, mapping: dict[str, str] | None, *, clears: Collection[str] = ()
) -> Iterator[ReadResult]:
    """Give every row of a list of people: a contact person, a refusal, or a skipped row."""
    with open_table(path, file_format, mapping) as table:
        headings = table.headings
        chosen = guess_people_mapping(headings) if mapping is None else checked_mapping(mapping, headings)
        columns = {field: heading for heading, field in chosen.items()}
        if not any(part in columns for part in _NAME_PARTS):
            raise UnreadableFileError(_NO_PERSON_COLUMN)
        if "number" not in columns and "name" not in columns:
            raise UnreadableFileError(_NO_COMPANY_COLUMN)
        clearing = {field: columns[field] for field in clears if field in columns}
        people = PeopleInList()
        for row, values in table.records:
            if isinstance(values, Refusal):
                yield values
            elif _is_no_person(values, headings, columns):
                yield Skipped(row, SkipReason.NOT_A_COMPANY)
            else:
                result = _read_row(row, values, headings, columns, clearing)
                yield people.check(result) if isinstance(result, PersonRow) else result


def _is_no_person(values: tuple[Cell, ...], headings: tuple[str, ...], columns: Mapping[str, str]) -> bool:
    by_heading = dict(zip(headings, values, strict=False))
    column = next(columns[part] for part in _NAME_PARTS if part in columns)
    return is_no_row(values, headings, cell_text(by_heading.get(column)), column)


def _read_row(
    row: int,
    values: tuple[Cell, ...],
    headings: tuple[str, ...],
    columns: Mapping[str, str],
    clearing: Mapping[str, str],
) -> PersonRow | Refusal:
    by_heading = dict(zip(headings, values, strict=False))
    facts = read_facts(row, by_heading, columns)
    if isinstance(facts, Refusal):
        return facts
    company_name, name = facts.pop("name", None), person_name(facts)
    column = columns.get("number") or columns["name"]
    if name is None:
        where = next(columns[part] for part in _NAME_PARTS if part in columns)
        return Refusal(row, where, Sentence(N_("Personens namn saknas. Fyll i namnet.")), company_name)
    number = _read_number(row, cell_text(by_heading.get(columns.get("number", ""))), column, company_name)
    if isinstance(number, Refusal):
        return number
    if number is None and company_name is None:
        sentence = Sentence(N_("Företaget saknas. Fyll i organisationsnumret eller företagets namn."))
        return Refusal(row, column, sentence)
    if cells.says_protected(values):
        facts["contact_is_protected"] = True
    if number is None:
        column = columns["name"]
    return PersonRow(row, name, number, company_name, column, **facts, clears=empty_cells(values, headings, clearing))


def _read_number(row: int, text: str, column: str, company_name: str | None) -> Number | Refusal | None:
    if not text:
        return None
    try:
        return parse_number(text)
    except InvalidNumberError as error:
        return Refusal(row, column, Sentence.of(error), company_name)
