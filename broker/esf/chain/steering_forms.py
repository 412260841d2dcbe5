"""Forms of risks, the steering group, the follow-up, and of who takes the results over."""

from flask_babel import lazy_gettext as _l

from broker.esf.chain.models import EvaluationKind
from broker.esf.row_forms import RowForm
from broker.forms import (
    ChoiceField,
    DateField,
    EditForm,
    LongTextField,
    Required,
    TextField,
    WholeNumberField,
    choices,
    not_in_future,
)

_CHOOSE = _l("Välj")


class RiskForm(RowForm):
    """What can go wrong and what is done about it."""

    text = LongTextField(_l("Risk"), [Required(_l("Skriv vad som kan hända."))], render_kw={"rows": 3})
    likelihood = WholeNumberField(
        _l("Sannolikhet"), least=1, most=5, description=_l("1 är mycket osannolikt, 5 nästan säkert.")
    )
    impact = WholeNumberField(
        _l("Konsekvens"), least=1, most=5, description=_l("1 märks knappt, 5 hotar hela projektet.")
    )
    response = LongTextField(_l("Hur risken möts"), render_kw={"rows": 3})
    owner_role = TextField(_l("Vem som bevakar risken"), description=_l("En roll, inte ett namn."))
    reviewed_on = DateField(_l("Senast bedömd"), [not_in_future])


class SteeringMemberForm(RowForm):
    """A seat in the steering group."""

    role = TextField(
        _l("Roll"),
        [Required(_l("Ange vilken roll ledamoten har, till exempel näringslivschef."))],
        description=_l("Rollen skrivs i ansökan."),
    )
    organisation = TextField(_l("Organisation"))
    actor_role = ChoiceField(
        _l("Vad organisationen är i projektet"),
        description=_l("Styrgruppen bör ha minst en ledamot från varje slag av aktör."),
    )
    name = TextField(_l("Namn"), description=_l("Tas inte med i exporten."))


class MeetingForm(RowForm):
    """A day when the steering group meets."""

    held_on = DateField(_l("Dag"), [Required(_l("Ange vilken dag styrgruppen möts."))])
    note = TextField(_l("Vad som ska tas upp"))


class AnchoringForm(EditForm):
    """What the steering group may decide, and who takes the results over."""

    steering_mandate = LongTextField(_l("Vad styrgruppen får besluta"))
    steering_frequency = TextField(_l("Hur ofta styrgruppen möts"))
    uptake_owner = TextField(_l("Vem som tar över arbetssättet"))
    uptake_funding = TextField(_l("Med vilka pengar"))
    uptake_on = DateField(_l("Från vilket datum"))


class FollowUpForm(EditForm):
    """How the project is followed up and evaluated."""

    responsible = TextField(_l("Vem som följer upp"), description=_l("En roll, inte ett namn."))
    frequency = TextField(_l("Hur ofta"))
    data = LongTextField(_l("Med vilka uppgifter"), render_kw={"rows": 3})
    deviation = LongTextField(_l("Vad som händer när något avviker"), render_kw={"rows": 3})
    evaluation = ChoiceField(
        _l("Vem som utvärderar"), choices=lambda: choices(EvaluationKind, empty=_CHOOSE), coerce=EvaluationKind
    )
    evaluation_note = LongTextField(_l("Hur utvärderingen går till"), render_kw={"rows": 3})
    closing_months = WholeNumberField(
        _l("Månader för avslut"),
        least=0,
        most=12,
        description=_l("Så många månader i slutet hålls fria från utbildning. De märks ut i tidplanen."),
    )
