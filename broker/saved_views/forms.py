"""Forms of saved views."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from broker.forms import CreateForm, EditForm, Required, TextField


class ViewForm(CreateForm):
    """What a view is called, and whether colleagues see it."""

    name = TextField(_l("Namn på urvalet"), [Required(_l("Ge urvalet ett namn, till exempel: Verkstäder i Flen."))])
    is_shared = BooleanField(_l("Dela med kollegorna"))


class EditViewForm(EditForm, ViewForm):
    """A view that is renamed or shared."""
