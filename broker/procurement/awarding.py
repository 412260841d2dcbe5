"""What an award and its contract may not contradict: the comparison, the offers that came in, and the limit."""

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext as _

from broker.formatting import kronor
from broker.procurement import workflow
from broker.procurement.situation import Situation
from broker.procurement.thresholds import NoThresholdError
from broker.procurement.workflow import Step

_DIRECT = "direct_award"


def list_refusals(before: Situation, after: Situation, step: Step, *, note: str | None) -> dict[str, str]:
    """Say by field what stands in the way of a step; what may be explained is asked for as a note of the step."""
    return (
        _offers_left_behind(before, step)
        or _against_comparison(before, after, note)
        or _over_limit(before, after)
        or _over_estimate(before, after, note)
    )


def refuse_similar(before: Situation, after: Situation, titles: Sequence[str], *, note: str | None) -> dict[str, str]:
    """Ask why no similar contracts are counted although we have such of the last twelve months: LOU 5 kap. 11 §."""
    name = "similar_value_12m_sek"
    if note or not titles or after.money(name) != 0 or before.has(name):
        return {}
    sentence = _(
        "Ni har liknande kontrakt de senaste tolv månaderna: %(titles)s. Räkna dem under ”Så är värdet räknat”, eller "
        "skriv i anteckningen varför det inte är samma slags köp (LOU 5 kap. 11 §).",
        titles=", ".join(titles),
    )
    return {name: sentence}


def _offers_left_behind(before: Situation, step: Step) -> dict[str, str]:
    is_without = "offers_received" not in step.fields and step.to != workflow.CANCELLED
    receives = workflow.receives_offers(before.document, before.route_id, before.state)
    is_secret = workflow.is_secret(before.document, before.state)
    if not (is_without and receives and not is_secret and before.values.get(workflow.STANDING_OFFERS)):
        return {}
    return {
        "offers_received": _(
            "Det finns en offert som jämförs. Ändra dess läge med skäl först, eller gå vidare med den."
        )
    }


def _against_comparison(before: Situation, after: Situation, note: str | None) -> dict[str, str]:
    first, chosen = after.values.get("proposed_provider"), after.values.get("chosen_provider")
    is_new = before.values.get("chosen_provider") != chosen
    if not first or not chosen or str(first) == str(chosen) or not is_new:
        return {}
    if after.route_id == _DIRECT:
        sentence = _("Jämförelsen sätter en annan anordnare först. Skriv varför valet ändå görs.")
        return {} if note else {"step_note": sentence}
    return {
        "chosen_provider": _(
            "Jämförelsen sätter en annan anordnare först, och kriterierna gäller lika för alla (LOU 4 kap. 1 §). Välj "
            "den, eller ändra läget på dess offert med skäl om den inte kan antas."
        )
    }


def _over_limit(before: Situation, after: Situation) -> dict[str, str]:
    value = _new_contract_value(before, after)
    if value is None or after.route_id != _DIRECT or after.text("direct_award_ground") != "low_value":
        return {}
    try:
        limits = after.threshold()
    except NoThresholdError:
        return {}
    if limits is None or limits.allows_direct_award(value):
        return {}
    sentence = _(
        "Avtalet är för stort för en direktupphandling: gränsen är %(limit)s (LOU 19 a kap. 2 §). Rätta beloppet, "
        "eller avbryt inköpet och annonsera.",
        limit=kronor(limits.direct_award_limit),
    )
    return {"contract_value_sek": sentence}


def _over_estimate(before: Situation, after: Situation, note: str | None) -> dict[str, str]:
    value, estimate = _new_contract_value(before, after), after.money("value_sek")
    if note or value is None or estimate is None or value <= estimate:
        return {}
    sentence = _("Avtalet är dyrare än det uppskattade värdet, %(value)s. Skriv varför.", value=kronor(estimate))
    return {"step_note": sentence}


def _new_contract_value(before: Situation, after: Situation) -> Decimal | None:
    value = after.money("contract_value_sek")
    return value if value != before.money("contract_value_sek") else None
