"""Reads evaluations: the questions, the links of a cohort, and what was answered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from broker.errors import NotFoundError
from broker.extensions import db
from broker.needs.courses.models import Attendance
from broker.needs.evaluations.models import Evaluation, EvaluationAnswer
from broker.needs.evaluations.results import Given, Outcome, outcomes
from broker.reference import queries as reference
from broker.reference.models import DocumentKind


@dataclass(frozen=True)
class Questions:
    """One version of the questions, with how long a link is open and when a text may say its company."""

    version: str
    days_open: int
    fewest_to_attribute: int
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Link:
    """The link of a company, how many of its people came, and how many have answered."""

    evaluation: Evaluation
    people: int
    answers: int

    @property
    def is_full(self) -> bool:
        """Tell whether everybody who came has answered."""
        return self.answers >= self.people


def current_questions(today: date) -> Questions:
    """Give the questions that new links ask."""
    return _questions(reference.get_document(DocumentKind.EVALUATION_FORM, on=today).content)


def questions_of(version: str) -> Questions:
    """Give the questions in the version that a link was made with."""
    return _questions(reference.get_document_version(DocumentKind.EVALUATION_FORM, version).content)


def get_by_token(token: str) -> Evaluation:
    """Give the evaluation with this address, open or not, whoever asks; or raise NotFoundError.

    Read over every organisation: nobody acts for one yet, and only the secret address lets a row through.
    """
    query = select(Evaluation).options(
        joinedload(Evaluation.organisation), joinedload(Evaluation.company), joinedload(Evaluation.cohort)
    )
    evaluation = db.session.scalars(query.where(Evaluation.token == token)).one_or_none()
    if evaluation is None:
        raise NotFoundError
    return evaluation


def get_evaluation(cohort_id: int, evaluation_id: int) -> Evaluation:
    """Give a link of a cohort, or raise NotFoundError."""
    query = select(Evaluation).options(joinedload(Evaluation.company))
    query = query.where(Evaluation.cohort_id == cohort_id, Evaluation.id == evaluation_id)
    evaluation = db.session.scalars(query).one_or_none()
    if evaluation is None:
        raise NotFoundError
    return evaluation


def list_links(cohort_id: int) -> list[Link]:
    """List the links of a cohort with how many came and answered; one query."""
    query = _counted().where(Evaluation.cohort_id == cohort_id).order_by(Evaluation.id)
    rows = [Link(row[0], row[1] or 0, row[2]) for row in db.session.execute(query)]
    return sorted(rows, key=lambda row: (row.evaluation.company.sort_key, row.evaluation.id))


def links_of_cohorts(cohort_ids: Collection[int]) -> dict[int, list[Link]]:
    """Give the links of each of these cohorts; one query."""
    found: dict[int, list[Link]] = {cohort_id: [] for cohort_id in cohort_ids}
    for row in db.session.execute(_counted().where(Evaluation.cohort_id.in_(cohort_ids))):
        found[row[0].cohort_id].append(Link(row[0], row[1] or 0, row[2]))
    return found


def get_link(evaluation: Evaluation) -> Link:
    """Give a link with how many came and answered."""
    row = db.session.execute(_counted().where(Evaluation.id == evaluation.id)).one()
    return Link(row[0], row[1] or 0, row[2])


def results(cohort_id: int, questions: Questions) -> list[Outcome]:
    """Give what those who took part in a cohort have answered to these questions."""
    query = (
        select(EvaluationAnswer)
        .join(EvaluationAnswer.evaluation)
        .options(joinedload(EvaluationAnswer.evaluation).joinedload(Evaluation.company))
        .where(Evaluation.cohort_id == cohort_id)
    )
    rows = db.session.scalars(query.order_by(EvaluationAnswer.id))
    given = [Given(row.evaluation.company.name, row.answers) for row in rows]
    return outcomes(questions.rows, given, fewest=questions.fewest_to_attribute)


def _counted() -> Any:
    answers = select(func.count(EvaluationAnswer.id)).where(EvaluationAnswer.evaluation_id == Evaluation.id)
    came = select(func.sum(Attendance.women + Attendance.men + Attendance.unknown_sex)).where(
        Attendance.cohort_id == Evaluation.cohort_id, Attendance.company_id == Evaluation.company_id
    )
    query = select(Evaluation, came.scalar_subquery(), answers.scalar_subquery())
    return query.options(joinedload(Evaluation.company), joinedload(Evaluation.person))


def _questions(content: Mapping[str, Any]) -> Questions:
    names = ("version", "days_open", "fewest_to_attribute")
    return Questions(**{name: content[name] for name in names}, rows=content["questions"])
