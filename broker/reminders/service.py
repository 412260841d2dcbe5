"""What people choose: their letter, their calendar and its secret address; and how often we talk to companies."""

import secrets
from typing import Any

from broker import audit, clock, database
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.actions import Action
from broker.companies.tags.queries import Tag
from broker.companies.tags.service import when_renamed
from broker.extensions import db
from broker.reminders import queries
from broker.reminders.models import ContactRule, ReminderChoice, has_morning_come


def choose_reminders(
    *,
    is_mailed: bool,
    shows_titles: bool,
    shows_companies: bool,
    mails_mentions: bool = True,
    mails_corrections: bool = False,
    by: User,
) -> None:
    """Choose the letters and what the calendar shows; the first morning letter comes the next weekday morning."""
    choice = _choice_of(by)
    if is_mailed and not choice.is_mailed and has_morning_come(clock.now()):
        choice.mailed_on = clock.today()
    values = {
        "is_mailed": is_mailed,
        "shows_titles": shows_titles,
        "shows_companies": shows_companies,
        "mails_mentions": mails_mentions,
        "mails_corrections": mails_corrections,
    }
    if changed := audit.changes(choice, values):
        audit.record(Action.REMINDERS_CHOSEN, choice, by=by, fields=list(changed))
    for name, value in values.items():
        setattr(choice, name, value)


def open_calendar(*, by: User) -> str:
    """Give the calendar a new secret, which is nowhere else; the one before leads nowhere from now on."""
    token = secrets.token_urlsafe(32)
    choice = _choice_of(by)
    choice.token_hash = accounts.token_hash(token)
    audit.record(Action.CALENDAR_OPENED, choice, by=by)
    return token


def close_calendar(*, by: User) -> None:
    """Let the calendar's secret address lead nowhere."""
    choice = _choice_of(by)
    if choice.token_hash is not None:
        choice.token_hash = None
        audit.record(Action.CALENDAR_CLOSED, choice, by=by)


def add_rule(values: dict[str, Any], *, by: User) -> ContactRule:
    """Add a rule of how often we talk to companies of a kind."""
    rule = ContactRule(**values)
    db.session.add(rule)
    db.session.flush()
    audit.record(Action.CONTACT_RULE_ADDED, rule, by=by, **values)
    return rule


def edit_rule(rule: ContactRule, values: dict[str, Any], *, by: User) -> None:
    """Change which companies a rule is about, or how often."""
    if changed := audit.changes(rule, values):
        audit.record(Action.CONTACT_RULE_EDITED, rule, by=by, changes=changed)
    for name, value in values.items():
        setattr(rule, name, value)


def remove_rule(rule: ContactRule, *, by: User) -> None:
    """Remove a rule."""
    audit.record(Action.CONTACT_RULE_REMOVED, rule, by=by)
    db.session.delete(rule)


@when_renamed
def rename_in_rules(tag: Tag, name: str, by: User) -> None:
    """Let a rule about companies with a tag follow the tag when it is renamed."""
    for rule in queries.list_rules():
        if rule.tag in tag.spellings:
            edit_rule(rule, {"tag": name}, by=by)


def _choice_of(user: User) -> ReminderChoice:
    # Two sendings that meet must not both find that there is nothing yet.
    database.hold(User.id, user.id)
    choice = queries.find_choice(user.id)
    if choice is None:
        choice = ReminderChoice(
            user_id=user.id,
            is_mailed=False,
            shows_titles=False,
            shows_companies=False,
            mails_mentions=True,
            mails_corrections=False,
        )
        db.session.add(choice)
        db.session.flush()
    return choice
