"""Pages where companies are asked about a need that others have, and where one sees what came of it."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from broker import audit, idempotency
from broker.access import Permission, organisation_in_scope, requires
from broker.accounts import queries as accounts
from broker.accounts.me import me
from broker.extensions import db
from broker.formatting import event_entries
from broker.needs.asking import (
    following,  # noqa: F401 - importing it lets rounds follow their topics.
    queries,
    service,
)
from broker.needs.asking.finding import Row, find_likely, list_rows
from broker.needs.asking.forms import AskForm
from broker.needs.asking.words import reason_in_words
from broker.needs.half_years import half_year_code, half_year_name, read_half_year
from broker.needs.inquiries.models import Inquiry
from broker.reference.queries import Topic
from broker.topics import queries as topics

blueprint = Blueprint("asking", __name__, template_folder="../templates")

# So many of the likeliest companies stand on the page: twice as many as are asked at a time.
_SHOWN = 100
# Stands in the address of a page where no company is ticked beforehand.
_NONE = "inga"


@blueprint.route("/behov/summering/<string:topic_id>/fraga", methods=["GET", "POST"])
@requires(Permission.EDIT)
def ask(topic_id: str) -> ResponseReturnValue:
    """Show which companies are likely to have a need too, and ask those that are chosen."""
    topic, half_year = topics.get_topic(topic_id), read_half_year(request.args.get("halvar"))
    found = find_likely(topic, half_year)
    form = AskForm(most=found.rules.most, data={"title": _("Fråga om %(topic)s", topic=topic.label)})
    sent = set(form.company_ids.data or []) if form.is_submitted() else set()
    shown = [row for place, row in enumerate(found.judged) if place < _SHOWN or row.company_id in sent]
    # Who was asked lately stands last, to be seen but not chosen.
    rows = sorted(list_rows(shown, topic.id, found.rules), key=lambda row: row.is_asked)
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        try:
            return _asked(form, rows, topic, half_year_code(half_year))
        except service.NobodyToAskError as error:
            form.refuse("company_ids", str(error))
    page = render_template(
        "asking/ask.html",
        topic=topic,
        period=half_year_name(half_year),
        code=half_year_code(half_year),
        found=found,
        rows=list(enumerate(rows)),
        form=form,
        ticked=sent or _proposed(rows, found.rules.most),
        chosen_people=set(form.person_ids.data or []),
        in_words=reason_in_words,
    )
    return page, 422 if form.errors else 200


@blueprint.get("/behov/fragor/<int:round_id>")
@requires(Permission.READ)
def show(round_id: int) -> ResponseReturnValue:
    """Show whom a round asked, who has answered, and which needs it became."""
    made = queries.get_round(round_id)
    asked = queries.list_asked_of(made.id)
    answers = queries.list_answers_to([one.inquiry_id for one in asked if one.inquiry_id])
    needs = queries.list_needs_since(made, [one.company_id for one in asked])
    return render_template(
        "asking/show.html",
        round=made,
        rows=[(one, answers.get(one.inquiry_id or 0), needs.get(one.company_id, [])) for one in asked],
        letters=sum(one.inquiry_id is not None for one in asked),
        tasks=[one.task for one in asked if one.task],
        answers=list(answers.values()),
        needs=[need for found in needs.values() for need in found],
        history=event_entries(audit.history_of(made)),
    )


def _asked(form: AskForm, rows: list[Row], topic: Topic, half_year: str | None) -> ResponseReturnValue:
    """Ask the chosen companies and lead to the round; what could not be asked is told."""
    users = accounts.list_users(organisation_in_scope())
    to_ask = form.to_ask(rows, users=users, by=me())
    made, late = service.ask_companies(
        to_ask, topic_id=topic.id, half_year=half_year, task=form.task(), link_of=_address, by=me()
    )
    location = idempotency.remember(form.token.data, url_for("asking.show", round_id=made.id))
    db.session.commit()
    count = len(to_ask) - late
    flash(ngettext("%(num)s företag är frågat.", "%(num)s företag är frågade.", count), "success")
    if left := len(set(form.company_ids.data)) - count:
        told = ngettext(
            "%(num)s företag fick ingen fråga: det kan inte få brev, har nyss frågats eller har redan behovet.",
            "%(num)s företag fick ingen fråga: de kan inte få brev, har nyss frågats eller har redan behovet.",
            left,
        )
        flash(told, "info")
    return redirect(location)


def _proposed(rows: list[Row], most: int) -> set[int]:
    if request.args.get("markera") == _NONE or request.method == "POST":
        return set()
    return {row.company.id for row in [row for row in rows if row.is_ticked][:most]}


def _address(inquiry: Inquiry) -> Any:
    return current_app.config["BASE_URL"] + url_for("inquiry_form.answer", token=inquiry.token)
