"""Forms of cohorts."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from broker.forms import CreateForm, EditForm, LongTextField, Required


class FormCohortForm(CreateForm):
    """The proposal that a person accepts, as the page wrote it down."""

    plan = HiddenField()


class DissolveForm(EditForm):
    """Why a cohort is dissolved."""

    dissolved_because = LongTextField(
        _l("Varför löses gruppen upp?"), [Required(_l("Skriv varför gruppen löses upp."))]
    )
    tells = BooleanField(_l("Skriv till företagen som har fått frågan att utbildningen inte blir av"), default=True)
