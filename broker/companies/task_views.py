"""Pages of tasks: note one, plan a contact, change, finish and open again."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.accounts.models import User
from broker.companies import queries, service
from broker.companies.blueprint import blueprint
from broker.companies.forms import EditPlanForm, EditTaskForm, PlanForm, TaskForm, colleagues_to_choose
from broker.companies.models import Task
from broker.companies.parts import Place, page_after_plan, parts_of, parts_of_plan
from broker.extensions import db


@blueprint.route("/foretag/<int:company_id>/uppgifter/ny", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_task(company_id: int) -> ResponseReturnValue:
    """Note something to do about a company."""
    company = queries.get_company(company_id)
    form = TaskForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        service.add_task(**form.values(), company=company, by=me())
        location = idempotency.remember(form.token.data, url_for("companies.show", company_id=company_id))
        db.session.commit()
        flash(_("Uppgiften är sparad."), "success")
        return redirect(location)
    return render_template("companies/add_task.html", form=form, company=company), 422 if form.errors else 200


@blueprint.route("/foretag/<int:company_id>/planera", methods=["GET", "POST"])
@requires(Permission.EDIT)
def plan_contact(company_id: int) -> ResponseReturnValue:
    """Plan a visit, a call or another contact with a company."""
    company = queries.get_company(company_id)
    form = PlanForm()
    colleagues = colleagues_to_choose(form.colleague_ids, besides=me().id)
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        values = form.values()
        chosen = values.pop("colleague_ids")
        values["colleagues"] = [user for user in colleagues if user.id in chosen]
        service.plan_contact(company, **values, by=me())
        location = idempotency.remember(form.token.data, url_for("companies.show", company_id=company_id))
        db.session.commit()
        flash(_("Kontakten är planerad."), "success")
        return redirect(location)
    parts = parts_of(company, Place.PLAN)
    page = render_template(
        "companies/plan_contact.html",
        form=form,
        company=company,
        engagement=queries.find_engagement(company_id),
        parts=parts,
    )
    return page, 422 if form.errors else 200


@blueprint.post("/uppgifter/<int:task_id>/klar")
@requires(Permission.EDIT)
def finish_task(task_id: int) -> ResponseReturnValue:
    """Mark a task as done."""
    task = queries.get_task(task_id)
    service.finish_task(task, by=me())
    db.session.commit()
    flash(_("Klart: %(title)s", title=task.title), "success")
    flash(str(task.id), "finished-task")
    return redirect(url_for("home.index"))


@blueprint.post("/uppgifter/<int:task_id>/blev-inte-av")
@requires(Permission.EDIT)
def drop_plan(task_id: int) -> ResponseReturnValue:
    """Note that a planned contact did not take place."""
    task = queries.get_task(task_id)
    service.drop_plan(task, by=me())
    db.session.commit()
    flash(_("Antecknat: kontakten blev inte av."), "success")
    flash(str(task.id), "finished-task")
    return redirect(page_after_plan(task) or url_for("home.index"))


@blueprint.post("/uppgifter/<int:task_id>/ogor")
@requires(Permission.EDIT)
def reopen_task(task_id: int) -> ResponseReturnValue:
    """Take back that a task is done."""
    task = queries.get_task(task_id)
    service.reopen_task(task, by=me())
    db.session.commit()
    flash(_("Uppgiften är öppen igen: %(title)s", title=task.title), "success")
    return redirect(url_for("home.index"))


@blueprint.route("/uppgifter/<int:task_id>/andra", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit_task(task_id: int) -> ResponseReturnValue:
    """Change what a task or a planned contact is, when and whose."""
    task = queries.get_task(task_id)
    form, colleagues = _form_of(task)
    cancel = url_for("companies.show", company_id=task.company_id) if task.company_id else url_for("home.index")
    if form.validate_on_submit():
        form.check_version(task)
        values = form.values()
        if task.kind:
            chosen = values.pop("colleague_ids")
            values["colleagues"] = [user for user in colleagues if user.id in chosen and user.id != form.owner_id.data]
        service.edit_task(task, values, by=me())
        db.session.commit()
        flash(_("Den planerade kontakten är ändrad.") if task.kind else _("Uppgiften är ändrad."), "success")
        return redirect(page_after_plan(task) or cancel)
    parts = [*parts_of(task.company, Place.PLANNED), *parts_of_plan(task)] if task.company and task.kind else []
    page = render_template("companies/edit_task.html", form=form, task=task, cancel=cancel, parts=parts)
    return page, 422 if form.errors else 200


def _form_of(task: Task) -> tuple[EditTaskForm | EditPlanForm, list[User]]:
    if not task.kind:
        return EditTaskForm(obj=task), []
    form = EditPlanForm(obj=task, data={"colleague_ids": [user.id for user in task.colleagues]})
    return form, colleagues_to_choose(form.colleague_ids, besides=task.owner_id, chosen=task.colleagues)
