"""Forms of joint plans."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField
from wtforms.validators import Length, ValidationError

from broker.accounts.models import Organisation
from broker.forms import (
    CheckboxesField,
    ChoiceField,
    CreateForm,
    EditForm,
    LongTextField,
    Required,
    TextField,
    choices,
    pairs,
)
from broker.idempotency import new_token
from broker.leads.models import LeadGround
from broker.needs.joint.models import NAMED_GROUNDS
from broker.reference import queries as reference
from broker.swedish import sort_key

_LONGEST_REASON = 2_000


class StartPlanForm(CreateForm):
    """What a joint plan is called, and which topics it is about."""

    name = TextField(
        _l("Namn på samplaneringen"),
        [Required(_l("Skriv ett namn på samplaneringen."))],
        description=_l("Alla som bjuds in ser namnet. Skriv inget om företag."),
    )
    topic_ids = CheckboxesField(_l("Kompetensområden"), default=list, description=_l("Kryssa inget för alla områden."))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # Others know the national topics alone.
        rows = sorted(reference.topics().values(), key=lambda row: sort_key(row.label))
        self.topic_ids.choices = pairs((row.id, row.label) for row in rows)


class InviteForm(CreateForm):
    """Another organisation to plan with."""

    organisation_id = ChoiceField(_l("Organisation"), [Required(_l("Välj en organisation."))], coerce=int)

    def offer(self, organisations: list[Organisation]) -> None:
        """Fill in who can be invited."""
        self.organisation_id.choices = pairs(
            ((row.id, row.name) for row in organisations), empty=_("Välj organisation")
        )


class ContributeForm(EditForm):
    """On which ground the others may see a need, and whether they see whose it is."""

    token = HiddenField(default=new_token)
    ground = ChoiceField(
        _l("Grund för att lämna ut uppgifterna"),
        [Required(_l("Välj grund."))],
        coerce=LeadGround,
        # Nothing is chosen beforehand: a ground is somebody's judgement.
        choices=lambda: choices(LeadGround, empty=_("Välj grund")),
    )
    ground_note = TextField(
        _l("Vem har samtyckt, när och hur, eller varför passar paragrafen?"),
        [Required(_l("Skriv vem som har samtyckt, när och hur, eller varför paragrafen passar."))],
        description=_l("Bara din organisation ser vad du skriver här."),
    )
    is_named = BooleanField(_l("Företagets namn får visas för de andra"))
    is_judged = BooleanField(_l("Jag har prövat att det kan lämnas ut fast de andra kan gissa vilket företag det är"))

    few = False

    def validate_is_named(self, field: Field) -> None:
        """Refuse a name without the company's consent."""
        if field.data and self.ground.data and self.ground.data not in NAMED_GROUNDS:
            raise ValidationError(
                _("Namnet får följa med bara om företaget har samtyckt. Välj den grunden, eller låt bli namnet.")
            )

    def validate_is_judged(self, field: Field) -> None:
        """Refuse what gives the company away, unless somebody says that he has judged it."""
        if self.few and not self.is_named.data and not field.data:
            raise ValidationError(_("Pröva om det kan lämnas ut och kryssa i rutan, eller avstå."))


def _why_not() -> LongTextField:
    return LongTextField(
        _l("Varför säger ni nej?"),
        [
            Required(_l("Skriv några ord om varför.")),
            Length(max=_LONGEST_REASON, message=_l("Korta skälet till högst %(max)d tecken.")),
        ],
    )


class DeclineInvitationForm(EditForm):
    """Why we do not join."""

    reason = _why_not()


class DeclineGroupForm(EditForm):
    """Why we say no to a group, whose `reason` is why it belongs together."""

    declined_because = _why_not()


class ProposeGroupForm(CreateForm):
    """The proposal that a person accepts, as the page wrote it down, and who buys."""

    plan = HiddenField()
    host_id = HiddenField()
