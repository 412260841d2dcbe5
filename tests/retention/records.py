"""Records of each kind that ended long ago, with a word in every text that goes when they are destroyed."""

import io
from datetime import datetime, time, timedelta

from sqlalchemy import text

from broker import access, clock, files, jobs
from broker.accounts.queries import may
from broker.companies.models import Engagement, EngagementStatus, Interaction, InteractionKind, Person, Task
from broker.extensions import db
from broker.leads.models import Lead, LeadGround, LeadOffer, LeadResult, OfferState, ReceivedLead
from broker.leads.tips.models import Tip, TipState
from broker.meetings.models import MeetingGuest, MeetingInvitation
from broker.needs.analyses.models import Analysis
from broker.needs.confirmations.models import Confirmation
from broker.needs.evaluations.models import Evaluation, EvaluationText, TextState
from broker.needs.inquiries.models import AnswerState, Inquiry, InquiryAnswer, InquiryKind
from broker.needs.models import CohortStatus, NeedStatus
from broker.needs.scores.models import ScoreReply
from broker.providers.applying.models import ApplicationState, ProviderApplication
from broker.providers.models import ProviderKind
from broker.retention import queries, service, work
from broker.retention.kinds import KINDS
from broker.retention.models import RecordKind
from broker.retention.service import Decision
from tests import factories, factories_needs, factories_procurement

# A word that stands nowhere else; a database of a test is searched for it.
WORD = "vattenmelon"
PLAN = "Informationshanteringsplan 2025, 4.3"
LONG_AGO = 3 * 365


def moment_of(day):
    return datetime.combine(day, time(12), clock.SWEDEN)


def rule(kind, *, by, years=2, **facts):
    """Note that a kind is destroyed after two years."""
    today = clock.today()
    row = service.add_rule(
        KINDS[kind], **({"years": years, "reference": PLAN, "decided_on": today, "valid_from": today} | facts), by=by
    )
    db.session.commit()
    return row


def destroy(kind, *, by, through=None, reference="KS 2026/114"):
    """Decide on all that is due of a kind, and have it done; gives the decision."""
    today = clock.today()
    through = through or queries.find_rule(KINDS[kind], today).last_day(today)
    due = queries.count_due(KINDS[kind], through, today)
    decision = Decision(KINDS[kind], through, reference)
    row = service.decide(decision, (due.count, due.last_id), by=by)
    job = work.add_job(row, by=by)
    db.session.commit()
    carry_out(job)
    return queries.get_destruction(row.id)


def carry_out(job):
    """Do a job as the process for jobs does, in the scope of its organisation and nobody else's."""
    scope = access.find_organisation_in_scope()
    jobs.run(job.id, may)
    access._enter(scope)


def contact(company, *, by, days=LONG_AGO, **facts):
    """Make a contact of so many days ago without what follows from logging one today."""
    defaults = {
        "kind": InteractionKind.VISIT,
        "happened_on": clock.today() - timedelta(days=days),
        "summary": f"{WORD} sades",
    }
    row = Interaction(company_id=company.id, logged_by_id=by.id, **(defaults | facts))
    db.session.add(row)
    db.session.flush()
    return row


def old_need(*, by, company=None, days=LONG_AGO, **facts):
    """Make a need that was withdrawn long ago."""
    row = factories_needs.need(by=by, company=company)
    row.status, row.status_at = NeedStatus.WITHDRAWN, moment_of(clock.today() - timedelta(days=days))
    for name in ("description", "purpose", "cause", "consequence", "barrier_note", "status_reason"):
        setattr(row, name, f"{WORD} {name}")
    for name, value in facts.items():
        setattr(row, name, value)
    db.session.flush()
    return row


def one_of_each(organisation, user):
    """Make one record of each kind that is due by a rule of two years; gives them by their kind."""
    day = clock.today() - timedelta(days=LONG_AGO)
    then, company = moment_of(day), factories.company(f"Bolaget {organisation.id} AB")
    person = Person(
        company_id=company.id,
        name=f"{WORD} Persson",
        function=f"{WORD}odlare",
        phone=f"070 {WORD}",
        email=f"{WORD}@example.se",
        source=f"{WORD} själv",
        is_active=False,
        created_at=then,
    )
    relation = Engagement(
        company_id=company.id,
        status=EngagementStatus.DECLINED,
        note=f"{WORD} antecknat",
        phone=WORD,
        email=f"{WORD}@example.se",
        created_at=then,
    )
    db.session.add_all([person, relation])
    met = contact(company, by=user, people=[person], letter_key=f"<{WORD}>", letter_from=f"{WORD} <a@b.se>")
    task = Task(company_id=company.id, owner_id=user.id, title=f"{WORD} uppgift", due_on=day, done_at=then)
    db.session.add(task)
    db.session.flush()
    invitation = MeetingInvitation(
        task_id=task.id, organizer_id=user.id, title=WORD, place=WORD, message=WORD, told=f"x|{WORD}", sequence=1
    )
    invitation.guests = [MeetingGuest(person_id=person.id, email=f"{WORD}@example.se")]
    db.session.add(invitation)
    found = {RecordKind.PEOPLE: person, RecordKind.RELATIONS: relation, RecordKind.CONTACTS: met}
    found |= {RecordKind.TASKS: task, **_leads(organisation, user, company, person, then)}
    found |= _from_outside(user, company, then)
    found[RecordKind.NEEDS] = old_need(by=user)
    found[RecordKind.ANALYSES] = Analysis(
        company_id=company.id,
        held_on=day,
        added_by_id=user.id,
        **dict.fromkeys(("goal", "ability", "gap", "consequence"), f"{WORD} behövs"),
    )
    found |= _evaluated(user, then)
    db.session.add_all(found.values())
    db.session.flush()
    for kind in (row for row in KINDS.values() if row.has_files):
        content = io.BytesIO(f"{WORD} {kind.id} {organisation.id}".encode())
        named = {"file_name": f"{WORD}.txt", "media_type": "text/plain", "is_name_private": True}
        files.attach(found[kind.id], content, by=user, **named)
    db.session.commit()
    return found


