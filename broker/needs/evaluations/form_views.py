"""The form of those who took part: anybody who has the link of a company answers, without an account and a name."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import access, clock
from broker.access import public
from broker.extensions import csrf
from broker.leads.tips.queries import tip_rules
from broker.leads.tips.strangers import receive
from broker.needs.evaluations import queries, service
from broker.needs.evaluations.asking import forms_of
from broker.needs.evaluations.forms import evaluation_form
from broker.needs.evaluations.models import Evaluation, FormKind

blueprint = Blueprint("evaluation_form", __name__, template_folder="../templates")

# Bytes: the longest texts that the form takes, several times over.
_LARGEST_ANSWER = 50_000


@blueprint.route("/utvardera/<string:token>", methods=["GET", "POST"])
@csrf.exempt
@public
def answer(token: str) -> ResponseReturnValue:
    """Let somebody who took part say how the training was."""
    request.max_content_length = _LARGEST_ANSWER
    evaluation = _evaluation_of(token)
    organisation = evaluation.organisation
    with access.acting_in(evaluation.organisation_id):
        if not service.is_open(evaluation) or queries.get_link(evaluation).is_full:
            return render_template("evaluations/closed.html", organisation=organisation), 410
        rules = tip_rules(clock.today())
        asked = forms_of(evaluation.form_version)[evaluation.kind]
        form = evaluation_form(asked.rows, token, rules)
        shown = {
            "organisation_name": organisation.name,
            "title": evaluation.cohort.topic_label,
            "company": evaluation.company.name if evaluation.kind.is_by_company else None,
            "is_later": evaluation.kind is not FormKind.DIRECT,
            "fewest": asked.fewest_to_show,
        }
        done, status = receive(
            form,
            url_for("evaluation_form.thank", token=token),
            organisation_id=evaluation.organisation_id,
            # A whole class answers from one room, so one address has no limit of its own here: no more answers are
            # taken than people came. What all strangers together send to an organisation is held off.
            sender=form.token.data or "",
            store=lambda: service.receive(evaluation, form.answers()),
            too_many=_("Det har kommit många svar på kort tid. Vänta en stund och skicka igen."),
        )
    if done:
        return done
    return render_template("evaluations/answer.html", form=form, **shown), status


@blueprint.get("/utvardera/<string:token>/tack")
@public
def thank(token: str) -> ResponseReturnValue:
    """Thank for an answer."""
    return render_template("evaluations/thank.html", organisation=_evaluation_of(token).organisation)


def _evaluation_of(token: str) -> Evaluation:
    with access.every_organisation():
        return queries.get_by_token(token)
