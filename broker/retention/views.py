"""Pages of retention: the rules, what is due by them, what is exempted, decisions, and the log for the archives."""

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from broker import clock, idempotency, jobs, spreadsheets
from broker.access import Permission, requires
from broker.accounts import service as accounts
from broker.accounts.me import me
from broker.accounts.parts import administration_line
from broker.errors import FieldRefusedError, RefusedError
from broker.extensions import db
from broker.formatting import moment, say
from broker.reference import queries as reference
from broker.reference.models import DocumentKind
from broker.retention import kinds, queries, service, work
from broker.retention.forms import DecideForm, ExemptForm, RuleForm
from broker.retention.service import Decision
from broker.retention.showing import title_of, url_of

blueprint = Blueprint("retention", __name__, url_prefix="/administration/gallring", template_folder="templates")

_EXAMPLES = 5


@administration_line
def _tell_what_is_due():
    if not queries.is_anything_due(clock.today()):
        return None
    return _("Det finns poster att gallra enligt era regler."), url_for("retention.index")


@blueprint.get("")
@requires(Permission.ADMINISTER)
def index():
    """Show every kind of record with its rule, and how much is due by it."""
    today = clock.today()
    return render_template("retention/index.html", lines=queries.overview(today), today=today)


@blueprint.get("/<string:record_kind>")
@requires(Permission.ADMINISTER)
def show(record_kind):
    """Show what is due of one kind, what is left alone and why, and what is exempted."""
    kind, today = kinds.kind_of_slug(record_kind), clock.today()
    rule = queries.find_rule(kind, today)
    last_day = rule.last_day(today) if rule else None
    after, before = request.args.get("efter", 0, type=int), request.args.get("fore", type=int)
    exempted, next_before = queries.list_exempted(kind, before=before)
    page = queries.list_due(kind, last_day, today, after=max(after, 0)) if last_day else queries.Page([], None)
    return render_template(
        "retention/show.html",
        kind=kind,
        rule=rule,
        last_day=last_day,
        due=queries.count_due(kind, last_day, today) if last_day else queries.Due(),
        rows=[(row, title_of(kind.id, row), url_of(kind.id, row), counted) for row, counted in page.rows],
        held_back=queries.count_held_back(kind, last_day, today) if last_day else [],
        exempted=[(exemption, title_of(kind.id, row), url_of(kind.id, row)) for exemption, row in exempted],
        unfinished=queries.find_unfinished(kind),
        next_url=url_for("retention.show", record_kind=kind.slug, efter=page.next_after) if page.next_after else None,
        first_url=url_for("retention.show", record_kind=kind.slug) if after else None,
        older_url=url_for("retention.show", record_kind=kind.slug, fore=next_before) if next_before else None,
    )


