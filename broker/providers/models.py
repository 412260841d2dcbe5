"""Tables of providers, their offerings and the results of vetting; how training can be given."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from broker import clock
from broker.access import Private
from broker.accounts.models import User
from broker.companies.numbers import parse_number
from broker.extensions import Base, Folded, Key, Versioned
from broker.formatting import day
from broker.providers import prices
from broker.reference import queries as reference
from broker.reference.distances import kilometres
from broker.swedish import search_key, sort_key
from broker.topics import queries as topics


class Level(StrEnum):
    """How advanced training is; a need may accept any."""

    ANY = "any"
    BASIC = "basic"
    FURTHER = "further"
    ADVANCED = "advanced"

    @property
    def label(self) -> Any:
        """Give the Swedish word."""
        return _LEVEL_LABELS[self]


_LEVEL_LABELS = {
    Level.ANY: _l("Valfri nivå"),
    Level.BASIC: _l("Grundnivå"),
    Level.FURTHER: _l("Fortsättning"),
    Level.ADVANCED: _l("Avancerad"),
}


class Mode(StrEnum):
    """Where training takes place."""

    ON_SITE = "on_site"
    DISTANCE = "distance"
    BLENDED = "blended"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _MODE_LABELS[self]


_MODE_LABELS = {Mode.ON_SITE: _l("På plats"), Mode.DISTANCE: _l("Distans"), Mode.BLENDED: _l("Blandat")}


class Language(StrEnum):
    """In which language training is given."""

    SWEDISH = "sv"
    ENGLISH = "en"
    EASY_SWEDISH = "sv_easy"
    ARABIC = "ar"
    POLISH = "pl"
    UKRAINIAN = "uk"

    @property
    def label(self) -> Any:
        """Give the Swedish word."""
        return _LANGUAGE_LABELS[self]


_LANGUAGE_LABELS = {
    Language.SWEDISH: _l("Svenska"),
    Language.ENGLISH: _l("Engelska"),
    Language.EASY_SWEDISH: _l("Lätt svenska"),
    Language.ARABIC: _l("Arabiska"),
    Language.POLISH: _l("Polska"),
    Language.UKRAINIAN: _l("Ukrainska"),
}


class ProviderKind(StrEnum):
    """What kind of education provider it is."""

    PRIVATE = "private"
    ADULT_EDUCATION = "komvux"
    VOCATIONAL_COLLEGE = "yh"
    FOLK_HIGH_SCHOOL = "folkhogskola"
    UNIVERSITY = "hogskola"
    INTERNAL = "internal"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    ProviderKind.PRIVATE: _l("Privat utbildningsföretag"),
    ProviderKind.ADULT_EDUCATION: _l("Komvux"),
    ProviderKind.VOCATIONAL_COLLEGE: _l("Yrkeshögskola"),
    ProviderKind.FOLK_HIGH_SCHOOL: _l("Folkhögskola"),
    ProviderKind.UNIVERSITY: _l("Högskola eller universitet"),
    ProviderKind.INTERNAL: _l("Utbildare på ett företag"),
}


class Provider(Private, Versioned, Base):
    """An education provider in the organisation's register; the register is information, not a closed list."""

    __table_args__ = (Index("ix_provider_sort", "organisation_id", "sort_key"),)

    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(Folded)
    sort_key: Mapped[str] = mapped_column(Folded)
    kind: Mapped[ProviderKind | None]
    organisation_number: Mapped[str | None]
    municipality_code: Mapped[str | None]
    contact_name: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    website: Mapped[str | None]
    has_employees: Mapped[bool] = mapped_column(default=True)
    gives_certificates: Mapped[bool] = mapped_column(default=False)
    is_paused: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    offerings: Mapped[list["Offering"]] = relationship(back_populates="provider", order_by="Offering.id")

    @property
    def has_personal_number(self) -> bool:
        """Tell whether the number is that of a person, who runs the firm alone: it is shown masked only."""
        return self.organisation_number is not None and parse_number(self.organisation_number).is_personal

    @property
    def municipality(self) -> str:
        """Give the name of the provider's municipality, or nothing."""
        return reference.municipality_name(self.municipality_code)

    @property
    def language_names(self) -> str:
        """Give in which languages it teaches, in Swedish."""
        taught = {language for offering in self.offerings for language in offering.languages}
        return ", ".join(str(language.label) for language in Language if language in taught)

    @property
    def reach(self) -> str:
        """Give where it teaches: how far from which municipalities, and whether at a distance."""
        farthest: dict[str, int] = {}
        for row in self.offerings:
            farthest[row.municipality_code] = max(row.reach_km, farthest.get(row.municipality_code, 0))
        places = [
            _("%(place)s och %(distance)s km därifrån", place=reference.municipality_name(code), distance=distance)
            for code, distance in farthest.items()
        ]
        if any(row.is_at_distance for row in self.offerings):
            places.append(_("hela landet på distans"))
        return "; ".join(places)

    @validates("name")
    def _keep_keys(self, key: str, name: str) -> str:
        self.name_key, self.sort_key = search_key(name), sort_key(name)
        return name


