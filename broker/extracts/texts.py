"""The kinds of rows whose texts may name somebody, and the columns that hold no words about people, with the reason."""

from flask_babel import lazy_gettext as _l

from broker.audit import AuditEvent
from broker.companies.imports.models import ImportedRow
from broker.companies.merging.models import Merge
from broker.companies.models import Task, Workplace
from broker.companies.sizes.models import OutsideOwner, Ownership, SizeFigures, SizeStatus
from broker.esf.budgets.models import BudgetRow, CoFinancingRow, TakenOutCohort
from broker.esf.chain.models import Cause, FollowUp, GoalEffect, Milestone, Risk, SteeringMeeting
from broker.esf.grants.models import ChangeRequest, Deviation, Evidence, GrantDecision
from broker.esf.ledger.models import AidGrant
from broker.esf.models import Activity, Actor, Answer, Contribution, DeMinimisAid, GateState, Goal, ProjectFile
from broker.esf.outcomes.models import MilestoneResult, PeriodReport
from broker.esf.writing.models import AnswerComment, AnswerState, AnswerSuggestion, AnswerVersion
from broker.extracts.kinds import TOLD_BY_COMPANY, Kind
from broker.files import Attachment
from broker.jobs import Job
from broker.leads.models import LeadOffer
from broker.meetings.models import MeetingInvitation
from broker.needs.analyses.models import Analysis
from broker.needs.drafts.models import GroupDraft, GroupDraftStep
from broker.needs.evaluations.models import EvaluationAnswer, EvaluationText
from broker.needs.joint.models import JointGroup, JointInvitation, JointNeed, JointPlan, SharedNeed
from broker.needs.models import Cohort, Need
from broker.procurement.frameworks.models import FrameworkAgreement, FrameworkDecline, FrameworkSupplier
from broker.procurement.models import Purchase, PurchaseRound, PurchaseStep
from broker.procurement.offers.models import OfferCriterion, OfferScore
from broker.providers.models import Offering, VettingCheck
from broker.reminders.models import ContactRule
from broker.retention.models import Destruction, RetentionExemption, RetentionRule
from broker.saved_views.models import SavedView
from broker.topics.models import TopicChange, TopicWord
from broker.traces.models import Agreement

_PROJECT = _l("Texter i projekt")
_RETENTION = _l("Gallring")
_BUDGET = _l("Budget i projekt")
_FILE = _l("Filer")
_JOINT = _l("Samplanering")
_FRAMEWORK = _l("Ramavtal")
_PURCHASE = _l("Inköp")
_SIZE = _l("Företags storlek och ägare")
_DRAFT = _l("Utkast till grupper")
_HISTORY = _l("Antecknat av systemet när något gjordes")

