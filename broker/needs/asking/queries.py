"""Reads who has or had a need, who may have it too, and who has been asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Text, and_, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import joinedload

from broker import database
from broker.companies.models import (
    Company,
    Engagement,
    EngagementStatus,
    Task,
    Workplace,
)
from broker.errors import NotFoundError
from broker.extensions import db
from broker.needs.analyses.models import Analysis
from broker.needs.asking.likely import AskingRules
from broker.needs.asking.models import AskedCompany, InquiryRound
from broker.needs.inquiries.models import AnswerState, Inquiry, InquiryAnswer
from broker.needs.models import Need, NeedStatus
from broker.reference import queries as reference
from broker.reference.models import DocumentKind

# A need in one of these is over; in all others there is nothing to ask about.
_OVER = (NeedStatus.MET, NeedStatus.WITHDRAWN)
# So many of the latest texts are looked through for what was said.
_TEXTS = 1000
# Where the two digits of the main industry stand in the stored list of codes: after a bracket and a quotation mark.
_FIRST_DIGIT, _DIGITS = 3, 2


@dataclass(frozen=True)
class RoundSum:
    """A round with how many companies were asked, how many got a letter and how many of those have answered."""

    round: InquiryRound
    asked: int
    letters: int
    answered: int


def asking_rules(today: date) -> AskingRules:
    """Give the rules that are valid on a day."""
    return AskingRules.from_content(reference.get_document(DocumentKind.ASKING_RULES, on=today).content)


def list_holders(topic_id: str) -> Sequence[Any]:
    """List the needs in a topic that were not withdrawn, each with its company's industries and size; one query."""
    query = (
        select(
            Need.company_id,
            Need.municipality_code,
            Need.status,
            Need.earliest_on,
            Need.latest_on,
            Company.industry_codes,
            Company.industry_edition,
            Engagement.employees,
        )
        .join(Company, Company.id == Need.company_id)
        .outerjoin(Engagement, Engagement.company_id == Need.company_id)
        .where(Need.topic_id == topic_id, Need.status != NeedStatus.WITHDRAWN)
    )
    return db.session.execute(query.order_by(Need.id)).all()


def list_waiting_answers() -> Sequence[Any]:
    """List the latest answers of known companies that wait to be confirmed: key, company, moment and topics."""
    columns = (InquiryAnswer.id, InquiryAnswer.company_id, InquiryAnswer.received_at, InquiryAnswer.topic_ids)
    query = select(*columns).where(InquiryAnswer.state == AnswerState.NEW, InquiryAnswer.company_id.is_not(None))
    return db.session.execute(query.order_by(InquiryAnswer.id.desc()).limit(_TEXTS)).all()


def list_talks(since: date) -> Sequence[Any]:
    """List the latest analyses since a day: key, company, day and the four texts."""
    texts = (Analysis.goal, Analysis.ability, Analysis.gap, Analysis.consequence)
    query = select(Analysis.id, Analysis.company_id, Analysis.held_on, *texts).where(Analysis.held_on >= since)
    return db.session.execute(query.order_by(Analysis.held_on.desc(), Analysis.id.desc()).limit(_TEXTS)).all()


def list_candidates(
    topic_id: str, *, near: Collection[str], divisions: Collection[str], beside: Collection[str], said: Collection[int]
) -> Sequence[Any]:
    """List our companies within reach that anything speaks for, once for each workplace within reach; one query.

    Left out are those that do not want to be contacted or are no longer active, and those that have the need already.
    What speaks for a company is its main industry, a need in the topic or in one beside it, or what it has said.
    """
    industry = func.substr(cast(Company.industry_codes, Text), _FIRST_DIGIT, _DIGITS)
    has_it = select(Need.company_id).where(Need.topic_id == topic_id, Need.status.not_in(_OVER))
    had_any = select(Need.company_id).where(Need.topic_id.in_(beside))
    is_within = and_(Workplace.company_id == Company.id, Workplace.municipality_code.in_(near))
    query = (
        select(
            Company.id,
            Company.sort_key,
            Company.municipality_code,
            Workplace.municipality_code,
            Company.industry_codes,
            Company.industry_edition,
            Company.proceedings,
            Engagement.employees,
        )
        .join(Engagement, Engagement.company_id == Company.id)
        .outerjoin(Workplace, is_within)
        .where(
            Engagement.status != EngagementStatus.DECLINED,
            Company.deregistered_on.is_(None),
            Company.is_active.is_not(False),
            or_(Company.municipality_code.in_(near), Workplace.id.is_not(None)),
            Company.id.not_in(has_it),
            or_(industry.in_(divisions), Company.id.in_(had_any), database.among(Company.id, said)),
        )
    )
    return db.session.execute(query).all()


