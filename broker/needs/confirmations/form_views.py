"""The company's own page about a training: what it is, and how many it sends; without an account."""

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import access, clock
from broker.access import public
from broker.errors import NotFoundError
from broker.extensions import csrf
from broker.leads.tips.queries import tip_rules
from broker.leads.tips.strangers import receive
from broker.needs.confirmations import queries, service
from broker.needs.confirmations.forms import AnswerForm
from broker.needs.confirmations.models import Confirmation
from broker.needs.confirmations.told import facts_of, key_of, session_in_words
from broker.needs.courses import calendar
from broker.needs.courses import queries as courses

blueprint = Blueprint("confirmation_form", __name__, template_folder="../templates")

# Bytes: the longest text that the form takes, several times over.
_LARGEST_ANSWER = 50_000


@blueprint.route("/bekrafta-deltagare/<string:token>", methods=["GET", "POST"])
@csrf.exempt
@public
def answer(token: str) -> ResponseReturnValue:
    """Let a company say whether it takes part, and with how many."""
    request.max_content_length = _LARGEST_ANSWER
    confirmation = _confirmation_of(token)
    with access.acting_in(confirmation.organisation_id):
        part = queries.find_part(confirmation.cohort, confirmation.company_id)
        if part is None or not service.is_open(confirmation):
            return _closed(confirmation)
        rules = tip_rules(clock.today())
        shown = _shown(confirmation) | {"people": part.people, "rules": rules, "key": key_of(part.told)}
        shown |= {"has_old_yes": part.has_old_yes}
        form = AnswerForm(token, rules, part)
        index = url_for("confirmations.index", cohort_id=confirmation.cohort_id)
        link = current_app.config["BASE_URL"] + index
        done, status = receive(
            form,
            url_for("confirmation_form.thank", token=token),
            organisation_id=confirmation.organisation_id,
            sender=request.remote_addr or "",
            store=lambda: service.receive(confirmation, form.values(), shown=form.shown.data or "", link=link),
            says_the_same=lambda: confirmation.says(form.values()) and not part.has_old_yes,
            too_many=_("Det har kommit många svar på kort tid. Vänta en stund och skicka igen."),
        )
    if done:
        return done
    return render_template("confirmations/answer.html", form=form, token=token, **shown), status


@blueprint.get("/bekrafta-deltagare/<string:token>/tack")
@public
def thank(token: str) -> ResponseReturnValue:
    """Thank for an answer, and say until when it can be changed."""
    confirmation = _confirmation_of(token)
    with access.acting_in(confirmation.organisation_id):
        if not service.is_open(confirmation):
            return _closed(confirmation)
        part = queries.find_part(confirmation.cohort, confirmation.company_id)
        shown = _shown(confirmation) | {"places": part.people if part else 0}
    return render_template("confirmations/thank.html", token=token, confirmation=confirmation, **shown)


@blueprint.get("/bekrafta-deltagare/<string:token>/kalender.ics")
@public
def download_calendar(token: str) -> ResponseReturnValue:
    """Hand out the sessions to a company that is in the group, until the last of them."""
    confirmation = _confirmation_of(token)
    with access.acting_in(confirmation.organisation_id):
        if not service.has_sessions_ahead(confirmation):
            raise NotFoundError
        sessions = courses.list_sessions(confirmation.cohort_id)
        link = current_app.config["BASE_URL"] + url_for("confirmation_form.answer", token=token)
        text = calendar.as_calendar(confirmation.cohort, sessions, link=link)
    disposition = 'attachment; filename="utbildning.ics"'
    return Response(text, content_type="text/calendar; charset=utf-8", headers={"Content-Disposition": disposition})


def _confirmation_of(token: str) -> Confirmation:
    with access.every_organisation():
        return queries.get_by_token(token)


def _closed(confirmation: Confirmation) -> ResponseReturnValue:
    organisation, is_off = confirmation.organisation, confirmation.cohort.is_dissolved
    return render_template("confirmations/closed.html", organisation=organisation, is_off=is_off), 410


def _shown(confirmation: Confirmation) -> dict[str, object]:
    cohort = confirmation.cohort
    return {
        "organisation_name": confirmation.organisation.name,
        "company_name": confirmation.company.name,
        "title": cohort.topic_label,
        "facts": facts_of(cohort),
        "sessions": [session_in_words(session) for session in courses.list_sessions(cohort.id)],
        "starts_on": cohort.starts_on,
    }
