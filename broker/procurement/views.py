"""Pages of purchases: the list, a purchase, its start, its steps and its route."""

from dataclasses import replace
from decimal import Decimal

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from broker import audit, clock, files, idempotency
from broker.access import Permission, can, requires
from broker.accounts import queries as accounts
from broker.accounts.me import me
from broker.errors import ConflictError, Difference, NotAllowedError, NotFoundError, RefusedError
from broker.extensions import db
from broker.procurement import (
    deadlines,
    queries,
    reminding,  # noqa: F401 - importing it puts the days into letters and calendars.
    service,
    showing,
    suppliers,
    workflow,
)
from broker.procurement.fields import Names, to_show, to_store
from broker.procurement.forms import DocumentationForm, RouteForm, route_choices, start_form, step_form
from broker.procurement.frameworks import parts as frameworks
from broker.procurement.frameworks.declining import asked_supplier
from broker.procurement.models import Purchase
from broker.procurement.offers import queries as offers
from broker.procurement.offers import service as offer_service
from broker.procurement.value.rules import has_rules
from broker.providers import queries as providers
from broker.providers.prices import price_of
from broker.reference import queries as reference

blueprint = Blueprint("procurement", __name__, url_prefix="/inkop", template_folder="templates")


@blueprint.before_app_request
def guard_secret_papers():
    """Keep offers from people without the right to them also when they know the address of the file."""
    if request.endpoint != "pages.download" or not g.get("acting"):
        return
    attachment = files.get_attachment((request.view_args or {})["attachment_id"])
    is_offer = attachment.subject_type == Purchase.__tablename__ and attachment.kind in workflow.OFFER_PAPERS
    if is_offer and not offers.sees_offers(queries.get_purchase(attachment.subject_id), me()):
        raise NotAllowedError


@blueprint.get("")
@requires(Permission.READ)
def index():
    """Show the purchases that go on, or those that have ended."""
    is_ended = request.args.get("visa") == "avslutade"
    after = request.args.get("efter", type=int)
    page = queries.list_purchases(today=clock.today(), is_ended=is_ended, after=after)
    shown = "avslutade" if is_ended else "pagaende"
    next_url = url_for("procurement.index", visa=shown, efter=page.next_after) if page.next_after else None
    return render_template("procurement/index.html", page=page, is_ended=is_ended, next_url=next_url)


@blueprint.get("/<int:purchase_id>")
@requires(Permission.READ)
def show(purchase_id):
    """Show where a purchase stands, what is next, by when and under which law."""
    queries.read_rules(clock.today())
    purchase = queries.get_purchase(purchase_id)
    attachments = files.list_attachments(purchase)
    situation = queries.get_situation(purchase, today=clock.today(), attachments=attachments)
    is_hidden = not offers.sees_offers(purchase, me())
    is_waiting = is_hidden and workflow.receives_offers(situation.document, purchase.route, purchase.state)
    values = showing.list_values(situation, is_hidden=is_hidden)
    return render_template(
        "procurement/show.html",
        purchase=purchase,
        situation=situation,
        # The law's names end with "kap."; the full stop of the sentence would be a second one.
        route_label=reference.text_of(situation.route).rstrip("."),
        state_label=reference.text_of(situation.document["states"][purchase.state]),
        # What a step still lacks would tell of the offers.
        steps=[] if is_waiting else workflow.list_steps(situation),
        may_move_closing=can(Permission.PROCURE) and not is_waiting and offers.may_move_closing(purchase),
        may_change_route=can(Permission.PROCURE) and not is_waiting and workflow.may_change_route(situation),
        takes_offers=workflow.takes_offers(situation.document, purchase.route),
        call_off=frameworks.part_of(situation),
        deadlines=deadlines.list_deadlines(situation),
        left=deadlines.list_left_at_end(situation),
        documentation=_documentation_form(purchase, situation),
        values=[(reference.text_of(situation.document["fields"][name]), text) for name, text in values.items()],
        papers=showing.list_papers(purchase, situation, attachments, is_hidden=is_hidden),
        record=showing.list_record(situation, values),
        is_hidden=is_hidden,
        has_value=has_rules(situation),
        is_waiting=is_waiting,
        taken=[showing.step_entry(step, situation, is_hidden=is_hidden) for step in reversed(purchase.steps)],
        history=[
            showing.event_entry(event, situation.document["states"])
            for event in audit.history_of(purchase)
            if not (is_hidden and showing.tells_of_offers(event))
        ],
    )


