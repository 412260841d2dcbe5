"""Forms of agreements and of questions to colleagues."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field
from wtforms.validators import Length, ValidationError

from broker import clock
from broker.accounts.models import Organisation
from broker.formatting import day
from broker.forms import ChoiceField, CreateForm, DateField, EditForm, LongTextField, Required, TextField, pairs
from broker.traces import queries
from broker.traces.models import Trace
from broker.traces.queries import Neighbour

_LONGEST_REFERENCE, _LONGEST_BASIS, _LONGEST_REASON, _LONGEST_QUESTION = 100, 500, 2_000, 2_000


def _in_a_year() -> date:
    return queries.last_day(clock.today(), 1)


class AgreementForm(CreateForm):
    """An agreement to propose."""

    receiver_id = ChoiceField(_l("Med vilken organisation?"), [Required(_l("Välj organisation."))], coerce=int)
    reference = TextField(
        _l("Diarienummer eller beteckning"),
        [
            Required(_l("Ange diarienumret, eller vad ni kallar överenskommelsen.")),
            Length(
                max=_LONGEST_REFERENCE,
                message=_l("Korta beteckningen till högst %(max)d tecken. Skriv resten i fältet om vad den vilar på."),
            ),
        ],
    )
    basis = TextField(
        _l("Vad vilar den på?"),
        [
            Required(_l("Skriv med en mening vad överenskommelsen vilar på.")),
            Length(
                max=_LONGEST_BASIS,
                message=_l(
                    "Korta texten till högst %(max)d tecken. Hänvisa till beslutet i stället för att återge det."
                ),
            ),
        ],
    )
    starts_on = DateField(_l("Gäller från och med"), [Required(_l("Ange den första dagen."))], default=clock.today)
    ends_on = DateField(_l("Gäller till och med"), [Required(_l("Ange den sista dagen."))], default=_in_a_year)
    has_sole_traders = BooleanField(_l("Också enskilda firmor"))

    def offer(self, organisations: list[Organisation]) -> None:
        """Fill in with whom an agreement can be made."""
        self.receiver_id.choices = pairs(((row.id, row.name) for row in organisations), empty=_("Välj organisation"))

    def validate_ends_on(self, field: Field) -> None:
        """Refuse days in the wrong order, days that have passed, and more years than anybody answers for."""
        if not field.data:
            return
        if field.data < clock.today():
            raise ValidationError(_("Ange en dag från och med i dag."))
        if self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("Ange en sista dag som ligger efter den första."))
        years = queries.trace_rules(clock.today()).longest_years
        last = queries.last_day(self.starts_on.data or clock.today(), years)
        if field.data > last:
            raise ValidationError(_("Ange en dag senast den %(day)s.", day=day(last)))


class ReasonForm(EditForm):
    """Why we say no."""

    reason = LongTextField(
        _l("Varför avböjer ni?"),
        [
            Required(_l("Skriv några ord om varför.")),
            Length(max=_LONGEST_REASON, message=_l("Korta skälet till högst %(max)d tecken.")),
        ],
    )


class QuestionForm(CreateForm):
    """A question to a colleague in another organisation."""

    to = ChoiceField(_l("Till"), [Required(_l("Välj vem du frågar."))], coerce=int)
    text = LongTextField(
        _l("Vad vill du fråga?"),
        [
            Required(_l("Skriv din fråga.")),
            Length(max=_LONGEST_QUESTION, message=_l("Korta frågan till högst %(max)d tecken.")),
        ],
        render_kw={"rows": 4},
    )

    def offer(self, traces: list[Trace], neighbour: Neighbour) -> None:
        """Fill in whom the traces name, or all who could answer when everybody has left."""
        self.colleagues = {trace.colleague.user_id: trace.colleague for trace in traces if trace.colleague}
        named = {key: colleague.name for key, colleague in self.colleagues.items()}
        self.to.choices = pairs((named or {0: _("Alla som kan svara hos %(name)s", name=neighbour.name)}).items())

    def values(self) -> dict[str, Any]:
        """Give the question, and the colleague if one is named."""
        return {"text": self.text.data, "colleague": self.colleagues.get(self.to.data)}
