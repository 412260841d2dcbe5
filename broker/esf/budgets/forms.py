"""Forms of the budget's rows, and of what happens if something is otherwise."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from broker.errors import RefusedError
from broker.esf.budgets.reading import Raw
from broker.esf.budgets.what_if import WhatIf
from broker.esf.form_fields import HourField, PercentField
from broker.esf.models import Activity
from broker.esf.row_forms import RowForm
from broker.forms import (
    ChoiceField,
    CreateForm,
    DateField,
    FileForm,
    Form,
    KronorField,
    Required,
    TextField,
    WholeNumberField,
    pairs,
)

_PERIOD = _l("Lämna tomt om raden följer aktivitetens eller projektets dagar.")


class ShareField(PercentField):
    """A share of full time, from nothing to all of it."""

    largest = Decimal("100.01")

    def example(self) -> str:
        """Say how a share of full time is written."""
        return _("Skriv andelen av heltid i procent, högst 100, till exempel 50.")

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{(self.data * 100).normalize():f}".replace(".", ",")


class _PeriodForm(RowForm):
    """A row with days of its own, those of an activity, or those of the project."""

    def offer_activities(self, activities: Iterable[Activity]) -> None:
        """Offer the project's activities to follow."""
        self["activity_id"].choices = pairs(((row.id, row.title) for row in activities), empty=_("Ingen"))


class BudgetRowForm(_PeriodForm):
    """A cost in a beneficiary's part of the budget."""

    actor_id = ChoiceField(_l("Stödmottagare"), [Required(_l("Välj vems kostnaden är."))], coerce=int)
    cost_type = ChoiceField(_l("Kostnadsslag"), [Required(_l("Välj ett kostnadsslag."))])
    title = TextField(_l("Vad kostnaden gäller"), [Required(_l("Skriv vad kostnaden gäller."))])
    rate_id = ChoiceField(_l("Enhetskostnad"), description=_l("För personal: välj ur utlysningens tabell."))
    hours = HourField(
        _l("Timmar"), description=_l("För personal: timmar i hela projektet. Lämna tomt om du anger andel av heltid.")
    )
    share = ShareField(
        _l("Andel av heltid i procent"),
        description=_l(
            "För personal: hur mycket var och en arbetar. Timmarna räknas ut och följer med om dagarna ändras."
        ),
    )
    persons = WholeNumberField(
        _l("Personer som delar på timmarna"),
        [Required(_l("Ange minst en person."))],
        least=1,
        most=1000,
        default=1,
    )
    amount_kr = KronorField(_l("Belopp i kronor"), description=_l("För allt annat än personal."))
    follows_participants = BooleanField(
        _l("Priset är per deltagare"),
        description=_l(
            "För allt annat än personal: under Tänk om följer beloppet med när företag hoppar av. Ett pris per grupp "
            "står kvar."
        ),
    )
    activity_id = ChoiceField(_l("Aktivitet"), coerce=int, description=_l("Kostnaden följer aktivitetens dagar."))
    starts_on = DateField(_l("Första dag"), description=_PERIOD)
    ends_on = DateField(_l("Sista dag"), description=_PERIOD)


class CoFinancingForm(_PeriodForm):
    """A contribution to the financing."""

    kind = ChoiceField(_l("Slag"), [Required(_l("Välj vad det är för medfinansiering."))])
    title = TextField(_l("Beskrivning"), [Required(_l("Skriv vad bidraget består av."))])
    actor_id = ChoiceField(_l("Från vilken aktör"), coerce=int)
    contributor = TextField(_l("Från någon annan"), description=_l("Fyll i om den som bidrar inte är en aktör."))
    hours = HourField(_l("Timmar"), description=_l("För deltagarnas tid."))
    follows_groups = BooleanField(
        _l("Följ utbildningsgruppernas timmar"),
        description=_l(
            "För deltagarnas tid: räkna timmarna ur behoven som projektet möter, i stället för att skriva dem. "
            "Väljer du en aktivitet räknas bara dess behov."
        ),
    )
    amount_kr = KronorField(_l("Belopp i kronor"), description=_l("För allt annat än deltagarnas tid."))
    activity_id = ChoiceField(_l("Aktivitet"), coerce=int, description=_l("Bidraget följer aktivitetens dagar."))
    starts_on = DateField(_l("Första dag"), description=_PERIOD)
    ends_on = DateField(_l("Sista dag"), description=_PERIOD)


class BudgetFileForm(FileForm):
    """A workbook of the budget that somebody has filled in."""


class SaveFileForm(CreateForm):
    """What was read from a workbook and shown, on its way to be saved."""

    rows = HiddenField()
    state = HiddenField()

    def raw(self) -> Raw:
        """Give the rows that were shown; refuses what is no rows."""
        try:
            rows = json.loads(self.rows.data or "[]")
        except json.JSONDecodeError:
            rows = None
        if not isinstance(rows, list) or not all(isinstance(row, list) and row and _is_row(row) for row in rows):
            raise RefusedError(_("Läs in filen igen: det som visades kom inte fram helt."))
        return rows


def _is_row(cells: list[Any]) -> bool:
    return isinstance(cells[0], int) and all(cell is None or isinstance(cell, str) for cell in cells[1:])


class WhatIfForm(Form):
    """What is taken to be otherwise than planned."""

    class Meta:
        """Trying changes nothing and needs no token."""

        csrf = False

    fewer_companies = WholeNumberField(
        _l("Så många färre företag"), [Required(_l("Ange hur många företag färre, 0 om inga."))], default=0
    )
    hours_change = WholeNumberField(
        _l("Deltagarnas timmar, ändring i procent"),
        [Required(_l("Ange ändringen i procent, 0 om ingen."))],
        least=-100,
        most=100,
        default=0,
    )
    staff_price_change = WholeNumberField(
        _l("Personalens enhetskostnad, ändring i procent"),
        [Required(_l("Ange ändringen i procent, 0 om ingen."))],
        least=-50,
        most=50,
        default=0,
    )
    participant_price_change = WholeNumberField(
        _l("Deltagarnas enhetskostnad, ändring i procent"),
        [Required(_l("Ange ändringen i procent, 0 om ingen."))],
        least=-50,
        most=50,
        default=0,
    )

    def change(self) -> WhatIf:
        """Give what was filled in."""
        percent = {name: Decimal(value) for name, value in self.values().items() if name != "fewer_companies"}
        return WhatIf(fewer_companies=self.fewer_companies.data or 0, **percent)
