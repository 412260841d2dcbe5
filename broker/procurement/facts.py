"""What cannot have happened: days in the wrong order or ahead of today, and choices that contradict each other."""

import re
from collections.abc import Collection, Iterator
from datetime import date, datetime
from types import MappingProxyType

from flask_babel import gettext as _

from broker.formatting import day
from broker.procurement.situation import Situation
from broker.procurement.suppliers import Supplier
from broker.procurement.workflow import STANDING_OFFERS
from broker.reference.queries import text_of
from broker.swedish import search_key

_AFTER_THE_START = (
    "notice_published",
    "offer_deadline",
    "tender_deadline",
    "tenders_opened",
    "decision_date",
    "notice_sent_date",
    "contract_date",
    "delivery_start",
    "framework_end",
    "cancel_date",
)
# What comes first, and what cannot lie before it.
_ORDER = MappingProxyType(
    {
        "procurement_started": _AFTER_THE_START,
        "notice_published": ("tender_deadline", "review_decision_date"),
        "tender_deadline": ("tenders_opened",),
        "tenders_opened": ("decision_date",),
        "offer_deadline": ("decision_date",),
        "decision_date": ("notice_sent_date", "contract_date"),
        "notice_sent_date": ("contract_date", "review_decision_date"),
        "contract_date": ("documentation_done_date", "post_notice_date", "delivery_start"),
        "contract_start": ("contract_end",),
        "company_decision_date": ("delivery_start",),
        "delivery_start": ("delivery_end",),
    }
)
_HAPPENED = (
    "notice_published",
    "tenders_opened",
    "decision_date",
    "company_decision_date",
    "notice_sent_date",
    "review_decision_date",
    "contract_date",
    "documentation_done_date",
    "individual_report_date",
    "post_notice_date",
    "delivery_end",
    "cancel_date",
)
_SHORTEST_NAME = 3
_DIRECT = "direct_award"
_ASKED_BY_NAME = frozenset({"request_to_one", "request_to_several"})


def list_contradictions(
    purchase: Situation, answered: Collection[str], suppliers: Collection[Supplier] = (), *, note: str | None = None
) -> dict[str, str]:
    """Say by field what is wrong with the answers of a step, and what to do.

    A direct award to which only those that were asked could answer waits for no day once they have: LOU 19 a kap.
    says none. That those without an offer have declined is told by the note.
    """
    found = [*_disordered(purchase), *_ahead(purchase), *_unlike(purchase), *_too_few(purchase)]
    found += _without_offer(purchase, suppliers)
    contradictions = {name: sentence for name, sentence in found if name in answered}
    if "decision_date" in answered and _is_decided_early(purchase) and _asked_only_some(purchase):
        contradictions |= _unanswered(purchase, suppliers, note)
    return contradictions


def _is_decided_early(purchase: Situation) -> bool:
    closes, decided = _point(purchase, "offer_deadline"), _point(purchase, "decision_date")
    return closes is not None and decided is not None and _is_before(decided, closes)


def _asked_only_some(purchase: Situation) -> bool:
    # A request that was published is open to all until its last moment: LOU 4 kap. 1 §.
    return purchase.route_id == _DIRECT and purchase.text("competition_method") in _ASKED_BY_NAME


def _unanswered(purchase: Situation, suppliers: Collection[Supplier], note: str | None) -> dict[str, str]:
    asked = {str(key) for key in purchase.values.get("suppliers_asked") or []}
    answered = {str(row.id) for row in suppliers if _has_offered(purchase, row)}
    names = ", ".join(row.name for row in suppliers if str(row.id) in asked - answered)
    if note or not names:
        return {}
    sentence = _(
        "Sista dag för offert är %(day)s, och alla tillfrågade har inte svarat: %(names)s. Vänta till dess, eller "
        "skriv när de avböjde.",
        day=day(purchase.day("offer_deadline")),
        names=names,
    )
    return {"step_note": sentence}


def _has_offered(purchase: Situation, supplier: Supplier) -> bool:
    standing = purchase.values.get(STANDING_OFFERS)
    if standing is not None:
        return bool({str(supplier.id), supplier.organisation_number} & set(standing))
    return any(_is_from(offer, supplier) for offer in purchase.values.get("offers_received") or [])


