"""Reads inquiries and their answers."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import joinedload

from broker.companies import queries as companies
from broker.companies.models import Company
from broker.errors import NotFoundError
from broker.extensions import db
from broker.needs.inquiries.models import AnswerState, Inquiry, InquiryAnswer
from broker.needs.models import Need
from broker.reference import queries as reference
from broker.reference.models import DocumentKind

PAGE = 50


@dataclass(frozen=True)
class InquiryRules:
    """How long a link is open, and after how many days who has not answered is reminded."""

    days_open: int
    days_to_reminder: int


def inquiry_rules(today: date) -> InquiryRules:
    """Give the rules that are valid on a day."""
    content = reference.get_document(DocumentKind.INQUIRY_RULES, on=today).content
    return InquiryRules(**{name: content[name] for name in ("days_open", "days_to_reminder")})


def get_by_token(token: str) -> Inquiry:
    """Give the inquiry with this address, open or not, whoever asks; or raise NotFoundError.

    Read over every organisation: nobody acts for one yet, and only the secret address lets a row through.
    """
    query = select(Inquiry).options(joinedload(Inquiry.organisation), joinedload(Inquiry.company))
    inquiry = db.session.scalars(query.where(Inquiry.token == token)).one_or_none()
    if inquiry is None:
        raise NotFoundError
    return inquiry


def get_inquiry(inquiry_id: int) -> Inquiry:
    """Give the inquiry, or raise NotFoundError."""
    query = select(Inquiry).options(joinedload(Inquiry.company), joinedload(Inquiry.person))
    inquiry = db.session.scalars(query.where(Inquiry.id == inquiry_id)).one_or_none()
    if inquiry is None:
        raise NotFoundError
    return inquiry


def list_inquiries(*, limit: int = PAGE) -> list[tuple[Inquiry, int]]:
    """List the latest links, each with how many have answered."""
    answers = select(func.count(InquiryAnswer.id)).where(InquiryAnswer.inquiry_id == Inquiry.id).scalar_subquery()
    query = select(Inquiry, answers).options(joinedload(Inquiry.company)).order_by(Inquiry.id.desc()).limit(limit)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def list_of_company(company_id: int) -> list[tuple[Inquiry, int]]:
    """List the links that were made for a company, the latest first, each with how many have answered."""
    answers = select(func.count(InquiryAnswer.id)).where(InquiryAnswer.inquiry_id == Inquiry.id).scalar_subquery()
    query = select(Inquiry, answers).where(Inquiry.company_id == company_id).order_by(Inquiry.id.desc())
    return [(row[0], row[1]) for row in db.session.execute(query)]


def list_answers(*, is_new: bool, limit: int = PAGE) -> list[InquiryAnswer]:
    """List the answers that wait, the oldest first, or those that were dealt with, the latest first."""
    query = select(InquiryAnswer).options(joinedload(InquiryAnswer.inquiry), joinedload(InquiryAnswer.company))
    if is_new:
        query = query.where(InquiryAnswer.state == AnswerState.NEW).order_by(InquiryAnswer.id)
    else:
        query = query.where(InquiryAnswer.state != AnswerState.NEW).order_by(InquiryAnswer.id.desc())
    return list(db.session.scalars(query.limit(limit)))


def waiting_count() -> ScalarSelect[int]:
    """Give the question how many answers wait to be confirmed."""
    return select(func.count(InquiryAnswer.id)).where(InquiryAnswer.state == AnswerState.NEW).scalar_subquery()


def get_answer(answer_id: int, *, to_change: bool = False) -> InquiryAnswer:
    """Give an answer, or raise NotFoundError; nobody else changes what is read to be changed."""
    query = select(InquiryAnswer).options(joinedload(InquiryAnswer.inquiry), joinedload(InquiryAnswer.company))
    query = query.where(InquiryAnswer.id == answer_id)
    if to_change:
        query = query.with_for_update(of=InquiryAnswer)
    answer = db.session.scalars(query).one_or_none()
    if answer is None:
        raise NotFoundError
    return answer


def find_company(answer: InquiryAnswer) -> Company | None:
    """Give the company that the link or the number points out, if there is one."""
    if answer.company is not None:
        return answer.company
    number = answer.organisation_number
    return companies.find_company_by_number(number) if number else None


def list_needs_of(answer_id: int) -> list[Need]:
    """List the needs that an answer became."""
    query = select(Need).options(joinedload(Need.company)).where(Need.answer_id == answer_id)
    return list(db.session.scalars(query.order_by(Need.id)))


def list_to_remind(today: date) -> list[tuple[int, int]]:
    """List, over every organisation, the links that were sent and not answered in time, with their organisations."""
    latest = today - timedelta(days=inquiry_rules(today).days_to_reminder)
    has_answer = select(InquiryAnswer.id).where(InquiryAnswer.inquiry_id == Inquiry.id).exists()
    query = select(Inquiry.organisation_id, Inquiry.id).where(
        Inquiry.sent_on <= latest,
        Inquiry.reminded_on.is_(None),
        Inquiry.is_closed.is_(False),
        Inquiry.open_until >= today,
        ~has_answer,
    )
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Inquiry.id))]