@blueprint.route("/nytt", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def new():
    """Start a purchase: first see the proposed route with its reasons, then choose it or another one."""
    cohort_id = request.args.get("utbildningsgrupp", type=int)
    cohort = queries.get_cohort(cohort_id) if cohort_id else None
    if cohort_id:
        service.check_cohort(cohort_id)
    queries.read_rules(clock.today())
    document = queries.current_workflow(clock.today()).content
    value = None
    if cohort and cohort.offering:
        value = Decimal(price_of(cohort.offering, service.people_bought_for(cohort))) / 100 or None
    form = start_form(
        document,
        title=cohort and cohort.title,
        today=clock.today(),
        value=value,
        frameworks=frameworks.choices_for(clock.today()),
    )
    proposal, covering = None, []
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        form["annex2"].data = service.filled(form.answers()).get("annex2")
        if not form["framework"].data:
            topic_id = cohort.topic_id if cohort else None
            covering = queries.list_covering(form.answers(), topic_id, today=clock.today())
        try:
            if not form["route"].data:
                proposal = service.propose_route(form.answers())
                form["route"].data = proposal.route_id
            else:
                return _start(form, cohort_id)
        except service.StepRefusedError as error:
            form.refuse_all(error.by_name, error.others)
            proposal = service.find_proposal(form.answers())
    page = render_template(
        "procurement/new.html", form=form, cohort=cohort, proposal=proposal, value=value, covering=covering
    )
    return page, 422 if form.errors else 200


@blueprint.route("/<int:purchase_id>/steg/<string:to>", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def take_step(purchase_id, to):
    """Take a purchase to its next state, filling in exactly what is missing."""
    queries.read_rules(clock.today())
    purchase = queries.get_purchase(purchase_id)
    offer_service.refuse_others_while_undecided(purchase, me())
    situation = queries.get_situation(purchase, today=clock.today())
    location = url_for("procurement.show", purchase_id=purchase.id)
    step = workflow.find_step(situation, to)
    if step is None:
        return _where_it_went(purchase, situation, to)
    if step.sets_aside and asked_supplier(situation):
        return redirect(url_for("frameworks.decline", purchase_id=purchase.id))
    form = _form_of(purchase, situation, step)
    if form.validate_on_submit():
        if known := idempotency.find_location(form.token.data):
            return redirect(known)
        form.check_version(purchase)
        try:
            service.take_step(
                purchase,
                to,
                values=form.answers(),
                papers=form.papers(),
                note=form.step_note.data,
                override_reason=form.reason_to_go_on,
                by=me(),
            )
        except service.StepRefusedError as error:
            form.refuse_all(error.by_name, error.others)
        except RefusedError as error:
            form.refuse_all({}, [str(error)])
        else:
            idempotency.remember(form.token.data, location)
            db.session.commit()
            flash(_("%(step)s: klart.", step=step.label), "success")
            return redirect(location)
    page = render_template("procurement/take_step.html", form=form, purchase=purchase, step=step)
    return page, 422 if form.errors else 200


@blueprint.route("/<int:purchase_id>/dokumentation", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def record_documentation(purchase_id):
    """Note when the documentation of an ended purchase was completed."""
    purchase = queries.get_purchase(purchase_id)
    form = DocumentationForm(data={"version": purchase.version})
    if form.validate_on_submit():
        form.check_version(purchase)
        service.record_documentation(purchase, form.documentation_done_date.data, by=me())
        db.session.commit()
        flash(_("Dokumentationen är antecknad."), "success")
        return redirect(url_for("procurement.show", purchase_id=purchase.id))
    page = render_template("procurement/record_documentation.html", form=form, purchase=purchase)
    return page, 422 if form.errors else 200


@blueprint.route("/<int:purchase_id>/inkopsvag", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def change_route(purchase_id):
    """Move a purchase to another route, with the reason."""
    purchase = queries.get_purchase(purchase_id)
    offer_service.refuse_others_while_undecided(purchase, me())
    form = RouteForm(data={"version": purchase.version})
    form.route.choices = route_choices(queries.get_workflow(purchase), empty=_("Välj"))
    if form.validate_on_submit():
        form.check_version(purchase)
        try:
            service.change_route(purchase, form.route.data, reason=form.route_reason.data, by=me())
        except RefusedError as error:
            form.refuse("route", str(error))
        else:
            db.session.commit()
            flash(_("Inköpsvägen är bytt."), "success")
            return redirect(url_for("procurement.show", purchase_id=purchase.id))
    page = render_template(
        "procurement/change_route.html",
        form=form,
        purchase=purchase,
        proposal=workflow.find_proposal(queries.get_situation(purchase, today=clock.today(), attachments=())),
        covering=[] if purchase.framework_id else _covering(purchase),
    )
    return page, 422 if form.errors else 200


def _covering(purchase):
    return queries.list_covering(purchase.values, queries.topic_of(purchase), today=clock.today())


def _start(form, cohort_id):
    purchase = service.start_purchase(
        title=form.title.data,
        values=form.answers(),
        route_id=form["route"].data,
        route_reason=form["route_reason"].data,
        cohort_id=cohort_id,
        by=me(),
    )
    location = idempotency.remember(form.token.data, url_for("procurement.show", purchase_id=purchase.id))
    db.session.commit()
    flash(_("Inköpet %(title)s är startat.", title=purchase.title), "success")
    return redirect(location)


def _where_it_went(purchase, situation, to):
    # A second sending of the same form finds the purchase already where it was to go.
    location = url_for("procurement.show", purchase_id=purchase.id)
    if idempotency.find_location(request.form.get("token")) is not None:
        return redirect(location)
    if not workflow.is_on_route(situation, to):
        raise NotFoundError
    # Somebody else has moved the purchase, or the browser went back to a step that is taken.
    conflict = ConflictError(list(_sent(purchase, situation)))
    conflict.back_url = location
    raise conflict


def _sent(purchase, situation):
    definitions = situation.document["fields"]
    names = _names_for(situation.document, [name for name in request.form if name in definitions])
    form = step_form(
        situation.document,
        fields=[name for name in request.form if name in definitions],
        papers=(),
        conditions={},
        values={},
        names=names,
        version=purchase.version,
    )
    saved = showing.list_values(situation, is_hidden=not offers.sees_offers(purchase, me()))
    for name, definition in form.definitions.items():
        stored = to_store(definition, form[name].data)
        if stored is not None:
            label = reference.text_of(definition)
            yield Difference(name, label, to_show(name, definition, stored, names), saved.get(name, ""))
    if form.step_note.data:
        yield Difference("step_note", str(form.step_note.label.text), form.step_note.data, "")


def _documentation_form(purchase, situation):
    if not can(Permission.PROCURE) or not deadlines.waits_for_documentation(situation):
        return None
    return DocumentationForm(data={"version": purchase.version, "documentation_done_date": clock.today()})


def _form_of(purchase, situation, step):
    is_again = any(taken.to_state == step.to for taken in purchase.steps)
    fields = workflow.asked_fields(situation, step, again=is_again)
    form = step_form(
        situation.document,
        fields=fields,
        papers=workflow.asked_papers(situation, step, fields),
        conditions=workflow.conditions_of(situation, step.to),
        values=_known(purchase, situation) | purchase.values,
        names=replace(
            _names_for(situation.document, fields, lambda: _labels(purchase, situation), situation),
            set_aside=suppliers.set_aside(situation),
        ),
        version=purchase.version,
        needs_note=step.needs_note,
        override_law=_override_law(step),
    )
    for name in {"chosen_provider", "suppliers_asked"} & set(fields) if situation.framework else ():
        form[name].description = _("Ramavtalets leverantörer i ordning, utan dem som har sagt nej.")
    return form


def _override_law(step):
    # What a form answers may break a guard that held, so one that is sent can always say why to go on.
    asked = step.overridable if request.method == "POST" else step.overridable.keys() & step.broken_guards.keys()
    return ", ".join(dict.fromkeys(step.overridable[name] for name in asked))


def _known(purchase, situation):
    known = {"subject": purchase.title} | frameworks.presets(situation)
    # Whoever stands first in the comparison is proposed, and then nobody else is.
    proposed = {"chosen_provider": purchase.values.get("proposed_provider")}
    if purchase.cohort is None:
        return proposed | known
    people = service.people_bought_for(purchase.cohort)
    offering = purchase.cohort.offering
    is_compared = "proposed_provider" in purchase.values
    planned = {"chosen_provider": offering.provider_id} if offering and not is_compared else proposed
    return {
        "delivery_start": purchase.cohort.starts_on.isoformat(),
        "delivery_end": purchase.cohort.ends_on.isoformat(),
        "participants_planned": people,
        **planned,
        **frameworks.volume_of(situation.framework, people=people, hours=purchase.cohort.hours),
        **known,
    }


def _labels(purchase, situation):
    known = suppliers.involved_first(queries.list_suppliers(purchase, today=situation.today), situation.values)
    labels = {row.id: row.label for row in known}
    framework = situation.framework
    return frameworks.label_suppliers(framework, labels, situation.today) if framework else labels


def _names_for(document, fields, list_providers=providers.list_provider_names, situation=None):
    kinds = {document["fields"][name].get("of", document["fields"][name]["type"]) for name in fields}
    users = accounts.list_users(g.acting.organisation_id) if "user" in kinds else []
    return Names(
        providers=dict(list_providers()) if "provider" in kinds else {},
        users={user.id: user.name for user in users},
        frameworks=frameworks.choices_for(clock.today(), situation) if "framework_agreement" in kinds else {},
    )
