"""Forms of saved views."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import Length

from broker.forms import CreateForm, EditForm, Required, TextField

_LONGEST_NAME = 80


class ViewForm(CreateForm):
    """What a view is called, and whether colleagues see it."""

    name = TextField(
        _l("Namn på urvalet"),
        [
            Required(_l("Ge urvalet ett namn, till exempel: Verkstäder i Flen.")),
            Length(max=_LONGEST_NAME, message=_l("Korta namnet till högst %(max)d tecken.")),
        ],
    )
    is_shared = BooleanField(_l("Dela med kollegorna"))


class EditViewForm(EditForm, ViewForm):
    """A view that is renamed or shared."""
