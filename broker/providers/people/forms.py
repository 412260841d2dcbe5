"""Forms of people at providers."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import Email, Optional

from broker.companies.models import LegalBasis
from broker.forms import ChoiceField, CreateForm, EditForm, Form, Required, TextField, choices


class _PersonFields(Form):
    name = TextField(_l("Namn"), [Required(_l("Ange personens namn."))])
    function = TextField(_l("Funktion"))
    email = TextField(_l("E-postadress"), [Optional(), Email(_l("Skriv adressen som namn@exempel.se."))])
    phone = TextField(_l("Telefon"))
    source = TextField(
        _l("Varifrån uppgifterna kommer"),
        [Required(_l("Ange varifrån uppgifterna kommer, till exempel: personen själv."))],
        default=lambda: _("Personen själv"),
    )
    legal_basis = ChoiceField(_l("Rättslig grund"), coerce=LegalBasis, choices=lambda: choices(LegalBasis))


class NewPersonForm(_PersonFields, CreateForm):
    """Somebody at a provider."""


class EditPersonForm(_PersonFields, EditForm):
    """What is known about somebody at a provider, and whether the person is there still."""

    is_active = BooleanField(_l("Är kvar hos anordnaren"), default=True)
