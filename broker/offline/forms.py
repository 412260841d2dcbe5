"""The form of a contact as a device keeps it: the ordinary fields, with the company in words."""

from flask_babel import lazy_gettext as _l

from broker.companies.contact_forms import InteractionForm
from broker.forms import Required, TextField


class ShellForm(InteractionForm):
    """A contact to send later; proof against forgery and the token are added by the device when it sends."""

    class Meta:
        """The page is the same for everybody, so it holds nobody's proof."""

        csrf = False

    token = None
    company = TextField(_l("Vilket företag"), [Required(_l("Skriv vilket företag det gällde."))])
