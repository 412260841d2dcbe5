"""What a granted project still owes: signatures, months, reports and measurements, each with its day and its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from broker import clock
from broker.clock import add_months
from broker.esf.budgets import figures as budget_figures
from broker.esf.budgets.spreading import Period, next_month
from broker.esf.grants.models import GrantDecision
from broker.esf.grants.queries import Changed
from broker.esf.outcomes.models import ReportKind
from broker.esf.outcomes.situation import Situation
from broker.formatting import month as in_words
from broker.sentences import N_, Sentence


@dataclass(frozen=True)
class Owed:
    """One thing to do, where it is done, and by when, if it is known."""

    sentence: Sentence
    page: str
    due_on: date | None = None
    place: dict[str, str] = field(default_factory=dict)


def list_owed(situation: Situation, changed: Sequence[Changed]) -> list[Owed]:
    """List what is to be done in a project that has support: what has a day first, the earliest of them first."""
    grant = situation.grant
    if grant is None or not grant.is_granted:
        return []
    found = [
        *_agreement(situation, grant),
        *_months(situation),
        *_reports(situation),
        *_targets(situation),
        *_undecided(changed),
    ]
    return sorted(found, key=lambda owed: (owed.due_on is None, owed.due_on or date.max))


def quarters(project: Period, months_each: int) -> list[Period]:
    """Give the calendar quarters, or longer or shorter parts of the year, that a project touches, each cut to it."""
    found, first = [], date(project.starts_on.year, 1, 1)
    while first <= project.ends_on:
        after = first
        for _month in range(months_each):
            after = next_month(after)
        last = after - timedelta(days=1)
        if last >= project.starts_on:
            found.append(Period(max(first, project.starts_on), min(last, project.ends_on)))
        first = after
    return found


def _agreement(situation: Situation, grant: GrantDecision) -> Iterator[Owed]:
    if grant.agreement_on is None:
        sentence = Sentence(N_("Alla stödmottagare ska underteckna sitt projektåtagande."))
        yield Owed(sentence, "grants.edit_grant", situation.rules.agreement_by(grant.decided_on))


def _months(situation: Situation) -> Iterator[Owed]:
    """Give the months that have ended without costs, or without the participants of a cohort that was to be taught."""
    application, today = situation.application, situation.application.today
    with_costs = {cost.month for cost in situation.costs}
    for month in budget_figures.project_period(application).months:
        after = next_month(month)
        if after > today:
            break
        place = {"month": f"{month:%Y-%m}"}
        if month not in with_costs:
            claim_by = min(_claim_by(situation, after - timedelta(days=1)), _last_claim_by(situation))
            sentence = Sentence(N_("Kostnaderna i %(month)s är inte noterade."), {"month": in_words(month)})
            yield Owed(sentence, "outcomes.show_month", claim_by, place)
        if _lacks_participants(situation, month, after):
            report_by = after - timedelta(days=1) + timedelta(weeks=situation.rules.participants_weeks)
            sentence = Sentence(N_("Deltagarna i %(month)s är inte noterade."), {"month": in_words(month)})
            yield Owed(sentence, "outcomes.show_month", report_by, place)


def _claim_by(situation: Situation, last: date) -> date:
    """Give the last day to claim what came to its end on a day; a last day of a month gives a last day of a month."""
    months = budget_figures.payment_rules(situation.application).deadline_months
    return add_months(last + timedelta(days=1), months) - timedelta(days=1)


def _last_claim_by(situation: Situation) -> date:
    """Give the last day of the last claim and of the final report, counted from the last day of the project."""
    return _claim_by(situation, situation.application.project.ends_on)


def _lacks_participants(situation: Situation, month: date, after: date) -> bool:
    noted = {row.cohort_id for row in situation.months if row.month == month}
    taught = [
        row
        for row in situation.application.activities
        if row.starts_on and row.starts_on < after and (row.ends_on is None or row.ends_on >= month)
    ]
    return any(need.cohort_id not in noted for row in taught for need in situation.application.needs_of(row))


def _reports(situation: Situation) -> Iterator[Owed]:
    period, today = budget_figures.project_period(situation.application), situation.application.today
    # A report that was taken out while its quarter went on does not tell all of it.
    done = {
        row.ends_on
        for row in situation.reports
        if row.kind is ReportKind.QUARTER and clock.in_sweden(row.taken_at).date() > row.ends_on
    }
    for quarter in quarters(period, situation.rules.report_months):
        if quarter.ends_on < today and quarter.ends_on not in done:
            days = {"first": quarter.starts_on, "last": quarter.ends_on}
            yield Owed(Sentence(N_("Rapporten för %(first)s till %(last)s är inte uttagen."), days), "outcomes.reports")
    if period.ends_on < today and not any(row.kind is ReportKind.FINAL for row in situation.reports):
        sentence = Sentence(N_("Projektet är slut. Ta ut slutsiffrorna."))
        yield Owed(sentence, "outcomes.reports", _last_claim_by(situation))


def _targets(situation: Situation) -> Iterator[Owed]:
    for target in situation.targets(situation.application.today):
        if target.is_overdue:
            sentence = Sentence(
                N_("Delmålet ”%(indicator)s” skulle vara nått. Skriv hur det gick."),
                {"indicator": target.milestone.indicator},
            )
            yield Owed(sentence, "outcomes.targets", target.milestone.due_on)


def _undecided(changed: Sequence[Changed]) -> Iterator[Owed]:
    lacking = {row.kind for row in changed if row.lacks_decision}
    if lacking:
        sentence = Sentence(N_("Projektet skiljer sig från det som beviljades på ett sätt som kräver beslut."))
        yield Owed(sentence, "grants.list_deviations")
