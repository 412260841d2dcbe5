"""What a list of companies is narrowed to, and the conditions that follow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from broker.companies import search
from broker.companies.models import Company, Engagement, EngagementStatus, Interaction, InteractionKind
from broker.companies.orders import CompanyOrder
from broker.companies.steps import has_no_step
from broker.companies.tags.queries import tagged
from broker.extensions import db

COUNTED_AT_MOST = 10_000
# Stands in an address where the code of a municipality does.
NOWHERE = "ingen"


@dataclass(frozen=True)
class CompanyFilter:
    """What a list of companies is narrowed to, and its order; every part may be left out."""

    text: str | None = None
    municipality_code: str | None = None
    status: EngagementStatus | None = None
    owner_id: int | None = None
    not_met_since: date | None = None
    met_from: date | None = None
    met_until: date | None = None
    only_ours: bool = False
    without_step: bool = False
    # All spellings of the one tag.
    tags: Sequence[str] = ()
    # Without one a list comes by name, and best match first when a text is searched for.
    order: CompanyOrder | None = None

    @property
    def is_ours(self) -> bool:
        """Tell whether only companies that we have a relation to can be in the list."""
        ours = (self.only_ours, self.without_step, self.status, self.owner_id, self.not_met_since, self.tags)
        # The last contact and the next step are ours.
        return any(ours) or self.order is not None

    @property
    def counted_at_most(self) -> int:
        """Give how far the list is counted: to the end of a nation takes too long, and no search goes there."""
        return search.FOUND_AT_MOST if self.text else COUNTED_AT_MOST


def keys_of(chosen: CompanyFilter) -> Select[int]:
    """Select the keys of the companies that a filter lets through; what its text means is another question."""
    query = select(Company.id).where(*conditions_of(chosen))
    return query.join(Engagement, Engagement.company_id == Company.id) if chosen.is_ours else query


def ours_of(chosen: CompanyFilter) -> Select[int]:
    """Select the keys of our companies that a filter lets through, from our relations alone where these say enough."""
    ours = select(Engagement.company_id).where(*asked_of(replace(chosen, only_ours=True)))
    return ours.join(Company, Company.id == Engagement.company_id) if chosen.municipality_code else ours


def count(chosen: CompanyFilter) -> int:
    """Count the companies that a filter lets through whatever its text, up to one more than its counted_at_most."""
    keys = ours_of(chosen) if chosen.is_ours else keys_of(chosen)
    return db.session.scalar(select(func.count()).select_from(keys.limit(chosen.counted_at_most + 1).subquery())) or 0


def find(
    chosen: CompanyFilter,
    read: Select[*tuple[Any, ...]],
    *,
    after: search.Place | None = None,
    limit: int | None = None,
    enough: int = search.FOUND_AT_MOST + 1,
) -> search.Found:
    """Find the companies that fit the filter and its text, at most those that a search finds, best match first.

    What is to be read of each is said as a selection of Company, and of Engagement where it is ours. Who wants only the
    first few says how many are enough; how many fit in all is then not known.
    """
    ours = select(Engagement.company_id.label("id"), Engagement.name_key, Engagement.sort_key, search.OURS)
    # Where more fit than are looked through, the first in Swedish order are.
    in_order = (Engagement.sort_key, Engagement.company_id)
    ours = ours.where(*asked_of(replace(chosen, only_ours=True))).order_by(*in_order)
    if chosen.is_ours or chosen.municipality_code:
        ours = ours.join(Company)
    others = select(Company.id, Company.name_key, Company.sort_key, search.OTHERS).where(*asked_of(chosen))
    within = search.Within(ours if chosen.is_ours else others, ours, enough)
    return search.find(chosen.text or "", within, read, after=after, limit=limit)


def conditions_of(chosen: CompanyFilter) -> list[ColumnElement[bool]]:
    """Give the conditions that a company of the list meets, its text apart; of our relation only if it is ours."""
    return asked_of(chosen) if chosen.is_ours else [search.is_shown(Company.id), *asked_of(chosen)]


def asked_of(chosen: CompanyFilter) -> list[ColumnElement[bool]]:
    """Give the conditions of a filter alone, which companies that are in no list can meet too."""
    conditions: list[ColumnElement[bool]] = []
    key = Engagement.company_id if chosen.is_ours else Company.id
    if chosen.municipality_code:
        conditions.append(lies_in(chosen.municipality_code))
    if chosen.status:
        conditions.append(Engagement.status == chosen.status)
    if chosen.owner_id:
        conditions.append(Engagement.owner_id == chosen.owner_id)
    if chosen.without_step:
        conditions.append(has_no_step(key))
    if chosen.tags:
        conditions.append(tagged(chosen.tags))
    if chosen.met_from or chosen.met_until:
        conditions.append(key.in_(_met(chosen.met_from or date.min, chosen.met_until or date.max)))
    if chosen.not_met_since:
        conditions.append(or_(Engagement.last_contact_on.is_(None), Engagement.last_contact_on < chosen.not_met_since))
    return conditions


def lies_in(municipality_code: str) -> ColumnElement[bool]:
    """Give the condition that a company lies in a municipality, or in none that is known."""
    return Company.municipality_code == (None if municipality_code == NOWHERE else municipality_code)


def reached() -> ColumnElement[bool]:
    """Give the condition that a contact reached somebody."""
    return Interaction.kind != InteractionKind.NO_ANSWER


def _met(first: date, last: date) -> Select[Any]:
    return select(Interaction.company_id).where(Interaction.happened_on.between(first, last), reached())
