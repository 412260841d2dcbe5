"""Pages of calendar files: take one in, choose what becomes of each event."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from broker import files, idempotency
from broker.access import Permission, can, requires
from broker.accounts.me import me
from broker.companies.models import Company
from broker.errors import RefusedError
from broker.extensions import db
from broker.meetings import importing, queries
from broker.meetings.blueprint import blueprint
from broker.meetings.forms import CalendarForm, ChooseForm
from broker.meetings.ics import MOST_EVENTS, Event, Events, read_events


@blueprint.route("/kontakter/kalenderfil", methods=["GET", "POST"])
@requires(Permission.EDIT)
def upload() -> ResponseReturnValue:
    """Take a calendar file in, to look through it before anything becomes of it."""
    form = CalendarForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        stream = form.file.data.stream
        try:
            _read(stream.read())
            stream.seek(0)
            kept = files.take_in(me(), stream, file_name="kalender.ics", media_type=queries.CALENDAR, by=me())
        except RefusedError as error:
            form.refuse("file", str(error))
        else:
            files.record_upload(kept, me(), by=me())
            location = url_for("meetings.choose", attachment_id=kept.id)
            idempotency.remember(form.token.data, location)
            db.session.commit()
            return redirect(location)
    page = render_template("meetings/upload.html", form=form, most=MOST_EVENTS)
    return page, 422 if form.errors else 200


@blueprint.route("/kontakter/kalenderfil/<int:attachment_id>", methods=["GET", "POST"])
@requires(Permission.EDIT)
def choose(attachment_id: int) -> ResponseReturnValue:
    """Show the events of a calendar file, each with the company that it is probably with; take in what is chosen."""
    form = ChooseForm()
    if form.is_submitted() and (location := idempotency.find_location(form.token.data)):
        return redirect(location)
    kept = queries.get_upload(attachment_id, current_user.id)
    events = _read(files.path_of(kept.content_hash).read_bytes())
    known = importing.known_among(events.rows, host=urlsplit(current_app.config["BASE_URL"]).hostname or "")
    new = {event.key: event for event in events.rows if event.key not in known}
    if not form.is_submitted():
        _propose(form, list(new.values()))
    elif form.validate() and (choices := _choices(form, new)) is not None:
        planned, logged = importing.take_in(choices, with_protected=can(Permission.SEE_PROTECTED), by=me())
        location = idempotency.remember(form.token.data, url_for("home.index"))
        db.session.commit()
        files.forget_upload(attachment_id)
        _tell(planned, logged)
        return redirect(location)
    rows = [(new[row.form.key.data], row) for row in form.events if row.form.key.data in new]
    page = render_template("meetings/choose.html", form=form, rows=rows, events=events, known=len(known))
    return page, 422 if form.errors else 200


def _tell(planned: int, logged: int) -> None:
    if planned:
        flash(ngettext("%(num)s kontakt är planerad.", "%(num)s kontakter är planerade.", planned), "success")
    if logged:
        flash(ngettext("%(num)s kontakt är loggad.", "%(num)s kontakter är loggade.", logged), "success")
    if not (planned or logged):
        flash(_("Inget möte blev en kontakt."), "info")


def _read(content: bytes) -> Events:
    # Reading a large calendar takes its time, and nobody who writes is to wait for it.
    db.session.rollback()
    return read_events(content)


def _propose(form: ChooseForm, events: Sequence[Event]) -> None:
    proposed = importing.propose(events, with_protected=can(Permission.SEE_PROTECTED))
    for event in events:
        company = proposed.get(event.key)
        name = company.name if company else None
        form.events.append_entry({"key": event.key, "company": name, "kind": importing.guess_kind(event)})


def _choices(form: ChooseForm, events: dict[str, Event]) -> list[importing.Choice] | None:
    """Give what is chosen, or None when a company is not found; what is empty or taken in by now is passed over."""
    rows = [row.form for row in form.events if row.form.company.data and row.form.key.data in events]
    found = importing.find_companies([row.company.data for row in rows])
    lost = [row for row in rows if row.company.data not in found]
    meant = importing.guess_companies([row.company.data for row in lost])
    for row in lost:
        row.company.errors = [_sentence_about(meant.get(row.company.data, []))]
    if lost:
        form.events.errors = [row.errors for row in form.events]
        return None
    return [importing.Choice(events[row.key.data], found[row.company.data], row.kind.data) for row in rows]


def _sentence_about(meant: Sequence[Company]) -> str:
    if meant:
        return _(
            "Menade du %(names)s? Skriv hela namnet, eller numret.", names=" · ".join(company.name for company in meant)
        )
    return _("Skriv hela namnet på ett av era företag, eller numret. Lämna tomt för att hoppa över.")
