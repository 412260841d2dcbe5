"""What a row of a list changes, in words."""

from typing import Any

from broker.companies.imports.book import ADDED, PERSON, PLACE, RELATION
from broker.companies.imports.headings import FIELD_TITLES
from broker.sentences import N_, Sentence


def change_as_sentence(name: str, was: Any, becomes: Any) -> Sentence:
    """Tell one change: the field, what it was and what it became; of a person only whether somebody is new."""
    if name == RELATION:
        return Sentence(N_("Ny relation till företaget"))
    if name == PERSON:
        return Sentence(N_("Kontaktpersonen läggs till") if becomes == ADDED else N_("Kontaktpersonen ändras"))
    facts = {"field": Sentence(FIELD_TITLES[name]), "was": was, "becomes": becomes}
    if name == PLACE or was is None:
        return Sentence(N_("%(field)s: %(becomes)s"), facts)
    return Sentence(N_("%(field)s: %(was)s blir %(becomes)s"), facts)
