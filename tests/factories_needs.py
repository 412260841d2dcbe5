"""Needs and cohorts with sensible defaults, and instances for the engine; the caller names only what matters."""

from datetime import timedelta

from broker import clock
from broker.extensions import db
from broker.needs import service
from broker.needs.bundling.exchange import parse
from broker.needs.drafts import service as drafts
from broker.needs.drafts import work
from broker.needs.drafts.solving import calculate
from broker.needs.models import Priority
from broker.needs.planning import Calendar, CohortPlan
from broker.providers.models import Language, Level, Mode
from tests import factories

CONFIG = {
    "min_companies": 2,
    "prio_points": [0, 100, 150, 220, 300],
    "need_points": 20,
    "cohort_base": 60,
    "cohort_per_hour": 2,
    "km_points": 0.2,
    "mode_points": 10,
    "extra_hour_points": 1,
    "provider_points": 40,
    "split_points": 40,
    "max_hours_ratio": 1.5,
    "require_provider": False,
}
COLUMNS = [
    "id",
    "company",
    "area",
    "level",
    "langs",
    "pref_mode",
    "modes",
    "mun",
    "earliest",
    "latest",
    "hours",
    "women",
    "men",
    "priority",
    "max_km",
    "size",
]
FLEN, KATRINEHOLM, MALMO = 0, 1, 2


def need_values(**values):
    """Give what a form hands to the service: six people in Flen want to weld in the months to come."""
    start = Calendar(clock.today()).monday(4)
    defaults = {
        "topic_id": "T023",
        "level": Level.BASIC,
        "women": 1,
        "men": 2,
        "hours": 40,
        "preferred_mode": Mode.ON_SITE,
        "modes": [],
        "languages": [Language.SWEDISH.value],
        "earliest_on": start,
        "latest_on": start + timedelta(weeks=20),
        "municipality_code": "0482",
        "max_km": 50,
        "priority": Priority.NORMAL,
    }
    return defaults | values


def need(*, by, company=None, **values):
    row = service.add_need(company or factories.company(), need_values(**values), by=by)
    db.session.commit()
    return row


def plan_of(*needs, **changes):
    """Give a proposal for these needs as wholes, at the place and time of the first."""
    first = needs[0]
    values = {
        "topic_id": first.topic_id,
        "level": first.level,
        "language": Language.SWEDISH,
        "mode": first.preferred_mode,
        "hours": first.hours,
        "municipality_code": first.municipality_code,
        "starts_on": first.earliest_on,
        "members": tuple((row.id, 0) for row in needs),
    }
    return CohortPlan(**(values | changes))


def cohort(*needs, by, **changes):
    row = service.form_cohort(plan_of(*needs, **changes), by=by)
    db.session.commit()
    return row


def draft(*, by, name="Svets i vår", topic_id=None):
    """Give a draft that begins with the proposals for the needs that are open."""
    content = calculate(work.empty_desk(topic_id), anew=True)
    row = drafts.start_draft(name=name, topic_id=topic_id, content=content, by=by)
    db.session.commit()
    return row


def engine_need(number, **values):
    """Give a row of the exchange format: two people of a company of their own in Flen."""
    defaults = dict.fromkeys(COLUMNS, 0) | {
        "id": number,
        "company": number,
        "langs": 1,
        "modes": 1,
        "latest": 20,
        "hours": 8,
        "women": 1,
        "men": 1,
        "priority": 2,
        "max_km": 40,
    }
    return [(defaults | values)[name] for name in COLUMNS]


def engine_document(*rows, **changes):
    """Give an instance of the exchange format with three municipalities and one area of groups from 4 to 8."""
    document = {
        "config": CONFIG,
        "columns": COLUMNS,
        "needs": list(rows),
        "areas": [["T023", "Svetsning", 4, 8, 0], ["T042", "Excel", 6, 12, 0]],
        "municipalities": [
            ["Flen", 59.0580, 16.5870, "SE12"],
            ["Katrineholm", 58.9959, 16.2072, "SE12"],
            ["Malmö", 55.6050, 13.0038, "SE22"],
        ],
        "venues": [FLEN, KATRINEHOLM, MALMO],
        "offerings": [],
        "locked": [],
    }
    return document | changes


def engine_instance(*rows, **changes):
    return parse(engine_document(*rows, **changes))
