"""Pages of applications: those that wait and those that were dealt with, and where the public form is opened."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from broker import audit, clock, files
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import event_entries, say
from broker.forms import StateForm
from broker.leads.tips.queries import tip_rules
from broker.providers.applying import queries, service
from broker.providers.applying.forms import DeclineForm

blueprint = Blueprint("applications", __name__, url_prefix="/anordnare", template_folder="templates")


@blueprint.get("/anmalningar")
@requires(Permission.READ)
def index():
    """Show the applications that wait, and those that were dealt with."""
    before = request.args.get("fore", type=int)
    answered, next_before = queries.list_answered(before=before)
    return render_template(
        "applying/index.html",
        new=queries.list_new() if before is None else [],
        answered=answered,
        page=queries.find_page(g.acting.organisation_id),
        first_url=None if before is None else url_for("applications.index"),
        next_url=url_for("applications.index", fore=next_before) if next_before else None,
    )


@blueprint.get("/anmalningar/<int:application_id>")
@requires(Permission.READ)
def show(application_id):
    """Show an application."""
    application = queries.get_application(application_id)
    return render_template(
        "applying/show.html",
        application=application,
        known=queries.find_provider(application) if application.is_new else None,
        attachments=files.list_attachments(application),
        rules=tip_rules(clock.today()),
        history=event_entries(audit.history_of(application)),
    )


@blueprint.post("/anmalningar/<int:application_id>/ta-emot")
@requires(Permission.VET)
def accept(application_id):
    """Make the applicant a provider whose vetting has begun."""
    application = queries.get_application(application_id, to_change=True)
    StateForm().check_version(application)
    try:
        provider = service.accept(application, by=me())
    except RefusedError as error:
        db.session.rollback()
        flash(say(error), "error")
        return redirect(url_for("applications.show", application_id=application_id))
    db.session.commit()
    flash(_("%(name)s granskas nu och har fått ett brev om det.", name=provider.name), "success")
    return redirect(url_for("providers.show", provider_id=provider.id))


@blueprint.route("/anmalningar/<int:application_id>/avsla", methods=["GET", "POST"])
@requires(Permission.VET)
def decline(application_id):
    """Say no to an application, with the reason."""
    application = queries.get_application(application_id, to_change=request.method == "POST")
    form = DeclineForm(obj=application)
    if form.validate_on_submit():
        form.check_version(application)
        try:
            service.decline(application, reason=form.reason.data, by=me())
        except RefusedError as error:
            form.refuse("reason", say(error))
        else:
            db.session.commit()
            flash(_("Anmälan är avslagen, och anordnaren har fått ett brev med skälet."), "success")
            return redirect(url_for("applications.show", application_id=application.id))
    page = render_template("applying/decline.html", application=application, form=form)
    return page, 422 if form.errors else 200


@blueprint.get("/anmalningar/formular")
@requires(Permission.VET)
def show_page():
    """Show whether the public form is open, and its address."""
    page = queries.find_page(g.acting.organisation_id)
    url = url_for("application_form.apply", token=page.token) if page is not None and page.is_open else None
    return render_template("applying/page.html", url=url, base_url=current_app.config["BASE_URL"])


@blueprint.post("/anmalningar/formular/oppna")
@requires(Permission.VET)
def open_page():
    """Switch the public form on."""
    service.open_page(g.acting.organisation_id, by=me())
    return _changed(_("Formuläret är öppet. Lägg adressen där anordnare hittar den."))


@blueprint.post("/anmalningar/formular/stang")
@requires(Permission.VET)
def close_page():
    """Switch the public form off."""
    service.close_page(g.acting.organisation_id, by=me())
    return _changed(_("Formuläret är stängt."))


@blueprint.post("/anmalningar/formular/byt-adress")
@requires(Permission.VET)
def renew_page():
    """Give the public form another address."""
    service.renew_page(g.acting.organisation_id, by=me())
    return _changed(_("Formuläret har fått en ny adress. Den gamla fungerar inte längre."))


def _changed(sentence):
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for("applications.show_page"))
