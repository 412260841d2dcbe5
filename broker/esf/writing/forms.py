"""Forms of writing together: an answer, a comment, a suggestion."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from broker.esf.form_fields import SourcesField
from broker.forms import CreateForm, EditForm, LongTextField, Required
from broker.swedish import clean

_LONGEST_FETCHED = 100_000


class FetchedField(HiddenField):
    """The first text that was fetched, carried by the page to the saved answer; one that nobody fetched is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Clean what came, and pass over what is longer than any first text."""
        text = clean(valuelist[0]) if valuelist else ""
        self.data: Any = text if len(text) <= _LONGEST_FETCHED else None


class AnswerForm(EditForm):
    """The answer to one question; who finds the pen with somebody else may take it over and save."""

    text = LongTextField(_l("Svar"))
    sources = SourcesField()
    fetched = FetchedField()
    takes_over = BooleanField(_l("Ta över pennan"))


class CommentForm(CreateForm):
    """A comment, or a reply to one."""

    comment = LongTextField(
        _l("Kommentar"),
        [Required(_l("Skriv en kommentar."))],
        description=_l("Skriv @ och ett namn, så får den personen veta det, till exempel @Anna."),
    )


class SuggestionForm(CreateForm):
    """Another text for an answer."""

    suggestion = LongTextField(_l("Ditt förslag"), [Required(_l("Skriv ditt förslag."))])
