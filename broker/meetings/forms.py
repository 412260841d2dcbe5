"""Forms of invitations."""

import wtforms
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, FieldList, FormField, HiddenField

from broker.companies.models import InteractionKind
from broker.forms import (
    CheckboxesField,
    ChoiceField,
    CreateForm,
    EditForm,
    LongTextField,
    Required,
    TextField,
    choices,
)


class CalendarForm(CreateForm):
    """A calendar that Outlook, Google or a telephone has written to a file."""

    file = FileField(_l("Kalenderfil"), [Required(_l("Välj en kalenderfil."))], render_kw={"accept": ".ics"})


class EventForm(wtforms.Form):
    """Which company one event is with, and how; nothing for one that is passed over."""

    key = HiddenField()
    company = TextField(_l("Företag"))
    kind = ChoiceField(_l("Hur"), coerce=InteractionKind, choices=lambda: choices(InteractionKind.reached()))


class ChooseForm(CreateForm):
    """What becomes of each event of a file."""

    events = FieldList(FormField(EventForm))


class InvitationForm(EditForm, CreateForm):
    """Whom to invite to a planned contact, and in which words."""

    people = CheckboxesField(_l("Hos företaget"), coerce=int, choices=[])
    with_me = BooleanField(_l("Skicka till mig också"))
    title = TextField(_l("Rubrik i de inbjudnas kalender"), [Required(_l("Skriv vad mötet ska heta."))])
    place = TextField(_l("Plats eller länk"))
    message = LongTextField(_l("Hälsning"), render_kw={"rows": 4})
