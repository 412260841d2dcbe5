"""What calls ask of people: in the morning letter, in their calendar, and in a letter of its own in the last hours."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app, url_for
from flask_babel import gettext as _

from broker import access, calendars, clock
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.esf.calls import letters, queries
from broker.esf.calls.countdown import CallRules, Notice, call_rules
from broker.esf.models import Call, Project
from broker.formatting import moment
from broker.reminders.feed import Waiting, shown_in_feed, told_in_letter
from broker.reminders.models import ReminderChoice
from broker.upkeep import do_each

_SENT, _SIGNED = "g1", "g3"
# A calendar shows the call as the last half hour before it closes.
_MINUTES = 30


@told_in_letter
def waiting_of(user_id: int, until: date) -> list[Waiting]:
    """Give what the calls of our projects ask of somebody who works with them: closing, signing, a corrected text."""
    if not accounts.may(user_id, access.organisation_in_scope(), Permission.PROJECT):
        return []
    now = clock.now()
    rules = call_rules(clock.today())
    found = [row for project, call in queries.list_to_follow(now) for row in _of_project(project, call, rules, now)]
    for project, call in queries.list_outdated(now):
        text = _("%(project)s: utlysningen är rättad, läs vad det betyder", project=project.name)
        found.append(Waiting(call.read_on, text, "esf.preview_move", {"project_id": project.id}))
    return [row for row in found if row.day <= until]


@shown_in_feed
def days_of(choice: ReminderChoice) -> Sequence[calendars.Entry]:
    """Give when the calls of our projects close, with the clock time, and when applications are to be signed."""
    if not accounts.may(choice.user_id, access.organisation_in_scope(), Permission.PROJECT):
        return []
    entries = []
    for project, call in queries.list_to_follow(clock.now()):
        closes = clock.in_sweden(call.closes_at)
        starts = closes - timedelta(minutes=_MINUTES)
        named = f"{project.name}: " if choice.shows_titles else ""
        title = named + _("ansökan stänger %(time)s", time=f"{closes:%H:%M}")
        entries.append(_entry(project, call, "stanger", on=starts.date(), title=title, starts=starts))
        if signing := call.signing_deadline:
            entries.append(
                _entry(project, call, "signeras", on=signing, title=named + _("sista dag att signera ansökan"))
            )
    return entries


def write_urgent() -> None:
    """Write to everybody who works with a project whose call closes in a few hours; the upkeep calls it every minute.

    A project that has been recorded as sent in is left in peace.
    """
    do_each(_list_urgent, _write_urgent)


def _list_urgent() -> list[tuple[None, int, list[Notice], datetime]]:
    now = clock.now()
    notices = [notice for notice in call_rules(clock.today()).warnings if notice.is_urgent]
    earliest = max((notice.hours for notice in notices), default=0)
    closing = queries.list_closing(now, now + timedelta(hours=earliest), sent=_SENT) if earliest else []
    return [(None, project_id, notices, now) for project_id in closing]


def _write_urgent(project_id: int, notices: Sequence[Notice], now: datetime) -> None:
    project = queries.get_any_project(project_id)
    closes_at = queries.newest_call(project).closes_at
    for notice in notices:
        if notice.moment(closes_at) <= now:
            letters.write_urgent(project, notice.id, closes_at)


def _of_project(project: Project, call: Call, rules: CallRules, now: datetime) -> list[Waiting]:
    done = queries.recorded_gates([project.id])[project.id]
    found = []
    if rules.is_near(call.closes_at, now) and _SENT not in done:
        closes = clock.in_sweden(call.closes_at)
        text = _("%(project)s: ansökan ska vara inne %(closes)s", project=project.name, closes=moment(closes))
        found.append(Waiting(closes.date(), text, "esf.checks", {"project_id": project.id}))
    signing = call.signing_deadline
    if signing and rules.is_signing_near(signing, clock.in_sweden(now).date()) and _SIGNED not in done:
        text = _("%(project)s: sista dag att signera", project=project.name)
        found.append(Waiting(signing, text, "esf.checks", {"project_id": project.id}))
    return found


def _entry(
    project: Project, call: Call, kind: str, *, on: date, title: str, starts: datetime | None = None
) -> calendars.Entry:
    host = urlsplit(current_app.config["BASE_URL"]).hostname
    return calendars.Entry(
        uid=f"utlysning-{kind}-{project.id}@{host}",
        day=on,
        title=title,
        link=current_app.config["BASE_URL"] + url_for("esf.show", project_id=project.id),
        # A later text gives the same day a higher version.
        version=call.id,
        starts_at=starts.time() if starts else None,
        minutes=_MINUTES if starts else None,
    )
