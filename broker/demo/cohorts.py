"""Cohorts of one organisation, formed from what the engine proposes for its open needs."""

from collections import Counter

from broker import clock
from broker.accounts.models import User
from broker.needs import queries as needs
from broker.needs import service
from broker.needs.cohorts.proposals import Proposals
from broker.needs.models import Cohort
from broker.needs.planning import CohortPlan, CohortRules

# Of every three proposals two are formed at most, so that something is left to propose.
_FORMED, _OF = 2, 3


def form_cohorts(count: int, *, by: User) -> list[Cohort]:
    """Form up to so many cohorts for the organisation in scope; those that a vetted provider teaches come first."""
    today = clock.today()
    plans = [CohortPlan.from_text(text) for text in Proposals(today).calculate()["cohorts"]]
    taught = {row.offering.topic_id for row in needs.list_usable_offerings(today)}
    chosen = _mixed(plans, needs.cohort_rules(today))[: min(count, len(plans) * _FORMED // _OF)]
    formed = [service.form_cohort(plan, by=by) for plan in chosen]
    return sorted(formed, key=lambda cohort: (cohort.topic_id not in taught, cohort.id))


def _mixed(plans: list[CohortPlan], rules: CohortRules) -> list[CohortPlan]:
    """Give the largest cohort of every topic, then the second of every topic, and so on.

    Training that employers must give by law comes last each time: it is of least use in a project.
    """
    seen: Counter[str] = Counter()
    ranked = []
    for place, plan in enumerate(plans):
        seen[plan.topic_id] += 1
        ranked.append((seen[plan.topic_id], rules.group_of(plan.topic_id).mandatory, place, plan))
    return [plan for *_rank, plan in sorted(ranked, key=lambda row: row[:3])]
