"""Pages of what follows on the checks of a provider: hearing, answer, judgement, decision, a vetting opened anew."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from broker import clock, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.extensions import db
from broker.providers import queries as providers
from broker.providers.hearings import queries, service
from broker.providers.hearings.forms import AnswerForm, AssessmentForm, DecisionForm, HearingForm, ReopeningForm

blueprint = Blueprint("hearings", __name__, url_prefix="/anordnare/<int:provider_id>", template_folder="templates")


@blueprint.route("/yttrande/nytt", methods=["GET", "POST"])
@requires(Permission.VET)
def open_hearing(provider_id):
    """Tell a provider what was found, and by when it may answer."""
    provider, status = _found(provider_id)
    days = queries.hearing_rules(status.today).suggested_days
    item_ids = [item.id for item in status.unheard]
    notes = queries.notes_of(provider, item_ids)
    form = HearingForm(
        data={
            "recipient": provider.email,
            "answer_by": status.today + timedelta(days=days),
            "found": "\n".join(filter(None, (notes.get(item_id) for item_id in item_ids))),
        }
    )
    if queries.is_about_crimes(providers.vetting_document(status.today), item_ids):
        del form.found
    answer = _keep(
        form,
        provider,
        lambda: service.open_hearing(provider, **{"found": None} | form.values(), by=me()),
        _("Brevet är på väg till anordnaren."),
    )
    return answer or _page("open_hearing", provider, status, form)


@blueprint.route("/yttrande/svar", methods=["GET", "POST"])
@requires(Permission.VET)
def note_answer(provider_id):
    """Note what a provider answered."""
    provider, status = _found(provider_id)
    form = _without_words(AnswerForm(), status)
    answer = _keep(
        form,
        provider,
        lambda: service.note_answer(provider, **{"text": None} | form.values(), by=me()),
        _("Svaret är antecknat. Bedöm det innan någon beslutar."),
    )
    return answer or _page("note_answer", provider, status, form)


@blueprint.route("/yttrande/bedomning", methods=["GET", "POST"])
@requires(Permission.VET)
def assess(provider_id):
    """Note whether what a provider has answered and done is enough."""
    provider, status = _found(provider_id)
    form = _without_words(AssessmentForm(), status)
    answer = _keep(
        form,
        provider,
        lambda: service.assess(provider, **{"text": None} | form.values(), by=me()),
        _("Bedömningen är antecknad. Nu kan någon besluta."),
    )
    return answer or _page("assess", provider, status, form)


@blueprint.route("/beslut/nytt", methods=["GET", "POST"])
@requires(Permission.VET)
def decide(provider_id):
    """Decide whether a provider is approved, approved with conditions, or not accepted."""
    provider, status = _found(provider_id)
    form = DecisionForm()

    def keep():
        values = form.values()
        service.decide(provider, values.pop("outcome"), **values, by=me())

    answer = _keep(form, provider, keep, _("Beslutet är sparat."))
    return answer or _page("decide", provider, status, form)


@blueprint.route("/handelse/ny", methods=["GET", "POST"])
@requires(Permission.VET)
def reopen(provider_id):
    """Tell that something has happened, so that the vetting is to be done again."""
    provider, status = _found(provider_id)
    form = ReopeningForm()
    answer = _keep(
        form,
        provider,
        lambda: service.reopen(provider, **form.values(), by=me()),
        _("Granskningen är öppnad på nytt. Anordnaren används inte förrän någon har beslutat."),
    )
    return answer or _page("reopen", provider, status, form)


def _found(provider_id):
    provider = providers.get_provider(provider_id)
    return provider, providers.status_of(provider, today=clock.today())


def _without_words(form, status):
    hearing = status.standing.hearing
    if hearing and queries.is_about_crimes(providers.vetting_document(status.today), hearing.item_ids):
        del form.text
    return form


def _keep(form, provider, keep, message):
    if not form.validate_on_submit():
        return None
    if location := idempotency.find_location(form.token.data):
        return redirect(location)
    try:
        keep()
    except service.StepRefusedError as error:
        if error.field in form:
            form.refuse(error.field, str(error))
        else:
            form.form_errors.append(str(error))
        return None
    location = url_for("providers.show_vetting", provider_id=provider.id, _anchor="beslut")
    idempotency.remember(form.token.data, location)
    db.session.commit()
    flash(message, "success")
    return redirect(location)


def _page(name, provider, status, form):
    page = render_template(f"hearings/{name}.html", provider=provider, status=status, form=form)
    return page, 422 if form.errors else 200
