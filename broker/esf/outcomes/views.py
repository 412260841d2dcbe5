"""Pages of what a granted project has come to: the overview, its months, and its targets."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import NotFoundError, RefusedError
from broker.esf import queries as esf
from broker.esf.blueprint import commit_edit, edit_page, find_made, finish, leading_back_to, page_url, refuse
from broker.esf.budgets import figures as budget_figures
from broker.esf.budgets.lines import PARTICIPANTS
from broker.esf.budgets.spreading import Period
from broker.esf.chain.models import Milestone
from broker.esf.grants.queries import find_differences, judge_differences
from broker.esf.models import Project
from broker.esf.outcomes import figures, queries, service
from broker.esf.outcomes.forms import ResultForm, Sheet, costs_form, participants_form, version_of
from broker.esf.outcomes.models import MilestoneResult
from broker.esf.outcomes.proposing import propose_month
from broker.esf.outcomes.situation import load_situation
from broker.esf.outcomes.waiting import list_owed
from broker.extensions import db
from broker.formatting import month as in_words
from broker.forms import EditForm

blueprint = Blueprint("outcomes", __name__, url_prefix="/projekt/<int:project_id>/genomforande")


def outcome_page(template: str, project: Project, **context: object) -> str:
    """Show a page of what a project has come to."""
    return render_template(f"outcomes/{template}.html", project=project, page_url=page_url, **context)


@blueprint.get("")
@requires(Permission.READ)
def show(project_id: int) -> ResponseReturnValue:
    """Show the decision, what is to be done, and what the project has come to beside what was planned."""
    situation = load_situation(project_id)
    application = situation.application
    differences = find_differences(situation.grant, application) or []
    changed = judge_differences(differences, situation.changes, situation.rules)
    return outcome_page(
        "show",
        application.project,
        situation=situation,
        owed=list_owed(situation, changed),
        so_far=situation.until(application.today),
        budget=budget_figures.find_budget(application),
        targets=situation.targets(application.today),
    )


@blueprint.get("/manader")
@requires(Permission.READ)
def months(project_id: int) -> ResponseReturnValue:
    """Show every month with who began, the hours and the costs, and every company's hours beside its promise."""
    situation = load_situation(project_id)
    application = situation.application
    of_project = budget_figures.project_period(application).months
    begun = {*(each for each in of_project if each <= application.today), *situation.noted_months}
    budget = budget_figures.find_budget(application)
    parts = situation.until(application.today).parts
    return outcome_page(
        "months",
        application.project,
        months=[(each, situation.between(each, each)) for each in sorted(begun, reverse=True)],
        of_project=of_project,
        planned=budget.monthly.total if budget else {},
        companies=figures.by_company(application, parts),
        organisations=figures.by_organisation(parts, _("Uppgift saknas")),
    )


@blueprint.get("/manader/<string:month>")
@requires(Permission.READ)
def show_month(project_id: int, month: str) -> ResponseReturnValue:
    """Show who took part in each cohort in a month, what each row came to, and the papers of the month."""
    situation = load_situation(project_id)
    application = situation.application
    day = _month_of(application.project, month, situation.noted_months)
    within = situation.between(day, day)
    budget = budget_figures.find_budget(application)
    return outcome_page(
        "month",
        application.project,
        month=day,
        text=month,
        is_begun=day <= application.today,
        cohorts=_cohorts(within.parts),
        titles=_titles(application, within.parts),
        money=within.money,
        costs=[(cost, figures.worth_of(application, cost)) for cost in situation.costs if cost.month == day],
        planned=budget.monthly.total.get(day) if budget else None,
        evidence=[row for row in situation.evidence if row.month == day],
    )


