"""Makes needs of what was noted of companies."""

from broker import clock
from broker.accounts.models import User
from broker.companies.models import Company
from broker.needs import queries as needs
from broker.needs import service
from broker.needs.models import Need
from broker.needs.planning import Calendar
from broker.needs.presets import heard, usual


def make_need(company: Company, text: str, topic_id: str | None, *, by: User) -> Need:
    """Add the need that a note tells of, to be made clear later: people and period as far as the text says them."""
    today = clock.today()
    rules = needs.cohort_rules(today)
    known = heard(company, rules, Calendar(today), text) | usual(rules, topic_id)
    return service.identify_need(company, known | {"topic_id": topic_id, "interaction_id": None}, by=by)
