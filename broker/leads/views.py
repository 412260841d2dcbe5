"""Pages of leads: the inbox, what we have sent, one lead, and the answers to it."""

from datetime import timedelta

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from broker import audit, clock, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.companies import queries as companies
from broker.extensions import db
from broker.formatting import event_entries
from broker.forms import forget_typed
from broker.leads import queries, service
from broker.leads.forms import LeadForm, QuestionForm, ReasonForm, ReplyForm, ResultForm
from broker.leads.tips import queries as tips
from broker.topics import queries as topics

blueprint = Blueprint("leads", __name__, template_folder="templates")

_YEAR = timedelta(days=365)


@blueprint.get("/leads")
@requires(Permission.READ)
def index():
    """Show what waits for our answer, leads and questions about those we have sent, and all that have come in."""
    before = request.args.get("fore", type=int)
    rows, next_before = queries.list_received(before=before)
    return render_template(
        "leads/index.html",
        today=clock.today(),
        waiting=queries.list_waiting() if before is None else [],
        asked=queries.list_asked() if before is None else [],
        received=rows,
        figures=queries.received_figures(clock.now() - _YEAR),
        first_url=None if before is None else url_for("leads.index"),
        next_url=url_for("leads.index", fore=next_before) if next_before else None,
    )


@blueprint.get("/leads/skickade")
@requires(Permission.READ)
def sent():
    """Show the leads that we have sent, and what became of them."""
    before = request.args.get("fore", type=int)
    rows, next_before = queries.list_sent(before=before)
    return render_template(
        "leads/sent.html",
        today=clock.today(),
        leads=rows,
        figures=queries.sent_figures(clock.now() - _YEAR),
        first_url=None if before is None else url_for("leads.sent"),
        next_url=url_for("leads.sent", fore=next_before) if next_before else None,
    )


@blueprint.get("/foretag/<int:company_id>/leads")
@requires(Permission.READ)
def list_of_company(company_id):
    """Show the leads about a company."""
    company = companies.get_company(company_id)
    leads, received = queries.list_of_company(company.id)
    return render_template(
        "leads/list_of_company.html",
        company=company,
        leads=leads,
        received=received,
        tips=tips.list_of_company(company.id),
    )


@blueprint.route("/foretag/<int:company_id>/leads/nytt", methods=["GET", "POST"])
@requires(Permission.EDIT)
def offer_lead(company_id):
    """Offer a lead in two steps: fill it in, then see exactly what the others will see and send it."""
    company = companies.get_company(company_id)
    near, others = queries.list_receivers(company)
    people = companies.list_people(company.id)
    form = LeadForm()
    form.offer_to(near, others, people)
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        receivers = [row for row in (*near, *others) if row.id in form.receiver_ids]
        person = next((row for row in people if row.id == form.person_id.data), None)
        shared = service.shared_facts(company, person, form.fields.data)
        if request.form.get("reviewed") == service.digest(shared):
            return _send(company, form, receivers, person)
        if "edit" not in request.form:
            return _confirm(company, form, receivers, shared)
    page = render_template("leads/offer_lead.html", company=company, form=form)
    return page, 422 if form.errors else 200


_NOT_PASSED_ON = ("csrf_token", "acting", "edit", "reviewed")


def _confirm(company, form, receivers, shared):
    return render_template(
        "leads/confirm.html",
        company=company,
        form=form,
        topic_label=topics.topic_label(form.topic_id.data),
        receivers=receivers,
        shared=shared,
        has_changed="reviewed" in request.form,
        reviewed=service.digest(shared),
        sent=[pair for pair in request.form.items(multi=True) if pair[0] not in _NOT_PASSED_ON],
    )


def _send(company, form, receivers, person):
    link = current_app.config["BASE_URL"] + url_for("leads.index")
    lead = service.offer_lead(company, **form.values(), receivers=receivers, person=person, link=link, by=me())
    location = idempotency.remember(form.token.data, url_for("leads.show", lead_id=lead.id))
    db.session.commit()
    forget_typed(f"lead-{g.acting.organisation_id}-{company.id}")
    flash(_("Leadet är skickat. Du ser här när det är öppnat och besvarat."), "success")
    return redirect(location)


@blueprint.get("/leads/skickade/<int:lead_id>")
@requires(Permission.READ)
def show(lead_id):
    """Show a lead that we have sent, and where it stands with each receiver."""
    lead = queries.get_lead(lead_id)
    history = event_entries(queries.list_history(lead))
    return render_template("leads/show.html", lead=lead, today=clock.today(), history=history)


