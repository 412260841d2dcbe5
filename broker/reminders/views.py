"""Pages of reminders: what a person chooses, the calendar that programs fetch, companies that wait to hear from us."""

from datetime import date
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from broker import access, calendars, clock, idempotency
from broker.access import Permission, public, requires
from broker.accounts import queries as accounts
from broker.accounts.me import me
from broker.companies import queries as companies
from broker.companies.models import InteractionKind
from broker.errors import NotFoundError
from broker.extensions import db
from broker.formatting import in_swedish
from broker.reminders import feed, queries, service
from broker.reminders.forms import EditRuleForm, RemindersForm, RuleForm

blueprint = Blueprint("reminders", __name__, template_folder="templates")

_MOST_ENTRIES = 1_000
_MOST_OVERDUE = 100


@blueprint.route("/konto/paminnelser", methods=["GET", "POST"])
@requires(Permission.READ)
def index():
    """Choose the letter and what the calendar shows."""
    choice = queries.find_choice(current_user.id)
    form = RemindersForm(obj=choice)
    if form.validate_on_submit():
        service.choose_reminders(**form.values(), by=me())
        db.session.commit()
        flash(_("Ditt val är sparat."), "success")
        return redirect(url_for("reminders.index"))
    has_calendar = choice is not None and choice.token_hash is not None
    return render_template("reminders/index.html", form=form, has_calendar=has_calendar), 422 if form.errors else 200


@blueprint.post("/konto/paminnelser/kalender")
@requires(Permission.READ)
def open_calendar():
    """Give the calendar a secret address, a new one if it had one, and show it once."""
    token = service.open_calendar(by=me())
    db.session.commit()
    flash(current_app.config["BASE_URL"] + url_for("reminders.show_calendar", token=token), "calendar-address")
    return redirect(url_for("reminders.index"))


@blueprint.post("/konto/paminnelser/kalender/ta-bort")
@requires(Permission.READ)
def close_calendar():
    """Make the calendar's secret address useless."""
    service.close_calendar(by=me())
    db.session.commit()
    flash(_("Adressen är borttagen. Kalendrar som hämtade därifrån får inget mer."), "success")
    return redirect(url_for("reminders.index"))


@blueprint.get("/kalender/<string:token>.ics")
@public
@in_swedish()
def show_calendar(token):
    """Hand out a person's open tasks and what others add to a calendar program that knows the secret address."""
    choice = queries.get_choice_by_token(token)
    with access.acting_in(choice.organisation_id):
        tasks = companies.list_open_tasks(choice.user_id, until=date.max, limit=_MOST_ENTRIES)
        titles = queries.titles_without_names(tasks) if choice.shows_titles else {}
        others = feed.entries_for(choice)
    name = f"Broker – {accounts.get_organisation(choice.organisation_id).name}"
    entries = [_feed_entry(task, titles, choice) for task in tasks]
    text = calendars.as_text(name, [*entries, *others], now=clock.now())
    return Response(text, content_type="text/calendar; charset=utf-8; method=PUBLISH")


@blueprint.get("/att-hora-av-sig")
@requires(Permission.READ)
def overdue():
    """Show the companies that wait to hear from us, by which rule, and the rules."""
    rules = queries.list_rules()
    rows = queries.list_overdue(rules, clock.today(), limit=_MOST_OVERDUE)
    return render_template("reminders/overdue.html", rules=rules, rows=rows, is_cut=len(rows) == _MOST_OVERDUE)


@blueprint.route("/att-hora-av-sig/regler/ny", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_rule():
    """Add a rule of how often we talk to companies of a kind."""
    form = RuleForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        service.add_rule(form.values(), by=me())
        location = idempotency.remember(form.token.data, url_for("reminders.overdue"))
        db.session.commit()
        flash(_("Regeln är sparad."), "success")
        return redirect(location)
    return render_template("reminders/add_rule.html", form=form), 422 if form.errors else 200


@blueprint.route("/att-hora-av-sig/regler/<int:rule_id>", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit_rule(rule_id):
    """Change a rule."""
    rule = queries.get_rule(rule_id)
    form = EditRuleForm(obj=rule)
    if form.validate_on_submit():
        form.check_version(rule)
        service.edit_rule(rule, form.values(), by=me())
        db.session.commit()
        flash(_("Regeln är sparad."), "success")
        return redirect(url_for("reminders.overdue"))
    return render_template("reminders/edit_rule.html", form=form, rule=rule), 422 if form.errors else 200


@blueprint.post("/att-hora-av-sig/regler/<int:rule_id>/ta-bort")
@requires(Permission.EDIT)
def remove_rule(rule_id):
    """Remove a rule."""
    service.remove_rule(queries.get_rule(rule_id), by=me())
    db.session.commit()
    flash(_("Regeln är borttagen."), "success")
    return redirect(url_for("reminders.overdue"))


@blueprint.get("/uppgifter/<int:task_id>/kalender.ics")
@requires(Permission.EDIT)
def download_plan(task_id):
    """Hand out one planned contact as a file for the person's own calendar, with all that it says."""
    task = companies.get_task(task_id)
    if task.kind is None:
        raise NotFoundError
    company = task.company
    title = _("%(kind)s: %(company)s, %(title)s", kind=task.kind.label, company=company.name_outside, title=task.title)
    place = company.address if task.kind is InteractionKind.VISIT and not company.is_sole_trader else ""
    text = calendars.as_text("Broker", [_entry(task, title, place)], now=clock.now())
    disposition = f'attachment; filename="kontakt-{task.id}.ics"'
    return Response(text, content_type="text/calendar; charset=utf-8", headers={"Content-Disposition": disposition})


def _feed_entry(task, titles, choice):
    title = titles.get(task.id) or (str(task.kind.label) if task.kind else _("Uppgift i Broker"))
    shown = [title, task.company.name_outside] if choice.shows_companies and task.company else [title]
    return _entry(task, " – ".join(shown))


def _entry(task, title, place=""):
    address = current_app.config["BASE_URL"]
    return calendars.Entry(
        uid=f"uppgift-{task.id}@{urlsplit(address).hostname}",
        day=task.due_on,
        title=title,
        # The company's own address would tell which company it is.
        link=address + url_for("companies.edit_task", task_id=task.id),
        version=task.version,
        starts_at=task.starts_at,
        minutes=task.minutes,
        place=place,
    )
