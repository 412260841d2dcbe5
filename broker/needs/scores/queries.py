"""Reads scorecards: the scores of a provider, texts that were released or wait, and what the provider replied."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import joinedload

from broker.errors import NotFoundError
from broker.extensions import db
from broker.needs.evaluations.asking import Forms, forms_of
from broker.needs.evaluations.models import Evaluation, EvaluationText, ScoreLevel, TextState, TrainingScore
from broker.needs.models import Cohort
from broker.needs.scores.cards import Line
from broker.needs.scores.models import ScoreReply
from broker.reference.queries import words_of
from broker.sentences import Sentence
from broker.swedish import sort_key

_MOST = 40


@dataclass(frozen=True)
class Said:
    """A text that was released: to which question, after which training, by whom."""

    row: EvaluationText
    question: Sentence
    topic: str
    taught_on: date
    is_by_company: bool


def list_scores(provider_id: int) -> list[TrainingScore]:
    """List the scores of a provider's trainings, the earliest first; one query."""
    query = select(TrainingScore).options(joinedload(TrainingScore.cohort))
    query = query.where(TrainingScore.provider_id == provider_id)
    return list(db.session.scalars(query.order_by(TrainingScore.taught_on, TrainingScore.id)))


def lines_of(provider_ids: Collection[int]) -> dict[int, Line]:
    """Give the scorecards of providers in one line each, of those that have one; one query."""
    columns = (TrainingScore.provider_id, func.sum(TrainingScore.total), func.sum(TrainingScore.answers))
    query = select(*columns, func.count(TrainingScore.id)).where(
        TrainingScore.provider_id.in_(provider_ids),
        TrainingScore.level == ScoreLevel.REACTION,
        TrainingScore.is_by_company.is_(False),
    )
    rows = db.session.execute(query.group_by(TrainingScore.provider_id))
    return {row[0]: Line(Decimal(row[1]) / row[2], row[2], row[3]) for row in rows if row[0]}


def list_low(provider_id: int, level: str, *, since: date) -> list[TrainingScore]:
    """List the scores of a provider at a level that have not opened its vetting yet, of trainings since a day."""
    query = (
        select(TrainingScore)
        .options(joinedload(TrainingScore.cohort))
        .where(
            TrainingScore.provider_id == provider_id,
            TrainingScore.level == ScoreLevel(level),
            TrainingScore.is_by_company.is_(False),
            TrainingScore.taught_on >= since,
            TrainingScore.reopened_on.is_(None),
        )
    )
    return list(db.session.scalars(query.order_by(TrainingScore.taught_on, TrainingScore.id)))


def list_said(provider_id: int) -> tuple[list[Said], bool]:
    """List the latest texts about a provider's trainings that were released, and tell whether there are older ones."""
    counted = select(TrainingScore.cohort_id).where(TrainingScore.provider_id == provider_id)
    query = _texts().where(EvaluationText.state == TextState.RELEASED, Evaluation.cohort_id.in_(counted))
    query = query.join(Evaluation.cohort).order_by(Cohort.ends_on.desc(), EvaluationText.id).limit(_MOST + 1)
    rows = list(db.session.scalars(query))
    found = _all_said(rows[:_MOST])
    # Within a training by the alphabet: the order of their coming would tell whose they are.
    found.sort(key=lambda said: sort_key(said.row.shown or ""))
    return sorted(found, key=lambda said: said.taught_on, reverse=True), len(rows) > _MOST


def list_replies(provider_id: int) -> list[ScoreReply]:
    """List the links that a provider has got to its scorecard, with what it replied, the newest first."""
    query = select(ScoreReply).where(ScoreReply.provider_id == provider_id)
    return list(db.session.scalars(query.order_by(ScoreReply.id.desc())))


def list_waiting() -> tuple[list[Said], list[ScoreReply], bool]:
    """List the texts and the replies that wait for a moderator, and tell whether there are more texts."""
    query = _texts().where(EvaluationText.state == TextState.WAITING).order_by(EvaluationText.id).limit(_MOST + 1)
    texts = list(db.session.scalars(query))
    replies = select(ScoreReply).options(joinedload(ScoreReply.provider))
    replies = replies.where(ScoreReply.state == TextState.WAITING).order_by(ScoreReply.id)
    said = sorted(_all_said(texts[:_MOST]), key=lambda row: (row.taught_on, sort_key(row.row.text or "")))
    return said, list(db.session.scalars(replies)), len(texts) > _MOST


def waiting_count() -> ScalarSelect[int]:
    """Give the question how many texts and replies wait for a moderator."""
    texts, replies = (
        select(func.count(kind.id)).where(kind.state == TextState.WAITING).scalar_subquery()
        for kind in (EvaluationText, ScoreReply)
    )
    return select(texts + replies).scalar_subquery()


def count_waiting() -> int:
    """Count the texts and the replies that wait for a moderator; one query."""
    return db.session.scalar(select(waiting_count())) or 0


def get_said(text_id: int) -> Said:
    """Give a text that may be moderated, or raise NotFoundError; what is held back nobody reads."""
    query = _texts().where(EvaluationText.id == text_id, EvaluationText.state != TextState.HELD)
    text = db.session.scalars(query).one_or_none()
    if text is None:
        raise NotFoundError
    return _all_said([text])[0]


def get_reply(reply_id: int) -> ScoreReply:
    """Give what a provider replied, or raise NotFoundError; also when it has not replied yet."""
    query = select(ScoreReply).options(joinedload(ScoreReply.provider)).where(ScoreReply.id == reply_id)
    reply = db.session.scalars(query.where(ScoreReply.state != TextState.HELD)).one_or_none()
    if reply is None:
        raise NotFoundError
    return reply


def get_by_token(token: str) -> ScoreReply:
    """Give the link with this address, open or not, whoever asks; or raise NotFoundError.

    Read over every organisation: nobody acts for one yet, and only the secret address lets a row through.
    """
    query = select(ScoreReply).options(joinedload(ScoreReply.organisation), joinedload(ScoreReply.provider))
    reply = db.session.scalars(query.where(ScoreReply.token == token)).one_or_none()
    if reply is None:
        raise NotFoundError
    return reply


def hold_reply(reply: ScoreReply) -> None:
    """Let nobody else change a reply until the transaction ends, and see it as it is now."""
    query = select(ScoreReply).where(ScoreReply.id == reply.id).with_for_update(of=ScoreReply)
    db.session.scalars(query.execution_options(populate_existing=True)).one()


def _texts():  # type: ignore[no-untyped-def]
    query = select(EvaluationText).join(EvaluationText.evaluation)
    return query.options(joinedload(EvaluationText.evaluation).joinedload(Evaluation.cohort))


def _all_said(texts: Sequence[EvaluationText]) -> list[Said]:
    versions = {version: forms_of(version) for version in {text.evaluation.form_version for text in texts}}
    return [_said(text, versions[text.evaluation.form_version]) for text in texts]


def _said(text: EvaluationText, forms: Forms) -> Said:
    evaluation = text.evaluation
    rows = forms[evaluation.kind].rows
    question = next((words_of(row) for row in rows if row["id"] == text.question_id), Sentence(""))
    cohort = evaluation.cohort
    return Said(text, question, cohort.topic_label, cohort.ends_on, evaluation.kind.is_by_company)
