"""Pages of commitments: where each company stands, asking and reminding, its sheet, papers, withdrawals."""

from datetime import date

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from broker import audit, clock, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.downloads import send_stored
from broker.errors import NotFoundError, RefusedError
from broker.esf import aid
from broker.esf import queries as esf
from broker.esf.blueprint import blueprint, edit_page, project_page, refuse
from broker.esf.budgets.lines import PARTICIPANTS
from broker.esf.commitments import checks, queries, service
from broker.esf.commitments.board import chosen_rows, counts_of, rows_of
from broker.esf.commitments.form_views import as_pdf
from broker.esf.commitments.forms import LastDayForm, PaperForm, WithdrawForm, ask_form
from broker.esf.commitments.models import CommitmentLink, SignedPaper
from broker.esf.commitments.paper import known_of, write
from broker.esf.commitments.states import Standing
from broker.esf.models import Project
from broker.extensions import db
from broker.formatting import event_entries, in_swedish, moment, say
from broker.forms import StateForm
from broker.needs.reachable import list_reachable

_SENT = _l("Klart. Länkar som du lämnar över själv finns på varje företags sida.")
_SENT_ONE = _l("Klart. Länken finns här, om du lämnar över den själv.")


@blueprint.get("/projekt/<int:project_id>/ataganden")
@requires(Permission.READ)
def commitments(project_id: int) -> ResponseReturnValue:
    """Show where each company stands: commitment, certificate, size, aid, signatory; each count opens its rows."""
    application = esf.load_application(project_id)
    rows = rows_of(application)
    chosen = request.args.get("visa", "")
    return project_page(
        "commitments",
        application.project,
        rows=chosen_rows(rows, chosen),
        counts=counts_of(rows),
        total=len(rows),
        chosen=chosen,
        may_ask=any(row.standing.may_be_asked for row in rows),
        may_remind=any(_may_be_reminded(row.standing) for row in rows),
    )


