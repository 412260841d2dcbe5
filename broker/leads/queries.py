"""Reads leads: what the organisation in scope has sent and received, and whom it could send to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from broker import access, audit
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.accounts.models import Organisation, User
from broker.audit import AuditEvent
from broker.companies.merging.holders import shows_that_we_know
from broker.companies.models import Company, Person
from broker.errors import NotFoundError, RefusedError
from broker.extensions import db
from broker.leads.models import KNOWING, UNSEEN, WAITING, Lead, LeadOffer, LeadResult, OfferState, ReceivedLead
from broker.reference import queries as reference
from broker.reference.models import DocumentKind

PAGE = 25


@dataclass(frozen=True)
class LeadDays:
    """How many days we suggest to answer within, a sender may allow at most, and the first contact may take."""

    suggested_wait: int
    longest_wait: int
    first_contact: int


@dataclass(frozen=True)
class Figures:
    """How leads have fared in one direction; times are in days and None until somebody has answered."""

    offers: int
    waiting: int
    accepted: int
    declined: int
    became_need: int
    became_training: int
    days_to_answer: Decimal | None


@shows_that_we_know(ReceivedLead)
def is_read_or_followed() -> ColumnElement[bool]:
    """Give the condition for received leads that tell us of their company: an unopened one tells nothing."""
    return ReceivedLead.state.in_(KNOWING)


def list_received(*, before: int | None = None, limit: int = PAGE) -> tuple[list[ReceivedLead], int | None]:
    """List received leads, the newest first, and the key before which the next page begins."""
    query = select(ReceivedLead).options(joinedload(ReceivedLead.company), joinedload(ReceivedLead.sender))
    if before is not None:
        query = query.where(ReceivedLead.id < before)
    rows = list(db.session.scalars(query.order_by(ReceivedLead.id.desc()).limit(limit + 1)))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def list_waiting(*, limit: int = 50) -> list[ReceivedLead]:
    """List the leads that wait for our answer, the most urgent first."""
    query = (
        select(ReceivedLead)
        .options(joinedload(ReceivedLead.company), joinedload(ReceivedLead.sender))
        .where(ReceivedLead.state.in_(WAITING))
    )
    return list(db.session.scalars(query.order_by(ReceivedLead.answer_by, ReceivedLead.id).limit(limit)))


def list_asked(*, limit: int = 50) -> list[LeadOffer]:
    """List what receivers have asked about leads that we have sent and nobody has answered, the longest ago first."""
    query = (
        select(LeadOffer)
        .join(LeadOffer.lead)
        .options(contains_eager(LeadOffer.lead).joinedload(Lead.company), joinedload(LeadOffer.receiver))
        .where(LeadOffer.state == OfferState.ASKED)
    )
    return list(db.session.scalars(query.order_by(LeadOffer.state_at, LeadOffer.id).limit(limit)))


def asked_count() -> ScalarSelect[int]:
    """Give the question how many questions of receivers wait for our answer."""
    return select(func.count(LeadOffer.id)).where(LeadOffer.state == OfferState.ASKED).scalar_subquery()


def list_sent(*, before: int | None = None, limit: int = PAGE) -> tuple[list[Lead], int | None]:
    """List the leads we have offered, the newest first, and the key before which the next page begins."""
    query = select(Lead).options(joinedload(Lead.company), selectinload(Lead.offers).joinedload(LeadOffer.receiver))
    if before is not None:
        query = query.where(Lead.id < before)
    rows = list(db.session.scalars(query.order_by(Lead.id.desc()).limit(limit + 1)))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def list_of_company(company_id: int) -> tuple[Sequence[Lead], Sequence[ReceivedLead]]:
    """List the leads about a company that we have sent, and those that we have received."""
    sent = (
        select(Lead)
        .options(joinedload(Lead.offered_by), selectinload(Lead.offers).joinedload(LeadOffer.receiver))
        .where(Lead.company_id == company_id)
    )
    received = (
        select(ReceivedLead)
        .options(joinedload(ReceivedLead.sender))
        .where(ReceivedLead.company_id == company_id, ReceivedLead.state.not_in(UNSEEN))
    )
    return (
        db.session.scalars(sent.order_by(Lead.id.desc())).all(),
        db.session.scalars(received.order_by(ReceivedLead.id.desc())).all(),
    )


def get_lead(lead_id: int) -> Lead:
    """Give a lead that we have offered, or raise NotFoundError."""
    query = (
        select(Lead)
        .options(
            joinedload(Lead.company),
            joinedload(Lead.person),
            joinedload(Lead.offered_by),
            selectinload(Lead.offers).joinedload(LeadOffer.receiver),
        )
        .where(Lead.id == lead_id)
    )
    lead = db.session.scalars(query).one_or_none()
    if lead is None:
        raise NotFoundError
    return lead


def list_history(lead: Lead) -> Sequence[AuditEvent]:
    """List what we and its receivers did to a lead, newest first."""
    offers = select(LeadOffer.id).where(LeadOffer.lead_id == lead.id)
    return audit.history_of_all([(LeadOffer, offers), (Lead, select(Lead.id).where(Lead.id == lead.id))])


def get_offer(offer_id: int, *, to_change: bool = False) -> LeadOffer:
    """Give one of our offers, or raise NotFoundError; nobody else changes what is read to be changed."""
    query = (
        select(LeadOffer)
        .join(LeadOffer.lead)
        .options(contains_eager(LeadOffer.lead).joinedload(Lead.company), joinedload(LeadOffer.receiver))
        .where(LeadOffer.id == offer_id)
    )
    if to_change:
        query = query.with_for_update(of=LeadOffer)
    offer = db.session.scalars(query).one_or_none()
    if offer is None:
        raise NotFoundError
    return offer


def get_received(received_id: int, *, to_change: bool = False) -> ReceivedLead:
    """Give a lead that we have received, or raise NotFoundError; refuses one that was taken back.

    What is read to be changed is locked by the sender's row, as both sides do: in one order they never wait in a ring.
    """
    if to_change:
        _lock_offer_of(received_id)
    query = (
        select(ReceivedLead)
        .options(joinedload(ReceivedLead.company), joinedload(ReceivedLead.sender))
        .where(ReceivedLead.id == received_id)
    )
    received = db.session.scalars(query).one_or_none()
    if received is None:
        raise NotFoundError
    if received.state is OfferState.REVOKED:
        raise RefusedError(_("Avsändaren har tagit tillbaka leadet innan någon öppnade det."))
    return received


def _lock_offer_of(received_id: int) -> None:
    keys = select(ReceivedLead.offer_id, ReceivedLead.sender_id).where(ReceivedLead.id == received_id)
    for offer_id, sender_id in db.session.execute(keys):
        with access.acting_in(sender_id):
            db.session.execute(select(LeadOffer.id).where(LeadOffer.id == offer_id).with_for_update(of=LeadOffer))


def get_received_of_offer(offer_id: int) -> ReceivedLead:
    """Give the receiver's copy of an offer, or raise NotFoundError; for whoever reads on behalf of the receiver."""
    received = db.session.scalars(select(ReceivedLead).where(ReceivedLead.offer_id == offer_id)).one_or_none()
    if received is None:
        raise NotFoundError
    return received


