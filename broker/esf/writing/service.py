"""What happens to a text: it is saved as a version, restored, declared done, and follows the data it was built on."""

from typing import Any

from broker import audit, clock, database
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.esf import queries as esf
from broker.esf.drafts.draft import Draft
from broker.esf.models import Answer, Project
from broker.esf.writing import freshness, queries
from broker.esf.writing.models import AnswerState, AnswerVersion, Origin
from broker.esf.writing.rules import writing_rules
from broker.extensions import db
from broker.sentences import N_, Sentence


def hold_texts(project: Project) -> None:
    """Let others who save a text of the project wait until this transaction ends, so that the second sees the first."""
    database.hold(Project.id, project.id)


def write_answer(
    project: Project,
    question_id: str,
    values: dict[str, Any],
    *,
    by: User,
    origin: Origin = Origin.WRITTEN,
    restored_from: int | None = None,
    is_autosaved: bool = False,
) -> Answer:
    """Put a text on a question with its version; what one person saves in one sitting is one version.

    A question that was done is so no more once its text is another. A save that nobody asked for is an event only
    when it begins a version: the version itself tells what was written.
    """
    queries.get_question(project, question_id)
    hold_texts(project)
    answer = esf.find_answer(project, question_id) or Answer(project_id=project.id, question_id=question_id)
    if not audit.changes(answer, values) and answer.id is not None:
        return answer
    is_other_text = answer.text != values["text"]
    for name, value in values.items():
        setattr(answer, name, value)
    db.session.add(answer)
    is_new = _note_version(project, answer, origin, restored_from, by=by)
    if is_new or not is_autosaved:
        audit.record(Action.ANSWER_SAVED, project, by=by, question=question_id, characters=len(values["text"] or ""))
    if is_other_text:
        _take_back_done(project, question_id, is_text_changed=True, by=by)
    return answer


def _note_version(project: Project, answer: Answer, origin: Origin, restored_from: int | None, *, by: User) -> bool:
    """Add a version, or go on with the newest if it is of the same sitting; tell whether it is a new one."""
    latest = queries.find_latest_version(project, answer.question_id)
    now = clock.now()
    goes_on = (
        latest is not None
        and origin is latest.origin is Origin.WRITTEN
        and latest.written_by_id == by.id
        and now - latest.started_at < writing_rules(clock.today()).sitting
    )
    if latest is None or not goes_on:
        number = latest.number + 1 if latest else 1
        latest = AnswerVersion(
            project_id=answer.project_id,
            question_id=answer.question_id,
            number=number,
            origin=origin,
            restored_from=restored_from,
            written_by_id=by.id,
            started_at=now,
        )
        db.session.add(latest)
    latest.text, latest.sources, latest.saved_at = answer.text, list(answer.sources or []), now
    return not goes_on


def restore_version(project: Project, question_id: str, number: int, *, by: User) -> Answer:
    """Write an earlier version anew; it becomes the newest, and those between stay."""
    version = queries.get_version(project, question_id, number)
    values = {"text": version.text, "sources": list(version.sources)}
    return write_answer(project, question_id, values, origin=Origin.RESTORED, restored_from=number, by=by)


def mark_done(project: Project, question_id: str, *, by: User) -> None:
    """Say that a question is done; refuses one without a text."""
    queries.get_question(project, question_id)
    answer = esf.find_answer(project, question_id)
    if answer is None or not answer.text:
        raise RefusedError(Sentence(N_("Skriv ett svar innan du markerar frågan som klar.")))
    state = _state_of(project, question_id)
    if state.is_done:
        return
    state.done_by_id, state.done_at = by.id, clock.now()
    state.withdrawn_by_id = state.withdrawn_at = None
    state.is_text_changed = False
    audit.record(Action.ANSWER_DONE, project, by=by, question=question_id)


def mark_undone(project: Project, question_id: str, *, by: User) -> None:
    """Take back that a question is done."""
    queries.get_question(project, question_id)
    _take_back_done(project, question_id, is_text_changed=False, by=by)


def _take_back_done(project: Project, question_id: str, *, is_text_changed: bool, by: User) -> None:
    state = queries.find_state(project, question_id)
    if state is None or not state.is_done:
        return
    state.withdrawn_by_id, state.withdrawn_at, state.is_text_changed = by.id, clock.now(), is_text_changed
    audit.record(Action.ANSWER_UNDONE, project, by=by, question=question_id)


def remember_fetched(project: Project, question_id: str, fetched: str) -> None:
    """Keep the first text that an answer was built on, so that it can be told when the data would give another."""
    state = _state_of(project, question_id)
    state.fetched_text, state.fetched_at = fetched, clock.now()


def take_in_changes(project: Project, question_id: str, draft: Draft, *, by: User) -> freshness.Taken:
    """Put what the data say now into an answer where it stands as it was fetched; gives what is left to do by hand."""
    state, answer = queries.find_state(project, question_id), esf.find_answer(project, question_id)
    if state is None or state.fetched_text is None or answer is None:
        raise RefusedError(Sentence(N_("Svaret bygger inte på något underlag. Hämta underlag först.")))
    taken = freshness.take_in(answer.text or "", answer.sources, state.fetched_text, draft.text, draft.sources)
    values = {"text": taken.text or None, "sources": cited(taken.text, taken.sources)}
    write_answer(project, question_id, values, origin=Origin.UPDATED, by=by)
    remember_fetched(project, question_id, draft.text)
    return taken


def keep_as_is(project: Project, question_id: str, draft: Draft, *, by: User) -> None:
    """Let an answer stand though the data would give another first text; it is told of again when they change anew."""
    queries.get_question(project, question_id)
    remember_fetched(project, question_id, draft.text)
    audit.record(Action.ANSWER_KEPT, project, by=by, question=question_id)


def cited(text: str | None, sources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the footnotes that a text refers to."""
    return [source for source in sources if text and f"[{source['number']}]" in text]


def _state_of(project: Project, question_id: str) -> AnswerState:
    hold_texts(project)
    state = queries.find_state(project, question_id)
    if state is None:
        state = AnswerState(project_id=project.id, question_id=question_id, is_text_changed=False)
        db.session.add(state)
        db.session.flush()
    return state
