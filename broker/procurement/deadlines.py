"""The days that the law sets for a purchase, computed from its values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from broker.clock import add_months
from broker.procurement.calendar import add_days, move_to_weekday, quarter_end, standstill_end
from broker.procurement.situation import Situation, closing_field, waits_for_offers
from broker.procurement.value.parts import parts_of
from broker.reference.queries import text_of

DOCUMENTATION, CONTRACT_END, OFFERS_DUE = "documentation", "contract_end", "offers_due"
_INTENT_ROUTE = "direct_award"
_MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Deadline:
    """One day that the law sets; something to do, or only to know."""

    id: str
    label: str
    on: date
    law: str
    is_done: bool
    is_task: bool


def list_deadlines(purchase: Situation) -> list[Deadline]:
    """List the days that can be computed, the earliest first."""
    if not purchase.route["is_procurement"]:
        return []
    found = []
    for deadline_id, rule in _RULES.items():
        # A version of the workflow from before a deadline was added has no words for it.
        facts, day = purchase.document["deadlines"].get(deadline_id), rule(purchase)
        if day is None or facts is None:
            continue
        found.append(
            Deadline(
                id=deadline_id,
                label=text_of(facts),
                on=day,
                law=facts["law"],
                is_done=_is_done(deadline_id, purchase),
                is_task=deadline_id not in _ONLY_TO_KNOW,
            )
        )
    return sorted([*found, *_option_days(purchase)], key=lambda deadline: (deadline.on, deadline.id))


def next_deadline(purchase: Situation) -> Deadline | None:
    """Give the earliest day with something left to do."""
    return next((row for row in list_deadlines(purchase) if row.is_task and not row.is_done), None)


def list_left_at_end(purchase: Situation) -> list[Deadline]:
    """List what an ended purchase must still have done; none while it goes on, since its steps ask for it."""
    if not purchase.is_ended:
        return []
    return [row for row in list_deadlines(purchase) if row.is_task and not row.is_done]


def waits_for_documentation(purchase: Situation) -> bool:
    """Tell whether an ended purchase still lacks the day when its documentation was completed."""
    return any(row.id == DOCUMENTATION for row in list_left_at_end(purchase))


def find_standstill_end(purchase: Situation) -> date | None:
    """Give the last day of the standstill that runs: after a notification, an intent notice or a judgment."""
    days = [rule(purchase) for rule in (_standstill, _voluntary_standstill, _after_court)]
    known = [day for day in days if day is not None]
    return max(known) if known else None


def is_review_pending(purchase: Situation) -> bool:
    """Tell whether a court has the case and has not decided it."""
    return purchase.has("review_case") and purchase.text("review_outcome") in (None, "pending")


def _standstill(purchase: Situation) -> date | None:
    # A notification of a direct award starts no standstill: LOU 19 a kap. 10 §.
    sent_on, channel = purchase.day("notice_sent_date"), purchase.text("notice_channel")
    if sent_on is None or channel is None or purchase.route_id == _INTENT_ROUTE:
        return None
    electronic, otherwise = purchase.deadline_numbers("standstill_end")
    days = electronic if channel == "electronic" else otherwise
    return standstill_end(sent_on, days=days, stated=[purchase.day("standstill_end")])


def _voluntary_standstill(purchase: Situation) -> date | None:
    # On the advertised routes the same field holds the call for tenders, which starts no standstill.
    published_on = purchase.day("notice_published")
    if published_on is None or purchase.route_id != _INTENT_ROUTE:
        return None
    (days,) = purchase.deadline_numbers("voluntary_notice_standstill")
    return standstill_end(published_on, days=days, stated=[purchase.day("standstill_end")])


def _after_court(purchase: Situation) -> date | None:
    decided_on = purchase.day("review_decision_date")
    if decided_on is None or is_review_pending(purchase):
        return None
    (days,) = purchase.deadline_numbers("after_court")
    return add_days(decided_on, days)


def _documentation(purchase: Situation) -> date | None:
    signed_on = purchase.day("contract_date") or purchase.day("cancel_date")
    value = purchase.money("value_sek")
    (least,) = purchase.guard_numbers("documentation_required")
    is_small = purchase.route_id == _INTENT_ROUTE and value is not None and value <= least
    if signed_on is None or is_small or not _has_step(purchase, "documented"):
        return None
    (days,) = purchase.deadline_numbers("documentation")
    return add_days(signed_on, days)


def _post_notice(purchase: Situation) -> date | None:
    signed_on = purchase.day("contract_date")
    if signed_on is None or not needs_post_notice(purchase):
        return None
    days, batched_days = purchase.deadline_numbers("post_notice")
    if purchase.text("annex2") == "yes":
        return add_days(quarter_end(signed_on), batched_days)
    return add_days(signed_on, days)


def needs_post_notice(purchase: Situation) -> bool:
    """Tell whether the award must be announced afterwards: never a call-off, a direct award only if it is large."""
    value, (limit,) = purchase.money("value_sek"), purchase.guard_numbers("post_notice_required")
    is_large = purchase.route_id != _INTENT_ROUTE or (value is not None and value >= limit)
    return is_large and _has_step(purchase, "post_notified")


def _has_step(purchase: Situation, state: str) -> bool:
    return any(step["to"] == state for step in purchase.route["transitions"])


def _extra_information(purchase: Situation) -> date | None:
    closes_on = purchase.day("tender_deadline")
    (days,) = purchase.deadline_numbers("extra_information")
    return closes_on - timedelta(days=days) if closes_on else None


def _tender_time(purchase: Situation) -> date | None:
    published_on = purchase.day("notice_published")
    if published_on is None or purchase.route_id != "advertised_eu" or purchase.text("procedure") != "open":
        return None
    return add_days(published_on, purchase.deadline_numbers("tender_time_open_eu")[0])


def _validity_challenge(purchase: Situation) -> date | None:
    signed_on, noticed_on = purchase.day("contract_date"), purchase.day("post_notice_date")
    months, days = purchase.deadline_numbers("validity_challenge")
    if noticed_on is not None:
        return add_days(noticed_on, days)
    return move_to_weekday(add_months(signed_on, months)) if signed_on else None


def _harm_fee(purchase: Situation) -> date | None:
    signed_on = purchase.day("contract_date")
    (years,) = purchase.deadline_numbers("harm_fee_decision")
    return add_months(signed_on, years * _MONTHS_A_YEAR) if signed_on else None


def _framework_term(purchase: Situation) -> date | None:
    start = purchase.day("contract_start")
    if start is None or purchase.text("value_basis") != "framework_maximum":
        return None
    return add_months(start, purchase.deadline_numbers("framework_maximum_term")[0] * _MONTHS_A_YEAR)


def _offers_due(purchase: Situation) -> date | None:
    # One that has come here from another route may still have the time of that one.
    name = closing_field(purchase.route)
    return purchase.day(name) if name else None


def _contract_end(purchase: Situation) -> date | None:
    if not purchase.has("contract_date"):
        return None
    used = [part.until for part in parts_of(purchase.values) if part.is_used and part.until]
    return max([day for day in (purchase.day("contract_end"), *used) if day], default=None)


def _option_days(purchase: Situation) -> list[Deadline]:
    facts, is_ended = purchase.document["deadlines"].get("option_use"), purchase.is_ended
    if facts is None or not purchase.has("contract_date"):
        return []
    return [
        Deadline(
            id=f"option_use_{place}",
            label=f"{text_of(facts)}: {part.text}",
            on=part.use_by,
            law=facts["law"],
            is_done=is_ended or part.is_used is not None,
            is_task=True,
        )
        for place, part in enumerate(parts_of(purchase.values))
        if part.use_by is not None
    ]


def _reasons(purchase: Situation) -> date | None:
    # The request that has waited longest; when all are answered, the last one.
    asked_on = purchase.day("reasons_requested_on")
    (days,) = purchase.deadline_numbers("reasons_on_request")
    return add_days(asked_on, days) if asked_on else None


_RULES: Mapping[str, Callable[[Situation], date | None]] = MappingProxyType(
    {
        "standstill_end": _standstill,
        "voluntary_notice_standstill": _voluntary_standstill,
        "after_court": _after_court,
        DOCUMENTATION: _documentation,
        "post_notice": _post_notice,
        "extra_information": _extra_information,
        "tender_time_open_eu": _tender_time,
        "reasons_on_request": _reasons,
        "validity_challenge": _validity_challenge,
        "harm_fee_decision": _harm_fee,
        OFFERS_DUE: _offers_due,
        CONTRACT_END: _contract_end,
        "framework_maximum_term": _framework_term,
    }
)
_ONLY_TO_KNOW = frozenset({"validity_challenge", "harm_fee_decision", "framework_maximum_term", "tender_time_open_eu"})
_DONE_BY = {
    "standstill_end": ("contract_date", "cancel_date"),
    "voluntary_notice_standstill": ("contract_date", "cancel_date"),
    "after_court": ("contract_date", "cancel_date"),
    DOCUMENTATION: ("documentation_done_date",),
    "post_notice": ("post_notice_date",),
    "reasons_on_request": ("reasons_answered_on",),
    "extra_information": ("tenders_opened", "cancel_date"),
}


def _is_done(deadline_id: str, purchase: Situation) -> bool:
    if deadline_id == CONTRACT_END:
        return purchase.is_ended
    if deadline_id == OFFERS_DUE:
        # Not by the offers: that one is in is secret, and others can come until the last moment.
        return not waits_for_offers(purchase.route, purchase.state)
    return any(purchase.has(name) for name in _DONE_BY.get(deadline_id, ()))
