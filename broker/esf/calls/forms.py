"""Forms of calls: one as it was read, the same corrected, and its unit costs from a file."""

import re
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import Field, HiddenField
from wtforms.validators import ValidationError

from broker.esf.form_fields import AttachmentListField, PercentField, PriceListField, TimeField, WordListField
from broker.esf.kinds import AidBasis
from broker.forms import (
    ChoiceField,
    CreateForm,
    DateField,
    EditForm,
    KronorField,
    LongTextField,
    Required,
    TextField,
    WholeNumberField,
    choices,
    not_in_future,
)

# SNI has divisions of two digits, groups of three, classes of four and subclasses of five.
_INDUSTRY = re.compile(r"\d{2}(\.?\d{1,3})?")


class CallForm(CreateForm):
    """A call as it was read."""

    diary_no = TextField(_l("Diarienummer"), [Required(_l("Ange utlysningens diarienummer."))])
    text_version = TextField(
        _l("Version"),
        [Required(_l("Ange vilken version av texten du har läst."))],
        default="1",
        description=_l("Utlysningar rättas ibland medan de är öppna. Ny text blir en ny version."),
    )
    title = TextField(_l("Namn"), [Required(_l("Ange utlysningens namn."))])
    region = TextField(_l("Region"), [Required(_l("Ange vilken region utlysningen gäller."))])
    programme_area = TextField(_l("Programområde"), [Required(_l("Ange programområdet, till exempel A."))])
    specific_objective = TextField(_l("Särskilt mål"))
    opens_on = DateField(_l("Öppnar"), [Required(_l("Ange när utlysningen öppnar."))])
    closes_on = DateField(_l("Stänger"), [Required(_l("Ange vilken dag utlysningen stänger."))])
    closing_time = TimeField(
        _l("Klockslag"),
        [Required(_l("Ange klockslaget då utlysningen stänger."))],
        description=_l("Klockslaget gäller både ansökan och bilagor. Det står i utlysningen."),
    )
    signing_deadline = DateField(_l("Sista dag att signera"))
    budget_kr = KronorField(_l("Utlysningens belopp i kronor"))
    cofinancing_rate = PercentField(
        _l("Medfinansiering i procent"), [Required(_l("Ange medfinansieringen i procent, till exempel 46."))]
    )
    budget_model = ChoiceField(_l("Budgetmodell"), [Required(_l("Välj den budgetmodell som utlysningen anger."))])
    flat_rate = PercentField(
        _l("Schablon på personalkostnaden i procent"),
        description=_l("Fyll i om utlysningen anger en. Annars gäller den som hör till budgetmodellen."),
    )
    max_months = WholeNumberField(
        _l("Längsta projekttid i månader"), [Required(_l("Ange högsta antal månader."))], least=1, most=120
    )
    earliest_start = DateField(_l("Tidigaste start"), [Required(_l("Ange tidigaste start."))])
    latest_start = DateField(_l("Senaste start"), [Required(_l("Ange senaste start."))])
    latest_end = DateField(_l("Senaste slut"), [Required(_l("Ange senaste slut."))])
    attachments = AttachmentListField(
        _l("Bilagor"),
        description=_l("En bilaga per rad. Skriv ; frivillig efter en bilaga som inte krävs."),
    )
    state_aid_basis = ChoiceField(
        _l("Statsstödsgrund"),
        [Required(_l("Välj den grund som utlysningen anger."))],
        choices=lambda: choices(AidBasis),
        coerce=AidBasis,
    )
    parts = WordListField(_l("Delar och mål i utlysningen"), description=_l("En per rad. Projektets mål pekar på dem."))
    sectors = WordListField(
        _l("Branscher som får delta"),
        description=_l("SNI-koder, en per rad, till exempel 25 eller 25.11. Lämna tomt om alla får delta."),
    )
    priorities = WordListField(_l("Vad utlysningen prioriterar"), description=_l("En grund per rad."))
    phases = WordListField(_l("Faser"), description=_l("En fas per rad, om utlysningen har några."))
    excerpt = LongTextField(
        _l("Text ur utlysningen"), description=_l("Det som ni vill ha till hands när ni skriver, till exempel syftet.")
    )
    unit_costs = PriceListField(
        _l("Enhetskostnader"),
        description=_l(
            "En per rad: benämning; pris per timme. Skriv deltagare; pris för deltagarnas tid. "
            "En hel tabell läser du in från en fil när utlysningen är sparad."
        ),
    )
    read_on = DateField(_l("Läst den"), [Required(_l("Ange när du läste utlysningen.")), not_in_future])
    source = TextField(_l("Källa"), [Required(_l("Ange var utlysningen finns, till exempel dess adress."))])

    def validate_closes_on(self, field: Field) -> None:
        """Refuse a call that closes before it opens."""
        _refuse_before(field.data, self.opens_on.data, _("Ange en dag då utlysningen har öppnat, eller senare."))

    def validate_signing_deadline(self, field: Field) -> None:
        """Refuse a last day for signatures before the call has closed."""
        _refuse_before(field.data, self.closes_on.data, _("Ange samma dag som utlysningen stänger, eller en senare."))

    def validate_latest_start(self, field: Field) -> None:
        """Refuse a window that ends before it begins."""
        _refuse_before(field.data, self.earliest_start.data, _("Ange en dag som inte ligger före tidigaste start."))

    def validate_latest_end(self, field: Field) -> None:
        """Refuse a last end before the projects have begun."""
        _refuse_before(field.data, self.latest_start.data, _("Ange en dag efter senaste start."), is_same_refused=True)

    def validate_sectors(self, field: Field) -> None:
        """Refuse what is no code of an industry."""
        odd = [code for code in field.data or [] if not _INDUSTRY.fullmatch(code)]
        if odd:
            raise ValidationError(
                _("Skriv koden med siffror, till exempel 25 eller 25.11: %(codes)s.", codes=", ".join(odd[:5]))
            )


class CorrectCallForm(CallForm):
    """A later text of the same call: everything filled in as it was, to be changed where the text has been."""

    diary_no = None  # type: ignore[assignment]  # This is how WTForms takes a field out; it stays as it was.


class PricesForm(CreateForm):
    """A file with unit costs, or the same file once more when it has been looked at."""

    file = FileField(_l("Fil"))
    upload = HiddenField()


class MoveForm(EditForm):
    """The step to another version, taken on the report that was shown."""

    seen = HiddenField()


def _refuse_before(day: Any, first: Any, sentence: str, *, is_same_refused: bool = False) -> None:
    if isinstance(day, date) and isinstance(first, date) and (day < first or (is_same_refused and day == first)):
        raise ValidationError(sentence)
