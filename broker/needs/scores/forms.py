"""Forms of scorecards: what a moderator does with a text, whom the link goes to, and what the provider replies."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField
from wtforms.validators import Email, ValidationError

from broker.forms import CreateForm, EditForm, LongTextField, Required, TextField, pairs
from broker.leads.tips.forms import TEXT, StampedForm
from broker.leads.tips.queries import TipRules

_SHOW, _HIDE = "show", "hide"


def _ways() -> list[Any]:
    return pairs([(_SHOW, _l("Visa texten")), (_HIDE, _l("Visa den inte"))])


class ModerationForm(EditForm):
    """Whether a text is shown, and how it reads with what points at a person struck out."""

    shown = LongTextField(_l("Texten som den visas"), render_kw={"rows": 6})
    way = RadioField(
        _l("Vad gör du med texten?"),
        [Required(_l("Välj om texten ska visas."))],
        choices=_ways,
        validate_choice=False,
    )

    def validate_way(self, field: Field) -> None:
        """Ask for one of the two ways."""
        if field.data not in (_SHOW, _HIDE):
            raise ValidationError(_l("Välj om texten ska visas."))

    @property
    def is_shown(self) -> bool:
        """Tell whether the text is to be shown."""
        return bool(self.way.data == _SHOW)


class AskProviderForm(CreateForm):
    """Where the link to a scorecard is sent."""

    recipient = TextField(
        _l("Skicka till"),
        [Required(_l("Ange anordnarens e-postadress.")), Email(_l("Skriv adressen som namn@exempel.se."))],
    )


class ReplyForm(StampedForm):
    """What a provider says about its scorecard."""

    text = LongTextField(
        _l("Ert svar"),
        [Required(_l("Skriv ert svar, eller stäng sidan om ni inte vill svara.")), TEXT],
        render_kw={"rows": 6},
    )

    def __init__(self, page_token: str, rules: TipRules, text: str | None) -> None:
        super().__init__(page_token, rules, known={"text": text})
