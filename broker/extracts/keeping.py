"""How long details of people are kept, as far as anything here says so."""

from flask_babel import gettext as _
from flask_babel import ngettext

from broker import clock
from broker.extracts.kinds import Kind
from broker.leads.tips.models import Tip
from broker.leads.tips.queries import tip_rules
from broker.needs.inquiries.models import InquiryAnswer
from broker.providers.applying.models import ProviderApplication

_FORGOTTEN = (Tip, InquiryAnswer, ProviderApplication)


def how_long(kind: Kind) -> str:
    """Tell how long the details of a kind are kept; of most kinds nothing is decided here."""
    if kind.model in _FORGOTTEN:
        days = tip_rules(clock.today()).days_after_answer
        return ngettext(
            "Namn och kontaktuppgifter tas bort %(num)s dag efter att ärendet är avslutat.",
            "Namn och kontaktuppgifter tas bort %(num)s dagar efter att ärendet är avslutat.",
            days,
        )
    return _("Ingen tid för gallring är satt i systemet.")