def list_receivers(company: Company) -> tuple[list[Organisation], list[Organisation]]:
    """List whom we could send a lead about this company to: those of its municipality first, then all others."""
    own = access.organisation_in_scope()
    others = [organisation for organisation in accounts.list_organisations() if organisation.id != own]
    near = [row for row in others if company.municipality_code in row.municipality_codes]
    return near, [row for row in others if row not in near]


def list_offers_with(person: Person) -> list[LeadOffer]:
    """List the offers of leads about a person, to be changed by nobody else meanwhile."""
    query = (
        select(LeadOffer)
        .join(LeadOffer.lead)
        .options(contains_eager(LeadOffer.lead), joinedload(LeadOffer.receiver))
        .where(Lead.person_id == person.id)
    )
    return list(db.session.scalars(query.order_by(LeadOffer.id).with_for_update(of=LeadOffer)))


def list_followers(lead: Lead) -> list[User]:
    """List who hears of a lead that we sent: its sender, or when he has left all who could have sent it."""
    users = accounts.list_users_with(lead.organisation_id, Permission.EDIT)
    return [user for user in users if user.id == lead.offered_by_id] or users


def lead_days(today: date) -> LeadDays:
    """Give how many days the parts of a lead take, by the rules that are valid on a day."""
    return LeadDays(**reference.get_document(DocumentKind.LEAD_RULES, on=today).content["days"])


def list_late_offers(today: date) -> list[LeadOffer]:
    """List the offers whose day has passed without an answer and that nobody has been reminded of."""
    query = (
        select(LeadOffer)
        .join(LeadOffer.lead)
        .options(contains_eager(LeadOffer.lead).joinedload(Lead.company), joinedload(LeadOffer.receiver))
        .where(LeadOffer.state.in_(WAITING), LeadOffer.escalated_at.is_(None), Lead.answer_by < today)
    )
    return list(db.session.scalars(query.order_by(LeadOffer.id)))


def count_waiting() -> int:
    """Count the leads that wait for our answer."""
    return db.session.scalar(select(func.count(ReceivedLead.id)).where(ReceivedLead.state.in_(WAITING))) or 0


def sent_figures(since: datetime) -> Figures:
    """Sum up what became of the leads that we have offered since a moment."""
    query = (
        select(LeadOffer.state, LeadOffer.result, Lead.offered_at, LeadOffer.first_answered_at)
        .join(LeadOffer.lead)
        .where(Lead.offered_at >= since)
    )
    return _figures([Fate(*row) for row in db.session.execute(query)])


def received_figures(since: datetime) -> Figures:
    """Sum up what became of the leads that we have received since a moment."""
    columns = (ReceivedLead.state, ReceivedLead.result, ReceivedLead.received_at, ReceivedLead.first_answered_at)
    rows = db.session.execute(select(*columns).where(ReceivedLead.received_at >= since))
    return _figures([Fate(*row) for row in rows])


class Fate(NamedTuple):
    """What became of one lead with one receiver."""

    state: OfferState
    result: LeadResult | None
    sent_at: datetime
    answered_at: datetime | None


def _figures(fates: Sequence[Fate]) -> Figures:
    kept = [fate for fate in fates if fate.state is not OfferState.REVOKED]
    accepted = [fate for fate in kept if fate.state is OfferState.ACCEPTED]
    waits = [(fate.answered_at - fate.sent_at) / timedelta(days=1) for fate in kept if fate.answered_at]
    return Figures(
        offers=len(kept),
        waiting=sum(fate.state.is_waiting for fate in kept),
        accepted=len(accepted),
        declined=sum(fate.state in (OfferState.DECLINED, OfferState.RETURNED) for fate in kept),
        became_need=sum(fate.result is LeadResult.NEED for fate in accepted),
        became_training=sum(fate.result is LeadResult.TRAINING for fate in accepted),
        days_to_answer=round(Decimal(median(waits)), 1) if waits else None,
    )
