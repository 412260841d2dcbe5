"""Words of the project that the code decides on: grounds, bases for state aid, and the template's own ids."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

# Roles of the application template that rules give a meaning.
OWNER = "projektagare"
PARTNER = "samverkanspart"
PARTICIPANT = "deltagande_aktor"
SUPPLIER = "leverantor"


class JoinGround(StrEnum):
    """On which ground a company's need was handed to the project."""

    CONSENT = "consent"
    STATUTE = "statute"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _GROUND_LABELS[self]


_GROUND_LABELS = {
    JoinGround.CONSENT: _l("Företagen har samtyckt"),
    JoinGround.STATUTE: _l("Stöd i lag"),
}


class AidBasis(StrEnum):
    """On which ground a company takes part in training that the project pays."""

    DE_MINIMIS = "de_minimis"
    TRAINING_AID = "training_aid"
    NO_AID = "no_aid"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _BASIS_LABELS[self]


_BASIS_LABELS = {
    AidBasis.DE_MINIMIS: _l("Försumbart stöd"),
    AidBasis.TRAINING_AID: _l("Utbildningsstöd, artikel 31"),
    AidBasis.NO_AID: _l("Inget statsstöd"),
}


class Sector(StrEnum):
    """Which part of society an actor belongs to."""

    PUBLIC = "public"
    PRIVATE = "private"
    NON_PROFIT = "non_profit"

    @property
    def label(self) -> Any:
        """Give the Swedish word."""
        return _SECTOR_LABELS[self]


_SECTOR_LABELS = {
    Sector.PUBLIC: _l("Offentlig"),
    Sector.PRIVATE: _l("Privat"),
    Sector.NON_PROFIT: _l("Ideell"),
}


class MethodBasis(StrEnum):
    """What the choice of a way of working rests on."""

    RESEARCH = "research"
    MONITORING = "monitoring"
    EXPERIENCE = "experience"

    @property
    def label(self) -> Any:
        """Give the Swedish word."""
        return _METHOD_LABELS[self]


_METHOD_LABELS = {
    MethodBasis.RESEARCH: _l("Forskning"),
    MethodBasis.MONITORING: _l("Omvärldsbevakning"),
    MethodBasis.EXPERIENCE: _l("Egen erfarenhet"),
}


# What a footnote can open, by the words of the address: kinds of rows of the application.
ROW_KINDS = ("behov", "ataganden", "aktorer", "mal", "aktiviteter", "kostnader")


class Page(StrEnum):
    """A page of the project, by the name that its address is made from."""

    ANSWER = "show_question"
    EDIT = "edit_project"
    ANCHORING = "edit_anchoring"
    GOALS = "goals"
    ACTIVITIES = "activities"
    STEERING = "steering"
    FOLLOW_UP = "edit_follow_up"
    ACTORS = "actors"
    BUDGET = "budget"
    STATE_AID = "state_aid"
    COMMITMENTS = "commitments"
    CHECKS = "checks"
    ATTACHMENTS = "attachments"
