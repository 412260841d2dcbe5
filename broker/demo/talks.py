"""Talks about needs in the first organisation of the demo: an analysis with its needs, and what was only heard of."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from broker import access, clock
from broker.accounts.models import User
from broker.companies.models import Company, Engagement
from broker.demo.organisations import DemoOrganisation
from broker.extensions import db
from broker.needs import queries, service
from broker.needs.analyses import service as analyses
from broker.needs.planning import Calendar
from broker.needs.presets import heard

_TEXTS = {
    "goal": "Ta emot fler och större order utan att bygga ut.",
    "ability": "Läsa ritningar, ställa om maskinerna själva och köra truck i det nya lagret.",
    "gap": "Två av nio i verkstaden kan ställa om; ingen på lagret har truckkort.",
    "consequence": "Ordrarna går till ett företag i en annan region.",
}
_ROW = dict.fromkeys(("description", "topic_id", "participants", "women", "men", "earliest_on", "latest_on"))
_ROWS: tuple[dict[str, Any], ...] = (
    {"description": "Ritningsläsning för sju i verkstaden", "participants": 7, "women": 2, "men": 5},
    {"description": "Truckkort för tre på lagret", "participants": 3, "women": 1, "men": 2},
)
_HEARD = (
    "Vill veta mer om hur de kan använda AI i offerterna.",
    "Fyra i produktionen behöver bli bättre på svenska.",
    "Någon behöver lära sig programmera den nya roboten före sommaren.",
)


def add_talks(organisation: DemoOrganisation) -> None:
    """Add an analysis at one company, and needs to clarify at others."""
    with access.acting_in(organisation.id):
        user = db.session.get_one(User, organisation.user_ids[0])
        ours = select(Company).join(Engagement, Engagement.company_id == Company.id).order_by(Company.id).limit(10)
        companies = list(db.session.scalars(ours))
        texts = _TEXTS | {"held_on": clock.today() - timedelta(days=9)}
        analyses.add_analysis(companies[0], texts, [_ROW | row for row in _ROWS], by=user)
        rules, calendar = queries.cohort_rules(clock.today()), Calendar(clock.today())
        for text, company in zip(_HEARD, companies[1:], strict=False):
            service.identify_need(company, heard(company, rules, calendar, text), by=user)
        db.session.flush()
