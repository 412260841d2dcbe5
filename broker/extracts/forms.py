"""The forms of an extract: whom it is about, and which of the findings it takes in."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import Email, Optional, ValidationError

from broker.companies.numbers import InvalidNumberError, parse_number
from broker.extracts.terms import FEWEST_LETTERS, Terms, phone_as_written
from broker.forms import Form, LongTextField, TextField
from broker.swedish import search_key

LONGEST = 100


class SearchForm(Form):
    """What is known of whoever asks; one of the fields is enough."""

    name = TextField(_l("Namn"), description=_l("För- och efternamn. Bara hela namn söks i texter."))
    email = TextField(_l("E-postadress"), [Optional(), Email(_l("Skriv adressen som namn@exempel.se."))])
    phone = TextField(_l("Telefon"))
    number = TextField(
        _l("Personnummer"),
        description=_l("Bara om personen har enskild firma. Tolv siffror. Numret sparas inte."),
    )

    def validate_name(self, field: Any) -> None:
        """Refuse what is no name, and one that is in every text."""
        if field.data and len(search_key(field.data).replace(" ", "")) < FEWEST_LETTERS:
            raise ValidationError(_("Skriv minst två bokstäver av namnet."))
        if field.data and len(field.data) > LONGEST:
            raise ValidationError(_("Skriv ett namn med högst %(most)s tecken.", most=LONGEST))

    def validate_phone(self, field: Any) -> None:
        """Refuse what is no whole number."""
        if field.data and not phone_as_written(field.data):
            raise ValidationError(_("Skriv hela telefonnumret, till exempel 070-123 45 67."))

    def validate_number(self, field: Any) -> None:
        """Refuse what points out no person."""
        try:
            is_personal = not field.data or parse_number(field.data).is_personal
        except InvalidNumberError:
            is_personal = False
        if not is_personal:
            raise ValidationError(_("Skriv personnumret med tolv siffror: ÅÅÅÅMMDD-NNNN."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Try what was filled in; something must be."""
        is_valid = super().validate(extra_validators)
        if is_valid and not any((self.name.data, self.email.data, self.phone.data, self.number.data)):
            self.refuse("name", _("Fyll i namn, e-postadress eller telefon. En av dem räcker."))
            return False
        return is_valid

    def terms(self) -> Terms:
        """Give what to look for."""
        number = parse_number(self.number.data).digits if self.number.data else ""
        return Terms(self.name.data or "", self.email.data or "", self.phone.data or "", number)


class ChoiceForm(SearchForm):
    """Which of the findings the extract takes in, and why something that was proposed is not among them."""

    left_out = LongTextField(
        _l("Vad som utelämnas och varför"),
        description=_l(
            "Behövs bara när du tar bort kryss som vi har satt. Meningen står i utdraget. Exempel: Gäller en annan "
            "person med samma namn. Eller: Ett utkast som inte är färdigt (dataskyddslagen 5 kap. 2 §)."
        ),
    )

    @property
    def keys(self) -> set[str]:
        """Give the words for the rows that are chosen: one for each box, or all in one field."""
        return {key for value in request.form.getlist("rows") for key in value.split()}
