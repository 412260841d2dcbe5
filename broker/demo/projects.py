"""One invented call and two projects: one ready for export, one that has just been started."""

import io
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

from broker import access, clock
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.clock import add_months
from broker.companies import service as companies
from broker.companies.models import Company, InteractionKind
from broker.demo import project_texts as texts
from broker.demo import writing
from broker.demo.commitments import add_commitments
from broker.demo.organisations import SECOND
from broker.demo.vetted import HOURLY_ORE
from broker.demo.words import CAUSES
from broker.esf import answer_service, join_service, plan_service, queries, service
from broker.esf.application import Application, questions
from broker.esf.budgets import figures
from broker.esf.budgets import service as budgets
from broker.esf.budgets.lines import PARTICIPANTS, PERSONNEL
from broker.esf.calls import service as calls_service
from broker.esf.calls.prices import PriceRow
from broker.esf.chain import queries as chain_queries
from broker.esf.chain import service as chain
from broker.esf.chain import steering_service
from broker.esf.kinds import OWNER, PARTNER, AidBasis, JoinGround, MethodBasis, Sector
from broker.esf.models import Actor, Call, Goal, Project
from broker.extensions import db
from broker.needs.models import Cohort
from broker.procurement.calendar import move_to_weekday

_READY_COHORTS = 6
COHORTS = _READY_COHORTS + 1
MUNICIPALITY = "82"
LEADER, _BROKER, _ECONOMIST = "Projektledare eller delprojektledare", "Projektmedarbetare", "Projektekonom"
_HOURS_A_WEEK = 8
_MONTHS_BETWEEN = 9
_ATTACHMENT = "forandringsteori"


def add_projects(cohorts: Sequence[Cohort], random: Random, *, by: User) -> tuple[Project, Project]:
    """Add the call, a project that is ready for export, and one with a single cohort and nothing else done."""
    call = _add_call(by)
    ready = _start(call, texts.READY_NAME, by)
    started = _start(call, texts.STARTED_NAME, by)
    _fill_in(ready, cohorts[:-1], random, by)
    join_service.join_cohort(
        started,
        queries.get_cohort(cohorts[-1].id),
        ground=JoinGround.CONSENT,
        ground_note=texts.JUST_JOINED,
        by=by,
    )
    add_commitments(ready, started, by=by)
    _correct(call, ready, by)
    return ready, started


def _add_call(by: User) -> Call:
    today = clock.today()
    form = queries.current_form(today)
    titles = {row["id"]: row["title_sv"] for row in form["submission"]["optional_attachments"]}
    closes_on = move_to_weekday(today + timedelta(days=42))
    first_start = add_months(closes_on.replace(day=1), 1)
    call = service.add_call(
        diary_no="DEMO-27-001",
        version="1",
        title=texts.CALL_TITLE,
        region="Östra Mellansverige",
        programme_area="A",
        specific_objective="A1A",
        opens_on=today - timedelta(days=30),
        closes_on=closes_on,
        closing_time=time(16),
        signing_deadline=move_to_weekday(closes_on + timedelta(days=7)),
        budget_kr=Decimal(40_000_000),
        cofinancing_rate=Decimal("0.46"),
        budget_model="yrkeskategori",
        max_months=36,
        earliest_start=first_start,
        latest_start=add_months(first_start, 3),
        latest_end=add_months(first_start, 39),
        attachments=[{"id": _ATTACHMENT, "title": titles[_ATTACHMENT], "required": True}],
        state_aid_basis=AidBasis.DE_MINIMIS,
        unit_costs={},
        parts=[texts.CALL_PART],
        priorities=list(texts.CALL_PRIORITIES),
        excerpt=texts.CALL_EXCERPT,
        read_on=today,
        source=texts.CALL_SOURCE,
        by=by,
    )
    return read_prices(call, by=by)


