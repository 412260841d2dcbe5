"""One of each private thing, for an organisation; every text in it begins with the canary."""

import io
from dataclasses import dataclass
from datetime import time

from broker import access, clock, files, jobs
from broker.accounts.models import Invitation
from broker.companies import service as companies
from broker.companies.imports.models import ImportedList, ImportedRow, RowOutcome
from broker.companies.merging import service as merging
from broker.companies.merging.models import MergeKind
from broker.companies.models import InteractionKind
from broker.companies.sizes import service as sizes
from broker.companies.sizes.groups import HolderKind
from broker.companies.sizes.models import Currency
from broker.esf.snapshots import service as snapshots
from broker.extensions import db
from broker.needs.analyses import service as analyses
from broker.needs.asking import service as asking
from broker.needs.confirmations import service as confirmations
from broker.needs.confirmations.queries import list_parts
from broker.needs.courses import service as courses
from broker.needs.evaluations.models import (
    Evaluation,
    EvaluationAnswer,
    EvaluationText,
    ScoreLevel,
    TextState,
    TrainingScore,
)
from broker.needs.inquiries import service as inquiries
from broker.needs.inquiries.models import InquiryAnswer, InquiryKind
from broker.needs.scores.models import ScoreReply
from broker.procurement.filing.models import ReasonsRequest
from broker.providers.applying.models import ProviderApplication
from broker.providers.hearings import service as hearings
from broker.providers.models import ProviderKind
from broker.providers.people import service as provider_people
from broker.reminders.service import add_rule
from broker.retention import service as retention
from broker.retention.kinds import KINDS
from broker.retention.models import Destruction, RecordKind
from broker.saved_views.models import ListPage
from broker.saved_views.service import save_view
from broker.sentences import Sentence
from broker.topics import queries
from broker.topics import service as topics
from tests import (
    factories,
    factories_esf,
    factories_frameworks,
    factories_joint,
    factories_leads,
    factories_letters,
    factories_needs,
    factories_procurement,
    factories_traces,
)
from tests.app.world_esf import parts_of_project
from tests.client import CANARY


@dataclass(frozen=True)
class World:
    """The keys of the things of one organisation, by the names of the parameters that the addresses use."""

    keys: dict[str, int]

    def fill(self, rule):
        """Give the address of a route with these keys and the fixed words that other parameters need."""
        row_id = self.keys.get(ROWS.get(rule.endpoint))
        known = {**WORDS, **self.keys, "row_id": row_id}
        known |= {name: self.keys[other] for name, other in OTHERS.get(rule.endpoint, {}).items()}
        values = {name: known.get(name) for name in rule.arguments}
        missing = [name for name, value in values.items() if value is None]
        assert not missing, f"{rule.rule}: say in tests/app/world.py what {missing} can be"
        return values


# Which row an address means that only says "row".
ROWS = {
    "esf.edit_budget_row": "budget_row_id",
    "esf.edit_cofinancing_row": "cofinancing_row_id",
    "esf.remove_row": "goal_id",
}
# Which of several things of a kind an address means.
OTHERS = {
    "imports.undoing": {"job_id": "undo_id"},
    "esf.take_out_cohort": {"cohort_id": "joined_cohort_id"},
    "outcomes.edit_participants": {"cohort_id": "joined_cohort_id"},
    "offering_lists.result": {"job_id": "offering_list_id"},
    "offering_lists.store": {"job_id": "offering_list_id"},
}
# Parameters that are not keys of private things.
WORDS = {
    "token": "okand",
    "language": "en",
    "name": "01-borja-har",
    "file_name": "idag-1280.png",
    "section_id": "problemformulering",
    "question_id": "problem",
    "number": 1,
    "file_format": "json",
    "gate_id": "g4",
    "usual_id": "dearer",
    "kind": "mal",
    "file_type": "csv",
    "group_id": "identity",
    "to": "need_confirmed",
    "record_kind": "kontakter",
    "part": "foretag",
    "month": f"{factories_esf.START:%Y-%m}",
}


TABLE_OF_UPLOAD = {
    "headings": ["Orgnr"],
    "mapping": {"Orgnr": "number"},
    "rows": [[f"{CANARY}rad"]],
    "sheet_name": None,
    "heading_row": 1,
}


