"""Forms of calls, projects, answers and the rows of an application."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField
from wtforms.validators import ValidationError

from broker.companies.models import InteractionKind
from broker.esf.form_fields import (
    AttachmentListField,
    EuroField,
    HourField,
    PercentField,
    PriceListField,
    RateField,
    SourcesField,
    TimeField,
    WordListField,
)
from broker.esf.kinds import AidBasis, JoinGround, MethodBasis, Sector
from broker.forms import (
    CheckboxesField,
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
    pairs,
)
from broker.needs.models import CauseLevel
from broker.providers.models import Mode
from broker.reference import queries as reference

_CHOOSE = _l("Välj")


def _municipality_choices() -> list[object]:
    return pairs(((place.code, place.name) for place in reference.municipalities().values()), empty=_CHOOSE)


class CallForm(CreateForm):
    """A call as it was read."""

    diary_no = TextField(_l("Diarienummer"), [Required(_l("Ange utlysningens diarienummer."))])
    version = TextField(
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
        _l("Statsstödsgrund"), [Required(_l("Välj den grund som utlysningen anger."))], choices=choices(AidBasis)
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


class AnchoringForm(EditForm):
    """The steering group, and who takes the results over."""

    steering_members = LongTextField(
        _l("Styrgruppens ledamöter"), description=_l("Skriv roller och organisationer, inte namn på personer.")
    )
    steering_mandate = LongTextField(_l("Vad styrgruppen får besluta"))
    steering_frequency = TextField(_l("Hur ofta styrgruppen möts"))
    uptake_owner = TextField(_l("Vem som tar över arbetssättet"))
    uptake_funding = TextField(_l("Med vilka pengar"))
    uptake_on = DateField(_l("Från vilket datum"))


class MemberForm(Form):
    """Another organisation for the project."""

    organisation_id = ChoiceField(_l("Organisation"), [Required(_l("Välj en organisation."))], coerce=int)


class AnswerForm(EditForm):
    """The answer to one question."""

    text = LongTextField(_l("Svar"))
    sources = SourcesField()


class JoinForm(CreateForm):
    """A cohort that comes into the project."""

    cohort_id = ChoiceField(_l("Utbildningsgrupp"), [Required(_l("Välj en utbildningsgrupp."))], coerce=int)
    ground = ChoiceField(
        _l("Grund för att lämna behoven till projektet"), [Required(_l("Välj en grund."))], choices=choices(JoinGround)
    )
    ground_note = LongTextField(
        _l("Beskriv grunden"),
        [Required(_l("Skriv vem som har samtyckt, när och hur, eller vilken paragraf som gäller."))],
    )
    price_kr = KronorField(
        _l("Offentligt pris per deltagare"),
        description=_l("Lämna tomt för att hämta priset från den anordnare som inköpet har valt."),
    )


class ContributionForm(EditForm):
    """What a company's need says of cause and consequence."""

    cause = LongTextField(_l("Orsak"))
    cause_level = ChoiceField(
        _l("Orsakens nivå"), choices=choices(CauseLevel, empty=_CHOOSE), coerce=CauseLevel
    )
    is_cause_within_reach = ChoiceField(
        _l("Kan projektet påverka orsaken?"), coerce=lambda value: str(value) in ("True", "ja")
    )
    consequence = LongTextField(_l("Konsekvens om inget görs"))
    purpose = LongTextField(_l("Syfte"))
    contacted_on = DateField(_l("När företaget berättade om behovet"), [not_in_future])
    contact_kind = ChoiceField(
        _l("Hur kontakten togs"), choices=choices(InteractionKind, empty=_CHOOSE), coerce=InteractionKind
    )
    price = KronorField(_l("Offentligt pris per deltagare"))
    left_out_reason = LongTextField(
        _l("Varför behovet lämnas utanför"), description=_l("Fyll bara i om projektet inte ska möta behovet.")
    )

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        answers = [("ja", _("Ja, den ligger inom räckhåll")), ("nej", _("Nej, den ligger utanför"))]
        self.is_cause_within_reach.choices = pairs(answers, empty=_CHOOSE)


class GoalForm(EditForm):
    """A goal and how it is followed up."""

    text = LongTextField(_l("Mål"), [Required(_l("Skriv vad projektet ska uppnå."))])
    cause = ChoiceField(_l("Orsak som målet svarar mot"), description=_l("Hämtas från företagens behov."))
    call_part = TextField(_l("Del av utlysningen"))
    indicator = TextField(_l("Mått"))
    baseline = TextField(_l("Utgångsläge"))
    target = TextField(_l("Målvärde"))
    due_on = DateField(_l("Datum"))
    data_source = TextField(_l("Var uppgiften hämtas"))
    short_term_effect = LongTextField(_l("Effekt på kort sikt"))
    long_term_effect = LongTextField(_l("Effekt på lång sikt"))


class ActivityForm(EditForm):
    """An activity: for what, how and when."""

    title = TextField(_l("Aktivitet"), [Required(_l("Ange vad aktiviteten heter."))])
    goal_id = ChoiceField(_l("Mål"), coerce=int)
    contribution_ids = CheckboxesField(_l("Behov som möts"), coerce=int)
    hours = WholeNumberField(_l("Timmar per deltagare"), most=10_000, default=0)
    mode = ChoiceField(_l("Form"), choices=choices(Mode, empty=_CHOOSE), coerce=Mode)
    municipality_code = ChoiceField(_l("Kommun"))
    provider_name = TextField(_l("Utförare"))
    provider_number = TextField(_l("Utförarens organisationsnummer"))
    starts_on = DateField(_l("Start"))
    ends_on = DateField(_l("Slut"))
    method_basis = ChoiceField(
        _l("Vad arbetssättet bygger på"), choices=choices(MethodBasis, empty=_CHOOSE), coerce=MethodBasis
    )
    method_reference = LongTextField(_l("Hänvisning"))
    adjustments = LongTextField(
        _l("Anpassningar"),
        description=_l("Vad som görs annorlunda för jämställdhet, tillgänglighet och icke-diskriminering."),
    )

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self.municipality_code.choices = _municipality_choices()