TEXTS = (
    Kind(
        AuditEvent,
        _l("Historiken"),
        texts=("facts",),
        facts={"label": _l("Händelse"), "actor_name": _l("Av")},
        origin=_HISTORY,
    ),
    Kind(
        Task,
        _l("Uppgifter"),
        texts=("title",),
        facts={"due_on": _l("Senast den"), "owner.name": _l("Ansvarig hos oss")},
    ),
    Kind(
        Need,
        _l("Behov"),
        texts=("description", "purpose", "cause", "consequence", "barrier_note", "status_reason"),
    ),
    Kind(Analysis, _l("Behovsanalyser"), texts=("goal", "ability", "gap", "consequence")),
    Kind(LeadOffer, _l("Svar på leads"), texts=("answered_by", "question", "reason", "reply", "result_note")),
    Kind(MeetingInvitation, _l("Mötens inbjudningar"), texts=("title", "place", "message", "told")),
    Kind(Workplace, _l("Arbetsställen"), texts=("name", "street")),
    Kind(OutsideOwner, _SIZE, texts=("name",)),
    Kind(Ownership, _SIZE, texts=("source",)),
    Kind(SizeFigures, _SIZE, texts=("source", "rate_source")),
    Kind(SizeStatus, _SIZE, texts=("reason",)),
    Kind(ImportedRow, _l("Rader ur inlästa listor"), texts=("name", "changes", "images"), origin=_l("Inläst lista")),
    Kind(Merge, _l("Sammanslagningar som kan ångras"), texts=("fields",)),
    Kind(Attachment, _FILE, texts=("file_name",), facts={"uploaded_at": _l("Sparad")}),
    Kind(Cohort, _l("Utbildningsgrupper"), texts=("venue", "address", "cost", "called_off")),
    Kind(
        EvaluationText,
        _l("Texter i utvärderingar"),
        texts=("text", "shown", "moderated_by"),
        origin=_l("Svar i en utvärdering"),
    ),
    Kind(EvaluationAnswer, _l("Svar i utvärderingar"), texts=("answers",), origin=_l("Svar i en utvärdering")),
    Kind(GroupDraft, _DRAFT, texts=("name",)),
    Kind(GroupDraftStep, _DRAFT, texts=("told",)),
    Kind(JointPlan, _JOINT, texts=("name",)),
    Kind(JointInvitation, _JOINT, texts=("plan_name", "invited_by", "answered_by", "reason")),
    Kind(JointNeed, _JOINT, texts=("company_name",)),
    Kind(JointGroup, _JOINT, texts=("proposed_by", "fell_because")),
    Kind(SharedNeed, _JOINT, texts=("plan_name", "ground_note")),
    Kind(Purchase, _PURCHASE, texts=("title", "values"), purchase="id"),
    Kind(PurchaseRound, _PURCHASE, texts=("values",), purchase="purchase_id"),
    Kind(PurchaseStep, _PURCHASE, texts=("label", "note"), purchase="purchase_id"),
    Kind(OfferCriterion, _PURCHASE, texts=("name", "meaning"), purchase="sheet_id"),
    Kind(OfferScore, _PURCHASE, texts=("reason",), purchase="offer_id"),
    Kind(
        FrameworkAgreement, _FRAMEWORK, texts=("name", "owner", "subject", "term_reason", "named_users", "diary_number")
    ),
    Kind(
        FrameworkDecline,
        _FRAMEWORK,
        names=("said_by",),
        texts=("reason",),
        facts={"said_by": _l("Sagt av")},
        purchase="purchase_id",
    ),
    Kind(FrameworkSupplier, _FRAMEWORK, texts=("ended_reason",)),
    Kind(Offering, _l("Utbildningar i utbudet"), texts=("title", "skills", "certificate")),
    Kind(VettingCheck, _l("Granskning, punkt för punkt"), texts=("evidence", "note")),
    Kind(
        Agreement,
        _l("Överenskommelser om spår"),
        texts=("reference", "basis", "proposed_by", "answered_by", "reason", "ended_by"),
    ),
    Kind(ContactRule, _l("Regler om kontakter"), texts=("tag",)),
    Kind(SavedView, _l("Sparade urval"), texts=("name", "arguments")),
    Kind(TopicWord, _l("Ord för kompetensområden"), texts=("text",)),
    Kind(TopicChange, _l("Ändrade kompetensområden"), texts=("label",)),
    Kind(Job, _l("Jobb"), texts=("title", "arguments", "message", "result")),
    Kind(Answer, _PROJECT, texts=("text",)),
    Kind(AnswerVersion, _PROJECT, texts=("text",)),
    Kind(AnswerState, _PROJECT, texts=("fetched_text",)),
    Kind(AnswerSuggestion, _PROJECT, texts=("text", "base_text")),
    Kind(AnswerComment, _l("Kommentarer i projekt"), texts=("text",)),
    Kind(
        Contribution,
        _l("Behov i projekt"),
        texts=("purpose", "cause", "consequence", "barrier_note", "ground_note", "left_out_reason"),
    ),
    Kind(Actor, _PROJECT, texts=("name", "reason")),
    Kind(Activity, _PROJECT, texts=("title", "provider_name", "method_reference", "adjustments")),
    Kind(Goal, _PROJECT, texts=("text", "call_part")),
    Kind(GateState, _PROJECT, texts=("note",)),
    Kind(ProjectFile, _FILE, texts=("file_name",)),
    Kind(DeMinimisAid, _l("Stöd till företag"), texts=("giver", "rate_source"), origin=TOLD_BY_COMPANY),
    Kind(AidGrant, _l("Stöd till företag"), texts=("giver", "instrument", "rate_source")),
    Kind(BudgetRow, _BUDGET, texts=("title",)),
    Kind(CoFinancingRow, _BUDGET, texts=("title", "contributor")),
    Kind(TakenOutCohort, _PROJECT, texts=("reason", "kept")),
    Kind(Cause, _PROJECT, texts=("text",)),
    Kind(FollowUp, _PROJECT, texts=("responsible", "frequency", "data", "deviation", "evaluation_note")),
    Kind(GoalEffect, _PROJECT, texts=("text", "sign", "owner_role")),
    Kind(Milestone, _PROJECT, texts=("indicator", "baseline", "target", "data_source")),
    Kind(MilestoneResult, _PROJECT, texts=("value", "note")),
    Kind(Risk, _PROJECT, texts=("text", "response", "owner_role")),
    Kind(SteeringMeeting, _PROJECT, texts=("note",)),
    Kind(ChangeRequest, _PROJECT, texts=("text", "reason", "diary_no")),
    Kind(Deviation, _PROJECT, texts=("text", "consequence", "response", "owner_role")),
    Kind(Evidence, _FILE, texts=("title", "file_name")),
    Kind(GrantDecision, _PROJECT, texts=("conditions", "diary_no")),
    Kind(PeriodReport, _l("Rapporter ur projekt"), texts=("blocks",)),
    Kind(RetentionRule, _RETENTION, texts=("reference",)),
    Kind(RetentionExemption, _RETENTION, texts=("reason",)),
    Kind(Destruction, _RETENTION, texts=("reference",)),
)

