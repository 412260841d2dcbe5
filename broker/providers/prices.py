"""What a training costs a group: per participant, per group, or both; in öre, and always without VAT."""

from enum import StrEnum
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from broker.formatting import ore


class Priced(Protocol):
    """What has a price: a part that does not follow how many come, and a part that does."""

    fixed_price_ore: Any
    price_per_participant_ore: Any


class PriceModel(StrEnum):
    """How a provider counts; it follows from which of the two parts there are."""

    PER_PARTICIPANT = "per_participant"
    PER_GROUP = "per_group"
    FIXED_AND_PARTICIPANT = "fixed_and_participant"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _MODEL_LABELS[self]


_MODEL_LABELS = {
    PriceModel.PER_PARTICIPANT: _l("Per deltagare"),
    PriceModel.PER_GROUP: _l("Per grupp"),
    PriceModel.FIXED_AND_PARTICIPANT: _l("Per grupp och per deltagare"),
}


def model_of(priced: Priced) -> PriceModel:
    """Give how the price is counted; what is free is free per participant."""
    if not priced.fixed_price_ore:
        return PriceModel.PER_PARTICIPANT
    return PriceModel.FIXED_AND_PARTICIPANT if priced.price_per_participant_ore else PriceModel.PER_GROUP


def price_of(priced: Priced, people: int) -> int:
    """Give what a whole group of so many costs, in öre."""
    return int(priced.fixed_price_ore + priced.price_per_participant_ore * people)


def share_of(priced: Priced, people: int, together: int) -> int:
    """Give what some of those who are taught together cost, in öre; a part of an öre is counted as a whole one."""
    fixed = -(-priced.fixed_price_ore * people // max(1, together))
    return int(fixed + priced.price_per_participant_ore * people)


def price_per_head(priced: Priced, people: int) -> int:
    """Give what each of so many costs, in öre, never less than enough to pay for all; nobody counts as one."""
    return share_of(priced, 1, people)


def price_in_words(priced: Priced) -> str:
    """Say the price as the provider counts it."""
    fixed, each = ore(priced.fixed_price_ore), ore(priced.price_per_participant_ore)
    match model_of(priced):
        case PriceModel.PER_PARTICIPANT:
            return _("%(each)s per deltagare", each=each)
        case PriceModel.PER_GROUP:
            return _("%(fixed)s per grupp", fixed=fixed)
        case PriceModel.FIXED_AND_PARTICIPANT:
            return _("%(fixed)s per grupp och %(each)s per deltagare", fixed=fixed, each=each)
