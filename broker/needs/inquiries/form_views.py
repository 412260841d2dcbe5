"""The company's own form: anybody who has the link fills it in, without an account."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import access, clock, idempotency
from broker.access import public
from broker.extensions import csrf, db
from broker.forms import forget_typed
from broker.leads.tips.queries import tip_rules
from broker.leads.tips.service import TooManyTipsError, count_attempt
from broker.needs.inquiries import queries, service
from broker.needs.inquiries.forms import AnswerForm

blueprint = Blueprint("inquiry_form", __name__, template_folder="../templates")

# Bytes: the longest texts that the form takes, several times over.
_LARGEST_ANSWER = 100_000


@blueprint.route("/behov-hos-er/<string:token>", methods=["GET", "POST"])
@csrf.exempt
@public
def answer(token: str) -> ResponseReturnValue:
    """Let a company say what it needs."""
    request.max_content_length = _LARGEST_ANSWER
    with access.every_organisation():
        inquiry = queries.get_by_token(token)
    if not inquiry.is_open_on(clock.today()):
        return render_template("inquiries/closed.html", organisation=inquiry.organisation), 410
    rules = tip_rules(clock.today())
    # Counting an attempt ends the transaction, so what the page says is read before.
    organisation, company_name = inquiry.organisation, inquiry.company and inquiry.company.name
    with access.acting_in(inquiry.organisation_id):
        form = AnswerForm(inquiry, rules)
        thanks, status = url_for("inquiry_form.thank", token=token), 200
        if form.is_trapped:
            return redirect(thanks)
        if form.validate_on_submit():
            if location := idempotency.find_location(form.token.data):
                return redirect(location)
            try:
                # Answers and tips share the limits: it is the same strangers that they hold off.
                count_attempt(inquiry.organisation_id, request.remote_addr or "")
            except TooManyTipsError as error:
                form.form_errors = [_("Det har kommit många svar på kort tid. Vänta en stund och skicka igen.")]
                status = error.status
            else:
                link = current_app.config["BASE_URL"] + url_for("inquiries.index")
                service.receive_answer(inquiry, form.values(), link=link)
                idempotency.remember(form.token.data, thanks)
                db.session.commit()
                forget_typed(token)
                return redirect(thanks)
        elif form.errors:
            status = 422
    return render_template(
        "inquiries/answer.html", form=form, organisation=organisation, company_name=company_name, rules=rules
    ), status


@blueprint.get("/behov-hos-er/<string:token>/tack")
@public
def thank(token: str) -> ResponseReturnValue:
    """Thank for an answer."""
    with access.every_organisation():
        inquiry = queries.get_by_token(token)
    return render_template("inquiries/thank.html", organisation=inquiry.organisation)
