"""The two national files: Bolagsverket's company register and SCB's business register."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from operator import itemgetter
from pathlib import Path

from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.register_fields import (
    find_date,
    open_proceedings,
    postal_address,
    register_name,
)
from broker.companies.imports.register_files import numbered_lines, open_register
from broker.companies.imports.rows import CompanyRow, ReadResult, Refusal, Skipped, SkipReason
from broker.companies.imports.seen import SeenNumbers, Sighting
from broker.companies.numbers import InvalidNumberError, Number, find_organisation_number, parse_number
from broker.sentences import N_, Sentence

BOLAGSVERKET_COLUMNS = (
    "organisationsidentitet",
    "namnskyddslopnummer",
    "registreringsland",
    "organisationsnamn",
    "organisationsform",
    "avregistreringsdatum",
    "avregistreringsorsak",
    "pagandeAvvecklingsEllerOmstruktureringsforfarande",
    "registreringsdatum",
    "verksamhetsbeskrivning",
    "postadress",
)
SCB_COLUMNS = (
    "PeOrgNr",
    "Foretagsnamn",
    "Namn",
    "JurForm",
    "FtgStat",
    "JEStat",
    "RegDatKtid",
    "Reklamsparrtyp",
    "COAdress",
    "Gatuadress",
    "PostNr",
    "PostOrt",
    "Ng1",
    "Ng2",
    "Ng3",
    "Ng4",
    "Ng5",
)
# The codes that SCB uses in its files from 2026 on; the same digits can mean another industry in SNI 2007.
SNI_EDITION = "2025"

_PERSONAL_TYPES = frozenset({"PERSON-IDORG", "DODSBO-IDORG", "SAMORDNR-IDORG"})
_PERSONAL_LEGAL_FORMS = frozenset({"10", "91"})
_ADVERTISING = {"1": False, "2": True}
_DESCRIPTION = BOLAGSVERKET_COLUMNS.index("verksamhetsbeskrivning")
_ODD_ROW = Sentence(
    N_(
        "Raden har fel antal kolumner. Hämta filen på nytt från Bolagsverket. "
        "Finns felet kvar ligger det i registret: lägg in för hand."
    )
)
_BAD_LETTERS = Sentence(N_("Raden innehåller tecken som inte går att läsa. Hämta filen på nytt från Bolagsverket."))

Pick = Callable[[list[str]], tuple[str, ...]]


def read_bolagsverket(path: Path, *, include_sole_traders: bool = False) -> Iterator[ReadResult]:
    """Give Bolagsverket's rows; of several for one company the first, or the first still registered."""
    seen = SeenNumbers()
    with open_register(path) as stream:
        lines = numbered_lines(stream, "utf-8")
        headings = _headings(lines, ";")
        pick = _pick(headings, BOLAGSVERKET_COLUMNS)
        for row, line in lines:
            result = _bolagsverket_row(row, line, pick, len(headings), include_sole_traders)
            yield _first_or_better(result, seen, SkipReason.OTHER_BUSINESS) if type(result) is CompanyRow else result


def read_scb(path: Path, *, include_sole_traders: bool = False) -> Iterator[ReadResult]:
    """Give every row of SCB's file; a name there is in capitals and so only a fallback."""
    seen = SeenNumbers()
    with open_register(path) as stream:
        lines = numbered_lines(stream, "iso-8859-1")
        headings = _headings(lines, "\t")
        pick = _pick(headings, SCB_COLUMNS)
        width = len([heading for heading in headings if heading])
        for row, line in lines:
            result = _scb_row(row, line, pick, width, include_sole_traders)
            yield _first_or_better(result, seen, SkipReason.REPEATED) if type(result) is CompanyRow else result


def _first_or_better(row: CompanyRow, seen: SeenNumbers, reason: SkipReason) -> CompanyRow | Skipped:
    sighting = seen.see(row)
    if sighting is Sighting.FIRST:
        return row
    return replace(row, replaces_earlier=True) if sighting is Sighting.BETTER else Skipped(row.row, reason)


def _headings(lines: Iterator[tuple[int, str]], separator: str) -> list[str]:
    _, line = next(lines, (0, ""))
    return [heading.strip(' "\ufeff') for heading in line.split(separator)]


