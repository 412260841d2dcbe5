"""Pages of what became of a training: who came, which needs were met, and what those who took part say."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from broker import clock, idempotency, qr
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import say
from broker.forms import StateForm
from broker.needs import queries as needs
from broker.needs.confirmations.forms import ask_form
from broker.needs.confirmations.queries import list_to_remind
from broker.needs.courses import delivery
from broker.needs.courses.checks import hours_in_words
from broker.needs.courses.delivery_forms import delivery_form
from broker.needs.evaluations import queries, service
from broker.needs.evaluations.asking import forms_on
from broker.needs.evaluations.closing import is_closed
from broker.needs.evaluations.models import FormKind
from broker.needs.reachable import list_reachable

blueprint = Blueprint(
    "evaluations", __name__, url_prefix="/behov/grupper/<int:cohort_id>/efterat", template_folder="../templates"
)


@blueprint.get("")
@requires(Permission.READ)
def index(cohort_id):
    """Show who came, which needs were met, and what those who took part say."""
    cohort = needs.get_cohort(cohort_id)
    links = queries.list_links(cohort.id)
    direct = [link for link in links if link.evaluation.kind is FormKind.DIRECT]
    attendance = delivery.list_attendance(cohort.id)
    return render_template(
        "evaluations/index.html",
        cohort=cohort,
        attendance=attendance,
        hours=hours_in_words,
        needs=list(dict.fromkeys(member.need for member in cohort.members)),
        links=links,
        rounds=queries.list_rounds(cohort.id, links) if links else [],
        fewest=forms_on(clock.today())[FormKind.DIRECT].fewest_to_show,
        can_deliver=cohort.has_begun and clock.today() >= cohort.ends_on and not cohort.is_dissolved,
        can_send=cohort.is_delivered
        and not is_closed(direct)
        and len(direct) < len([row for row in attendance if row.people]),
        can_remind=any(not row.answers and list_to_remind([row.evaluation]) for row in links),
    )


@blueprint.route("/anteckna", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def deliver(cohort_id):
    """Note who came and which needs were met."""
    cohort = needs.get_cohort(cohort_id)
    form = delivery_form(delivery.expected(cohort), delivery.needs_to_judge(cohort), version=cohort.version)
    if form.validate_on_submit():
        # Held before the version is looked at, so that two who meet here do not both find it unchanged.
        needs.lock_cohort(cohort.id)
        form.check_version(cohort)
        try:
            delivery.deliver(cohort, form.counts(), form.results(), by=me())
        except RefusedError as error:
            db.session.rollback()
            form.form_errors = [say(error)]
        else:
            db.session.commit()
            is_asked = bool(queries.list_links(cohort.id, FormKind.DIRECT))
            more = _("Det är antecknat. Utvärderingen skickas av sig själv i morgon, eller av dig redan nu.")
            flash(_("Närvaron är rättad.") if is_asked else more, "success")
            return redirect(url_for("evaluations.index", cohort_id=cohort.id))
    minutes = delivery.course_minutes(cohort)
    elsewhere = delivery.judged_elsewhere(cohort)
    page = render_template(
        "evaluations/deliver.html", cohort=cohort, form=form, hours=hours_in_words(minutes), elsewhere=elsewhere
    )
    return page, 422 if form.errors else 200


@blueprint.route("/skicka", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def send(cohort_id):
    """Send each company its link, to be handed on to those who took part."""
    cohort = needs.get_cohort(cohort_id)
    asked = {link.evaluation.company_id for link in queries.list_links(cohort.id, FormKind.DIRECT)}
    came = [row for row in delivery.list_attendance(cohort.id) if row.people and row.company_id not in asked]
    companies = [row.company for row in came]
    people = list_reachable([company.id for company in companies])
    form = ask_form(companies, people, {})
    if form.is_submitted() and not companies:
        return redirect(url_for("evaluations.index", cohort_id=cohort.id))
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        chosen = {row.id: row for rows in people.values() for row in rows}
        try:
            for company in companies:
                service.send(cohort, company, chosen.get(form.chosen(company.id)), link_of=_address, by=me())
        except RefusedError as error:
            db.session.rollback()
            flash(say(error), "error")
            return redirect(url_for("evaluations.index", cohort_id=cohort.id))
        location = idempotency.remember(form.token.data, url_for("evaluations.index", cohort_id=cohort.id))
        db.session.commit()
        flash(_("Länkarna är klara. De som du lämnar över själv öppnar du på företagets rad."), "success")
        return redirect(location)
    return render_template("evaluations/send.html", cohort=cohort, form=form), 422 if form.errors else 200


@blueprint.post("/paminn")
@requires(Permission.BUNDLE)
def remind(cohort_id):
    """Remind, once, the companies from which nobody has answered."""
    cohort = needs.get_cohort(cohort_id)
    count = service.remind(cohort, link_of=_address, by=me())
    db.session.commit()
    if count:
        flash(ngettext("%(num)s företag är påmint.", "%(num)s företag är påminda.", count), "success")
    else:
        flash(_("Ingen mer att påminna: alla har svarat eller är redan påminda."), "info")
    return redirect(url_for("evaluations.index", cohort_id=cohort.id))


@blueprint.get("/lankar/<int:evaluation_id>")
@requires(Permission.READ)
def show_link(cohort_id, evaluation_id):
    """Show a company's link with its square of dots, for a screen in the classroom."""
    evaluation = queries.get_evaluation(cohort_id, evaluation_id)
    address = _address(evaluation.token)
    return render_template(
        "evaluations/show_link.html", evaluation=evaluation, address=address, drawing=qr.draw(address)
    )


@blueprint.post("/lankar/<int:evaluation_id>/byt")
@requires(Permission.BUNDLE)
def replace_link(cohort_id, evaluation_id):
    """Give a company a new link, so that the earlier one stops working."""
    evaluation = queries.get_evaluation(cohort_id, evaluation_id)
    StateForm().check_version(evaluation)
    service.replace_link(evaluation, by=me())
    db.session.commit()
    flash(_("Länken är bytt. Den gamla fungerar inte längre, så ge företaget den nya."), "success")
    return redirect(url_for("evaluations.show_link", cohort_id=cohort_id, evaluation_id=evaluation_id))


def _address(token):
    return current_app.config["BASE_URL"] + url_for("evaluation_form.answer", token=token)
