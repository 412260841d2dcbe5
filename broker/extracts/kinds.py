"""What may be about a person: kinds of rows, which of their columns hold names, and what is told of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import InstrumentedAttribute

from broker.companies.merging.holders import holders_of
from broker.companies.models import Company, Person
from broker.extensions import Base

# Most of what we hold somebody of us has written down after talking to somebody.
NOTED = _l("Antecknat av oss efter kontakter")
TOLD_BY_COMPANY = _l("Lämnat av företaget")


_DAYS = (
    "happened_on",
    "happened_at",
    "held_on",
    "received_at",
    "received_on",
    "offered_at",
    "uploaded_at",
    "recorded_at",
    "asked_on",
    "noticed_on",
    "checked_on",
    "joined_on",
    "decided_on",
    "created_at",
    "sent_on",
)


@dataclass(frozen=True, eq=False)
class Kind:
    """Rows of one table: where a person stands in them, by the names of columns, and what else they tell of it.

    A column of a row that belongs to it is written with the name of the relationship first. `reaches` are fields where
    people write either an address or a telephone number. `facts` are told with their labels, and `title` is what a row
    is called by. `purchase` leads to the purchase whose offers the row may tell of.
    """

    model: type[Base]
    label: Any
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    reaches: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    origin: Any = NOTED
    title: str | None = None
    purchase: str | None = None

    @property
    def name(self) -> str:
        """Give the word for the kind in forms, events and files."""
        return str(self.model.__tablename__)

    @property
    def searched(self) -> tuple[str, ...]:
        """Give every column that is searched."""
        return (*self.names, *self.emails, *self.phones, *self.reaches, *self.texts)

    @property
    def own(self) -> tuple[str, ...]:
        """Give the columns that are the person's own when the row is."""
        return (*self.names, *self.emails, *self.phones, *self.reaches)

    @property
    def relations(self) -> set[str]:
        """Give the relationships that the columns of the kind lead over."""
        return {path.split(".")[0] for path in (*self.searched, *self.facts) if "." in path}

    def columns(self, paths: Iterable[str]) -> list[InstrumentedAttribute[Any]]:
        """Give columns by their names."""
        return [_column(self.model, path) for path in paths]

    @property
    def keys(self) -> list[InstrumentedAttribute[Any]]:
        """Give the folded copies of names that are stored so."""
        return [getattr(self.model, key) for path in self.names if hasattr(self.model, key := f"{path}_key")]

    @property
    def unfolded(self) -> list[InstrumentedAttribute[Any]]:
        """Give the columns with names that have no folded copy."""
        return self.columns(path for path in self.names if not hasattr(self.model, f"{path}_key"))

    @property
    def person_column(self) -> InstrumentedAttribute[Any] | None:
        """Give the column that points at a contact person, if there is one."""
        return _pointing(Person).get(self.model)

    @property
    def company_column(self) -> InstrumentedAttribute[Any] | None:
        """Give the column that points at the company that the row is about, if there is one."""
        return None if self.model is Person else _pointing(Company).get(self.model)


def read(row: Any, path: str) -> Any:
    """Give what a row tells under a name, over a relationship too."""
    for part in path.split("."):
        row = None if row is None else getattr(row, part)
    return row


def day_of(row: Any) -> date | datetime | None:
    """Give the day that a row is about, or when it came."""
    return next((value for name in _DAYS if (value := getattr(row, name, None)) is not None), None)


def _column(model: Any, path: str) -> InstrumentedAttribute[Any]:
    first, _dot, rest = path.partition(".")
    attribute: InstrumentedAttribute[Any] = getattr(model, first)
    return _column(attribute.property.mapper.class_, rest) if rest else attribute


@cache
def _pointing(target: type[Base]) -> dict[type[Base], InstrumentedAttribute[Any]]:
    columns = holders_of(target).columns
    return {holder.model: holder.column for holder in columns if holder.subject is None}
