"""Writes each weekday morning's letters, in Swedish; they name companies and days, for a letter travels open."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import update

from broker import clock, mail
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.accounts.models import Organisation, User
from broker.companies import queries as companies
from broker.companies.models import Task
from broker.extensions import db
from broker.formatting import day, in_swedish, time_of_day
from broker.mail import link_to
from broker.reminders import feed, queries
from broker.reminders.models import ReminderChoice, has_morning_come
from broker.upkeep import do_each

# More than anybody has left to do: a letter that leaves something out would be worse than a long one.
_MOST_TASKS = 1_000


def write_due() -> None:
    """Write the letter of everybody whose morning has come; the upkeep calls it every minute."""
    if not has_morning_come(clock.now()):
        return
    today = clock.today()
    do_each(lambda: queries.list_waiting_letters(today), lambda choice_id: _write(choice_id, today))


def _write(choice_id: int, today: date) -> None:
    choice = _claim(choice_id, today)
    if choice is None or not accounts.may(choice.user_id, choice.organisation_id, Permission.READ):
        return
    sunday = today + timedelta(days=6 - today.weekday())
    user = db.session.get(User, choice.user_id)
    entries = _entries(choice.user_id, sunday)
    if entries and user:
        mail.write(user.email, *_letter(entries, today, accounts.get_organisation(choice.organisation_id)))


def _claim(choice_id: int, today: date) -> ReminderChoice | None:
    """Note that today's letter is written, unless it was already or is not wanted any more."""
    claimed = update(ReminderChoice).where(ReminderChoice.id == choice_id, queries.is_waiting(today))
    return db.session.scalars(claimed.values(mailed_on=today).returning(ReminderChoice)).one_or_none()


@in_swedish()
def _entries(user_id: int, until: date) -> list[tuple[date, str]]:
    tasks = companies.list_open_tasks(user_id, until=until, limit=_MOST_TASKS)
    found = [(task.due_on, _entry(task)) for task in tasks]
    found += [
        (row.day, f"{row.text}, {day(row.day)}\n{link_to(row.endpoint, **row.values)}")
        for row in feed.waiting_for(user_id, until)
    ]
    return sorted(found, key=lambda entry: entry[0])


@in_swedish()
def _letter(entries: Sequence[tuple[date, str]], today: date, organisation: Organisation) -> tuple[str, str]:
    parts = [
        (_("Försenat"), [text for due_on, text in entries if due_on < today]),
        (_("Idag"), [text for due_on, text in entries if due_on == today]),
        (_("Senare i veckan"), [text for due_on, text in entries if due_on > today]),
    ]
    told = ["\n\n".join([heading, *rows]) for heading, rows in parts if rows]
    closing = _("Brevet kommer på vardagar när något väntar. Ändra det här: %(link)s", link=link_to("reminders.index"))
    subject = _("Det som väntar på dig hos %(organisation)s", organisation=organisation.name)
    return subject, "\n\n\n".join([*told, closing]) + "\n"


def _entry(task: Task) -> str:
    if task.company is None:
        name, link = _("Uppgift utan företag"), link_to("home.index")
    else:
        name, link = task.company.name_outside, link_to("companies.show", company_id=task.company_id)
    if task.kind is None:
        told = _("%(company)s, senast %(day)s", company=name, day=day(task.due_on))
    else:
        when = " ".join(filter(None, [day(task.due_on), time_of_day(task.starts_at)]))
        told = _("%(kind)s: %(company)s, %(when)s", kind=task.kind.label, company=name, when=when)
    return f"{told}\n{link}"
