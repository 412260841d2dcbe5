"""Pages of companies: list, card, relation, people, workplaces, contacts and tasks."""

from datetime import timedelta
from functools import partial

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from broker import audit, clock, idempotency, spreadsheets
from broker.access import Permission, can, requires
from broker.accounts import service as accounts
from broker.companies import listing, queries, service
from broker.companies.filters import as_sentence, chosen_filter, chosen_period, period_as_sentence, period_form
from broker.companies.forms import (
    CompanyForm,
    EditInteractionForm,
    EditPersonForm,
    EditTaskForm,
    EngagementForm,
    FilterForm,
    FindCompanyForm,
    InteractionForm,
    PersonForm,
    TaskForm,
    WorkplaceForm,
)
from broker.companies.models import InteractionKind
from broker.companies.queries import PAGE
from broker.extensions import db
from broker.formatting import day, event_entries
from broker.forms import pairs
from broker.saved_views.models import ListPage
from broker.saved_views.queries import list_views, without_paging

blueprint = Blueprint("companies", __name__, template_folder="templates")


@blueprint.get("/foretag")
@requires(Permission.READ)
def index():
    """Show companies in Swedish order, narrowed by the filter."""
    form = FilterForm(request.args)
    chosen = chosen_filter(form, today=clock.today()) if form.validate() else queries.CompanyFilter()
    after = None
    if "efter" in request.args:
        after = request.args.get("grad", 0, type=int), request.args["efter"], request.args.get("id", 0, type=int)
    page = queries.list_companies(chosen, after=after)
    kept = without_paging(request.args.to_dict(flat=False))
    columns = listing.chosen_columns(form.kol.data)
    form.kol.data = [column.key for column in columns]
    next_url = None
    if page.next_after:
        grade, name, company_id = page.next_after
        next_url = url_for("companies.index", **kept, grad=grade, efter=name, id=company_id)
    return render_template(
        "companies/index.html",
        form=form,
        page=page,
        count=page.count,
        counted_at_most=chosen.counted_at_most,
        sentence=as_sentence(chosen),
        kept=kept,
        next_url=next_url,
        is_first=after is None,
        page_size=PAGE,
        columns=columns,
        views=list_views(ListPage.COMPANIES, current_user.id),
        near=queries.list_near(chosen.text) if chosen.text and not page.rows else [],
    )


@blueprint.post("/foretag/lista.<any(csv, xlsx):file_type>")
@requires(Permission.EXPORT)
def export_list(file_type):
    """Hand out the list that is shown, all of its pages, as a file."""
    form = FilterForm(request.args)
    chosen = chosen_filter(form, today=clock.today()) if form.validate() else queries.CompanyFilter()
    columns = listing.chosen_columns(form.kol.data)
    rows = listing.table(queries.list_all_companies(chosen), columns)
    accounts.record_list_export("företag", rows=len(rows), by=_me())
    db.session.commit()
    content = spreadsheets.render(file_type, _("Företag"), listing.headings(columns), rows)
    headers = {"Content-Disposition": f"attachment; filename=foretag.{file_type}"}
    return Response(content, mimetype=spreadsheets.MEDIA_TYPES[file_type], headers=headers)


@blueprint.get("/foretag/forslag")
@requires(Permission.READ)
def suggest():
    """Show the companies that some letters can mean; the search field shows the same while somebody types."""
    form = FindCompanyForm(request.args)
    found = queries.suggest_companies(form.q.data) if form.validate() else []
    return render_template("companies/suggest.html", found=found)


