"""What the pages of the questions share: a question with all that belongs to it, and where its parts are."""

import json
from itertools import pairwise
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from broker.access import Permission, can
from broker.accounts.me import me
from broker.errors import NotFoundError
from broker.esf import answer_service
from broker.esf.blueprint import UNWRITTEN, page_url, project_page
from broker.esf.exports.blocks import CERTAINTY
from broker.esf.known_answers import known_text
from broker.esf.models import Answer, Project
from broker.esf.progress import section_progress
from broker.esf.queries import get_form
from broker.esf.writing import freshness, pens, queries
from broker.esf.writing.differences import compare
from broker.esf.writing.forms import AnswerForm, CommentForm, SuggestionForm
from broker.esf.writing.models import AnswerState
from broker.esf.writing.shown import shown_blocks
from broker.formatting import say
from broker.sentences import Sentence


def find_section(project: Project, section_id: str, question_id: str | None = None) -> dict[str, Any]:
    """Give a section of the project's form, with this question in it if one is told, or raise NotFoundError."""
    sections = get_form(project.form_version)["sections"]
    section = next((row for row in sections if row["id"] == section_id), None)
    if section is None or (question_id and all(row["id"] != question_id for row in section["questions"])):
        raise NotFoundError
    return section


def find_following(project: Project, question_id: str) -> dict[str, str] | None:
    """Give where the question after this one is in the project's form; nothing after the last."""
    sections = get_form(project.form_version)["sections"]
    places = [(section["id"], question["id"]) for section in sections for question in section["questions"]]
    for (_section, this), (section_id, following) in pairwise(places):
        if this == question_id:
            return {"section_id": section_id, "question_id": following}
    return None


def answer_of(project: Project, question_id: str) -> Answer | None:
    """Give the answer to a question of a project that was read with its answers."""
    return next((row for row in project.answers if row.question_id == question_id), None)


def known_of(project: Project, question_id: str) -> str:
    """Give what the project itself says to a question that nobody has written an answer to, or nothing."""
    answer = answer_of(project, question_id)
    return "" if answer and answer.text else known_text(project, question_id)


def question_page(
    project: Project,
    section: dict[str, Any],
    question_id: str,
    *,
    form: AnswerForm | None = None,
    missing: list[Sentence] | None = None,
    comment_form: CommentForm | None = None,
    suggestion_form: SuggestionForm | None = None,
) -> str:
    """Show a question: to who has the pen, or has sent a form, with the text to write in; to others as it stands."""
    question = next(row for row in section["questions"] if row["id"] == question_id)
    answer = answer_of(project, question_id)
    desk = pens.look_at(project, question_id, by=me())
    if form is None and desk.is_mine and can(Permission.PROJECT):
        form = AnswerForm(formdata=None, obj=answer)
    if form is not None:
        _fit(form, question_id)
    comment_form = comment_form or CommentForm(formdata=None)
    comment_form.comment.id = "ny-kommentar"
    state = queries.find_state(project, question_id)
    sources = (form.sources.data or []) if form is not None else (answer.sources if answer else [])
    linked = linked_sources(project, sources)
    return project_page(
        "show_question",
        project,
        section=section,
        question=question,
        address={"project_id": project.id, "section_id": section["id"], "question_id": question_id},
        following=find_following(project, question_id),
        answer=answer,
        known=known_of(project, question_id),
        form=form,
        sources_value=json.dumps(sources, ensure_ascii=False),
        blocks=shown_blocks(answer.text if answer else None, linked),
        sources=linked,
        certainty=say(CERTAINTY.get(question["certainty"], question["certainty"])),
        missing=missing or [],
        keep=None if missing is not None else draft_key(project, question_id),
        desk=desk,
        rules=pens.rules(),
        state=state,
        changes=[] if form is not None else list_changes(project, question_id, state),
        comments=queries.list_comments(project, question_id),
        suggestions=queries.list_suggestions(project, question_id),
        compare=compare,
        comment_form=comment_form,
        suggestion_form=suggestion_form or _suggestion_form(answer),
        sections=section_progress(project),
    )


def list_changes(project: Project, question_id: str, state: AnswerState | None) -> list[freshness.Change]:
    """List what a first text would say otherwise now; nothing for an answer that was not built on one."""
    if state is None or state.fetched_text is None:
        return []
    return freshness.changes(state.fetched_text, answer_service.suggest_text(project, question_id).text)


def linked_sources(project: Project, sources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give footnotes with where they lead."""
    return [source | {"url": _source_url(project, source)} for source in sources]


def _source_url(project: Project, source: dict[str, Any]) -> str:
    """Give where a footnote leads: to exactly its rows, or to the page that they are on."""
    if source.get("rows"):
        return url_for("esf.show_rows", project_id=project.id, kind=source["kind"], rad=source["rows"])
    return page_url(project, source["page"])


def draft_key(project: Project, question_id: str) -> str:
    """Give the name under which the browser keeps what is typed and not saved."""
    return f"svar-{project.id}-{question_id}"


def pen_sentence(desk: pens.Desk) -> str:
    """Say who else has the pen, or that somebody has taken it over; nothing to who has it alone."""
    if desk.is_others and desk.pen is not None:
        if desk.taken_over_by:
            return _("%(name)s har tagit över pennan. Det du har skrivit finns kvar här.", name=desk.taken_over_by.name)
        return _("%(name)s skriver just nu.", name=desk.pen.user.name)
    others = ", ".join(row.user.name for row in desk.others)
    return _("Här är också %(names)s.", names=others) if others else ""


def _fit(form: AnswerForm, question_id: str) -> None:
    form.version.data = form.version.data or UNWRITTEN
    form.text.id = form.text.label.field_id = f"svar-{question_id}"


def _suggestion_form(answer: Answer | None) -> SuggestionForm:
    form = SuggestionForm(formdata=None)
    form.suggestion.data = answer.text if answer else None
    return form
