"""Buttons of what people say about a question: comments, replies, suggestions and what is decided about them."""

from flask import current_app, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.esf import queries
from broker.esf.blueprint import blueprint, leading_back_to, page_url
from broker.esf.kinds import Page
from broker.esf.writing import queries as writing
from broker.esf.writing import talk
from broker.esf.writing.forms import AnswerForm, CommentForm, SuggestionForm
from broker.esf.writing.pages import draft_key, find_section, question_page
from broker.extensions import db
from broker.forms import forget_typed

_QUESTION = "/projekt/<int:project_id>/ansokan/<string:section_id>/<string:question_id>"


@blueprint.get("/projekt/kommentarer")
@requires(Permission.READ)
def list_mentions() -> ResponseReturnValue:
    """Show the comments that name the person and wait for a reply, in every project of the organisation."""
    rows = writing.list_mentions(me().id)
    return render_template("esf/mentions.html", mentions=rows, page_url=page_url, page=Page.ANSWER)


@blueprint.post(f"{_QUESTION}/kommentarer")
@requires(Permission.PROJECT)
def add_comment(project_id: int, section_id: str, question_id: str) -> ResponseReturnValue:
    """Say something about a question to the others."""
    return _comment(project_id, section_id, question_id, None)


@blueprint.post(f"{_QUESTION}/kommentarer/<int:comment_id>/svara")
@requires(Permission.PROJECT)
def reply(project_id: int, section_id: str, question_id: str, comment_id: int) -> ResponseReturnValue:
    """Reply to a comment."""
    return _comment(project_id, section_id, question_id, comment_id)


@blueprint.post(f"{_QUESTION}/kommentarer/<int:comment_id>/lost")
@requires(Permission.PROJECT)
def settle_comment(project_id: int, section_id: str, question_id: str, comment_id: int) -> ResponseReturnValue:
    """Say that a comment is dealt with."""
    return _settle(project_id, section_id, question_id, comment_id, is_settled=True)


@blueprint.post(f"{_QUESTION}/kommentarer/<int:comment_id>/oppna")
@requires(Permission.PROJECT)
def reopen_comment(project_id: int, section_id: str, question_id: str, comment_id: int) -> ResponseReturnValue:
    """Open a comment again."""
    return _settle(project_id, section_id, question_id, comment_id, is_settled=False)


@blueprint.post(f"{_QUESTION}/forslag")
@requires(Permission.PROJECT)
def add_suggestion(project_id: int, section_id: str, question_id: str) -> ResponseReturnValue:
    """Suggest another text for an answer, also what somebody wrote when another took over the pen."""
    project = queries.get_project(project_id)
    section = find_section(project, section_id, question_id)
    form, written = SuggestionForm(), AnswerForm()
    # Who has lost the pen sends the form of the answer itself here.
    text = form.suggestion.data or written.text.data
    location = f"{page_url(project, Page.ANSWER, question_id)}#forslag"
    # The token that comes with the text of the answer is that of a comment beside it.
    token = form.token.data if form.suggestion.data else None
    if token and (made := idempotency.find_location(token)):
        return redirect(made)
    if not text:
        form.validate()
        return question_page(project, section, question_id, suggestion_form=form), 422
    talk.add_suggestion(project, question_id, text=text, sources=written.sources.data or [], by=me())
    if token:
        idempotency.remember(token, location)
    db.session.commit()
    flash(_("Förslaget är lämnat. Någon annan tar ställning till det."), "success")
    forget_typed(draft_key(project, question_id))
    return redirect(location)


@blueprint.post(f"{_QUESTION}/forslag/<int:suggestion_id>/anta")
@requires(Permission.PROJECT)
def accept_suggestion(project_id: int, section_id: str, question_id: str, suggestion_id: int) -> ResponseReturnValue:
    """Make a suggestion the newest version of the answer."""
    return _decide(project_id, section_id, question_id, suggestion_id, is_accepted=True)


@blueprint.post(f"{_QUESTION}/forslag/<int:suggestion_id>/avboj")
@requires(Permission.PROJECT)
def decline_suggestion(project_id: int, section_id: str, question_id: str, suggestion_id: int) -> ResponseReturnValue:
    """Decline a suggestion, or take back one's own."""
    return _decide(project_id, section_id, question_id, suggestion_id, is_accepted=False)


def _comment(project_id: int, section_id: str, question_id: str, comment_id: int | None) -> ResponseReturnValue:
    project = queries.get_project(project_id)
    section = find_section(project, section_id, question_id)
    reply_to = writing.get_comment(project, question_id, comment_id) if comment_id is not None else None
    form, written = CommentForm(), AnswerForm()
    # Who writes the answer sends its text too, and finds it where it was, saved or not.
    desk = written if written.text.raw_data else None
    if not form.validate_on_submit():
        return question_page(project, section, question_id, form=desk, comment_form=form), 422
    if location := idempotency.find_location(form.token.data):
        return question_page(project, section, question_id, form=desk) if desk else redirect(location)
    link = current_app.config["BASE_URL"] + page_url(project, Page.ANSWER, question_id)
    named = talk.add_comment(
        project, question_id, text=form.comment.data or "", reply_to=reply_to, link=f"{link}#kommentarer", by=me()
    )
    location = f"{page_url(project, Page.ANSWER, question_id)}#kommentarer"
    idempotency.remember(form.token.data, location)
    db.session.commit()
    flash(_("Kommentaren är sparad."), "success")
    if named:
        flash(_("%(names)s får veta det.", names=", ".join(person.name for person in named)), "info")
    return question_page(project, section, question_id, form=desk) if desk else redirect(location)


def _settle(
    project_id: int, section_id: str, question_id: str, comment_id: int, *, is_settled: bool
) -> ResponseReturnValue:
    project = queries.get_project(project_id)
    find_section(project, section_id, question_id)
    comment = writing.get_comment(project, question_id, comment_id)
    with leading_back_to(page_url(project, Page.ANSWER, question_id)):
        talk.settle_comment(project, comment, is_settled=is_settled, by=me())
        db.session.commit()
    flash(_("Kommentaren är löst.") if is_settled else _("Kommentaren är öppnad igen."), "success")
    return redirect(f"{page_url(project, Page.ANSWER, question_id)}#kommentarer")


def _decide(
    project_id: int, section_id: str, question_id: str, suggestion_id: int, *, is_accepted: bool
) -> ResponseReturnValue:
    project = queries.get_project(project_id)
    find_section(project, section_id, question_id)
    suggestion = writing.get_suggestion(project, question_id, suggestion_id)
    with leading_back_to(page_url(project, Page.ANSWER, question_id)):
        talk.decide_suggestion(project, suggestion, is_accepted=is_accepted, by=me())
        db.session.commit()
    flash(_("Förslaget är antaget och är nu svaret.") if is_accepted else _("Förslaget är avböjt."), "success")
    return redirect(f"{page_url(project, Page.ANSWER, question_id)}#forslag")
