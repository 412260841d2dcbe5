"""Forms of letters on their way to the log."""

from flask_babel import lazy_gettext as _l

from broker.companies.forms import FoundCompanyField
from broker.forms import CreateForm, Required


class PlaceForm(CreateForm):
    """Which company a letter is about."""

    company_id = FoundCompanyField(_l("Företag"), [Required(_l("Välj vilket företag brevet gäller."))])