class ActorForm(EditForm):
    """An organisation in the project."""

    role = ChoiceField(_l("Roll"), [Required(_l("Välj en roll."))])
    name = TextField(_l("Namn"), [Required(_l("Ange organisationens namn."))])
    organisation_number = TextField(
        _l("Organisationsnummer"), description=_l("Lämna tomt för en enskild näringsidkare.")
    )
    legal_form = ChoiceField(_l("Juridisk form"))
    sector = ChoiceField(_l("Sektor"), [Required(_l("Välj en sektor."))], choices=choices(Sector), coerce=Sector)
    municipality_code = ChoiceField(_l("Kommun"))
    reason = LongTextField(_l("Varför aktören behövs"))

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self.municipality_code.choices = _municipality_choices()
        self.legal_form.choices = pairs(reference.legal_forms().items(), empty=_CHOOSE)


class CommitmentForm(EditForm):
    """What a company has promised, and its figures for state aid."""

    signed_on = DateField(_l("Åtagandet undertecknat"), [not_in_future])
    women = WholeNumberField(_l("Kvinnor"), [Required(_l("Ange antalet kvinnor, 0 om inga."))], most=10_000)
    men = WholeNumberField(_l("Män"), [Required(_l("Ange antalet män, 0 om inga."))], most=10_000)
    hours = WholeNumberField(_l("Deltagartimmar sammanlagt"), [Required(_l("Ange timmarna, 0 om inga."))])
    staff = WholeNumberField(_l("Anställda i företaget eller koncernen"))
    turnover_eur = EuroField(_l("Omsättning i euro"))
    balance_eur = EuroField(_l("Balansomslutning i euro"))
    group_numbers = WordListField(
        _l("Koncernens organisationsnummer"), description=_l("Ett per rad, utan företagets eget.")
    )
    fee_kr = KronorField(_l("Avgift som företaget betalar"), [Required(_l("Ange avgiften, 0 om ingen."))])
    aid_basis = ChoiceField(
        _l("Statsstödsgrund"), [Required(_l("Välj en grund."))], choices=choices(AidBasis), coerce=AidBasis
    )
    is_disadvantaged = BooleanField(_l("Deltagarna är arbetstagare med funktionsnedsättning eller mindre gynnade"))
    certificate_on = DateField(_l("Intyg om försumbart stöd"), [not_in_future])


class EarlierAidForm(CreateForm):
    """De minimis aid that a company had before."""

    giver = TextField(_l("Vem som gav stödet"), [Required(_l("Ange vem som gav stödet."))])
    amount_eur = EuroField(_l("Belopp i euro"), [Required(_l("Ange beloppet i euro."))])
    granted_on = DateField(_l("Beviljat"), [Required(_l("Ange dagen då stödet beviljades.")), not_in_future])
    organisation_number = TextField(
        _l("Organisationsnummer"), description=_l("Lämna tomt om det var företaget självt.")
    )


class BudgetRowForm(EditForm):
    """A cost in a beneficiary's part of the budget."""

    actor_id = ChoiceField(_l("Stödmottagare"), [Required(_l("Välj vems kostnaden är."))], coerce=int)
    cost_type = ChoiceField(_l("Kostnadsslag"), [Required(_l("Välj ett kostnadsslag."))])
    title = TextField(_l("Vad kostnaden gäller"), [Required(_l("Skriv vad kostnaden gäller."))])
    rate_id = ChoiceField(_l("Enhetskostnad"), description=_l("För personal: välj ur utlysningens tabell."))
    hours = HourField(_l("Timmar"), description=_l("För personal: timmar i hela projektet."))
    persons = WholeNumberField(
        _l("Personer som delar på timmarna"), [Required(_l("Ange minst en person."))], least=1, most=1000, default=1
    )
    amount_kr = KronorField(_l("Belopp i kronor"), description=_l("För allt annat än personal."))


class CoFinancingForm(EditForm):
    """A contribution to the financing."""

    kind = ChoiceField(_l("Slag"), [Required(_l("Välj vad det är för medfinansiering."))])
    title = TextField(_l("Beskrivning"), [Required(_l("Skriv vad bidraget består av."))])
    contributor = TextField(_l("Från vem"))
    hours = HourField(_l("Timmar"), description=_l("För deltagarnas tid."))
    amount_kr = KronorField(_l("Belopp i kronor"), description=_l("För allt annat än deltagarnas tid."))


class GateForm(Form):
    """What a person says of a gate."""

    is_met = BooleanField(_l("Uppfyllt"))
    note = TextField(_l("Anteckning"))


class AttachmentForm(Form):
    """A file for the application."""

    kind = ChoiceField(_l("Bilaga"), [Required(_l("Välj vilken bilaga det är."))])
    file = FileField(_l("Fil"))

    def validate_file(self, field: FileField) -> None:
        """Refuse an empty choice."""
        if not field.data or not field.data.filename:
            raise ValidationError(_("Välj en fil."))
