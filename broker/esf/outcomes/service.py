"""What people note of a granted project: who took part, what it cost, what was measured, reports, and links."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from broker import audit, clock
from broker.accounts.models import User
from broker.actions import Action
from broker.documents.blocks import Block
from broker.errors import RefusedError
from broker.esf.budgets.spreading import Period
from broker.esf.chain.models import Milestone
from broker.esf.grants.rules import grant_rules
from broker.esf.models import Project
from broker.esf.outcomes import queries
from broker.esf.outcomes.models import (
    Audience,
    CostMonth,
    MilestoneResult,
    ParticipantMonth,
    PeriodReport,
    ReportKind,
    ResultLink,
)
from broker.esf.outcomes.reports import as_stored
from broker.esf.service import save_row
from broker.extensions import db
from broker.formatting import day
from broker.formatting import month as in_words

SEXES = ("women", "men", "unknown")
PEOPLE = tuple(f"{sex}_{what}" for what in ("began", "finished") for sex in SEXES)


class CompanyRefusedError(RefusedError):
    """What was noted of one company cannot be; says which company, and of which field."""

    def __init__(self, company_id: int, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.company_id, self.field = company_id, field


def save_participants(
    project: Project, cohort_id: int, month: date, rows: Mapping[int, Mapping[str, Any]], *, by: User
) -> None:
    """Note who took part in a cohort in a month, by company; values are the columns of the month.

    That nobody was there is noted too, so that the month is not asked for again. Refuses months still to come, and
    those outside the project unless something is noted of them. Raises CompanyRefusedError, before anything is
    changed, if more would have finished than begun up to any month, or if hours were attended where nobody has begun.
    """
    months = queries.list_participant_months(project)
    _check_month(project, month, months)
    noted = [row for row in months if row.cohort_id == cohort_id]
    for company_id, values in rows.items():
        others = [row for row in noted if row.company_id == company_id and row.month != month]
        check_course(company_id, [*others, ParticipantMonth(month=month, **values)])
    there = {row.company_id: row for row in noted if row.month == month}
    told: dict[str, Any] = {}
    for company_id, values in rows.items():
        row = there.get(company_id) or ParticipantMonth(
            project_id=project.id,
            cohort_id=cohort_id,
            company_id=company_id,
            month=month,
            **dict.fromkeys(PEOPLE, 0),
            hours=Decimal(0),
        )
        changes = audit.changes(row, dict(values))
        if row.id is not None and not changes:
            continue
        for name, value in values.items():
            setattr(row, name, value)
        db.session.add(row)
        told[f"company {company_id}"] = changes
    if told:
        facts: dict[str, Any] = {"month": month, "cohort": cohort_id, "rows": len(told), "figures": told}
        audit.record(Action.PARTICIPANTS_SAVED, project, by=by, **facts)


def check_course(company_id: int, months: Iterable[ParticipantMonth]) -> None:
    """Refuse months of a company in a cohort by which more have finished than begun, or hours without anybody.

    Raises CompanyRefusedError with the first month and field that is wrong.
    """
    so_far = dict.fromkeys(PEOPLE, 0)
    for row in sorted(months, key=lambda row: row.month):
        for name in PEOPLE:
            so_far[name] += getattr(row, name)
        for sex in SEXES:
            if so_far[f"{sex}_finished"] > so_far[f"{sex}_began"]:
                sentence = _("Fler har avslutat än som har börjat till och med %(month)s.", month=in_words(row.month))
                raise CompanyRefusedError(company_id, f"{sex}_finished", sentence)
        if row.hours and not any(so_far[f"{sex}_began"] for sex in SEXES):
            sentence = _("Ange hur många som har börjat: det finns timmar i %(month)s.", month=in_words(row.month))
            raise CompanyRefusedError(company_id, "women_began", sentence)


def save_costs(
    project: Project,
    month: date,
    costs: Mapping[int, tuple[Decimal | None, Decimal | None]],
    contributions: Mapping[int, Decimal | None],
    *,
    by: User,
) -> None:
    """Note what rows came to in a month: of the budget hours and amount by its key, of the financing an amount.

    An empty value takes away what was noted. Refuses months still to come, and those outside the project unless
    something is noted of them.
    """
    noted = [row for row in queries.list_costs(project) if row.month == month]
    _check_month(project, month, noted)
    by_budget = {row.budget_row_id: row for row in noted if row.budget_row_id}
    by_financing = {row.cofinancing_row_id: row for row in noted if row.cofinancing_row_id}
    told: dict[str, Any] = {}
    for key, (hours, amount) in costs.items():
        new = CostMonth(project_id=project.id, budget_row_id=key, month=month)
        if changes := _note_cost(by_budget.get(key) or new, hours, amount):
            told[f"budget_row {key}"] = changes
    for key, amount in contributions.items():
        new = CostMonth(project_id=project.id, cofinancing_row_id=key, month=month)
        if changes := _note_cost(by_financing.get(key) or new, None, amount):
            told[f"co_financing_row {key}"] = changes
    if told:
        audit.record(Action.COSTS_SAVED, project, by=by, month=month, rows=len(told), figures=told)


def _note_cost(row: CostMonth, hours: Decimal | None, amount: Decimal | None) -> dict[str, list[Any]]:
    changes = audit.changes(row, {"hours": hours, "amount_kr": amount})
    if not changes:
        return {}
    row.hours, row.amount_kr = hours, amount
    if row.id is not None and hours is None and amount is None:
        db.session.delete(row)
    else:
        db.session.add(row)
    return changes


def _check_month(project: Project, month: date, noted: Iterable[ParticipantMonth | CostMonth]) -> None:
    # The days of a project can have changed since: what was noted before is corrected where it stands.
    if month not in (*Period(project.starts_on, project.ends_on).months, *(row.month for row in noted)):
        raise RefusedError(_("Välj en månad i projektets period."))
    if month > clock.today():
        raise RefusedError(_("Månaden har inte börjat. Vänta tills den gör det."))


def save_result(
    project: Project, milestone: Milestone, result: MilestoneResult | None, values: dict[str, Any], *, by: User
) -> MilestoneResult:
    """Save what was measured of a milestone on a day, new or old."""
    result = result or MilestoneResult(project_id=project.id, milestone_id=milestone.id)
    save_row(project, result, values, action=Action.RESULT_SAVED, by=by, title=milestone.indicator)
    return result


def remove_result(project: Project, result: MilestoneResult, *, by: User) -> None:
    """Take a measurement away; the history keeps it."""
    result.is_active = False
    audit.record(Action.RESULT_SAVED, project, by=by, removed=True, title=result.value)


def keep_report(
    project: Project, kind: ReportKind, period: Period, blocks: Sequence[Block], *, by: User
) -> PeriodReport:
    """Keep a report as it is now; it is never changed."""
    latest = next(iter(queries.list_reports(project)), None)
    report = PeriodReport(
        project_id=project.id,
        number=latest.number + 1 if latest else 1,
        kind=kind,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        blocks=as_stored(blocks),
        taken_by_id=by.id,
        taken_by=by,
    )
    db.session.add(report)
    audit.record(Action.REPORT_TAKEN, project, by=by, number=report.number, kind=kind)
    return report


def open_link(project: Project, audience: Audience, *, open_until: date, by: User) -> ResultLink:
    """Make an address under which somebody outside sees the results; refuses a day that has passed or is far off."""
    today = clock.today()
    if open_until < today:
        raise RefusedError(_("Ange en dag från och med i dag."))
    last = today + timedelta(days=grant_rules(today).link_days_at_most)
    if open_until > last:
        raise RefusedError(_("Ange en dag till och med %(day)s. Gör en ny länk när den har gått ut.", day=day(last)))
    link = ResultLink(
        project_id=project.id,
        audience=audience,
        token=secrets.token_urlsafe(24),
        open_until=open_until,
        created_by_id=by.id,
        created_by=by,
    )
    db.session.add(link)
    audit.record(Action.RESULT_LINK_MADE, project, by=by, audience=audience, open_until=open_until)
    return link


def close_link(project: Project, link: ResultLink, *, by: User) -> None:
    """Close an address at once."""
    link.is_closed = True
    audit.record(Action.RESULT_LINK_CLOSED, project, by=by, audience=link.audience)