@blueprint.route("/manader/<string:month>/grupper/<int:cohort_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_participants(project_id: int, month: str, cohort_id: int) -> ResponseReturnValue:
    """Note who took part in a cohort in a month; our own attendance is put forward where nothing is noted."""
    application = esf.load_application(project_id)
    project = application.project
    noted = queries.list_participant_months(project)
    day = _month_of(project, month, {row.month for row in noted})
    parts = [part for part in figures.parts_of(application, noted) if part.cohort_id == cohort_id]
    if not parts:
        raise NotFoundError
    lines = {part.company.id: figures.Line(part.company.name, (part,)) for part in parts}
    names = {company_id: line.name for company_id, line in lines.items()}
    rows = [row for part in parts for row in part.months if row.month == day]
    proposed = {} if rows else propose_month(cohort_id, day)
    form = participants_form(names, _participant_sheet(rows, proposed))
    cancel = url_for("outcomes.show_month", project_id=project.id, month=month)
    if form.validate_on_submit():
        form.check_version(_participant_sheet(rows, {}))
        try:
            service.save_participants(project, cohort_id, day, form.rows(names), by=me())
        except service.CompanyRefusedError as error:
            form.refuse(f"{error.field}_{error.company_id}", str(error))
        except RefusedError as error:
            refuse(form, error)
        else:
            commit_edit(form, lambda: _participant_sheet(_stored(project, cohort_id, day), {}))
            flash(_("Deltagarna är sparade."), "success")
            return redirect(cancel)
    title = _titles(application, parts)[cohort_id]
    title = _("Deltagare i %(month)s: %(title)s", month=in_words(day), title=title)
    page = outcome_page(
        "edit_participants",
        project,
        form=form,
        lines=lines,
        month=day,
        cancel=cancel,
        title=title,
        is_proposed=bool(proposed),
    )
    return page, 422 if form.errors else 200


@blueprint.route("/manader/<string:month>/kostnader", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_costs(project_id: int, month: str) -> ResponseReturnValue:
    """Note what every row of the budget and of the financing came to in a month."""
    application = esf.load_application(project_id)
    project = application.project
    costs = queries.list_costs(project)
    day = _month_of(project, month, {row.month for row in costs})
    noted = [row for row in costs if row.month == day]
    lines = _with_removed(budget_figures.budget_lines(application), figures.cost_lines(application, noted))
    given = [line for line in budget_figures.cofinancing_lines(application) if line.kind != PARTICIPANTS]
    financing = _with_removed(given, figures.financing_lines(noted))
    sheet = _cost_sheet(noted)
    form = costs_form(lines, financing, sheet)
    cancel = url_for("outcomes.show_month", project_id=project.id, month=month)
    if form.validate_on_submit():
        form.check_version(sheet)
        try:
            service.save_costs(project, day, form.costs(lines), form.contributions(financing), by=me())
        except RefusedError as error:
            refuse(form, error)
        else:
            commit_edit(form, lambda: _cost_sheet([row for row in queries.list_costs(project) if row.month == day]))
            flash(_("Kostnaderna är sparade."), "success")
            return redirect(cancel)
    page = outcome_page(
        "edit_costs",
        project,
        form=form,
        lines=lines,
        financing=financing,
        month=day,
        cancel=cancel,
        title=_("Kostnader i %(month)s", month=in_words(day)),
    )
    return page, 422 if form.errors else 200


@blueprint.get("/mal")
@requires(Permission.READ)
def targets(project_id: int) -> ResponseReturnValue:
    """Show every goal's milestones with what has been measured, and the indicators on both levels."""
    situation = load_situation(project_id)
    application = situation.application
    parts = situation.until(application.today).parts
    return outcome_page(
        "targets",
        application.project,
        application=application,
        targets=situation.targets(application.today),
        indicators=figures.indicators_of(application, parts),
        organisations=figures.by_organisation(parts, _("Uppgift saknas")),
        evidence=situation.evidence,
    )


@blueprint.route("/mal/<int:milestone_id>/ny", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_result(project_id: int, milestone_id: int) -> ResponseReturnValue:
    """Note what was measured of a milestone."""
    project = esf.get_project(project_id)
    return _result_page(project, esf.get_row(Milestone, project, milestone_id), None)


@blueprint.route("/mal/matningar/<int:result_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_result(project_id: int, result_id: int) -> ResponseReturnValue:
    """Correct a measurement."""
    project = esf.get_project(project_id)
    result = esf.get_row(MilestoneResult, project, result_id)
    return _result_page(project, esf.get_row(Milestone, project, result.milestone_id), result)


@blueprint.post("/mal/matningar/<int:result_id>/ta-bort")
@requires(Permission.PROJECT)
def remove_result(project_id: int, result_id: int) -> ResponseReturnValue:
    """Take a measurement away."""
    project = esf.get_project(project_id)
    result = esf.get_row(MilestoneResult, project, result_id)
    back = url_for("outcomes.targets", project_id=project.id)
    with leading_back_to(back):
        EditForm().check_version(result)
        service.remove_result(project, result, by=me())
        db.session.commit()
    flash(_("Mätningen är borttagen. Den finns kvar i historiken."), "success")
    return redirect(back)


def _result_page(project: Project, milestone: Milestone, result: MilestoneResult | None) -> ResponseReturnValue:
    form, cancel = ResultForm(obj=result), url_for("outcomes.targets", project_id=project.id)
    if form.validate_on_submit():
        if location := find_made(form, result):
            return redirect(location)
        service.save_result(project, milestone, result, form.values(), by=me())
        return finish(form, result, cancel, _("Utfallet är sparat."))
    remove_url = url_for("outcomes.remove_result", project_id=project.id, result_id=result.id) if result else ""
    title = _("Utfall: %(indicator)s", indicator=milestone.indicator)
    note = _("Målvärde: %(target)s", target=milestone.target) if milestone.target else ""
    words = {"note": note, "remove_url": remove_url, "remove_label": _("Ta bort mätningen")}
    return edit_page(title, form, cancel, project=project, **words)


def _with_removed(lines, noted):
    """Add the rows of which something is noted although they have left the budget, so that it can be corrected."""
    here = {line.row_id for line in lines}
    gone = [line for line in noted if line.row_id not in here]
    return [*lines, *(replace(line, title=_("%(title)s, inte längre i budgeten", title=line.title)) for line in gone)]


def _month_of(project: Project, text: str, noted: Collection[date]) -> date:
    """Give the first day of a month that is written as 2027-03.

    Raises NotFoundError for one that is neither the project's nor has anything noted.
    """
    months_of = (*Period(project.starts_on, project.ends_on).months, *noted)
    found = next((month for month in months_of if f"{month:%Y-%m}" == text), None)
    if found is None:
        raise NotFoundError
    return found


def _titles(application, parts) -> dict[int, str]:
    # A cohort that was taken out of the project keeps its months, and has neither needs nor an activity here.
    gone = {part.cohort_id: _("Utbildningsgrupp tagen ur projektet") for part in parts}
    activities = {row.cohort_id: row.title for row in application.activities if row.cohort_id}
    topics = {row.cohort_id: row.topic_label for row in application.contributions}
    return gone | topics | activities


def _cohorts(parts) -> dict[int, figures.Line]:
    found: dict[int, list[figures.Part]] = {}
    for part in parts:
        found.setdefault(part.cohort_id, []).append(part)
    return {cohort_id: figures.Line("", tuple(same)) for cohort_id, same in found.items()}


def _stored(project: Project, cohort_id: int, month: date):
    rows = queries.list_participant_months(project)
    return [row for row in rows if (row.cohort_id, row.month) == (cohort_id, month)]


def _participant_sheet(rows, proposed) -> Sheet:
    names = (*service.PEOPLE, "hours")
    values = {f"{name}_{row.company_id}": getattr(row, name) for row in rows for name in names}
    values |= {f"{name}_{company_id}": row[name] for company_id, row in proposed.items() for name in names}
    return Sheet(version_of(rows), values)


def _cost_sheet(rows) -> Sheet:
    values = {}
    for row in rows:
        name = f"cost_{row.budget_row_id}" if row.budget_row_id else f"financing_{row.cofinancing_row_id}"
        values[name] = row.amount_kr if row.hours is None else row.hours
    # SQLite gives the key of a row that was taken away to the next one, so what they say tells them apart.
    version = " ".join([version_of(rows), *(f"{row.hours}/{row.amount_kr}" for row in rows)])
    return Sheet(version, values)
