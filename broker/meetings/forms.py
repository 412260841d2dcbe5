"""Forms of invitations."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from broker.forms import CheckboxesField, CreateForm, EditForm, LongTextField, Required, TextField


class InvitationForm(EditForm, CreateForm):
    """Whom to invite to a planned contact, and in which words."""

    people = CheckboxesField(_l("Hos företaget"), coerce=int, choices=[])
    with_me = BooleanField(_l("Skicka till mig också"))
    title = TextField(_l("Rubrik i de inbjudnas kalender"), [Required(_l("Skriv vad mötet ska heta."))])
    place = TextField(_l("Plats eller länk"))
    message = LongTextField(_l("Hälsning"), render_kw={"rows": 4})
