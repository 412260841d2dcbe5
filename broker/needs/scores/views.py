"""Pages of scorecards: one of each provider, the texts that wait for a moderator, and the link for the provider."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from broker import clock, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import say
from broker.needs.evaluations.asking import forms_on
from broker.needs.evaluations.models import FormKind
from broker.needs.half_years import half_year_name
from broker.needs.scores import queries, service
from broker.needs.scores.cards import make_card
from broker.needs.scores.forms import AskProviderForm, ModerationForm
from broker.needs.scores.striking import STRUCK, strike_contacts
from broker.providers import queries as providers
from broker.providers.hearings.queries import hearing_rules
from broker.providers.offerings.parts import Part
from broker.providers.parts import shown_with_provider
from broker.topics.queries import topic_label

blueprint = Blueprint("scores", __name__, url_prefix="/anordnare", template_folder="../templates")


@blueprint.get("/<int:provider_id>/omdomen")
@requires(Permission.READ)
def show(provider_id):
    """Show what those who took part and companies think of a provider's trainings."""
    provider = providers.get_provider(provider_id)
    today = clock.today()
    said, has_older = queries.list_said(provider.id)
    scores = queries.list_scores(provider.id)
    return render_template(
        "scores/show.html",
        provider=provider,
        card=make_card(scores),
        settled_on=max((row.settled_on for row in scores), default=None),
        said=said,
        has_older=has_older,
        replies=queries.list_replies(provider.id),
        waiting=queries.count_waiting(),
        fewest=forms_on(today)[FormKind.DIRECT].fewest_to_show,
        low=hearing_rules(today).low_scores,
        half_year_name=half_year_name,
        topic_label=topic_label,
    )


@blueprint.route("/<int:provider_id>/omdomen/fraga", methods=["GET", "POST"])
@requires(Permission.VET)
def ask(provider_id):
    """Send a provider a link to its scorecard, where it may reply."""
    provider = providers.get_provider(provider_id)
    form = AskProviderForm(data={"recipient": provider.email})
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        service.ask_provider(provider, form.recipient.data, link_of=_address, by=me())
        location = url_for("scores.show", provider_id=provider.id, _anchor="svar")
        idempotency.remember(form.token.data, location)
        db.session.commit()
        flash(_("Brevet är på väg till anordnaren."), "success")
        return redirect(location)
    return render_template("scores/ask.html", provider=provider, form=form), 422 if form.errors else 200


@blueprint.get("/omdomen/att-lasa")
@requires(Permission.VET)
def queue():
    """Show the texts that wait to be read before anybody else sees them."""
    said, replies, has_more = queries.list_waiting()
    return render_template("scores/queue.html", said=said, replies=replies, has_more=has_more)


@blueprint.route("/omdomen/texter/<int:score_text_id>", methods=["GET", "POST"])
@requires(Permission.VET)
def moderate_text(score_text_id):
    """Show a text of an evaluation, with names struck out, or do not."""
    said = queries.get_said(score_text_id)
    facts = {"question": say(said.question), "about": f"{said.topic}"}
    return _moderate(said.row, facts)


@blueprint.route("/omdomen/svar/<int:score_reply_id>", methods=["GET", "POST"])
@requires(Permission.VET)
def moderate_reply(score_reply_id):
    """Show what a provider replied, or do not."""
    reply = queries.get_reply(score_reply_id)
    return _moderate(reply, {"question": _("Anordnarens svar"), "about": reply.provider.name})


@shown_with_provider
def _part(provider):
    return Part("scores/_part.html", {"line": queries.lines_of([provider.id]).get(provider.id)})


def _moderate(row, facts):
    form = ModerationForm(data={"version": row.version, "shown": row.shown or strike_contacts(row.text or "")})
    if form.validate_on_submit():
        form.check_version(row)
        try:
            service.moderate(row, is_shown=form.is_shown, shown=form.shown.data, by=me())
        except RefusedError as error:
            form.refuse("shown", say(error))
        else:
            db.session.commit()
            flash(_("Texten visas nu.") if form.is_shown else _("Texten visas inte."), "success")
            return redirect(url_for("scores.queue"))
    page = render_template("scores/moderate.html", row=row, form=form, mark=STRUCK, **facts)
    return page, 422 if form.errors else 200


def _address(token):
    return current_app.config["BASE_URL"] + url_for("score_reply.answer", token=token)