def read_prices(call: Call, *, by: User) -> Call:
    """Read stand-ins for the unit costs in: the tables of real calls are read in by those who apply."""
    db.session.flush()
    section = queries.current_form(clock.today())["budget"]
    models = {row["id"]: row for row in section["models"]}
    prices = {row["function_sv"]: row["sek_per_hour"] for row in models["funktion"]["rates"]}
    prices[PARTICIPANTS] = section["worked_example"]["participant_unit_cost"]
    rows = [
        PriceRow(place, name, Decimal(price), "", texts.PRICE_SOURCE)
        for place, (name, price) in enumerate(prices.items(), start=2)
    ]
    return calls_service.read_prices(call, rows, file_name=texts.PRICE_FILE, by=by)


def _correct(call: Call, moved: Project, by: User) -> None:
    """Correct the call while it is open; one project has been moved over, the other one waits."""
    optional = {"id": "inkopspolicy", "title": "Inköpspolicy", "required": False}
    closes_on = clock.in_sweden(call.closes_at).date()
    attachments = [*call.attachments, optional]
    later = calls_service.correct_call(
        call, version="2", closes_on=closes_on, closing_time=time(15), attachments=attachments, by=by
    )
    calls_service.move_project(moved, later, by=by)


def _start(call: Call, name: str, by: User) -> Project:
    owner = accounts.get_organisation(access.organisation_in_scope())
    ends_on = add_months(call.earliest_start, 24) - timedelta(days=1)
    return service.start_project(call, owner, name=name, starts_on=call.earliest_start, ends_on=ends_on, by=by)


def _fill_in(project: Project, cohorts: Sequence[Cohort], random: Random, by: User) -> None:
    """Do everything in a project that people do before they export it."""
    visited = _visit_and_join(project, [queries.get_cohort(cohort.id) for cohort in cohorts], random, by)
    service.edit_project(project, _facts(project), by=by)
    _let_partner_in(project, by)
    _say_more_of_needs(project, visited, by)
    goals = _add_goals(project, by)
    _complete_activities(project, goals, by)
    _lead(project, by)
    _complete_actors(project, by)
    _sign_commitments(project, visited, random, by)
    _add_budget(project, by)
    text = f"{project.call.attachments[0]['title']}\n\nEtt påhittat dokument.\n"
    plan_service.add_file(
        project,
        io.BytesIO(text.encode()),
        file_name="Förändringsteori.txt",
        media_type="text/plain",
        kind=_ATTACHMENT,
        by=by,
    )
    for gate_id, (is_met, note) in texts.GATES.items():
        plan_service.save_gate(project, gate_id, is_met=is_met, note=note, by=by)
    _answer_questions(project, by)
    writing.add_writing(project, by=by)


def _visit_and_join(project: Project, cohorts: Sequence[Cohort], random: Random, by: User) -> dict[int, date]:
    """Log a visit at every company, then bring the cohorts in; give the day of the visit by the company's key."""
    visited: dict[int, date] = {}
    members: list[Company] = [member.need.company for cohort in cohorts for member in cohort.members]
    for company in {company.id: company for company in members}.values():
        visited[company.id] = clock.today() - timedelta(days=random.randint(3, 25))
        companies.log_interaction(
            company,
            kind=InteractionKind.VISIT,
            happened_on=visited[company.id],
            summary=texts.VISIT,
            by=by,
        )
    note = texts.GROUND.format(first=min(visited.values()), last=max(visited.values()))
    for cohort in cohorts:
        join_service.join_cohort(
            project,
            cohort,
            ground=JoinGround.CONSENT,
            ground_note=note,
            price_per_participant_ore=cohort.hours * HOURLY_ORE,
            by=by,
        )
    return visited


def _facts(project: Project) -> dict[str, object]:
    uptake_on = project.ends_on + timedelta(days=1)
    rate = {"sek_per_eur": Decimal("11.0000"), "rate_on": clock.today(), "uptake_on": uptake_on}
    return {**texts.FACTS, **rate}


def _let_partner_in(project: Project, by: User) -> None:
    partner = accounts.find_organisation_by_name(SECOND)
    if partner is None:
        raise LookupError(SECOND)
    service.add_member(project, partner, ground_note=texts.PARTNER_GROUND, by=by)
    values = {
        "role": PARTNER,
        "name": partner.name,
        "organisation_number": partner.organisation_number,
        "legal_form": MUNICIPALITY,
        "sector": Sector.PUBLIC,
        "municipality_code": partner.municipality_codes[0],
        "reason": texts.PARTNER_REASON,
    }
    plan_service.save_actor(project, None, values, by=by)


