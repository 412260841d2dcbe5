"""What a row of a list changes, field by field, and how that is said."""

from datetime import date
from typing import Any, NamedTuple

from broker.companies.imports.headings import FIELD_TITLES
from broker.sentences import N_, Sentence

RELATION, PERSON, PLACE, PROTECTED = "engagement", "contact_name", "street", "contact_is_protected"
ADDED, EDITED, CLEARED, KEPT = "added", "edited", "cleared", "kept"
# The fields of a contact person by the fields of a list; what they say is never told outside the person's own page.
PERSON_FIELDS = {
    "contact_name": "name",
    "contact_function": "function",
    "contact_email": "email",
    "contact_phone": "phone",
}


class Change(NamedTuple):
    """One field, what it is and what it becomes; of a relation and of a person only how it changes.

    What somebody here wrote by hand on a day stays as it is, and the row conflicts with it.
    """

    name: str
    was: Any
    becomes: Any
    by_hand_on: str | None = None


def change_as_sentence(name: str, was: Any, becomes: Any, by_hand_on: str | None = None) -> Sentence:
    """Tell one change: the field, what it was and what it becomes, or that ours is kept and since when."""
    if name == RELATION:
        return Sentence(N_("Ny relation till företaget"))
    # That somebody's identity becomes protected is told as any other change.
    if name == PROTECTED or (name == PERSON and becomes in (ADDED, EDITED)):
        return Sentence(N_("Kontaktpersonen läggs till") if becomes == ADDED else N_("Kontaktpersonen ändras"))
    facts = {"field": Sentence(FIELD_TITLES[name]), "was": was, "becomes": becomes}
    if by_hand_on:
        facts["day"] = date.fromisoformat(by_hand_on)
    if name in PERSON_FIELDS:
        return Sentence(_OF_PERSON[becomes], facts)
    return Sentence(_kept(was, becomes) if by_hand_on else _changed(name, was, becomes), facts)


def _kept(was: Any, becomes: Any) -> str:
    if becomes is None:
        return N_("%(field)s: %(was)s behålls, skrivet här för hand %(day)s; listans cell är tom")
    if was is None:
        return N_("%(field)s: förblir tomt, tömt här för hand %(day)s; listan har %(becomes)s")
    return N_("%(field)s: %(was)s behålls, skrivet här för hand %(day)s; listan har %(becomes)s")


def _changed(name: str, was: Any, becomes: Any) -> str:
    if becomes is None:
        return N_("Tömmer %(field)s: %(was)s tas bort")
    if name == PLACE or was is None:
        return N_("%(field)s: %(becomes)s")
    return N_("%(field)s: %(was)s blir %(becomes)s")


_OF_PERSON = {
    EDITED: N_("%(field)s: ändras"),
    CLEARED: N_("Tömmer %(field)s"),
    KEPT: N_("%(field)s: vår uppgift behålls, skriven här för hand %(day)s"),
}