def list_earlier(company_ids: Collection[int], topic_ids: Collection[str]) -> Sequence[Any]:
    """List what these companies have needed in these topics: key, company, topic, status, its moment and reason."""
    columns = (Need.id, Need.company_id, Need.topic_id, Need.status, Need.status_at, Need.status_reason)
    query = select(*columns).where(database.among(Need.company_id, company_ids), Need.topic_id.in_(topic_ids))
    return db.session.execute(query.order_by(Need.id)).all()


def list_relations(company_ids: Collection[int]) -> dict[int, tuple[Company, Engagement]]:
    """Give these companies and our relations to them, by company."""
    query = select(Company, Engagement).join(Engagement, Engagement.company_id == Company.id)
    query = query.where(database.among(Company.id, company_ids)).options(joinedload(Engagement.owner))
    return {company.id: (company, engagement) for company, engagement in db.session.execute(query)}


def list_asked(topic_id: str, company_ids: Collection[int]) -> dict[int, tuple[date | None, date | None]]:
    """Give by company when it was last asked about a topic, and when it last got the form; one query."""
    about = (
        select(literal(0), AskedCompany.company_id, func.max(InquiryRound.asked_on))
        .join(InquiryRound, InquiryRound.id == AskedCompany.round_id)
        .where(InquiryRound.topic_id == topic_id, database.among(AskedCompany.company_id, company_ids))
        .group_by(AskedCompany.company_id)
    )
    sent = (
        select(literal(1), Inquiry.company_id, func.max(Inquiry.sent_on))
        .where(database.among(Inquiry.company_id, company_ids), Inquiry.sent_on.is_not(None))
        .group_by(Inquiry.company_id)
    )
    found: dict[int, list[date | None]] = {}
    rows: Sequence[Any] = db.session.execute(union_all(about, sent)).all()
    for place, company_id, day in rows:
        found.setdefault(company_id, [None, None])[place] = day
    return {company_id: (days[0], days[1]) for company_id, days in found.items()}


def list_rounds(topic_id: str) -> list[RoundSum]:
    """List the rounds about a topic, the latest first, each with its figures."""
    asked = select(func.count(AskedCompany.id)).where(AskedCompany.round_id == InquiryRound.id)
    has_answer = select(InquiryAnswer.id).where(InquiryAnswer.inquiry_id == AskedCompany.inquiry_id).exists()
    counts = (asked, asked.where(AskedCompany.inquiry_id.is_not(None)), asked.where(has_answer))
    query = select(InquiryRound, *(count.scalar_subquery() for count in counts))
    query = query.options(joinedload(InquiryRound.asked_by)).where(InquiryRound.topic_id == topic_id)
    return [RoundSum(*row) for row in db.session.execute(query.order_by(InquiryRound.id.desc()))]


def get_round(round_id: int) -> InquiryRound:
    """Give the round, or raise NotFoundError."""
    query = select(InquiryRound).options(joinedload(InquiryRound.asked_by)).where(InquiryRound.id == round_id)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_asked_of(round_id: int) -> list[AskedCompany]:
    """List the companies of a round in Swedish order, with links and tasks."""
    query = (
        select(AskedCompany)
        .join(AskedCompany.company)
        .options(joinedload(AskedCompany.company), joinedload(AskedCompany.inquiry))
        .options(joinedload(AskedCompany.task).joinedload(Task.owner))
        .where(AskedCompany.round_id == round_id)
    )
    return list(db.session.scalars(query.order_by(Company.sort_key, AskedCompany.id)))


def list_answers_to(inquiry_ids: Collection[int]) -> dict[int, InquiryAnswer]:
    """Give the latest answer to each of these links that has one, by link."""
    query = select(InquiryAnswer).where(database.among(InquiryAnswer.inquiry_id, inquiry_ids))
    return {answer.inquiry_id: answer for answer in db.session.scalars(query.order_by(InquiryAnswer.id))}


def list_needs_since(asked: InquiryRound, company_ids: Collection[int]) -> dict[int, list[Need]]:
    """Give the needs in the topic of a round that were registered since at these companies, by company."""
    query = select(Need).where(
        Need.topic_id == asked.topic_id,
        Need.created_at >= asked.created_at,
        database.among(Need.company_id, company_ids),
    )
    found: dict[int, list[Need]] = {}
    for need in db.session.scalars(query.order_by(Need.id)):
        found.setdefault(need.company_id, []).append(need)
    return found


def keys_of_rounds(topic_id: str) -> list[int]:
    """Give the keys of the rounds about a topic."""
    return list(db.session.scalars(select(InquiryRound.id).where(InquiryRound.topic_id == topic_id)))


def list_rounds_with(keys: Sequence[int]) -> list[InquiryRound]:
    """List the rounds with these keys."""
    return list(db.session.scalars(select(InquiryRound).where(InquiryRound.id.in_(keys)).order_by(InquiryRound.id)))
