"""Pages of how a cohort is taught: its plan, its sessions, and these as a calendar."""

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from broker import idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.extensions import db
from broker.formatting import say
from broker.forms import StateForm
from broker.needs import queries as needs
from broker.needs.cohorts.notices import tell_of_answers
from broker.needs.courses import calendar, checks, offers, queries, service
from broker.needs.courses.forms import PlanForm, SeriesForm, SessionForm
from broker.needs.courses.series import days_of

blueprint = Blueprint("courses", __name__, url_prefix="/behov/grupper/<int:cohort_id>", template_folder="../templates")


@blueprint.get("/upplagg")
@requires(Permission.READ)
def show(cohort_id):
    """Show how a cohort is taught: what is decided, what is missing, the sessions, and who could teach it."""
    cohort = needs.get_cohort(cohort_id)
    sessions = queries.list_sessions(cohort.id)
    rows = offers.list_offers(cohort) if cohort.is_formed else []
    return render_template(
        "courses/show.html",
        cohort=cohort,
        sessions=sessions,
        hours=checks.hours_in_words(queries.minutes_of(sessions)),
        missing=checks.list_missing(cohort, sessions),
        warnings=checks.list_warnings(cohort, offers.find_chosen(cohort, rows)),
        offers=rows,
        hours_of=lambda session: checks.hours_in_words(session.minutes),
    )


@blueprint.route("/upplagg/andra", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def edit_plan(cohort_id):
    """Choose who teaches a cohort and where."""
    cohort = needs.get_cohort(cohort_id)
    service.check_open(cohort)
    form = PlanForm(obj=cohort)
    rows = offers.list_offers(cohort)
    form.offer(rows, cohort.offering and (cohort.offering.id, cohort.offering.title))
    if form.validate_on_submit():
        form.check_version(cohort)
        try:
            service.plan_course(cohort, form.values(), by=me())
        except service.OfferRefusedError as error:
            form.refuse("offering_id", say(error))
        else:
            db.session.commit()
            flash(_("Upplägget är sparat."), "success")
            tell_of_answers(cohort)
            return redirect(url_for("courses.show", cohort_id=cohort.id))
    elif request.method == "GET" and any(str(row.offering.id) == request.args.get("utbildning") for row in rows):
        form.offering_id.data = int(request.args["utbildning"])
    return render_template("courses/edit_plan.html", cohort=cohort, form=form, offers=rows), 422 if form.errors else 200


@blueprint.route("/tillfallen/nya", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def add_sessions(cohort_id):
    """Add sessions: one, or a series."""
    cohort = needs.get_cohort(cohort_id)
    service.check_open(cohort)
    form = SeriesForm(data={"first_on": cohort.starts_on})
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        times = form.values()
        chosen = times.pop("first_on"), times.pop("weekdays"), times.pop("weeks")
        days = days_of(*chosen, skips_holidays=times.pop("skips_holidays"))
        try:
            made = service.add_sessions(cohort, days, **times, by=me())
        except service.SessionRefusedError as error:
            form.refuse("first_on", str(error))
        else:
            location = idempotency.remember(form.token.data, url_for("courses.show", cohort_id=cohort.id))
            db.session.commit()
            told = ngettext("%(num)s tillfälle är tillagt.", "%(num)s tillfällen är tillagda.", len(made))
            flash(told, "success")
            tell_of_answers(cohort)
            return redirect(location)
    return render_template("courses/add_sessions.html", cohort=cohort, form=form), 422 if form.errors else 200


@blueprint.route("/tillfallen/<int:session_id>", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def edit_session(cohort_id, session_id):
    """Move a session."""
    cohort = needs.get_cohort(cohort_id)
    session = queries.get_session(cohort.id, session_id)
    service.check_open(cohort)
    form = SessionForm(obj=session)
    if form.validate_on_submit():
        form.check_version(session)
        try:
            service.edit_session(cohort, session, form.values(), by=me())
        except service.SessionRefusedError as error:
            db.session.rollback()
            form.refuse("day", str(error))
        else:
            db.session.commit()
            flash(_("Tillfället är ändrat."), "success")
            tell_of_answers(cohort)
            return redirect(url_for("courses.show", cohort_id=cohort_id))
    page = render_template("courses/edit_session.html", cohort_id=cohort_id, session_id=session_id, form=form)
    return page, 422 if form.errors else 200


@blueprint.post("/tillfallen/<int:session_id>/ta-bort")
@requires(Permission.BUNDLE)
def remove_session(cohort_id, session_id):
    """Take a session away."""
    cohort = needs.get_cohort(cohort_id)
    session = queries.get_session(cohort.id, session_id)
    StateForm().check_version(session)
    service.remove_session(cohort, session, by=me())
    db.session.commit()
    flash(_("Tillfället är borttaget."), "success")
    tell_of_answers(cohort)
    return redirect(url_for("courses.show", cohort_id=cohort.id))


@blueprint.get("/kalender.ics")
@requires(Permission.READ)
def download_calendar(cohort_id):
    """Hand out the sessions as a file for any calendar."""
    cohort = needs.get_cohort(cohort_id)
    link = current_app.config["BASE_URL"] + url_for("cohorts.show", cohort_id=cohort.id)
    text = calendar.as_calendar(cohort, queries.list_sessions(cohort.id), link=link)
    disposition = f'attachment; filename="utbildning-{cohort.id}.ics"'
    return Response(text, content_type="text/calendar; charset=utf-8", headers={"Content-Disposition": disposition})
