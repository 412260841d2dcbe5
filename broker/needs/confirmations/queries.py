"""Reads what companies have answered about taking part, beside what was planned, and whom we can write to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from broker.companies.models import Company
from broker.errors import NotFoundError
from broker.extensions import db
from broker.needs.confirmations.models import CompanyLink, Confirmation
from broker.needs.confirmations.told import as_text
from broker.needs.courses.models import CourseSession
from broker.needs.courses.queries import list_sessions
from broker.needs.models import Cohort, CohortNeed, CohortStatus, Need
from broker.providers.models import Offering

SEXES = ("women", "men", "unknown_sex")


@dataclass(frozen=True)
class Part:
    """What one company is planned with in a cohort, what it has answered, and what holds now of days and places."""

    company: Company
    women: int
    men: int
    unknown_sex: int
    confirmation: Confirmation | None
    told: str

    @property
    def people(self) -> int:
        """Give how many were planned."""
        return self.women + self.men + self.unknown_sex

    @property
    def has_answer(self) -> bool:
        """Tell whether the company has answered."""
        return self.confirmation is not None and self.confirmation.has_answer

    @property
    def declines(self) -> bool:
        """Tell whether the company has said no and is still in the cohort."""
        return self.confirmation is not None and self.confirmation.takes_part is False

    @property
    def differs(self) -> bool:
        """Tell whether the company sends another number than was planned."""
        answer = self.confirmation
        if answer is None or not answer.takes_part:
            return False
        return (answer.women, answer.men, answer.unknown_sex) != (self.women, self.men, self.unknown_sex)

    @property
    def has_old_yes(self) -> bool:
        """Tell whether the company has said yes to other days, another place or another cost than hold now."""
        answer = self.confirmation
        if answer is None or not answer.takes_part:
            return False
        # What answers from before it was written down were to is not known, so they hold.
        return answer.answered_to not in ("", self.told)

    @property
    def is_confirmed(self) -> bool:
        """Tell whether the company has said yes to what holds now, with as many as are planned."""
        is_yes = self.confirmation is not None and bool(self.confirmation.takes_part)
        return is_yes and not self.differs and not self.has_old_yes

    @property
    def can_be_reminded(self) -> bool:
        """Tell whether the company has not answered what holds now, and its letter may be followed by a reminder."""
        row = self.confirmation
        return row is not None and (not row.has_answer or self.has_old_yes) and bool(list_to_remind([row]))

    @property
    def can_be_told_of_end(self) -> bool:
        """Tell whether the company has got a letter about the training, has not said no and may be written to."""
        row = self.confirmation
        return row is not None and row.sent_on is not None and not self.declines and row.can_be_written_to

    @property
    def expects_training(self) -> bool:
        """Tell whether the company has been told of the training, or has said yes to it."""
        row = self.confirmation
        return row is not None and not self.declines and (bool(row.takes_part) or row.sent_on is not None)

    @property
    def has_to_be_told(self) -> bool:
        """Tell whether the company has not been told what holds now; one that has said no need not be."""
        return not self.declines and (self.confirmation is None or self.confirmation.told != self.told)


def list_parts(cohort: Cohort) -> list[Part]:
    """List the companies of a cohort with what they have answered, in Swedish order; two queries."""
    return parts_of(cohort, list_confirmations(cohort.id), list_sessions(cohort.id))


def parts_of(cohort: Cohort, confirmations: Sequence[Confirmation], sessions: Sequence[CourseSession]) -> list[Part]:
    """List the companies of a cohort; of several answers the latest counts."""
    told = as_text(cohort, sessions)
    latest = {row.company_id: row for row in confirmations}
    companies = {member.need.company_id: member.need.company for member in cohort.members}
    found = []
    for company in companies.values():
        members = [member for member in cohort.members if member.need.company_id == company.id]
        women, men, unknown_sex = (
            sum(getattr(row, name) for row in members) for name in ("women", "men", "unknown_sex")
        )
        found.append(Part(company, women, men, unknown_sex, latest.get(company.id), told))
    return sorted(found, key=lambda part: (part.company.sort_key, part.company.id))


def find_part(cohort: Cohort, company_id: int) -> Part | None:
    """Give what a company has in a cohort, if it is in it."""
    return next((part for part in list_parts(cohort) if part.company.id == company_id), None)


def list_confirmations(cohort_id: int) -> list[Confirmation]:
    """List what the companies of a cohort have been asked, also those that have left it, the oldest first."""
    query = select(Confirmation).options(joinedload(Confirmation.company), joinedload(Confirmation.person))
    return list(db.session.scalars(query.where(Confirmation.cohort_id == cohort_id).order_by(Confirmation.id)))


def confirmations_of_cohorts(cohort_ids: Collection[int]) -> dict[int, list[Confirmation]]:
    """Give what the companies of each of these cohorts have been asked, the oldest first; one query."""
    query = select(Confirmation).where(Confirmation.cohort_id.in_(cohort_ids)).order_by(Confirmation.id)
    found: dict[int, list[Confirmation]] = {cohort_id: [] for cohort_id in cohort_ids}
    for confirmation in db.session.scalars(query):
        found[confirmation.cohort_id].append(confirmation)
    return found


def get_confirmation(cohort_id: int, confirmation_id: int) -> Confirmation:
    """Give what a company of a cohort was asked, or raise NotFoundError."""
    query = select(Confirmation).where(Confirmation.cohort_id == cohort_id, Confirmation.id == confirmation_id)
    confirmation = db.session.scalars(query).one_or_none()
    if confirmation is None:
        raise NotFoundError
    return confirmation


def get_by_token(token: str) -> Confirmation:
    """Give the confirmation with this address, open or not, whoever asks; or raise NotFoundError.

    Read over every organisation: nobody acts for one yet, and only the secret address lets a row through.
    """
    query = select(Confirmation).options(joinedload(Confirmation.organisation), joinedload(Confirmation.company))
    query = query.options(
        joinedload(Confirmation.cohort).joinedload(Cohort.offering).joinedload(Offering.provider),
        joinedload(Confirmation.cohort)
        .selectinload(Cohort.members)
        .joinedload(CohortNeed.need)
        .joinedload(Need.company),
    )
    confirmation = db.session.scalars(query.where(Confirmation.token == token)).one_or_none()
    if confirmation is None:
        raise NotFoundError
    return confirmation


def list_unsettled(today: date) -> list[tuple[Cohort, int]]:
    """List the cohorts that still can follow an answer of a company that says no or another number; one query.

    The first to start comes first, each with how many such answers there are.
    """
    planned = (
        select(
            CohortNeed.cohort_id, Need.company_id, *(func.sum(getattr(CohortNeed, name)).label(name) for name in SEXES)
        )
        .join(CohortNeed.need)
        .group_by(CohortNeed.cohort_id, Need.company_id)
        .subquery()
    )
    latest = select(func.max(Confirmation.id)).group_by(Confirmation.cohort_id, Confirmation.company_id)
    differs = or_(*(getattr(Confirmation, name) != planned.c[name] for name in SEXES))
    query = (
        select(Cohort, func.count(Confirmation.id))
        .join(Confirmation, Confirmation.cohort_id == Cohort.id)
        .join(planned, and_(planned.c.cohort_id == Cohort.id, planned.c.company_id == Confirmation.company_id))
        .where(Cohort.status == CohortStatus.FORMED, Cohort.begun_on.is_(None), Cohort.starts_on > today)
        .where(Confirmation.id.in_(latest), Confirmation.takes_part.is_not(None))
        .where(or_(Confirmation.takes_part.is_(False), differs))
        .group_by(Cohort.id)
        .order_by(Cohort.starts_on, Cohort.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def list_to_remind(links: Sequence[CompanyLink]) -> list[CompanyLink]:
    """List those of these links whose letter may be followed by its one reminder."""
    return [link for link in links if link.sent_on and not link.reminded_on and link.can_be_written_to]
