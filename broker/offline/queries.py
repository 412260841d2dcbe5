"""Reads what a device may know of the person who uses it."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from broker.companies.models import Company, Interaction, Task
from broker.extensions import db
from broker.formatting import day

KEPT_AT_MOST = 50


@dataclass(frozen=True)
class KnownCompany:
    """A company that a device may offer without net."""

    company_id: int
    label: str


def list_known_companies(user_id: int) -> list[KnownCompany]:
    """List the companies of a person's next steps and of the contacts that he logged last, the most pressing first."""
    tasks = (
        select(Task.company_id)
        .where(Task.owner_id == user_id, Task.done_at.is_(None), Task.company_id.is_not(None))
        .group_by(Task.company_id)
        .order_by(func.min(Task.due_on))
        .limit(KEPT_AT_MOST // 2)
    )
    logged = (
        select(Interaction.company_id, func.max(Interaction.happened_on))
        .where(Interaction.logged_by_id == user_id)
        .group_by(Interaction.company_id)
        .order_by(func.max(Interaction.id).desc())
        .limit(KEPT_AT_MOST)
    )
    met = {row[0]: row[1] for row in db.session.execute(logged)}
    wanted = list(dict.fromkeys([*db.session.scalars(tasks), *met]))[:KEPT_AT_MOST]
    found = {row.id: row for row in db.session.scalars(select(Company).where(Company.id.in_(wanted)))}
    labels = {company_id: _label(found[company_id], met.get(company_id)) for company_id in wanted}
    texts = list(labels.values())
    # Two that would be called the same are left out: the person searches for them when the net is back.
    return [KnownCompany(company_id, text) for company_id, text in labels.items() if texts.count(text) == 1]


def _label(company: Company, last: date | None) -> str:
    parts = [company.name_outside, company.place]
    # Several sole traders without names are told apart by when they were met.
    if company.is_sole_trader and last:
        parts.append(_("senast %(day)s", day=day(last)))
    return " · ".join(filter(None, parts))


def sealing_key(secret: str, *, user_id: int, organisation_id: int) -> bytes:
    """Give the key that closes and opens what a device keeps for a person in an organisation; it follows the secret."""
    return hmac.new(secret.encode(), f"waiting/{user_id}/{organisation_id}".encode(), hashlib.sha256).digest()
