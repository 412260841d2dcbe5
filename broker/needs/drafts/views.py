"""Pages of drafts of groups: the list, one draft, one of its groups, moves, what-ifs and comparisons."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from broker import clock, database, idempotency, jobs
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.extensions import db
from broker.formatting import say
from broker.needs.cohorts.notices import list_shared, tell_of_plans
from broker.needs.cohorts.parts import parts_of
from broker.needs.drafts import comparing, edits, queries, service, showing, solving, work
from broker.needs.drafts.content import Content
from broker.needs.drafts.edits import EditRefusedError
from broker.needs.drafts.forms import (
    STEPS,
    DraftForm,
    EditDraftForm,
    StartDraftForm,
    WhatIfForm,
    as_field,
    sent_number,
    sent_part,
    sent_parts,
)
from broker.needs.drafts.models import GroupDraft
from broker.topics import queries as topics

blueprint = Blueprint("drafts", __name__, url_prefix="/behov/utkast", template_folder="../templates")


@blueprint.get("")
@requires(Permission.READ)
def index():
    """Show the drafts, the newest first; with a job, go where it led."""
    if job_id := request.args.get("job_id", type=int):
        result = jobs.get_own_job(job_id, current_user.id).result or {}
        return redirect(result.get("page") or url_for("drafts.index"))
    is_away = "undanlagda" in request.args
    drafts = queries.list_drafts(put_away=is_away)
    labels = {draft.id: topics.topic_label(draft.topic_id) for draft in drafts}
    return render_template("drafts/index.html", drafts=drafts, labels=labels, is_away=is_away)


@blueprint.route("/nytt", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def start_draft():
    """Begin a draft with the proposals as they are now."""
    form = StartDraftForm()
    if location := idempotency.find_location(form.token.data):
        return redirect(location)
    if form.validate_on_submit():
        return redirect(_start(form))
    form.topic_id.data = form.topic_id.data or request.args.get("omrade")
    return render_template("drafts/start_draft.html", form=form), 422 if form.errors else 200


@blueprint.get("/<int:draft_id>")
@requires(Permission.READ)
def show(draft_id):
    """Show a draft: its groups, what is left over, and its figures."""
    draft, desk = work.open_desk(draft_id)
    page = max(1, request.args.get("sida", 1, type=int))
    return render_template(
        "drafts/show.html",
        draft=draft,
        board=showing.board(desk, page, waiting_most=max(showing.PAGE, request.args.get("visa", 0, type=int))),
        desk=desk,
        page=page,
        steps=queries.list_steps(draft),
        topic=topics.topic_label(draft.topic_id),
        ticked=request.args.getlist("vald"),
        as_field=as_field,
    )


@blueprint.get("/<int:draft_id>/grupp")
@requires(Permission.BUNDLE)
def show_group(draft_id):
    """Show what can be done with one group of a draft."""
    draft, desk = work.open_desk(draft_id)
    group = showing.find_group(desk, sent_number("nyckel"))
    if group is None:
        return _back(draft, _("Gruppen finns inte längre i utkastet. Se vad som gäller nu."))
    return render_template(
        "drafts/show_group.html",
        draft=draft,
        group=group,
        choices=showing.choices_for_group(desk, group),
        needs=desk.proposals.needs,
        ticked=request.args.getlist("vald"),
        as_field=as_field,
    )


@blueprint.route("/<int:draft_id>/redigera", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def edit_draft(draft_id):
    """Change what a draft is called, put it away, or take it out again."""
    draft = queries.get_draft(draft_id)
    form = EditDraftForm(obj=draft)
    if form.validate_on_submit():
        form.check_version(draft)
        service.edit_draft(draft, form.values(), by=me())
        db.session.commit()
        flash(_("Utkastet är undanlagt.") if draft.is_put_away else _("Utkastet är ändrat."), "success")
        return redirect(url_for("drafts.index") if draft.is_put_away else _address(draft))
    return render_template("drafts/edit_draft.html", draft=draft, form=form), 422 if form.errors else 200


@blueprint.get("/<int:draft_id>/stod")
@requires(Permission.BUNDLE)
def show_parts(draft_id):
    """Show what other features say of a group's companies and its price: what state aid would mean."""
    draft, step = queries.open_draft(draft_id)
    cohort = Content.from_stored(step.content).find(sent_number("nyckel"))
    if cohort is None:
        return _back(draft, _("Gruppen finns inte längre i utkastet. Se vad som gäller nu."))
    parts = parts_of(showing.for_parts(cohort, clock.today()))
    title = edits.title_of(cohort.plan)
    return render_template("drafts/show_parts.html", draft=draft, key=cohort.key, title=title, parts=parts)


