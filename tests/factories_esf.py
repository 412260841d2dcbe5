"""Calls, projects and cohorts of companies for the tests of the application."""

from datetime import date, time, timedelta
from decimal import Decimal
from itertools import count

from broker import access, clock
from broker.companies.models import Company, Interaction, InteractionKind
from broker.esf import join_service, plan_service, queries, service
from broker.esf.budgets import service as budget_service
from broker.esf.chain import queries as chain_queries
from broker.esf.chain import service as chain
from broker.esf.chain import steering_service
from broker.esf.chain.models import EffectKind, EvaluationKind
from broker.esf.grants import service as grants
from broker.esf.grants.models import GrantOutcome
from broker.esf.kinds import OWNER, PARTICIPANT, AidBasis, JoinGround, MethodBasis
from broker.extensions import db
from broker.needs.models import CauseLevel, Cohort, CohortNeed, Need, NeedStatus
from broker.providers.models import Language, Level, Mode
from broker.reference import queries as reference

_number = count(1)
PRICES = {"Projektledare": "592", "Kompetensmäklare": "482", "Ekonom": "579", "deltagare": "290"}
TODAY = clock.today()
START = date(TODAY.year + 1, 3, 1)
END = date(TODAY.year + 3, 2, 28)

MILESTONE = {
    "indicator": "Antal intyg",
    "baseline": "0",
    "target": "12",
    "due_on": END,
    "data_source": "Anordnarens intyg",
}


def topic():
    """Give a topic that is there whatever the list holds."""
    return next(topic for topic in reference.topics().values() if "vets" in topic.label)


def call_values(**changes):
    number = next(_number)
    return {
        "diary_no": f"26-{number:03}",
        "version": "1",
        "title": "Kompetensutveckling i Östra Mellansverige",
        "region": "Östra Mellansverige",
        "programme_area": "A",
        "opens_on": TODAY,
        "closes_on": TODAY + timedelta(days=60),
        "closing_time": time(16),
        "cofinancing_rate": Decimal("0.46"),
        "budget_model": "yrkeskategori",
        "max_months": 36,
        "earliest_start": date(TODAY.year + 1, 1, 1),
        "latest_start": date(TODAY.year + 1, 6, 1),
        "latest_end": date(TODAY.year + 4, 2, 28),
        "attachments": [{"id": "forandringsteori", "title": "Förändringsteori", "required": True}],
        "state_aid_basis": AidBasis.DE_MINIMIS,
        "unit_costs": dict(PRICES),
        "read_on": TODAY,
        "source": "https://www.esf.se/utlysningar/",
    } | changes


def call(user, **changes):
    row = _add_call(user, **changes)
    db.session.commit()
    return row


def _add_call(user, **changes):
    row = service.add_call(**call_values(**changes), by=user)
    db.session.flush()
    return row


def project(organisation, user, **facts):
    with access.acting_in(organisation.id):
        row = _start_project(organisation, user, **facts)
        db.session.commit()
        return queries.get_project(row.id)


def _start_project(organisation, user, *, call_row=None, name="Svetsa ihop", starts_on=START, ends_on=END):
    return service.start_project(
        call_row or _add_call(user), organisation, name=name, starts_on=starts_on, ends_on=ends_on, by=user
    )


def company(*args, **facts):
    row = _add_company(*args, **facts)
    db.session.commit()
    return row


def _add_company(name=None, *, number=None, municipality_code="0482", identity_hash=None):
    serial = next(_number)
    if number is None and identity_hash is None:
        number = with_check_digit(f"556{serial:06}")
    row = Company(
        name=name or f"Verkstad {serial} AB",
        organisation_number=number,
        identity_hash=identity_hash,
        legal_form="E" if identity_hash else "AB",
        municipality_code=municipality_code,
        source="test",
        source_date=TODAY,
    )
    db.session.add(row)
    db.session.flush()
    return row


def with_check_digit(nine):
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(nine))
    return f"{nine}{-total % 10}"


