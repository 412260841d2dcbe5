"""Every page of the product with addresses that lead somewhere: the demo's data, and the keys to it."""

import io
from contextlib import contextmanager
from pathlib import Path

from flask import url_for
from sqlalchemy import select

from broker import access, clock, database, files
from broker.accounts import queries as accounts
from broker.accounts.models import Membership
from broker.companies.merging import queries as merging
from broker.companies.merging.models import Merge
from broker.companies.models import Interaction, InteractionKind, Person, Task
from broker.companies.sizes.models import Ownership, SizeFigures
from broker.demo import make, organisations, project_texts
from broker.demo.make import Size
from broker.esf import queries as esf
from broker.esf.chain import queries as chain
from broker.esf.commitments.models import SignedPaper
from broker.esf.ledger.models import AidGrant
from broker.esf.models import ProjectFile
from broker.esf.snapshots.models import Snapshot
from broker.extensions import db
from broker.files import Attachment
from broker.incoming.models import IncomingLetter, LetterState
from broker.jobs import Job
from broker.leads.models import Lead, LeadOffer, ReceivedLead
from broker.leads.tips import queries as tips
from broker.leads.tips.models import Tip
from broker.meetings.queries import CALENDAR
from broker.needs.analyses.models import Analysis
from broker.needs.asking.models import InquiryRound
from broker.needs.confirmations.models import Confirmation
from broker.needs.courses.models import CourseSession
from broker.needs.drafts.content import Content
from broker.needs.drafts.forms import as_field
from broker.needs.drafts.models import GroupDraft, GroupDraftStep
from broker.needs.evaluations.models import Evaluation, EvaluationText, TextState
from broker.needs.inquiries.models import Inquiry, InquiryAnswer
from broker.needs.joint import queries as joint
from broker.needs.joint.models import JointCohort, JointGroup, JointInvitation, JointNeed
from broker.needs.models import Cohort, CohortStatus, Need
from broker.needs.scores.models import ScoreReply
from broker.procurement import queries as procurement
from broker.procurement import workflow
from broker.procurement.filing.models import ReasonsRequest
from broker.procurement.frameworks.models import FrameworkAgreement, FrameworkOption, FrameworkSupplier
from broker.procurement.models import Purchase
from broker.procurement.offers.models import PurchaseOffer
from broker.procurement.value.rules import has_rules
from broker.providers import queries as providers
from broker.providers.applying.models import ApplicationPage, ProviderApplication
from broker.providers.models import Offering, Provider
from broker.providers.people.models import ProviderPerson
from broker.reminders import service as reminders
from broker.reminders.models import ContactRule
from broker.retention.kinds import KINDS
from broker.retention.models import Destruction
from broker.saved_views.models import SavedView
from broker.traces.models import Agreement, AgreementState
from tests.conftest import _empty, signed_in_client
from tests.mailbox import read_invitation, read_link
from tests.pages_esf import commitments, first, granted

HANDBOOK = Path(__file__).parents[1] / "docs" / "handbok"
LIST = "Bolag;Orgnr\nExempel Nytt AB;5299236900\n"


@contextmanager
def demo_in(app):
    """Fill an application with the demo for as long as some tests look at it, and give its first user."""
    with app.app_context(), database.writing():
        user = make.make(Size.SMALL, seed=1, tell=lambda what, done, total: None)
        db.session.commit()
        _add_what_only_pages_add(app, user)
        yield accounts.find_user_by_email(organisations.FIRST_EMAIL)
        db.session.rollback()
        _empty(db.engine)
        db.session.remove()


