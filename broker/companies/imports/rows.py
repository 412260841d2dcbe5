"""What a company file gives, row by row: a company, a refusal or a skipped row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import islice
from typing import TypeVar

from broker.companies.models import LegalBasis
from broker.companies.numbers import Number
from broker.sentences import N_, Sentence

Item = TypeVar("Item")
_NAMELESS = "Namn saknas"


class SkipReason(Enum):
    """Why a row was left out although nothing is wrong with it; the value is shown."""

    SOLE_TRADER = N_("Enskild näringsidkare")
    OTHER_BUSINESS = N_("Ytterligare verksamhet i samma företag")
    REPEATED = N_("Samma uppgifter som en tidigare rad")
    NOT_A_COMPANY = N_("Summarad eller upprepad rubrik")


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """One company as a file tells of it; None means that the file says nothing about the matter.

    Legal form is Bolagsverket's code without its suffix (AB) or SCB's two digits (49). A fallback name is in
    capital letters and must not replace a better one. In a national file a later row of a number
    replaces an earlier one and says so; in an ordinary list it adds a contact person.
    """

    row: int
    number: Number
    name: str | None = None
    name_is_fallback: bool = False
    legal_form: str | None = None
    registered_on: date | None = None
    deregistered_on: date | None = None
    deregistration_reason: str | None = None
    proceedings: tuple[tuple[str, date | None], ...] | None = None
    description: str | None = None
    street: str | None = None
    postcode: str | None = None
    post_town: str | None = None
    country: str | None = None
    sni_codes: tuple[str, ...] | None = None
    sni_edition: str | None = None
    no_advertising: bool | None = None
    is_active: bool | None = None
    municipality_name: str | None = None
    industry: str | None = None
    employees: int | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    contact_name: str | None = None
    contact_function: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    contact_source: str | None = None
    contact_legal_basis: LegalBasis | None = None
    contact_is_protected: bool = False
    note: str | None = None
    # The fields whose cell is empty in a column where that means that the stored value goes.
    clears: frozenset[str] = frozenset()
    replaces_earlier: bool = False

    @property
    def shown_name(self) -> str:
        """Give the name, or what a company without one is called: never the number of a person."""
        return self.name or (_NAMELESS if self.number.is_personal else self.number.digits)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One contact person as a list of people tells of somebody, and the company by its number or its name."""

    row: int
    contact_name: str
    company_number: Number | None
    company_name: str | None
    # The heading of the column that names the company, for what has to be mended there.
    company_column: str
    contact_function: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    contact_source: str | None = None
    contact_legal_basis: LegalBasis | None = None
    contact_is_protected: bool = False
    clears: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that cannot be used, where in it the trouble is, what to do, and the company's name as it is written."""

    row: int
    column: str | None
    message: Sentence
    name: str | None = None
    lacks_number: bool = False

    def __str__(self) -> str:
        """Give the whole sentence as the command line tells it."""
        place = f"Rad {self.row}, kolumnen {self.column}" if self.column else f"Rad {self.row}"
        return f"{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row left out on purpose."""

    row: int
    reason: SkipReason


ReadResult = CompanyRow | PersonRow | Refusal | Skipped


def portions(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Give the items a portion at a time, so that the whole is never in memory or in one statement."""
    rest = iter(items)
    while portion := list(islice(rest, size)):
        yield portion