def build(organisation, user, company, call):
    """Make one of everything for an organisation; the company and the call are everybody's."""
    with access.acting_in(organisation.id):
        keys = {"company_id": company.id, "call_id": call.id}
        person = factories.person(company, f"{CANARY}person")
        double = factories.person(company, f"{CANARY}person")
        other, gone = (companies.add_company(number=None, name=f"{CANARY}bolag", by=user) for _number in range(2))
        merge = merging.merge_companies(other, gone, {}, by=user)
        merging.rule_out(MergeKind.PERSON, person.id, double.id, by=user)
        interaction = factories.interaction(
            company, by=user, summary=f"{CANARY}kontakt", people=[person], next_step=f"{CANARY}steg"
        )
        companies.add_task(title=f"{CANARY}uppgift", due_on=clock.today(), company=company, by=user)
        task = companies.plan_contact(
            company, kind=InteractionKind.VISIT, title=f"{CANARY}plan", due_on=clock.today(), by=user
        )
        figures, ownership = _size_of(company, user)
        need = factories_needs.need(by=user, company=company, description=f"{CANARY}behov")
        second = factories_needs.need(by=user, description=f"{CANARY}behov")
        third = factories_needs.need(by=user, description=f"{CANARY}behov")
        cohort = factories_needs.cohort(need, second, by=user)
        cohort.venue = f"{CANARY}lokal"
        times = {"starts_at": time(9), "ends_at": time(12)}
        session = courses.add_sessions(cohort, [cohort.starts_on], **times, by=user)[0]
        said = {"takes_part": False, "women": 0, "men": 0, "unknown_sex": 0, "note": f"{CANARY}nej"}
        confirmation = confirmations.note_answer(cohort, list_parts(cohort)[0], said, by=user)
        texts = {"held_on": clock.today(), "goal": f"{CANARY}mal", "ability": None, "gap": None, "consequence": None}
        inquiry = inquiries.open_inquiry(InquiryKind.CAMPAIGN, name=f"{CANARY}kampanj", by=user)
        facts = dict.fromkeys(("organisation_number", "barrier_note", "earliest_on", "latest_on", "contact_name"))
        counts = dict.fromkeys(("women", "men", "unknown_sex"), 1)
        lists = {"topic_ids": [], "barriers": []}
        said = {"company_name": f"{CANARY}svar", "place": f"{CANARY}ort", "text": f"{CANARY}text"}
        answer = InquiryAnswer(inquiry_id=inquiry.id, **facts, **counts, **lists, **said)
        db.session.add(answer)
        to_ask = asking.ToAsk(company, companies.engage(company).id, None, user.id)
        task_to_do = asking.TaskToDo(f"{CANARY}fraga", clock.today())
        asked, _late = asking.ask_companies(
            [to_ask], topic_id="T023", half_year=None, task=task_to_do, link_of=lambda _inquiry: "", by=user
        )
        links = {"token": f"evaluation-{organisation.id}", "open_until": clock.today(), "form_version": "2"}
        evaluation = Evaluation(cohort_id=cohort.id, company_id=company.id, **links)
        db.session.add(evaluation)
        db.session.flush()
        db.session.add(EvaluationAnswer(evaluation_id=evaluation.id, answers={"met": 3}, received_on=clock.today()))
        written = {"text": f"{CANARY}omdome", "shown": f"{CANARY}omdome", "state": TextState.RELEASED}
        text = EvaluationText(evaluation_id=evaluation.id, question_id="better", **written)
        db.session.add(text)
        analysis, _none = analyses.add_analysis(company, texts, [], by=user)
        draft = factories_needs.draft(by=user, name=f"{CANARY}utkast")
        topic = topics.split_topic(
            queries.get_topic("T023"), name=f"{CANARY}omrade", words=[f"{CANARY}ord"], chosen=[], by=user
        )
        provider = factories_procurement.provider(by=user, name=f"{CANARY}anordnare")
        offering = factories_procurement.offering(provider, by=user, title=f"{CANARY}utbildning")
        provider.note = f"{CANARY}anordnare"
        judged = {"level": ScoreLevel.REACTION, "is_by_company": False, "counts": [0, 0, 5, 0, 0], "answers": 5}
        days = {"taught_on": clock.today(), "settled_on": clock.today()}
        db.session.add(TrainingScore(cohort_id=cohort.id, provider_id=provider.id, total=15, **judged, **days))
        reply = ScoreReply(
            provider_id=provider.id,
            token=f"omdomen-{organisation.id}",
            recipient=f"{CANARY}mottagare",
            sent_on=clock.today(),
            open_until=clock.today(),
            **written,
        )
        db.session.add(reply)
        texts = dict.fromkeys(("name", "offerings", "reach", "contact_name"), f"{CANARY}anmalan")
        lists = {"topic_ids": ["T023"], "languages": ["sv"]}
        application = ProviderApplication(kind=ProviderKind.PRIVATE, **texts, **lists)
        db.session.add(application)
        whom = {"name": f"{CANARY}kontakt", "source": f"{CANARY}kalla"}
        contact = provider_people.add_person(provider, by=user, **whom)
        db.session.flush()
        hearings.reopen(provider, happened_on=clock.today(), text=f"{CANARY}handelse", by=user)
        purchase = factories_procurement.purchase(by=user, title=f"{CANARY}inkop", state="request_sent")
        asked_for = ReasonsRequest(
            purchase_id=purchase.id, asked_by=f"{CANARY}part", received_on=clock.today(), registered_by_id=user.id
        )
        db.session.add(asked_for)
        offer = factories_procurement.offer(purchase, by=user, name=f"{CANARY}anbud", note=f"{CANARY}anbud")
        names = {"name": f"{CANARY}ramavtal", "owner": f"{CANARY}namnd", "named_users": [f"{CANARY}namnd"]}
        framework = factories_frameworks.framework(by=user, providers=[provider], **names)
        option = factories_frameworks.option(framework, by=user)
        attachment = files.attach(
            provider, io.BytesIO(b"x"), file_name=f"{CANARY}fil.txt", media_type="text/plain", kind="import", by=user
        )
        job = jobs.add_job("import_companies", Sentence(f"{CANARY}jobb"), {"attachment_id": attachment.id}, by=user)
        offering_list = jobs.add_job(
            "import_offerings", Sentence(f"{CANARY}utbud"), {"provider_id": provider.id, "attachment_id": 0}, by=user
        )
        row = {"row": 2, "company_id": company.id, "name": f"{CANARY}rad", "changes": [["note", None, f"{CANARY}not"]]}
        db.session.add(ImportedRow(job_id=job.id, outcome=RowOutcome.NEW, **row))
        db.session.add(ImportedList(job_id=job.id, undo_until=clock.today()))
        undo = jobs.add_job("undo_import", Sentence(f"{CANARY}jobb"), {"import_job_id": job.id}, by=user)
        undo.state, undo.result = jobs.JobState.DONE, {"is_trial": True, "counts": {}}
        kept = {"changes": [["edited", "person"]], "row": 2, "company_id": company.id, "name": f"{CANARY}rad"}
        db.session.add(ImportedRow(job_id=undo.id, outcome=RowOutcome.KEPT, **kept))
        view = save_view(ListPage.COMPANIES, {"q": [CANARY]}, name=f"{CANARY}urval", is_shared=True, by=user)
        rule = add_rule({"status": None, "tag": f"{CANARY}etikett", "least_employees": None, "months": 6}, by=user)
        inspection = jobs.add_job(
            "inspect_upload", Sentence(f"{CANARY}jobb"), {"attachment_id": attachment.id}, by=user
        )
        inspection.state, inspection.result = jobs.JobState.DONE, {"format": "csv", "table": TABLE_OF_UPLOAD}
        project = factories_esf.project(organisation, user, call_row=call, name=f"{CANARY}projekt")
        invitation = Invitation(
            organisation_id=organisation.id,
            email=f"{CANARY}inbjuden@larcentrum.example",
            roles=[],
            token_hash=f"hash-{organisation.id}",
            invited_by_id=user.id,
            expires_at=clock.now().replace(year=2099),
        )
        db.session.add(invitation)
        db.session.commit()
        keys |= _leads(organisation, user) | _retention(user, interaction)
        keys |= _traces(organisation, user, company)
        keys["letter_id"] = factories_letters.waiting(user, subject=f"{CANARY}brev", text=f"{CANARY}brev").id
        keys |= {
            "person_id": person.id,
            "other_person_id": double.id,
            "other_company_id": other.id,
            "merge_id": merge.id,
            "interaction_id": interaction.id,
            "task_id": task.id,
            "figures_id": figures.id,
            "ownership_id": ownership.id,
            "need_id": third.id,
            "analysis_id": analysis.id,
            "inquiry_id": inquiry.id,
            "answer_id": answer.id,
            "round_id": asked.id,
            "cohort_id": cohort.id,
            "session_id": session.id,
            "confirmation_id": confirmation.id,
            "evaluation_id": evaluation.id,
            "application_id": application.id,
            "provider_person_id": contact.id,
            "score_text_id": text.id,
            "score_reply_id": reply.id,
            "draft_id": draft.id,
            "provider_id": provider.id,
            "offering_id": offering.id,
            "topic_id": topic.new_id,
            "change_id": topic.id,
            "word_id": queries.list_words(topic.new_id)[0].id,
            "purchase_id": purchase.id,
            "place": 0,
            "purchase_offer_id": offer.id,
            "reasons_request_id": asked_for.id,
            "framework_id": framework.id,
            "supplier_id": framework.suppliers[0].id,
            "option_id": option.id,
            "attachment_id": attachment.id,
            "job_id": job.id,
            "undo_id": undo.id,
            "offering_list_id": offering_list.id,
            "ending": "nya",
            "page": "foretag",
            "name": "lead_rules",
            "version": "1",
            "view_id": view.id,
            "rule_id": rule.id,
            "project_id": project.id,
            "snapshot_id": snapshots.take_out(project.id, by=user).id,
            "invitation_id": invitation.id,
            "membership_id": user.memberships[0].id,
        }
        keys |= parts_of_project(project, user) | _joint(organisation, user)
        db.session.commit()
        return World(keys)


