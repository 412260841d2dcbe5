"""Fills whatever a step of a purchase asks for, on days that follow each other; for walks by service and by browser."""

from datetime import datetime, timedelta

from broker import clock

# So many days before today each thing happened; the longest standstill and the ten days after a judgment are between.
DAYS_AGO = {
    "procurement_started": 120,
    "notice_published": 100,
    "offer_deadline": 80,
    "tender_deadline": 80,
    "tenders_opened": 79,
    "decision_date": 60,
    "notice_sent_date": 58,
    "review_decision_date": 40,
    "company_decision_date": 30,
    "contract_date": 20,
    "contract_start": 19,
    "documentation_done_date": 10,
    "individual_report_date": 10,
    "post_notice_date": 9,
    "delivery_start": 8,
    "delivery_end": 1,
    "cancel_date": 0,
}
CHOSEN = {
    "cpv_main": "80530000-8",
    "annex2": "yes",
    "buyer": "municipality_own_staff",
    "value_basis": "contract_total",
    "value_includes_options": True,
    "recurring": False,
    "similar_value_12m_sek": "0",
    "direct_award_ground": "low_value",
    "competition_method": "request_to_several",
    "notice_channel": "electronic",
    "review_outcome": "dismissed",
    "buyer_orgnr": "5566778899",
    "contracting_authority": "Bildningsnämnden",
    # Computed, or chosen when the purchase was started.
    "standstill_end": None,
    "call_off_volume": None,
    "framework": None,
}
BY_TYPE = {"money": "240000", "number": "4.2", "integer": 12, "boolean": True, "text": "Skrivet i provet."}


def answer(name, field, *, providers, user_ids):
    """Give a value for a field as it is stored; providers and people are keys."""
    kind = field["type"]
    if name in CHOSEN:
        return CHOSEN[name]
    if name in ("contract_end", "framework_end"):
        return (clock.today() + timedelta(days=200)).isoformat()
    if kind in ("date", "datetime"):
        day = clock.today() - timedelta(days=DAYS_AGO[name])
        moment = datetime(day.year, day.month, day.day, 12, tzinfo=clock.SWEDEN)
        return day.isoformat() if kind == "date" else moment.isoformat()
    if kind == "enum":
        return field["values"][0]
    if kind == "provider":
        return str(providers[0])
    if kind == "user":
        return str(user_ids[0])
    if kind == "list":
        return [str(key) for key in providers] if field["of"] == "provider" else [str(key) for key in user_ids]
    return BY_TYPE.get(kind, "Skrivet i provet.")
