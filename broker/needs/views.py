"""Pages of needs: the list, the board, one need, and what a company needs."""

import hashlib
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from broker import audit, clock, files, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.companies import queries as companies
from broker.errors import NotFoundError
from broker.extensions import db
from broker.formatting import event_entries
from broker.forms import FileForm, forget_typed
from broker.needs import board as columns
from broker.needs import (
    filters,
    following,  # noqa: F401 - importing it lets needs follow their topics.
    leaving,  # noqa: F401 - importing it lets needs follow their contacts.
    queries,
    service,
    states,
)
from broker.needs.analyses import queries as analyses
from broker.needs.forms import EditNeedForm, NeedFilterForm, NeedForm, NeedTextForm, WithdrawForm
from broker.needs.inquiries import queries as inquiries
from broker.needs.joint import queries as joint
from broker.needs.models import NeedStatus
from broker.needs.planning import Calendar
from broker.needs.presets import copied, follow_topic, heard, presets
from broker.needs.queries import NeedFilter
from broker.saved_views.models import ListPage
from broker.saved_views.queries import list_views
from broker.uploads import keep_file

blueprint = Blueprint("needs", __name__, template_folder="templates")


@blueprint.get("/behov")
@requires(Permission.READ)
def index():
    """Show needs, the newest first, narrowed by the filter."""
    form = NeedFilterForm(request.args)
    chosen = filters.chosen_filter(form) if form.validate() else NeedFilter()
    before = request.args.get("fore", type=int)
    # What cannot be read lets nothing through: all needs would look like an answer.
    page = queries.Page([], None) if form.errors else queries.list_needs(chosen, before=before)
    kept = form.asked()
    return render_template(
        "needs/index.html",
        kept=kept,
        views=list_views(ListPage.NEEDS, current_user.id),
        form=form,
        page=page,
        count="" if form.errors else filters.count_in_words(queries.count_needs(chosen)),
        sentence=filters.as_sentence(chosen, form.owner_name),
        first_url=None if before is None else url_for("needs.index", **kept),
        next_url=url_for("needs.index", **kept, fore=page.next_before) if page.next_before else None,
    ), 422 if form.errors else 200


@blueprint.get("/behov/tavla")
@requires(Permission.READ)
def board():
    """Show needs state by state, narrowed by the filter of the list."""
    form = NeedFilterForm(request.args)
    chosen = filters.chosen_filter(form) if form.validate() else NeedFilter()
    # The columns are the states: a state in the address would leave all but one of them empty.
    chosen = replace(chosen, status=None)
    return render_template(
        "needs/board.html",
        form=form,
        kept={name: value for name, value in form.asked().items() if name != "status"},
        columns=[] if form.errors else columns.board(chosen),
        count="" if form.errors else filters.count_in_words(queries.count_needs(chosen)),
        sentence=filters.as_sentence(chosen, form.owner_name),
    ), 422 if form.errors else 200


@blueprint.get("/behov/<int:need_id>")
@requires(Permission.READ)
def show(need_id):
    """Show a need with its cohorts and history."""
    need = queries.get_need(need_id)
    notes = joint.list_notes([need.id])
    return render_template(
        "needs/show.html",
        need=need,
        notes=notes,
        viewers=joint.viewers_of(notes),
        cohorts=queries.list_cohorts_of_need(need.id),
        attachments=files.list_attachments(need),
        history=event_entries(audit.history_of(need)),
    )


@blueprint.get("/foretag/<int:company_id>/behov")
@requires(Permission.READ)
def list_of_company(company_id):
    """Show what a company needs."""
    company = companies.get_company(company_id)
    return render_template(
        "needs/list_of_company.html",
        company=company,
        needs=queries.list_needs_of_company(company.id),
        analyses=analyses.list_analyses(company.id),
        inquiries=inquiries.list_of_company(company.id),
    )