def _retention(user, record):
    told = {"reference": f"{CANARY}plan", "decided_on": clock.today(), "valid_from": clock.today()}
    rule = retention.add_rule(KINDS[RecordKind.TASKS], years=100, by=user, **told)
    exemption = retention.exempt(KINDS[RecordKind.CONTACTS], record, reason=f"{CANARY}skal", by=user)
    decided = {"through_on": clock.today(), "last_id": 0, "counted": 0, "decided_by_id": user.id}
    done = Destruction(
        kind=RecordKind.TASKS, rule_id=rule.id, reference=f"{CANARY}beslut", finished_at=clock.now(), **decided
    )
    db.session.add(done)
    db.session.flush()
    return {"record_id": record.id, "exemption_id": exemption.id, "destruction_id": done.id}


def _size_of(company, user):
    noted = {"source": f"{CANARY}kalla", "source_on": clock.today()}
    year = {"closed_on": clock.today().replace(year=2025, month=6, day=30), "headcount": 5, "currency": Currency.EUR}
    figures = sizes.add_figures(company, year | noted, company=company, by=user)
    owner = sizes.add_outside_owner(
        name=f"{CANARY}agare", number=None, country=None, kind=HolderKind.ENTERPRISE, by=user
    )
    share = {"kind": HolderKind.ENTERPRISE, "capital": 30, "votes": 30, "controls": False, "is_same_market": False}
    days = {"starts_on": None, "ends_on": None}
    return figures, sizes.add_ownership(owner, company, share | days | noted, company=company, by=user)


