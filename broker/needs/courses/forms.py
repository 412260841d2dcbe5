"""Forms of how a cohort is taught."""

from datetime import timedelta
from typing import Any

from babel.dates import get_day_names
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field
from wtforms.validators import ValidationError

from broker import clock
from broker.forms import (
    CheckboxesField,
    ChoiceField,
    CreateForm,
    DateField,
    EditForm,
    Form,
    Required,
    TextField,
    TimeField,
    WholeNumberField,
    pairs,
)
from broker.needs.courses.offers import Offer

_MOST_WEEKS, _LONGEST_BREAK = 52, 240
# A year out is a slip of the pen when somebody notes what has been; nobody plans further ahead than three.
_FURTHEST_BACK, _FURTHEST_AHEAD = timedelta(days=366), timedelta(days=3 * 366)


class PlanForm(EditForm):
    """Who teaches, where, and what a company pays."""

    offering_id = ChoiceField(_l("Anordnare och utbildning"), coerce=int)
    venue = TextField(_l("Lokal"))
    address = TextField(_l("Adress"))
    cost = TextField(_l("Vad det kostar företaget"))

    def offer(self, rows: list[Offer], chosen: tuple[int, str] | None) -> None:
        """Offer trainings, the best first; the one that is chosen can stay whatever it has become."""
        offered = {row.offering.id: row.label for row in rows}
        if chosen is not None:
            offered.setdefault(*chosen)
        self.offering_id.choices = pairs(offered.items(), empty=_("Inte vald än"))


def _weekdays() -> list[Any]:
    names = get_day_names("wide", context="stand-alone", locale=get_locale())
    return pairs((day, str(names[day]).capitalize()) for day in range(7))


def _sensible(form: Form, field: Field) -> None:
    today = clock.today()
    if field.data and not today - _FURTHEST_BACK <= field.data <= today + _FURTHEST_AHEAD:
        raise ValidationError(_("Kontrollera årtalet. Dagen ligger mycket långt från i dag."))


class _TimesForm(Form):
    starts_at = TimeField(_l("Från"), [Required(_l("Ange när det börjar."))])
    ends_at = TimeField(_l("Till"), [Required(_l("Ange när det slutar."))])
    break_minutes = WholeNumberField(_l("Rast, minuter"), most=_LONGEST_BREAK)

    def validate_ends_at(self, field: Field) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.starts_at.data and field.data <= self.starts_at.data:
            raise ValidationError(_("Sluttiden ska ligga efter starttiden."))

    def values(self) -> dict[str, Any]:
        """Give what was filled in; no break is one of no minutes."""
        values = super().values()
        return values | {"break_minutes": values["break_minutes"] or 0}


class SeriesForm(_TimesForm, CreateForm):
    """Sessions at the same time of the day: one, or the same weekdays for some weeks."""

    first_on = DateField(_l("Första dagen"), [Required(_l("Ange första dagen.")), _sensible])
    weeks = WholeNumberField(
        _l("Antal veckor"), [Required(_l("Ange hur många veckor."))], least=1, most=_MOST_WEEKS, default=1
    )
    weekdays = CheckboxesField(_l("Veckodagar"), coerce=int, choices=_weekdays)
    skips_holidays = BooleanField(_l("Hoppa över röda dagar"), default=True)


class SessionForm(_TimesForm, EditForm):
    """One session that is moved."""

    day = DateField(_l("Dag"), [Required(_l("Ange dagen.")), _sensible])