@blueprint.route("/foretag/<int:company_id>/behov/nytt", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_need(company_id):
    """Add a need in two steps: what was said, then the topic and the rest."""
    company = companies.get_company(company_id)
    # Both steps are sent in the body: what a company said must not lie in addresses, which logs keep.
    is_second = "description" in request.form
    earlier = _earlier(company.id, request.args.get("kopia", type=int))
    asked = NeedTextForm(data=_told_in(company.id, request.args.get("kontakt", type=int)))
    key = _key_of_typed(company.id)
    if not is_second and not earlier and not asked.validate_on_submit():
        page = render_template(
            "needs/describe_need.html", company=company, form=asked, key=_of(key, asked.kontakt.data)
        )
        return page, 422 if asked.errors else 200
    rules = queries.cohort_rules(clock.today())
    about = company, rules, Calendar(clock.today()), asked.text.data
    is_rough = request.form.get("as") == NeedStatus.IDENTIFIED
    if is_rough and not is_second:
        return _heard(company, heard(*about) | {"interaction_id": asked.kontakt.data}, asked.token.data)
    known = {**(earlier or presets(*about)), "interaction_id": asked.kontakt.data, "owner_id": me().id}
    form = NeedForm(data=known) if is_second else NeedForm(formdata=None, data=known)
    form.is_rough = is_rough
    form.propose(form.description.data)
    form.offer_contacts(queries.list_contacts_to_choose(company.id, form.interaction_id.data))
    if is_second and form.validate():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        add = service.identify_need if is_rough else service.add_need
        need = add(company, follow_topic(form.values(), rules, form.filled_in_for.data), by=me())
        location = idempotency.remember(form.token.data, url_for("needs.list_of_company", company_id=company.id))
        db.session.commit()
        forget_typed(key)
        saved = _("Behovet av %(topic)s är sparat.", topic=need.topic_label)
        if need.hours != form.hours.data:
            saved += " " + _("Timmarna blev %(hours)s, som är det vanliga för området.", hours=need.hours)
        flash(saved, "success")
        return redirect(location)
    # What was filled in belongs to what was said: another text begins anew.
    said = hashlib.sha256((form.description.data or "").encode()).hexdigest()[:12]
    page = render_template("needs/add_need.html", company=company, form=form, key=_of(key, said))
    return page, 422 if form.errors else 200


@blueprint.route("/behov/<int:need_id>/redigera", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit_need(need_id):
    """Change a need."""
    need = queries.get_need(need_id)
    form = EditNeedForm(obj=need)
    is_clarified = request.form.get("as") == NeedStatus.CLARIFIED
    form.is_rough = need.is_identified and not is_clarified
    form.keep_topic(need.topic_id)
    form.offer_contacts(queries.list_contacts_to_choose(need.company_id, form.interaction_id.data))
    if form.validate_on_submit():
        form.check_version(need)
        service.edit_need(need, form.values(), by=me())
        if need.is_identified and is_clarified:
            states.clarify_need(need, by=me())
        db.session.commit()
        flash(_("Behovet är klarlagt.") if is_clarified else _("Behovet är ändrat."), "success")
        return redirect(url_for("needs.show", need_id=need.id))
    return render_template("needs/edit_need.html", need=need, form=form), 422 if form.errors else 200


@blueprint.route("/behov/<int:need_id>/filer/ny", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_file(need_id):
    """Keep a file with a need: a plan, an offer, a list of who can what."""
    need = queries.get_need(need_id)
    form = FileForm()
    if kept := keep_file(need, form, url_for("needs.show", need_id=need.id), is_name_private=True):
        return kept
    return render_template("needs/add_file.html", form=form, need=need), 422 if form.errors else 200


@blueprint.post("/behov/<int:need_id>/klarlagt")
@requires(Permission.EDIT)
def clarify_need(need_id):
    """Say that a need is clear."""
    need = queries.get_need(need_id)
    states.clarify_need(need, by=me())
    db.session.commit()
    flash(_("Behovet är klarlagt."), "success")
    return redirect(_where_from(need))


@blueprint.post("/behov/<int:need_id>/tillgodosett")
@requires(Permission.EDIT)
def meet_need(need_id):
    """Say that the training met a need."""
    need = queries.get_need(need_id)
    states.meet_need(need, by=me())
    db.session.commit()
    flash(_("Behovet är tillgodosett."), "success")
    return redirect(_where_from(need))


@blueprint.route("/behov/<int:need_id>/avsluta", methods=["GET", "POST"])
@requires(Permission.EDIT)
def withdraw_need(need_id):
    """End a need with the reason."""
    need = queries.get_need(need_id)
    form = WithdrawForm(obj=need)
    if form.validate_on_submit():
        form.check_version(need)
        service.withdraw_need(need, reason=form.reason.data or "", by=me())
        db.session.commit()
        flash(_("Behovet är avslutat."), "success")
        return redirect(url_for("needs.show", need_id=need.id))
    return render_template("needs/withdraw_need.html", need=need, form=form), 422 if form.errors else 200


def _where_from(need):
    if "tavla" in request.args:
        return url_for("needs.board", **NeedFilterForm(request.args).asked())
    return url_for("needs.show", need_id=need.id)


def _earlier(company_id, need_id):
    """Give an earlier need of the company as the start of a new one."""
    if need_id is None or request.method == "POST":
        return None
    need = queries.get_need(need_id)
    if need.company_id != company_id:
        raise NotFoundError
    return copied(need)


def _heard(company, values, token):
    """Keep what was heard at once, to be made clear later."""
    if location := idempotency.find_location(token):
        return redirect(location)
    need = service.identify_need(company, values, by=me())
    location = idempotency.remember(token, url_for("needs.show", need_id=need.id))
    db.session.commit()
    forget_typed(_key_of_typed(company.id))
    flash(_("Behovet är sparat som identifierat. Här ser du vad som saknas för att klarlägga det."), "success")
    return redirect(location)


def _key_of_typed(company_id: int) -> str:
    return f"need-{g.acting.organisation_id}-{company_id}"


def _of(key: str, part: int | str | None) -> str:
    # All that is kept under parts of a key is forgotten with it.
    return f"{key}/{part}" if part else key


def _told_in(company_id: int, interaction_id: int | None) -> dict[str, Any]:
    """Give the first step filled in with the contact that a person comes from."""
    contacts = {row.id: row for row in queries.list_contacts_to_choose(company_id, interaction_id)}
    return {"kontakt": interaction_id, "text": contacts[interaction_id].summary} if interaction_id else {}
