"""What people do with analyses: write one down with its needs, and change or add to it."""

from collections.abc import Sequence
from typing import Any

from broker import audit, clock
from broker.accounts.models import User
from broker.actions import Action
from broker.companies import service as companies
from broker.companies.models import Company
from broker.extensions import db
from broker.needs import queries, service
from broker.needs.analyses.models import Analysis
from broker.needs.models import Need
from broker.needs.planning import Calendar
from broker.needs.presets import heard, usual


def add_analysis(
    company: Company, texts: dict[str, Any], rows: Sequence[dict[str, Any]], *, by: User
) -> tuple[Analysis, list[Need]]:
    """Write a talk down, with a need for each of its rows."""
    analysis = Analysis(company_id=company.id, added_by_id=by.id, **texts)
    companies.engage(company)
    db.session.add(analysis)
    db.session.flush()
    audit.record(Action.ANALYSIS_ADDED, analysis, by=by, rows=len(rows))
    return analysis, [_add_need(analysis, company, row, by) for row in rows]


def edit_analysis(analysis: Analysis, texts: dict[str, Any], rows: Sequence[dict[str, Any]], *, by: User) -> list[Need]:
    """Change what was said and add the needs of new rows; needs that came of it before keep their own words."""
    changed = audit.changes(analysis, texts)
    for name, value in texts.items():
        setattr(analysis, name, value)
    if changed:
        audit.record(Action.ANALYSIS_EDITED, analysis, by=by, fields=list(changed))
    return [_add_need(analysis, analysis.company, row, by) for row in rows]


def _add_need(analysis: Analysis, company: Company, row: dict[str, Any], by: User) -> Need:
    """Add one need: what the talk said of goal, lack and consequence becomes its purpose, cause and consequence.

    An application reads these three (ESF's form, problem statement), and quotes what companies share only once.
    """
    rules, calendar = queries.cohort_rules(clock.today()), Calendar(clock.today())
    words = row["description"] or analysis.ability
    known = heard(company, rules, calendar, row["description"])
    topic_id = row["topic_id"] or known["topic_id"]
    told = {name: row[name] for name in ("earliest_on", "latest_on") if row[name]}
    women, men = row["women"] or 0, row["men"] or 0
    everybody = max(row["participants"] or 0, women + men)
    people = {"women": women, "men": men, "unknown_sex": everybody - women - men} if everybody else {}
    said = {"purpose": analysis.goal, "cause": analysis.gap, "consequence": analysis.consequence}
    own = {"description": words, "topic_id": topic_id, "analysis_id": analysis.id}
    return service.identify_need(company, known | usual(rules, topic_id) | told | people | said | own, by=by)
