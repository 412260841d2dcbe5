"""Forms of accounts."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField
from wtforms.validators import Email, EqualTo, Length

from broker.access import Role
from broker.accounts.models import OrganisationKind
from broker.accounts.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD
from broker.forms import CheckboxesField, ChoiceField, CreateForm, EditForm, Form, Required, TextField, choices, pairs
from broker.reference import queries as reference

_EMAIL = Email(_l("Skriv e-postadressen som namn@exempel.se."))
_PASSWORD_LENGTH = Length(
    SHORTEST_PASSWORD, LONGEST_PASSWORD, _l("Välj ett lösenord med minst 12 och högst 256 tecken.")
)


class SignInForm(Form):
    """Address and password."""

    email = EmailField(
        _l("E-postadress"), [Required(_l("Ange din e-postadress."))], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(
        _l("Lösenord"), [Required(_l("Ange ditt lösenord."))], render_kw={"autocomplete": "current-password"}
    )


class InviteForm(CreateForm):
    """Whom to invite, and for which roles."""

    email = EmailField(_l("E-postadress"), [Required(_l("Ange e-postadressen till den som ska bjudas in.")), _EMAIL])
    roles = CheckboxesField(
        _l("Roller"), [Required(_l("Välj minst en roll."))], coerce=Role, choices=lambda: choices(Role)
    )


class NewPasswordForm(Form):
    """A new password, twice."""

    password = PasswordField(
        _l("Lösenord"),
        [Required(_l("Välj ett lösenord.")), _PASSWORD_LENGTH],
        render_kw={"autocomplete": "new-password"},
    )
    repeated = PasswordField(
        _l("Lösenordet igen"),
        [Required(_l("Skriv samma lösenord två gånger.")), EqualTo("password", _l("Skriv samma lösenord två gånger."))],
        render_kw={"autocomplete": "new-password"},
    )


class AcceptForm(NewPasswordForm):
    """The invited person's name and password."""

    name = TextField(_l("Ditt namn"), [Required(_l("Ange ditt namn."))], render_kw={"autocomplete": "name"})


class ChangePasswordForm(NewPasswordForm):
    """The present password and a new one."""

    present = PasswordField(
        _l("Nuvarande lösenord"),
        [Required(_l("Ange ditt nuvarande lösenord."))],
        render_kw={"autocomplete": "current-password"},
    )


class ForgottenForm(Form):
    """Where to send a link for a new password."""

    email = EmailField(
        _l("E-postadress"), [Required(_l("Ange din e-postadress.")), _EMAIL], render_kw={"autocomplete": "username"}
    )


class RolesForm(EditForm):
    """The roles of one person."""

    roles = CheckboxesField(_l("Roller"), coerce=Role, choices=lambda: choices(Role))


class OrganisationForm(CreateForm):
    """A new organisation and its municipalities."""

    name = TextField(_l("Namn"), [Required(_l("Ange organisationens namn."))])
    kind = ChoiceField(
        _l("Slag"), [Required(_l("Välj vad organisationen är."))], choices=lambda: choices(OrganisationKind)
    )
    municipality_codes = CheckboxesField(
        _l("Kommuner"),
        [Required(_l("Välj minst en kommun."))],
        choices=lambda: pairs((place.code, place.name) for place in reference.municipalities().values()),
    )
