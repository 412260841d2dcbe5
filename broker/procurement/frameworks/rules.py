"""What a framework agreement allows: how full it is, whether a call-off fits, and who is to be asked for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from broker.formatting import days, kronor, number
from broker.procurement.frameworks.models import (
    CallOffModel,
    FrameworkAgreement,
    FrameworkDecline,
    FrameworkSupplier,
)
from broker.swedish import search_key
from broker.topics import queries as topics

_HUNDRED = 100
_CPV_DIGITS, _SHORTEST_DIVISION = 8, 2
# What follows from a chosen agreement and is typed nowhere; with the agreement these are all the fields about it.
FOLLOWING = frozenset(
    {"framework_end", "framework_ceiling_sek", "buyer_named_in_framework", "call_off_model", "ranking_position"}
)


class Level(StrEnum):
    """How full an agreement is, by the percentages of the rules."""

    FREE = "free"
    PLAN = "plan"
    SHOW = "show"
    FULL = "full"

    @property
    def label(self) -> Any:
        """Give the Swedish words, with what to do."""
        return _LEVEL_LABELS[self]

    @property
    def tone(self) -> str:
        """Give the tone of its tag."""
        return {"free": "ok", "plan": "info", "show": "warn", "full": "stop"}[self.value]


_LEVEL_LABELS = {
    Level.FREE: _l("Har plats"),
    Level.PLAN: _l("Planera en ny upphandling"),
    Level.SHOW: _l("Varje avrop ska visa att det ryms"),
    Level.FULL: _l("Taket är nått: inga fler avrop"),
}


@dataclass(frozen=True)
class Limits:
    """The percentages at which something happens, and how many days before a day Idag reminds of it."""

    plan: int
    show: int
    full: int
    end_days: int
    option_days: int

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> "Limits":
        """Read the rules of a document."""
        levels, before = content["levels"], content["days"]
        return cls(levels["plan"], levels["show"], levels["full"], before["end"], before["option"])


@dataclass(frozen=True)
class CallOff:
    """One purchase as its agreement sees it: from whom, how much, and whether it is contracted or under way."""

    purchase_id: int
    title: str
    provider_id: int | None
    value: Decimal
    volume: int
    is_contracted: bool


@dataclass(frozen=True)
class Room:
    """How much of one ceiling is used and reserved; a ceiling is an amount in kronor or a number of people or hours."""

    ceiling: Decimal
    used: Decimal
    reserved: Decimal
    limits: Limits

    @property
    def taken(self) -> Decimal:
        """Give what is used and reserved together."""
        return self.used + self.reserved

    @property
    def left(self) -> Decimal:
        """Give what can still be called off."""
        return max(self.ceiling * self.limits.full / _HUNDRED - self.taken, Decimal(0))

    def percent(self, more: Decimal = Decimal(0)) -> Decimal:
        """Give how many percent are taken, perhaps with one call-off more."""
        return (self.taken + more) * _HUNDRED / self.ceiling

    @property
    def share(self) -> Decimal:
        """Give the part of the ceiling that is taken; one is all of it."""
        return self.taken / self.ceiling

    def level(self, more: Decimal = Decimal(0)) -> Level:
        """Give how full it is, perhaps with one call-off more."""
        reached = [
            level for level in (Level.PLAN, Level.SHOW, Level.FULL) if self.percent(more) >= getattr(self.limits, level)
        ]
        return reached[-1] if reached else Level.FREE

    def takes(self, amount: Decimal) -> bool:
        """Tell whether a call-off fits; nothing does once the ceiling is reached."""
        return self.left > 0 and amount <= self.left


@dataclass(frozen=True)
class Framework:
    """An agreement beside one purchase: what others have called off, and who has said no to this one."""

    agreement: FrameworkAgreement
    limits: Limits
    others: Sequence[CallOff] = ()
    declines: Sequence[FrameworkDecline] = ()

    @property
    def room(self) -> Room:
        """Give how full it is in kronor without this purchase."""
        return room_of(self.agreement, self.others, self.limits)

    @property
    def volume_room(self) -> Room | None:
        """Give how full it is in people or hours without this purchase, if it has such a ceiling."""
        return volume_room_of(self.agreement, self.others, self.limits)

    @property
    def declined(self) -> frozenset[int]:
        """Give the suppliers that have said no to this purchase."""
        return frozenset(row.supplier_id for row in self.declines)

    def supplier(self, provider_id: Any) -> FrameworkSupplier | None:
        """Give a provider's place in the agreement."""
        rows = self.agreement.suppliers
        return next((row for row in rows if provider_id and row.provider_id == int(provider_id)), None)

    def following(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Give what follows from the agreement for a purchase with these values, as the workflow stores values."""
        row = self.supplier(values.get("chosen_provider"))
        found = {
            "framework_end": self.agreement.last_day.isoformat(),
            "framework_ceiling_sek": str(self.agreement.ceiling),
            "buyer_named_in_framework": is_named(self.agreement, values.get("contracting_authority")),
            "call_off_model": self.agreement.model.value,
        }
        return found | ({"ranking_position": in_order(self.agreement).index(row) + 1} if row else {})


def room_of(agreement: FrameworkAgreement, call_offs: Iterable[CallOff], limits: Limits) -> Room:
    """Give how full an agreement is in kronor: contracts are used, call-offs under way are reserved."""
    rows = list(call_offs)
    used = sum((row.value for row in rows if row.is_contracted), agreement.used_elsewhere)
    reserved = sum((row.value for row in rows if not row.is_contracted), Decimal(0))
    return Room(agreement.ceiling, used, reserved, limits)


def volume_room_of(agreement: FrameworkAgreement, call_offs: Iterable[CallOff], limits: Limits) -> Room | None:
    """Give how full an agreement is in people or hours, or None when it states no such ceiling."""
    if not agreement.volume_ceiling:
        return None
    rows = list(call_offs)
    used = sum((row.volume for row in rows if row.is_contracted), agreement.used_elsewhere_volume or 0)
    reserved = sum(row.volume for row in rows if not row.is_contracted)
    return Room(Decimal(agreement.volume_ceiling), Decimal(used), Decimal(reserved), limits)


def level_of(rooms: Iterable[Room | None]) -> Level:
    """Give how full an agreement is by the ceiling that is nearest."""
    order = list(Level)
    return max((room.level() for room in rooms if room), key=order.index)


def is_named(agreement: FrameworkAgreement, authority: str | None) -> bool:
    """Tell whether a board may call off: ours are among the named, and so is its name where boards are listed.

    Only the authorities that were named when the agreement was procured may use it: LOU 7 kap. 3 §.
    """
    if not agreement.is_own_named or not authority or not agreement.named_users:
        return agreement.is_own_named
    return search_key(authority) in map(search_key, agreement.named_users)


def covers(agreement: FrameworkAgreement, *, topic_id: str | None, cpv: str | None) -> bool | None:
    """Tell whether what is bought is within what the agreement is about; None when nothing can be compared."""
    answers = []
    if topic_id and agreement.topic_ids:
        answers.append(topic_id in topics.current_topics(agreement.topic_ids))
    if cpv and agreement.cpv_codes:
        answers.append(any(_is_under(cpv, code) for code in agreement.cpv_codes))
    return all(answers) if answers else None


def why_not(framework: Framework, *, day: date, value: Decimal | None, authority: str | None) -> str:
    """Say why a purchase may not be called off, and what to do; nothing when it may.

    Given is the day of the contract. Refused is what is outside the term, a board that is not named, an order that the
    agreement's terms do not state (as when its model was changed: LOU 7 kap. 6 §), and what does not fit under the
    ceiling: LOU 7 kap. 3 §, HFD 2022 ref. 4 and C-23/20.
    """
    agreement = framework.agreement
    if not agreement.is_in_force(day):
        return _(
            "%(name)s gäller %(days)s. Välj ett annat ramavtal eller en annan inköpsväg.",
            name=agreement.name,
            days=days(agreement.starts_on, agreement.last_day),
        )
    if not is_named(agreement, authority):
        return _not_named(agreement, authority)
    if unplaced := _list_unplaced(agreement, day):
        return _(
            "%(name)s har leverantörer utan plats eller andel: %(suppliers)s. Ange den på ramavtalets sida först.",
            name=agreement.name,
            suppliers=", ".join(row.provider.name for row in unplaced),
        )
    if value is None:
        return _("Ange köpets uppskattade värde, så att det kan jämföras med ramavtalets tak.")
    return "" if framework.room.takes(value) else _does_not_fit(framework.room, kronor)


def why_not_volume(framework: Framework, volume: int | None) -> str:
    """Say why so many people or hours may not be called off; nothing when they fit, or there is no such ceiling."""
    room, unit = framework.volume_room, framework.agreement.volume_unit
    if room is None or unit is None:
        return ""
    if volume is None:
        return _(
            "Ange volymen i avropet. Ramavtalet har ett tak på %(ceiling)s %(unit)s.",
            ceiling=number(room.ceiling),
            unit=unit.label,
        )
    return "" if room.takes(Decimal(volume)) else _does_not_fit(room, lambda left: f"{number(left)} {unit.label}")


def in_order(agreement: FrameworkAgreement) -> list[FrameworkSupplier]:
    """List the suppliers by their rank; those without one come last, as they were added."""
    return sorted(agreement.suppliers, key=lambda row: (row.rank is None, row.rank or 0, row.id or 0))


def willing(framework: Framework, day: date) -> list[FrameworkSupplier]:
    """List the suppliers that are bound on a day and have not said no to this purchase, in order."""
    return [row for row in in_order(framework.agreement) if row.is_active(day) and row.id not in framework.declined]


def proposed(framework: Framework, *, day: date, value: Decimal) -> FrameworkSupplier | None:
    """Give who is to be asked now, or None when nobody is left or all are asked at once.

    By ranking it is the first that has not said no; by fixed allocation the one furthest below its share.
    """
    rows = willing(framework, day)
    if not rows or framework.agreement.model is CallOffModel.MINI_COMPETITION:
        return None
    if framework.agreement.model is not CallOffModel.FIXED_ALLOCATION:
        return rows[0]
    called = called_off_by(framework.others)
    total = sum(called.values(), value)
    return max(rows, key=lambda row: total * (row.share_percent or 0) / _HUNDRED - called.get(row.provider_id, 0))


def amount_of(values: Mapping[str, Any]) -> Decimal:
    """Give in kronor what a purchase takes of its agreement: its contract, or its estimated value before that."""
    return Decimal(str(values.get("contract_value_sek") or values.get("value_sek") or 0))


def called_off_by(call_offs: Iterable[CallOff]) -> dict[int, Decimal]:
    """Add up what has been called off from each provider."""
    found: dict[int, Decimal] = {}
    for row in call_offs:
        if row.provider_id is not None:
            found[row.provider_id] = found.get(row.provider_id, Decimal(0)) + row.value
    return found


def _list_unplaced(agreement: FrameworkAgreement, day: date) -> list[FrameworkSupplier]:
    rows = agreement.list_active(day)
    if agreement.model is CallOffModel.RANKING:
        return [row for row in rows if row.rank is None]
    is_shared = agreement.model is CallOffModel.FIXED_ALLOCATION
    return [row for row in rows if is_shared and row.share_percent is None]


def _not_named(agreement: FrameworkAgreement, authority: str | None) -> str:
    if not agreement.is_own_named:
        return _(
            "Din organisation står inte bland dem som får avropa från %(name)s (LOU 7 kap. 3 §). Välj ett annat "
            "ramavtal eller en annan inköpsväg.",
            name=agreement.name,
        )
    return _(
        "%(authority)s står inte bland dem som får avropa från %(name)s (LOU 7 kap. 3 §). De är: %(named)s. Rätta "
        "namnet på nämnden, eller välj en annan inköpsväg.",
        authority=authority,
        name=agreement.name,
        named=", ".join(agreement.named_users),
    )


def _does_not_fit(room: Room, shown: Any) -> str:
    if room.used * _HUNDRED >= room.ceiling * room.limits.full:
        return _(
            "Taket på %(ceiling)s är nått, så ramavtalet har förlorat sin verkan (HFD 2022 ref. 4). Välj en annan "
            "inköpsväg.",
            ceiling=shown(room.ceiling),
        )
    return _(
        "Ramavtalet har %(left)s kvar till taket, när det som är på gång är räknat. Välj en annan inköpsväg, eller "
        "minska köpet.",
        left=shown(room.left),
    )


def _is_under(code: str, above: str) -> bool:
    # The digits of a division are followed by zeros, and whatever begins with them belongs to it.
    stem = above[:_CPV_DIGITS].rstrip("0")
    return code.startswith(stem.ljust(_SHORTEST_DIVISION, "0"))
