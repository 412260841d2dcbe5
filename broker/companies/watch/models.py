"""The table of what a register changed about a company, and how a change is told."""

from datetime import date
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker.companies.models import Company
from broker.extensions import Base, Key
from broker.reference import queries as reference


class WatchedFact(StrEnum):
    """A fact of the register that changes what a broker does: named as the company's own column."""

    DEREGISTERED = "deregistered_on"
    PROCEEDINGS = "proceedings"
    NAME = "name"
    MUNICIPALITY = "municipality_code"


class RegisterChange(Base):
    """One fact that a register changed about a company: what it said before and what it says now, as text."""

    __table_args__ = (Index("ix_register_change_company", "company_id", "id"),)

    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"))
    fact: Mapped[WatchedFact]
    before: Mapped[str | None]
    after: Mapped[str | None]
    source: Mapped[str]
    noted_on: Mapped[date]

    company: Mapped[Company] = relationship()

    @property
    def told(self) -> str:
        """Give the change as a sentence."""
        match self.fact:
            case WatchedFact.DEREGISTERED:
                return _("Avregistrerat %(day)s", day=self.after) if self.after else _("Registrerat igen")
            case WatchedFact.PROCEEDINGS:
                return _proceedings(self.after) or _("Inget förfarande pågår längre")
            case WatchedFact.NAME:
                return _("Nytt namn, förut %(name)s", name=self.before) if self.before else _("Nytt namn")
            case WatchedFact.MUNICIPALITY:
                before, after = (reference.municipality_name(code) for code in (self.before, self.after))
                if before and after:
                    return _("Flyttat från %(before)s till %(after)s", before=before, after=after)
                return _("Finns nu i %(place)s", place=after) if after else _("Kommunen är okänd")


def _proceedings(text: str | None) -> str:
    parts = [entry.partition(" ") for entry in (text or "").split(";") if entry]
    return ", ".join(f"{reference.proceeding_name(code)} {day}".strip() for code, _space, day in parts)
