"""What features above companies show on the pages about one: each registers a part, which the pages draw."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from broker.companies.models import Company, InteractionKind, Task


class Place(StrEnum):
    """The pages about one company that have room for parts of others."""

    CARD = "card"
    LOG = "log"
    CONTACT = "contact"
    CONTACTS = "contacts"
    PLAN = "plan"
    PLANNED = "planned"


@dataclass(frozen=True)
class OthersContact:
    """What another organisation shows us of contacts of theirs: how, in which month and whom to ask; never more."""

    organisation_id: int
    organisation_name: str
    kind: InteractionKind
    month: date
    colleague: str | None


@dataclass(frozen=True)
class Part:
    """A part of a page: what it says of who else sees something, its template if it has one, and what that shows.

    What others show of their contacts can be chosen in the timeline: by the organisation, under its name.
    """

    seen: str
    template: str | None = None
    shown: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[int, str] = field(default_factory=dict)
    contacts: Sequence[OthersContact] = ()


PlanPartMaker = Callable[[Task], Part | None]
# Where a person is led who has changed or dropped a planned contact, if there is something to ask.
Asker = Callable[[Task], str | None]
_plan_makers: list[PlanPartMaker] = []
_askers: list[Asker] = []


def shown_with_plan(make: PlanPartMaker) -> PlanPartMaker:
    """Mark what another feature shows on the page of a planned contact, if it has something to show."""
    _plan_makers.append(make)
    return make


def parts_of_plan(task: Task) -> list[Part]:
    """List the parts that other features have for the page of a planned contact."""
    return [part for make in _plan_makers if (part := make(task))]


def asks_after_plan(ask: Asker) -> Asker:
    """Mark what another feature has to ask once a planned contact has been changed or dropped."""
    _askers.append(ask)
    return ask


def page_after_plan(task: Task) -> str | None:
    """Give the page that asks something about a planned contact that has been changed or dropped, or nothing."""
    return next((page for ask in _askers if (page := ask(task))), None)


# A link to what can be made of a stored list: its words and its address.
Link = tuple[str, str]
_list_links: list[Callable[[int], Link | None]] = []


def goes_on_from_list(find: Callable[[int], Link | None]) -> Callable[[int], Link | None]:
    """Mark what another feature makes of a list that was stored, by the key of its job, if it can make something."""
    _list_links.append(find)
    return find


def links_from_list(job_id: int) -> list[Link]:
    """List where other features go on from a stored list."""
    return [link for find in _list_links if (link := find(job_id))]


PartMaker = Callable[[Company, Place], Part | None]
_makers: list[PartMaker] = []


def shown_with_company(make: PartMaker) -> PartMaker:
    """Mark what another feature shows on a page about a company, if it has something to show."""
    _makers.append(make)
    return make


def parts_of(company: Company, place: Place) -> list[Part]:
    """List the parts that other features have for this page."""
    return [part for make in _makers if (part := make(company, place))]