@blueprint.route("/projekt/<int:project_id>/ataganden/fraga", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def ask_commitments(project_id: int) -> ResponseReturnValue:
    """Send the link to every company that lacks something, or to one."""
    project = esf.get_project(project_id)
    only = request.args.get("foretag", type=int)
    standings = [
        row
        for row in queries.list_standings_of(project)
        if (row.commitment.company_id == only if only else row.may_be_asked)
    ]
    cancel = url_for("esf.commitments", project_id=project.id)
    if not standings:
        flash(_("Alla företag är frågade och inget saknas."), "info")
        return redirect(cancel)
    if only:
        own = standings[0].commitment
        cancel = url_for("esf.show_commitment", project_id=project.id, commitment_id=own.id, _anchor="lank")
    keys = [row.commitment.company_id for row in standings]
    declined = queries.companies_that_decline(keys)
    people = {key: [] if key in declined else rows for key, rows in list_reachable(keys).items()}
    form = ask_form([row.commitment.company for row in standings], people, _usual_last_day(project))
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        known = {person.id: person for rows in people.values() for person in rows}
        last_day = form.values()["open_until"]
        try:
            for row in standings:
                person = known.get(form.chosen(row.commitment.company_id) or 0)
                service.ask(project, row, person, open_until=last_day, link_of=_address, by=me())
        except RefusedError as error:
            db.session.rollback()
            project = esf.get_project(project_id)
            refuse(form, error)
        else:
            location = idempotency.remember(form.token.data, cancel)
            db.session.commit()
            flash(str(_SENT_ONE if only else _SENT), "success")
            return redirect(location)
    note = _(
        "Brevet går till den du väljer. Företaget läser vad det lovar, rättar, fyller i sitt intyg och undertecknar på "
        "skärmen. Två påminnelser går av sig själva till den som inte har undertecknat."
    )
    return edit_page(_("Skicka åtaganden"), form, cancel, project=project, note=note, submit=_("Skicka"))


@blueprint.post("/projekt/<int:project_id>/ataganden/paminn")
@requires(Permission.PROJECT)
def remind_commitments(project_id: int) -> ResponseReturnValue:
    """Remind those of our letters' receivers that have not signed and have not been reminded."""
    project = esf.get_project(project_id)
    standings = queries.list_standings_of(project)
    sent = [
        service.remind(row.link, "reminded_on", link_of=_address, by=me())
        for row in standings
        if _may_be_reminded(row) and row.link
    ]
    db.session.commit()
    count = sum(sent)
    if count:
        flash(ngettext("%(num)s företag är påmint.", "%(num)s företag är påminda.", count), "success")
    else:
        flash(_("Ingen mer att påminna: alla har undertecknat, är redan påminda eller vill inte ha brev."), "info")
    return redirect(url_for("esf.commitments", project_id=project.id))


@blueprint.get("/projekt/<int:project_id>/ataganden/<int:commitment_id>/foretagsblad")
@requires(Permission.READ)
def show_commitment(project_id: int, commitment_id: int) -> ResponseReturnValue:
    """Show a company's sheet: who it is, what it promises, its aid, its link, and what it has signed."""
    application = esf.load_application(project_id)
    standing = next((row for row in queries.list_standings(application) if row.commitment.id == commitment_id), None)
    if standing is None:
        raise NotFoundError
    commitment, link = standing.commitment, standing.link
    return project_page(
        "commitment",
        application.project,
        standing=standing,
        size=aid.company_size(commitment, application),
        verdict=next(row for row in aid.assess(application) if row.commitment.id == commitment.id),
        alternative=aid.assess_alternative(commitment, application),
        planned=checks.planned_of(commitment, application),
        price=application.call.prices.get(PARTICIPANTS),
        roles=checks.roles_of(commitment, application),
        address=_address(link.token) if link else "",
        is_open=bool(link and link.is_open_on(clock.today())),
        exported_note=_exported_note(application.project, standing.papers[0]) if standing.is_withdrawn else "",
        history=event_entries(audit.history_of(commitment, shared=True)),
    )


@blueprint.route("/projekt/<int:project_id>/ataganden/<int:commitment_id>/lank", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_link(project_id: int, commitment_id: int) -> ResponseReturnValue:
    """Choose until when a company's link is open."""
    project = esf.get_project(project_id)
    link = _get_link(project, commitment_id)
    form = LastDayForm(obj=link)
    cancel = url_for("esf.show_commitment", project_id=project.id, commitment_id=commitment_id)
    if form.validate_on_submit():
        form.check_version(link)
        try:
            service.set_last_day(link, form.values()["open_until"], by=me())
        except RefusedError as error:
            form.refuse("open_until", say(error))
        else:
            db.session.commit()
            flash(_("Länkens sista dag är sparad."), "success")
            return redirect(cancel)
    return edit_page(_("Länkens sista dag"), form, cancel, project=project)


@blueprint.post("/projekt/<int:project_id>/ataganden/<int:commitment_id>/stang-lank")
@requires(Permission.PROJECT)
def close_link(project_id: int, commitment_id: int) -> ResponseReturnValue:
    """Let a company's link open nothing more."""
    project = esf.get_project(project_id)
    link = _get_link(project, commitment_id)
    StateForm().check_version(link)
    service.close_link(link, by=me())
    db.session.commit()
    flash(_("Länken är stängd. Skicka den på nytt om företaget ändå ska underteckna."), "success")
    return redirect(url_for("esf.show_commitment", project_id=project.id, commitment_id=commitment_id))


@blueprint.post("/projekt/<int:project_id>/ataganden/<int:commitment_id>/byt-lank")
@requires(Permission.PROJECT)
def replace_link(project_id: int, commitment_id: int) -> ResponseReturnValue:
    """Give a company another link, so that the earlier one leads nowhere."""
    project = esf.get_project(project_id)
    link = _get_link(project, commitment_id)
    StateForm().check_version(link)
    service.replace_link(link, by=me())
    db.session.commit()
    flash(_("Länken är bytt. Lämna över den nya, eller skicka den härifrån."), "success")
    return redirect(url_for("esf.show_commitment", project_id=project.id, commitment_id=commitment_id))


@blueprint.get("/projekt/<int:project_id>/ataganden/<int:commitment_id>/atagande.pdf")
@requires(Permission.READ)
def print_commitment(project_id: int, commitment_id: int) -> ResponseReturnValue:
    """Hand the text out on paper, to be signed by hand."""
    project = esf.get_project(project_id)
    situation = queries.situation_of(project, queries.get_commitment(project, commitment_id))
    with in_swedish():
        return as_pdf(write(known_of(situation), situation), situation)


@blueprint.route("/projekt/<int:project_id>/ataganden/<int:commitment_id>/papper", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_paper(project_id: int, commitment_id: int) -> ResponseReturnValue:
    """Keep a paper that a company has signed by hand."""
    project = esf.get_project(project_id)
    commitment = queries.get_commitment(project, commitment_id, to_change=request.method == "POST")
    form = PaperForm(version=commitment.version)
    cancel = url_for("esf.show_commitment", project_id=project.id, commitment_id=commitment.id)
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        upload = form.file.data
        told = {name: form[name].data for name in ("signer_name", "signer_role", "signed_on")}
        situation = queries.situation_of(project, commitment)
        try:
            service.record_paper(project, situation, upload.stream, file_name=upload.filename, **told, by=me())
        except RefusedError as error:
            form.refuse("file", say(error))
        else:
            location = idempotency.remember(form.token.data, cancel)
            db.session.commit()
            flash(_("Papperet är sparat, och åtagandet är undertecknat."), "success")
            return redirect(location)
    note = _(
        "%(women)s kvinnor, %(men)s män, %(hours)s timmar.",
        women=commitment.women,
        men=commitment.men,
        hours=commitment.hours,
    )
    title = _("Undertecknat papper: %(name)s", name=commitment.company.name)
    return edit_page(title, form, cancel, project=project, note=note)


@blueprint.get("/projekt/<int:project_id>/ataganden/papper/<int:paper_id>")
@requires(Permission.READ)
def show_paper(project_id: int, paper_id: int) -> ResponseReturnValue:
    """Show what a company signed, word for word, and whether the text is still the one that was signed."""
    project = esf.get_project(project_id)
    paper = queries.get_paper(project, paper_id)
    return project_page("paper", project, paper=paper, is_whole=service.is_whole(paper))


@blueprint.get("/projekt/<int:project_id>/ataganden/papper/<int:paper_id>/fil")
@requires(Permission.READ)
def download_paper(project_id: int, paper_id: int) -> ResponseReturnValue:
    """Hand out a scanned paper, always as a download."""
    paper = queries.get_paper(esf.get_project(project_id), paper_id)
    if paper.content_hash is None:
        raise NotFoundError
    return send_stored(paper.content_hash, paper.file_name)


@blueprint.route("/projekt/<int:project_id>/ataganden/papper/<int:paper_id>/aterkalla", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def withdraw_paper(project_id: int, paper_id: int) -> ResponseReturnValue:
    """Note that a company has taken its commitment back; the page says which exports went out with it."""
    project = esf.get_project(project_id)
    paper = queries.get_paper(project, paper_id)
    form = WithdrawForm(obj=paper)
    cancel = url_for("esf.show_commitment", project_id=project.id, commitment_id=paper.commitment_id)
    note = _exported_note(project, paper)
    if form.validate_on_submit():
        form.check_version(paper)
        try:
            service.withdraw(paper, **form.values(), by=me())
        except RefusedError as error:
            refuse(form, error)
        else:
            db.session.commit()
            flash(_("Åtagandet är återkallat. Timmarna räknas inte längre som medfinansiering."), "success")
            return redirect(cancel)
    title = _("Återkalla åtagandet: %(name)s", name=paper.commitment.company.name)
    return edit_page(title, form, cancel, project=project, note=note, submit=_("Återkalla"))


def _exported_note(project: Project, paper: SignedPaper) -> str:
    exports = service.exports_with(project, paper)
    if not exports:
        return _("Ansökan har inte exporterats med det här åtagandet.")
    listed = "; ".join(
        _("uttag %(number)s, %(moment)s", number=row.number, moment=moment(row.taken_at)) for row in exports
    )
    return _(
        "Ansökan har exporterats med det här åtagandet: %(exports)s. Är den inskickad, så exportera på nytt och "
        "komplettera ansökan i Projektrummet+, eller säg till ESF-rådet.",
        exports=listed,
    )


def _get_link(project: Project, commitment_id: int) -> CommitmentLink:
    link = queries.find_link(project, commitment_id)
    if link is None:
        raise NotFoundError
    return link


def _may_be_reminded(standing: Standing) -> bool:
    link = standing.link
    is_waiting = link is not None and link.is_open_on(clock.today()) and link.sent_on is not None
    return bool(
        standing.may_be_reminded and is_waiting and link and link.reminded_on is None and link.can_be_written_to
    )


def _usual_last_day(project: Project) -> date:
    closes_on = clock.in_sweden(project.call.closes_at).date()
    return max(closes_on, clock.today())


def _address(token: str) -> str:
    address: str = current_app.config["BASE_URL"] + url_for("commitment_form.fill_in", token=token)
    return address
