"""What the pages of a purchase show of its framework agreement: the order, who has said no, and who is to be asked."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from broker.formatting import day, kronor, number
from broker.formatting import percent as as_percent
from broker.procurement.fields import TYPED
from broker.procurement.frameworks import declining, queries, rules
from broker.procurement.frameworks.models import CallOffModel, FrameworkDecline, FrameworkSupplier, VolumeUnit
from broker.procurement.frameworks.rules import Framework, Level
from broker.procurement.situation import Situation


@dataclass(frozen=True)
class Place:
    """One supplier as the purchase meets it: its place, what it has got so far, and what it has answered."""

    supplier: FrameworkSupplier
    order: str
    called: Decimal
    decline: FrameworkDecline | None
    is_active: bool
    is_asked: bool


@dataclass(frozen=True)
class CallOffPart:
    """The part of a purchase's page that tells of its agreement."""

    framework: Framework
    places: list[Place]
    asked: FrameworkSupplier | None
    share_after: Decimal
    level_after: Level


def part_of(situation: Situation) -> CallOffPart | None:
    """Give what the page of a purchase shows of its agreement, if it was chosen from the register."""
    framework = situation.framework
    if framework is None or not situation.route_id.startswith(queries.CALL_OFF):
        return None
    more, called = rules.amount_of(situation.values), rules.called_off_by(framework.others)
    asked = declining.asked_supplier(situation)
    declines = {row.supplier_id: row for row in framework.declines}
    places = [
        Place(
            supplier=row,
            order=order_of(framework, row),
            called=called.get(row.provider_id, Decimal(0)),
            decline=declines.get(row.id),
            is_active=row.is_active(situation.today),
            is_asked=row is asked,
        )
        for row in rules.in_order(framework.agreement)
    ]
    return CallOffPart(framework, places, asked, framework.room.percent(more) / 100, framework.room.level(more))


def order_of(framework: Framework, supplier: FrameworkSupplier) -> str:
    """Say a supplier's place in the ranking, or its share and what it has got of what was called off."""
    if framework.agreement.model is CallOffModel.RANKING:
        return _("Plats %(rank)s", rank=number(supplier.rank))
    if framework.agreement.model is not CallOffModel.FIXED_ALLOCATION:
        return ""
    called = rules.called_off_by(framework.others)
    total = sum(called.values())
    got = called.get(supplier.provider_id, Decimal(0)) / total if total else Decimal(0)
    return _("Andel %(share)s %%, har fått %(got)s", share=number(supplier.share_percent), got=as_percent(got))


def label_suppliers(framework: Framework, labels: dict[int, str], today: date) -> dict[int, str]:
    """Give the suppliers that can be chosen in the order of the agreement, each with its place before its label."""
    rows = rules.willing(framework, today)
    orders = ((row, order_of(framework, row)) for row in rows)
    return {
        row.provider_id: ": ".join(filter(None, [order, labels.get(row.provider_id, row.provider.name)]))
        for row, order in orders
    }


def presets(situation: Situation) -> dict[str, Any]:
    """Give what the form of a step is filled with: who is to be asked, and how much the planned group takes."""
    framework = situation.framework
    if framework is None:
        return {}
    if framework.agreement.model is CallOffModel.MINI_COMPETITION:
        active = framework.agreement.list_active(situation.today)
        return {"suppliers_asked": [str(row.provider_id) for row in active]}
    asked = declining.asked_supplier(situation)
    return {"chosen_provider": str(asked.provider_id) if asked else None}


def volume_of(framework: Framework | None, *, people: int, hours: int) -> dict[str, int]:
    """Give how much a planned group takes of an agreement that has a ceiling of people or hours."""
    unit = framework.agreement.volume_unit if framework else None
    if unit is None:
        return {}
    return {"call_off_volume": hours if unit is VolumeUnit.HOURS else people}


def choices_for(today: date, situation: Situation | None = None) -> dict[str, str]:
    """Give the agreements that can be chosen, with what is left and until when; also the one that the purchase has."""
    found = {
        str(row.agreement.id): _(
            "%(name)s – kvar %(left)s, gäller till %(day)s",
            name=row.agreement.name,
            left=kronor(row.room.left),
            day=day(row.agreement.last_day),
        )
        for row in queries.list_choosable(today)
    }
    known = situation.values.get("framework") if situation else None
    if situation and situation.framework:
        found.setdefault(str(known), situation.framework.agreement.name)
    elif isinstance(known, str) and known:
        found[f"{TYPED}{known}"] = _("%(name)s (skrivet för hand)", name=known)
    return found
