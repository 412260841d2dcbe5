"""Reads evaluations: the links of a cohort, what was answered, and what is due to be sent, reminded of and closed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from broker.errors import NotFoundError
from broker.extensions import db
from broker.needs.courses.models import Attendance
from broker.needs.evaluations.asking import AskedForm, Forms, forms_of
from broker.needs.evaluations.models import Evaluation, EvaluationAnswer, EvaluationText, FormKind, TextState
from broker.needs.evaluations.results import Outcome, is_shown, outcomes
from broker.needs.models import Cohort, CohortStatus


@dataclass(frozen=True)
class Link:
    """The link of a company, how many of its people came, and how many have answered."""

    evaluation: Evaluation
    people: int
    answers: int

    @property
    def is_full(self) -> bool:
        """Tell whether everybody who was asked has answered."""
        return self.answers >= self.people

    @property
    def is_closed(self) -> bool:
        """Tell whether no more answers can come."""
        return self.evaluation.closed_on is not None


@dataclass(frozen=True)
class Round:
    """The links of one kind to a cohort, and what may be shown of their answers."""

    kind: FormKind
    links: Sequence[Link]
    outcomes: Sequence[Outcome]
    fewest_to_show: int

    @property
    def people(self) -> int:
        """Count those who were asked."""
        return sum(link.people for link in self.links)

    @property
    def answers(self) -> int:
        """Count those who have answered."""
        return sum(link.answers for link in self.links)

    @property
    def open_until(self) -> date:
        """Give the last day on which an answer can come."""
        return max(link.evaluation.open_until for link in self.links)

    @property
    def is_closed(self) -> bool:
        """Tell whether no more answers can come."""
        return all(link.is_closed for link in self.links)


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


def list_links(cohort_id: int, kind: FormKind | None = None) -> list[Link]:
    """List the links of a cohort, of all kinds or of one, with how many came and answered; one query."""
    query = _counted().where(Evaluation.cohort_id == cohort_id).order_by(Evaluation.id)
    if kind:
        query = query.where(Evaluation.kind == kind)
    order = list(FormKind)
    rows = [_link(row) for row in db.session.execute(query)]
    return sorted(
        rows, key=lambda row: (order.index(row.evaluation.kind), row.evaluation.company.sort_key, row.evaluation.id)
    )


def links_of_cohorts(cohort_ids: Collection[int]) -> dict[int, list[Link]]:
    """Give the links by which those who took part in each of these cohorts answer directly after; one query."""
    found: dict[int, list[Link]] = {cohort_id: [] for cohort_id in cohort_ids}
    query = _counted().where(Evaluation.cohort_id.in_(cohort_ids), Evaluation.kind == FormKind.DIRECT)
    for row in db.session.execute(query):
        found[row[0].cohort_id].append(_link(row))
    return found


def get_link(evaluation: Evaluation) -> Link:
    """Give a link with how many came and answered."""
    return _link(db.session.execute(_counted().where(Evaluation.id == evaluation.id)).one())


def list_rounds(cohort_id: int, links: Sequence[Link]) -> list[Round]:
    """List what was asked after a cohort, by kind, each with what may be shown of it; three queries."""
    versions = {version: forms_of(version) for version in {link.evaluation.form_version for link in links}}
    given = list_answers(cohort_id)
    texts = _list_released(cohort_id)
    found = []
    for kind in FormKind:
        own = [link for link in links if link.evaluation.kind is kind]
        if own:
            found.append(_round(kind, own, given[kind], texts[kind], versions))
    return found


def list_answers(cohort_id: int) -> dict[FormKind, list[Mapping[str, Any]]]:
    """Give the answers in figures to each kind of form after a cohort; one query."""
    query = select(Evaluation.kind, EvaluationAnswer.answers).join(EvaluationAnswer.evaluation)
    found: dict[FormKind, list[Mapping[str, Any]]] = defaultdict(list)
    for kind, answers in db.session.execute(query.where(Evaluation.cohort_id == cohort_id)):
        found[kind].append(answers)
    return found


def list_held_texts(cohort_id: int, kind: FormKind) -> list[EvaluationText]:
    """List the texts of one kind of form after a cohort that are held back."""
    query = select(EvaluationText).join(EvaluationText.evaluation)
    query = query.where(Evaluation.cohort_id == cohort_id, Evaluation.kind == kind)
    return list(db.session.scalars(query.where(EvaluationText.state == TextState.HELD)))


def list_over(today: date) -> list[tuple[int, int, FormKind]]:
    """List what is still to be closed, though its time is over: organisation, cohort and kind."""
    columns = (Evaluation.organisation_id, Evaluation.cohort_id, Evaluation.kind)
    query = select(*columns).where(Evaluation.closed_on.is_(None), Evaluation.open_until < today).distinct()
    return sorted((row[0], row[1], row[2]) for row in db.session.execute(query))


def list_due(forms: Forms, today: date) -> list[tuple[int, int, int]]:
    """List the companies that are to be asked by now and have not been: organisation, cohort and company.

    Asked directly after is who was noted as having come, the others by the last day of the training.
    """
    due = []
    for form in forms.values():
        first, last = form.due_between(today)
        ended = Cohort.delivered_on if form.kind is FormKind.DIRECT else Cohort.ends_on
        is_asked = select(Evaluation.id).where(
            Evaluation.cohort_id == Cohort.id,
            Evaluation.company_id == Attendance.company_id,
            Evaluation.kind == form.kind,
        )
        due.append(and_(ended.between(first, last), ~is_asked.exists()))
    query = (
        select(Cohort.organisation_id, Cohort.id, Attendance.company_id)
        .join(Attendance, Attendance.cohort_id == Cohort.id)
        .where(Cohort.status == CohortStatus.DELIVERED, _people() > 0, or_(*due))
        .distinct()
    )
    return sorted((row[0], row[1], row[2]) for row in db.session.execute(query))


def list_to_remind(forms: Forms, today: date) -> list[tuple[int, int]]:
    """List the open links whose letter was sent long enough ago without an answer: organisation and key."""
    has_answer = select(EvaluationAnswer.id).where(EvaluationAnswer.evaluation_id == Evaluation.id)
    query = select(Evaluation.organisation_id, Evaluation.id, Evaluation.kind, Evaluation.sent_on).where(
        Evaluation.sent_on.is_not(None),
        Evaluation.reminded_on.is_(None),
        Evaluation.closed_on.is_(None),
        Evaluation.open_until >= today,
        ~has_answer.exists(),
    )
    return [
        (row.organisation_id, row.id)
        for row in db.session.execute(query.order_by(Evaluation.id))
        if (today - row.sent_on).days >= forms[row.kind].remind_after_days
    ]


def find_cohort_of(evaluation_id: int) -> int | None:
    """Give the key of the cohort that a link belongs to."""
    return db.session.scalar(select(Evaluation.cohort_id).where(Evaluation.id == evaluation_id))


def fewest_of(links: Sequence[Link]) -> int:
    """Give how many answers these links have to have together for anything of them to be shown."""
    versions = {link.evaluation.form_version for link in links}
    return max(next(iter(forms_of(version).values())).fewest_to_show for version in versions)


def _round(
    kind: FormKind,
    links: Sequence[Link],
    given: Sequence[Mapping[str, Any]],
    texts: Sequence[tuple[str, str]],
    versions: Mapping[str, Forms],
) -> Round:
    forms: list[AskedForm] = [versions[version][kind] for version in {link.evaluation.form_version for link in links}]
    fewest = max(form.fewest_to_show for form in forms)
    may_be_shown = kind.is_by_company or is_shown([link.is_closed for link in links], len(given), fewest)
    questions = {row["id"]: row for form in forms for row in form.rows}
    shown = outcomes(list(questions.values()), given, texts) if may_be_shown and given else []
    if not kind.is_by_company:
        shown = [outcome for outcome in shown if not outcome.options or outcome.count >= fewest]
    return Round(kind, links, shown, fewest)


def _list_released(cohort_id: int) -> dict[FormKind, list[tuple[str, str]]]:
    query = select(Evaluation.kind, EvaluationText.question_id, EvaluationText.shown).join(EvaluationText.evaluation)
    query = query.where(Evaluation.cohort_id == cohort_id, EvaluationText.state == TextState.RELEASED)
    found: dict[FormKind, list[tuple[str, str]]] = defaultdict(list)
    for kind, question_id, shown in db.session.execute(query):
        found[kind].append((question_id, shown or ""))
    return found


def _people() -> Any:
    return Attendance.women + Attendance.men + Attendance.unknown_sex


def _link(row: Any) -> Link:
    evaluation, people, answers = row
    return Link(evaluation, 1 if evaluation.kind.is_by_company else people or 0, answers)


def _counted() -> Any:
    answers = select(func.count(EvaluationAnswer.id)).where(EvaluationAnswer.evaluation_id == Evaluation.id)
    came = select(func.sum(_people())).where(
        Attendance.cohort_id == Evaluation.cohort_id, Attendance.company_id == Evaluation.company_id
    )
    query = select(Evaluation, came.scalar_subquery(), answers.scalar_subquery())
    return query.options(joinedload(Evaluation.company), joinedload(Evaluation.person))
