"""Forms of letters on their way to the log."""

from flask_babel import lazy_gettext as _l
from wtforms.widgets import ListWidget, RadioInput

from broker.companies.models import Company
from broker.formatting import organisation_number
from broker.forms import ChoiceField, CreateForm, Required, pairs


class PlaceForm(CreateForm):
    """Which company a letter is about."""

    company_id = ChoiceField(
        _l("Företag"),
        [Required(_l("Välj vilket företag brevet gäller."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=RadioInput(),
    )

    def offer(self, found: list[Company]) -> None:
        """Fill the companies in, each with its place and number."""
        self.company_id.choices = pairs((company.id, _told(company)) for company in found)


def _told(company: Company) -> str:
    return " · ".join(filter(None, [company.name, company.place, organisation_number(company.shown_number)]))
