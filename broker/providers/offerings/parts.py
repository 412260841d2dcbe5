"""What features above providers have for the page of an offering; each registers what it has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from broker.providers.models import Offering
from broker.providers.vetting import VettingStatus


@dataclass(frozen=True)
class Part:
    """A part of a page: its template, and what that shows."""

    template: str
    shown: Mapping[str, Any] = field(default_factory=dict)


PartMaker = Callable[[Offering, VettingStatus], Part]
_makers: list[PartMaker] = []


def shown_with_offering(make: PartMaker) -> PartMaker:
    """Mark what another feature shows on the page of an offering."""
    _makers.append(make)
    return make


def parts_of(offering: Offering, status: VettingStatus) -> list[Part]:
    """List the parts that other features have for the page of an offering."""
    return [make(offering, status) for make in _makers]