@blueprint.post("/leads/erbjudanden/<int:offer_id>/aterkalla")
@requires(Permission.EDIT)
def revoke_offer(offer_id):
    """Take an offer back that nobody has opened."""
    offer = _offer(offer_id)
    service.revoke_offer(offer, by=me())
    db.session.commit()
    flash(_("Leadet till %(receiver)s är återkallat.", receiver=offer.receiver.name), "success")
    return redirect(url_for("leads.show", lead_id=offer.lead_id))


@blueprint.route("/leads/erbjudanden/<int:offer_id>/svar", methods=["GET", "POST"])
@requires(Permission.EDIT)
def reply_to_question(offer_id):
    """Answer what a receiver asks about a lead."""
    offer = _offer(offer_id)
    form = ReplyForm(obj=offer)
    if form.validate_on_submit():
        form.check_version(offer)
        service.reply_to_question(offer, reply=form.reply.data, by=me())
        db.session.commit()
        flash(_("Svaret är skickat till %(receiver)s.", receiver=offer.receiver.name), "success")
        return redirect(url_for("leads.show", lead_id=offer.lead_id))
    return render_template("leads/reply_to_question.html", offer=offer, form=form), 422 if form.errors else 200


@blueprint.get("/leads/mottagna/<int:received_id>")
@requires(Permission.READ)
def show_received(received_id):
    """Show a lead that we have received; one that nobody has opened shows only from whom it is."""
    received = _received(received_id)
    return render_template(
        "leads/show_received.html",
        received=received,
        today=clock.today(),
        history=event_entries(audit.history_of(received)),
    )


@blueprint.post("/leads/mottagna/<int:received_id>/oppna")
@requires(Permission.EDIT)
def open_lead(received_id):
    """Open a lead; from now on the sender cannot take it back."""
    return _answered(received_id, service.open_lead, "")


@blueprint.post("/leads/mottagna/<int:received_id>/ta-emot")
@requires(Permission.EDIT)
def accept_lead(received_id):
    """Take a lead on."""
    return _answered(received_id, service.accept_lead, _("Leadet är ert. Företaget och nästa steg finns på Idag."))


def _answered(received_id, answer, sentence):
    received = _received(received_id)
    answer(received, by=me())
    db.session.commit()
    if sentence:
        flash(sentence, "success")
    return redirect(url_for("leads.show_received", received_id=received.id))


@blueprint.route("/leads/mottagna/<int:received_id>/avboj", methods=["GET", "POST"])
@requires(Permission.EDIT)
def decline_lead(received_id):
    """Say no to a lead, with the reason."""
    return _say(received_id, ReasonForm, service.decline_lead, _("Avböj leadet"), _("Leadet är avböjt."))


@blueprint.route("/leads/mottagna/<int:received_id>/fraga", methods=["GET", "POST"])
@requires(Permission.EDIT)
def ask_back(received_id):
    """Ask the sender something first."""
    return _say(received_id, QuestionForm, service.ask_back, _("Fråga avsändaren"), _("Frågan är skickad."))


@blueprint.route("/leads/mottagna/<int:received_id>/aterlamna", methods=["GET", "POST"])
@requires(Permission.EDIT)
def return_lead(received_id):
    """Give back a lead that we have taken on, with the reason."""
    return _say(received_id, ReasonForm, service.return_lead, _("Lämna tillbaka leadet"), _("Leadet är återlämnat."))


def _say(received_id, kind, say, title, sentence):
    received = _received(received_id)
    form = kind(formdata=request.form or None, data={"version": received.version})
    if form.validate_on_submit():
        form.check_version(received)
        say(received, **form.values(), by=me())
        db.session.commit()
        flash(sentence, "success")
        return redirect(url_for("leads.show_received", received_id=received.id))
    page = render_template("leads/say.html", received=received, form=form, title=title)
    return page, 422 if form.errors else 200


@blueprint.route("/leads/mottagna/<int:received_id>/resultat", methods=["GET", "POST"])
@requires(Permission.EDIT)
def report_result(received_id):
    """Tell the sender what became of a lead."""
    received = _received(received_id)
    form = ResultForm(obj=received)
    if form.validate_on_submit():
        form.check_version(received)
        service.report_result(received, **form.values(), by=me())
        db.session.commit()
        flash(_("Resultatet är skickat till %(sender)s.", sender=received.sender.name), "success")
        return redirect(url_for("leads.show_received", received_id=received.id))
    return render_template("leads/report_result.html", received=received, form=form), 422 if form.errors else 200


def _offer(offer_id):
    return queries.get_offer(offer_id, to_change=request.method == "POST")


def _received(received_id):
    return queries.get_received(received_id, to_change=request.method == "POST")
