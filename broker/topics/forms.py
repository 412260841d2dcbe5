"""Forms of topics."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from broker.forms import CheckboxesField, ChoiceField, CreateForm, LongTextField, Required, TextField, pairs
from broker.reference.queries import Topic
from broker.topics import queries, service


class MergeForm(CreateForm):
    """Which topic another one goes into."""

    into_id = ChoiceField(_l("Går upp i"), [Required(_l("Välj det kompetensområde som ska vara kvar."))])

    def offer(self, topic: Topic) -> None:
        """Offer every other topic in use."""
        rows = ((row.id, row.label) for row in queries.topics_in_use().values() if row.id != topic.id)
        self.into_id.choices = pairs(rows, empty=_("Välj i listan"))


class SplitForm(CreateForm):
    """What is split off a topic: its name, its words, and what follows."""

    name = TextField(_l("Det nya kompetensområdet"), [Required(_l("Skriv vad det nya kompetensområdet ska heta."))])
    words = LongTextField(
        _l("Ord för det"),
        description=_l("Ett ord eller uttryck på varje rad, så som företagen säger."),
        render_kw={"rows": 4},
    )
    rows = CheckboxesField(_l("Det här följer med"))

    def offer(self, topic: Topic) -> None:
        """Offer what has the topic and can follow."""
        self.rows.choices = pairs(service.list_choices(topic.id))

    def values(self) -> dict[str, Any]:
        """Give the name, the words one by one, and what was ticked."""
        lines = (self.words.data or "").splitlines()
        return {
            "name": self.name.data or "",
            "words": [line.strip() for line in lines if line.strip()],
            "chosen": self.rows.data or [],
        }


class WordForm(CreateForm):
    """One more word for a topic."""

    text = TextField(_l("Nytt ord"), [Required(_l("Skriv ett ord som företag använder."))])


class RetireForm(CreateForm):
    """That a topic is no longer to be used."""
