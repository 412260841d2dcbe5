"""Forms of projects, members, answers, joining cohorts, gates and attachments."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from broker.esf.kinds import JoinGround
from broker.file_kinds import ACCEPTED
from broker.forms import (
    ChoiceField,
    CreateForm,
    DateField,
    EditForm,
    Form,
    KronorField,
    LongTextField,
    Required,
    SometimesRequired,
    TextField,
    choices,
)
from broker.number_fields import RateField


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
    ground_note = LongTextField(
        _l("Grund för att den får se behoven"),
        description=_l(
            "Behövs när behov redan är med: vem som har samtyckt till just den här organisationen, när och hur, "
            "eller vilken paragraf som gäller."
        ),
        render_kw={"rows": 3},
    )


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
        _l("Anteckning"),
        [SometimesRequired()],
        description=_l("Behövs när det är uppfyllt: vad har du sett? Till exempel beslutets datum och diarienummer."),
    )


class AttachmentForm(CreateForm):
    """A file for the application."""

    kind = ChoiceField(_l("Bilaga"), [Required(_l("Välj vilken bilaga det är."))])
    file = FileField(_l("Fil"), [FileRequired(_l("Välj en fil."))], description=ACCEPTED)
