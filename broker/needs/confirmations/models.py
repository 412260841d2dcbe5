"""The link of a company in a cohort, and the table of what companies answer about who takes part."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.accounts.models import Organisation
from broker.companies.models import Company, Person
from broker.extensions import Base, Key, Versioned
from broker.needs.models import Cohort


class CompanyLink:
    """What every link to a form has that is for one company of a cohort: its secret address, and whom it went to."""

    cohort_id: Mapped[int] = mapped_column(Key, ForeignKey("cohort.id"), index=True)
    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(Key, ForeignKey("person.id"), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    sent_on: Mapped[date | None]
    reminded_on: Mapped[date | None]

    @declared_attr
    def cohort(cls) -> Mapped[Cohort]:  # noqa: N805 - SQLAlchemy hands the class over.
        """Give the cohort that the form is about."""
        return relationship(Cohort)

    @declared_attr
    def company(cls) -> Mapped[Company]:  # noqa: N805 - SQLAlchemy hands the class over.
        """Give the company that the link is for."""
        return relationship(Company)

    @declared_attr
    def person(cls) -> Mapped[Person | None]:  # noqa: N805 - SQLAlchemy hands the class over.
        """Give who got the letter, if it was sent."""
        return relationship(Person)

    @declared_attr
    def organisation(cls) -> Mapped[Organisation]:  # noqa: N805 - SQLAlchemy hands the class over.
        """Give who asks."""
        return relationship(Organisation, foreign_keys=f"{cls.__name__}.organisation_id")  # type: ignore[attr-defined]

    def replace_address(self, token: str) -> None:
        """Give the form another address; whoever had the earlier one gets no letter by itself."""
        self.token, self.person, self.sent_on, self.reminded_on = token, None, None, None

    @property
    def can_be_written_to(self) -> bool:
        """Tell whether who got the letter may get another: at the company still, and not protected since."""
        person = self.person
        return bool(person and person.is_active and not person.is_protected and person.email)


class Confirmation(CompanyLink, Private, Versioned, Base):
    """What one company of a cohort has been asked about taking part, and its latest answer.

    `told` is what it last was told of days and places, by a letter or on its page, and `answered_to` what it answered
    to; `noted_by` is who of us wrote the answer down.
    """

    told: Mapped[str] = mapped_column(default="")
    answered_to: Mapped[str] = mapped_column(default="")
    takes_part: Mapped[bool | None]
    women: Mapped[int] = mapped_column(default=0)
    men: Mapped[int] = mapped_column(default=0)
    unknown_sex: Mapped[int] = mapped_column(default=0)
    note: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    noted_by: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    @property
    def has_answer(self) -> bool:
        """Tell whether the company has answered."""
        return self.takes_part is not None

    def says(self, values: Mapping[str, Any]) -> bool:
        """Tell whether the latest answer is just this."""
        return all(getattr(self, name) == value for name, value in values.items())

    @property
    def people(self) -> int:
        """Give how many the company sends."""
        return self.women + self.men + self.unknown_sex
