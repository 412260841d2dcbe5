"""Forms of the rows of an application: needs, actors, commitments and the budget; the chain has its own."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from broker import idempotency
from broker.companies.models import InteractionKind
from broker.esf.form_fields import WordListField
from broker.esf.kinds import AidBasis, Sector
from broker.forms import (
    CheckboxesField,
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
    pairs,
)
from broker.needs.models import Barrier, CauseLevel
from broker.number_fields import EuroField
from broker.reference import queries as reference
from broker.reference.choices import municipality_choices

_CHOOSE = _l("Välj")
_LEGAL_FORMS = ("AB", "EK", "I", "S", "E", "HB", "KB", "81", "82", "83", "84")


class RowForm(EditForm):
    """A row that is made or changed by the same form: made once, and changed by one person at a time."""

    token = HiddenField(default=idempotency.new_token)


class ContributionForm(EditForm):
    """What a company's need says of its people, cause and consequence."""

    women = WholeNumberField(_l("Kvinnor"), [Required(_l("Ange antalet kvinnor, 0 om inga."))], most=10_000)
    men = WholeNumberField(_l("Män"), [Required(_l("Ange antalet män, 0 om inga."))], most=10_000)
    unknown_sex = WholeNumberField(
        _l("Kön okänt"), [Required(_l("Ange hur många vars kön ni inte vet, 0 om inga."))], most=10_000
    )
    cause = LongTextField(_l("Orsak"))
    cause_level = ChoiceField(
        _l("Orsakens nivå"), choices=lambda: choices(CauseLevel, empty=_CHOOSE), coerce=CauseLevel
    )
    is_cause_within_reach = ChoiceField(
        _l("Kan projektet påverka orsaken?"), coerce=lambda value: str(value) in ("True", "ja")
    )
    consequence = LongTextField(_l("Konsekvens om inget görs"))
    barriers = CheckboxesField(_l("Hinder för att delta"), choices=lambda: choices(Barrier))
    barrier_note = LongTextField(_l("Mer om hindren"))
    purpose = LongTextField(_l("Syfte"))
    contacted_on = DateField(_l("När företaget berättade om behovet"), [not_in_future])
    contact_kind = ChoiceField(
        _l("Hur kontakten togs"),
        choices=lambda: choices(InteractionKind.reached(), empty=_CHOOSE),
        coerce=InteractionKind,
    )
    price = KronorField(_l("Offentligt pris per deltagare"))
    left_out_reason = LongTextField(
        _l("Varför behovet lämnas utanför"), description=_l("Fyll bara i om projektet inte ska möta behovet.")
    )

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        answers = [("ja", _("Ja, den ligger inom räckhåll")), ("nej", _("Nej, den ligger utanför"))]
        self.is_cause_within_reach.choices = pairs(answers, empty=_CHOOSE)


class ActorForm(RowForm):
    """An organisation in the project."""

    role = ChoiceField(_l("Roll"), [Required(_l("Välj en roll."))])
    name = TextField(_l("Namn"), [Required(_l("Ange organisationens namn."))])
    organisation_number = TextField(
        _l("Organisationsnummer"), description=_l("Lämna tomt för en enskild näringsidkare.")
    )
    legal_form = ChoiceField(_l("Juridisk form"))
    sector = ChoiceField(
        _l("Sektor"), [Required(_l("Välj en sektor."))], choices=lambda: choices(Sector), coerce=Sector
    )
    municipality_code = ChoiceField(_l("Kommun"))
    reason = LongTextField(_l("Varför aktören behövs"))

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self.municipality_code.choices = municipality_choices(_CHOOSE)
        self.offer_legal_form(None)

    def offer_legal_form(self, code: str | None) -> None:
        """Offer the usual legal forms, and the one that the actor has from the register."""
        codes = dict.fromkeys([*_LEGAL_FORMS, *filter(None, [code])])
        self.legal_form.choices = pairs(((code, reference.legal_form_name(code)) for code in codes), empty=_CHOOSE)


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
        _l("Statsstödsgrund"),
        [Required(_l("Välj en grund."))],
        choices=lambda: choices(AidBasis),
        coerce=AidBasis,
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