_KEY = "a key of a reference list, chosen and never written"
_FOLDED = "the folded copy of a name that is searched itself"
_SAYS_NOTHING = "a secret, a hash or a key that says nothing"
_NUMBER = "a number of an organisation; a person's is never stored"
_KEYS = "keys of rows and figures, no words"
_PLACE = "a code or a name of a place"
_OURS = "sentences of our own about figures and topics"

# Columns of rows with an organisation's or a project's data that hold no words about people.
WORDLESS = {
    _KEY: (
        "activity.municipality_code actor.legal_form actor.municipality_code actor.role answer.question_id "
        "answer_comment.question_id answer_state.question_id answer_suggestion.question_id answer_version.question_id "
        "writer_presence.question_id attachment.kind attachment.media_type attachment.subject_type "
        "budget_row.cost_type budget_row.rate_id call_letter.kind change_request.kind co_financing_row.kind "
        "cohort.topic_id contribution.barriers contribution.topic_id evaluation.form_version "
        "evaluation_text.question_id framework_agreement.cpv_codes framework_agreement.topic_ids gate_state.gate_id "
        "group_draft.topic_id inquiry.topic_ids inquiry_answer.barriers inquiry_answer.topic_ids "
        "inquiry_round.half_year inquiry_round.topic_id job.kind joint_group.topic_id joint_invitation.topic_ids "
        "joint_need.languages joint_need.modes joint_need.topic_id joint_plan.topic_ids lead.topic_id need.barriers "
        "need.languages need.modes need.topic_id offering.languages offering.levels offering.modes offering.topic_id "
        "outside_owner.country project.form_version project_file.kind project_file.media_type "
        "provider_application.languages provider_application.topic_ids purchase.route purchase.state "
        "purchase.workflow_version purchase_step.from_state purchase_step.to_state received_lead.topic_id "
        "risk.usual_id snapshot.call_version snapshot.form_version topic_change.into_id topic_change.topic_id "
        "topic_word.topic_id vetting_check.item_id vetting_check.result vetting_step.item_ids"
    ),
    _FOLDED: (
        "engagement.name_key engagement.sort_key outside_owner.name_key person.name_key person.sort_key "
        "provider.name_key provider.sort_key topic_word.key"
    ),
    _SAYS_NOTHING: (
        "attachment.content_hash commitment_link.token confirmation.token course_session.uid evaluation.token "
        "evidence.content_hash imported_event.key incoming_letter.content_hash incoming_letter.key inquiry.token "
        "interaction.letter_key joint_group_need.company_token joint_need.company_token letter_address.secret_hash "
        "project_file.content_hash reminder_choice.token_hash result_link.token score_reply.token "
        "signed_paper.content_hash signed_paper.text_hash signed_paper.withdrawal_hash snapshot.digest "
        "snapshot_file.content_hash destruction.waiting_files job.worker"
    ),
    _NUMBER: (
        "activity.provider_number actor.organisation_number commitment.group_numbers "
        "de_minimis_aid.organisation_number "
        "engagement.organisation_number inquiry_answer.organisation_number outside_owner.number "
        "provider.organisation_number provider_application.organisation_number purchase_offer.organisation_number "
        "tip.organisation_number"
    ),
    _KEYS: (
        "answer.sources answer_suggestion.sources answer_version.sources group_draft_step.content merge.had "
        "merge.moved "
        "size_status.because topic_change.moved training_score.counts snapshot_file.name"
    ),
    _PLACE: (
        "cohort.municipality_code contribution.municipality_code joint_group.municipality_code "
        "joint_need.municipality_code need.municipality_code offering.municipality_code provider.municipality_code "
        "workplace.municipality_code workplace.post_town workplace.postcode"
    ),
    _OURS: "cohort.reason joint_group.reason",
}
