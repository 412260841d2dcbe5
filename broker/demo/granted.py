"""One invented project that has been granted and has run for some months: what it has noted, and what it has told."""

import io
from datetime import date, time, timedelta
from decimal import Decimal

from broker import access, clock
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.clock import add_months
from broker.demo import project_texts as texts
from broker.demo.projects import LEADER, MUNICIPALITY, read_prices
from broker.esf import join_service, plan_service, queries, service
from broker.esf.budgets import figures
from broker.esf.budgets import service as budgets
from broker.esf.budgets.lines import PARTICIPANTS, PERSONNEL
from broker.esf.budgets.spreading import Period
from broker.esf.chain import queries as chain_queries
from broker.esf.chain import service as chain
from broker.esf.grants import service as grants
from broker.esf.grants.models import ChangeState, EvidenceKind, GrantDecision, GrantOutcome
from broker.esf.kinds import OWNER, AidBasis, JoinGround
from broker.esf.models import Call, Project
from broker.esf.outcomes import service as outcomes
from broker.esf.outcomes.models import Audience, ReportKind, ResultState
from broker.esf.outcomes.proposing import propose_month
from broker.esf.outcomes.queries import list_participant_months
from broker.esf.outcomes.reports import build_report
from broker.esf.outcomes.situation import load_situation
from broker.esf.outcomes.waiting import quarters
from broker.esf.snapshots import service as snapshots
from broker.extensions import db
from broker.formatting import in_swedish
from broker.needs.models import Cohort

_MONTHS_SO_FAR, _MONTHS_IN_ALL = 6, 18
_HOURS_A_MONTH, _TRAVEL = Decimal("43.00"), Decimal("2450.00")
_LINK_DAYS = 90


def start_granted(cohort: Cohort, *, by: User) -> Project:
    """Add a project of an earlier call that has been granted, with a cohort that is about to be taught."""
    started_on = add_months(clock.today().replace(day=1), -_MONTHS_SO_FAR)
    call = _add_call(started_on, by)
    owner = accounts.get_organisation(access.organisation_in_scope())
    ends_on = add_months(started_on, _MONTHS_IN_ALL) - timedelta(days=1)
    project = service.start_project(call, owner, name=texts.GRANTED_NAME, starts_on=started_on, ends_on=ends_on, by=by)
    join_service.join_cohort(
        project,
        queries.get_cohort(cohort.id),
        ground=JoinGround.CONSENT,
        ground_note=texts.GRANTED_GROUND,
        price_per_participant_ore=None,
        by=by,
    )
    _fill_in(project, by)
    db.session.flush()
    _decide(project, by)
    return project


def follow_granted(project: Project, cohort: Cohort, *, by: User) -> None:
    """Note half a year of costs, who came to the training, what deviates, and tell of it."""
    _note_months(project, cohort, by)
    _tell(project, by)


def _add_call(started_on: date, by: User) -> Call:
    call = service.add_call(
        diary_no="DEMO-26-001",
        version="1",
        title=texts.EARLIER_CALL_TITLE,
        region="Östra Mellansverige",
        programme_area="A",
        specific_objective="A1A",
        opens_on=add_months(started_on, -10),
        closes_on=add_months(started_on, -7),
        closing_time=time(16),
        cofinancing_rate=Decimal("0.46"),
        budget_model="yrkeskategori",
        max_months=36,
        earliest_start=started_on,
        latest_start=add_months(started_on, 2),
        latest_end=add_months(started_on, 36),
        attachments=[],
        state_aid_basis=AidBasis.DE_MINIMIS,
        unit_costs={},
        read_on=clock.today(),
        source=texts.CALL_SOURCE,
        by=by,
    )
    return read_prices(call, by=by)


