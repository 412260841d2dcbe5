"""The municipalities as the choices of a form."""

from functools import cache
from typing import Any

from wtforms.fields.choices import SelectChoice

from broker.forms import pairs
from broker.reference import queries as reference


def municipality_choices(empty: Any, *others: tuple[str, str]) -> list[SelectChoice]:
    """Give every municipality in Swedish order, after an empty choice and before the others."""
    return [*pairs((), empty=empty), *_every_municipality(), *pairs(others)]


@cache
def _every_municipality() -> list[SelectChoice]:
    return pairs((place.code, place.name) for place in reference.municipalities().values())