class Offering(Private, Versioned, Base):
    """One training that a provider gives: in which ways, where, for how many, when, at what price.

    The price is in öre without VAT: a part for the group and a part for each participant, of which one may be 0.
    `lead_weeks` is how long before the first day it has to be ordered.
    """

    provider_id: Mapped[int] = mapped_column(Key, ForeignKey("provider.id"), index=True)
    topic_id: Mapped[str]
    title: Mapped[str]
    skills: Mapped[str | None]
    levels: Mapped[list[str]]
    modes: Mapped[list[str]]
    languages: Mapped[list[str]]
    municipality_code: Mapped[str]
    reach_km: Mapped[int]
    smallest_group: Mapped[int] = mapped_column(default=1)
    capacity: Mapped[int]
    hours: Mapped[int]
    fixed_price_ore: Mapped[int] = mapped_column(Key, default=0)
    price_per_participant_ore: Mapped[int] = mapped_column(Key)
    lead_weeks: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    certificate: Mapped[str | None]
    renewal_years: Mapped[int | None]

    provider: Mapped[Provider] = relationship(back_populates="offerings")

    @property
    def topic(self) -> str:
        """Give what is taught, in Swedish."""
        return topics.topic_label(self.topic_id)

    @property
    def place(self) -> str:
        """Give where it is taught, in Swedish."""
        ways = ", ".join(str(Mode(mode).label) for mode in self.modes)
        return f"{ways} ({reference.municipality_name(self.municipality_code)})"

    @property
    def language_names(self) -> str:
        """Give in which languages it is taught, in Swedish."""
        return ", ".join(str(Language(language).label) for language in self.languages)

    @property
    def level_names(self) -> str:
        """Give on which levels it is taught, in Swedish."""
        return ", ".join(str(Level(level).label) for level in self.levels)

    @property
    def price(self) -> Decimal:
        """Give the part of the price that each participant adds, in kronor."""
        return Decimal(self.price_per_participant_ore) / 100

    @property
    def fixed_price(self) -> Decimal:
        """Give the part of the price that a group costs however many come, in kronor."""
        return Decimal(self.fixed_price_ore) / 100

    @property
    def price_label(self) -> str:
        """Give the price as the provider counts it, in words."""
        return prices.price_in_words(self)

    @property
    def certificate_label(self) -> str:
        """Give the certificate with when it has to be renewed, or nothing."""
        if not self.certificate or not self.renewal_years:
            return self.certificate or ""
        return ngettext(
            "%(name)s, förnyas efter %(num)s år",
            "%(name)s, förnyas efter %(num)s år",
            self.renewal_years,
            name=self.certificate,
        )

    @property
    def group_size(self) -> str:
        """Give for how many it is: 12, or 6–12."""
        if self.smallest_group in (1, self.capacity):
            return str(self.capacity)
        return f"{self.smallest_group}–{self.capacity}"

    @property
    def is_at_distance(self) -> bool:
        """Tell whether it is given at a distance, and so everywhere."""
        return Mode.DISTANCE.value in self.modes

    @property
    def days(self) -> str:
        """Give between which days it is given, in words."""
        if self.valid_from and self.valid_to:
            return _("%(first)s till %(last)s", first=day(self.valid_from), last=day(self.valid_to))
        if self.valid_from:
            return _("från %(day)s", day=day(self.valid_from))
        return _("till och med %(day)s", day=day(self.valid_to)) if self.valid_to else _("Tills vidare")

    def reaches(self, municipality_code: str) -> bool:
        """Tell whether it can be given in a municipality: at a distance, or no farther than the provider travels."""
        if self.is_at_distance:
            return True
        places = reference.municipalities()
        return kilometres(places[self.municipality_code], places[municipality_code]) <= self.reach_km

    def is_given(self, first: date, last: date) -> bool:
        """Tell whether it is given on all days from the first to the last."""
        return (self.valid_from or first) <= first and last <= (self.valid_to or last)

    def order_by(self, first: date) -> date:
        """Give the last day on which a training that begins on a day can be ordered."""
        return first - timedelta(weeks=self.lead_weeks)


class VettingCheck(Private, Base):
    """One result for one item of the vetting list on one day; a newer row replaces it, nothing is overwritten.

    `valid_to` is the last day of an insurance or a certificate, where the list asks for it. What the list asks for may
    be shown by something equivalent, and the note then says why that is as good.
    """

    __table_args__ = (Index("ix_vetting_check_item", "provider_id", "item_id", "checked_on"),)

    provider_id: Mapped[int] = mapped_column(Key, ForeignKey("provider.id"))
    item_id: Mapped[str]
    result: Mapped[str]
    checked_on: Mapped[date]
    valid_to: Mapped[date | None]
    is_equivalent: Mapped[bool] = mapped_column(default=False)
    checked_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    evidence: Mapped[str | None]
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    checked_by: Mapped[User] = relationship()
