"""Reads how people want to be reminded, titles of tasks without names, and which companies wait to hear from us."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from broker import access, clock
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.companies.merged import WITH_MERGED
from broker.companies.models import Company, Engagement, EngagementStatus, Person, Task
from broker.companies.tags import queries as tags
from broker.errors import NotFoundError
from broker.extensions import db
from broker.reminders.models import ContactRule, ReminderChoice
from broker.swedish import search_key, sort_key

_STRUCK = "…"


@dataclass(frozen=True)
class Overdue:
    """A company that should have heard from us by a day, by which rule, and how many days late we are."""

    engagement: Engagement
    rule: ContactRule
    due_on: date
    days_late: int


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

    Of those at the task's company any part of the name goes; of anybody else, a name that some title tells in full.
    """
    told = " ".join(["", *(search_key(task.title) for task in tasks)])
    at_companies = Person.company_id.in_({task.company_id for task in tasks if task.company_id})
    is_told = literal(told).contains(literal(" ") + Person.name_key)
    names: dict[int | None, set[str]] = defaultdict(set)
    anywhere: set[str] = set()
    query = select(Person.company_id, Person.name_key).where(or_(at_companies, is_told))
    # Who was noted twice may still be told of by the name that was given up.
    for company_id, name_key in db.session.execute(query, execution_options=WITH_MERGED):
        words = {word for word in name_key.split() if len(word) > 1}
        names[company_id] |= words
        anywhere |= words if f" {name_key}" in told else set()
    return {task.id: _strike_out(task.title, names[task.company_id] | anywhere) for task in tasks}


def _strike_out(title: str, names: Collection[str]) -> str:
    def struck(match: re.Match[str]) -> str:
        word = search_key(match[0])
        return _STRUCK if word in names or word.removesuffix("s") in names else match[0]

    return re.sub(rf"{_STRUCK}(\s+{_STRUCK})+", _STRUCK, re.sub(r"\w+", struck, title))


def list_rules() -> list[ContactRule]:
    """List how often we talk to companies, the most often first."""
    return list(db.session.scalars(select(ContactRule).order_by(ContactRule.months, ContactRule.id)))


def get_rule(rule_id: int) -> ContactRule:
    """Give the rule, or raise NotFoundError."""
    rule = db.session.scalars(select(ContactRule).where(ContactRule.id == rule_id)).one_or_none()
    if rule is None:
        raise NotFoundError
    return rule


def list_tags() -> list[str]:
    """List the tags of our companies and rules in Swedish order."""
    names = {name for tag in tags.list_tags() for name in tag.spellings}
    return sorted(names | {rule.tag for rule in list_rules() if rule.tag}, key=sort_key)


def list_overdue(rules: Sequence[ContactRule], today: date, *, limit: int) -> list[Overdue]:
    """List the companies that some rule says we should have talked to, those that have waited longest.

    A company that does not want to hear from us, or has been struck off the register, is never among them.
    """
    if not rules:
        return []
    query = (
        select(Engagement)
        .join(Engagement.company)
        .options(contains_eager(Engagement.company), joinedload(Engagement.owner))
        .where(Engagement.status != EngagementStatus.DECLINED, Company.deregistered_on.is_(None))
        .where(or_(*(_is_overdue(rule, today) for rule in rules)))
        .order_by(func.coalesce(Engagement.last_contact_on, func.date(Engagement.created_at)), Engagement.id)
        .limit(limit)
    )
    found = [_find_overdue(engagement, rules, today) for engagement in db.session.scalars(query)]
    return [row for row in found if row]


def _is_overdue(rule: ContactRule, today: date) -> ColumnElement[bool]:
    latest = today - rule.interval
    conditions = [
        or_(
            Engagement.last_contact_on < latest,
            and_(
                Engagement.last_contact_on.is_(None),
                Engagement.created_at < datetime.combine(latest, time(), tzinfo=clock.SWEDEN),
            ),
        )
    ]
    if rule.status:
        conditions.append(Engagement.status == rule.status)
    if rule.tag:
        conditions.append(tags.tagged([rule.tag]))
    if rule.least_employees:
        conditions.append(Engagement.employees >= rule.least_employees)
    return and_(*conditions)


def _find_overdue(engagement: Engagement, rules: Sequence[ContactRule], today: date) -> Overdue | None:
    # SQLite takes a tag in capitals for the same tag, so the rules themselves have the last word.
    due = [(rule.due_on(engagement), rule) for rule in rules if rule.concerns(engagement)]
    due_on, rule = min(due, key=lambda pair: pair[0], default=(today, None))
    return Overdue(engagement, rule, due_on, (today - due_on).days) if rule and due_on < today else None
