"""Form of an analysis: the steps of a talk, each of which may be skipped, and a row for each need that comes of it."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, FieldList, FormField
from wtforms import Form as PlainForm
from wtforms.validators import ValidationError

from broker import clock
from broker.forms import (
    ChoiceField,
    CreateForm,
    DateField,
    EditForm,
    Form,
    LongTextField,
    Required,
    TextField,
    WholeNumberField,
    not_in_future,
)
from broker.needs.forms import topic_choices

ROWS = 4
_STEPS = ("goal", "ability", "gap", "consequence")


class NeedRow(PlainForm):
    """One need that came of the talk: words or a topic are enough."""

    description = TextField(_l("Utbildning, med företagets ord"))
    topic_id = ChoiceField(_l("Kompetensområde"), choices=lambda: topic_choices(_("Välj i listan")))
    participants = WholeNumberField(_l("Deltagare"), most=5000)
    women = WholeNumberField(_l("Varav kvinnor"), most=5000)
    men = WholeNumberField(_l("Varav män"), most=5000)
    earliest_on = DateField(_l("Tidigast"))
    latest_on = DateField(_l("Senast"))

    def validate_description(self, field: Field) -> None:
        """Refuse a row with numbers or days that says nothing of what is to be learnt."""
        if not (field.data or self.topic_id.data) and any(part.data for part in self):
            raise ValidationError(_("Skriv vilken utbildning raden gäller, eller välj ett kompetensområde."))

    def validate_participants(self, field: Field) -> None:
        """Refuse more women and men than people."""
        if field.data and field.data < (self.women.data or 0) + (self.men.data or 0):
            raise ValidationError(_("Ange minst lika många deltagare som kvinnor och män tillsammans."))

    def validate_latest_on(self, field: Field) -> None:
        """Refuse a window that ends before it begins."""
        if field.data and self.earliest_on.data and field.data < self.earliest_on.data:
            raise ValidationError(_("Ange en senaste dag som inte ligger före den tidigaste."))


class _Steps(Form):
    """The steps of the talk, and what came of it."""

    held_on = DateField(_l("När"), [Required(_l("Ange när ni talades vid.")), not_in_future], default=clock.today)
    goal = LongTextField(_l("Vad ska verksamheten nå?"), render_kw={"rows": 3})
    ability = LongTextField(_l("Vad behöver människorna kunna för det?"), render_kw={"rows": 3})
    gap = LongTextField(_l("Vem saknar det i dag, och varför?"), render_kw={"rows": 3})
    consequence = LongTextField(_l("Vad händer om inget görs?"), render_kw={"rows": 2})
    needs = FieldList(FormField(NeedRow), min_entries=ROWS, max_entries=ROWS)

    def texts(self) -> dict[str, Any]:
        """Give what was said, step by step."""
        return {name: self._fields[name].data for name in ("held_on", *_STEPS)}

    def rows(self) -> list[dict[str, Any]]:
        """Give the rows that were filled in."""
        return [row.data for row in self.needs if row.data["description"] or row.data["topic_id"]]

    def validate_goal(self, field: Field) -> None:
        """Refuse a talk in which every step was skipped."""
        if not (any(self._fields[name].data for name in _STEPS) or self.rows()):
            raise ValidationError(_("Skriv något i minst ett av stegen. De andra får du hoppa över."))


class AnalysisForm(CreateForm, _Steps):
    """A new analysis."""


class EditAnalysisForm(EditForm, _Steps):
    """An analysis to change; the needs that it has already are changed on their own pages."""

    def _shown_fields(self) -> list[Field]:
        return [field for field in super()._shown_fields() if field.short_name != "needs"]
