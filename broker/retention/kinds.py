"""The kinds of records that have a time of their own: from when it counts, what goes when it is over, what stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Text, and_, case, cast, exists, func, not_, or_, select
from sqlalchemy.orm import joinedload

from broker import clock
from broker.access import organisation_in_scope
from broker.companies.models import Company, Engagement, EngagementStatus, Interaction, Person, Task, interaction_person
from broker.errors import NotFoundError
from broker.files import Attachment
from broker.leads.models import Lead, LeadOffer, ReceivedLead
from broker.leads.tips.models import Tip, TipState
from broker.meetings.models import MeetingGuest, MeetingInvitation
from broker.needs.analyses.models import Analysis
from broker.needs.confirmations.models import Confirmation
from broker.needs.evaluations.models import EvaluationText, TextState
from broker.needs.inquiries.models import AnswerState, InquiryAnswer
from broker.needs.joint.models import SharedNeed
from broker.needs.models import Cohort, CohortStatus, Need
from broker.needs.scores.models import ScoreReply
from broker.providers.applying.models import ApplicationState, ProviderApplication
from broker.retention import guards
from broker.retention.guards import ENDED_NEEDS, Guard, is_unfinished
from broker.retention.models import RecordKind
from broker.swedish import search_key, sort_key

# What stands where a text was that every record of the kind has; it is stored, as other texts of records are.
GONE, GONE_PERSON, GONE_TASK = "Gallrad.", "Gallrad person", "Gallrad uppgift"


@dataclass(frozen=True)
class Kind:
    """One kind of record.

    Its time counts from `day`, or from `moment` where there is no such day. `emptied` says what stands in each column
    afterwards, `holds_more` what else there can be to destroy; a record with nothing left of it all is never due.
    """

    id: RecordKind
    slug: str
    model: Any
    counts_from: Any
    goes: Any
    stays: Any
    emptied: Mapping[str, Any]
    day: Any = None
    moment: Any = None
    is_over: tuple[ColumnElement[bool], ...] = ()
    holds_more: tuple[ColumnElement[bool], ...] = ()
    guards: tuple[Guard, ...] = ()
    has_files: bool = False
    loads: Sequence[Any] = field(default=())

    def is_old(self, through: date) -> ColumnElement[bool]:
        """Give the condition that the time counts from this day at the latest, and has begun."""
        old: list[ColumnElement[bool]] = [] if self.day is None else [self.day <= through]
        if self.moment is not None:
            begun = self.moment < clock.end_of(through)
            old.append(begun if self.day is None else and_(self.day.is_(None), begun))
        return and_(self.model.organisation_id == organisation_in_scope(), *self.is_over, or_(*old))

    def holds_something(self) -> ColumnElement[bool]:
        """Give the condition that there is something left to destroy."""
        left = [_is_filled(getattr(self.model, name), value) for name, value in self.emptied.items()]
        files = [_has_files(self.model)] if self.has_files else []
        return or_(*left, *self.holds_more, *files)

    def is_guarded(self, today: date) -> ColumnElement[bool]:
        """Give the condition that something that goes on still needs the record."""
        return or_(False, *(guard.condition(today) for guard in self.guards))

    def counted_from(self, day: date | None, moment: Any) -> date:
        """Give the day from which the time of one record counts."""
        return day if day is not None else clock.in_sweden(moment).date()


def _is_filled(column: Any, emptied: Any) -> ColumnElement[bool]:
    if emptied is None:
        filled: ColumnElement[bool] = column.is_not(None)
        return filled
    if isinstance(emptied, dict):
        # PostgreSQL does not compare JSON as such.
        return cast(column, Text) != "{}"
    return and_(column.is_not(None), column.not_in(("", emptied)))


def _has_files(model: Any) -> ColumnElement[bool]:
    return exists().where(Attachment.subject_type == model.__tablename__, Attachment.subject_id == model.id)


def _later(first: Any, second: Any) -> Any:
    """Give the later of two days, either of which may be missing."""
    return case((first.is_(None), second), (second.is_(None), first), (first > second, first), else_=second)


def _gone_person() -> dict[str, Any]:
    name = {"name": GONE_PERSON, "name_key": search_key(GONE_PERSON), "sort_key": sort_key(GONE_PERSON)}
    return name | {"function": None, "phone": None, "email": None, "source": GONE}


def _ended(state: Any, *open_states: Any) -> tuple[ColumnElement[bool], ...]:
    return (state.not_in(open_states),)


_met = interaction_person.c
_last_contact = (
    select(func.max(Interaction.happened_on))
    .join(interaction_person, _met.interaction_id == Interaction.id)
    .where(_met.person_id == Person.id)
    .correlate(Person)
    .scalar_subquery()
)
_deregistered_on = (
    select(Company.deregistered_on).where(Company.id == Engagement.company_id).correlate(Engagement).scalar_subquery()
)
# Who was taken up after it had been deregistered, and never contacted, counts from then: by the moment, not by a day.
_ended_on = case(
    (Engagement.last_contact_on.is_not(None), _later(Engagement.last_contact_on, _deregistered_on)),
    (_deregistered_on > func.date(Engagement.created_at), _deregistered_on),
)
_closed_at = (
    select(func.max(func.coalesce(LeadOffer.result_at, LeadOffer.state_at)))
    .where(LeadOffer.lead_id == Lead.id)
    .correlate(Lead)
    .scalar_subquery()
)
_lead_answers = ("question", "reason", "reply", "result_note")
_is_answered_in_words = or_(*(getattr(LeadOffer, name).is_not(None) for name in _lead_answers))
# The columns of what each receiver answered that go with a lead of ours.
OFFER_EMPTIED: Mapping[str, Any] = MappingProxyType(dict.fromkeys(_lead_answers))
# The columns of an invitation that go with its planned contact.
INVITATION_EMPTIED: Mapping[str, Any] = MappingProxyType({"title": GONE, "place": None, "message": None, "told": ""})
# The columns of our note that a need was seen by others that go with the need.
SHARED_EMPTIED: Mapping[str, Any] = MappingProxyType({"ground_note": GONE})

_KINDS = (
    Kind(
        RecordKind.CONTACTS,
        "kontakter",
        Interaction,
        _l("Dagen för kontakten"),
        _l("Vad som sades, vilka personer som var med, avsändare av brev och bilagor"),
        _l("Dag, hur kontakten togs, företag och vem hos er, så att rapporterna räknar som förut"),
        {"summary": GONE, "letter_key": None, "letter_from": None},
        day=Interaction.happened_on,
        holds_more=(exists().where(_met.interaction_id == Interaction.id),),
        guards=guards.OF_CONTACTS,
        has_files=True,
        loads=(joinedload(Interaction.company),),
    ),
    Kind(
        RecordKind.TASKS,
        "uppgifter",
        Task,
        _l("Dagen då uppgiften blev klar"),
        _l("Rubriken, och texten och adresserna i en inbjudan"),
        _l("Dagar, företag, ansvarig och kopplingen till kontakten"),
        {"title": GONE_TASK},
        moment=Task.done_at,
        is_over=(Task.done_at.is_not(None),),
        holds_more=(
            exists().where(MeetingInvitation.task_id == Task.id, MeetingInvitation.title != GONE),
            exists().where(MeetingGuest.invitation_id == MeetingInvitation.id, MeetingInvitation.task_id == Task.id),
        ),
        loads=(joinedload(Task.company),),
    ),
    Kind(
        RecordKind.PEOPLE,
        "kontaktpersoner",
        Person,
        _l("Den sista kontakten med personen, eller dagen då personen lades till"),
        _l("Namn, funktion, telefon, e-postadress och källa"),
        _l("Raden, som ”Gallrad person”, och kopplingen till företaget"),
        _gone_person(),
        day=_later(_last_contact, Person.last_met_on),
        moment=Person.created_at,
        is_over=(Person.is_active.is_(False),),
        guards=guards.OF_PEOPLE,
    ),
    Kind(
        RecordKind.RELATIONS,
        "relationer",
        Engagement,
        _l("Den sista kontakten, eller dagen då ni började; för ett avregistrerat företag tidigast avregistreringen"),
        _l("Anteckning, telefon och e-postadress"),
        _l("Läge, ansvarig, etiketter och antal anställda"),
        {"note": None, "phone": None, "email": None},
        day=_ended_on,
        moment=Engagement.created_at,
        is_over=(or_(Engagement.status == EngagementStatus.DECLINED, _deregistered_on.is_not(None)),),
        guards=guards.OF_RELATIONS,
        loads=(joinedload(Engagement.company),),
    ),
    Kind(
        RecordKind.SENT_LEADS,
        "skickade-leads",
        Lead,
        _l("Dagen då den sista mottagaren var klar"),
        _l("Vad leadet gällde, uppgifterna som lämnades ut och alla anteckningar"),
        _l("Mottagare, grund, svar, resultat och dagar"),
        {"summary": GONE, "shared": {}, "ground_note": GONE, "person_id": None},
        moment=_closed_at,
        is_over=(not_(exists().where(LeadOffer.lead_id == Lead.id, is_unfinished(LeadOffer))),),
        holds_more=(exists().where(LeadOffer.lead_id == Lead.id, _is_answered_in_words),),
        loads=(joinedload(Lead.company),),
    ),
    Kind(
        RecordKind.RECEIVED_LEADS,
        "mottagna-leads",
        ReceivedLead,
        _l("Dagen då leadet var klart"),
        _l("Vad leadet gällde, uppgifterna som kom med och alla anteckningar"),
        _l("Avsändare, grund, svar, resultat och dagar"),
        {"summary": GONE, "shared": {}, "ground_note": GONE, **dict.fromkeys(_lead_answers)},
        moment=func.coalesce(ReceivedLead.result_at, ReceivedLead.state_at),
        is_over=(not_(is_unfinished(ReceivedLead)),),
        loads=(joinedload(ReceivedLead.company),),
    ),
    Kind(
        RecordKind.TIPS,
        "tips",
        Tip,
        _l("Dagen då tipset besvarades"),
        _l("Vad tipset sade, vem det kom från och skälet till svaret"),
        _l("Företag, plats, svar och dagar"),
        {"need": GONE, "tipper_name": None, "tipper_reach": None, "reason": None},
        moment=Tip.state_at,
        is_over=_ended(Tip.state, TipState.NEW),
    ),
    Kind(
        RecordKind.NEEDS,
        "behov",
        Need,
        _l("Dagen då behovet tillgodosågs eller avslutades"),
        _l("Beskrivning, syfte, orsak, följd, vad hindren är, skälet till att det avslutades och bilagor"),
        _l("Kompetensområde, antal, timmar, period, plats och vilka slag av hinder"),
        dict.fromkeys(("description", "purpose", "cause", "consequence", "barrier_note", "status_reason")),
        moment=Need.status_at,
        is_over=(Need.status.in_(ENDED_NEEDS),),
        holds_more=(exists().where(SharedNeed.need_id == Need.id, SharedNeed.ground_note != GONE),),
        guards=guards.OF_NEEDS,
        has_files=True,
        loads=(joinedload(Need.company),),
    ),
    Kind(
        RecordKind.ANALYSES,
        "behovsanalyser",
        Analysis,
        _l("Dagen för samtalet"),
        _l("Alla texter och bilagor"),
        _l("Dag, företag och vem hos er"),
        dict.fromkeys(("goal", "ability", "gap", "consequence")),
        day=Analysis.held_on,
        guards=guards.OF_ANALYSES,
        has_files=True,
        loads=(joinedload(Analysis.company),),
    ),
    Kind(
        RecordKind.ANSWERS,
        "svar",
        InquiryAnswer,
        _l("Dagen då svaret hanterades"),
        _l("Texter, vem ni kunde fråga och skälet till svaret"),
        _l("Företag, områden, antal, period, plats och vilka slag av hinder"),
        dict.fromkeys(("text", "barrier_note", "contact_name", "contact_reach", "reason")),
        moment=InquiryAnswer.state_at,
        is_over=_ended(InquiryAnswer.state, AnswerState.NEW),
        guards=guards.OF_ANSWERS,
    ),
    Kind(
        RecordKind.APPLICATIONS,
        "anmalningar",
        ProviderApplication,
        _l("Dagen då anmälan besvarades"),
        _l("Kontaktuppgifter, beskrivningar, skälet till svaret och bilagor"),
        _l("Anordnarens namn, nummer, slag, områden, språk, svar och dagar"),
        {
            **dict.fromkeys(("contact_name", "contact_function", "email", "phone", "website", "proofs", "reason")),
            "offerings": GONE,
            "reach": GONE,
        },
        moment=ProviderApplication.state_at,
        is_over=_ended(ProviderApplication.state, ApplicationState.NEW),
        guards=guards.OF_APPLICATIONS,
        has_files=True,
    ),
    Kind(
        RecordKind.CONFIRMATIONS,
        "deltagarsvar",
        Confirmation,
        _l("Dagen då företaget svarade; gruppen ska vara genomförd eller upplöst"),
        _l("Vad företaget skrev till svaret"),
        _l("Svaret, antalet deltagare och dagar"),
        {"note": None},
        moment=Confirmation.answered_at,
        is_over=(Confirmation.cohort_id.in_(select(Cohort.id).where(Cohort.status != CohortStatus.FORMED)),),
        guards=guards.OF_CONFIRMATIONS,
        loads=(joinedload(Confirmation.company),),
    ),
    Kind(
        RecordKind.EVALUATION_TEXTS,
        "utvarderingstexter",
        EvaluationText,
        _l("Dagen då någon läste texten"),
        _l("Texten, också så som den visas"),
        _l("Frågan, utbildningen och alla siffror"),
        {"text": None, "shown": None},
        moment=EvaluationText.moderated_at,
        is_over=(EvaluationText.state.in_((TextState.RELEASED, TextState.WITHHELD)),),
        guards=guards.OF_EVALUATION_TEXTS,
    ),
    Kind(
        RecordKind.SCORE_REPLIES,
        "anordnares-svar",
        ScoreReply,
        _l("Dagen då någon läste svaret"),
        _l("Texten, också så som den visas, och vem som fick länken"),
        _l("Anordnare och dagar"),
        {"text": None, "shown": None, "recipient": GONE},
        moment=ScoreReply.moderated_at,
        is_over=(ScoreReply.state.in_((TextState.RELEASED, TextState.WITHHELD)),),
        loads=(joinedload(ScoreReply.provider),),
    ),
)
KINDS: Mapping[RecordKind, Kind] = MappingProxyType({kind.id: kind for kind in _KINDS})
_BY_SLUG = MappingProxyType({kind.slug: kind for kind in _KINDS})


def kind_of_slug(slug: str) -> Kind:
    """Give the kind that an address names, or raise NotFoundError."""
    if slug not in _BY_SLUG:
        raise NotFoundError
    return _BY_SLUG[slug]
