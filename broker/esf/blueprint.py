"""The blueprint of calls and projects, and what all their pages share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from broker import idempotency
from broker.errors import BrokerError, ConflictError
from broker.esf.application import section_of
from broker.esf.kinds import Page
from broker.esf.models import Project
from broker.esf.queries import get_form
from broker.esf.row_forms import RowForm
from broker.esf.tabs import name_of, tabs_of
from broker.extensions import Versioned, db
from broker.forms import EditForm, Form, HasVersion

blueprint = Blueprint("esf", __name__, template_folder="templates")
blueprint.add_app_template_global(tabs_of)
blueprint.add_app_template_global(name_of)

# The version in the form of a row that nobody has written yet, so that the second of two writers is told.
UNWRITTEN = "0"


def page_url(project: Project, page: str, question_id: str = "") -> str:
    """Give the address of a page of a project, for a question its own."""
    if page == Page.ANSWER:
        section_id = section_of(get_form(project.form_version), question_id)
        if not section_id:
            # A later form may lack what a rule is about.
            return url_for("esf.preview_form", project_id=project.id)
        return url_for("esf.show_question", project_id=project.id, section_id=section_id, question_id=question_id)
    return url_for(f"esf.{page}", project_id=project.id)


def edit_page(
    title: str,
    form: Form,
    cancel: str,
    *,
    project: Project | None = None,
    note: str = "",
    remove_url: str = "",
    remove_label: str = "",
    submit: str | None = None,
) -> tuple[str, int]:
    """Show a form on a page of its own; one with errors is an unprocessable answer."""
    page = render_template(
        "esf/edit.html",
        title=title,
        form=form,
        cancel=cancel,
        project=project,
        note=note,
        remove_url=remove_url,
        remove_label=remove_label,
        submit=submit,
    )
    return page, 422 if form.errors else 200


def refuse(form: Form, error: BrokerError) -> None:
    """Put a refusal that concerns the whole form above its fields."""
    form.form_errors = [*form.form_errors, str(error)]


def project_page(template: str, project: Project, **context: Any) -> str:
    """Show a page of a project."""
    return render_template(f"esf/{template}.html", project=project, page_url=page_url, **context)


def find_made(form: RowForm, row: Versioned | None) -> str | None:
    """Give where the first sending of this form led; for an old row, see that nobody saved it meanwhile."""
    if row is None:
        return idempotency.find_location(form.token.data)
    form.check_version(row)
    return None


def commit_edit(form: EditForm, find_row: Callable[[], HasVersion | None]) -> None:
    """Commit what a form changed; raise ConflictError with both texts if somebody else did so in the same moment."""
    try:
        db.session.commit()
    except (IntegrityError, StaleDataError):
        db.session.rollback()
        if row := find_row():
            form.check_version(row)
        raise


@contextmanager
def leading_back_to(address: str) -> Iterator[None]:
    """Give the conflict page a way back where the page's own address can only be posted to."""
    try:
        yield
    except ConflictError as conflict:
        conflict.back_url = address
        raise
    except StaleDataError as stale:
        error = ConflictError()
        error.back_url = address
        raise error from stale


def finish(form: RowForm, row: Versioned | None, location: str, message: str) -> Response:
    """Commit what a form made or changed, say so, and lead on."""
    if row is None:
        idempotency.remember(form.token.data, location)
    db.session.commit()
    flash(message, "success")
    return redirect(location)
