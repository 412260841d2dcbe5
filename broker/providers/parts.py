"""What features above providers have for the page of a provider; each registers what it has."""

from collections.abc import Callable

from broker.providers.models import Provider
from broker.providers.offerings.parts import Part

PartMaker = Callable[[Provider], Part]
_makers: list[PartMaker] = []


def shown_with_provider(make: PartMaker) -> PartMaker:
    """Mark what another feature shows on the page of a provider."""
    _makers.append(make)
    return make


def parts_of(provider: Provider) -> list[Part]:
    """List the parts that other features have for the page of a provider."""
    return [make(provider) for make in _makers]
