"""What keeps a record from being destroyed whatever its age: something that still goes on and needs it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, or_, select

from broker import clock
from broker.companies.merging.models import Merge, MergeKind
from broker.companies.models import Engagement, Interaction, Person, Task, interaction_person
from broker.esf.grants.models import GrantDecision, GrantOutcome
from broker.esf.grants.rules import GrantRules, grant_rules
from broker.esf.kinds import AidBasis
from broker.esf.models import Commitment, Contribution, Project
from broker.extensions import db
from broker.leads.models import WAITING, Lead, LeadOffer, OfferState, ReceivedLead
from broker.meetings.models import MeetingGuest, MeetingInvitation
from broker.needs.analyses.models import Analysis
from broker.needs.confirmations.models import Confirmation
from broker.needs.evaluations.models import Evaluation, EvaluationText
from broker.needs.inquiries.models import InquiryAnswer
from broker.needs.models import Cohort, CohortNeed, CohortStatus, Need, NeedStatus
from broker.procurement.models import Purchase, PurchaseStep
from broker.procurement.queries import ENDED
from broker.providers.applying.models import ProviderApplication
from broker.reference import queries as reference
from broker.reference.models import DocumentKind
from broker.retention.models import RecordKind, RetentionExemption

ENDED_NEEDS = (NeedStatus.MET, NeedStatus.WITHDRAWN)


@dataclass(frozen=True)
class Guard:
    """Why some records are left alone, and which they are on a day."""

    label: Any
    condition: Callable[[date], ColumnElement[bool]]


def _years_kept(today: date) -> tuple[int, GrantRules]:
    """Give how many years what belongs to a purchase is kept from its last step (LOU), and the rules for projects.

    A page asks for many guards, so both are looked up once.
    """
    known: dict[date, tuple[int, GrantRules]] = db.session.info.setdefault("years_kept", {})
    if today not in known:
        content = reference.get_document(DocumentKind.RETENTION_RULES, on=today).content
        known[today] = content["purchase_years"], grant_rules(today)
    return known[today]


def is_unfinished(answer: type[LeadOffer | ReceivedLead]) -> ColumnElement[bool]:
    """Give the condition that a lead still waits with one receiver: for its answer, or for what became of it."""
    return or_(answer.state.in_(WAITING), (answer.state == OfferState.ACCEPTED) & answer.result.is_(None))


def _kept_projects(today: date) -> Select[int]:
    """Give the projects that go on, and those with support whose papers have to be kept until after the last payment.

    The years count from the end of the year of that payment (GrantRules.kept_until); until it is noted they have not
    begun.
    """
    _years, rules = _years_kept(today)
    refused = select(GrantDecision.project_id).where(GrantDecision.outcome == GrantOutcome.REFUSED)
    with_aid = select(Commitment.project_id).where(Commitment.aid_basis != AidBasis.NO_AID)
    paid_on, aided = GrantDecision.final_payment_on, GrantDecision.project_id.in_(with_aid)
    is_kept = or_(
        GrantDecision.ends_on >= today,
        paid_on.is_(None),
        paid_on >= date(today.year - rules.keep_years, 1, 1),
        aided & (paid_on >= date(today.year - rules.keep_years_with_aid, 1, 1)),
    )
    granted = select(GrantDecision.project_id).where(is_kept)
    goes_on = or_(Project.ends_on >= today, Project.id.in_(granted))
    return select(Project.id).where(goes_on, Project.id.not_in(refused))


def _in_project(today: date) -> Select[int]:
    return select(Contribution.need_id).where(Contribution.project_id.in_(_kept_projects(today)))


def _in_cohort(today: date) -> Select[int]:
    return (
        select(CohortNeed.need_id)
        .join(Cohort, Cohort.id == CohortNeed.cohort_id)
        .where(Cohort.status == CohortStatus.FORMED)
    )


def _kept_purchases(today: date) -> ColumnElement[bool]:
    years, _rules = _years_kept(today)
    first = clock.end_of(_years_before(today, years))
    stepped = select(PurchaseStep.purchase_id).where(PurchaseStep.taken_at >= first)
    return or_(Purchase.state.not_in(ENDED), Purchase.created_at >= first, Purchase.id.in_(stepped))


def _in_purchase(today: date) -> Select[int]:
    bought = select(Purchase.cohort_id).where(Purchase.cohort_id.is_not(None), _kept_purchases(today))
    return select(CohortNeed.need_id).where(CohortNeed.cohort_id.in_(bought))


def _years_before(day: date, years: int) -> date:
    return date(day.year - years, day.month, min(day.day, 28))


def _is_of_open_need(column: Any, key: Any) -> Callable[[date], ColumnElement[bool]]:
    """Give the condition that a need that points here has not ended, or is in what still goes on."""

    def condition(today: date) -> ColumnElement[bool]:
        still = or_(
            Need.status.not_in(ENDED_NEEDS),
            Need.id.in_(_in_cohort(today)),
            Need.id.in_(_in_project(today)),
            Need.id.in_(_in_purchase(today)),
        )
        found: ColumnElement[bool] = key.in_(select(column).where(column.is_not(None), still))
        return found

    return condition


def _has_open_lead(today: date) -> ColumnElement[bool]:
    unfinished = select(LeadOffer.lead_id).where(is_unfinished(LeadOffer))
    return Person.id.in_(select(Lead.person_id).where(Lead.person_id.is_not(None), Lead.id.in_(unfinished)))


def _can_be_parted(today: date) -> ColumnElement[bool]:
    can_be_undone = (Merge.kind == MergeKind.PERSON, Merge.undone_at.is_(None), Merge.undo_until >= today)
    return Person.id.in_(select(Merge.kept_id).where(*can_be_undone))


def _is_invited(today: date) -> ColumnElement[bool]:
    guests = (
        select(MeetingGuest.person_id)
        .join(MeetingInvitation, MeetingInvitation.id == MeetingGuest.invitation_id)
        .join(Task, Task.id == MeetingInvitation.task_id)
        .where(
            MeetingGuest.person_id.is_not(None), or_(Task.done_at.is_(None), Task.id.in_(_exempted(RecordKind.TASKS)))
        )
    )
    return Person.id.in_(guests)


def _is_provider_of_purchase(today: date) -> ColumnElement[bool]:
    bought = select(Purchase.provider_id).where(Purchase.provider_id.is_not(None), _kept_purchases(today))
    return ProviderApplication.provider_id.in_(bought)


def _is_of_kept_project(today: date) -> ColumnElement[bool]:
    taught = select(Contribution.cohort_id).where(Contribution.project_id.in_(_kept_projects(today)))
    return EvaluationText.evaluation_id.in_(select(Evaluation.id).where(Evaluation.cohort_id.in_(taught)))


def _is_of_group_in_use(today: date) -> ColumnElement[bool]:
    taught = select(Contribution.cohort_id).where(Contribution.project_id.in_(_kept_projects(today)))
    bought = select(Purchase.cohort_id).where(Purchase.cohort_id.is_not(None), _kept_purchases(today))
    return or_(Confirmation.cohort_id.in_(taught), Confirmation.cohort_id.in_(bought))


def _company_parted(today: date) -> ColumnElement[bool]:
    can_be_undone = (Merge.kind == MergeKind.COMPANY, Merge.undone_at.is_(None), Merge.undo_until >= today)
    return Engagement.company_id.in_(select(Merge.kept_id).where(*can_be_undone))


def _exempted(kind: RecordKind) -> Select[int]:
    return select(RetentionExemption.record_id).where(
        RetentionExemption.kind == kind, RetentionExemption.ended_at.is_(None)
    )


def _kept_after(kind: MergeKind, went: ColumnElement[bool]) -> Select[int]:
    """Give the keys of all that these merges went into, also by way of each other."""
    stands = (Merge.kind == kind, Merge.undone_at.is_(None))
    kept = select(Merge.kept_id).where(*stands, went).cte(recursive=True)
    further = select(Merge.kept_id).join(kept, Merge.gone_id == kept.c.kept_id).where(*stands)
    return select(kept.union(further).c.kept_id)


def _was_at_kept_contact(today: date) -> ColumnElement[bool]:
    # Who was there is a part of what a contact says.
    met = interaction_person.c
    needed = _is_of_open_need(Need.interaction_id, met.interaction_id)(today)
    exempted = met.interaction_id.in_(_exempted(RecordKind.CONTACTS))
    return or_(*(Person.id.in_(select(met.person_id).where(kept)) for kept in (needed, exempted)))


def _has_exempted_person(today: date) -> ColumnElement[bool]:
    went = Merge.gone_id.in_(_exempted(RecordKind.PEOPLE))
    return Person.id.in_(_kept_after(MergeKind.PERSON, went))


def _has_exempted_relation(today: date) -> ColumnElement[bool]:
    went = Merge.parked_id.in_(_exempted(RecordKind.RELATIONS))
    return Engagement.company_id.in_(_kept_after(MergeKind.COMPANY, went))


_NEED_GOES_ON = _l(
    "Ett behov härifrån är öppet, eller är med i en grupp, ett projekt eller ett inköp som inte är klart"
)

OF_CONTACTS = (Guard(_NEED_GOES_ON, _is_of_open_need(Need.interaction_id, Interaction.id)),)
OF_ANALYSES = (Guard(_NEED_GOES_ON, _is_of_open_need(Need.analysis_id, Analysis.id)),)
OF_ANSWERS = (Guard(_NEED_GOES_ON, _is_of_open_need(Need.answer_id, InquiryAnswer.id)),)
OF_RELATIONS = (
    Guard(
        _l("Företaget har ett öppet behov, eller är med i en grupp, ett projekt eller ett inköp som pågår"),
        _is_of_open_need(Need.company_id, Engagement.company_id),
    ),
    Guard(_l("En sammanslagning av företaget kan ännu ångras"), _company_parted),
    Guard(_l("Det som har gått upp i relationen är undantaget"), _has_exempted_relation),
)
OF_NEEDS = (
    Guard(_l("Behovet är med i en utbildningsgrupp som pågår"), lambda today: Need.id.in_(_in_cohort(today))),
    Guard(
        _l("Behovet är med i ett projekt som pågår, eller vars handlingar ska sparas än"),
        lambda today: Need.id.in_(_in_project(today)),
    ),
    Guard(
        _l("Utbildningen köps, eller inköpets handlingar ska sparas än"), lambda today: Need.id.in_(_in_purchase(today))
    ),
)
OF_PEOPLE = (
    Guard(_l("Ett lead som inte är avslutat handlar om personen"), _has_open_lead),
    Guard(_l("Personen är bjuden till en planerad kontakt"), _is_invited),
    Guard(_l("Personen var med vid en kontakt som inte får gallras än"), _was_at_kept_contact),
    Guard(_l("En sammanslagning av personen kan ännu ångras"), _can_be_parted),
    Guard(_l("Den som har gått upp i personen är undantagen"), _has_exempted_person),
)
OF_APPLICATIONS = (Guard(_l("Anordnaren är med i ett inköp vars handlingar ska sparas än"), _is_provider_of_purchase),)
OF_CONFIRMATIONS = (
    Guard(
        _l("Gruppen hör till ett projekt eller ett inköp som pågår, eller vars handlingar ska sparas än"),
        _is_of_group_in_use,
    ),
)
OF_EVALUATION_TEXTS = (
    Guard(_l("Utbildningen är med i ett projekt som pågår, eller vars handlingar ska sparas än"), _is_of_kept_project),
)
