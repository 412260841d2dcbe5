"""Forms of tips, and the signed stamp that tells when the public one was shown."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeSerializer
from wtforms import BooleanField, Field, HiddenField, StringField
from wtforms.validators import ValidationError

from broker import clock
from broker.companies.forms import FoundCompanyField
from broker.companies.numbers import InvalidNumberError, parse_number
from broker.formatting import say
from broker.forms import EditForm, Form, LongTextField, Required, TextField
from broker.leads.tips.queries import TipRules


def new_stamp(page_token: str) -> str:
    """Give a stamp for a form that is shown now; no two are the same, so that each is received once."""
    return _stamps().dumps([page_token, int(clock.now().timestamp()), secrets.token_hex(8)])


def find_age(stamp: str | None, page_token: str) -> timedelta | None:
    """Give how long ago the form with this stamp was shown, or None if it is not a stamp of ours for this page."""
    try:
        shown_at, seconds, _once = _stamps().loads(stamp or "")
    except (BadData, UnicodeEncodeError):
        return None
    return timedelta(seconds=clock.now().timestamp() - seconds) if shown_at == page_token else None


def _stamps() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="tip")


def _at_most(length_of: Callable[[TipRules], int]) -> Callable[[Any, Field], None]:
    def check(form: Any, field: Field) -> None:
        most = length_of(form.rules)
        if field.data and len(field.data) > most:
            raise ValidationError(_("Korta texten till högst %(limit)s tecken.", limit=most))

    return check


LINE, TEXT = _at_most(lambda rules: rules.longest_line), _at_most(lambda rules: rules.longest_text)


class StampedForm(Form):
    """A form that anybody may send: a trap for programs, and a signed stamp that says when it was shown."""

    class Meta:
        """Anybody may send it and nobody's rights are used: the signed stamp is enough, without a cookie."""

        csrf = False

    webbplats = StringField(_l("Lämna det här fältet tomt"))
    token = HiddenField()

    def __init__(self, page_token: str, rules: TipRules, *, known: dict[str, Any] | None = None) -> None:
        super().__init__(data={"token": new_stamp(page_token)} | (known or {}))
        self.page_token, self.rules = page_token, rules

    @property
    def is_trapped(self) -> bool:
        """Tell whether the field that people do not see is filled in."""
        return bool(self.webbplats.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """Try what was filled in; a form sent too soon or too late comes back with it, ready to be sent again."""
        is_valid = super().validate(extra_validators)
        sentence, age = None, find_age(self.token.data, self.page_token)
        if age is None or age > self.rules.oldest:
            self.token.data = new_stamp(self.page_token)
            sentence = _("Formuläret har varit öppet för länge. Se efter att allt stämmer och skicka igen.")
        elif age < self.rules.youngest:
            sentence = _("Det gick väldigt fort. Se efter att allt stämmer och skicka igen.")
        # Who has something to mend sends the form once more anyway.
        self.form_errors = [sentence] if sentence and is_valid else []
        return is_valid and not sentence

    def values(self) -> dict[str, Any]:
        """Give what was filled in, without the trap."""
        return {name: value for name, value in super().values().items() if name != "webbplats"}


class NumberedForm(StampedForm):
    """A form that may name a company by its number, but never a person by his."""

    organisation_number = TextField(_l("Organisationsnummer"), [LINE], render_kw={"inputmode": "numeric"})

    def validate_organisation_number(self, field: Field) -> None:
        """Refuse what is no organisation number, and the number of a person."""
        if self._digits() is None and field.data:
            raise ValidationError(_("Skriv inget personnummer här. Lämna fältet tomt för en enskild firma."))

    def values(self) -> dict[str, Any]:
        """Give what is stored, the number as digits."""
        return super().values() | {"organisation_number": self._digits()}

    def _digits(self) -> str | None:
        if not self.organisation_number.data:
            return None
        try:
            number = parse_number(self.organisation_number.data)
        except InvalidNumberError as error:
            if error.is_personal:
                return None
            raise ValidationError(say(error)) from error
        return None if number.is_personal else number.digits


class TipForm(NumberedForm):
    """What anybody may tell us about a company."""

    company_name = TextField(_l("Företagets namn"), [Required(_l("Skriv vad företaget heter.")), LINE])
    place = TextField(_l("Kommun eller ort"), [Required(_l("Skriv var företaget finns.")), LINE])
    need = LongTextField(
        _l("Vad behöver företaget?"),
        [Required(_l("Skriv med några ord vad företaget behöver.")), TEXT],
        render_kw={"rows": 5},
    )
    company_knows = BooleanField(_l("Företaget vet om tipset"))
    tipper_name = TextField(_l("Ditt namn"), [LINE], render_kw={"autocomplete": "name"})
    tipper_reach = TextField(_l("Din e-postadress eller ditt telefonnummer"), [LINE])


class TakeForm(Form):
    """Which company a tip is about."""

    company_id = FoundCompanyField(_l("Företag"), [Required(_l("Välj vilket företag tipset gäller."))])


class DismissForm(EditForm):
    """Why a tip is left."""

    reason = LongTextField(_l("Varför?"), [Required(_l("Skriv med några ord varför tipset inte leder vidare."))])
