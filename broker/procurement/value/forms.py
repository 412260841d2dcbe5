"""Forms of a value: one amount more, and the basis that the amounts are reckoned on."""

from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField
from wtforms.validators import ValidationError

from broker.forms import (
    CheckboxesField,
    ChoiceField,
    DateField,
    EditForm,
    KronorField,
    LongTextField,
    Required,
    StateForm,
    TextField,
    choices,
)
from broker.procurement.value.parts import Part, PartKind


class PartForm(EditForm):
    """One amount of the value."""

    kind = ChoiceField(
        _l("Vad"),
        [Required(_l("Välj vad beloppet är."))],
        choices=lambda: choices(PartKind),
        default=PartKind.PRICE.value,
    )
    text = TextField(_l("Beskrivning"), [Required(_l("Skriv vad beloppet gäller."))])
    amount = KronorField(_l("Belopp exkl. moms"), [Required(_l("Skriv beloppet i kronor."))])
    use_by = DateField(_l("Optionen ska användas senast"))
    until = DateField(_l("Optionen gäller till och med"))

    def part(self) -> Part:
        """Give the amount as the rules know it."""
        return Part(
            kind=PartKind(self.kind.data),
            text=self.text.data or "",
            amount=self.amount.data or Decimal(0),
            use_by=self.use_by.data,
            until=self.until.data,
        )

    def validate_use_by(self, field: Field) -> None:
        """Refuse the days of an option on anything else."""
        if (field.data or self.until.data) and self.kind.data != PartKind.OPTION:
            raise ValidationError(_("Bara en option har dagar. Välj det slaget, eller ta bort dagarna."))

    def validate_until(self, field: Field) -> None:
        """Refuse an option that ends before it can be used."""
        if field.data and self.use_by.data and field.data < self.use_by.data:
            raise ValidationError(_("Ange en slutdag som inte ligger före den sista dagen att använda optionen."))


class BasisForm(EditForm):
    """How the value is reckoned."""

    value_basis = ChoiceField(_l("Hur värdet räknas"), [Required(_l("Välj hur värdet räknas."))])
    similar = CheckboxesField(_l("Liknande kontrakt de senaste tolv månaderna"))
    split_reason = LongTextField(
        _l("Sakliga skäl för att köpa var för sig"),
        description=_l("Behövs bara när det finns liknande kontrakt som inte räknas in."),
        render_kw={"rows": 3},
    )
    value_includes_options = BooleanField(_l("Alla optioner och förlängningar är med bland delarna"))


class OptionForm(StateForm):
    """Whether an option was used, which the button that was pressed says."""

    used = HiddenField()
