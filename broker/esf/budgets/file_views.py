"""Pages where the budget leaves as a workbook and comes back filled in."""

import json
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import RefusedError
from broker.esf import material_service, queries
from broker.esf.application import Application
from broker.esf.blueprint import blueprint, project_page
from broker.esf.budgets import importing
from broker.esf.budgets.arithmetic import BudgetRefusedError
from broker.esf.budgets.forms import BudgetFileForm, SaveFileForm
from broker.esf.budgets.reading import NoBudgetError, Raw, read_raw
from broker.extensions import db
from broker.formatting import number, percent, say, yes_no
from broker.sentences import Sentence
from broker.spreadsheets import MEDIA_TYPES


@blueprint.post("/projekt/<int:project_id>/budget/excel")
@requires(Permission.EXPORT)
def download_budget(project_id: int) -> ResponseReturnValue:
    """Give the budget as a workbook with formulas, to be filled in and read back; it is recorded who took it."""
    application = queries.load_application(project_id)
    try:
        content, name = material_service.export_budget(application, state=importing.state_of(application), by=me())
    except BudgetRefusedError as error:
        raise RefusedError(Sentence.of(error)) from error
    db.session.commit()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=MEDIA_TYPES["xlsx"], headers=headers)


@blueprint.route("/projekt/<int:project_id>/budget/fil", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def read_budget_file(project_id: int) -> ResponseReturnValue:
    """Take a filled-in workbook and show what it changes, row by row, before anything is saved."""
    project = queries.get_project(project_id)
    form = BudgetFileForm()
    if form.validate_on_submit():
        try:
            raw, state = _read(form)
            application = queries.load_application(project_id)
            importing.check_state(application, state)
        except NoBudgetError as error:
            form.refuse("file", say(error))
        except importing.StaleFileError as error:
            form.refuse("file", str(error))
        else:
            comparison = importing.compare_file(application, raw)
            save = SaveFileForm(formdata=None, rows=json.dumps(raw), state=state)
            return project_page("compare_budget", project, comparison=comparison, form=save, shown=_shower(application))
    page = project_page("read_budget_file", project, form=form)
    return page, 422 if form.errors else 200


@blueprint.post("/projekt/<int:project_id>/budget/fil/spara")
@requires(Permission.PROJECT)
def save_budget_file(project_id: int) -> ResponseReturnValue:
    """Save what a filled-in workbook changes, all as one change."""
    form = SaveFileForm()
    project = queries.get_project(project_id)
    if not form.validate_on_submit():
        return redirect(url_for("esf.read_budget_file", project_id=project.id))
    count = importing.save_file(project.id, form.raw(), state=form.state.data or "", by=me())
    db.session.commit()
    flash(ngettext("%(num)s rad i budgeten är ändrad.", "%(num)s rader i budgeten är ändrade.", count), "success")
    return redirect(url_for("esf.budget", project_id=project.id))


def _shower(application: Application) -> Callable[[Sentence, object], str]:
    """Give what shows a value of a row, an actor by name."""
    names = {row.id: row.name for row in application.actors}

    def shown(label: Sentence, value: object) -> str:
        if label == importing.ACTOR and isinstance(value, int):
            return names.get(value, "–")
        match value:
            case None | "":
                return "–"
            case bool():
                return yes_no(value)
            case Decimal():
                return percent(value) if label == importing.SHARE else number(value)
        return str(value)

    return shown


def _read(form: BudgetFileForm) -> tuple[Raw, str]:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as kept:
        form.file.data.save(kept)
        kept.flush()
        return read_raw(Path(kept.name))
