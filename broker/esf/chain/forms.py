"""Forms of the chain: causes, goals, milestones, effects and activities."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import Length

from broker.esf.chain.models import EffectKind
from broker.esf.kinds import MethodBasis
from broker.esf.row_forms import RowForm
from broker.forms import (
    CheckboxesField,
    ChoiceField,
    DateField,
    LongTextField,
    Required,
    TextField,
    WholeNumberField,
    choices,
    pairs,
)
from broker.needs.models import CauseLevel
from broker.providers.models import Mode
from broker.reference.choices import municipality_choices

_CHOOSE = _l("Välj")
# A cause or goal is chosen from lists and quoted in sentences; what explains it belongs to the answers.
_LONGEST = 500


class CauseForm(RowForm):
    """A cause of the problem, and the needs in which it was told."""

    text = LongTextField(
        _l("Orsak"),
        [
            Required(_l("Skriv orsaken till problemet.")),
            Length(max=_LONGEST, message=_l("Korta orsaken till högst %(max)d tecken. Skriv resten i svaren.")),
        ],
        render_kw={"rows": 3},
    )
    level = ChoiceField(_l("Nivå"), choices=lambda: choices(CauseLevel, empty=_CHOOSE), coerce=CauseLevel)
    is_within_reach = ChoiceField(
        _l("Kan projektet påverka orsaken?"), coerce=lambda value: str(value) in ("True", "ja")
    )
    contribution_ids = CheckboxesField(_l("Behov som orsaken kommer ur"), coerce=int)

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        answers = [("ja", _("Ja, den ligger inom räckhåll")), ("nej", _("Nej, den ligger utanför"))]
        self.is_within_reach.choices = pairs(answers, empty=_CHOOSE)


class GoalForm(RowForm):
    """A goal, and which causes it answers."""

    text = LongTextField(
        _l("Mål"),
        [
            Required(_l("Skriv vad projektet ska uppnå.")),
            Length(max=_LONGEST, message=_l("Korta målet till högst %(max)d tecken. Skriv resten i svaren.")),
        ],
        render_kw={"rows": 3},
    )
    actor_id = ChoiceField(
        _l("Vems målet är"), coerce=int, description=_l("Hela projektets, eller en organisations eget mål i projektet.")
    )
    cause_ids = CheckboxesField(_l("Orsaker som målet svarar mot"), coerce=int)
    call_part = TextField(_l("Del av utlysningen"))


class PartGoalForm(GoalForm):
    """A goal of a project whose call says of which parts it consists; what was typed before is kept as a choice."""

    call_part = ChoiceField(_l("Del av utlysningen"))

    def __init__(self, call_parts: Sequence[str], **options: object) -> None:
        super().__init__(**options)
        typed = self.call_part.object_data
        named = [(part, part) for part in call_parts]
        if typed and typed not in call_parts:
            named.append((typed, _("%(part)s (finns inte i utlysningen)", part=typed)))
        self.call_part.choices = pairs(named, empty=_CHOOSE)


class MilestoneForm(RowForm):
    """How far a goal has been reached on a day."""

    indicator = TextField(_l("Mått"), [Required(_l("Ange vad som mäts, till exempel antal intyg."))])
    baseline = TextField(_l("Utgångsläge"))
    target = TextField(_l("Målvärde"))
    due_on = DateField(_l("Datum"))
    data_source = TextField(_l("Var uppgiften hämtas"))


class EffectForm(RowForm):
    """What a goal leads to."""

    kind = ChoiceField(
        _l("Slag"), [Required(_l("Välj ett slag."))], choices=lambda: choices(EffectKind), coerce=EffectKind
    )
    text = LongTextField(
        _l("Resultat eller effekt"),
        [
            Required(_l("Skriv vad målet leder till.")),
            Length(max=_LONGEST, message=_l("Korta texten till högst %(max)d tecken. Skriv resten i svaren.")),
        ],
        description=_l("För individ, företag och region. Skilj på det ni själva styr över och det ni bidrar till."),
        render_kw={"rows": 3},
    )
    due_on = DateField(_l("När det märks, senast"))
    sign = TextField(_l("Hur det märks"))
    owner_role = TextField(
        _l("Roll som svarar för det"), description=_l("En roll, inte ett namn: ansökan blir allmän handling.")
    )


class ActivityForm(RowForm):
    """An activity: for what, how and when."""

    title = TextField(_l("Aktivitet"), [Required(_l("Ange vad aktiviteten heter."))])
    goal_ids = CheckboxesField(_l("Mål som aktiviteten svarar mot"), coerce=int)
    contribution_ids = CheckboxesField(
        _l("Behov som möts"),
        coerce=int,
        description=_l("Ett behov kan mötas av flera aktiviteter. Timmarna räknas en gång."),
    )
    hours = WholeNumberField(_l("Timmar per deltagare"), most=10_000, default=0)
    mode = ChoiceField(_l("Form"), choices=lambda: choices(Mode, empty=_CHOOSE), coerce=Mode)
    municipality_code = ChoiceField(_l("Kommun"))
    provider_name = TextField(_l("Utförare"))
    provider_number = TextField(_l("Utförarens organisationsnummer"))
    starts_on = DateField(_l("Start"))
    ends_on = DateField(_l("Slut"))
    method_basis = ChoiceField(
        _l("Vad arbetssättet bygger på"),
        choices=lambda: choices(MethodBasis, empty=_CHOOSE),
        coerce=MethodBasis,
    )
    method_reference = LongTextField(_l("Hänvisning"))
    adjustments = LongTextField(
        _l("Anpassningar"),
        description=_l("Vad som görs annorlunda för jämställdhet, tillgänglighet och icke-diskriminering."),
    )

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self.municipality_code.choices = municipality_choices(_CHOOSE)
