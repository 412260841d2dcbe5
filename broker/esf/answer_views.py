"""Pages of the application's sections: each question with guidance, its answer, and first texts."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import NotFoundError
from broker.esf import answer_service, queries
from broker.esf.blueprint import UNWRITTEN, blueprint, commit_edit, leading_back_to, page_url, project_page
from broker.esf.exports.blocks import CERTAINTY
from broker.esf.forms import AnswerForm
from broker.esf.kinds import Page
from broker.esf.models import Project
from broker.esf.progress import section_progress
from broker.formatting import say
from broker.forms import forget_typed
from broker.sentences import Sentence


@blueprint.get("/projekt/<int:project_id>/ansokan/<string:section_id>")
@requires(Permission.READ)
def show_section(project_id: int, section_id: str) -> ResponseReturnValue:
    """Show a section: its questions and answers."""
    project = queries.get_project(project_id)
    return _section_page(project, _find_section(project, section_id), {}, {})


@blueprint.post("/projekt/<int:project_id>/ansokan/<string:section_id>/<string:question_id>")
@requires(Permission.PROJECT)
def save_answer(project_id: int, section_id: str, question_id: str) -> ResponseReturnValue:
    """Save the answer to a question."""
    project = queries.get_project(project_id)
    section = _find_section(project, section_id, question_id)
    form = AnswerForm()
    if not form.validate_on_submit():
        return _section_page(project, section, {question_id: form}, {}), 422
    location = page_url(project, Page.ANSWER, question_id)
    with leading_back_to(location):
        if (answer := queries.find_answer(project, question_id)) is not None:
            form.check_version(answer)
        answer_service.save_answer(project, question_id, text=form.text.data, sources=form.sources.data, by=me())
        commit_edit(form, lambda: queries.find_answer(project, question_id))
    flash(_("Svaret är sparat."), "success")
    forget_typed(_draft_key(project, question_id))
    return redirect(location)


@blueprint.post("/projekt/<int:project_id>/ansokan/<string:section_id>/<string:question_id>/underlag")
@requires(Permission.PROJECT)
def suggest_text(project_id: int, section_id: str, question_id: str) -> ResponseReturnValue:
    """Put a first text from the data after what is written, without saving it."""
    project = queries.get_project(project_id)
    section = _find_section(project, section_id, question_id)
    form = AnswerForm()
    draft = answer_service.suggest_text(project, question_id)
    form.text.data, form.sources.data = answer_service.merge_texts(form.text.data or "", form.sources.data or [], draft)
    return _section_page(project, section, {question_id: form}, {question_id: draft.missing})


def _find_section(project: Project, section_id: str, question_id: str | None = None) -> dict[str, Any]:
    sections = queries.get_form(project.form_version)["sections"]
    section = next((row for row in sections if row["id"] == section_id), None)
    if section is None or (question_id and all(row["id"] != question_id for row in section["questions"])):
        raise NotFoundError
    return section


def _section_page(
    project: Project,
    section: dict[str, Any],
    sent: Mapping[str, AnswerForm],
    missing: Mapping[str, list[Sentence]],
) -> str:
    answers = {answer.question_id: answer for answer in project.answers}
    questions = []
    for question in section["questions"]:
        form = sent.get(question["id"]) or AnswerForm(formdata=None, obj=answers.get(question["id"]))
        form.version.data = form.version.data or UNWRITTEN
        form.text.id = f"svar-{question['id']}"
        form.text.label.field_id = form.text.id
        questions.append(
            {
                "row": question,
                "form": form,
                "certainty": say(CERTAINTY.get(question["certainty"], question["certainty"])),
                "missing": missing.get(question["id"], []),
                "keep": None if question["id"] in missing else _draft_key(project, question["id"]),
            }
        )
    return project_page(
        "show_section", project, section=section, questions=questions, sections=section_progress(project)
    )


def _draft_key(project: Project, question_id: str) -> str:
    return f"svar-{project.id}-{question_id}"
