"""The guards of the workflow: one function for each, which answers whether it holds and what to do if it does not."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from broker.formatting import day, kronor, say
from broker.procurement import deadlines
from broker.procurement.frameworks import rules as frameworks
from broker.procurement.situation import Situation
from broker.procurement.thresholds import NoThresholdError

_RECURRING = ("recurring_previous_12_months", "recurring_next_12_months")
_OWN_STAFF = "municipality_own_staff"


@dataclass(frozen=True)
class Answer:
    """Whether a guard holds, and what to do if it does not."""

    holds: bool
    sentence: str = ""


@dataclass(frozen=True)
class Guard:
    """A guard: its function, and the fields that decide it."""

    ask: Callable[[Situation], Answer]
    fields: tuple[str, ...]


def cpv_and_annex2_reasoned(purchase: Situation) -> Answer:
    """Ask for a code, a clear answer about annex 2, and the reason where the legal position is unclear."""
    unclear = re.findall(r"\d{8}-\d", purchase.document["guards"]["cpv_and_annex2_reasoned"]["rule"])
    annex2, code = purchase.text("annex2"), purchase.text("cpv_main")
    if not code or annex2 in (None, "unclear"):
        return Answer(False, _("Välj CPV-kod och avgör om tjänsten omfattas av bilaga 2."))
    needs_reason = annex2 == "yes" or code in unclear
    return Answer(
        not needs_reason or purchase.has("annex2_reason"),
        _("Skriv skälen för CPV-koden och för bedömningen av bilaga 2. Valet avgör vilken beloppsgräns som gäller."),
    )


def value_complete(purchase: Situation) -> Answer:
    """Ask for a value that covers the whole contract."""
    is_complete = (
        purchase.has("value_sek")
        and purchase.has("value_basis")
        and purchase.values.get("value_includes_options") is True
    )
    return Answer(is_complete, _("Räkna värdet på hela avtalet med optioner och förlängningar, utan moms."))


def recurring_summed(purchase: Situation) -> Answer:
    """Ask for a value over twelve months when the need comes back."""
    if not purchase.has("recurring"):
        return Answer(False, _("Svara på om behovet är återkommande."))
    is_summed = purchase.text("value_basis") in (*_RECURRING, "framework_maximum")
    return Answer(
        purchase.values.get("recurring") is False or is_summed,
        _("Behovet är återkommande. Räkna värdet på tolv månader, eller som ramavtalets största värde."),
    )


def not_split(purchase: Situation) -> Answer:
    """Ask for objective reasons when similar contracts exist that the value does not include."""
    similar = purchase.money("similar_value_12m_sek")
    is_whole = similar == 0 or purchase.text("value_basis") in _RECURRING or purchase.has("split_reason")
    return Answer(
        is_whole,
        _(
            "Ange värdet av liknande kontrakt de senaste tolv månaderna, 0 om det inte finns några. "
            "Finns det sådana: räkna in dem i värdet, eller skriv de sakliga skälen för att köpa var för sig."
        ),
    )


def below_direct_limit(purchase: Situation) -> Answer:
    """Ask for a value below the limit for direct award that applied when the procurement started."""
    value = purchase.money("value_sek")
    try:
        limits = purchase.threshold()
    except NoThresholdError as error:
        return Answer(False, say(error))
    if value is None or limits is None:
        return Answer(False, _("Ange uppskattat värde och vilken dag upphandlingen påbörjades."))
    return Answer(
        limits.allows_direct_award(value),
        _(
            "Värdet %(value)s får inte direktupphandlas: gränsen är %(limit)s. Byt inköpsväg.",
            value=kronor(value),
            limit=kronor(limits.direct_award_limit),
        ),
    )


def documentation_required(purchase: Situation) -> Answer:
    """Tell whether the direct award must be documented."""
    value, (limit,) = purchase.money("value_sek"), purchase.guard_numbers("documentation_required")
    return Answer(value is not None and value > limit, _("Köpet är för litet för att behöva dokumenteras."))


def several_offers(purchase: Situation) -> Answer:
    """Tell whether more than one provider could make an offer and somebody did."""
    fewest_asked, fewest_offers = purchase.guard_numbers("several_offers")
    is_several = purchase.count("suppliers_asked") > fewest_asked and purchase.count("offers_received") >= fewest_offers
    return Answer(is_several, _("Fråga fler än en anordnare och anteckna offerterna."))


def post_notice_required(purchase: Situation) -> Answer:
    """Tell whether the award must be announced afterwards."""
    return Answer(deadlines.needs_post_notice(purchase), _("Köpet är för litet för att behöva efterannonseras."))


def standstill_passed(purchase: Situation) -> Answer:
    """Ask for a contract after the standstill and without a pending review."""
    if deadlines.is_review_pending(purchase):
        return Answer(False, _("Överprövningen pågår. Vänta på domstolens avgörande och anteckna det."))
    end = deadlines.find_standstill_end(purchase)
    if end is None:
        return Answer(False, _("Anteckna när och hur underrättelsen skickades, så att avtalsspärren kan räknas."))
    signed_on = purchase.day("contract_date") or purchase.today
    return Answer(
        signed_on > end,
        _("Avtalsspärren gäller till och med %(day)s. Teckna avtalet tidigast dagen efter.", day=day(end)),
    )


def framework_usable(purchase: Situation) -> Answer:
    """Ask for a framework agreement that is valid, names the buyer and has room left.

    One of the register is judged by what it says; one that was typed, by what was typed with it.
    """
    if purchase.framework is not None:
        sentence = frameworks.why_not(
            purchase.framework,
            day=purchase.day("contract_date") or purchase.today,
            value=purchase.money("contract_value_sek") or purchase.money("value_sek"),
            authority=purchase.text("contracting_authority"),
        ) or frameworks.why_not_volume(purchase.framework, purchase.values.get("call_off_volume"))
        return Answer(not sentence, sentence)
    end, ceiling, value = (
        purchase.day("framework_end"),
        purchase.money("framework_ceiling_sek"),
        purchase.money("value_sek"),
    )
    if purchase.values.get("buyer_named_in_framework") is not True or end is None or ceiling is None or value is None:
        return Answer(False, _("Ange ramavtalets slutdag och takvärde, köpets värde och att köparen får avropa."))
    if (purchase.day("contract_date") or purchase.today) > end:
        return Answer(False, _("Ramavtalet gällde till %(day)s. Välj en annan inköpsväg.", day=day(end)))
    return Answer(
        purchase.framework_used + value <= ceiling,
        _(
            "Ramavtalet har %(left)s kvar till taket. Välj en annan inköpsväg.",
            left=kronor(ceiling - purchase.framework_used),
        ),
    )


def framework_must_be_used(purchase: Situation) -> Answer:
    """Ask why a direct award is made beside a framework agreement that could be used."""
    names = ", ".join(purchase.covering())
    if names:
        sentence = _(
            "Ni har ramavtal som täcker köpet: %(names)s. Avropa därifrån, eller skriv varför det inte används.",
            names=names,
        )
    else:
        sentence = _("Ni har ett ramavtal som täcker köpet. Avropa från det, eller skriv varför det inte används.")
    can_be_used = bool(names) or framework_usable(purchase).holds
    return Answer(not can_be_used or purchase.has("few_suppliers_reason"), sentence)


def supplier_check_ok(purchase: Situation) -> Answer:
    """Ask for a chosen provider whose excluding items are approved and fresh."""
    if not purchase.has("chosen_provider"):
        return Answer(False, _("Välj den anordnare som kontrollen gäller."))
    problems = purchase.supplier_problems(int(purchase.values["chosen_provider"]))
    if not problems:
        return Answer(True)
    return Answer(
        False,
        _(
            "Granska anordnaren i registret först. Inte godkänt, eller för gammalt: %(items)s.",
            items=", ".join(problems),
        ),
    )


def decision_maker_has_delegation(purchase: Situation) -> Answer:
    """Ask for the point of the delegation order."""
    return Answer(purchase.has("delegation_ref"), _("Ange vilken punkt i delegationsordningen som beslutet stöds på."))


def no_aid_to_single_company(purchase: Situation) -> Answer:
    """Ask for the assessment of state aid when the municipality or a project pays for somebody else's staff."""
    buyer, payer = purchase.text("buyer"), purchase.text("payer")
    is_own = buyer == _OWN_STAFF or (buyer == "company" and payer in (None, "company"))
    return Answer(
        is_own or purchase.values.get("state_aid_checked") is True,
        _(
            "Pröva om köpet är stöd till enskilt företag (kommunallagen 2 kap. 8 §, statsstöd). "
            "Svara Ja när det är gjort."
        ),
    )


