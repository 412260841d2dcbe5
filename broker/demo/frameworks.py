"""Two framework agreements that the invented purchases are called off from: one by ranking, one with a competition."""

from datetime import date, timedelta

from broker import clock
from broker.accounts.models import User
from broker.procurement.frameworks import service
from broker.procurement.frameworks.models import CallOffModel, FrameworkAgreement, FrameworkLaw
from broker.procurement.suppliers import list_suppliers
from broker.providers.vetting import may_be_used

_BOARD = "Bildningsnämnden"
_SUPPLIERS = 3


def add_frameworks(*, by: User) -> dict[CallOffModel, FrameworkAgreement]:
    """Add the agreements of the organisation in scope with their suppliers, and give each by its model."""
    today = clock.today()
    begun = {"owner": _BOARD, "law": FrameworkLaw.CHAPTER_19, "starts_on": _first_of_month(today, 500)}
    ranking = service.add_framework(
        begun
        | {
            "name": "Påhittat ramavtal Truck och fordon",
            "diary_number": "DEMO 2025/014",
            "subject": "Utbildning för förare av truck, traktor och lastbil, med prov och intyg.",
            "ends_on": today + timedelta(days=500),
            "model": CallOffModel.RANKING,
            "ceiling_ore": 1_200_000_00,
            "used_elsewhere_ore": 310_000_00,
            "cpv_codes": ["80530000-8"],
            "topic_ids": ["T001"],
            "named_users": [_BOARD, "Kommunstyrelsen"],
        },
        by=by,
    )
    option = {"extends_to": today + timedelta(days=865), "call_by": today + timedelta(days=60)}
    service.add_option(ranking, option, by=by)
    competition = service.add_framework(
        begun
        | {
            "name": "Påhittat ramavtal Yrkeskurser",
            "diary_number": "DEMO 2025/022",
            "subject": "Korta yrkeskurser för vuxna. Tid, plats och lärare lämnas öppna till avropet.",
            "ends_on": today + timedelta(days=700),
            "model": CallOffModel.MINI_COMPETITION,
            "ceiling_ore": 3_000_000_00,
        },
        by=by,
    )
    usable = [
        row.id
        for row in list_suppliers(None, today=today)
        if may_be_used(row.status) and not row.status.knock_out_problems
    ]
    for framework in (ranking, competition):
        for rank, provider_id in enumerate(usable[:_SUPPLIERS], start=1):
            is_ranked = framework.model is CallOffModel.RANKING
            placed = {"provider_id": provider_id, "rank": rank if is_ranked else None, "share_percent": None}
            service.add_supplier(framework, placed, by=by)
    return {framework.model: framework for framework in (ranking, competition)}


def _first_of_month(today: date, days: int) -> date:
    return (today - timedelta(days=days)).replace(day=1)
