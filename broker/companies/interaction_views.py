"""Pages of contacts: find the company, log, list, show, correct."""

import re
from datetime import timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from broker import audit, clock, files, idempotency
from broker.access import Permission, can, requires
from broker.accounts.me import me
from broker.companies import lookups, queries, service
from broker.companies.blueprint import blueprint
from broker.companies.contact_forms import InteractionForm, visible_people
from broker.companies.filters import chosen_period, period_as_sentence, period_form
from broker.companies.forms import FindCompanyForm, colleagues_to_choose
from broker.companies.found_by import what_led_to
from broker.companies.models import Company, Interaction
from broker.companies.parts import Place, page_after_plan, parts_of
from broker.extensions import db
from broker.formatting import day, event_entries
from broker.forms import forget_typed, forget_waiting, pairs
from broker.saved_views.models import ListPage
from broker.saved_views.queries import list_views

_TOKEN = re.compile(r"[0-9a-f]{32}")
_ADDRESS = re.compile(r"/kontakter/(\d+)$")


@blueprint.get("/kontakter/ny")
@requires(Permission.EDIT)
def log_interaction() -> ResponseReturnValue:
    """Find the company that a contact was with: three letters, the number, or the last one."""
    form = FindCompanyForm(request.args)
    is_asked = "q" in request.args and form.validate()
    text = form.q.data or ""
    found = queries.list_best(text) if is_asked else []
    near = queries.list_near(text) if is_asked and not found else []
    return render_template(
        "companies/find_company.html",
        form=form,
        found=found,
        near=near,
        led=what_led_to(text, found, near),
        is_more=len(found) == queries.SUGGESTED,
        is_asked=is_asked,
        waiting=_waiting(),
        last=queries.last_company_of(current_user.id),
    ), 422 if form.errors else 200


@blueprint.route("/foretag/<int:company_id>/kontakter/ny", methods=["GET", "POST"])
@requires(Permission.EDIT)
def log_interaction_with(company_id: int) -> ResponseReturnValue:
    """Log a contact in five fields, with the next step."""
    company = queries.get_company(company_id)
    form = InteractionForm()
    people = queries.list_people(company_id, with_protected=can(Permission.SEE_PROTECTED))
    form.people.choices = pairs((person.id, person.name) for person in people)
    colleagues = colleagues_to_choose(form.colleagues, besides=current_user.id)
    plan = queries.find_plan(request.args.get("uppgift", 0, type=int), company_id)
    planned = [plan] if plan else queries.list_plans(company_id, current_user.id)
    form.plan_id.offer([] if plan else planned)
    if _is_unanswered():
        form.say_nobody_answered()
    key = _key_of_typed(company_id)
    # Asked before the fields are judged: what was saved once stays saved, whatever has become of its people since.
    if form.is_submitted() and (location := idempotency.find_location(form.token.data)):
        return _lead_on(location, key, company_id)
    if form.validate_on_submit():
        values = form.values()
        values["people"] = [person for person in people if person.id in form.people.data]
        values["colleagues"] = [user for user in colleagues if user.id in form.colleagues.data]
        values["plan"] = plan or next((task for task in planned if task.id == form.plan_id.data), None)
        location = idempotency.remember(form.token.data, _log(company, values))
        db.session.commit()
        return _lead_on(location, key, company_id)
    if form.errors and _is_device():
        return {
            "reasons": [f"{form[name].label.text}: {text}" for name in form.errors for text in form[name].errors]
        }, 422
    if plan and request.method == "GET":
        form.kind.process_data(plan.kind)
        form.happened_on.process_data(min(plan.due_on, clock.today()))
        form.colleagues.process_data([user.id for user in colleagues if user in (plan.owner, *plan.colleagues)])
    page = render_template(
        "companies/log_interaction.html",
        form=form,
        company=company,
        key=key,
        plan=plan,
        parts=parts_of(company, Place.LOG),
    )
    return page, 422 if form.errors else 200


def _log(company: Company, values: dict[str, Any]) -> str:
    """Log the contact, tell what was saved, and give where the person is led on to."""
    if values["next_step"] and not values["next_step_on"]:
        values["next_step_on"] = clock.today() + timedelta(days=7)
    again = None
    if _is_unanswered():
        contact, again = service.log_no_answer(company, **values, by=me())
    else:
        contact = service.log_interaction(company, **values, by=me())
    if _is_device():
        return url_for("companies.show_interaction", interaction_id=contact.id)
    if _is_unanswered():
        flash(
            _("Samtalet är loggat. Ring igen %(day)s.", day=day(again.due_on)) if again else _("Samtalet är loggat."),
            "success",
        )
        flash(str(contact.id), "saved-call")
        return (again and page_after_plan(again)) or url_for("companies.show", company_id=company.id)
    flash(_("Kontakten med %(name)s är sparad.", name=company.name), "success")
    if request.form.get("then") == "need":
        return url_for("needs.add_need", company_id=contact.company_id, kontakt=contact.id)
    flash(str(contact.id), "saved-contact")
    return url_for("companies.show", company_id=contact.company_id)


def _is_unanswered() -> bool:
    return request.form.get("then") == "no-answer"


def _is_device() -> bool:
    # A device that sends what it kept without net reads the answer itself; a person is led on to a page.
    return request.accept_mimetypes.best == "application/json"


def _waiting() -> str:
    """Give the token of the contact on the device that the form is filled in from, if it is."""
    token = request.args.get("vantar", "")
    return token if _TOKEN.fullmatch(token) else ""


def _key_of_typed(company_id: int) -> str:
    return "-".join(filter(None, ["contact", str(g.acting.organisation_id), str(company_id), _waiting()]))


def _lead_on(location: str, key: str, company_id: int) -> ResponseReturnValue:
    if _is_device():
        return {"location": location} | _need_to_register(location, company_id)
    forget_typed(key)
    if waiting := _waiting():
        forget_waiting(waiting)
    return redirect(location)


def _need_to_register(location: str, company_id: int) -> dict[str, str]:
    """Give where the need is registered that the person wanted to go on to, when the contact has been sent later."""
    if request.form.get("then") != "need":
        return {}
    saved = _ADDRESS.search(location)
    return {"need": url_for("needs.add_need", company_id=company_id, kontakt=saved and saved[1])}


@blueprint.get("/kontakter")
@requires(Permission.READ)
def interactions() -> ResponseReturnValue:
    """Show the contacts of a period."""
    form = period_form(request.args)
    is_valid = form.validate()
    chosen = chosen_period(form, user_id=current_user.id) if is_valid else None
    page = queries.filtered_interactions(chosen, before=request.args.get("fore", type=int)) if chosen else None
    kept = form.asked()
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
def show_interaction(interaction_id: int) -> ResponseReturnValue:
    """Show one contact with its history."""
    interaction = queries.get_interaction(interaction_id)
    return render_template(
        "companies/show_interaction.html",
        interaction=interaction,
        people=visible_people(interaction),
        letter_from=_visible_sender(interaction),
        attachments=files.list_attachments(interaction),
        entries=event_entries(audit.history_of(interaction)),
        parts=parts_of(interaction.company, Place.CONTACT),
    )


def _visible_sender(interaction: Interaction) -> str | None:
    sender = interaction.letter_from
    is_hidden = sender and not can(Permission.SEE_PROTECTED) and lookups.is_protected_address(sender)
    return None if is_hidden else sender
