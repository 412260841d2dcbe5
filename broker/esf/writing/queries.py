"""Reads versions, states, who has the pen, comments and suggestions."""

from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, func, or_, select
from sqlalchemy.orm import joinedload

from broker import access
from broker.accounts.models import Membership, User
from broker.errors import NotFoundError
from broker.esf import queries as esf
from broker.esf.application import find_question
from broker.esf.models import Project, ProjectMember
from broker.esf.writing.models import (
    AnswerComment,
    AnswerState,
    AnswerSuggestion,
    AnswerVersion,
    CommentMention,
    WriterPresence,
)
from broker.extensions import db
from broker.reminders.models import ReminderChoice


def get_question(project: Project, question_id: str) -> dict[str, Any]:
    """Give a question of the project's form, or raise NotFoundError."""
    question = find_question(esf.get_form(project.form_version), question_id)
    if question is None:
        raise NotFoundError
    return question


def find_latest_version(project: Project, question_id: str) -> AnswerVersion | None:
    """Give the newest version of an answer, if it has one."""
    return db.session.scalars(_versions(project, question_id).limit(1)).one_or_none()


def list_versions(project: Project, question_id: str) -> list[AnswerVersion]:
    """List the versions of an answer, newest first."""
    return list(db.session.scalars(_versions(project, question_id).options(joinedload(AnswerVersion.written_by))))


