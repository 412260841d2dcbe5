"""Forms of calls, projects, members, answers, joining cohorts, gates and attachments."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField
from wtforms.validators import ValidationError

from broker.esf.form_fields import AttachmentListField, PercentField, PriceListField, TimeField
from broker.esf.kinds import AidBasis, JoinGround
from broker.forms import (
    ChoiceField,
    CreateForm,
    DateField,
    EditForm,
    Form,
    KronorField,
    LongTextField,
    Required,
    TextField,
    WholeNumberField,
    choices,
    not_in_future,
)
from broker.number_fields import RateField

_CHOOSE = _l("Välj")
_LEGAL_FORMS = ("AB", "EK", "I", "S", "E", "HB", "KB", "81", "82", "83", "84")


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
    unit_costs = PriceListField(
        _l("Enhetskostnader"),
        description=_l("En per rad: benämning; pris per timme. Skriv deltagare; pris för deltagarnas tid."),
    )
    read_on = DateField(_l("Läst den"), [Required(_l("Ange när du läste utlysningen.")), not_in_future])
    source = TextField(_l("Källa"), [Required(_l("Ange var utlysningen finns, till exempel dess adress."))])


class ProjectForm(CreateForm):
    """A new project."""

    call_id = ChoiceField(_l("Utlysning"), [Required(_l("Välj en utlysning."))], coerce=int)
    name = TextField(
        _l("Projektets namn"),
        [Required(_l("Ange projektets namn."))],
        description=_l("Undvik företagsnamn: ansökan blir allmän handling."),
    )
    starts_on = DateField(_l("Start"), [Required(_l("Ange när projektet startar."))])
    ends_on = DateField(_l("Slut"), [Required(_l("Ange när projektet slutar."))])


class EditProjectForm(EditForm):
    """The facts of a project."""

    name = TextField(_l("Projektets namn"), [Required(_l("Ange projektets namn."))])
    starts_on = DateField(_l("Start"), [Required(_l("Ange när projektet startar."))])
    ends_on = DateField(_l("Slut"), [Required(_l("Ange när projektet slutar."))])
    sek_per_eur = RateField(_l("Kronor per euro"), description=_l("Kursen den dag då stödet räknas som beviljat."))
    rate_on = DateField(_l("Kursens dag"))
    rate_source = TextField(_l("Kursens källa"))
    signatory = TextField(_l("Behörig företrädare"), description=_l("Tas inte med i exporten."))
    contact = TextField(_l("Kontaktperson"), description=_l("Tas inte med i exporten."))


class MemberForm(Form):
    """Another organisation for the project."""

    organisation_id = ChoiceField(_l("Organisation"), [Required(_l("Välj en organisation."))], coerce=int)


def ground_field() -> ChoiceField:
    """Give the question on which ground needs are handed to a project."""
    return ChoiceField(
        _l("Grund för att lämna behoven till projektet"),
        [Required(_l("Välj en grund."))],
        # Nothing is chosen beforehand: a ground is somebody's judgement.
        choices=lambda: choices(JoinGround, empty=_("Välj grund")),
        coerce=JoinGround,
    )


def ground_note_field() -> LongTextField:
    """Give the question that the ground is described by."""
    return LongTextField(
        _l("Beskriv grunden"),
        [Required(_l("Skriv vem som har samtyckt, när och hur, eller vilken paragraf som gäller."))],
    )


class JoinForm(CreateForm):
    """A cohort that comes into the project."""

    cohort_id = ChoiceField(_l("Utbildningsgrupp"), [Required(_l("Välj en utbildningsgrupp."))], coerce=int)
    ground, ground_note = ground_field(), ground_note_field()
    price_kr = KronorField(
        _l("Offentligt pris per deltagare"),
        description=_l("Lämna tomt för att hämta priset från den anordnare som inköpet har valt."),
    )
    double_reason = LongTextField(
        _l("Varför gruppen är med i två ansökningar"),
        description=_l("Behövs bara om gruppen redan är med i en annan ansökan till samma utlysning."),
    )


class TakeOutForm(CreateForm):
    """Why a cohort is taken out of a project."""

    reason = LongTextField(
        _l("Varför gruppen tas ur projektet"), [Required(_l("Skriv varför gruppen tas ur projektet."))]
    )


class GateForm(EditForm):
    """What a person says of a gate; that it is met needs a word on why."""

    is_met = BooleanField(_l("Uppfyllt"))
    note = TextField(
        _l("Anteckning"), description=_l("Vad har du sett? Till exempel beslutets datum och diarienummer.")
    )


class AttachmentForm(Form):
    """A file for the application."""

    kind = ChoiceField(_l("Bilaga"), [Required(_l("Välj vilken bilaga det är."))])
    file = FileField(_l("Fil"))

    def validate_file(self, field: FileField) -> None:
        """Refuse an empty choice."""
        if not field.data or not field.data.filename:
            raise ValidationError(_("Välj en fil."))
