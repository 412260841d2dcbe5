"""The page of an invitation to a planned contact."""

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from broker import idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.companies import queries as companies
from broker.companies.models import InteractionKind
from broker.errors import RefusedError
from broker.extensions import db
from broker.forms import pairs
from broker.meetings import import_views, parts, queries, service
from broker.meetings.blueprint import blueprint
from broker.meetings.forms import InvitationForm

# Their routes, and what the pages of planned contacts show, are registered as they are imported.
PARTS = (import_views, parts)


@blueprint.route("/uppgifter/<int:task_id>/inbjudan", methods=["GET", "POST"])
@requires(Permission.EDIT)
def invite(task_id):
    """Invite people of the company to a planned contact, tell them of a change, or ask whether to call it off."""
    task = queries.get_plan(task_id)
    invitation = queries.find_invitation(task_id)
    people = queries.list_invitable(task.company_id)
    form = InvitationForm(data=_present(task, invitation))
    organizer = service.organizer_of(invitation, me())
    if organizer != me():
        form.with_me.label.text = _("Skicka till %(name)s också", name=organizer.name)
    form.people.choices = pairs((person.id, f"{person.name}, {person.email}") for person in people)
    if form.is_submitted() and (location := idempotency.find_location(form.token.data)):
        return redirect(location)
    if form.validate_on_submit():
        if invitation:
            form.check_version(invitation)
        values = form.values()
        values["people"] = [person for person in people if person.id in form.people.data]
        try:
            written = service.invite(task, **values, by=me())
        except RefusedError as error:
            form.refuse("people", str(error))
        else:
            location = idempotency.remember(form.token.data, url_for("companies.edit_task", task_id=task_id))
            db.session.commit()
            flash(_told(written), "success")
            return redirect(location)
    page = render_template(
        "meetings/invite.html",
        task=task,
        invitation=invitation,
        organizer=organizer,
        form=form,
        is_ahead=queries.is_ahead(task),
        engagement=companies.find_engagement(task.company_id),
    )
    return page, 422 if form.errors else 200


@blueprint.post("/uppgifter/<int:task_id>/inbjudan/avboka")
@requires(Permission.EDIT)
def call_off(task_id):
    """Tell everybody who is invited that the planned contact is off."""
    task = queries.get_plan(task_id)
    written = service.call_off(task, by=me())
    db.session.commit()
    flash(_told(written), "success")
    return redirect(url_for("companies.show", company_id=task.company_id))


def _told(written):
    if not written:
        return _("Ingen ny att skriva till.")
    return ngettext("%(num)s brev är på väg.", "%(num)s brev är på väg.", written)


def _present(task, invitation):
    if invitation:
        return {
            "people": [guest.person_id for guest in invitation.guests if guest.person_id],
            "with_me": any(guest.person_id is None for guest in invitation.guests),
            "title": invitation.title,
            "place": invitation.place,
            "message": invitation.message,
            "version": invitation.version,
        }
    is_visit = task.kind is InteractionKind.VISIT and not task.company.is_sole_trader
    return {
        "with_me": True,
        "title": _("%(kind)s: %(organisation)s", kind=task.kind.label, organisation=g.acting.organisation_name),
        "place": task.company.address if is_visit else None,
    }
