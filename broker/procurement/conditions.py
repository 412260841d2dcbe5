"""The conditions that the workflow names in words: a function for each sentence; no text is evaluated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from broker.formatting import number
from broker.procurement import guards
from broker.procurement.situation import Situation, get_route, numbers_in
from broker.procurement.thresholds import ANNEX_2, GENERAL, NoThresholdError, get_threshold
from broker.sentences import N_, Sentence

_FEW_ASKED = "count(suppliers_asked) < 3 and documentation_required"


@dataclass(frozen=True)
class Condition:
    """A condition: its function, the fields that decide it, and how it is said in Swedish."""

    holds: Callable[[Situation], bool]
    fields: tuple[str, ...]
    label: str
    limit: Callable[[Situation], Sentence | None] = lambda purchase: None


def _asks_few(purchase: Situation) -> bool:
    (fewest,) = numbers_in(_FEW_ASKED)
    return purchase.count("suppliers_asked") < fewest and guards.documentation_required(purchase).holds


def _reaches_threshold(purchase: Situation) -> bool:
    value = purchase.money("value_sek")
    try:
        limits = purchase.threshold()
    except NoThresholdError:
        return False
    return value is not None and limits is not None and limits.is_reached_by(value)


def _is_below_direct_limit(purchase: Situation) -> bool:
    value, limits = purchase.money("value_sek"), purchase.threshold()
    return value is not None and limits is not None and limits.allows_direct_award(value)


def _is_below_general_threshold(purchase: Situation) -> bool:
    value, started_on = purchase.money("value_sek"), purchase.day("procurement_started")
    if value is None or started_on is None:
        return False
    return not get_threshold(purchase.thresholds(), category=GENERAL, started_on=started_on).is_reached_by(value)


def _has_other_ground(purchase: Situation) -> bool:
    return purchase.text("direct_award_ground") not in (None, "low_value")


def _is_usable(purchase: Situation) -> bool:
    return guards.framework_usable(purchase).holds


def _direct_award_limit(purchase: Situation) -> Sentence | None:
    if _has_other_ground(purchase) or (limits := purchase.threshold()) is None:
        return None
    texts = {
        ANNEX_2: N_("Gränsen är %(limit)s kr för tjänster i bilaga 2 när upphandlingen påbörjas %(day)s (%(law)s)."),
        GENERAL: N_(
            "Gränsen är %(limit)s kr för tjänster utanför bilaga 2 när upphandlingen påbörjas %(day)s (%(law)s)."
        ),
    }
    law = purchase.document["guards"]["below_direct_limit"]["law"]
    return _limit(purchase, texts[limits.category], limits.direct_award_limit, law)


def _general_threshold(purchase: Situation) -> Sentence | None:
    started_on = purchase.day("procurement_started")
    if started_on is None:
        return None
    limits = get_threshold(purchase.thresholds(), category=GENERAL, started_on=started_on)
    law = get_route(purchase.document, "advertised_chapter_19")["law"]
    text = N_("Tröskelvärdet är %(limit)s kr när upphandlingen påbörjas %(day)s (%(law)s).")
    return _limit(purchase, text, limits.threshold, law.rstrip("."))


def _why_not_usable(purchase: Situation) -> Sentence | None:
    answer = guards.framework_usable(purchase)
    return Sentence(answer.sentence) if purchase.has("framework") and not answer.holds else None


def _limit(purchase: Situation, text: str, amount: Decimal, law: str) -> Sentence:
    return Sentence(text, {"limit": number(amount), "day": purchase.values["procurement_started"], "law": law})


_VALUE_FIELDS = ("value_sek", "procurement_started", "annex2")

# By the words of the file, as they stand in `when` of a transition and in `if` of route_selection.
CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        "call_off_model == ranking": Condition(
            lambda purchase: purchase.text("call_off_model") == "ranking",
            ("call_off_model",),
            N_("avropet sker enligt rangordning"),
        ),
        "documentation_required": Condition(
            lambda purchase: guards.documentation_required(purchase).holds,
            ("value_sek",),
            N_("köpet är så stort att det ska dokumenteras"),
        ),
        _FEW_ASKED: Condition(
            _asks_few,
            ("suppliers_asked", "value_sek"),
            N_("färre än tre anordnare tillfrågas om ett större köp"),
        ),
        "direct_award_ground == low_value": Condition(
            lambda purchase: purchase.text("direct_award_ground") == "low_value",
            ("direct_award_ground",),
            N_("grunden är lågt värde"),
        ),
        "direct_award_ground != low_value": Condition(
            _has_other_ground, ("direct_award_ground",), N_("grunden är någon annan än lågt värde")
        ),
        "value_sek >= threshold_row(procurement_started, category).threshold_sek": Condition(
            _reaches_threshold, _VALUE_FIELDS, N_("värdet når tröskelvärdet")
        ),
        "framework is being set up": Condition(
            lambda purchase: purchase.text("value_basis") == "framework_maximum",
            ("value_basis",),
            N_("upphandlingen gäller ett ramavtal"),
        ),
        "annex2 == yes or procedure != own_design_ch19": Condition(
            lambda purchase: (
                purchase.text("annex2") == "yes" or purchase.text("procedure") not in (None, "own_design_ch19")
            ),
            ("annex2", "procedure"),
            N_("tjänsten omfattas av bilaga 2 eller förfarandet följer EU-reglerna"),
        ),
        "buyer == company and commission_form set": Condition(
            lambda purchase: purchase.text("buyer") == "company" and purchase.has("commission_form"),
            ("buyer",),
            N_("företaget beställer uppdragsutbildning"),
        ),
        "regular_form set": Condition(
            lambda purchase: purchase.has("regular_form"), (), N_("behovet täcks av ordinarie utbildning")
        ),
        "buyer == company": Condition(
            lambda purchase: purchase.text("buyer") == "company",
            ("buyer",),
            N_("företaget är köpare"),
        ),
        "exemption_ground set": Condition(
            lambda purchase: purchase.has("exemption_ground"), (), N_("köpet är undantaget från annonsering")
        ),
        "framework_usable and call_off_model == mini_competition": Condition(
            lambda purchase: purchase.text("call_off_model") == "mini_competition" and _is_usable(purchase),
            (),
            N_("ett ramavtal täcker köpet och lämnar villkor öppna"),
        ),
        "framework_usable": Condition(
            _is_usable, (), N_("ett ramavtal täcker köpet och slår fast villkoren"), _why_not_usable
        ),
        "below_direct_limit or direct_award_ground != low_value": Condition(
            lambda purchase: _has_other_ground(purchase) or _is_below_direct_limit(purchase),
            _VALUE_FIELDS,
            N_("värdet ligger under direktupphandlingsgränsen, eller det finns en annan grund för direktupphandling"),
            _direct_award_limit,
        ),
        "annex2 == yes": Condition(
            lambda purchase: purchase.text("annex2") == "yes",
            ("annex2",),
            N_("tjänsten omfattas av bilaga 2"),
        ),
        "value_sek < threshold_row(procurement_started, goods_services_sub_central).threshold_sek": Condition(
            _is_below_general_threshold, _VALUE_FIELDS, N_("värdet ligger under tröskelvärdet"), _general_threshold
        ),
        "true": Condition(lambda purchase: True, (), N_("ingen annan väg passar")),
    }
)
