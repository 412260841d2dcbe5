"""The company's own form: anybody who has the link fills it in, without an account."""

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import access, clock
from broker.access import public
from broker.extensions import csrf
from broker.leads.tips.queries import tip_rules
from broker.leads.tips.strangers import receive
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
    organisation, company_name = inquiry.organisation, inquiry.company and inquiry.company.name
    with access.acting_in(inquiry.organisation_id):
        form = AnswerForm(inquiry, rules)
        link = current_app.config["BASE_URL"] + url_for("inquiries.index")
        done, status = receive(
            form,
            url_for("inquiry_form.thank", token=token),
            organisation_id=inquiry.organisation_id,
            sender=request.remote_addr or "",
            store=lambda: service.receive_answer(inquiry, form.values(), link=link),
            too_many=_("Det har kommit många svar på kort tid. Vänta en stund och skicka igen."),
        )
    if done:
        return done
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
