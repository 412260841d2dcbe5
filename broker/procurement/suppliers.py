"""Who a purchase can be made from: how each is vetted, whether it teaches what is bought, and what a choice needs."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _

from broker.formatting import day
from broker.procurement.situation import Situation
from broker.procurement.workflow import STANDING_OFFERS, Step
from broker.providers import queries as providers
from broker.providers.models import Provider
from broker.providers.vetting import VettingStatus, may_be_used
from broker.topics import queries as topics

_ASKED = ("suppliers_asked", "providers_presented")


@dataclass(frozen=True)
class Supplier:
    """A provider as it stands in a choice; whether it fits is None when the subject is not known.

    One that shares its name with another is told by more than that.
    """

    id: int
    name: str
    organisation_number: str | None
    status: VettingStatus
    teaching: str
    fits: bool | None
    told_apart: str = ""

    @property
    def label(self) -> str:
        """Give the name with what a choice rests on."""
        parts = [f"{self.told_apart or self.name} – {self._standing}", self.teaching]
        return ", ".join(filter(None, parts))

    @property
    def short_label(self) -> str:
        """Give the name, of one that shares it with number, place and standing too."""
        return f"{self.told_apart} – {self._standing}" if self.told_apart else self.name

    @property
    def objection(self) -> str:
        """Give why a choice of it must be explained, or nothing."""
        if not may_be_used(self.status):
            return self.status.label
        return self.teaching if self.fits is False else ""

    @property
    def _standing(self) -> str:
        expiry = self.status.next_expiry
        if not may_be_used(self.status) or expiry is None:
            return self.status.label
        return _("%(status)s till %(day)s", status=self.status.label, day=day(expiry))


def list_suppliers(topic_id: str | None, *, today: date) -> list[Supplier]:
    """List every provider, those that fit the subject first, of them those that may be used, in Swedish order."""
    rows = providers.list_with_status(today=today)
    names = Counter(row.provider.name for row in rows)
    found = [
        replace(
            _supplier(row.provider, row.status, topic_id),
            told_apart=providers.told_apart(row.provider) if names[row.provider.name] > 1 else "",
        )
        for row in rows
    ]
    return sorted(found, key=lambda supplier: (supplier.fits is False, not may_be_used(supplier.status)))


def involved_first(suppliers: Iterable[Supplier], values: Mapping[str, Any]) -> list[Supplier]:
    """Give those whose offers are compared first, then the others that were asked, then the rest, each as they came."""
    offering = set(values.get(STANDING_OFFERS) or [])
    asked = {str(key) for key in values.get("suppliers_asked") or []}

    def place(supplier: Supplier) -> int:
        if offering & {str(supplier.id), supplier.organisation_number}:
            return 0
        return 1 if str(supplier.id) in asked else 2

    return sorted(suppliers, key=place)


def list_refusals(
    before: Situation,
    after: Situation,
    step: Step,
    suppliers: Collection[Supplier],
    *,
    note: str | None,
) -> dict[str, str]:
    """Say by field what stands in the way of the choices of a step.

    Anybody may be asked and make an offer, so a provider that is not vetted is never refused, only explained: LOU
    19 a kap. 8 §. Whether its excluding items are fresh is asked by a guard when it is awarded.
    """
    by_id = {supplier.id: supplier for supplier in suppliers}
    refusals = {
        name: sentence
        for name, keys in _choices(before, after).items()
        if (sentence := _refusal(after, name, keys, by_id))
    }
    if refusals:
        return refusals
    weighed = [by_id[key] for key in _weighed(before, after, step)]
    if is_award(before, after, step):
        stops = _stops()
        for supplier in weighed:
            if supplier.status.id in stops:
                return {"chosen_provider": stops[supplier.status.id]}
    doubtful = [f"{supplier.name} ({supplier.objection})" for supplier in weighed if supplier.objection]
    if doubtful and not note:
        return {"step_note": _("Skriv varför valet ändå görs: %(suppliers)s.", suppliers=", ".join(doubtful))}
    return {}


def _stops() -> Mapping[str, str]:
    # Whoever is heard is neither in nor out until somebody has decided, and a refusal stands until it is changed.
    return {
        "paused": _("Anordnaren är pausad. Ta bort pausen i registret, eller välj en annan anordnare."),
        "under_hearing": _(
            "Anordnaren ska få yttra sig innan den kan uteslutas (LOU 13 kap. 4 §). Besluta om den i registret först, "
            "eller välj en annan anordnare."
        ),
        "rejected": _(
            "Anordnaren är inte godtagen i registret (LOU 13 kap.). Besluta på nytt om den har rättat till det, eller "
            "välj en annan anordnare."
        ),
    }


def is_award(before: Situation, after: Situation, step: Step) -> bool:
    """Tell whether a step decides who the municipality buys from."""
    kinds = after.document["states"]
    is_bound = kinds[step.to]["kind"] in ("decision", "contract")
    is_new = kinds[before.state]["kind"] == "open" or "chosen_provider" in _choices(before, after)
    return after.route["is_procurement"] and is_bound and is_new and after.has("chosen_provider")


def set_aside(purchase: Situation) -> frozenset[int]:
    """Give the providers that were not accepted, or that declined; they cannot be chosen again."""
    return frozenset(int(key) for key in purchase.values.get("suppliers_set_aside") or [])


def _supplier(provider: Provider, status: VettingStatus, topic_id: str | None) -> Supplier:
    taught = {offering.topic_id: offering.topic for offering in provider.offerings}
    fits = topic_id in taught if topic_id else None
    if topic_id and not fits:
        teaching = _("ger inte %(topics)s", topics=topics.topic_label(topic_id))
    else:
        shown = [taught[topic_id]] if topic_id else taught.values()
        teaching = _("ger %(topics)s", topics=", ".join(shown)) if taught else ""
    return Supplier(provider.id, provider.name, provider.organisation_number, status, teaching, fits)


def _choices(before: Situation, after: Situation) -> Mapping[str, list[int]]:
    return {
        name: [int(key) for key in (value if isinstance(value, list) else [value])]
        for name, value in after.values.items()
        if value != before.values.get(name) and _is_of_providers(after.document["fields"].get(name, {}))
    }


def _is_of_providers(definition: Mapping[str, Any]) -> bool:
    return "provider" in (definition.get("type"), definition.get("of"))


def _refusal(after: Situation, name: str, keys: Collection[int], by_id: Mapping[int, Supplier]) -> str:
    if not set(keys) <= by_id.keys():
        return _("Anordnaren finns inte i registret. Välj en ur listan, eller lägg till den först.")
    if name == "chosen_provider" and set_aside(after) & set(keys):
        return _("Anordnaren har avböjt eller godtogs inte tidigare i inköpet. Välj en annan.")
    return ""


def _weighed(before: Situation, after: Situation, step: Step) -> list[int]:
    # All suppliers of a framework agreement are to be invited, and in its order, so nobody is left out by vetting.
    is_call_off = after.route_id.startswith("call_off_")
    choices = _choices(before, after)
    asked = [] if is_call_off else [key for name in _ASKED for key in choices.get(name, [])]
    return [*asked, int(after.values["chosen_provider"])] if is_award(before, after, step) else asked
