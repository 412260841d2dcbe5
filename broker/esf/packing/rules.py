"""The dated rules of packing: what is proposed as limits, and what a group is taken to cost before it has a price."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from broker.reference import queries as reference
from broker.reference.models import DocumentKind


@dataclass(frozen=True)
class PackingRules:
    """One version of the rules for packing groups into projects."""

    kr_per_course_hour: int
    overhead_percent: int
    limits: dict[str, int]

    def cost_kr(self, price_kr: int) -> int:
        """Give what a group costs a project, in whole kronor upwards, when its course costs so much."""
        return -(-price_kr * (100 + self.overhead_percent) // 100)


def packing_rules(today: date) -> PackingRules:
    """Give the rules that are valid on a day."""
    return read_rules(reference.get_document(DocumentKind.PACKING_RULES, on=today).content)


def read_rules(content: dict[str, Any]) -> PackingRules:
    """Give the rules that a document holds."""
    return PackingRules(**{name: content[name] for name in ("kr_per_course_hour", "overhead_percent", "limits")})
