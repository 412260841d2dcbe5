"""Reads the steps that followed on the checks of a provider, and the rules of hearings."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from broker import clock
from broker.extensions import db
from broker.providers.hearings.models import VettingStep
from broker.providers.hearings.rules import HearingRules
from broker.providers.models import Provider, VettingCheck
from broker.reference import queries as reference
from broker.reference.models import DocumentKind


def hearing_rules(today: date) -> HearingRules:
    """Give the rules of hearings that are valid on a day."""
    return HearingRules.from_content(reference.get_document(DocumentKind.VETTING_RULES, on=today).content)


def list_steps(provider: Provider, *, until: date | None = None) -> list[VettingStep]:
    """List the steps about a provider with who took them, newest first; with a day only those recorded by its end."""
    query = select(VettingStep).options(joinedload(VettingStep.made_by)).where(VettingStep.provider_id == provider.id)
    if until:
        query = query.where(VettingStep.created_at < clock.end_of(until))
    return list(db.session.scalars(query.order_by(VettingStep.id.desc())))


def wait_for_turn(provider: Provider) -> None:
    """Hold the provider until the transaction ends: who takes a step at the same time waits, and then sees this one."""
    db.session.scalars(select(Provider.id).where(Provider.id == provider.id).with_for_update()).all()


def items_of(document: Mapping[str, Any], item_ids: Sequence[str]) -> list[Mapping[str, Any]]:
    """Give the rows of the vetting list for these items, in the order of the list."""
    return [row for row in document["items"] if row["id"] in item_ids]


def is_about_crimes(document: Mapping[str, Any], item_ids: Sequence[str]) -> bool:
    """Tell whether any of these items is one about which nothing but result, day and checker may be kept."""
    return any(row.get("personal_data") for row in items_of(document, item_ids))


def notes_of(provider: Provider, item_ids: Sequence[str]) -> dict[str, str]:
    """Give what was noted at the latest check of these items, by item; nothing for an item without a note."""
    query = select(VettingCheck).where(VettingCheck.provider_id == provider.id, VettingCheck.item_id.in_(item_ids))
    checks = db.session.scalars(query.order_by(VettingCheck.checked_on, VettingCheck.id))
    return {check.item_id: check.note or "" for check in checks}
