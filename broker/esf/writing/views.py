"""Pages of the application's questions: a section, one question and its text, who has the pen, and first texts."""

from flask import flash, jsonify, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import clock
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import ConflictError
from broker.esf import answer_service, queries
from broker.esf.blueprint import blueprint, commit_edit, leading_back_to, page_url, project_page
from broker.esf.kinds import Page
from broker.esf.models import Project
from broker.esf.progress import section_progress
from broker.esf.writing import pens
from broker.esf.writing import queries as writing
from broker.esf.writing import service as texts
from broker.esf.writing.forms import AnswerForm
from broker.esf.writing.pages import (
    answer_of,
    draft_key,
    find_section,
    known_of,
    linked_sources,
    list_changes,
    pen_sentence,
    question_page,
)
from broker.esf.writing.shown import shown_blocks
from broker.extensions import db
from broker.formatting import time_of_day
from broker.forms import forget_typed

_QUESTION = "/projekt/<int:project_id>/ansokan/<string:section_id>/<string:question_id>"


@blueprint.get("/projekt/<int:project_id>/ansokan/<string:section_id>")
@requires(Permission.READ)
def show_section(project_id: int, section_id: str) -> ResponseReturnValue:
    """Show a section: its questions with their answers, what is done, and who writes."""
    project = queries.get_project(project_id)
    section = find_section(project, section_id)
    answers = {row["id"]: answer_of(project, row["id"]) for row in section["questions"]}
    sources = {key: linked_sources(project, row.sources) for key, row in answers.items() if row}
    return project_page(
        "show_section",
        project,
        section=section,
        answers=answers,
        known={row["id"]: known_of(project, row["id"]) for row in section["questions"]},
        blocks={key: shown_blocks(row.text, sources[key]) for key, row in answers.items() if row},
        sources=sources,
        states=writing.states_of(project),
        pens=pens.pens_of(project),
        talk=writing.count_open_talk(project),
        sections=section_progress(project),
    )


@blueprint.get(_QUESTION)
@requires(Permission.READ)
def show_question(project_id: int, section_id: str, question_id: str) -> ResponseReturnValue:
    """Show a question: its text, to write in for who has the pen, and what is said about it."""
    project = queries.get_project(project_id)
    return question_page(project, find_section(project, section_id, question_id), question_id)


@blueprint.post(_QUESTION)
@requires(Permission.PROJECT)
def save_answer(project_id: int, section_id: str, question_id: str) -> ResponseReturnValue:
    """Save the answer to a question and lay the pen down; while somebody else has it, only if it is taken over."""
    project = queries.get_project(project_id)
    section = find_section(project, section_id, question_id)
    form = AnswerForm()
    if not form.validate_on_submit():
        return question_page(project, section, question_id, form=form), 422
    location = page_url(project, Page.ANSWER, question_id)
    with leading_back_to(location):
        texts.hold_texts(project)
        if (answer := queries.find_answer(project, question_id)) is not None:
            form.check_version(answer)
        if pens.look_at(project, question_id, by=me()).is_others and not form.takes_over.data:
            return question_page(project, section, question_id, form=form), 409
        _save(form, project, question_id)
        pens.lay_down(project, question_id, takes_over=form.takes_over.data, by=me())
        commit_edit(form, lambda: queries.find_answer(project, question_id))
    flash(_("Svaret är sparat."), "success")
    forget_typed(draft_key(project, question_id))
    return redirect(location)