def _leads(organisation, user, company, person, then):
    texts = {"summary": f"{WORD} önskas", "shared": {"person_name": WORD}, "ground_note": f"{WORD} sade ja"}
    told = {**texts, "ground": LeadGround.CONSENT, "answer_by": then.date(), "company_id": company.id}
    said = {"question": WORD, "reason": WORD, "reply": WORD, "result_note": WORD}
    ended = {"state": OfferState.ACCEPTED, "state_at": then, "result": LeadResult.NOTHING, "result_at": then}
    other = factories.organisation()
    lead = Lead(person_id=person.id, offered_by_id=user.id, offered_at=then, **told)
    lead.offers = [LeadOffer(receiver_id=other.id, **said, **ended)]
    db.session.add(lead)
    db.session.flush()
    received = ReceivedLead(
        offer_id=lead.offers[0].id, sender_id=other.id, sent_by="Någon annan", received_at=then, **told, **said, **ended
    )
    return {RecordKind.SENT_LEADS: lead, RecordKind.RECEIVED_LEADS: received}


def _from_outside(user, company, then):
    people = dict.fromkeys(("women", "men", "unknown_sex"), 2)
    tip = Tip(
        company_name=company.name,
        place="Flen",
        need=f"{WORD} tipsas",
        company_knows=True,
        reason=WORD,
        state=TipState.DISMISSED,
        state_at=then,
        tipper_name=WORD,
        tipper_reach=WORD,
    )
    inquiry = Inquiry(
        token=f"lank-{user.id}",
        kind=InquiryKind.CAMPAIGN,
        name="Kampanjen",
        open_until=then.date(),
        created_by_id=user.id,
    )
    answer = InquiryAnswer(
        inquiry=inquiry,
        company_id=company.id,
        company_name=company.name,
        place="Flen",
        topic_ids=[],
        barriers=[],
        state=AnswerState.REJECTED,
        state_at=then,
        **people,
        **dict.fromkeys(("text", "barrier_note", "contact_name", "contact_reach", "reason"), f"{WORD} svarat"),
    )
    texts = ("contact_name", "contact_function", "email", "phone", "website", "proofs", "reason", "offerings", "reach")
    application = ProviderApplication(
        name="Svetsskolan",
        kind=ProviderKind.PRIVATE,
        topic_ids=["T023"],
        languages=["sv"],
        state=ApplicationState.DECLINED,
        state_at=then,
        **dict.fromkeys(texts, f"{WORD} anmält"),
    )
    return {RecordKind.TIPS: tip, RecordKind.ANSWERS: answer, RecordKind.APPLICATIONS: application}


def _evaluated(user, then):
    needs = [factories_needs.need(by=user) for _number in range(2)]
    cohort = factories_needs.cohort(*needs, by=user)
    cohort.status = CohortStatus.DELIVERED
    for need in needs:
        need.status = NeedStatus.MET
    links = {"token": f"om-{user.id}", "open_until": then.date(), "form_version": "2"}
    evaluation = Evaluation(cohort_id=cohort.id, company_id=needs[0].company_id, **links)
    db.session.add(evaluation)
    db.session.flush()
    read = {"text": f"{WORD} bra", "shown": f"{WORD} bra", "state": TextState.RELEASED, "moderated_at": then}
    provider = factories_procurement.provider(by=user)
    reply = ScoreReply(
        provider_id=provider.id,
        token=f"svar-{user.id}",
        recipient=WORD,
        sent_on=then.date(),
        open_until=then.date(),
        **read,
    )
    text = EvaluationText(evaluation_id=evaluation.id, question_id="better", **read)
    said = Confirmation(
        cohort_id=cohort.id,
        company_id=needs[0].company_id,
        token=f"med-{user.id}",
        takes_part=False,
        note=f"{WORD} nej",
        answered_at=then,
    )
    return {RecordKind.EVALUATION_TEXTS: text, RecordKind.SCORE_REPLIES: reply, RecordKind.CONFIRMATIONS: said}


def everything():
    """Give every row of every table as the database holds it, by table and key."""
    with access.every_organisation():
        found = {}
        for table in db.metadata.sorted_tables:
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            for row in db.session.execute(text(f'select {columns} from "{table.name}"')):
                found[table.name, *row[: max(1, len(table.primary_key.columns))]] = tuple(map(str, row))
        return found


def holding(word):
    """Give the tables in which a word stands."""
    return sorted({key[0] for key, row in everything().items() if any(word in value for value in row)})
