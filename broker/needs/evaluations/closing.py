"""Closes what was asked after a training, once: counts its scores, and hands its texts to whoever moderates them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from broker import clock
from broker.extensions import db
from broker.needs.evaluations import queries
from broker.needs.evaluations.asking import forms_of
from broker.needs.evaluations.models import FormKind, ScoreLevel, TextState, TrainingScore
from broker.needs.evaluations.queries import Link
from broker.needs.evaluations.results import is_shown
from broker.needs.models import Cohort
from broker.needs.scores.reopening import look_at_scores


def close(cohort: Cohort, kind: FormKind) -> None:
    """Count the scores of a cohort at the levels of one kind of form, if they may be shown; the cohort is locked.

    What those who took part answered is counted once, when no more answers can come, and never again. What companies
    answer is counted anew with each: it is not anonymous.
    """
    links = queries.list_links(cohort.id, kind)
    today = clock.today()
    for link in links:
        if link.evaluation.closed_on is None and link.evaluation.open_until < today:
            link.evaluation.closed_on = today
    given = queries.list_answers(cohort.id)[kind]
    may_count = bool(given) if kind.is_by_company else _may_be_shown(links, given)
    if not may_count:
        return
    for text in queries.list_held_texts(cohort.id, kind):
        text.state = TextState.WAITING
    known = _known_scores(cohort, kind)
    # Where links ask different versions, a question may have fewer answers than there are in all.
    least = 1 if kind.is_by_company else queries.fewest_of(links)
    for level, question_id in _levels(links, kind):
        values = [row[question_id] for row in given if row.get(question_id)]
        if len(values) >= least and (level not in known or kind.is_by_company):
            _count(known.get(level) or _new_score(cohort, level, kind), values)
    db.session.flush()
    provider_id = _provider_of(cohort)
    if provider_id is not None:
        look_at_scores(provider_id)


def is_closed(links: Sequence[Link]) -> bool:
    """Tell whether no answer to any of these links can come; then no more links may be made either."""
    return bool(links) and all(link.is_closed for link in links)


def _may_be_shown(links: Sequence[Link], given: Sequence[Any]) -> bool:
    return bool(links) and is_shown([link.is_closed for link in links], len(given), queries.fewest_of(links))


def _levels(links: Sequence[Link], kind: FormKind) -> list[tuple[ScoreLevel, str]]:
    versions = {link.evaluation.form_version for link in links}
    rows = [row for version in versions for row in forms_of(version)[kind].rows if row.get("level")]
    return list({row["id"]: (ScoreLevel(row["level"]), row["id"]) for row in rows}.values())


def _known_scores(cohort: Cohort, kind: FormKind) -> Mapping[ScoreLevel, TrainingScore]:
    query = select(TrainingScore).where(TrainingScore.cohort_id == cohort.id)
    query = query.where(TrainingScore.is_by_company == kind.is_by_company)
    return {row.level: row for row in db.session.scalars(query)}


def _new_score(cohort: Cohort, level: ScoreLevel, kind: FormKind) -> TrainingScore:
    score = TrainingScore(
        cohort=cohort,
        provider_id=_provider_of(cohort),
        level=level,
        is_by_company=kind.is_by_company,
        taught_on=cohort.ends_on,
        settled_on=clock.today(),
    )
    db.session.add(score)
    return score


def _count(score: TrainingScore, values: Sequence[int]) -> None:
    counted = Counter(values)
    score.counts = [counted[step] for step in range(1, 6)]
    score.answers, score.total = counted.total(), sum(step * count for step, count in counted.items())


def _provider_of(cohort: Cohort) -> int | None:
    return cohort.offering.provider_id if cohort.offering else None