def _disordered(purchase: Situation) -> Iterator[tuple[str, str]]:
    for earlier, laters in _ORDER.items():
        for later in laters:
            first, second = _point(purchase, earlier), _point(purchase, later)
            if first is None or second is None or not _is_before(second, first):
                continue
            if earlier == "offer_deadline" and _asked_only_some(purchase):
                continue
            names = {"later": _label(purchase, later), "earlier": _label(purchase, earlier), "day": _day_of(first)}
            sentence = _("”%(later)s” kan inte ligga före ”%(earlier)s”, %(day)s. Rätta dagen.", **names)
            yield later, sentence
            yield earlier, sentence


def _ahead(purchase: Situation) -> Iterator[tuple[str, str]]:
    for name in _HAPPENED:
        happened_on = purchase.day(name)
        if happened_on is not None and happened_on > purchase.today:
            label = _label(purchase, name)
            yield name, _("”%(label)s” kan inte ligga framåt i tiden. Ange dagen när det är gjort.", label=label)


def _unlike(purchase: Situation) -> Iterator[tuple[str, str]]:
    method, asked = purchase.text("competition_method"), purchase.count("suppliers_asked")
    if method == "request_to_one" and asked > 1:
        yield "competition_method", _("Du har kryssat för flera anordnare. Välj ”Förfrågan till flera”, eller bara en.")
    if method == "request_to_several" and asked == 1:
        yield (
            "competition_method",
            _("Du har kryssat för en anordnare. Välj ”Förfrågan till en”, eller kryssa för fler."),
        )


def _too_few(purchase: Situation) -> Iterator[tuple[str, str]]:
    for name, field in purchase.document["fields"].items():
        least = field.get("least", {}).get(purchase.route_id, 0)
        if least and purchase.has(name) and purchase.count(name) < least:
            sentence = _("Ange minst %(count)s (%(law)s).", count=least, law=field["law"])
            yield name, sentence


def _without_offer(purchase: Situation, suppliers: Collection[Supplier]) -> Iterator[tuple[str, str]]:
    offers = purchase.values.get("offers_received") or []
    chosen = next((row for row in suppliers if str(row.id) == str(purchase.values.get("chosen_provider"))), None)
    if chosen is None or _has_offered(purchase, chosen):
        return
    if purchase.values.get(STANDING_OFFERS) is not None:
        yield (
            "chosen_provider",
            _(
                "%(name)s har ingen offert som jämförs. Välj en som har det, eller rätta offerten så att den gäller "
                "anordnaren i registret.",
                name=chosen.name,
            ),
        )
    elif offers:
        yield (
            "chosen_provider",
            _(
                "%(name)s står inte bland offerterna. Välj en som har lämnat offert, eller rätta offerterna så att "
                "anordnarens namn eller organisationsnummer framgår.",
                name=chosen.name,
            ),
        )


def _is_from(offer: str, supplier: Supplier) -> bool:
    numbers = {number.replace("-", "") for number in re.findall(r"\b\d{6}-?\d{4}\b", offer)}
    name, sender = search_key(supplier.name), search_key(re.split("[,;:]", offer)[0])
    is_named = name in search_key(offer) or (len(sender) >= _SHORTEST_NAME and sender in name)
    return is_named or supplier.organisation_number in numbers


def _point(purchase: Situation, name: str) -> date | datetime | None:
    if not purchase.has(name):
        return None
    kind = purchase.document["fields"][name]["type"]
    return datetime.fromisoformat(purchase.values[name]) if kind == "datetime" else purchase.day(name)


def _is_before(one: date | datetime, other: date | datetime) -> bool:
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    return _date_of(one) < _date_of(other)


def _date_of(point: date | datetime) -> date:
    return point.date() if isinstance(point, datetime) else point


def _day_of(point: date | datetime) -> str:
    return day(_date_of(point))


def _label(purchase: Situation, name: str) -> str:
    return text_of(purchase.document["fields"][name])