def _leads(organisation, user):
    neighbour = factories.organisation()
    texts = {"summary": f"{CANARY}lead", "ground_note": f"{CANARY}grund"}
    sent = factories_leads.lead(sender=organisation, receivers=[neighbour], by=user, **texts)
    got = factories_leads.lead(sender=neighbour, receivers=[organisation], by=user, **texts)
    received = factories_leads.received(got, organisation)
    tip = factories_leads.tip(
        organisation,
        company_name=f"{CANARY}tips",
        need=f"{CANARY}behov",
        place=f"{CANARY}ort",
        tipper_name=f"{CANARY}tipsare",
    )
    return {"tip_id": tip.id, "lead_id": sent.id, "offer_id": sent.offers[0].id, "received_id": received.id}


def _traces(organisation, user, company):
    neighbour = factories.organisation()
    names = {"reference": f"{CANARY}beteckning", "basis": f"{CANARY}beslut"}
    factories_traces.agreement(proposer=organisation, receiver=neighbour, by=user, **names)
    waiting = factories_traces.agreement(
        proposer=factories.organisation(), receiver=organisation, by=user, answer=None, **names
    )
    factories_traces.contact(neighbour, company, by=factories.user(organisation=neighbour, name=f"{CANARY}kollega"))
    return {"agreement_id": waiting.id, "neighbour_id": neighbour.id}


def _joint(organisation, user):
    neighbour = factories.organisation()
    colleague = factories.user(organisation=neighbour)
    plan = factories_joint.plan(organisation, neighbour, by=user, name=f"{CANARY}samplanering", topic_ids=["T042"])
    asked = factories_joint.invitation(plan, factories.organisation(), by=user, owner=organisation)
    about = {"topic_id": "T042", "women": 3, "ground_note": f"{CANARY}grund", "is_named": True}
    for side, by in ((organisation, user), (neighbour, colleague)):
        _need, copy = factories_joint.contributed(plan, side, by=by, **about)
    group = factories_joint.proposed(plan, organisation, by=user)
    return {
        "plan_id": plan.id,
        "joint_invitation_id": asked.id,
        "joint_need_id": copy.id - 1,
        "joint_group_id": group.id,
    }
