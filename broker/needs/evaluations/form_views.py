"""The form of those who took part: anybody who has the link of a company answers, without an account and a name."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import access, clock, idempotency
from broker.access import public
from broker.extensions import csrf, db
from broker.formatting import say
from broker.forms import forget_typed
from broker.leads.tips.queries import tip_rules
from broker.leads.tips.service import TooManyTipsError, count_attempt
from broker.needs.evaluations import queries, service
from broker.needs.evaluations.forms import evaluation_form
from broker.needs.evaluations.models import Evaluation

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
        form = evaluation_form(queries.questions_of(evaluation.form_version).rows, token, rules)
        # Counting an attempt ends the transaction, so what the page says is read before.
        shown = {"organisation_name": organisation.name, "title": evaluation.cohort.topic_label}
        thanks, status = url_for("evaluation_form.thank", token=token), 200
        if form.is_trapped:
            return redirect(thanks)
        if form.validate_on_submit():
            if location := idempotency.find_location(form.token.data):
                return redirect(location)
            try:
                # A whole class answers from one room, so one address has no limit of its own here: no more answers
                # are taken than people came. What all strangers together send to an organisation is held off.
                count_attempt(evaluation.organisation_id, form.token.data or "")
                service.receive(evaluation, form.answers())
            except TooManyTipsError as error:
                form.form_errors = [_("Det har kommit många svar på kort tid. Vänta en stund och skicka igen.")]
                status = error.status
            except service.EvaluationRefusedError as error:
                form.form_errors, status = [say(error)], 422
            else:
                idempotency.remember(form.token.data, thanks)
                db.session.commit()
                forget_typed(token)
                return redirect(thanks)
        elif form.errors:
            status = 422
    return render_template("evaluations/answer.html", form=form, **shown), status


@blueprint.get("/utvardera/<string:token>/tack")
@public
def thank(token: str) -> ResponseReturnValue:
    """Thank for an answer."""
    return render_template("evaluations/thank.html", organisation=_evaluation_of(token).organisation)


def _evaluation_of(token: str) -> Evaluation:
    with access.every_organisation():
        return queries.get_by_token(token)
