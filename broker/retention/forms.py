"""Forms of retention: how long a kind of record is kept, why one is exempted, what is decided."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import ValidationError

from broker.forms import (
    ChoiceField,
    CreateForm,
    DateField,
    LongTextField,
    Required,
    SometimesRequired,
    TextField,
    WholeNumberField,
    not_in_future,
    pairs,
)

DESTROYED, KEPT = "gallras", "bevaras"
_LONGEST_REFERENCE = 200


def _short(form: Any, field: Field) -> None:
    if field.data and len(field.data) > _LONGEST_REFERENCE:
        raise ValidationError(_("Korta texten till högst %(limit)s tecken.", limit=_LONGEST_REFERENCE))


class RuleForm(CreateForm):
    """How long a kind of record is kept, from when, and where that is written."""

    ending = ChoiceField(
        _l("Vad säger er plan?"),
        [Required(_l("Välj om det ska gallras eller bevaras."))],
        choices=lambda: pairs(
            [(DESTROYED, _("Gallras efter ett antal år")), (KEPT, _("Bevaras"))], empty=_("Välj vad som gäller")
        ),
    )
    years = WholeNumberField(_l("Efter hur många år?"), [SometimesRequired()])
    reference = TextField(
        _l("Var står det?"),
        [Required(_l("Skriv var i er plan det står.")), _short],
    )
    decided_on = DateField(_l("Planen beslutades"), [Required(_l("Ange dagen då planen beslutades.")), not_in_future])
    valid_from = DateField(_l("Gäller från och med"), [Required(_l("Ange från vilken dag regeln gäller."))])

    def __init__(self, limits: tuple[int, int], **options: Any) -> None:
        super().__init__(**options)
        self.years.least, self.years.most = limits

    def validate_years(self, field: Field) -> None:
        """Ask for the years of what is destroyed; refuse them for what is kept for ever."""
        if self.ending.data == DESTROYED and field.data is None and not field.errors:
            raise ValidationError(_("Skriv efter hur många år det gallras."))
        if self.ending.data == KEPT and field.data is not None:
            raise ValidationError(_("Ta bort antalet år: det som bevaras gallras aldrig."))

    def values(self) -> dict[str, Any]:
        """Give the rule by the names that the service uses."""
        return {name: value for name, value in super().values().items() if name != "ending"}


class ExemptForm(CreateForm):
    """Why a record is not destroyed for now."""

    reason = LongTextField(
        _l("Varför ska posten vara kvar?"),
        [Required(_l("Skriv skälet, till exempel att någon har begärt ut handlingen."))],
        render_kw={"rows": 4},
    )


class DecideForm(CreateForm):
    """Up to which day records are destroyed, and by which decision."""

    through_on = DateField(_l("Till och med"), [Required(_l("Ange till och med vilken dag det gallras."))])
    reference = TextField(
        _l("Beslutets beteckning"),
        [Required(_l("Skriv beslutets beteckning, till exempel delegationsbeslut KS 2026/114.")), _short],
    )
