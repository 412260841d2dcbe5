"""Reads how people want to be reminded, and titles of tasks without the names of contact persons."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, literal, or_, select

from broker import access
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.companies.models import Person, Task
from broker.errors import NotFoundError
from broker.extensions import db
from broker.reminders.models import ReminderChoice
from broker.swedish import search_key

_STRUCK = "…"


def find_choice(user_id: int) -> ReminderChoice | None:
    """Give what a person has chosen in the organisation in scope."""
    return db.session.scalars(select(ReminderChoice).where(ReminderChoice.user_id == user_id)).one_or_none()


def get_choice_by_token(token: str) -> ReminderChoice:
    """Give the choice behind a calendar's secret address, or raise NotFoundError; so too for who has left."""
    query = select(ReminderChoice).where(ReminderChoice.token_hash == accounts.token_hash(token))
    with access.every_organisation():
        choice = db.session.scalars(query).one_or_none()
    if choice is None or not accounts.may(choice.user_id, choice.organisation_id, Permission.READ):
        raise NotFoundError
    return choice


def list_waiting_letters(today: date) -> list[tuple[int, int]]:
    """List the choices whose letter of today is not written yet, each after its organisation."""
    query = select(ReminderChoice).where(is_waiting(today)).order_by(ReminderChoice.id)
    return [(choice.organisation_id, choice.id) for choice in db.session.scalars(query)]


def is_waiting(today: date) -> ColumnElement[bool]:
    """Give the condition that a letter is wanted and today's is not written yet."""
    return and_(ReminderChoice.is_mailed, or_(ReminderChoice.mailed_on.is_(None), ReminderChoice.mailed_on < today))


def titles_without_names(tasks: Sequence[Task]) -> dict[int, str]:
    """Give the titles of tasks by key, with the names of contact persons struck out.

    At the task's company any part of a name is; of others who are told of somewhere, the words of the whole name.
    """
    told = " ".join(["", *(search_key(task.title) for task in tasks)])
    at_companies = Person.company_id.in_({task.company_id for task in tasks if task.company_id})
    is_told = literal(told).contains(literal(" ") + Person.name_key)
    names: dict[int | None, set[str]] = defaultdict(set)
    anywhere: set[str] = set()
    query = select(Person.company_id, Person.name_key).where(or_(at_companies, is_told))
    for company_id, name_key in db.session.execute(query):
        words = {word for word in name_key.split() if len(word) > 1}
        names[company_id] |= words
        anywhere |= words if f" {name_key}" in told else set()
    return {task.id: _strike_out(task.title, names[task.company_id] | anywhere) for task in tasks}


def _strike_out(title: str, names: Collection[str]) -> str:
    def struck(match: re.Match[str]) -> str:
        word = search_key(match[0])
        return _STRUCK if word in names or word.removesuffix("s") in names else match[0]

    return re.sub(rf"{_STRUCK}(\s+{_STRUCK})+", _STRUCK, re.sub(r"\w+", struck, title))
