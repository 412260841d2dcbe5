"""What an answer of the register says of a company: each part may be missing or have failed by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from broker.companies.imports.register_fields import NAME_ORDER, find_date
from broker.companies.imports.registers import SNI_EDITION
from broker.companies.numbers import Number
from broker.errors import RefusedError
from broker.reference import queries as reference
from broker.swedish import clean

_NOT_THERE = "ORGANISATION_FINNS_EJ"
_NAMES, _ADDRESS, _ENDED = "organisationsnamn", "postadressOrganisation", "avregistreradOrganisation"
_PROCEEDINGS = "pagaendeAvvecklingsEllerOmstruktureringsforfarande"
_YES_NO = {"JA": True, "NEJ": False}


class NotInRegisterError(RefusedError):
    """The register knows no organisation with the number."""

    def __init__(self) -> None:
        super().__init__(_("Numret finns inte i registret. Kontrollera det siffra för siffra."))


class OddAnswerError(RefusedError):
    """The answer has another form than the register's documents say."""

    def __init__(self) -> None:
        super().__init__(_("Registrets svar gick inte att läsa. Försök igen, eller lägg in uppgifterna för hand."))


@dataclass(frozen=True)
class Answer:
    """The facts that the register told, by the company's own columns, and which authorities could not be reached."""

    facts: dict[str, Any]
    silent: tuple[str, ...] = ()

    @property
    def name(self) -> str | None:
        """Give the name, or None for a company that Bolagsverket has no name for."""
        return self.facts.get("name")


def read_answer(body: Any, number: Number) -> Answer:
    """Read what the service says of a number, or raise NotInRegisterError or OddAnswerError.

    An answer with status 200 can still lack the company, or what one of the two authorities knows of it; what is
    missing is left out of the facts, so that it replaces nothing (Bolagsverket, API för värdefulla datamängder, fel).
    """
    found = body.get("organisationer") if isinstance(body, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise OddAnswerError
    there = [one for one in found if not _is_missing(one)]
    if not there:
        raise NotInRegisterError
    # A sole trader has one for each business; what is still registered counts before what is not.
    chosen = next((one for one in there if _ended_on(one) is None), there[0])
    if _text(_part(chosen, "organisationsidentitet").get("identitetsbeteckning")) != number.digits:
        raise OddAnswerError
    return Answer(_facts(chosen), _silent(chosen))


def _is_missing(one: Mapping[str, Any]) -> bool:
    if _part(one, "organisationsidentitet").get("identitetsbeteckning"):
        return False
    return any(_failure(part).get("typ") == _NOT_THERE for part in one.values())


def _silent(one: Mapping[str, Any]) -> tuple[str, ...]:
    failed = (part for part in one.values() if _failure(part) and _failure(part).get("typ") != _NOT_THERE)
    return tuple(sorted({_text(part.get("dataproducent")) or "Bolagsverket" for part in failed}))


def _facts(one: Mapping[str, Any]) -> dict[str, Any]:
    form = _part(one, "organisationsform").get("kod") or _part(one, "juridiskForm").get("kod")
    told = {
        "name": _name(_part(one, _NAMES).get("organisationsnamnLista")),
        "legal_form": _text(form),
        "registered_on": _day(_part(one, "organisationsdatum").get("registreringsdatum")),
        "description": _text(_part(one, "verksamhetsbeskrivning").get("beskrivning")),
        "is_active": _YES_NO.get(str(_part(one, "verksamOrganisation").get("kod"))),
        "no_advertising": _block(one),
        **_industries(one),
        **_address(one),
    }
    return {name: value for name, value in told.items() if value is not None} | _what_goes_on(one)


def _what_goes_on(one: Mapping[str, Any]) -> dict[str, Any]:
    # Nothing here means that nothing goes on, unless the question itself failed: then it means nothing at all.
    facts: dict[str, Any] = {}
    if not _failure(one.get(_ENDED)) and not _failure(one.get("avregistreringsorsak")):
        reason = _text(_part(one, "avregistreringsorsak").get("kod"))
        facts |= {"deregistered_on": _ended_on(one), "deregistration_reason": reason}
    if not _failure(one.get(_PROCEEDINGS)):
        events = _dicts(_part(one, _PROCEEDINGS).get(f"{_PROCEEDINGS}Lista"))
        words = [(_text(event.get("kod")), _day(event.get("fromDatum"))) for event in events]
        facts["proceedings"] = [f"{code} {day or ''}".strip() for code, day in words if code]
    return facts


def _ended_on(one: Mapping[str, Any]) -> date | None:
    return _day(_part(one, _ENDED).get("avregistreringsdatum"))


def _block(one: Mapping[str, Any]) -> bool | None:
    if _failure(one.get("reklamsparr")):
        return None
    # No mark beside an address means that nobody has asked for one.
    unmarked = False if _part(one, _ADDRESS).get("postadress") else None
    return _YES_NO.get(str(_part(one, "reklamsparr").get("kod")), unmarked)


def _industries(one: Mapping[str, Any]) -> dict[str, Any]:
    codes = [
        code for row in _dicts(_part(one, "naringsgrenOrganisation").get("sni")) if (code := _text(row.get("kod")))
    ]
    return {"industry_codes": codes, "industry_edition": SNI_EDITION} if codes else {}


def _address(one: Mapping[str, Any]) -> dict[str, Any]:
    place = _part(_part(one, _ADDRESS), "postadress")
    street = ", ".join(filter(None, (_text(place.get(name)) for name in ("coAdress", "utdelningsadress"))))
    post_town = _text(place.get("postort"))
    return {
        "street": street or None,
        "postcode": (_text(place.get("postnummer")) or "").replace(" ", "") or None,
        "post_town": post_town,
        "municipality_code": reference.municipality_of_town(post_town),
    }


def _name(rows: Any) -> str | None:
    by_kind: dict[str, str] = {}
    for row in _dicts(rows):
        if name := _text(row.get("namn")):
            by_kind.setdefault(str(_part(row, "organisationsnamntyp").get("kod")), name)
    return next((by_kind[kind] for kind in (*NAME_ORDER, *by_kind) if kind in by_kind), None)


def _part(one: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = one.get(name)
    return part if isinstance(part, dict) and not _failure(part) else {}


def _failure(part: Any) -> Mapping[str, Any]:
    failure = part.get("fel") if isinstance(part, dict) else None
    return failure if isinstance(failure, dict) else {}


def _dicts(rows: Any) -> list[dict[str, Any]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _text(value: Any) -> str | None:
    return clean(value) or None if isinstance(value, str) else None


def _day(value: Any) -> date | None:
    return find_date(value[:10]) if isinstance(value, str) else None
