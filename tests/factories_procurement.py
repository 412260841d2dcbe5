"""Rows of providers and purchases, made through the services, with sensible defaults."""

from datetime import date
from functools import cache

from broker import access, clock
from broker.extensions import db
from broker.procurement import service as purchases
from broker.procurement.offers import service as offers
from broker.procurement.situation import Situation
from broker.procurement.thresholds import read_thresholds
from broker.providers import queries, service, vetting
from broker.providers.service import Finding
from broker.reference.queries import read_yaml
from broker.reference.service import _plain

DIRECT_ANSWERS = {
    "buyer": "municipality_own_staff",
    "cpv_main": "80530000-8",
    "annex2": "yes",
    "annex2_reason": "Yrkesutbildning hör till bilaga 2.",
    "procurement_started": "2026-03-02",
    "value_sek": "250000",
}


@cache
def document(name):
    """Give a rule that comes with the product, as the database holds it."""
    content = _plain(read_yaml(name))
    return {"rows": content} if isinstance(content, list) else content


def situation(route_id="direct_award", state="draft", *, papers=(), today=date(2026, 5, 4), **values):
    """Give a purchase as the rules see it, without a database."""
    return Situation(
        document=document("procurement_workflow"),
        route_id=route_id,
        state=state,
        values=values,
        today=today,
        thresholds=lambda: read_thresholds(document("procurement_thresholds")),
        papers=frozenset(papers),
    )


def provider(*, by, name="Svetsskolan i Flen", **values):
    row = service.add_provider(by=by, **({"name": name, "municipality_code": "0482"} | values))
    db.session.commit()
    return row


def offering(row, *, by, topic_id="T001", **values):
    defaults = {
        "topic_id": topic_id,
        "title": "Truck A och B",
        "levels": ["basic"],
        "modes": ["on_site"],
        "languages": ["sv"],
        "municipality_code": "0482",
        "reach_km": 50,
        "capacity": 12,
        "hours": 16,
        "price_per_participant_ore": 450000,
    }
    made = service.add_offering(row, by=by, **(defaults | values))
    db.session.commit()
    return made


def vetted_provider(*, by, name="Svetsskolan i Flen", checked_on=None, **values):
    """Give a provider whose every item is approved."""
    row = provider(by=by, name=name, **values)
    findings = [Finding(item["id"], vetting.APPROVED) for item in queries.vetting_document(clock.today())["items"]]
    service.record_checks(row, findings, checked_on=checked_on or clock.today(), by=by)
    db.session.commit()
    return row


def purchase(*, by, title="Truckutbildning i Flen", route_id="direct_award", state=None, organisation=None, **values):
    """Give a purchase, moved by hand to a state if one is named."""
    if organisation is not None:
        with access.acting_in(organisation.id):
            return purchase(by=by, title=title, route_id=route_id, state=state, **values)
    row = purchases.start_purchase(
        title=title, values=DIRECT_ANSWERS | values, route_id=route_id, route_reason="Prov.", by=by
    )
    row.state = state or row.state
    db.session.commit()
    return row


def offer(row, *, by, name="Svetsskolan i Flen", number="5299236900", paper=None, **values):
    """Give an offer that came today: a price for the whole group, from a provider outside the register."""
    known = {
        "provider_id": None,
        "bidder_name": name,
        "organisation_number": number,
        "received_at": clock.now(),
        "fixed_price_ore": 24_000_000,
        "price_per_participant_ore": None,
        "valid_to": None,
        "note": None,
    }
    made = offers.add_offer(row, known | values, paper=paper, by=by)
    db.session.commit()
    return made
