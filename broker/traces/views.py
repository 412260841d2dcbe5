"""Pages of traces: agreements under Administration, and the question to a colleague."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from broker import audit, clock, idempotency
from broker.access import Permission, requires
from broker.accounts import queries as accounts
from broker.accounts.me import me
from broker.companies import queries as companies
from broker.errors import NotFoundError, RefusedError
from broker.extensions import db
from broker.formatting import event_entries
from broker.forms import StateForm
from broker.traces import (
    parts,  # noqa: F401 - importing it puts the traces on the pages about a company.
    queries,
    service,
)
from broker.traces.forms import AgreementForm, QuestionForm, ReasonForm

blueprint = Blueprint("traces", __name__, template_folder="templates")


@blueprint.get("/administration/overenskommelser")
@requires(Permission.ADMINISTER)
def index():
    """Show our agreements, and the proposals that wait for an answer."""
    rows = queries.list_agreements()
    own = g.acting.organisation_id
    return render_template(
        "traces/index.html",
        waiting=[row for row in rows if row.awaits(own)],
        others=[row for row in rows if not row.awaits(own)],
        own=own,
        today=clock.today(),
    )


@blueprint.route("/administration/overenskommelser/ny", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def propose():
    """Propose an agreement to another organisation."""
    form = AgreementForm()
    form.offer(queries.list_possible_neighbours())
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        values = form.values()
        receiver = accounts.get_organisation(values.pop("receiver_id"))
        try:
            agreement = service.propose_agreement(receiver, **values, link=_link(), by=me())
        except RefusedError as error:
            form.refuse("receiver_id", str(error))
        else:
            location = url_for("traces.show_agreement", agreement_id=agreement.id)
            idempotency.remember(form.token.data, location)
            db.session.commit()
            flash(_("Förslaget är skickat till %(name)s.", name=receiver.name), "success")
            return redirect(location)
    rules = queries.trace_rules(clock.today())
    return render_template("traces/propose.html", form=form, rules=rules), 422 if form.errors else 200


@blueprint.get("/administration/overenskommelser/<int:agreement_id>")
@requires(Permission.ADMINISTER)
def show_agreement(agreement_id):
    """Show exactly what an agreement means, and what has been said about it."""
    agreement = queries.get_agreement(agreement_id)
    own = g.acting.organisation_id
    return render_template(
        "traces/show_agreement.html",
        agreement=agreement,
        own=own,
        other=agreement.other(own),
        today=clock.today(),
        history=event_entries(audit.history_of(agreement)),
    )


@blueprint.post("/administration/overenskommelser/<int:agreement_id>/anta")
@requires(Permission.ADMINISTER)
def accept(agreement_id):
    """Accept what another organisation has proposed."""
    agreement = _agreement(agreement_id)
    StateForm().check_version(agreement)
    service.accept_agreement(agreement, link=_link(), by=me())
    db.session.commit()
    flash(_("Överenskommelsen med %(name)s är antagen.", name=agreement.proposer.name), "success")
    return redirect(url_for("traces.show_agreement", agreement_id=agreement.id))


@blueprint.route("/administration/overenskommelser/<int:agreement_id>/avboj", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def decline(agreement_id):
    """Decline what another organisation has proposed, with the reason."""
    agreement = _agreement(agreement_id)
    form = ReasonForm(obj=agreement)
    if form.validate_on_submit():
        form.check_version(agreement)
        service.decline_agreement(agreement, reason=form.reason.data, link=_link(), by=me())
        db.session.commit()
        flash(_("Förslaget från %(name)s är avböjt.", name=agreement.proposer.name), "success")
        return redirect(url_for("traces.show_agreement", agreement_id=agreement.id))
    page = render_template("traces/decline.html", agreement=agreement, form=form)
    return page, 422 if form.errors else 200


@blueprint.route("/administration/overenskommelser/<int:agreement_id>/avsluta", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def end(agreement_id):
    """Show what happens when an agreement ends, and end it at once."""
    agreement = _agreement(agreement_id)
    other = agreement.other(g.acting.organisation_id)
    form = StateForm(obj=agreement)
    if form.validate_on_submit():
        form.check_version(agreement)
        service.end_agreement(agreement, link=_link(), by=me())
        db.session.commit()
        flash(_("Klart. %(name)s får veta det med ett brev.", name=other.name), "success")
        return redirect(url_for("traces.show_agreement", agreement_id=agreement.id))
    page = render_template("traces/end.html", agreement=agreement, other=other, form=form)
    return page, 422 if form.errors else 200


@blueprint.route("/foretag/<int:company_id>/kontaktspar/<int:neighbour_id>/fraga", methods=["GET", "POST"])
@requires(Permission.EDIT)
def ask(company_id, neighbour_id):
    """Ask a colleague in another organisation about a company that he has been in touch with."""
    company = companies.get_company(company_id)
    neighbour, traces = _neighbour_with_traces(company, neighbour_id)
    form = QuestionForm(data={"to": request.args.get("till", type=int)})
    form.offer(traces, neighbour)
    status = 200
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        card = url_for("companies.show", company_id=company.id)
        try:
            service.ask_colleague(
                company, neighbour, **form.values(), link=current_app.config["BASE_URL"] + card, by=me()
            )
        except service.TooManyQuestionsError as error:
            form.form_errors, status = [str(error)], error.status
        else:
            idempotency.remember(form.token.data, card)
            db.session.commit()
            flash(_("Frågan är skickad. Svaret kommer till din e-post."), "success")
            return redirect(card)
    elif form.errors:
        status = 422
    questions = queries.list_questions(company, neighbour_id)
    page = render_template("traces/ask.html", company=company, neighbour=neighbour, questions=questions, form=form)
    return page, status


def _neighbour_with_traces(company, neighbour_id):
    neighbours = [row for row in queries.list_neighbours(company) if row.id == neighbour_id]
    traces = [*queries.list_shared_visits(company, neighbours), *queries.list_traces(company, neighbours)]
    if not traces:
        raise NotFoundError
    return neighbours[0], traces


def _agreement(agreement_id):
    return queries.get_agreement(agreement_id, to_change=request.method == "POST")


def _link():
    return current_app.config["BASE_URL"] + url_for("traces.index")
