"""What a granted project still owes: signatures, months, reports and measurements, each with its day and its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

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
    """Give the months that have ended without costs, or without participants although something was to be taught."""
    application, today = situation.application, situation.application.today
    payment = budget_figures.payment_rules(application)
    with_costs = {cost.month for cost in situation.costs}
    with_people = {row.month for row in situation.months}
    for month in budget_figures.project_period(application).months:
        after = next_month(month)
        if after > today:
            break
        place = {"month": f"{month:%Y-%m}"}
        if month not in with_costs:
            claim_by = after
            for _month in range(payment.deadline_months):
                claim_by = next_month(claim_by)
            sentence = Sentence(N_("Kostnaderna i %(month)s är inte noterade."), {"month": in_words(month)})
            yield Owed(sentence, "outcomes.show_month", claim_by - timedelta(days=1), place)
        if month not in with_people and _is_taught(situation, month, after):
            report_by = after - timedelta(days=1) + timedelta(weeks=situation.rules.participants_weeks)
            sentence = Sentence(N_("Deltagarna i %(month)s är inte noterade."), {"month": in_words(month)})
            yield Owed(sentence, "outcomes.show_month", report_by, place)


def _is_taught(situation: Situation, month: date, after: date) -> bool:
    return any(
        row.starts_on and row.starts_on < after and (row.ends_on is None or row.ends_on >= month)
        for row in situation.application.activities
    )


def _reports(situation: Situation) -> Iterator[Owed]:
    period, today = budget_figures.project_period(situation.application), situation.application.today
    done = {row.ends_on for row in situation.reports if row.kind is ReportKind.QUARTER}
    for quarter in quarters(period, situation.rules.report_months):
        if quarter.ends_on < today and quarter.ends_on not in done:
            days = {"first": quarter.starts_on, "last": quarter.ends_on}
            yield Owed(Sentence(N_("Rapporten för %(first)s till %(last)s är inte uttagen."), days), "outcomes.reports")
    if period.ends_on < today and not any(row.kind is ReportKind.FINAL for row in situation.reports):
        yield Owed(Sentence(N_("Projektet är slut. Ta ut slutsiffrorna.")), "outcomes.reports")


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
