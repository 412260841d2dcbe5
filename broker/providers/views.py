"""Pages of the register of providers: the list, a provider, what it teaches, its vetting."""

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from broker import audit, clock, files, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import NotFoundError, RefusedError
from broker.extensions import db
from broker.formatting import day as shown_day
from broker.formatting import event_entries
from broker.forms import FileForm
from broker.providers import queries, service, vetting
from broker.providers.applying.queries import count_new, list_of_provider
from broker.providers.forms import (
    DayForm,
    EditProviderForm,
    NewProviderForm,
    RegisterFilter,
    checks_form,
)
from broker.providers.hearings import queries as hearings
from broker.providers.hearings import report
from broker.providers.hearings.rules import list_next
from broker.providers.parts import parts_of
from broker.providers.people.queries import list_people
from broker.reference import queries as reference
from broker.uploads import keep_file

blueprint = Blueprint("providers", __name__, url_prefix="/anordnare", template_folder="templates")


@blueprint.get("")
@requires(Permission.READ)
def index():
    """Show the register."""
    today = clock.today()
    form = RegisterFilter(request.args)
    form.set_statuses(queries.vetting_document(today))
    form.set_counts(queries.count_kinds_and_languages())
    form.validate()
    chosen = form.chosen()
    applications = count_new()
    page = queries.list_register(
        today=today,
        search=chosen.get("q", ""),
        topic_id=chosen.get("topic_id"),
        status_id=chosen.get("status"),
        kind=chosen.get("kind"),
        language=chosen.get("language"),
        place=chosen.get("place"),
        after=request.args.get("efter", type=int),
    )
    next_url = url_for("providers.index", efter=page.next_after, **chosen) if page.next_after else None
    return render_template("providers/index.html", form=form, page=page, next_url=next_url, applications=applications)


@blueprint.get("/att-granska")
@requires(Permission.READ)
def queue():
    """Show the vettings that wait for somebody, the most urgent first, each with its next step."""
    return render_template("providers/queue.html", rows=queries.list_waiting(clock.today()), next_link=_next_link)


@blueprint.get("/<int:provider_id>")
@requires(Permission.READ)
def show(provider_id):
    """Show a provider: facts, what it teaches, how its vetting stands, files and history."""
    provider = queries.get_provider(provider_id)
    return render_template(
        "providers/show.html",
        provider=provider,
        status=queries.status_of(provider, today=clock.today()),
        attachments=files.list_attachments(provider),
        history=event_entries(audit.history_of(provider)),
        parts=parts_of(provider),
        people=list_people(provider.id),
        applications=list_of_provider(provider.id),
    )


@blueprint.route("/ny", methods=["GET", "POST"])
@requires(Permission.VET)
def new():
    """Add a provider to the register."""
    form = NewProviderForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        try:
            provider = service.add_provider(**form.values(), by=me())
        except service.ProviderNumberError as error:
            form.refuse("organisation_number", str(error))
        else:
            location = idempotency.remember(form.token.data, url_for("providers.show", provider_id=provider.id))
            db.session.commit()
            flash(_("%(name)s är tillagd. Granska den innan den används.", name=provider.name), "success")
            return redirect(location)
    return render_template("providers/new.html", form=form), 422 if form.errors else 200


@blueprint.route("/<int:provider_id>/redigera", methods=["GET", "POST"])
@requires(Permission.VET)
def edit(provider_id):
    """Change what is known about a provider."""
    provider = queries.get_provider(provider_id)
    form = EditProviderForm(obj=provider)
    if form.validate_on_submit():
        form.check_version(provider)
        try:
            service.edit_provider(provider, **form.values(), by=me())
        except service.ProviderNumberError as error:
            form.refuse(form.number_name, str(error))
        else:
            db.session.commit()
            flash(_("Uppgifterna om %(name)s är sparade.", name=provider.name), "success")
            return redirect(url_for("providers.show", provider_id=provider.id))
    return render_template("providers/edit.html", form=form, provider=provider), 422 if form.errors else 200


@blueprint.route("/<int:provider_id>/filer/ny", methods=["GET", "POST"])
@requires(Permission.VET)
def add_file(provider_id):
    """Keep a file about a provider."""
    provider = queries.get_provider(provider_id)
    form = FileForm()
    if kept := keep_file(provider, form, url_for("providers.show", provider_id=provider.id)):
        return kept
    return render_template("providers/add_file.html", form=form, provider=provider), 422 if form.errors else 200


@blueprint.get("/<int:provider_id>/granskning")
@requires(Permission.READ)
def show_vetting(provider_id):
    """Show the whole vetting list with the latest result of every item, today or as it stood on a day."""
    provider = queries.get_provider(provider_id)
    form = DayForm(request.args)
    day, status = _status_asked_for(provider, form)
    return render_template(
        "providers/show_vetting.html",
        provider=provider,
        form=form,
        day=day,
        status=status,
        groups=_groups(
            queries.vetting_document(status.today),
            vetting.latest_checks(queries.list_checks(provider, until=day)),
            status,
        ),
        step_links=_step_links(provider, status),
        steps=[_step(step) for step in hearings.list_steps(provider, until=day)],
    )


