"""What is known about a purchase when a rule of the workflow is asked: its values, papers, limits and suppliers."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from broker.procurement.frameworks.rules import FOLLOWING, Framework
from broker.procurement.thresholds import Threshold, category_of, get_threshold


@dataclass(frozen=True)
class Situation:
    """A purchase as the rules see it; values are as stored: money as decimal text, days as ISO text."""

    document: Mapping[str, Any]
    route_id: str
    state: str
    values: Mapping[str, Any]
    today: date
    thresholds: Callable[[], Sequence[Threshold]] = tuple
    papers: frozenset[str] = frozenset()
    framework_used: Decimal = Decimal(0)
    supplier_problems: Callable[[int], Sequence[str]] = field(default=lambda provider_id: ())
    topic_id: str | None = None
    frameworks: Callable[[int], Framework | None] = field(default=lambda framework_id: None)
    covering: Callable[[], Sequence[str]] = tuple

    @cached_property
    def route(self) -> Mapping[str, Any]:
        """Give the route of the workflow that the purchase follows."""
        return get_route(self.document, self.route_id)

    @property
    def is_ended(self) -> bool:
        """Tell whether the purchase is closed or cancelled."""
        return bool(self.document["states"][self.state]["kind"] == "end")

    def has(self, name: str) -> bool:
        """Tell whether a field is filled in; no and zero are answers, an empty text or list is none."""
        return self.values.get(name) not in (None, "", [])

    def text(self, name: str) -> str | None:
        """Give a text or the chosen alternative."""
        return self.values.get(name) or None

    def money(self, name: str) -> Decimal | None:
        """Give an amount in kronor."""
        return Decimal(str(self.values[name])) if self.has(name) else None

    def day(self, name: str) -> date | None:
        """Give a day, also of a moment."""
        return datetime.fromisoformat(self.values[name]).date() if self.has(name) else None

    def count(self, name: str) -> int:
        """Count the entries of a list."""
        return len(self.values.get(name) or [])

    def threshold(self) -> Threshold | None:
        """Give the limits that the purchase follows, or None while its start is not filled in."""
        started_on = self.day("procurement_started")
        if started_on is None:
            return None
        category = category_of(self.text("annex2"))
        return get_threshold(self.thresholds(), category=category, started_on=started_on)

    @property
    def framework(self) -> Framework | None:
        """Give the framework agreement that was chosen from the register; one that was typed by its name is none."""
        key = self.values.get("framework")
        return self.frameworks(key) if isinstance(key, int) else None

    def follows(self, name: str) -> bool:
        """Tell whether a field follows from the framework agreement that is chosen, or will be, and is never asked."""
        is_chosen = isinstance(self.values.get("framework"), int)
        is_typed = not is_chosen and any(self.has(field) for field in ("framework", *FOLLOWING))
        return name in FOLLOWING and not is_typed

    def with_values(self, values: Mapping[str, Any], papers: frozenset[str] = frozenset()) -> "Situation":
        """Give the situation as it would be with these values and papers too, and with what follows from them."""
        after = replace(self, values={**self.values, **values}, papers=self.papers | papers)
        chosen = after.framework
        return replace(after, values={**after.values, **chosen.following(after.values)}) if chosen else after

    def to_keep(self) -> dict[str, Any]:
        """Give the values that are stored: without what follows from the chosen framework agreement."""
        is_chosen = isinstance(self.values.get("framework"), int)
        return {name: value for name, value in self.values.items() if not (is_chosen and name in FOLLOWING)}

    def guard_numbers(self, guard_id: str) -> list[int]:
        """Give the limits that a guard's rule names."""
        return numbers_in(self.document["guards"][guard_id]["rule"])

    def deadline_numbers(self, deadline_id: str) -> list[int]:
        """Give the times that a deadline's rule names."""
        return times_in(self.document["deadlines"][deadline_id]["rule"])


def get_route(document: Mapping[str, Any], route_id: str) -> Mapping[str, Any]:
    """Give a route of the workflow, or raise KeyError."""
    for route in document["routes"]:
        if route["id"] == route_id:
            return route
    raise KeyError(route_id)


def waits_for_offers(route: Mapping[str, Any], state: str) -> bool:
    """Tell whether offers come in on a route while a purchase stands in this state."""
    return any(row["from"] == state and "offers_received" in row["requires_fields"] for row in route["transitions"])


def closing_field(route: Mapping[str, Any]) -> str | None:
    """Give the field that holds the last moment for offers on a route, or None where none are asked for."""
    asked = {name for row in route["transitions"] for name in row["requires_fields"]}
    return next((name for name in ("tender_deadline", "offer_deadline") if name in asked), None)


def numbers_in(rule: str) -> list[int]:
    """Give the whole numbers of a rule in their order; digits inside a name are no number."""
    return [int(number) for number in re.findall(r"(?<![\w-])\d+(?![\w-])", rule)]


def times_in(rule: str) -> list[int]:
    """Give how many days, months or years a rule names, in their order."""
    return [int(number) for number in re.findall(r"\b(\d+) (?:days|months|years)\b", rule)]
