"""Makes contacts of events of a calendar file: proposes whose they are, and plans or logs what was chosen."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from broker import audit, database
from broker.access import organisation_in_scope
from broker.accounts import queries as accounts
from broker.accounts.models import Organisation, User
from broker.actions import Action
from broker.companies import corrections, lookups
from broker.companies import queries as catalogue
from broker.companies import service as companies
from broker.companies.models import Company, Interaction, InteractionKind, Person, Task
from broker.companies.narrowing import CompanyFilter
from broker.extensions import db
from broker.meetings import queries
from broker.meetings.ics import Event, addresses_of
from broker.meetings.models import ImportedEvent
from broker.swedish import company_key, search_key

_ONLINE = ("http://", "https://", "teams", "zoom", "skype", "meet.google")
_VISIT = "besök"
_SHORTEST_NAME = 4
_MOST_GUESSED, _MOST_MEANT = 3, 3
# What our own calendars and invitations call a planned contact.
_OWN_UID = re.compile(r"uppgift-(\d{1,18})@(.+)", re.ASCII)


@dataclass(frozen=True)
class Choice:
    """What a person has chosen for one event."""

    event: Event
    company: Company
    kind: InteractionKind


def propose(events: Sequence[Event], *, with_protected: bool) -> dict[str, Company]:
    """Give the one company of ours that each event is with, by its key: as its people say, or else its title."""
    own = {user.email for user in accounts.list_users(organisation_in_scope())}
    at = lookups.our_companies_at(addresses_of(events) - own, with_protected=with_protected)
    named = [
        company
        for company in lookups.our_companies_named_in(" ".join(event.title for event in events))
        if len(company.name_key) >= _SHORTEST_NAME
    ]
    found: dict[str, Company] = {}
    for event in events:
        of_people = {company for address in event.addresses for company in at.get(address, [])}
        title = f" {search_key(event.title)} "
        meant = of_people or {company for company in named if f" {company.name_key} " in title}
        if len(meant) == 1:
            found[event.key] = meant.pop()
    return found


def known_among(events: Sequence[Event], *, host: str) -> set[str]:
    """Give the keys of the events that are contacts here already: taken in before, or invitations of our own."""
    ours = {
        event.key: int(found[1]) for event in events if (found := _OWN_UID.fullmatch(event.uid)) and found[2] == host
    }
    query = select(Task.id).where(database.among(Task.id, ours.values()))
    there = set(db.session.scalars(query)) if ours else set()
    return queries.known_events([event.key for event in events]) | {
        key for key, task_id in ours.items() if task_id in there
    }


def guess_kind(event: Event) -> InteractionKind:
    """Give how people probably meet: over the net when the place says so, at the company when the title does."""
    place = event.place.lower()
    if any(word in place for word in _ONLINE):
        return InteractionKind.DIGITAL_MEETING
    return InteractionKind.VISIT if _VISIT in event.title.lower() else InteractionKind.MEETING


def find_companies(texts: Sequence[str]) -> Mapping[str, Company]:
    """Give the one company that each text means: by its whole name among ours, or by its number."""
    numbers = {text: "".join(sign for sign in text if sign.isdigit()) for text in texts}
    by_number = lookups.companies_by_number([number for number in numbers.values() if number])
    ours = lookups.our_companies_called(texts)
    found = {text: by_number.get(numbers[text]) or ours.get(company_key(text)) for text in texts}
    return {text: company for text, company in found.items() if company}


def guess_companies(texts: Sequence[str]) -> Mapping[str, list[Company]]:
    """Give the companies of ours that texts can mean which name none, for the first of them."""
    asked = list(dict.fromkeys(texts))[:_MOST_GUESSED]
    return {text: _ours_like(text) for text in asked}


def _ours_like(text: str) -> list[Company]:
    page = catalogue.list_companies(CompanyFilter(text=text, only_ours=True), limit=_MOST_MEANT)
    return [company for company, _engagement in page.rows]


def take_in(choices: Sequence[Choice], *, with_protected: bool, by: User) -> tuple[int, int]:
    """Plan what is to come and log what has been, each event once; count both."""
    # Two colleagues can have been at the same meeting: one after the other.
    database.hold(Organisation.id, organisation_in_scope())
    known = queries.known_events([choice.event.key for choice in choices])
    planned = logged = 0
    people = lookups.people_of({choice.company.id for choice in choices})
    for choice in choices:
        event = choice.event
        if event.key in known:
            continue
        known.add(event.key)
        if event.is_past:
            at_company = [person for person in people if person.company_id == choice.company.id and person.is_active]
            _log(choice, [person for person in at_company if with_protected or not person.is_protected], by)
            logged += 1
        else:
            _plan(choice, by)
            planned += 1
    db.session.flush()
    return planned, logged


def _log(choice: Choice, people: Sequence[Person], by: User) -> None:
    event = choice.event
    contact = companies.log_interaction(
        choice.company,
        kind=choice.kind,
        happened_on=event.day,
        summary=_title(event),
        people=[person for person in people if (person.email or "").lower() in event.addresses],
        by=by,
    )
    db.session.add(ImportedEvent(key=event.key, interaction_id=contact.id))
    audit.record(Action.EVENT_IMPORTED, contact, by=by)


def _plan(choice: Choice, by: User) -> None:
    event = choice.event
    task = companies.plan_contact(
        choice.company,
        kind=choice.kind,
        due_on=event.day,
        title=_title(event),
        starts_at=event.starts_at,
        minutes=event.minutes,
        by=by,
    )
    db.session.add(ImportedEvent(key=event.key, task_id=task.id))
    audit.record(Action.EVENT_IMPORTED, task, by=by)


def _title(event: Event) -> str:
    return event.title or _("Möte utan rubrik")


@corrections.when_contact_leaves
def forget_event(contact: Interaction, company: Company | None, by: User) -> None:
    """Let an event be read in anew whose contact is taken back."""
    if company is None:
        for event in db.session.scalars(select(ImportedEvent).where(ImportedEvent.interaction_id == contact.id)):
            db.session.delete(event)