@blueprint.route("/<string:record_kind>/regler", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def add_rule(record_kind):
    """Note how long a kind of record is kept from a day on, and show the rules that it has had."""
    kind, today = kinds.kind_of_slug(record_kind), clock.today()
    limits = reference.get_document(DocumentKind.RETENTION_RULES, on=today).content
    form = RuleForm((limits["least_years"], limits["most_years"]), valid_from=today)
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        try:
            service.add_rule(kind, **form.values(), by=me())
        except FieldRefusedError as error:
            form.refuse(error.field, say(error))
        else:
            location = idempotency.remember(form.token.data, url_for("retention.show", record_kind=kind.slug))
            db.session.commit()
            flash(_("Regeln är sparad."), "success")
            return redirect(location)
    rules, in_force = queries.list_rules(kind), queries.find_rule(kind, today)
    page = render_template("retention/add_rule.html", kind=kind, form=form, rules=rules, in_force=in_force, today=today)
    return page, 422 if form.errors else 200


@blueprint.route("/<string:record_kind>/undanta/<int:record_id>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def exempt(record_kind, record_id):
    """Let a record be for now, with the reason."""
    kind = kinds.kind_of_slug(record_kind)
    record = queries.get_record(kind, record_id)
    form = ExemptForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        try:
            service.exempt(kind, record, reason=form.reason.data, by=me())
        except RefusedError as error:
            form.refuse("reason", say(error))
        else:
            location = idempotency.remember(form.token.data, url_for("retention.show", record_kind=kind.slug))
            db.session.commit()
            flash(_("Posten är undantagen och gallras inte."), "success")
            return redirect(location)
    page = render_template(
        "retention/exempt.html", kind=kind, title=title_of(kind.id, record), url=url_of(kind.id, record), form=form
    )
    return page, 422 if form.errors else 200


@blueprint.post("/undantag/<int:exemption_id>/ta-tillbaka")
@requires(Permission.ADMINISTER)
def end_exemption(exemption_id):
    """Let the rule apply to a record again."""
    exemption = queries.get_exemption(exemption_id)
    service.end_exemption(exemption, by=me())
    db.session.commit()
    flash(_("Regeln gäller för posten igen."), "success")
    return redirect(url_for("retention.show", record_kind=kinds.KINDS[exemption.kind].slug))


@blueprint.route("/<string:record_kind>/beslut", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def decide(record_kind):
    """Choose up to which day to destroy by which decision; then show what that is, and do it once that is confirmed."""
    kind, today = kinds.kind_of_slug(record_kind), clock.today()
    rule = queries.find_rule(kind, today)
    last_day = rule.last_day(today) if rule else None
    form = DecideForm(
        through_on=request.args.get("through_on", last_day, type=date.fromisoformat),
        reference=request.args.get("reference"),
    )
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        decision = Decision(kind, form.through_on.data, form.reference.data)
        try:
            return _confirmed(decision, form) or _asked(decision, form)
        except FieldRefusedError as error:
            form.refuse(error.field, say(error))
        except RefusedError as error:
            form.refuse("through_on", say(error))
    page = render_template("retention/decide.html", kind=kind, rule=rule, last_day=last_day, form=form)
    return page, 422 if form.errors else 200


def _confirmed(decision, form):
    if "counted" not in request.form:
        return None
    seen = request.form.get("counted", type=int), request.form.get("last_id", type=int)
    destruction = service.decide(decision, seen, by=me())
    if destruction is None:
        return None
    job = work.add_job(destruction, by=me())
    url = url_for("retention.show_destruction", destruction_id=destruction.id)
    location = idempotency.remember(form.token.data, url)
    db.session.commit()
    jobs.send(job)
    flash(_("Beslutet är antecknat, och gallringen har startat."), "success")
    return redirect(location)


def _asked(decision, form):
    kind = decision.kind
    rule, due = service.look(decision)
    examples = queries.list_due(kind, decision.through_on, clock.today(), limit=_EXAMPLES)
    return render_template(
        "retention/confirm.html",
        kind=kind,
        rule=rule,
        decision=decision,
        due=due,
        rows=[(row, title_of(kind.id, row), url_of(kind.id, row), counted) for row, counted in examples.rows],
        has_changed="counted" in request.form,
        sent={
            "through_on": decision.through_on.isoformat(),
            "reference": decision.reference,
            "token": form.token.data,
            "counted": due.count,
            "last_id": due.last_id,
        },
    )


@blueprint.get("/protokoll")
@requires(Permission.ADMINISTER)
def log():
    """Show everything that has been decided."""
    before = request.args.get("fore", type=int)
    rows, next_before = queries.list_destructions(before=before)
    return render_template(
        "retention/log.html",
        rows=[(row, kinds.KINDS[row.kind]) for row in rows],
        next_url=url_for("retention.log", fore=next_before) if next_before else None,
        first_url=None if before is None else url_for("retention.log"),
    )


@blueprint.post("/protokoll/fil.<any(csv, xlsx):file_type>")
@requires(Permission.ADMINISTER)
def download_log(file_type):
    """Hand out everything that has been decided as a file for the archive authority."""
    rows, _none = queries.list_destructions(limit=None)
    accounts.record_list_export("gallringsprotokoll", rows=len(rows), by=me())
    db.session.commit()
    headings = [
        _("Nummer"),
        _("Vad"),
        _("Till och med"),
        _("Beslutets beteckning"),
        _("Beslutat av"),
        _("Beslutat"),
        _("Regel"),
        _("Gallras efter antal år"),
        _("Antal vid beslutet"),
        _("Antal gallrade"),
        _("Genomfört"),
    ]
    table = [
        [
            row.id,
            str(row.kind.label),
            row.through_on,
            row.reference,
            row.decided_by.name,
            moment(row.decided_at),
            row.rule.reference,
            row.rule.years,
            row.counted,
            row.destroyed,
            moment(row.finished_at) if row.finished_at else "",
        ]
        for row in rows
    ]
    content = spreadsheets.render(file_type, _("Gallringsprotokoll"), headings, table)
    headers = {"Content-Disposition": f"attachment; filename=gallringsprotokoll.{file_type}"}
    return Response(content, mimetype=spreadsheets.MEDIA_TYPES[file_type], headers=headers)


@blueprint.get("/protokoll/<int:destruction_id>")
@requires(Permission.ADMINISTER)
def show_destruction(destruction_id):
    """Show one decision, and how far it has come."""
    destruction = queries.get_destruction(destruction_id)
    job = jobs.get_job(destruction.job_id) if destruction.job_id else None
    return render_template(
        "retention/show_destruction.html", row=destruction, kind=kinds.KINDS[destruction.kind], job=job
    )


@blueprint.post("/protokoll/<int:destruction_id>/fortsatt")
@requires(Permission.ADMINISTER)
def go_on(destruction_id):
    """Go on with a decision whose job stopped before its end."""
    destruction = queries.get_destruction(destruction_id, to_change=True)
    job = jobs.get_job(destruction.job_id) if destruction.job_id else None
    if destruction.is_finished or (job is not None and not job.state.is_over):
        flash(_("Gallringen är klar eller pågår redan."), "info")
    else:
        fresh = work.add_job(destruction, by=me())
        db.session.commit()
        jobs.send(fresh)
        flash(_("Gallringen fortsätter."), "success")
    return redirect(url_for("retention.show_destruction", destruction_id=destruction_id))