def _pick(headings: list[str], wanted: tuple[str, ...]) -> Pick:
    missing = [column for column in wanted if column not in headings]
    if missing:
        raise UnreadableFileError(
            Sentence(
                N_(
                    "Registerfilen saknar kolumnen %(column)s. Hämta filen på nytt från Bolagsverket. "
                    "Finns felet kvar har registret bytt form: kontakta supporten."
                ),
                {"column": missing[0]},
            )
        )
    return itemgetter(*(headings.index(column) for column in wanted))


def _bolagsverket_row(row: int, line: str, pick: Pick, width: int, include_sole_traders: bool) -> ReadResult:
    # The quoting is not trusted: names and descriptions hold bare quotes, so only the outermost pair counts.
    fields = line.strip()[1:-1].split('";"')
    if len(fields) > width:
        surplus = len(fields) - width
        fields[_DESCRIPTION : _DESCRIPTION + surplus + 1] = [
            '";"'.join(fields[_DESCRIPTION : _DESCRIPTION + surplus + 1])
        ]
    if len(fields) != width:
        return Refusal(row, None, _ODD_ROW)
    if "\ufffd" in line:
        return Refusal(row, None, _BAD_LETTERS)
    identity, _, _, names, form, ended, reason, proceedings, registered, description, address = pick(fields)
    digits, _, kind = identity.partition("$")
    number = _number(row, digits, kind in _PERSONAL_TYPES, include_sole_traders)
    if not isinstance(number, Number):
        return replace(number, name=register_name(names)) if isinstance(number, Refusal) else number
    street, postcode, post_town, country = postal_address(address)
    return CompanyRow(
        row,
        number,
        name=register_name(names),
        legal_form=form.removesuffix("-ORGFO") or None,
        registered_on=find_date(registered),
        deregistered_on=find_date(ended),
        deregistration_reason=reason.removesuffix("-AVORG") or None,
        proceedings=open_proceedings(proceedings) if proceedings else (),
        description=description.strip() or None,
        street=street,
        postcode=postcode,
        post_town=post_town,
        country=country,
    )


def _scb_row(row: int, line: str, pick: Pick, width: int, include_sole_traders: bool) -> ReadResult:
    fields = line.split("\t")
    if not width <= len(fields) <= width + 1:
        return Refusal(row, None, _ODD_ROW)
    (
        identity,
        trade_name,
        name,
        form,
        company,
        unit,
        registered,
        block,
        care_of,
        street,
        postcode,
        town,
        *codes,
    ) = pick(fields)
    digits = identity[2:] if len(identity) == 12 and identity.startswith("16") else identity
    is_personal = len(digits) == 12 or form in _PERSONAL_LEGAL_FORMS
    number = _number(row, digits, is_personal, include_sole_traders)
    if not isinstance(number, Number):
        return replace(number, name=name.strip() or None) if isinstance(number, Refusal) else number
    return CompanyRow(
        row,
        number,
        name=name.strip() or trade_name.strip() or None,
        name_is_fallback=True,
        legal_form=form or None,
        registered_on=find_date(registered),
        street=", ".join(filter(None, (care_of.strip(), street.strip()))) or None,
        postcode=postcode.strip() or None,
        post_town=town.strip() or None,
        sni_codes=tuple(filter(None, codes)),
        sni_edition=SNI_EDITION,
        no_advertising=_ADVERTISING.get(block),
        is_active=company == "1" and unit != "9",
    )


def _number(row: int, digits: str, is_personal: bool, include_sole_traders: bool) -> Number | Refusal | Skipped:
    if is_personal and not include_sole_traders:
        return Skipped(row, SkipReason.SOLE_TRADER)
    if not is_personal and (number := find_organisation_number(digits)):
        return number
    try:
        number = parse_number(digits)
    except InvalidNumberError as error:
        if error.is_personal and not include_sole_traders:
            return Skipped(row, SkipReason.SOLE_TRADER)
        return Refusal(row, "organisationsnummer", Sentence.of(error))
    if number.is_personal and not include_sole_traders:
        return Skipped(row, SkipReason.SOLE_TRADER)
    return number
