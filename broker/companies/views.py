"""Pages of companies: list, card, relation, people and workplaces."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from broker import clock, idempotency, spreadsheets
from broker.access import Permission, can, requires
from broker.accounts import service as accounts
from broker.accounts.me import me
from broker.companies import (
    alike,
    card_views,  # noqa: F401 - importing it puts its pages on the blueprint.
    correction_views,  # noqa: F401 - importing it puts its pages on the blueprint.
    file_views,  # noqa: F401 - importing it puts its pages on the blueprint.
    interaction_views,  # noqa: F401 - importing it puts its pages on the blueprint.
    listing,
    map_views,  # noqa: F401 - importing it puts its page on the blueprint.
    queries,
    service,
    task_views,  # noqa: F401 - importing it puts its pages on the blueprint.
)
from broker.companies.blueprint import blueprint
from broker.companies.calling import numbers_to_call
from broker.companies.filters import as_sentence, chosen_filter, order_as_sentence
from broker.companies.forms import (
    CompanyForm,
    EditPersonForm,
    EngagementForm,
    FilterForm,
    FindCompanyForm,
    PersonForm,
    WorkplaceForm,
    facts_in_search,
)
from broker.companies.found_by import what_led_to
from broker.companies.parts import Place, parts_of
from broker.companies.queries import PAGE
from broker.companies.register import service as register
from broker.companies.register import views as register_views
from broker.companies.sizes import views as size_views  # noqa: F401 - importing it puts its pages on the blueprint.
from broker.companies.sizes.queries import find_status
from broker.companies.steps import nearest_steps
from broker.companies.tags import views as tag_views  # noqa: F401 - importing it puts its pages on the blueprint.
from broker.companies.tags.queries import list_tags
from broker.companies.timeline.views import timeline_of
from broker.companies.watch import views as watch_views  # noqa: F401 - importing it puts its page on the blueprint.
from broker.companies.watch.queries import list_changes_of_company
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import event_entries
from broker.saved_views.models import ListPage
from broker.saved_views.queries import list_views


@blueprint.get("/foretag")
@requires(Permission.READ)
def index():
    """Show companies in the chosen order, narrowed by the filter."""
    form = FilterForm(request.args)
    chosen = chosen_filter(form, today=clock.today()) if form.validate() else queries.CompanyFilter()
    after = None
    if "efter" in request.args:
        after = request.args.get("grad", 0, type=int), request.args["efter"], request.args.get("id", 0, type=int)
    # What cannot be read lets nothing through: all companies would look like an answer.
    page = queries.Page([], None, 0) if form.errors else queries.list_companies(chosen, after=after)
    near = queries.list_near(chosen.text) if chosen.text and not page.rows else []
    kept = form.asked()
    columns = listing.chosen_columns(form.kol.data)
    form.kol.data = [column.key for column in columns]
    steps = (
        nearest_steps([company.id for company, _ours in page.rows])
        if page.rows and listing.shows_steps(columns)
        else {}
    )
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
        caption=order_as_sentence(chosen, page.count),
        kept=kept,
        next_url=next_url,
        is_first=after is None,
        page_size=PAGE,
        columns=listing.with_steps(columns, steps),
        headings=listing.headings_to_sort_by(
            columns, chosen, lambda order: url_for("companies.index", **(kept | {"ordning": order}))
        ),
        steps=steps,
        views=list_views(ListPage.COMPANIES, current_user.id),
        near=near,
        led=what_led_to(chosen.text or "", [company for company, _ours in page.rows], near),
        missing_number=register_views.number_to_fetch(chosen.text or "") if not page.rows else None,
        new_token=idempotency.new_token(),
    ), 422 if form.errors else 200


@blueprint.post("/foretag/lista.<any(csv, xlsx):file_type>")
@requires(Permission.EXPORT)
def export_list(file_type):
    """Hand out the list that is shown, all of its pages, as a file."""
    form = FilterForm(request.args)
    if not form.validate():
        raise RefusedError(_("Filtret går inte att läsa. Öppna listan, rätta filtret och hämta filen igen."))
    chosen = chosen_filter(form, today=clock.today())
    columns = listing.chosen_columns(form.kol.data)
    companies = queries.list_all_companies(chosen)
    if listing.shows_steps(columns):
        columns = listing.with_steps(columns, nearest_steps([company.id for company, _ours in companies]))
    rows = listing.table(companies, columns)
    accounts.record_list_export("företag", rows=len(rows), by=me())
    db.session.commit()
    content = spreadsheets.render(file_type, _("Företag"), listing.headings(columns), rows)
    headers = {"Content-Disposition": f"attachment; filename=foretag.{file_type}"}
    return Response(content, mimetype=spreadsheets.MEDIA_TYPES[file_type], headers=headers)


@blueprint.get("/foretag/forslag")
@requires(Permission.READ)
def suggest():
    """Show the companies that some letters can mean; the search field shows the same while somebody types."""
    form = FindCompanyForm(request.args)
    is_asked = form.validate()
    found = queries.list_best(form.q.data) if is_asked else []
    near = queries.list_near(form.q.data) if is_asked and not found else []
    return render_template(
        "companies/suggest.html",
        found=found,
        near=near,
        is_more=len(found) == queries.SUGGESTED,
        led=what_led_to(form.q.data or "", found, near),
    )


@blueprint.route("/foretag/nytt", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_company():
    """Add a company that the register lacks, maybe one that somebody has searched for."""
    form = CompanyForm(data=facts_in_search(request.args.get("q", "")))
    found = [] if form.is_submitted() else alike.companies_like(form)
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        found = alike.companies_like(form)
        if not alike.is_refused(form, found):
            try:
                company = service.add_company(**form.values(), by=me())
            except service.DuplicateNumberError as error:
                form.refuse("number", str(error))
                found = [error.company]
            except service.UnknownNumberError as error:
                form.refuse("number", str(error))
            else:
                location = idempotency.remember(form.token.data, url_for("companies.show", company_id=company.id))
                db.session.commit()
                flash(_("%(name)s är tillagt.", name=company.name), "success")
                return redirect(location)
    can_fetch = register.is_available()
    page = render_template("companies/add_company.html", form=form, alike=found, can_fetch=can_fetch)
    return page, 422 if form.errors else 200


@blueprint.get("/foretag/<int:company_id>")
@requires(Permission.READ)
def show(company_id):
    """Show a company: facts, our relation, people, contacts and what is left to do."""
    company, engagement, workplaces = queries.get_card(company_id)
    met = queries.list_people_met(company_id, with_protected=can(Permission.SEE_PROTECTED))
    people = [person for person, _day in met]
    tasks = queries.list_tasks_of_company(company_id)
    parts = parts_of(company, Place.CARD)
    return render_template(
        "companies/show.html",
        company=company,
        engagement=engagement,
        people=people,
        numbers=numbers_to_call(engagement, met),
        workplaces=workplaces,
        timeline=timeline_of(company, people, tasks, parts),
        tasks=tasks,
        today=clock.today(),
        register_changes=list_changes_of_company(company_id),
        new_token=idempotency.new_token(),
        can_refresh=register.is_available() and company.organisation_number is not None,
        size=find_status(company_id),
        parts=parts,
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
        service.edit_engagement(engagement, form.values(), by=me())
        db.session.commit()
        flash(_("Relationen till %(name)s är sparad.", name=company.name), "success")
        return redirect(url_for("companies.show", company_id=company_id))
    page = render_template("companies/edit_engagement.html", form=form, company=company, tags=list_tags())
    return page, 422 if form.errors else 200


@blueprint.route("/foretag/<int:company_id>/personer/ny", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_person(company_id):
    """Note somebody at the company."""
    company = queries.get_company(company_id)
    form, found = PersonForm(), []
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        found = alike.people_like(form, company_id)
        if not alike.is_refused(form, found):
            person = service.add_person(company, form.values(), by=me())
            location = idempotency.remember(form.token.data, url_for("companies.show", company_id=company_id))
            db.session.commit()
            flash(_("%(name)s är tillagd.", name=person.name), "success")
            return redirect(location)
    title = _("Ny kontaktperson")
    page = render_template("companies/person.html", form=form, company=company, title=title, alike=found)
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
        service.edit_person(person, form.values(), by=me())
        db.session.commit()
        flash(_("Uppgifterna om %(name)s är sparade.", name=person.name), "success")
        return redirect(url_for("companies.show", company_id=company.id))
    page = render_template(
        "companies/person.html", form=form, company=company, title=person.name, person=person, alike=[]
    )
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
        workplace = service.add_workplace(company, **form.values(), by=me())
        location = idempotency.remember(form.token.data, url_for("companies.show", company_id=company_id))
        db.session.commit()
        flash(_("Arbetsstället %(name)s är tillagt.", name=workplace.name), "success")
        return redirect(location)
    page = render_template("companies/add_workplace.html", form=form, company=company)
    return page, 422 if form.errors else 200
