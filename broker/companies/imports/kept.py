"""Why something of an undone list stays, in words."""

from typing import Any

from flask_babel import gettext as _

from broker.companies.imports.changes import PERSON_FIELDS
from broker.companies.imports.headings import FIELD_TITLES
from broker.companies.merging.labels import counts_as_words
from broker.companies.models import Person
from broker.formatting import say
from broker.sentences import N_, Sentence

_OF_PERSON = {own: listed for listed, own in PERSON_FIELDS.items()}
_SENTENCES = {
    ("merged", "engagement"): N_("Företaget är kvar: det har slagits ihop med ett annat"),
    ("edited", "engagement"): N_("Företaget är kvar: vår relation har ändrats efter importen"),
    ("populated", "engagement"): N_("Företaget är kvar: det har kontaktpersoner eller arbetsställen som är kvar"),
    ("shared", "company"): N_(
        "Företaget är kvar i det gemensamma registret: det används också på annat håll, eller har fått uppgifter från "
        "ett nationellt register"
    ),
    ("merged", "person"): N_("En kontaktperson är kvar: hon eller han har slagits ihop med en annan"),
    ("edited", "person"): N_("En kontaktperson är kvar: uppgifterna har ändrats efter importen"),
}


def reason_as_text(word: str, kind: str, fact: Any = None) -> str:
    """Say in the reader's language why something stays; `fact` is the field, or how many rows use the thing."""
    if word == "used":
        used = ", ".join(counts_as_words(fact))
        if kind == Person.__tablename__:
            return _("En kontaktperson är kvar: den finns på %(used)s", used=used)
        return _("Företaget är kvar: det har %(used)s", used=used)
    if word == "field":
        title = say(Sentence(FIELD_TITLES[_OF_PERSON[fact] if kind == Person.__tablename__ else fact]))
        return _("%(field)s: har ändrats efter importen och är kvar som den är", field=title)
    return say(Sentence(_SENTENCES[word, kind]))
