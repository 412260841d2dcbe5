"""Reads applications: the public form of an organisation, what came over it, and what it asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import joinedload

from broker.errors import NotFoundError
from broker.extensions import db
from broker.leads.tips import pages
from broker.providers import queries as providers
from broker.providers.applying.models import ApplicationPage, ApplicationState, ProviderApplication
from broker.providers.models import Provider
from broker.reference import queries as reference
from broker.reference.models import DocumentKind

PAGE = 25


@dataclass(frozen=True)
class FileRules:
    """How many files a provider may send along, and how large each may be."""

    most: int
    largest_mb: int

    @property
    def largest(self) -> int:
        """Give the size in bytes."""
        return self.largest_mb * 1024 * 1024


def file_rules(today: date) -> FileRules:
    """Give what files the form takes on a day."""
    rules = reference.get_document(DocumentKind.VETTING_RULES, on=today).content["application"]
    return FileRules(rules["files"], rules["largest_file_mb"])


def criteria(today: date) -> list[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]:
    """Give what every provider is tried against on a day, by group: the same list that the vetting has."""
    document = providers.vetting_document(today)
    return [
        (group, [item for item in document["items"] if item["group"] == group["id"]])
        for group in sorted(document["groups"], key=lambda group: group["order"])
    ]


def get_open_page(token: str) -> ApplicationPage:
    """Give the form with this address, or raise NotFoundError; one that is switched off looks like none."""
    return pages.get_open_page(ApplicationPage, token)


def find_page(organisation_id: int) -> ApplicationPage | None:
    """Give the form of an organisation, if it has ever had one."""
    return pages.find_page(ApplicationPage, organisation_id)


def list_new() -> list[ProviderApplication]:
    """List the applications that nobody has dealt with, the oldest first."""
    query = select(ProviderApplication).where(ProviderApplication.state == ApplicationState.NEW)
    return list(db.session.scalars(query.order_by(ProviderApplication.id)))


def new_count() -> ScalarSelect[int]:
    """Give the question how many applications nobody has dealt with."""
    query = select(func.count(ProviderApplication.id)).where(ProviderApplication.state == ApplicationState.NEW)
    return query.scalar_subquery()


def count_new() -> int:
    """Count the applications that nobody has dealt with."""
    return db.session.scalar(select(new_count())) or 0


def list_answered(*, before: int | None = None) -> tuple[list[ProviderApplication], int | None]:
    """List the applications that were dealt with, newest first, and the key before which the next page begins."""
    query = select(ProviderApplication).where(ProviderApplication.state != ApplicationState.NEW)
    if before is not None:
        query = query.where(ProviderApplication.id < before)
    rows = list(db.session.scalars(query.order_by(ProviderApplication.id.desc()).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def get_application(application_id: int, *, to_change: bool = False) -> ProviderApplication:
    """Give an application, or raise NotFoundError; nobody else changes what is read to be changed."""
    query = select(ProviderApplication).options(joinedload(ProviderApplication.provider))
    query = query.where(ProviderApplication.id == application_id)
    if to_change:
        query = query.with_for_update(of=ProviderApplication)
    application = db.session.scalars(query).one_or_none()
    if application is None:
        raise NotFoundError
    return application


def list_of_provider(provider_id: int) -> list[ProviderApplication]:
    """List the applications that led to a provider, the newest first."""
    query = select(ProviderApplication).where(ProviderApplication.provider_id == provider_id)
    return list(db.session.scalars(query.order_by(ProviderApplication.id.desc())))


def find_provider(application: ProviderApplication) -> Provider | None:
    """Give the provider that the application's number points out, if the register has it."""
    number = application.organisation_number
    return providers.find_provider_by_number(number) if number else None