def _say_more_of_needs(project: Project, visited: dict[int, date], by: User) -> None:
    within_reach = {cause for (cause, _level), goal in zip(CAUSES, texts.GOALS, strict=True) if goal is not None}
    for row in queries.list_contributions(project):
        values = {
            "is_cause_within_reach": row.cause in within_reach,
            "contacted_on": visited[row.company_id],
            "contact_kind": InteractionKind.VISIT,
        }
        join_service.edit_contribution(project, row, values, by=by)


def _add_goals(project: Project, by: User) -> dict[str, Goal]:
    """Add a goal for each cause that the companies named and the project can influence; give them by cause."""
    chain.gather_causes(project, by=by)
    named = {row.cause for row in queries.list_contributions(project)}
    causes = {row.text: row.id for row in chain_queries.list_causes(project)}
    goals = {}
    for (cause, _level), values in zip(CAUSES, texts.GOALS, strict=True):
        if values is not None and cause in named:
            goal, effects, milestones = values
            own = {"call_part": texts.CALL_PART}
            goals[cause] = chain.save_goal(project, None, goal | own, cause_ids=[causes[cause]], by=by)
            db.session.flush()
            for effect in effects:
                chain.save_effect(project, goals[cause], None, dict(effect), by=by)
            for place, milestone in enumerate(milestones):
                due_on = add_months(project.ends_on, -3 - _MONTHS_BETWEEN * (len(milestones) - 1 - place))
                chain.save_milestone(project, goals[cause], None, milestone | {"due_on": due_on}, by=by)
    return goals


def _lead(project: Project, by: User) -> None:
    """Fill the steering group, judge the usual risks, and plan the follow-up."""
    for seat in texts.STEERING:
        steering_service.save_member(project, None, dict(seat), by=by)
    for place, note in enumerate(texts.MEETINGS):
        held_on = _monday(add_months(project.starts_on, _MONTHS_BETWEEN * place))
        steering_service.save_meeting(project, None, {"held_on": held_on, "note": note}, by=by)
    for usual_id, judged in texts.RISKS.items():
        values = judged | {"usual_id": usual_id, "reviewed_on": clock.today()}
        steering_service.save_risk(project, None, values, by=by)
    steering_service.save_follow_up(project, dict(texts.FOLLOW_UP), by=by)


def _complete_activities(project: Project, goals: dict[str, Goal], by: User) -> None:
    """Give each activity days in the project, a basis, and the goal for the cause that most of its needs have.

    A goal that is nowhere the first is served by every activity whose needs name its cause.
    """
    application = queries.load_application(project.id)
    told = {row.id: [need.cause for need in application.needs_of(row)] for row in application.activities}
    first = {key: max(goals, key=causes.count) for key, causes in told.items()}
    behind = goals.keys() - set(first.values())
    for place, activity in enumerate(application.activities):
        needs = application.needs_of(activity)
        causes = [first[activity.id], *(cause for cause in goals if cause in behind and cause in told[activity.id])]
        starts_on = _monday(add_months(project.starts_on, 3 + 2 * place))
        weeks = 1 + activity.hours // _HOURS_A_WEEK
        values = {
            "starts_on": starts_on,
            "ends_on": starts_on + timedelta(weeks=weeks, days=-3),
            "method_basis": MethodBasis.EXPERIENCE,
            "method_reference": texts.METHOD_REFERENCE,
            "adjustments": texts.ADJUSTMENTS,
        }
        links = {"contribution_ids": [row.id for row in needs], "goal_ids": [goals[cause].id for cause in causes]}
        chain.save_activity(project, activity, values, **links, by=by)


