"""What people say to each other about a question: comments with replies and mentions, and suggestions for its text."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from broker import audit, clock
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import ConflictError, RefusedError
from broker.esf import queries as esf
from broker.esf.models import Project
from broker.esf.writing import letters, queries
from broker.esf.writing.models import AnswerComment, AnswerSuggestion, CommentMention, Origin
from broker.esf.writing.service import cited, hold_texts, write_answer
from broker.extensions import db
from broker.sentences import N_, Sentence
from broker.swedish import search_key


def add_comment(
    project: Project,
    question_id: str,
    *,
    text: str,
    reply_to: AnswerComment | None = None,
    link: str,
    by: User,
) -> list[User]:
    """Add a comment or a reply, tell those whom it names, and give them.

    Who replies has answered: what named that person in the same talk no longer waits.
    """
    queries.get_question(project, question_id)
    comment = AnswerComment(
        project_id=project.id,
        question_id=question_id,
        reply_to_id=reply_to.id if reply_to else None,
        text=text,
        written_by_id=by.id,
    )
    db.session.add(comment)
    db.session.flush()
    named = [person for person in find_mentioned(text, queries.list_people(project)) if person.id != by.id]
    db.session.add_all(
        CommentMention(project_id=project.id, comment_id=comment.id, user_id=person.id) for person in named
    )
    declined = queries.list_that_decline_letters(project) if named else set()
    letters.tell_of_mention(project, [person for person in named if person.id not in declined], by=by, link=link)
    if reply_to is not None:
        _note_answered(queries.list_mentions_in(project, reply_to, user_id=by.id))
    audit.record(Action.COMMENT_ADDED, project, by=by, question=question_id)
    return named


def settle_comment(project: Project, comment: AnswerComment, *, is_settled: bool, by: User) -> None:
    """Say that a comment is dealt with, or open it again; nobody it names waits for it any longer."""
    if (comment.settled_at is not None) is is_settled:
        return
    comment.settled_by_id = by.id if is_settled else None
    comment.settled_at = clock.now() if is_settled else None
    if is_settled:
        _note_answered(queries.list_mentions_in(project, comment))
    action = Action.COMMENT_SETTLED if is_settled else Action.COMMENT_REOPENED
    audit.record(action, project, by=by, question=comment.question_id)


def find_mentioned(text: str, people: Iterable[User]) -> list[User]:
    """List whom a text names after an @: by the whole name, or by the first name where only one has it."""
    people = list(people)
    keys = {person.id: search_key(person.name) for person in people}
    first_names: dict[str, list[User]] = {}
    for person in people:
        first_names.setdefault(keys[person.id].split(" ")[0], []).append(person)
    found: dict[int, User] = {}
    for told in re.findall(r"(?<![\w.])@([^@\n]{2,80})", text):
        said = search_key(told)
        named = [person for person in people if _begins(said, keys[person.id])]
        if not named:
            named = first_names.get(said.split(" ")[0], [])
            named = named if len(named) == 1 else []
        longest = max((len(keys[person.id]) for person in named), default=0)
        found |= {person.id: person for person in named if len(keys[person.id]) == longest}
    return list(found.values())


def _begins(said: str, name: str) -> bool:
    return bool(name) and (said == name or said.startswith(f"{name} "))


def add_suggestion(
    project: Project, question_id: str, *, text: str | None, sources: list[dict[str, Any]], by: User
) -> None:
    """Suggest another text for an answer; refuses one that is empty or says what the answer says."""
    queries.get_question(project, question_id)
    answer = esf.find_answer(project, question_id)
    base = (answer.text if answer else None) or ""
    if not text or text == base:
        raise RefusedError(Sentence(N_("Ändra texten innan du lämnar den som förslag.")))
    known = {source["number"]: source for source in [*(answer.sources if answer else []), *sources]}
    suggestion = AnswerSuggestion(
        project_id=project.id,
        question_id=question_id,
        base_text=base or None,
        text=text,
        sources=cited(text, list(known.values())),
        written_by_id=by.id,
    )
    db.session.add(suggestion)
    audit.record(Action.SUGGESTION_ADDED, project, by=by, question=question_id)


def decide_suggestion(project: Project, suggestion: AnswerSuggestion, *, is_accepted: bool, by: User) -> None:
    """Accept or decline a suggestion; accepted it is the newest version of the answer.

    Who wrote it may only take it back, and one against another text than the present one is not accepted.
    """
    hold_texts(project)
    if suggestion.is_accepted is not None:
        raise ConflictError
    if is_accepted and suggestion.written_by_id == by.id:
        raise RefusedError(Sentence(N_("Låt någon annan ta ställning till ditt förslag.")))
    answer = esf.find_answer(project, suggestion.question_id)
    if is_accepted and ((answer.text if answer else None) or "") != (suggestion.base_text or ""):
        sentence = N_(
            "Svaret har ändrats sedan förslaget lämnades. Ta in det som behövs för hand, eller be om ett nytt."
        )
        raise RefusedError(Sentence(sentence))
    suggestion.is_accepted, suggestion.decided_by_id, suggestion.decided_at = is_accepted, by.id, clock.now()
    if is_accepted:
        values = {"text": suggestion.text, "sources": list(suggestion.sources)}
        write_answer(project, suggestion.question_id, values, origin=Origin.SUGGESTED, by=by)
    action = Action.SUGGESTION_ACCEPTED if is_accepted else Action.SUGGESTION_DECLINED
    audit.record(action, project, by=by, question=suggestion.question_id, person=suggestion.written_by.name)


def _note_answered(mentions: Sequence[CommentMention]) -> None:
    for mention in mentions:
        mention.answered_at = mention.answered_at or clock.now()