@blueprint.post(f"{_QUESTION}/utkast")
@requires(Permission.PROJECT)
def autosave_answer(project_id: int, section_id: str, question_id: str) -> ResponseReturnValue:
    """Save what is written so far, for the script of the page; refuses it while somebody else has the pen."""
    project = queries.get_project(project_id)
    find_section(project, section_id, question_id)
    form = AnswerForm()
    if not form.validate_on_submit():
        return jsonify(message=_("Inte sparat. Spara svaret, så ser du vad som ska rättas.")), 422
    texts.hold_texts(project)
    answer = queries.find_answer(project, question_id)
    try:
        if answer is not None:
            form.check_version(answer)
        desk = pens.look_at(project, question_id, by=me())
        if desk.is_others:
            return jsonify(message=pen_sentence(desk), is_mine=False), 409
        _save(form, project, question_id, is_autosaved=True)
        commit_edit(form, lambda: queries.find_answer(project, question_id))
    except ConflictError:
        message = _("Någon annan har sparat medan du skrev. Spara svaret, så ser du båda texterna.")
        return jsonify(message=message), 409
    saved = queries.find_answer(project, question_id)
    told = _("Sparat av sig själv klockan %(time)s.", time=time_of_day(clock.in_sweden(clock.now()).time()))
    return jsonify(version=saved.version if saved else 0, message=told)


@blueprint.post(f"{_QUESTION}/narvaro")
@requires(Permission.PROJECT)
def tell_presence(project_id: int, section_id: str, question_id: str) -> ResponseReturnValue:
    """Note that the question is still open, and tell who has the pen, who is here, and if the data have changed."""
    project = queries.get_project(project_id)
    find_section(project, section_id, question_id)
    desk = pens.tell_presence(project, question_id, by=me())
    db.session.commit()
    answer = answer_of(project, question_id)
    changed = list_changes(project, question_id, writing.find_state(project, question_id))
    message = pen_sentence(desk)
    if changed:
        message = f"{message} {_('Underlaget har ändrats sedan texten hämtades.')}".strip()
    return jsonify(is_mine=desk.is_mine, version=answer.version if answer else 0, message=message)


@blueprint.post(f"{_QUESTION}/penna")
@requires(Permission.PROJECT)
def take_pen(project_id: int, section_id: str, question_id: str) -> ResponseReturnValue:
    """Take the pen of a question, or take it over from somebody if the button said so."""
    project = queries.get_project(project_id)
    find_section(project, section_id, question_id)
    form = AnswerForm()
    desk = pens.take_pen(project, question_id, takes_over=form.takes_over.data, by=me())
    db.session.commit()
    if desk.is_others:
        flash(pen_sentence(desk), "warning")
        return redirect(page_url(project, Page.ANSWER, question_id))
    return redirect(f"{page_url(project, Page.ANSWER, question_id)}#svar-{question_id}")


@blueprint.post(f"{_QUESTION}/penna/lamna")
@requires(Permission.PROJECT)
def give_up_pen(project_id: int, section_id: str, question_id: str) -> ResponseReturnValue:
    """Lay the pen down without saving."""
    project = queries.get_project(project_id)
    find_section(project, section_id, question_id)
    pens.give_up_pen(project, question_id, by=me())
    db.session.commit()
    forget_typed(draft_key(project, question_id))
    return redirect(page_url(project, Page.ANSWER, question_id))


@blueprint.post(f"{_QUESTION}/underlag")
@requires(Permission.PROJECT)
def suggest_text(project_id: int, section_id: str, question_id: str) -> ResponseReturnValue:
    """Put a first text from the data after what is written, without saving it."""
    project = queries.get_project(project_id)
    section = find_section(project, section_id, question_id)
    form = AnswerForm()
    draft = answer_service.suggest_text(project, question_id)
    form.text.data, form.sources.data = answer_service.merge_texts(form.text.data or "", form.sources.data or [], draft)
    form.fetched.data = draft.text
    return question_page(project, section, question_id, form=form, missing=draft.missing)


def _save(form: AnswerForm, project: Project, question_id: str, *, is_autosaved: bool = False) -> None:
    answer_service.save_answer(
        project,
        question_id,
        text=form.text.data,
        sources=form.sources.data,
        fetched=form.fetched.data,
        is_autosaved=is_autosaved,
        by=me(),
    )