def get_version(project: Project, question_id: str, number: int) -> AnswerVersion:
    """Give one version of an answer, or raise NotFoundError."""
    found = db.session.scalars(_versions(project, question_id).where(AnswerVersion.number == number)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def _versions(project: Project, question_id: str) -> Any:
    query = select(AnswerVersion).where(
        AnswerVersion.project_id == project.id, AnswerVersion.question_id == question_id
    )
    return query.order_by(AnswerVersion.number.desc())


def find_state(project: Project, question_id: str) -> AnswerState | None:
    """Give whether a question is done and what its answer was built on, if anything is known."""
    return db.session.scalars(_states(project).where(AnswerState.question_id == question_id)).one_or_none()


def states_of(project: Project) -> dict[str, AnswerState]:
    """Give the states of a project's questions by the question's id."""
    return {row.question_id: row for row in db.session.scalars(_states(project))}


def _states(project: Project) -> Any:
    people = joinedload(AnswerState.done_by), joinedload(AnswerState.withdrawn_by)
    return select(AnswerState).options(*people).where(AnswerState.project_id == project.id)


def list_presences(project: Project, *, since: datetime, question_id: str | None = None) -> list[WriterPresence]:
    """List who has been at the project's questions since a moment, or at one of them, who came first first."""
    people = joinedload(WriterPresence.user), joinedload(WriterPresence.taken_over_by)
    query = (
        select(WriterPresence)
        .options(*people)
        .where(WriterPresence.project_id == project.id, WriterPresence.seen_at >= since)
        # Who is here has changed while a transaction of ours waited for its turn.
        .execution_options(populate_existing=True)
    )
    if question_id is not None:
        query = query.where(WriterPresence.question_id == question_id)
    return list(db.session.scalars(query.order_by(WriterPresence.since, WriterPresence.id)))


def find_presence(project: Project, question_id: str, user_id: int) -> WriterPresence | None:
    """Give when somebody was at a question, if ever."""
    query = select(WriterPresence).where(
        WriterPresence.project_id == project.id,
        WriterPresence.question_id == question_id,
        WriterPresence.user_id == user_id,
    )
    return db.session.scalars(query).one_or_none()


def find_pen(project: Project, question_id: str) -> WriterPresence | None:
    """Give who has the pen of a question, however long ago that person was seen."""
    query = (
        select(WriterPresence)
        .options(joinedload(WriterPresence.user))
        .where(
            WriterPresence.project_id == project.id,
            WriterPresence.question_id == question_id,
            WriterPresence.has_pen,
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).one_or_none()


def list_comments(project: Project, question_id: str) -> list[AnswerComment]:
    """List what is said about a question, oldest first."""
    people = joinedload(AnswerComment.written_by), joinedload(AnswerComment.settled_by)
    query = (
        select(AnswerComment)
        .options(*people)
        .where(AnswerComment.project_id == project.id, AnswerComment.question_id == question_id)
    )
    return list(db.session.scalars(query.order_by(AnswerComment.id)))


def get_comment(project: Project, question_id: str, comment_id: int) -> AnswerComment:
    """Give a comment that is no reply, or raise NotFoundError."""
    query = select(AnswerComment).where(
        AnswerComment.project_id == project.id,
        AnswerComment.question_id == question_id,
        AnswerComment.id == comment_id,
        AnswerComment.reply_to_id.is_(None),
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def count_open_talk(project: Project) -> dict[str, tuple[int, int]]:
    """Count, by the question's id, the comments that nobody has settled and the suggestions that wait."""
    comments = (
        select(AnswerComment.question_id, func.count(AnswerComment.id), func.sum(0))
        .where(
            AnswerComment.project_id == project.id,
            AnswerComment.reply_to_id.is_(None),
            AnswerComment.settled_at.is_(None),
        )
        .group_by(AnswerComment.question_id)
    )
    suggestions = (
        select(AnswerSuggestion.question_id, func.sum(0), func.count(AnswerSuggestion.id))
        .where(AnswerSuggestion.project_id == project.id, AnswerSuggestion.is_accepted.is_(None))
        .group_by(AnswerSuggestion.question_id)
    )
    found: dict[str, tuple[int, int]] = {}
    for query in (comments, suggestions):
        for question_id, said, suggested in db.session.execute(query):
            before = found.get(question_id, (0, 0))
            found[question_id] = (before[0] + int(said or 0), before[1] + int(suggested or 0))
    return found


def list_mentions_in(project: Project, comment: AnswerComment, *, user_id: int | None = None) -> list[CommentMention]:
    """List whom a comment and its replies name, or where they name one person."""
    talk = select(AnswerComment.id).where(or_(AnswerComment.id == comment.id, AnswerComment.reply_to_id == comment.id))
    query = select(CommentMention).where(CommentMention.project_id == project.id, CommentMention.comment_id.in_(talk))
    if user_id is not None:
        query = query.where(CommentMention.user_id == user_id)
    return list(db.session.scalars(query))


def list_suggestions(project: Project, question_id: str) -> list[AnswerSuggestion]:
    """List the suggestions for an answer, newest first."""
    people = joinedload(AnswerSuggestion.written_by), joinedload(AnswerSuggestion.decided_by)
    query = (
        select(AnswerSuggestion)
        .options(*people)
        .where(AnswerSuggestion.project_id == project.id, AnswerSuggestion.question_id == question_id)
    )
    return list(db.session.scalars(query.order_by(AnswerSuggestion.id.desc())))


def get_suggestion(project: Project, question_id: str, suggestion_id: int) -> AnswerSuggestion:
    """Give a suggestion, or raise NotFoundError."""
    query = select(AnswerSuggestion).where(
        AnswerSuggestion.project_id == project.id,
        AnswerSuggestion.question_id == question_id,
        AnswerSuggestion.id == suggestion_id,
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_people(project: Project) -> list[User]:
    """List those who may do something in a member organisation of the project and can sign in, in Swedish order."""
    members = select(ProjectMember.organisation_id).where(ProjectMember.project_id == project.id)
    query = select(User, Membership.roles).join(Membership, Membership.user_id == User.id)
    query = query.where(Membership.organisation_id.in_(members), User.is_active).order_by(User.sort_key, User.id)
    return list(dict.fromkeys(user for user, roles in db.session.execute(query) if roles))


def list_that_decline_letters(project: Project) -> set[int]:
    """List who does not want letters about mentions, in any of the project's organisations where they have chosen.

    It reads past the organisation in scope, for who is named may have chosen in another member's; only the keys of
    people whom a letter is not written to leave this function.
    """
    members = select(ProjectMember.organisation_id).where(ProjectMember.project_id == project.id)
    query = select(ReminderChoice).where(ReminderChoice.organisation_id.in_(members))
    with access.every_organisation():
        choices = list(db.session.scalars(query))
    return {row.user_id for row in choices} - {row.user_id for row in choices if row.mails_mentions}


def mention_count(user_id: int) -> ScalarSelect[int]:
    """Give the question in how many open comments somebody is named and has not replied."""
    return select(func.count(CommentMention.id)).where(*_open_mention(user_id)).scalar_subquery()


def list_mentions(user_id: int) -> list[tuple[AnswerComment, Project]]:
    """List the open comments that name somebody who has not replied, oldest first, each with its project."""
    query = (
        select(AnswerComment, Project)
        .join(CommentMention, CommentMention.comment_id == AnswerComment.id)
        .join(Project, Project.id == AnswerComment.project_id)
        .options(joinedload(AnswerComment.written_by))
        .where(*_open_mention(user_id))
    )
    return [(comment, project) for comment, project in db.session.execute(query.order_by(AnswerComment.id))]


def _open_mention(user_id: int) -> tuple[Any, ...]:
    return CommentMention.user_id == user_id, CommentMention.answered_at.is_(None)