def _fill_in(project: Project, by: User) -> None:
    """Write a goal with milestones, sign for the companies, and make a small budget."""
    for contribution in queries.list_contributions(project):
        join_service.edit_contribution(project, contribution, {"is_cause_within_reach": True}, by=by)
    chain.gather_causes(project, by=by)
    causes = [cause.id for cause in chain_queries.list_causes(project)]
    goal = chain.save_goal(project, None, {"text": texts.GRANTED_GOAL}, cause_ids=causes, by=by)
    for indicator, target, months in texts.GRANTED_MILESTONES:
        due_on = add_months(project.starts_on, months)
        values = {"indicator": indicator, "baseline": "0", "target": target, "due_on": due_on}
        chain.save_milestone(project, goal, None, values | {"data_source": texts.GRANTED_SOURCE}, by=by)
    (activity,) = queries.load_application(project.id).activities
    needs = [row.id for row in queries.list_contributions(project)]
    chain.save_activity(project, activity, {}, contribution_ids=needs, goal_ids=[goal.id], by=by)
    owner = next(actor for actor in queries.list_actors(project) if actor.role == OWNER)
    facts = {"role": OWNER, "name": owner.name, "organisation_number": owner.organisation_number}
    facts |= {"sector": owner.sector, "legal_form": MUNICIPALITY, "reason": texts.OWNER_REASON}
    plan_service.save_actor(project, owner, facts, by=by)
    for commitment in queries.list_commitments(project):
        signed_on = project.starts_on - timedelta(days=60)
        plan_service.save_commitment(project, commitment, {"signed_on": signed_on} | texts.GRANTED_SIZE, by=by)
    leader = {
        "cost_type": PERSONNEL,
        "title": "Projektledare",
        "rate_id": LEADER,
        "share": Decimal("0.3"),
        "persons": 1,
    }
    travel = {"cost_type": "resor", "title": "Resor till företagen", "amount_kr": Decimal(40_000), "persons": 1}
    for values in (leader, travel):
        budgets.save_budget_row(project, None, owner, values, by=by)
    time_of_all = {"kind": PARTICIPANTS, "title": "Deltagarnas tid", "contributor": "Företagen", "follows_groups": True}
    budgets.save_cofinancing_row(project, None, time_of_all, by=by)


def _decide(project: Project, by: User) -> GrantDecision:
    budget = figures.compute(queries.load_application(project.id)).result
    snapshot = snapshots.take_out(project.id, by=by)
    values = {
        "outcome": GrantOutcome.GRANTED,
        "decided_on": project.starts_on - timedelta(days=45),
        "diary_no": "DEMO-26-001-07",
        "snapshot_id": snapshot.id,
        "starts_on": project.starts_on,
        "ends_on": project.ends_on,
        "support_kr": budget.support,
        "total_cost_kr": budget.total_cost,
        "conditions": texts.GRANTED_CONDITIONS,
        "agreement_on": project.starts_on - timedelta(days=30),
    }
    return grants.save_grant(project, values, by=by)


def _note_months(project: Project, cohort: Cohort, by: User) -> None:
    """Note the costs of every month that is over but the last, and the people of the months that were taught."""
    leader, travel = queries.load_application(project.id).actors[0].budget_rows
    months = [month for month in Period(project.starts_on, project.ends_on).months if month <= clock.today()]
    for month in months[:-2]:
        costs = {leader.id: (_HOURS_A_MONTH, None), travel.id: (None, _TRAVEL)}
        outcomes.save_costs(project, month, costs, {}, by=by)
    for month in months:
        if proposed := propose_month(cohort.id, month):
            outcomes.save_participants(project, cohort.id, month, proposed, by=by)
    milestone = queries.load_application(project.id).goals[0].milestones[0]
    finished = sum(row.women_finished + row.men_finished for row in list_participant_months(project))
    measured = {"measured_on": clock.today(), "value": str(finished), "state": ResultState.ON_WAY}
    outcomes.save_result(project, milestone, None, measured, by=by)
    paper = io.BytesIO(texts.GRANTED_PAPER.encode())
    title, kind = "Närvaro, antal per företag", EvidenceKind.ATTENDANCE
    grants.add_evidence(project, paper, file_name="Närvaro.txt", kind=kind, title=title, month=months[-2], by=by)


def _tell(project: Project, by: User) -> None:
    """Note deviations and a change, take the first quarter's report out, and show politicians what has come of it."""
    for text, response, days, settled in texts.GRANTED_DEVIATIONS:
        noticed_on = clock.today() - timedelta(days=days)
        values = {"text": text, "response": response, "noticed_on": noticed_on, "owner_role": "Projektledaren"}
        grants.save_deviation(project, None, values | {"settled_on": clock.today() if settled else None}, by=by)
    asked_on = project.starts_on + timedelta(days=40)
    change = {"kind": "period", "text": texts.GRANTED_CHANGE, "state": ChangeState.ASKED, "asked_on": asked_on}
    grants.save_change(project, None, change, by=by)
    db.session.flush()
    situation = load_situation(project.id)
    period = quarters(figures.project_period(situation.application), situation.rules.report_months)[0]
    with in_swedish():
        blocks = build_report(situation, period)
    outcomes.keep_report(project, ReportKind.QUARTER, period, blocks, by=by)
    outcomes.open_link(project, Audience.POLITICIANS, open_until=clock.today() + timedelta(days=_LINK_DAYS), by=by)
