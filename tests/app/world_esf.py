"""One of each private thing of a joint project; every text in it begins with the canary."""

import io

from broker import clock
from broker.documents.blocks import Text
from broker.esf import answer_service, plan_service
from broker.esf import queries as esf
from broker.esf.budgets.spreading import Period
from broker.esf.chain import queries as chain
from broker.esf.commitments import queries as commitment_queries
from broker.esf.commitments import service as commitments
from broker.esf.commitments.states import Standing
from broker.esf.grants import service as grants
from broker.esf.grants.models import ChangeState, EvidenceKind
from broker.esf.ledger import service as ledger
from broker.esf.models import DeMinimisAid
from broker.esf.outcomes import service as outcomes
from broker.esf.outcomes.models import Audience, ParticipantMonth, ReportKind, ResultState
from broker.esf.writing import queries as writing
from broker.esf.writing import talk
from broker.extensions import db
from tests import (
    factories,
    factories_esf,
)
from tests.client import CANARY


def parts_of_project(project, user):
    needs = [factories_esf.need(factories_esf.company(), user) for _number in range(2)]
    factories_esf.join(project, factories_esf.cohort(user, *needs), user)
    factories_esf.complete(project, user)
    factories_esf.worked_budget(project, user)
    names = {"file_name": f"{CANARY}bilaga.txt", "media_type": "text/plain", "kind": "ovrigt"}
    file = plan_service.add_file(project, io.BytesIO(b"x"), **names, by=user)
    application = esf.load_application(project.id)
    answer_service.save_answer(project, "problem", text=f"{CANARY}svar", by=user)
    db.session.flush()
    colleague = factories.user(organisation=project.owner, name=f"{CANARY}kollega")
    talk.add_comment(project, "problem", text=f"@{user.name} {CANARY}kommentar", link="", by=colleague)
    talk.add_suggestion(project, "problem", text=f"{CANARY}forslag", sources=[], by=user)
    db.session.flush()
    keys = _after_the_grant(project, application, user)
    return (
        keys
        | _commitments(project, application.commitments[0], user)
        | {
            "comment_id": writing.list_comments(project, "problem")[0].id,
            "suggestion_id": writing.list_suggestions(project, "problem")[0].id,
            "file_id": file.id,
            "cause_id": application.causes[0].id,
            "goal_id": application.goals[0].id,
            "milestone_id": application.goals[0].milestones[0].id,
            "effect_id": application.goals[0].effects[0].id,
            "member_id": application.steering.members[0].id,
            "steering_meeting_id": chain.list_meetings(application.project)[0].id,
            "risk_id": application.steering.risks[0].id,
            "activity_id": application.activities[0].id,
            "actor_id": application.actors[0].id,
            "contribution_id": application.contributions[0].id,
            "joined_cohort_id": application.contributions[0].cohort_id,
            "commitment_id": application.commitments[0].id,
            "budget_row_id": application.actors[0].budget_rows[0].id,
            "cofinancing_row_id": application.cofinancing[0].id,
        }
    )


def _commitments(project, commitment, user):
    standing = Standing(commitment, None, [], clock.today())
    ask = {"open_until": clock.today(), "link_of": str, "by": user}
    commitments.ask(project, standing, None, **ask)
    signer = {"signer_name": f"{CANARY}namn", "signer_role": f"{CANARY}roll", "signed_on": clock.today()}
    situation = commitment_queries.situation_of(project, commitment)
    signer |= {"file_name": f"{CANARY}a.txt", "by": user}
    paper = commitments.record_paper(project, situation, io.BytesIO(b"x"), **signer)
    aid = DeMinimisAid(project_id=project.id, commitment_id=commitment.id, giver=f"{CANARY}givare")
    aid.amount_kr, aid.granted_on = 1000, clock.today()
    db.session.add(aid)
    db.session.flush()
    values = {"giver": f"{CANARY}givare", "instrument": f"{CANARY}slag", "granted_on": clock.today(), "amount_eur": 10}
    grant = ledger.save_grant(commitment.company, None, values | {"is_ours": True}, by=user)
    return {"paper_id": paper.id, "aid_id": aid.id, "grant_id": grant.id}


def _after_the_grant(project, application, user):
    factories_esf.grant(project, user, conditions=f"{CANARY}villkor")
    said = {"text": f"{CANARY}avvikelse", "noticed_on": clock.today()}
    deviation = grants.save_deviation(project, None, said, by=user)
    asked = {"kind": "goals", "text": f"{CANARY}andring", "state": ChangeState.PLANNED}
    change = grants.save_change(project, None, asked, by=user)
    about = {"kind": EvidenceKind.OTHER, "title": f"{CANARY}underlag", "file_name": f"{CANARY}underlag.txt"}
    paper = grants.add_evidence(project, io.BytesIO(b"x"), **about, by=user)
    measured = {"measured_on": clock.today(), "value": f"{CANARY}utfall", "state": ResultState.ON_WAY}
    milestone = application.goals[0].milestones[0]
    result = outcomes.save_result(project, milestone, None, measured, by=user)
    contribution = application.contributions[0]
    row = {"cohort_id": contribution.cohort_id, "company_id": contribution.company_id, "month": project.starts_on}
    db.session.add(ParticipantMonth(project_id=project.id, women_began=1, **row))
    period = Period(project.starts_on, project.ends_on)
    report = outcomes.keep_report(project, ReportKind.FINAL, period, [Text(f"{CANARY}rapport")], by=user)
    link = outcomes.open_link(project, Audience.FUNDER, open_until=clock.today(), by=user)
    db.session.flush()
    return {
        "deviation_id": deviation.id,
        "change_request_id": change.id,
        "evidence_id": paper.id,
        "result_id": result.id,
        "report_id": report.id,
        "result_link_id": link.id,
    }
