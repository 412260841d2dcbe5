"""Forms of the second factor."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.validators import Length

from broker.forms import EditForm, Form, Required, TextField

_OF_THE_APP = {"autocomplete": "one-time-code", "inputmode": "numeric"}
_LONGEST_CODE = Length(max=40, message=_l("Skriv bara koden."))


class CodeForm(Form):
    """A code of the app."""

    code = TextField(
        _l("Kod"), [Required(_l("Skriv de sex siffrorna från appen.")), _LONGEST_CODE], render_kw=_OF_THE_APP
    )


class RecoveryForm(Form):
    """A code on paper."""

    code = TextField(
        _l("Återställningskod"),
        [Required(_l("Skriv en av dina återställningskoder.")), _LONGEST_CODE],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class _PasswordForm(Form):
    password = PasswordField(
        _l("Lösenord"), [Required(_l("Ange ditt lösenord."))], render_kw={"autocomplete": "current-password"}
    )


class TurnOnForm(_PasswordForm, CodeForm):
    """The password and the first code of the secret that the page shows, which comes along sealed."""

    sealed = HiddenField()


class ConfirmForm(_PasswordForm):
    """The password and a code of either kind, for what makes the second factor weaker or gives new codes."""

    code = TextField(
        _l("Kod"),
        [Required(_l("Skriv koden från appen, eller en återställningskod.")), _LONGEST_CODE],
        render_kw={"autocomplete": "one-time-code"},
    )


class DemandForm(EditForm):
    """Whether an organisation demands a second factor of its people."""

    demands_second_factor = BooleanField(_l("Alla som loggar in med lösenord ska ha tvåstegsinloggning"))