def need(
    company_row,
    user,
    *,
    women=4,
    men=2,
    cause="För få utbildade svetsare",
    told=True,
    municipality_code="0482",
):
    contact = None
    if told:
        contact = Interaction(
            company_id=company_row.id,
            kind=InteractionKind.VISIT,
            happened_on=TODAY,
            summary="hemligt-samtal",
            logged_by_id=user.id,
        )
        db.session.add(contact)
        db.session.flush()
    row = Need(
        company_id=company_row.id,
        interaction_id=contact.id if contact else None,
        topic_id=topic().id,
        women=women,
        men=men,
        hours=40,
        preferred_mode=Mode.ON_SITE,
        modes=[Mode.ON_SITE.value],
        languages=[Language.SWEDISH.value],
        earliest_on=START,
        latest_on=END,
        municipality_code=municipality_code,
        max_km=50,
        purpose="Ta emot större order",
        cause=cause,
        cause_level=CauseLevel.ORGANISATION if cause else None,
        consequence="Order går till utlandet",
        status=NeedStatus.CLARIFIED,
        owner_id=user.id,
        added_by_id=user.id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def cohort(user, *needs):
    """Store a cohort of needs for the organisation in scope."""
    row = _add_cohort(user, *needs)
    db.session.commit()
    return queries.get_cohort(row.id)


def _add_cohort(user, *needs):
    row = Cohort(
        topic_id=topic().id,
        level=Level.ANY,
        language=Language.SWEDISH,
        mode=Mode.ON_SITE,
        hours=40,
        municipality_code="0482",
        starts_on=START + timedelta(days=60),
        ends_on=START + timedelta(days=90),
        reason=[],
        formed_by_id=user.id,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add_all(
        CohortNeed(cohort_id=row.id, need_id=need.id, women=need.women, men=need.men, unknown_sex=need.unknown_sex)
        for need in needs
    )
    db.session.flush()
    return row


def join(project_row, cohort_row, user, **changes):
    rows = _join(project_row, cohort_row, user, **changes)
    db.session.commit()
    return rows


def _join(project_row, cohort_row, user, **changes):
    values = {
        "ground": JoinGround.CONSENT,
        "ground_note": "Företagen sade ja vid besöken",
        "price_per_participant_ore": 2_000_000,
    } | changes
    return join_service.join_cohort(project_row, cohort_row, **values, by=user)


def joined_project(organisation, user, companies=2, **facts):
    """Give a project with one cohort of companies, for the organisation in scope, in one commit."""
    row = _start_project(organisation, user, **facts)
    cohort_row = _add_cohort(user, *(need(_add_company(), user) for _ in range(companies)))
    _join(row, queries.get_cohort(cohort_row.id), user)
    db.session.commit()
    return queries.get_project(row.id)


def worked_budget(project_row, user):
    """Enter the worked example of the template as people would."""
    owner = queries.list_actors(project_row)[0]
    staff = [("Projektledare", 3440, 1), ("Kompetensmäklare", 3440, 2), ("Ekonom", 688, 1)]
    rows = [
        {"cost_type": "personal", "title": rate, "rate_id": rate, "hours": Decimal(hours), "persons": persons}
        for rate, hours, persons in staff
    ]
    amounts = [("externa_tjanster", 3_200_000), ("resor", 90_000), ("deltagarlokaler", 60_000)]
    rows += [
        {
            "cost_type": kind,
            "title": kind,
            "rate_id": None,
            "hours": None,
            "persons": 1,
            "amount_kr": Decimal(kr),
        }
        for kind, kr in amounts
    ]
    for values in rows:
        budget_service.save_budget_row(project_row, None, owner, values, by=user)
    hours = {
        "kind": "deltagare",
        "title": "Deltagarnas tid",
        "contributor": "Företagen",
        "hours": Decimal(14400),
    }
    budget_service.save_cofinancing_row(project_row, None, hours, by=user)
    db.session.commit()


def whole_chain(project_row, user):
    """Gather the causes and write one goal with a milestone for all of them."""
    for row in queries.list_contributions(project_row):
        join_service.edit_contribution(project_row, row, {"is_cause_within_reach": True}, by=user)
    chain.gather_causes(project_row, by=user)
    values = {
        "text": "Fler kan svetsa",
        "call_part": "Kompetensutveckling",
    }
    causes = [cause.id for cause in chain_queries.list_causes(project_row)]
    goal = chain.save_goal(project_row, None, values, cause_ids=causes, by=user)
    chain.save_milestone(project_row, goal, None, MILESTONE | {"due_on": project_row.ends_on}, by=user)
    effects = {EffectKind.RESULT: "Företagen tar emot större order", EffectKind.EFFECT: "Fler arbetar på orten"}
    for kind, text in effects.items():
        chain.save_effect(project_row, goal, None, {"kind": kind, "text": text}, by=user)
    db.session.commit()
    return goal


def lead(project_row, user):
    """Fill the steering group, with a seat for each kind of actor, take a risk in, and plan the follow-up."""
    seats = ((OWNER, "Näringslivschef", "Lena Ledamot"), (PARTICIPANT, "Företagare", None))
    for actor_role, role, name in seats:
        seat = {"role": role, "organisation": "Kommunen", "actor_role": actor_role, "name": name}
        steering_service.save_member(project_row, None, seat, by=user)
    steering_service.save_meeting(project_row, None, {"held_on": START, "note": "Uppstart"}, by=user)
    steering_service.take_in_risk(project_row, "leaving", by=user)
    values = {"responsible": "Projektledaren", "frequency": "varje månad", "data": "Närvarolistor"}
    values |= {"deviation": "Styrgruppen beslutar", "evaluation": EvaluationKind.EXTERNAL, "closing_months": 3}
    steering_service.save_follow_up(project_row, values, by=user)


def complete(project_row, user):
    """Fill a joined project in until only what other people must do is left."""
    service.edit_project(
        project_row,
        {
            "sek_per_eur": Decimal("11.0000"),
            "rate_on": START,
            "rate_source": "Riksbanken",
            "signatory": "Maria Företrädare",
            "contact": "Karl Kontaktsson",
            "steering_mandate": "Beslutar om inriktning",
            "uptake_owner": "Lärcentrum",
            "uptake_funding": "Egen budget",
            "uptake_on": END,
        },
        by=user,
    )
    goal = whole_chain(project_row, user)
    lead(project_row, user)
    application = queries.load_application(project_row.id)
    for activity in application.activities:
        ids = [row.id for row in application.needs_of(activity)]
        values = {
            "method_basis": MethodBasis.RESEARCH,
            "method_reference": "Ellström 2010",
            "adjustments": "Kvällstid och lätt svenska",
        }
        chain.save_activity(project_row, activity, values, contribution_ids=ids, goal_ids=[goal.id], by=user)
    for actor in application.actors:
        values = {name: getattr(actor, name) for name in ("role", "name", "legal_form", "sector", "municipality_code")}
        number = actor.organisation_number or (None if actor.company_id else "2120000142")
        values["legal_form"] = values["legal_form"] or "82"
        plan_service.save_actor(
            project_row, actor, values | {"organisation_number": number, "reason": "Behövs"}, by=user
        )
    for row in application.commitments:
        figures = {"staff": 9, "turnover_eur": Decimal(900_000), "balance_eur": Decimal(500_000)}
        values = figures | {"signed_on": TODAY, "certificate_on": TODAY, "fee_kr": Decimal(4000)}
        plan_service.save_commitment(project_row, row, values, by=user)
    db.session.commit()


def month_before(months):
    """Give the first day of the month so many months ago."""
    today = clock.today()
    count = today.year * 12 + today.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def running_project(organisation, user, *, companies=2, began=5):
    """Give a project of an earlier call that began so many months ago, with needs, a goal and the worked budget."""
    first = month_before(began)
    days = {"opens_on": month_before(began + 12), "closes_on": month_before(began + 6)}
    days |= {"earliest_start": first, "latest_start": first, "latest_end": month_before(-24)}
    days |= {"signing_deadline": None, "latest_start": first + timedelta(days=40)}
    call_row = _add_call(user, **days)
    row = joined_project(organisation, user, companies, call_row=call_row, starts_on=first, ends_on=month_before(-12))
    whole_chain(row, user)
    worked_budget(row, user)
    return queries.get_project(row.id)


def grant(project_row, user, **changes):
    """Record that a project got support, a month before it began."""
    values = {
        "outcome": GrantOutcome.GRANTED,
        "decided_on": project_row.starts_on - timedelta(days=30),
        "starts_on": project_row.starts_on,
        "ends_on": project_row.ends_on,
        "support_kr": Decimal("6605738.35"),
    } | changes
    row = grants.save_grant(project_row, values, by=user)
    db.session.commit()
    return row
