"""Forms of commitments: what a company tells and how it signs, whom we write to, a paper, a withdrawal."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, FieldList, FormField, HiddenField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from broker.companies.numbers import InvalidNumberError, parse_number
from broker.esf.commitments.paper import AidTold, Told
from broker.esf.form_fields import WordListField
from broker.file_kinds import ACCEPTED
from broker.formatting import say
from broker.forms import (
    ChoiceField,
    CreateForm,
    DateField,
    EditForm,
    LongTextField,
    Required,
    TextField,
    WholeNumberField,
    not_in_future,
    pairs,
)
from broker.leads.tips.forms import LINE, TEXT, StampedForm
from broker.leads.tips.queries import TipRules
from broker.number_fields import NumberField

_MOST_PEOPLE, _MOST_HOURS = 10_000, 1_000_000
_KRONOR, _EURO = "kr", "euro"


class MoneyField(NumberField):
    """An amount in one currency or another."""

    def example(self) -> str:
        """Say how the amount is written."""
        return _("Skriv ett belopp, till exempel 60 000.")


def _currencies(*, knows_rate: bool = True) -> list[SelectChoice]:
    # Without a rate nobody could tell what kronor come to.
    return pairs([(_KRONOR, _("kronor"))] * knows_rate + [(_EURO, _("euro"))])


class AidRowForm(PlainForm):
    """One earlier aid; an empty row is none."""

    giver = TextField(_l("Vem gav stödet?"))
    granted_on = DateField(_l("Beviljat"), [not_in_future])
    amount = MoneyField(_l("Belopp"))
    currency = ChoiceField(_l("Valuta"), choices=_currencies)
    organisation_number = TextField(_l("Organisationsnummer"))

    def validate_giver(self, field: Field) -> None:
        """Refuse a row of which a part is missing."""
        filled = [bool(one.data) for one in (self.giver, self.granted_on, self.amount)]
        if any(filled) and not all(filled) and not (self.granted_on.errors or self.amount.errors):
            raise ValidationError(_("Fyll i vem som gav stödet, dagen och beloppet, eller töm raden."))

    def validate_organisation_number(self, field: Field) -> None:
        """Refuse what is no organisation number, and the number of a person."""
        field.data = clean_number(field.data)


class TellForm(StampedForm):
    """What a company tells before it signs."""

    women = WholeNumberField(_l("Kvinnor"), [Required(_l("Skriv hur många kvinnor, 0 om inga."))], most=_MOST_PEOPLE)
    men = WholeNumberField(_l("Män"), [Required(_l("Skriv hur många män, 0 om inga."))], most=_MOST_PEOPLE)
    hours = WholeNumberField(
        _l("Deltagartimmar sammanlagt"), [Required(_l("Skriv timmarna för alla tillsammans."))], most=_MOST_HOURS
    )
    staff = WholeNumberField(
        _l("Anställda i företaget och dem det hör ihop med"), [Required(_l("Skriv hur många anställda ni är."))]
    )
    currency = ChoiceField(_l("Beloppen nedan är i"), [Required(_l("Välj kronor eller euro."))])
    turnover = MoneyField(_l("Omsättning"))
    balance = MoneyField(_l("Balansomslutning"))
    group_numbers = WordListField(_l("Organisationsnummer i samma koncern"))
    earlier = FieldList(FormField(AidRowForm))
    other_aid = TextField(_l("Annat stöd för samma kostnader"), [LINE])

    def __init__(self, page_token: str, rules: TipRules, told: Told, *, rows: int, sek_per_eur: Decimal | None) -> None:
        self.sek_per_eur = sek_per_eur
        # Kronor told by a rate that has been taken away cannot be told again.
        told = told if sek_per_eur is not None else told.in_euro()
        names = ("women", "men", "hours", "staff", "turnover", "balance", "other_aid")
        known: dict[str, Any] = {name: getattr(told, name) for name in names}
        known["earlier"] = [_as_row(row) for row in told.earlier] + [{}] * rows
        is_euro = told.sek_per_eur is None and (told.turnover, told.balance) != (None, None)
        known["currency"] = _EURO if is_euro or sek_per_eur is None else _KRONOR
        super().__init__(page_token, rules, known=known | {"group_numbers": list(told.group_numbers)})
        self.currency.choices = _currencies(knows_rate=sek_per_eur is not None)

    def validate_men(self, field: Field) -> None:
        """Ask for somebody."""
        if not field.errors and self.women.data == 0 and field.data == 0:
            raise ValidationError(_("Skriv hur många som deltar. Deltar ingen, så säg till den som skickade länken."))

    def validate_group_numbers(self, field: Field) -> None:
        """Refuse what is no organisation number."""
        field.data = [number for number in map(clean_number, field.data or []) if number]

    def told(self) -> Told:
        """Give what was filled in, without empty rows."""
        rows = [row for row in self.earlier.data if row["giver"]]
        values = self.values()
        values.pop("earlier")
        rate = self.sek_per_eur if values.pop("currency") == _KRONOR else None
        return Told(
            **values | {"group_numbers": tuple(values["group_numbers"]), "other_aid": values["other_aid"] or ""},
            sek_per_eur=rate,
            earlier=tuple(
                AidTold(
                    row["giver"],
                    row["granted_on"],
                    row["amount"],
                    row["currency"] == _EURO,
                    row["organisation_number"],
                )
                for row in rows
            ),
        )


class RepresentForm(StampedForm):
    """Who acts for a company, and which text was shown."""

    signer_name = TextField(
        _l("Ditt namn"), [Required(_l("Skriv ditt namn.")), LINE], render_kw={"autocomplete": "name"}
    )
    signer_role = TextField(
        _l("Din roll i företaget"),
        [Required(_l("Skriv din roll, till exempel verkställande direktör.")), LINE],
        render_kw={"autocomplete": "organization-title"},
    )
    may_sign = BooleanField(_l("Jag får företräda företaget"))
    shown = HiddenField()

    def validate_may_sign(self, field: Field) -> None:
        """Ask for the tick."""
        if not field.data:
            raise ValidationError(_("Bekräfta att du får företräda företaget, eller be den som får."))


class SignForm(RepresentForm):
    """How a company signs the text that it has read."""


class TakeBackForm(RepresentForm):
    """How a company takes back what it has signed."""

    reason = LongTextField(
        _l("Varför drar ni er ur?"),
        [Required(_l("Skriv med några ord varför.")), TEXT],
        description=_l("Skriv inget om någons hälsa eller annat som är känsligt."),
    )


class PaperForm(CreateForm):
    """A paper that a company has signed by hand, scanned."""

    file = FileField(
        _l("Skannat papper"), [Required(_l("Välj filen med det undertecknade papperet."))], description=ACCEPTED
    )
    signer_name = TextField(_l("Vem har undertecknat?"), [Required(_l("Skriv namnet som står på papperet."))])
    signer_role = TextField(_l("Roll i företaget"), [Required(_l("Skriv rollen som står på papperet."))])
    signed_on = DateField(_l("Undertecknat"), [Required(_l("Ange dagen som står på papperet.")), not_in_future])
    is_same = BooleanField(_l("Papperets siffror är de som står här"))
    version = HiddenField()

    def __init__(self, *, version: int) -> None:
        super().__init__()
        self._is_seen = self.version.data == str(version)
        self.version.data = str(version)

    def validate_is_same(self, field: Field) -> None:
        """Ask for the tick, and for another look if the commitment has changed since the page was opened."""
        if not self._is_seen:
            raise ValidationError(
                _("Åtagandet har ändrats sedan sidan öppnades. Jämför papperet med siffrorna som de är nu.")
            )
        if not field.data:
            raise ValidationError(_("Jämför papperet med åtagandet. Skiljer de sig, så ändra åtagandet först."))


class WithdrawForm(EditForm):
    """That a company has taken its commitment back."""

    withdrawn_on = DateField(_l("Återkallat"), [Required(_l("Ange dagen då företaget sa ifrån.")), not_in_future])
    reason = LongTextField(
        _l("Varför?"),
        [Required(_l("Skriv med några ord varför."))],
        description=_l("Skriv inget om någons hälsa eller annat som är känsligt."),
    )


class LastDayForm(EditForm):
    """Until when a link is open."""

    open_until = DateField(_l("Sista dag att underteckna"), [Required(_l("Ange en dag."))])


class AskForm(CreateForm):
    """Whom the letter goes to at each company, and until when the links are open."""

    open_until = DateField(_l("Sista dag att underteckna"), [Required(_l("Ange en dag."))])

    @property
    def person_fields(self) -> list[Field]:
        """Give the choice of a person for each company."""
        return [field for name, field in self._fields.items() if name.startswith(_PERSON)]

    def chosen(self, company_id: int) -> int | None:
        """Give whom the letter to a company goes to, if anybody was chosen."""
        return self[f"{_PERSON}{company_id}"].data


_PERSON = "person_"


def ask_form(companies: Sequence[Any], people: dict[int, list[Any]], open_until: Any) -> AskForm:
    """Give a form with a choice of a person for each company; whom we met last is chosen."""
    fields, known = {}, {"open_until": open_until}
    for company in companies:
        rows = people[company.id]
        fields[f"{_PERSON}{company.id}"] = ChoiceField(
            company.name,
            coerce=int,
            choices=pairs(
                ((row.id, f"{row.name}, {row.email}") for row in rows), empty=_("Ingen, jag lämnar över länken själv")
            ),
        )
        known[f"{_PERSON}{company.id}"] = rows[0].id if rows else None
    form_class = type("CompaniesAskForm", (AskForm,), fields)
    return form_class(data=known)


def clean_number(text: str | None) -> str | None:
    """Give an organisation number as digits, or nothing for nothing; refuses others, and the number of a person."""
    if not text:
        return None
    try:
        number = parse_number(text)
    except InvalidNumberError as error:
        raise ValidationError(say(error)) from error
    if number.is_personal:
        raise ValidationError(_("Skriv inget personnummer här. Lämna fältet tomt för en enskild firma."))
    return number.digits


def _as_row(aid: AidTold) -> dict[str, Any]:
    return {
        "giver": aid.giver,
        "granted_on": aid.granted_on,
        "amount": aid.amount,
        "currency": _EURO if aid.is_euro else _KRONOR,
        "organisation_number": aid.organisation_number,
    }