@blueprint.get("/<int:provider_id>/granskning.pdf")
@requires(Permission.READ)
def download_vetting(provider_id):
    """Give the vetting as a PDF, today or as it stood on a day."""
    provider = queries.get_provider(provider_id)
    day, status = _status_asked_for(provider, DayForm(request.args))
    content = report.write(
        provider,
        status,
        queries.vetting_document(status.today),
        vetting.latest_checks(queries.list_checks(provider, until=day)),
        hearings.list_steps(provider, until=day),
        organisation=g.acting.organisation_name,
    )
    disposition = f'attachment; filename="granskning-{provider.id}-{status.today}.pdf"'
    return Response(content, content_type="application/pdf", headers={"Content-Disposition": disposition})


def _status_asked_for(provider, form):
    """Give an earlier day, or None for today, and how the vetting stood then."""
    today = clock.today()
    day = form.dag.data if form.validate() else None
    if day and clock.end_of(day) <= provider.created_at:
        added = shown_day(clock.in_sweden(provider.created_at).date())
        form.refuse("dag", _("Anordnaren lades till %(day)s. Ange en dag från och med då.", day=added))
        day = None
    if day is None or day >= today:
        return None, queries.status_of(provider, today=today)
    return day, queries.status_on(provider, day)


@blueprint.route("/<int:provider_id>/granskning/<string:group_id>", methods=["GET", "POST"])
@requires(Permission.VET)
def record_checks(provider_id, group_id):
    """Record what was found about the items of one group."""
    provider = queries.get_provider(provider_id)
    document = queries.vetting_document(clock.today())
    group = next((row for row in document["groups"] if row["id"] == group_id), None)
    if group is None:
        raise NotFoundError
    items = [item for item in document["items"] if item["group"] == group_id]
    form = checks_form(document, items)
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        try:
            checks = service.record_checks(
                provider, form.findings(items), checked_on=form.values()["checked_on"], by=me()
            )
        except service.CheckRefusedError as error:
            form.refuse(f"{error.item_id}_{error.part}", str(error))
        except RefusedError as error:
            form.refuse("checked_on", str(error))
        else:
            location = url_for("providers.show_vetting", provider_id=provider.id, _anchor=f"grupp-{group_id}")
            idempotency.remember(form.token.data, location)
            db.session.commit()
            flash(_("Antecknade kontroller: %(count)s.", count=len(checks)), "success")
            return redirect(location)
    page = render_template("providers/record_checks.html", form=form, provider=provider, group=group, items=items)
    return page, 422 if form.errors else 200


def _step_links(provider, status):
    return [_step_link(provider, step) for step in list_next(status)]


def _step_link(provider, step):
    return url_for(f"hearings.{step.value}", provider_id=provider.id), step.label


def _next_link(row):
    if row.waiting.step:
        return _step_link(row.provider, row.waiting.step)
    url = url_for("providers.record_checks", provider_id=row.provider.id, group_id=row.waiting.group_id)
    return url, _("Kontrollera på nytt")


def _step(step):
    conditions = _("Villkor: %(conditions)s", conditions=step.conditions) if step.conditions else None
    until = None
    if step.until:
        text = _("Svar senast %(day)s") if step.recipient else _("Gäller till och med %(day)s")
        until = text % {"day": shown_day(step.until)}
    return {
        "at": shown_day(step.happened_on),
        "title": step.label,
        "text": "\n".join(filter(None, [until, conditions, step.text])),
        "by": step.made_by.name if step.made_by else _("Utvärderingarna") if step.item_ids else _("Registret"),
        "url": None,
        "icon": "history",
    }


def _groups(document, latest, status):
    results = {row["id"]: reference.text_of(row) for row in document["item_results"]}
    return [
        {
            "id": group["id"],
            "label": reference.text_of(group),
            "items": [
                {
                    "label": reference.text_of(item),
                    "need": _need(item),
                    "law": item.get("law", ""),
                    "check": latest.get(item["id"]),
                    "result": results[latest[item["id"]].result if item["id"] in latest else vetting.NOT_CHECKED],
                    "tone": _tone(latest.get(item["id"]), item, status.today),
                    "is_personal": "personal_data" in item,
                    "expires_on": _expiry(latest.get(item["id"]), item),
                }
                for item in document["items"]
                if item["group"] == group["id"]
            ],
        }
        for group in sorted(document["groups"], key=lambda group: group["order"])
    ]


def _need(item):
    if item["knock_out"]:
        return _("Krav som utesluter")
    return _("Obligatorisk") if item["mandatory"] else _("Upplysning")


def _expiry(check, item):
    if check is None or check.result == vetting.NOT_APPLICABLE:
        return None
    return vetting.expiry_of(check, item["revet_months"])


def _tone(check, item, today):
    if check is None:
        return "off"
    expires_on = _expiry(check, item)
    if expires_on and expires_on < today and check.result != vetting.FAILED:
        return "warn"
    tones = {vetting.APPROVED: "ok", vetting.REMARK: "info", vetting.FAILED: "stop"}
    return tones.get(check.result, "off")
