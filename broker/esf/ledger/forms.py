"""Forms of the ledger: an aid that we note, the rate of a day, and the day that the ledger is for."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from broker.esf.row_forms import RowForm
from broker.forms import DateField, EditForm, Form, KronorField, Required, TextField, not_in_future
from broker.number_fields import EuroField, RateField


class GrantForm(RowForm):
    """An aid with the day on which the right to it arose."""

    giver = TextField(_l("Vem gav stödet?"), [Required(_l("Ange vem som gav stödet."))])
    instrument = TextField(
        _l("Slag av stöd"), [Required(_l("Ange slaget, till exempel bidrag eller utbildning utan avgift."))]
    )
    granted_on = DateField(
        _l("Beviljat"),
        [Required(_l("Ange dagen då stödet beviljades.")), not_in_future],
        description=_l("Dagen då rätten till stödet uppkom, inte när det betalades ut."),
    )
    amount_kr = KronorField(_l("Belopp i kronor"))
    sek_per_eur = RateField(_l("Kronor per euro den dagen"))
    rate_source = TextField(_l("Var kursen är läst"))
    amount_eur = EuroField(_l("Belopp i euro"), description=_l("Bara om beslutet är i euro. Annars räknas det ut."))
    is_ours = BooleanField(_l("Vi gav stödet och ska registrera det"))


class AidRateForm(EditForm):
    """The rate of the day on which an aid was granted."""

    sek_per_eur = RateField(_l("Kronor per euro den dagen"), [Required(_l("Ange kursen, till exempel 11,0475."))])
    rate_source = TextField(_l("Var kursen är läst"), [Required(_l("Ange var du läste kursen."))])


class LedgerDayForm(Form):
    """The day that the room is asked for."""

    class Meta:
        """It only reads."""

        csrf = False

    dag = DateField(_l("Dag"))
