"""The form that makes needs of notes: for each company what its note means."""

from collections.abc import Sequence

from flask_babel import gettext as _
from wtforms import Field

from broker.forms import ChoiceField, CreateForm, pairs
from broker.needs.noted.queries import Note
from broker.topics import queries as topics

_NOTE, LATER = "note_", "later"


class NotesForm(CreateForm):
    """What each of some notes means: no need, a need in one of the proposed topics, or one whose topic is open."""

    def field_of(self, note: Note) -> Field:
        """Give the choice for a note."""
        return self[f"{_NOTE}{note.row}"]

    def chosen(self, note: Note) -> tuple[bool, str | None]:
        """Tell whether a note is a need, and in which topic if that is known; what nobody has been shown is none."""
        field = self.field_of(note)
        return bool(field.raw_data) and field.data is not None, None if field.data == LATER else field.data


def notes_form(notes: Sequence[Note]) -> NotesForm:
    """Give a form with a choice for each note; a topic is chosen only where the text is clear."""
    matcher = topics.topic_matcher()
    fields, known = {}, {}
    for note in notes:
        proposed = [(topic.id, topic.label) for topic, _reason in matcher.propose(note.text)]
        open_topic = (LATER, _("Ett behov, kompetensområdet senare"))
        fields[f"{_NOTE}{note.row}"] = ChoiceField(
            note.company.name, choices=pairs([*proposed, open_topic], empty=_("Inget behov"))
        )
        clear = matcher.find_clear(note.text)
        known[f"{_NOTE}{note.row}"] = clear.id if clear else None
    form_class = type("TheseNotesForm", (NotesForm,), fields)
    return form_class(data=known)