@blueprint.get("/<int:draft_id>/flytta")
@requires(Permission.BUNDLE)
def show_moves(draft_id):
    """Show where a need could go: the groups where it fits, and what hinders it in the others."""
    draft, desk = work.open_desk(draft_id)
    part = sent_part("behov")
    try:
        choices = edits.choices(desk, part)
    except EditRefusedError as error:
        return _back(draft, say(error))
    moves = showing.moves(desk, choices)
    return render_template(
        "drafts/show_moves.html",
        draft=draft,
        need=desk.proposals.needs[part[0]],
        part=as_field(part),
        moves=moves,
        is_out=part in desk.content.out,
        is_placed=any(part in planned.members for planned in desk.planned.values()),
    )


@blueprint.post("/<int:draft_id>/andra")
@requires(Permission.BUNDLE)
def edit(draft_id):
    """Make one edit of a draft; a rule that says no is told, and nothing is changed."""
    (draft, desk), form = work.open_desk(draft_id), DraftForm()
    form.validate()
    kind = form.edit.data
    if kind not in _EDITS:
        return _back(draft, _("Välj vad som ska ändras."))
    form.check_draft(draft, _LABELS[kind]())
    try:
        if kind == "undo":
            service.undo(draft, by=me())
            flash(_("Det senaste steget är ångrat."), "success")
        elif kind == "choose":
            service.choose_step(draft, sent_number("step") or 0, by=me())
            flash(_("Steg %(number)s gäller nu.", number=draft.step), "success")
        else:
            content, told = _EDITS[kind](desk)
            service.add_step(draft, content, told, by=me())
            flash(say(told), "success")
    except EditRefusedError as error:
        # What was ticked stays so, to be mended instead of ticked again.
        return _back(draft, say(error), at=sent_number("at"), ticked=request.form.getlist("part"))
    db.session.commit()
    return redirect(_address(draft, at=sent_number("at"), group=sent_number("group")))


@blueprint.post("/<int:draft_id>/rakna")
@requires(Permission.BUNDLE)
def recalculate(draft_id):
    """Work out anew what is not locked: at once where that is quick, else by a job."""
    with database.writing(False):
        (draft, desk), form = work.open_desk(draft_id), DraftForm()
        form.validate()
        form.check_draft(draft, _("Räkna om resten"))
        number = draft.step
        content = work.work_out(desk, anew=False) if work.is_quick(desk, anew=False) else None
        db.session.commit()
    if content is None:
        return _send(work.add_job(draft, None, by=me()))
    service.add_step(draft, content, work.RECALCULATED, by=me(), after=number)
    db.session.commit()
    flash(_("Resten är omräknad."), "success")
    return redirect(_address(draft))


@blueprint.post("/<int:draft_id>/bilda")
@requires(Permission.BUNDLE)
def accept(draft_id):
    """Form one group of a draft, or all that are locked."""
    (draft, desk), form = work.open_desk(draft_id), DraftForm()
    form.validate()
    form.check_draft(draft, _("Bilda grupper"))
    key = sent_number("group")
    keys = {key} if key is not None else {cohort.key for cohort in desk.content.cohorts if cohort.is_locked}
    chosen = [cohort for cohort in desk.content.cohorts if cohort.key in keys]
    shared = list_shared({need_id for cohort in chosen for need_id, _part in cohort.plan.members})
    try:
        formed = service.accept(draft, desk, keys, by=me())
    except EditRefusedError as error:
        sentence = say(error)
        db.session.rollback()
        return _back(queries.get_draft(draft_id), sentence)
    db.session.commit()
    titles = ", ".join(cohort.title for cohort in formed)
    flash(_("Bildade grupper: %(groups)s. De finns nu under Utbildningsgrupper.", groups=titles), "success")
    tell_of_plans(shared)
    return redirect(_address(draft))


@blueprint.route("/<int:draft_id>/tank-om", methods=["GET", "POST"])
@requires(Permission.BUNDLE)
def what_if(draft_id):
    """Try other limits and weights; what they give is shown beside the draft and kept only when somebody says so."""
    with database.writing(False):
        draft, desk = work.open_desk(draft_id)
        form = WhatIfForm(obj=desk.content.settings, data={"version": draft.version})
        if not form.validate_on_submit():
            return render_template(
                "drafts/what_if.html", draft=draft, form=form, steps=STEPS
            ), 422 if form.errors else 200
        settings = form.settings()
        other = desk.with_content(work.with_settings(desk.content, settings))
        content = work.work_out(other, anew=True) if work.is_quick(other, anew=True) else None
        db.session.commit()
    if content is None:
        return _send(work.add_job(draft, settings, by=me()))
    number = service.add_thought(draft, content, work.thought(desk.content.settings, settings), by=me())
    db.session.commit()
    return redirect(url_for("drafts.compare", draft_id=draft.id, steg=number))