@blueprint.route("/foretag/nytt", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_company():
    """Add a company that the register lacks."""
    form = CompanyForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        try:
            company = service.add_company(**form.values(), by=_me())
        except (service.UnknownNumberError, service.DuplicateNumberError) as error:
            form.refuse("number", str(error))
        else:
            location = idempotency.remember(form.token.data, url_for("companies.show", company_id=company.id))
            db.session.commit()
            flash(_("%(name)s är tillagt.", name=company.name), "success")
            return redirect(location)
    return render_template("companies/add_company.html", form=form), 422 if form.errors else 200


@blueprint.get("/foretag/<int:company_id>")
@requires(Permission.READ)
def show(company_id):
    """Show a company: facts, our relation, people, contacts and what is left to do."""
    company = queries.get_company(company_id)
    engagement = queries.find_engagement(company_id)
    before = request.args.get("fore", type=int)
    contacts = queries.list_interactions(company_id, before=before)
    address = partial(url_for, "companies.show", company_id=company_id, _anchor="kontakter")
    return render_template(
        "companies/show.html",
        company=company,
        engagement=engagement,
        people=queries.list_people(company_id, with_protected=can(Permission.SEE_PROTECTED)),
        workplaces=queries.list_workplaces(company_id),
        entries=[_contact_entry(interaction) for interaction in contacts.rows],
        first_url=None if before is None else address(),
        next_url=address(fore=contacts.next_before) if contacts.next_before else None,
        tasks=queries.list_tasks_of_company(company_id),
        today=clock.today(),
    )


@blueprint.get("/foretag/<int:company_id>/historik")
@requires(Permission.READ)
def history(company_id):
    """Show what has been done to the company and to our relation."""
    company = queries.get_company(company_id)
    events = queries.list_history(company_id)
    return render_template("companies/history.html", company=company, entries=event_entries(events))


@blueprint.route("/foretag/<int:company_id>/relation", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit_engagement(company_id):
    """Change what we note about our relation to a company."""
    company = queries.get_company(company_id)
    engagement = queries.find_engagement(company_id)
    form = EngagementForm(obj=engagement)
    if not form.is_submitted() and engagement:
        form.tags.data = ", ".join(engagement.tags)
    if form.validate_on_submit():
        if engagement is None:
            engagement = service.engage(company)
        else:
            form.check_version(engagement)
        service.edit_engagement(engagement, form.values(), by=_me())
        db.session.commit()
        flash(_("Relationen till %(name)s är sparad.", name=company.name), "success")
        return redirect(url_for("companies.show", company_id=company_id))
    page = render_template("companies/edit_engagement.html", form=form, company=company)
    return page, 422 if form.errors else 200


@blueprint.route("/foretag/<int:company_id>/personer/ny", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_person(company_id):
    """Note somebody at the company."""
    company = queries.get_company(company_id)
    form = PersonForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        person = service.add_person(company, form.values(), by=_me())
        location = idempotency.remember(form.token.data, url_for("companies.show", company_id=company_id))
        db.session.commit()
        flash(_("%(name)s är tillagd.", name=person.name), "success")
        return redirect(location)
    page = render_template("companies/person.html", form=form, company=company, title=_("Ny kontaktperson"))
    return page, 422 if form.errors else 200


@blueprint.route("/personer/<int:person_id>", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit_person(person_id):
    """Change a person's details, or hide the person from lists."""
    person = queries.get_person(person_id, with_protected=can(Permission.SEE_PROTECTED))
    company = queries.get_company(person.company_id)
    form = EditPersonForm(obj=person)
    if form.validate_on_submit():
        form.check_version(person)
        service.edit_person(person, form.values(), by=_me())
        db.session.commit()
        flash(_("Uppgifterna om %(name)s är sparade.", name=person.name), "success")
        return redirect(url_for("companies.show", company_id=company.id))
    page = render_template("companies/person.html", form=form, company=company, title=person.name)
    return page, 422 if form.errors else 200


@blueprint.route("/foretag/<int:company_id>/arbetsstallen/nytt", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_workplace(company_id):
    """Note a place where people of the company work."""
    company = queries.get_company(company_id)
    form = WorkplaceForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        workplace = service.add_workplace(company, **form.values(), by=_me())
        location = idempotency.remember(form.token.data, url_for("companies.show", company_id=company_id))
        db.session.commit()
        flash(_("Arbetsstället %(name)s är tillagt.", name=workplace.name), "success")
        return redirect(location)
    page = render_template("companies/add_workplace.html", form=form, company=company)
    return page, 422 if form.errors else 200


@blueprint.get("/kontakter/ny")
@requires(Permission.EDIT)
def log_interaction():
    """Find the company that a contact was with: three letters, the number, or the last one."""
    form = FindCompanyForm(request.args)
    is_asked = "q" in request.args
    found = queries.suggest_companies(form.q.data) if is_asked and form.validate() else []
    return render_template(
        "companies/find_company.html",
        form=form,
        found=found,
        is_asked=is_asked and not form.errors,
        last=queries.last_company_of(current_user.id),
    ), 422 if form.errors else 200


@blueprint.route("/foretag/<int:company_id>/kontakter/ny", methods=["GET", "POST"])
@requires(Permission.EDIT)
def log_interaction_with(company_id):
    """Log a contact in five fields, with the next step."""
    company = queries.get_company(company_id)
    form = InteractionForm()
    people = queries.list_people(company_id, with_protected=can(Permission.SEE_PROTECTED))
    form.people.choices = pairs((person.id, person.name) for person in people)
    if not form.is_submitted():
        form.happened_on.data = clock.today()
        form.next_step_on.data = None
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        values = form.values()
        values["people"] = [person for person in people if person.id in form.people.data]
        if values["next_step"] and not values["next_step_on"]:
            values["next_step_on"] = clock.today() + timedelta(days=7)
        contact = service.log_interaction(company, **values, by=_me())
        location = url_for("companies.show", company_id=company_id)
        if request.form.get("then") == "need":
            location = url_for("needs.add_need", company_id=company_id, kontakt=contact.id)
        else:
            flash(str(contact.id), "saved-contact")
        idempotency.remember(form.token.data, location)
        db.session.commit()
        flash(_("Kontakten med %(name)s är sparad.", name=company.name), "success")
        flash(f"contact-{g.acting.organisation_id}-{company_id}", "kept-saved")
        return redirect(location)
    page = render_template("companies/log_interaction.html", form=form, company=company)
    return page, 422 if form.errors else 200


@blueprint.get("/kontakter")
@requires(Permission.READ)
def interactions():
    """Show the contacts of a period."""
    form = period_form(request.args)
    is_valid = form.validate()
    chosen = chosen_period(form, user_id=current_user.id) if is_valid else None
    page = queries.filtered_interactions(chosen, before=request.args.get("fore", type=int)) if chosen else None
    kept = without_paging(request.args.to_dict(flat=False))
    return render_template(
        "companies/interactions.html",
        kept=kept,
        views=list_views(ListPage.INTERACTIONS, current_user.id),
        form=form,
        sentence=period_as_sentence(chosen) if chosen else "",
        count=queries.count_interactions(chosen) if chosen else 0,
        interactions=page.rows if page else [],
        first_url=url_for("companies.interactions", **kept) if page and "fore" in request.args else None,
        next_url=url_for("companies.interactions", **kept, fore=page.next_before)
        if page and page.next_before
        else None,
    ), 200 if is_valid else 422


@blueprint.get("/kontakter/<int:interaction_id>")
@requires(Permission.READ)
def show_interaction(interaction_id):
    """Show one contact with its history."""
    interaction = queries.get_interaction(interaction_id)
    return render_template(
        "companies/show_interaction.html",
        interaction=interaction,
        people=_visible(interaction.people),
        entries=event_entries(audit.history_of(interaction)),
    )


@blueprint.route("/kontakter/<int:interaction_id>/andra", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit_interaction(interaction_id):
    """Correct a logged contact."""
    interaction = queries.get_interaction(interaction_id)
    known = queries.list_people(interaction.company_id, with_protected=can(Permission.SEE_PROTECTED))
    people = list(dict.fromkeys([*known, *_visible(interaction.people)]))
    form = EditInteractionForm(obj=interaction, data={"person_ids": [person.id for person in interaction.people]})
    form.person_ids.choices = pairs((person.id, person.name) for person in people)
    if form.validate_on_submit():
        form.check_version(interaction)
        values = form.values()
        chosen = values.pop("person_ids")
        unseen = [person for person in interaction.people if person not in people]
        values["people"] = [*unseen, *(person for person in people if person.id in chosen)]
        service.edit_interaction(interaction, values, by=_me())
        db.session.commit()
        flash(_("Kontakten med %(name)s är ändrad.", name=interaction.company.name), "success")
        return redirect(url_for("companies.show_interaction", interaction_id=interaction.id))
    page = render_template("companies/edit_interaction.html", form=form, interaction=interaction)
    return page, 422 if form.errors else 200


@blueprint.route("/foretag/<int:company_id>/uppgifter/ny", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_task(company_id):
    """Note something to do about a company."""
    company = queries.get_company(company_id)
    form = TaskForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        service.add_task(**form.values(), company=company, by=_me())
        location = idempotency.remember(form.token.data, url_for("companies.show", company_id=company_id))
        db.session.commit()
        flash(_("Uppgiften är sparad."), "success")
        return redirect(location)
    return render_template("companies/add_task.html", form=form, company=company), 422 if form.errors else 200


@blueprint.post("/uppgifter/<int:task_id>/klar")
@requires(Permission.EDIT)
def finish_task(task_id):
    """Mark a task as done."""
    task = queries.get_task(task_id)
    service.finish_task(task, by=_me())
    db.session.commit()
    flash(_("Klart: %(title)s", title=task.title), "success")
    flash(str(task.id), "finished-task")
    return redirect(url_for("home.index"))


@blueprint.post("/uppgifter/<int:task_id>/ogor")
@requires(Permission.EDIT)
def reopen_task(task_id):
    """Take back that a task is done."""
    task = queries.get_task(task_id)
    service.reopen_task(task, by=_me())
    db.session.commit()
    flash(_("Uppgiften är öppen igen: %(title)s", title=task.title), "success")
    return redirect(url_for("home.index"))


@blueprint.route("/uppgifter/<int:task_id>/andra", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit_task(task_id):
    """Change what a task is, by when and whose."""
    task = queries.get_task(task_id)
    form = EditTaskForm(obj=task)
    cancel = url_for("companies.show", company_id=task.company_id) if task.company_id else url_for("home.index")
    if form.validate_on_submit():
        form.check_version(task)
        service.edit_task(task, form.values(), by=_me())
        db.session.commit()
        flash(_("Uppgiften är ändrad."), "success")
        return redirect(cancel)
    return render_template("companies/edit_task.html", form=form, cancel=cancel), 422 if form.errors else 200


def _visible(people):
    return [person for person in people if not person.is_protected or can(Permission.SEE_PROTECTED)]


def _contact_entry(interaction):
    return {
        "at": day(interaction.happened_on),
        "title": str(interaction.kind.label),
        "text": interaction.summary,
        "by": interaction.logged_by.name,
        "url": url_for("companies.show_interaction", interaction_id=interaction.id),
        "icon": "phone" if interaction.kind is InteractionKind.CALL else "users",
    }


def _me():
    return current_user._get_current_object()
