"""Two providers that have applied themselves: one waits to be looked at, one is being vetted."""

from typing import Any

from broker import access
from broker.accounts.models import User
from broker.demo.organisations import DemoOrganisation
from broker.extensions import db
from broker.providers.applying import service
from broker.providers.models import Language, ProviderKind

_LINK = "http://127.0.0.1:5000/anordnare/anmalningar"
_APPLIED: tuple[dict[str, Any], ...] = (
    {
        "name": "Exempel Truckutbildarna AB",
        "contact_name": "Ulla Exempel",
        "contact_function": "Utbildningsansvarig",
        "email": "ulla@truckutbildarna.example",
        "topic_ids": ["T001", "T004"],
        "offerings": "Truck A och B, två dagar, högst tolv deltagare. Även liftutbildning på plats hos företag.",
        "reach": "Sörmland, Östergötland och Örebro län",
        "proofs": "Läroplan enligt TLP10 och ansvarsförsäkring.",
    },
    {
        "name": "Exempel Ekonomikurser AB",
        "contact_name": "Per Exempel",
        "contact_function": "Vd",
        "email": "per@ekonomikurser.example",
        "topic_ids": ["T041"],
        "offerings": "Bokföring och lön för små företag, kvällstid på distans.",
        "reach": "Hela landet, på distans",
        "proofs": None,
    },
)


def add_applications(organisation: DemoOrganisation) -> None:
    """Open the form, and let two providers apply."""
    with access.acting_in(organisation.id):
        user = db.session.get_one(User, organisation.user_ids[0])
        page = service.open_page(organisation.id, by=user)
        common = {"organisation_number": None, "phone": None, "website": None, "kind": ProviderKind.PRIVATE}
        languages = {"languages": [Language.SWEDISH.value]}
        _first, second = (service.receive(page, common | languages | row, [], link=_LINK) for row in _APPLIED)
        service.accept(second, by=user)