@blueprint.get("/<int:draft_id>/jamfor")
@requires(Permission.READ)
def compare(draft_id):
    """Show a draft beside another step of it, or beside another draft."""
    draft, desk = work.open_desk(draft_id)
    other_id, number = sent_number("utkast"), sent_number("steg")
    if other_id is None and number is None:
        return render_template(
            "drafts/compare.html", draft=draft, drafts=queries.list_drafts(), steps=queries.list_steps(draft), both=None
        )
    other, step = queries.open_draft(draft.id if other_id is None else other_id, number)
    both = comparing.compare(desk, desk.with_content(Content.from_stored(step.content)))
    return render_template("drafts/compare.html", draft=draft, other=other, step=step, both=both)


def _start(form):
    """Begin the draft with what can be worked out at once; a larger one is worked out by a job."""
    topic_id = form.topic_id.data
    with database.writing(False):
        desk = work.empty_desk(topic_id)
        is_quick = work.is_quick(desk, anew=True)
        content = work.work_out(desk, anew=True) if is_quick else Content()
        db.session.commit()
    draft = service.start_draft(name=form.name.data, topic_id=topic_id, content=content, by=me())
    job = None if is_quick else work.add_job(draft, None, by=me())
    page = url_for("pages.show_job", job_id=job.id) if job else _address(draft)
    location = idempotency.remember(form.token.data, page)
    db.session.commit()
    if job:
        jobs.send(job)
    return location


def _send(job):
    db.session.commit()
    jobs.send(job)
    return redirect(url_for("pages.show_job", job_id=job.id))


def _address(draft: GroupDraft, at=None, group=None, ticked=None):
    """Give where an edit leads: the page that it was made on, at the group that it was about."""
    if at is not None:
        return url_for("drafts.show_group", draft_id=draft.id, nyckel=at, vald=ticked)
    anchor = None if group is None else f"grupp-{group}"
    return url_for("drafts.show", draft_id=draft.id, sida=sent_number("sida"), vald=ticked, _anchor=anchor)


def _back(draft, sentence, at=None, ticked=None):
    flash(sentence, "warning")
    return redirect(_address(draft, at, ticked=ticked))


_EDITS = {
    "undo": None,
    "choose": None,
    "lock": lambda desk: edits.lock(desk, sent_number("group"), is_locked=True),
    "unlock": lambda desk: edits.lock(desk, sent_number("group"), is_locked=False),
    "move": lambda desk: edits.move(desk, sent_part(), sent_number("group")),
    "take_out": lambda desk: edits.take_out(desk, sent_part()),
    "let_in": lambda desk: edits.let_in(desk, sent_part()),
    "split": lambda desk: edits.split(desk, sent_number("group"), sent_parts("part")),
    "gather": lambda desk: solving.gather(desk, sent_parts("part")),
    "merge": lambda desk: edits.merge(desk, sent_number("group"), sent_number("other")),
    "dissolve": lambda desk: edits.dissolve(desk, sent_number("group")),
    "keep_apart": lambda desk: edits.keep_apart(desk, [need for need, _part in sent_parts("part")]),
    "let_together": lambda desk: edits.let_together(desk, sent_part("pair")),
    "venue": lambda desk: edits.fix_venue(desk, sent_number("group"), request.form.get("venue")),
    "provider": lambda desk: edits.fix_provider(desk, sent_number("group"), sent_number("provider")),
}
_LABELS = {
    "undo": lambda: _("Ångra"),
    "choose": lambda: _("Gå till ett annat steg"),
    "lock": lambda: _("Lås gruppen"),
    "unlock": lambda: _("Lås upp gruppen"),
    "move": lambda: _("Flytta ett behov"),
    "take_out": lambda: _("Ta ut ett behov"),
    "let_in": lambda: _("Låt behovet vara med igen"),
    "split": lambda: _("Dela gruppen"),
    "gather": lambda: _("Gör grupper av de valda"),
    "merge": lambda: _("Slå ihop två grupper"),
    "dissolve": lambda: _("Ta bort gruppen ur utkastet"),
    "keep_apart": lambda: _("Håll isär två företag"),
    "let_together": lambda: _("Låt företagen läsa tillsammans igen"),
    "venue": lambda: _("Byt ort"),
    "provider": lambda: _("Välj anordnare"),
}
