"""Forms of packing: what a project must keep to, and what a project of chosen groups begins with."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from broker.esf.forms import ProjectForm, ground_field, ground_note_field
from broker.forms import ChoiceField, Form, Required, WholeNumberField

_MOST_KR = 1_000_000_000


class PackingForm(Form):
    """For which call, and within which limits, groups are put together into projects."""

    class Meta:
        """A proposal changes nothing and needs no token."""

        csrf = False

    utlysning = ChoiceField(_l("Utlysning"), [Required(_l("Välj en utlysning."))], coerce=int)
    least_kr = WholeNumberField(
        _l("Lägsta kostnad för ett projekt, kronor"), [Required(_l("Ange lägsta kostnad."))], most=_MOST_KR
    )
    most_kr = WholeNumberField(
        _l("Högsta kostnad för ett projekt, kronor"), [Required(_l("Ange högsta kostnad."))], least=1, most=_MOST_KR
    )
    least_companies = WholeNumberField(
        _l("Minst antal företag i ett projekt"), [Required(_l("Ange minst antal företag."))], least=1, most=1000
    )
    most_topics = WholeNumberField(
        _l("Högst antal kompetensområden i ett projekt"), [Required(_l("Ange högst antal områden."))], least=1, most=500
    )
    most_projects = WholeNumberField(
        _l("Högst antal projekt"), [Required(_l("Ange högst antal projekt."))], least=1, most=20
    )

    def validate_most_kr(self, field: WholeNumberField) -> None:
        """Refuse a highest cost below the lowest."""
        if field.data is not None and self.least_kr.data is not None and field.data < self.least_kr.data:
            raise ValidationError(_("Högsta kostnad måste vara minst lika hög som lägsta kostnad."))

    def limits(self) -> dict[str, int]:
        """Give the limits by name."""
        names = ("least_kr", "most_kr", "least_companies", "most_topics", "most_projects")
        return {name: self[name].data for name in names}


class StartOfGroupsForm(ProjectForm):
    """A new project with groups in it from the start, all on one recorded ground."""

    cohort_ids = SelectMultipleField(
        _l("Utbildningsgrupper"),
        [Required(_l("Välj minst en utbildningsgrupp."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    ground, ground_note = ground_field(), ground_note_field()

    def project_values(self) -> dict[str, Any]:
        """Give what the project itself begins with."""
        return {name: self[name].data for name in ("name", "starts_on", "ends_on")}
