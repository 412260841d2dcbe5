"""Framework agreements, made through the services, with sensible defaults."""

from datetime import date, timedelta

from broker import clock
from broker.extensions import db
from broker.procurement.frameworks import service
from broker.procurement.frameworks.models import CallOffModel, FrameworkLaw


def framework(*, by, providers=(), shares=(), **values):
    """Give an agreement in force with these providers in this order, perhaps with their shares."""
    today = clock.today()
    defaults = {
        "name": "Ramavtal Truck",
        "diary_number": "2025/12",
        "owner": "Bildningsnämnden",
        "law": FrameworkLaw.CHAPTER_19,
        "starts_on": today - timedelta(days=200),
        "ends_on": today + timedelta(days=400),
        "model": CallOffModel.RANKING,
        "ceiling_ore": 1_000_000_00,
    }
    row = service.add_framework(defaults | values, by=by)
    for place, provider in enumerate(providers, start=1):
        share = shares[place - 1] if shares else None
        placed = {"provider_id": provider.id, "rank": place, "share_percent": share}
        service.add_supplier(row, placed, by=by)
    db.session.commit()
    return row


def option(row, *, by, extends_to=None, call_by=None):
    """Give an option that lets an agreement go on for a year."""
    days = {
        "extends_to": extends_to or row.ends_on + timedelta(days=365),
        "call_by": call_by or row.ends_on - timedelta(days=60),
    }
    made = service.add_option(row, days, by=by)
    db.session.commit()
    return made


def answers(row, **values):
    """Give the answers of a purchase that is called off from an agreement."""
    return {
        "buyer": "municipality_own_staff",
        "cpv_main": "80530000-8",
        "annex2": "yes",
        "annex2_reason": "Yrkesutbildning hör till bilaga 2.",
        "procurement_started": date(2026, 3, 2).isoformat(),
        "value_sek": "250000",
        "framework": row.id,
    } | values