def _monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _complete_actors(project: Project, by: User) -> None:
    for actor in queries.list_actors(project):
        if actor.role == PARTNER:
            continue
        is_owner = actor.role == OWNER
        values = {
            "role": actor.role,
            "name": actor.name,
            "organisation_number": actor.organisation_number,
            "legal_form": MUNICIPALITY if is_owner else actor.legal_form,
            "sector": actor.sector,
            "municipality_code": actor.municipality_code,
            "reason": texts.OWNER_REASON if is_owner else texts.COMPANY_REASON,
        }
        plan_service.save_actor(project, actor, values, by=by)


def _sign_commitments(project: Project, visited: dict[int, date], random: Random, by: User) -> None:
    for place, commitment in enumerate(queries.list_commitments(project)):
        staff = random.randint(3, 40)
        values = {
            "signed_on": visited[commitment.company_id],
            "certificate_on": visited[commitment.company_id],
            "staff": staff,
            "turnover_eur": Decimal(staff * 110_000),
            "balance_eur": Decimal(staff * 60_000),
        }
        plan_service.save_commitment(project, commitment, values, by=by)
        if place % 4 == 0:
            plan_service.add_earlier_aid(
                project,
                commitment,
                giver="Påhittad bidragsgivare",
                amount_eur=Decimal(random.randint(4, 30) * 1000),
                granted_on=clock.today() - timedelta(days=random.randint(100, 900)),
                by=by,
            )


def _add_budget(project: Project, by: User) -> None:
    application = queries.load_application(project.id)
    owner, partner = (_actor_of(application, role) for role in (OWNER, PARTNER))
    staff = (
        (owner, "Projektledare", LEADER, "0.25"),
        (owner, "Kompetensmäklare", _BROKER, "0.25"),
        (owner, "Ekonom", _ECONOMIST, "0.05"),
        (partner, "Kompetensmäklare", _BROKER, "0.125"),
    )
    for actor, title, rate_id, share in staff:
        values = {
            "cost_type": PERSONNEL,
            "title": title,
            "rate_id": rate_id,
            "share": Decimal(share),
            "persons": 1,
        }
        budgets.save_budget_row(project, None, actor, values, by=by)
    training = sum((row.participants * (row.price or Decimal(0)) for row in application.brought), Decimal(0))
    amounts = (
        ("externa_tjanster", "Upphandlad utbildning", training),
        (
            "externa_tjanster",
            "Köpt kunskap om jämställdhet, tillgänglighet och icke-diskriminering",
            Decimal(60_000),
        ),
        ("externa_tjanster", "Extern utvärdering", Decimal(80_000)),
        ("resor", "Resor till företag och grupper", Decimal(30_000)),
        ("deltagarlokaler", "Hyra av kurslokaler", Decimal(45_000)),
    )
    for cost_type, title, amount in amounts:
        values = {"cost_type": cost_type, "title": title, "amount_kr": amount, "persons": 1}
        values["follows_participants"] = amount == training
        budgets.save_budget_row(project, None, owner, values, by=by)
    _finance(project, owner, by)


def _finance(project: Project, owner: Actor, by: User) -> None:
    """Finance with the participants' hours in the groups, and with exactly the own share that is then missing."""
    own_time = {"kind": PARTICIPANTS, "title": "Deltagarnas tid", "contributor": "Företagen", "follows_groups": True}
    budgets.save_cofinancing_row(project, None, own_time, by=by)
    share = figures.compute(queries.load_application(project.id)).result.owner_share
    rest = {
        "kind": "andel_av_kostnad",
        "title": "Projektägarens andel av egna kostnader",
        "contributor": owner.name,
        "amount_kr": share,
    }
    budgets.save_cofinancing_row(project, None, rest, by=by)


def _actor_of(application: Application, role: str) -> Actor:
    return next(actor for actor in application.actors if actor.role == role)


def _answer_questions(project: Project, by: User) -> None:
    """Answer every question with own sentences and, after them, what the project's rows say."""
    for question in questions(queries.get_form(project.form_version)):
        draft = answer_service.suggest_text(project, question["id"])
        own = texts.ANSWERS.get(question["id"], "")
        text, sources = answer_service.merge_texts(own, [], draft)
        fetched = draft.text
        answer_service.save_answer(project, question["id"], text=text, sources=sources, fetched=fetched, by=by)