def equal_presentation(purchase: Situation) -> Answer:
    """Ask for objective criteria and a check of conflicts of interest."""
    return Answer(
        purchase.has("presentation_criteria") and purchase.values.get("conflict_check") is True,
        _("Skriv hur anordnarna valdes och svara Ja när jävsprövningen är gjord."),
    )


GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        "cpv_and_annex2_reasoned": Guard(cpv_and_annex2_reasoned, ("cpv_main", "annex2", "annex2_reason")),
        "value_complete": Guard(value_complete, ("value_sek", "value_basis", "value_includes_options")),
        "recurring_summed": Guard(recurring_summed, ("recurring", "value_basis")),
        "not_split": Guard(not_split, ("similar_value_12m_sek", "value_basis", "split_reason")),
        "below_direct_limit": Guard(below_direct_limit, ("value_sek", "procurement_started", "annex2")),
        "documentation_required": Guard(documentation_required, ("value_sek",)),
        "several_offers": Guard(several_offers, ("suppliers_asked", "offers_received")),
        "post_notice_required": Guard(post_notice_required, ("value_sek",)),
        "standstill_passed": Guard(standstill_passed, ()),
        "framework_usable": Guard(
            framework_usable,
            ("buyer_named_in_framework", "framework_end", "framework_ceiling_sek", "value_sek"),
        ),
        "framework_must_be_used": Guard(framework_must_be_used, ("few_suppliers_reason",)),
        "supplier_check_ok": Guard(supplier_check_ok, ("chosen_provider",)),
        "decision_maker_has_delegation": Guard(decision_maker_has_delegation, ("delegation_ref",)),
        "no_aid_to_single_company": Guard(no_aid_to_single_company, ("buyer", "payer", "state_aid_checked")),
        "equal_presentation": Guard(equal_presentation, ("presentation_criteria", "conflict_check")),
    }
)

# What to do first when a step is forbidden because a guard holds.
FORBIDDEN = MappingProxyType(
    {
        "documentation_required": _l("Köpet ska dokumenteras. Slutför dokumentationen först."),
        "several_offers": _l("Flera har fått lämna anbud. Underrätta dem skriftligt först."),
        "post_notice_required": _l("Köpet ska efterannonseras. Gör det först."),
    }
)
