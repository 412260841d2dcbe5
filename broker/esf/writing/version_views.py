"""Pages of what happened to a text: versions with their differences, what is done, and data that have changed."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from broker.access import Permission, requires
from broker.accounts.me import me
from broker.esf import answer_service, queries
from broker.esf.blueprint import blueprint, commit_edit, leading_back_to, page_url, project_page
from broker.esf.kinds import Page
from broker.esf.models import Project
from broker.esf.writing import queries as writing
from broker.esf.writing import service as texts
from broker.esf.writing.differences import GONE, NEW, compare, count_words
from broker.esf.writing.pages import find_section
from broker.extensions import db
from broker.forms import EditForm

_QUESTION = "/projekt/<int:project_id>/ansokan/<string:section_id>/<string:question_id>"


@blueprint.get(f"{_QUESTION}/versioner")
@requires(Permission.READ)
def list_versions(project_id: int, section_id: str, question_id: str) -> ResponseReturnValue:
    """Show the versions of an answer, and two of them word by word: at first the newest beside the one before."""
    project = queries.get_project(project_id)
    section = find_section(project, section_id, question_id)
    versions = writing.list_versions(project, question_id)
    by_number = {row.number: row for row in versions}
    after = by_number.get(request.args.get("till", type=int) or 0) or (versions[0] if versions else None)
    before = by_number.get(request.args.get("fran", type=int) or 0)
    if before is None and after is not None:
        before = by_number.get(after.number - 1)
    pieces = compare((before.text if before else None) or "", after.text or "") if after else []
    return project_page(
        "versions",
        project,
        section=section,
        question=writing.get_question(project, question_id),
        address={"project_id": project.id, "section_id": section_id, "question_id": question_id},
        versions=versions,
        before=before,
        after=after,
        pieces=pieces,
        words_gone=count_words(pieces, GONE),
        words_new=count_words(pieces, NEW),
        answer=queries.find_answer(project, question_id),
    )


@blueprint.post(f"{_QUESTION}/versioner/<int:number>/aterstall")
@requires(Permission.PROJECT)
def restore_version(project_id: int, section_id: str, question_id: str, number: int) -> ResponseReturnValue:
    """Make an earlier version the newest one."""
    project = queries.get_project(project_id)
    find_section(project, section_id, question_id)
    location = page_url(project, Page.ANSWER, question_id)
    writing.get_version(project, question_id, number)
    with leading_back_to(location):
        form = _checked(project, question_id)
        texts.restore_version(project, question_id, number, by=me())
        commit_edit(form, lambda: queries.find_answer(project, question_id))
    flash(_("Version %(number)s är återställd. De andra versionerna finns kvar.", number=number), "success")
    return redirect(location)


@blueprint.post(f"{_QUESTION}/klar")
@requires(Permission.PROJECT)
def mark_done(project_id: int, section_id: str, question_id: str) -> ResponseReturnValue:
    """Say that a question is done."""
    project = queries.get_project(project_id)
    find_section(project, section_id, question_id)
    location = page_url(project, Page.ANSWER, question_id)
    with leading_back_to(location):
        # Nobody says of a text that he has not seen that it is done.
        form = _checked(project, question_id)
        texts.mark_done(project, question_id, by=me())
        commit_edit(form, lambda: queries.find_answer(project, question_id))
    flash(_("Frågan är markerad som klar."), "success")
    return redirect(location)


@blueprint.post(f"{_QUESTION}/inte-klar")
@requires(Permission.PROJECT)
def mark_undone(project_id: int, section_id: str, question_id: str) -> ResponseReturnValue:
    """Take back that a question is done."""
    project = queries.get_project(project_id)
    find_section(project, section_id, question_id)
    texts.mark_undone(project, question_id, by=me())
    db.session.commit()
    flash(_("Frågan är inte längre markerad som klar."), "success")
    return redirect(page_url(project, Page.ANSWER, question_id))


@blueprint.post(f"{_QUESTION}/underlag/ta-in")
@requires(Permission.PROJECT)
def take_in_changes(project_id: int, section_id: str, question_id: str) -> ResponseReturnValue:
    """Put what the data say now into the answer where nobody has rewritten it."""
    project = queries.get_project(project_id)
    find_section(project, section_id, question_id)
    location = page_url(project, Page.ANSWER, question_id)
    with leading_back_to(location):
        form = _checked(project, question_id)
        taken = texts.take_in_changes(project, question_id, answer_service.suggest_text(project, question_id), by=me())
        commit_edit(form, lambda: queries.find_answer(project, question_id))
    flash(_("De nya uppgifterna är intagna som en ny version."), "success")
    if taken.by_hand:
        told = ngettext(
            "%(num)s mening hade någon skrivit om. Den är kvar som den var; ta in ändringen för hand: %(words)s",
            "%(num)s meningar hade någon skrivit om. De är kvar som de var; ta in ändringarna för hand: %(words)s",
            len(taken.by_hand),
            words=" ".join(change.after or change.before for change in taken.by_hand),
        )
        flash(told, "warning")
    return redirect(location)


@blueprint.post(f"{_QUESTION}/underlag/behall")
@requires(Permission.PROJECT)
def keep_as_is(project_id: int, section_id: str, question_id: str) -> ResponseReturnValue:
    """Let the answer stand though the data have changed."""
    project = queries.get_project(project_id)
    find_section(project, section_id, question_id)
    draft = answer_service.suggest_text(project, question_id)
    texts.keep_as_is(project, question_id, draft, by=me())
    db.session.commit()
    flash(_("Texten är kvar som den var. Du får veta om underlaget ändras igen."), "success")
    return redirect(page_url(project, Page.ANSWER, question_id))


def _checked(project: Project, question_id: str) -> EditForm:
    """Give the form of a button that was pressed on a text; raises ConflictError if the text is another by now."""
    texts.hold_texts(project)
    form = EditForm()
    if (answer := queries.find_answer(project, question_id)) is not None:
        form.check_version(answer)
    return form
