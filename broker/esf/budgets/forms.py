"""Forms of the budget's rows."""

from flask_babel import lazy_gettext as _l

from broker.esf.form_fields import HourField
from broker.esf.row_forms import RowForm
from broker.forms import ChoiceField, KronorField, Required, TextField, WholeNumberField


class BudgetRowForm(RowForm):
    """A cost in a beneficiary's part of the budget."""

    actor_id = ChoiceField(_l("Stödmottagare"), [Required(_l("Välj vems kostnaden är."))], coerce=int)
    cost_type = ChoiceField(_l("Kostnadsslag"), [Required(_l("Välj ett kostnadsslag."))])
    title = TextField(_l("Vad kostnaden gäller"), [Required(_l("Skriv vad kostnaden gäller."))])
    rate_id = ChoiceField(_l("Enhetskostnad"), description=_l("För personal: välj ur utlysningens tabell."))
    hours = HourField(_l("Timmar"), description=_l("För personal: timmar i hela projektet."))
    persons = WholeNumberField(
        _l("Personer som delar på timmarna"),
        [Required(_l("Ange minst en person."))],
        least=1,
        most=1000,
        default=1,
    )
    amount_kr = KronorField(_l("Belopp i kronor"), description=_l("För allt annat än personal."))


class CoFinancingForm(RowForm):
    """A contribution to the financing."""

    kind = ChoiceField(_l("Slag"), [Required(_l("Välj vad det är för medfinansiering."))])
    title = TextField(_l("Beskrivning"), [Required(_l("Skriv vad bidraget består av."))])
    contributor = TextField(_l("Från vem"))
    hours = HourField(_l("Timmar"), description=_l("För deltagarnas tid."))
    amount_kr = KronorField(_l("Belopp i kronor"), description=_l("För allt annat än deltagarnas tid."))
