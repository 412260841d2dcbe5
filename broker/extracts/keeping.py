"""How long details of people are kept, as far as anything here says so."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from broker import clock
from broker.extracts.kinds import Kind
from broker.leads.tips.models import Tip
from broker.leads.tips.queries import tip_rules
from broker.needs.inquiries.models import InquiryAnswer
from broker.providers.applying.models import ProviderApplication
from broker.retention.kinds import KINDS
from broker.retention.models import RetentionRule
from broker.retention.queries import rules_in_force

_FORGOTTEN = (Tip, InquiryAnswer, ProviderApplication)


def rules_by_model() -> dict[Any, RetentionRule]:
    """Give the rules of retention that are in force, by what they are about."""
    return {KINDS[kind].model: rule for kind, rule in rules_in_force(clock.today()).items()}


def how_long(kind: Kind, rules: Mapping[Any, RetentionRule]) -> str:
    """Tell how long the details of a kind are kept: until they are forgotten by themselves, or by which rule."""
    if kind.model in _FORGOTTEN:
        days = tip_rules(clock.today()).days_after_answer
        return ngettext(
            "Namn och kontaktuppgifter tas bort %(num)s dag efter att ärendet är avslutat.",
            "Namn och kontaktuppgifter tas bort %(num)s dagar efter att ärendet är avslutat.",
            days,
        )
    if rule := rules.get(kind.model):
        if rule.years is None:
            return _("Bevaras (%(reference)s).", reference=rule.reference)
        return ngettext(
            "Gallras tidigast efter %(num)s år (%(reference)s).",
            "Gallras tidigast efter %(num)s år (%(reference)s).",
            rule.years,
            reference=rule.reference,
        )
    return _("Ingen tid för gallring är satt i systemet.")
