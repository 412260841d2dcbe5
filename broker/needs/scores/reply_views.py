"""The page of a provider: whoever has its link sees its scorecard and may reply, without an account."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import access, clock
from broker.access import public
from broker.extensions import csrf
from broker.leads.tips.queries import tip_rules
from broker.leads.tips.strangers import receive
from broker.needs.half_years import half_year_name
from broker.needs.scores import queries, service
from broker.needs.scores.cards import make_card
from broker.needs.scores.forms import ReplyForm
from broker.needs.scores.models import ScoreReply
from broker.topics.queries import topic_label

blueprint = Blueprint("score_reply", __name__, template_folder="../templates")

# Bytes: the longest text that the form takes, several times over.
_LARGEST_REPLY = 50_000


@blueprint.route("/omdomen/<string:token>", methods=["GET", "POST"])
@csrf.exempt
@public
def answer(token: str) -> ResponseReturnValue:
    """Show a provider its own scorecard, and let it reply."""
    request.max_content_length = _LARGEST_REPLY
    reply = _reply_of(token)
    with access.acting_in(reply.organisation_id):
        if clock.today() > reply.open_until:
            return render_template("scores/closed.html", organisation=reply.organisation), 410
        form = ReplyForm(token, tip_rules(clock.today()), reply.text)
        said, has_older = queries.list_said(reply.provider_id)
        shown = {
            "organisation_name": reply.organisation.name,
            "provider_name": reply.provider.name,
            "may_reply": service.may_reply(reply),
            "open_until": reply.open_until,
            "card": make_card(queries.list_scores(reply.provider_id)),
            "said": said,
            "has_older": has_older,
            "half_year_name": half_year_name,
            "topic_label": topic_label,
        }
        done, status = receive(
            form,
            url_for("score_reply.thank", token=token),
            organisation_id=reply.organisation_id,
            sender=request.remote_addr or "",
            store=lambda: service.receive_reply(reply, form.text.data or ""),
            says_the_same=lambda: reply.text == form.text.data,
            too_many=_("Det har kommit många svar på kort tid. Vänta en stund och skicka igen."),
        )
        if done:
            return done
        return render_template("scores/answer.html", form=form, **shown), status


@blueprint.get("/omdomen/<string:token>/tack")
@public
def thank(token: str) -> ResponseReturnValue:
    """Thank a provider for its reply."""
    return render_template("scores/thank.html", organisation=_reply_of(token).organisation)


def _reply_of(token: str) -> ScoreReply:
    with access.every_organisation():
        return queries.get_by_token(token)
