"""What a framework agreement says no to in a purchase that is called off from it, and what to do instead."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from broker.formatting import percent
from broker.procurement import guards
from broker.procurement.frameworks import rules
from broker.procurement.frameworks.models import CallOffModel, FrameworkLaw, FrameworkSupplier
from broker.procurement.frameworks.rules import Framework, Level
from broker.procurement.situation import Situation

if TYPE_CHECKING:
    from broker.procurement.workflow import Step

CALL_OFF, COMPETITION, DIRECT_AWARD = "call_off_", "call_off_mini_competition", "direct_award"
CHECKED, SENT = "framework_checked", "call_off_sent"
_BOUND = ("decision", "contract")
_BEFORE_CONTRACT = ("open", "decision")
_AMOUNTS = ("framework", "value_sek", "contract_value_sek", "contract_date", "call_off_volume")
_SCOPE = ("framework", "cpv_main")


def list_refusals_of_route(situation: Situation, route: Mapping[str, Any], *, reason: str | None) -> dict[str, str]:
    """Say by field why a purchase may not take a route, at its start or when it is changed.

    Refused is a call-off from an agreement that may not be used, or in another way than it says. A reason is asked
    for what the agreement does not cover, and for a direct award beside an agreement of ours that covers it.
    """
    if route["id"] == DIRECT_AWARD:
        answer = guards.framework_must_be_used(situation)
        return {} if answer.holds or reason else {"route_reason": answer.sentence}
    if not route["id"].startswith(CALL_OFF) or not isinstance(situation.values.get("framework"), int):
        return {}
    framework = situation.framework
    if framework is None:
        return {"framework": _choose()}
    answer = guards.framework_usable(situation)
    if not answer.holds:
        return {"framework": answer.sentence}
    if wrong := _wrong_route(framework, route["id"]):
        return {"route": wrong}
    sentence = "" if reason else _outside(framework, situation)
    return {"route_reason": sentence} if sentence else {}


def list_refusals(before: Situation, after: Situation, step: "Step", *, note: str | None) -> dict[str, str]:
    """Say by field what the chosen agreement has against a step towards a contract."""
    if not isinstance(after.values.get("framework"), int) or not after.route_id.startswith(CALL_OFF):
        return {}
    framework, kinds = after.framework, after.document["states"]
    if framework is None:
        return {"framework": _choose()}
    if kinds[before.state]["kind"] not in _BEFORE_CONTRACT or kinds[step.to]["kind"] == "end":
        return {}
    return (
        _refused_use(before, after, step)
        or _refused_supplier(framework, before, after, step, note)
        or _asked_reasons(framework, before, after, step, note)
    )


def _refused_use(before: Situation, after: Situation, step: "Step") -> dict[str, str]:
    # What the guard of the step says already is not said twice.
    if "framework_usable" in step.broken_guards:
        return {}
    is_bound = after.document["states"][step.to]["kind"] in _BOUND
    if is_bound or _changed(before, after, _AMOUNTS):
        answer = guards.framework_usable(after)
        if not answer.holds:
            return {"framework": answer.sentence}
    if step.to == CHECKED and after.framework and (wrong := _wrong_route(after.framework, after.route_id)):
        return {"framework": wrong}
    return {}


def _refused_supplier(
    framework: Framework, before: Situation, after: Situation, step: "Step", note: str | None
) -> dict[str, str]:
    if step.sets_aside:
        asked = framework.supplier(before.values.get("chosen_provider"))
        is_noted = asked is not None and asked.id in framework.declined
        sentence = _("Anteckna nejet under Avrop från ramavtal på inköpets sida: skälet, dagen och vem som sa det.")
        return {} if is_noted else {"step_note": sentence}
    if framework.agreement.model is CallOffModel.MINI_COMPETITION and step.to == SENT:
        return _left_out(framework, after, note)
    if not after.has("chosen_provider") or not (step.to == SENT or _changed(before, after, ("chosen_provider",))):
        return {}
    chosen = framework.supplier(after.values["chosen_provider"])
    if chosen is None or not chosen.is_active(after.today):
        return {"chosen_provider": _("Välj en leverantör som är med i ramavtalet.")}
    return _out_of_turn(framework, chosen, after, note) if step.to == SENT else {}


def _out_of_turn(framework: Framework, chosen: FrameworkSupplier, after: Situation, note: str | None) -> dict[str, str]:
    if chosen.id in framework.declined:
        return {"chosen_provider": _("%(name)s har sagt nej till avropet. Välj nästa.", name=chosen.provider.name)}
    first = rules.proposed(framework, day=after.today, value=rules.amount_of(after.values))
    if first is None or first is chosen:
        return {}
    if framework.agreement.model is not CallOffModel.FIXED_ALLOCATION:
        sentence = _(
            "%(name)s står före i ordningen och har inte sagt nej. Fråga den först, eller anteckna dess nej under "
            "Avrop från ramavtal på inköpets sida.",
            name=first.provider.name,
        )
        return {"chosen_provider": sentence}
    sentence = _(
        "%(name)s har fått minst av sin andel och är närmast i tur. Skriv varför avropet ändå går till någon annan.",
        name=first.provider.name,
    )
    return {} if note else {"step_note": sentence}


def _left_out(framework: Framework, after: Situation, note: str | None) -> dict[str, str]:
    asked = {int(key) for key in after.values.get("suppliers_asked") or []}
    active = framework.agreement.list_active(after.today)
    if not asked <= {row.provider_id for row in active}:
        return {"suppliers_asked": _("Bara ramavtalets leverantörer kan tillfrågas. Ta bort de andra.")}
    names = ", ".join(row.provider.name for row in active if row.provider_id not in asked)
    if not names:
        return {}
    if framework.agreement.law is FrameworkLaw.EU:
        sentence = _(
            "Alla leverantörer i ramavtalet ska bjudas in (LOU 7 kap. 7–9 §§). Kryssa också för: %(names)s.",
            names=names,
        )
        return {"suppliers_asked": sentence}
    sentence = _(
        "Kryssa också för %(names)s, eller skriv vilket av ramavtalets egna villkor som gör att de inte bjuds in.",
        names=names,
    )
    return {} if note else {"suppliers_asked": sentence}


def _asked_reasons(
    framework: Framework, before: Situation, after: Situation, step: "Step", note: str | None
) -> dict[str, str]:
    sentences: Sequence[str] = [
        _nearly_full(framework, after, step),
        _outside(framework, after) if _changed(before, after, _SCOPE) else "",
    ]
    told = " ".join(filter(None, sentences))
    return {"step_note": told} if told and not note else {}


def _nearly_full(framework: Framework, after: Situation, step: "Step") -> str:
    signed = after.money("contract_value_sek")
    is_raised = signed is not None and signed > (after.money("value_sek") or 0)
    more = rules.amount_of(after.values)
    if not (step.to == CHECKED or is_raised) or framework.room.level(more) in (Level.FREE, Level.PLAN):
        return ""
    return _(
        "Med avropet är %(percent)s av ramavtalets tak taget. Visa i anteckningen att det ryms: vad det kostar med "
        "tillägg, och vad som annars är på gång.",
        percent=percent(framework.room.percent(more) / 100),
    )


def _outside(framework: Framework, situation: Situation) -> str:
    is_covered = rules.covers(framework.agreement, topic_id=situation.topic_id, cpv=situation.text("cpv_main"))
    if is_covered is not False:
        return ""
    return _(
        "%(name)s omfattar inte köpets kompetensområde eller CPV-kod. Skriv varför köpet ändå ryms i ramavtalet, eller "
        "välj en annan inköpsväg.",
        name=framework.agreement.name,
    )


def _wrong_route(framework: Framework, route_id: str) -> str:
    is_competition = framework.agreement.model is CallOffModel.MINI_COMPETITION
    if is_competition == (route_id == COMPETITION):
        return ""
    if is_competition:
        return _("Ramavtalet avropas med förnyad konkurrensutsättning. Välj den inköpsvägen.")
    return _(
        "Ramavtalet avropas utan förnyad konkurrensutsättning: %(model)s. Välj den inköpsvägen.",
        model=framework.agreement.model.label,
    )


def _changed(before: Situation, after: Situation, names: Sequence[str]) -> bool:
    return any(before.values.get(name) != after.values.get(name) for name in names)


def _choose() -> str:
    return _("Välj ett ramavtal i listan. Saknas det? Lägg till det under Ramavtal först.")