def _add_what_only_pages_add(app, user):
    client = sign_in(app, user)
    client.submit("/administration/bjud-in", email="ny@larcentrum.example", roles=["reader"])
    app.test_client().submit("/glomt-losenord", email=user.email)
    prepared = client.submit("/foretag/importera", file=(io.BytesIO(LIST.encode()), "lista.csv")).location
    assert client.submit(prepared, **{"try": "1"}).status_code == 302
    assert client.submit("/behov/utkast/nytt", name="Höstens grupper").status_code == 302
    calendar = (
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:{clock.today():%Y%m%d}\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    assert client.submit("/kontakter/kalenderfil", file=(io.BytesIO(calendar.encode()), "a.ics")).status_code == 302
    imported = client.submit(prepared, **{"import": "1"}).location
    assert client.press(f"{imported}/angra", imported, **{"try": "1"}).status_code == 302
    with access.acting_in(accounts.find_organisation_by_name(organisations.FIRST).id):
        project_id, provider_id = _application().project.id, first(Provider).id
    trainings = (
        io.BytesIO(b"Course;Hours;Places;Price;Colour\nTruck A;8;12;4500;red\nMIG;8;12;;\n"),
        "utbud.csv",
    )
    assert client.submit(f"/anordnare/{provider_id}/utbud/las-in", file=trainings).status_code == 302
    paper = (io.BytesIO(b"underlag"), "underlag.txt")
    client.submit(f"/projekt/{project_id}/bilagor/ny", kind="ovrigt", file=paper)
    assert client.press(f"/projekt/{project_id}/export").status_code == 302


def sign_in(app, user):
    """Give a client for somebody of the demo."""
    return signed_in_client(app, user)


def addresses(app):
    """List every page that can be fetched as endpoint and address: several addresses where the pages differ in kind."""
    organisation = accounts.find_organisation_by_name(organisations.FIRST)
    with access.acting_in(organisation.id):
        application = _application()
        keys, several = _keys(app, organisation, application), _several(app, application)
    db.session.rollback()
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in rule.methods or rule.endpoint == "static":
                continue
            for chosen in several.get(rule.endpoint, [{}]):
                values = keys | chosen
                asked = {name: values[name] for name in rule.arguments} | chosen.get("query", {})
                found.append((rule.endpoint, url_for(rule.endpoint, **asked)))
    return found


# Limits that the groups of the demo keep to.
WIDE_LIMITS = {"least_kr": 0, "most_kr": 10_000_000, "most_topics": 20, "most_projects": 2}

WHAT_IF = ("fewer_companies", "hours_change", "staff_price_change", "participant_price_change")


def _application():
    return esf.load_application(next(row.id for row in esf.list_projects() if row.name == project_texts.READY_NAME))


def _keys(app, organisation, application):
    need = first(Need)
    return {
        "company_id": need.company_id,
        "need_id": need.id,
        "topic_id": need.topic_id,
        "analysis_id": first(Analysis).id,
        "round_id": first(InquiryRound).id,
        "name": "lead_rules",
        "version": "1",
        "inquiry_id": first(Inquiry).id,
        "answer_id": first(InquiryAnswer).id,
        "person_id": first(Person).id,
        "interaction_id": first(Interaction).id,
        "task_id": first(Task, Task.kind.is_not(None)).id,
        "figures_id": first(SizeFigures).id,
        "ownership_id": first(Ownership).id,
        "merge_id": first(Merge).id,
        "part": "foretag",
        "other_company_id": 0,
        "other_person_id": 0,
        "membership_id": first(Membership, Membership.organisation_id == organisation.id).id,
        "page": "foretag",
        "view_id": first(SavedView).id,
        "rule_id": first(ContactRule).id,
        "lead_id": first(Lead).id,
        "offer_id": first(LeadOffer).id,
        "received_id": first(ReceivedLead).id,
        "tip_id": first(Tip).id,
        "letter_id": first(IncomingLetter, IncomingLetter.state == LetterState.WAITING).id,
        "agreement_id": first(Agreement, Agreement.state == AgreementState.PROPOSED).id,
        "draft_id": first(GroupDraft).id,
        "plan_id": first(JointGroup).plan_id,
        "joint_group_id": first(JointGroup).id,
        "joint_need_id": first(JointNeed).id,
        "joint_invitation_id": first(JointInvitation).id,
        "cohort_id": first(Cohort, Cohort.status == CohortStatus.FORMED).id,
        "session_id": 0,
        "evaluation_id": 0,
        "application_id": first(ProviderApplication).id,
        "provider_person_id": first(ProviderPerson).id,
        "score_text_id": first(EvaluationText, EvaluationText.state == TextState.WAITING).id,
        "score_reply_id": first(ScoreReply).id,
        "provider_id": first(Provider).id,
        "offering_id": first(Offering).id,
        "purchase_id": first(PurchaseOffer).purchase_id,
        "purchase_offer_id": first(PurchaseOffer).id,
        "reasons_request_id": first(ReasonsRequest).id,
        "framework_id": first(FrameworkAgreement).id,
        "supplier_id": first(FrameworkSupplier).id,
        "option_id": first(FrameworkOption).id,
        "attachment_id": first(Attachment, Attachment.kind == files.UPLOAD).id,
        "job_id": first(Job).id,
        "call_id": esf.list_open_calls()[0].id,
        "project_id": application.project.id,
        "snapshot_id": first(Snapshot, Snapshot.project_id == application.project.id).id,
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
        "commitment_id": application.commitments[0].id,
        "paper_id": first(SignedPaper, SignedPaper.project_id == application.project.id).id,
        "aid_id": 0,
        "month": f"{application.project.starts_on:%Y-%m}",
        "deviation_id": 0,
        "change_request_id": 0,
        "evidence_id": 0,
        "result_id": 0,
        "report_id": 0,
        "grant_id": first(AidGrant).id,
        "file_id": first(ProjectFile, ProjectFile.project_id == application.project.id).id,
        "record_kind": "uppgifter",
        "record_id": first(Task, Task.done_at.is_not(None)).id,
        "destruction_id": first(Destruction).id,
        "gate_id": "g4",
        "section_id": "problemformulering",
        "question_id": "problem",
        "kind": "mal",
        "usual_id": "dearer",
        "token": read_invitation(app).rsplit("/", 1)[1],
        "language": "sv",
    }


def _several(app, application):
    today = clock.today()
    purchases = list(db.session.scalars(select(Purchase).order_by(Purchase.id)))
    steps = [
        {"purchase_id": row.id, "to": step.to}
        for row in purchases
        # A supplier's no has a page of its own.
        for step in [step for step in procurement_steps(row, today) if not (row.framework_id and step.sets_aside)][:1]
    ]
    imports = list(db.session.scalars(select(Job).where(Job.kind == "import_companies").order_by(Job.id)))
    endings = ("nya", "andrade", "oforandrade", "konflikter", "avvisade", "overhoppade")
    pair, two = merging.list_company_pairs().pairs[0], merging.list_person_pairs().pairs[0]
    form = tips.find_page(access.organisation_in_scope()).token
    call_id, formed_id = esf.list_open_calls()[0].id, first(Cohort, Cohort.status == CohortStatus.FORMED).id
    group = Content.from_stored(first(GroupDraftStep).content).cohorts[0]
    return {
        "drafts.show_group": [{"query": {"nyckel": group.key}}],
        "drafts.show_parts": [{"query": {"nyckel": group.key}}],
        "drafts.show_moves": [{"query": {"behov": as_field(group.plan.members[0])}}],
        "drafts.compare": [{}, {"query": {"steg": 1}}],
        "joint.show_group": [{"joint_group_id": row.id} for row in db.session.scalars(select(JointGroup))],
        "joint.show_invitation": [
            {"joint_invitation_id": row.id} for row in db.session.scalars(select(JointInvitation))
        ],
        "joint.contribute": [{"need_id": joint.list_contributable(joint.list_plans()[0])[0].id}],
        "needs.show": [{}, {"need_id": joint.own_notes(joint.list_plans()[0]).popitem()[1].need_id}],
        "cohorts.show": [{}, {"cohort_id": first(JointCohort).cohort_id}],
        "meetings.choose": [{"attachment_id": first(Attachment, Attachment.media_type == CALENDAR).id}],
        "companies.edit_task": [
            {"task_id": first(Task, condition).id} for condition in (Task.kind.is_(None), Task.kind.is_not(None))
        ],
        "retention.show": [{"record_kind": kind.slug} for kind in KINDS.values()],
        "reminders.show_calendar": [{"token": _calendar_token()}],
        "accounts.reset_password": [{"token": read_link(app, "nytt-losenord").rsplit("/", 1)[1]}],
        "tips.give_tip": [{"token": form}],
        "merging.find_other": [{"company_id": pair.first_id}],
        "merging.merge_companies": [{"company_id": pair.first_id, "other_company_id": pair.second_id}],
        "merging.merge_people": [{"person_id": two.second_id, "other_person_id": two.first_id}],
        "merging.index": [{"part": part} for part in ("foretag", "personer", "roller")],
        "tips.thank": [{"token": form}],
        "inquiry_form.answer": [{"token": row.token} for row in db.session.scalars(select(Inquiry))],
        "inquiry_form.thank": [{"token": first(Inquiry).token}],
        "inquiries.show_answer": [{"answer_id": row.id} for row in db.session.scalars(select(InquiryAnswer))],
        **_courses(),
        "traces.show_agreement": [{"agreement_id": row.id} for row in db.session.scalars(select(Agreement))],
        "traces.ask": [_met_by_neighbour()],
        "companies.show": [{}, {"company_id": _met_by_neighbour()["company_id"]}],
        "companies.plan_contact": [{"company_id": _met_by_neighbour()["company_id"]}],
        "tips.show": [{"tip_id": row.id} for row in db.session.scalars(select(Tip))],
        "leads.show_received": [{"received_id": row.id} for row in db.session.scalars(select(ReceivedLead))],
        "leads.show": [{"lead_id": row.id} for row in db.session.scalars(select(Lead))],
        "procurement.show": [{"purchase_id": row.id} for row in purchases],
        "frameworks.show": [{"framework_id": row.id} for row in db.session.scalars(select(FrameworkAgreement))],
        "procurement.take_step": steps,
        "purchase_value.show": [
            {"purchase_id": row.id}
            for row in purchases
            if has_rules(procurement.get_situation(row, today=today, attachments=()))
        ],
        "purchase_offers.index": [{"purchase_id": row.id} for row in purchases],
        "comparison.show": [{"purchase_id": row.id} for row in purchases],
        "comparison.settle": [{"purchase_id": next(row.id for row in purchases if row.state == "need_confirmed")}],
        "purchase_offers.move_closing": [{"purchase_id": first(Purchase, Purchase.state == "advertised").id}],
        "filing.show": [{"purchase_id": row.id} for row in purchases],
        "filing.answer_request": [{"purchase_id": first(ReasonsRequest).purchase_id}],
        "frameworks.decline": [{"purchase_id": first(Purchase, Purchase.state == "call_off_sent").id}],
        "providers.record_checks": [{"group_id": row["id"]} for row in providers.vetting_document(today)["groups"]],
        "offering_lists.result": [{"job_id": first(Job, Job.kind == "import_offerings").id}],
        **commitments(),
        **granted(),
        "esf.propose_projects": [{}, {"query": {"utlysning": call_id, "least_companies": 2} | WIDE_LIMITS}],
        "esf.start_of_groups": [{"query": {"utlysning": call_id, "grupp": formed_id}}],
        "esf.show_section": [{"section_id": row["id"]} for row in application.form["sections"]],
        "esf.budget_month": [{"month": f"{application.project.starts_on:%Y-%m}"}],
        "esf.budget_what_if": [{}, {"query": dict.fromkeys(WHAT_IF, 1)}],
        "esf.take_out_cohort": [{"cohort_id": application.contributions[0].cohort_id}],
        "esf.edit_budget_row": [{"row_id": application.actors[0].budget_rows[0].id}],
        "esf.edit_cofinancing_row": [{"row_id": application.cofinancing[0].id}],
        "noted.make_needs": [{"job_id": imports[0].id}],
        "imports.result": [{"job_id": job.id} for job in imports],
        "imports.undoing": [{"job_id": first(Job, Job.kind == "undo_import").id}],
        "imports.rows": [{"job_id": imports[0].id, "ending": ending} for ending in endings],
        "pages.download": [{"attachment_id": first(Attachment, Attachment.kind != files.UPLOAD).id}],
        "pages.handbook_chapter": [{"name": path.stem} for path in _handbook("[0-9]*.md")],
        "pages.handbook_picture": [{"file_name": path.name} for path in _handbook("bilder/*")],
    }


_OF_APPLYING = ("apply", "show_criteria", "thank")


def procurement_steps(purchase, today):
    """List the steps that lead on from where a purchase stands."""
    return workflow.list_steps(procurement.get_situation(purchase, today=today))


def _courses():
    """Give the group whose companies are answering, and the one that is over and evaluated."""
    asked, over = first(Confirmation), first(Evaluation)
    planned = {"cohort_id": asked.cohort_id}
    pages = ("cohorts.show", "courses.show", "confirmations.index", "evaluations.index", "evaluations.deliver")
    return {
        **{page: [planned, {"cohort_id": over.cohort_id}] for page in pages},
        "courses.edit_session": [
            planned | {"session_id": first(CourseSession, CourseSession.cohort_id == asked.cohort_id).id}
        ],
        "courses.download_calendar": [planned],
        "confirmations.ask": [{}, planned],
        "confirmations.note_answer": [planned | {"company_id": asked.company_id}],
        **{f"confirmation_form.{page}": [{"token": asked.token}] for page in ("answer", "thank", "download_calendar")},
        **{f"application_form.{page}": [{"token": first(ApplicationPage).token}] for page in _OF_APPLYING},
        "applications.show": [{"application_id": row.id} for row in db.session.scalars(select(ProviderApplication))],
        "provider_people.edit": [{"provider_id": first(ProviderPerson).provider_id}],
        "score_reply.answer": [{"token": row.token} for row in db.session.scalars(select(ScoreReply))],
        "score_reply.thank": [{"token": first(ScoreReply).token}],
        "scores.show": [{"provider_id": first(ScoreReply).provider_id}, {"provider_id": first(Provider).id + 3}],
        "evaluations.show_link": [{"cohort_id": over.cohort_id, "evaluation_id": over.id}],
        **{f"evaluation_form.{page}": [{"token": _open_evaluation().token}] for page in ("answer", "thank")},
    }


def _open_evaluation():
    """Give the latest link that is still open."""
    is_open = Evaluation.closed_on.is_(None)
    return db.session.scalars(select(Evaluation).where(is_open).order_by(Evaluation.id.desc()).limit(1)).one()


def _met_by_neighbour():
    agreement = first(Agreement, Agreement.state == AgreementState.ACCEPTED)
    neighbour = agreement.other(access.organisation_in_scope())
    with access.acting_in(neighbour.id):
        company_id = first(Task, Task.kind == InteractionKind.VISIT).company_id
    return {"company_id": company_id, "neighbour_id": neighbour.id}


def _calendar_token():
    token = reminders.open_calendar(by=accounts.find_user_by_email(organisations.FIRST_EMAIL))
    db.session.commit()
    return token


def _handbook(pattern):
    return sorted(HANDBOOK.glob(pattern))
