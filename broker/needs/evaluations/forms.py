"""The form of those who took part; its fields are the questions."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, RadioField
from wtforms.validators import ValidationError

from broker.forms import LongTextField, Required, pairs
from broker.leads.tips.forms import TEXT, StampedForm
from broker.leads.tips.queries import TipRules
from broker.reference.queries import text_of

_QUESTION = "fraga_"


class _ScaleField(RadioField):
    """A step of a scale, sent as its number."""


class EvaluationForm(StampedForm):
    """A few questions; nobody is asked who he is."""

    @property
    def questions(self) -> list[Field]:
        """Give the fields of the questions in their order."""
        return [field for name, field in self._fields.items() if name.startswith(_QUESTION)]

    def answers(self) -> dict[str, Any]:
        """Give what was answered by question, steps of a scale as numbers; what was left out is left out."""
        return {field.short_name.removeprefix(_QUESTION): _given(field) for field in self.questions if field.data}


def _given(field: Field) -> Any:
    # A free text may be a telephone number, which is no number.
    return int(field.data) if isinstance(field, _ScaleField) else field.data


def evaluation_form(questions: Sequence[Mapping[str, Any]], page_token: str, rules: TipRules) -> EvaluationForm:
    """Give the form with these questions."""
    fields = {f"{_QUESTION}{question['id']}": _field(question) for question in questions}
    form_class = type("QuestionsForm", (EvaluationForm,), fields)
    return form_class(page_token, rules)


def _field(question: Mapping[str, Any]) -> Field:
    label = text_of(question)
    if question["kind"] == "text":
        return LongTextField(label, [TEXT], render_kw={"rows": 3})
    is_scale = question["kind"] == "scale"
    if is_scale:
        steps = range(question["least"], question["most"] + 1)
        choices = pairs((str(step), str(step)) for step in steps)
    else:
        choices = pairs((option["id"], text_of(option)) for option in question["options"])
    offered = {choice.value for choice in choices}
    return (_ScaleField if is_scale else RadioField)(
        label,
        [Required(_("Välj ett av alternativen.")), _one_of(offered)],
        choices=choices,
        validate_choice=False,
        description=text_of(question, "hint") if "hint_sv" in question else "",
    )


def _one_of(offered: set[str]) -> Any:
    def check(form: Any, field: Field) -> None:
        if field.data not in offered:
            raise ValidationError(_("Välj ett av alternativen."))

    return check
