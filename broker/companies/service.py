"""What people do about companies: add one, keep the relation, log contacts, do tasks, know people and workplaces."""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from broker import audit, clock, files
from broker.accounts.models import User
from broker.actions import Action
from broker.companies import lookups, queries
from broker.companies.cards import Card
from broker.companies.identity import stored_number
from broker.companies.letters import MOST_FILES, Letter
from broker.companies.models import (
    Company,
    Engagement,
    EngagementStatus,
    Interaction,
    InteractionKind,
    Person,
    Task,
    Workplace,
)
from broker.companies.numbers import InvalidNumberError, parse_number
from broker.companies.tags.service import as_known
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import say
from broker.reference import queries as reference
from broker.sentences import N_
from broker.swedish import company_key, search_key

KEPT_IN_HISTORY = ("status", "owner_id", "tags", "employees")
# What other features do with their rows about a person whose identity is protected from now on.
ProtectingStep = Callable[[Person, User | None], None]
_protecting: list[ProtectingStep] = []


class DuplicateNumberError(RefusedError):
    """The organisation number is in the register already; carries the company."""

    def __init__(self, company: Company) -> None:
        super().__init__(_("%(name)s har redan det numret. Öppna företaget i stället.", name=company.name))
        self.company = company


class UnknownNumberError(RefusedError):
    """The text is no organisation number; its own text says why."""


@dataclass(frozen=True)
class PlacedCard:
    """Somebody who was on a contact card and is a contact person now."""

    name: str
    company: Company


@dataclass
class PlacedCards:
    """What became of contact cards: people added, names known before, and cards of companies that are not ours."""

    added: list[PlacedCard] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    left: list[Card] = field(default_factory=list)


def add_company(
    *, number: str | None, name: str, post_town: str | None = None, municipality_code: str | None = None, by: User
) -> Company:
    """Add a company by hand, with our engagement; refuses a bad number and one that is there already.

    Without a number only we see the company, until it is merged with the one in the register.
    """
    company = Company(
        **(_new_number(number) if number else {}),
        name=name,
        post_town=post_town,
        municipality_code=municipality_code or reference.municipality_of_town(post_town),
        source=N_("Inskrivet för hand"),
        source_date=clock.today(),
    )
    db.session.add(company)
    db.session.flush()
    audit.record(Action.COMPANY_ADDED, company, by=by, name=name)
    engage(company)
    return company


def _new_number(text: str) -> dict[str, str]:
    try:
        number = parse_number(text)
    except InvalidNumberError as error:
        raise UnknownNumberError(say(error)) from error
    known = lookups.find_company_of(number)
    if known is not None:
        raise DuplicateNumberError(known)
    return stored_number(number)


def engage(company: Company) -> Engagement:
    """Give our relation to a company, made now if we had none."""
    engagement = queries.find_engagement(company.id)
    if engagement is None:
        engagement = Engagement(company_id=company.id, status=EngagementStatus.NEW, tags=[])
        db.session.add(engagement)
        db.session.flush()
    return engagement


def edit_engagement(engagement: Engagement, values: dict[str, Any], *, by: User) -> None:
    """Change what we note about our relation: owner, status, tags, employees, how to reach the company."""
    if "tags" in values:
        values = values | {"tags": as_known(values["tags"], kept=engagement.tags)}
    changed = audit.changes(engagement, values)
    for name, value in values.items():
        setattr(engagement, name, value)
    if changed:
        # How to reach people and what was noted about them can have to be destroyed; the chain of events cannot.
        kept = {name: change for name, change in changed.items() if name in KEPT_IN_HISTORY}
        fields = [name for name in changed if name not in KEPT_IN_HISTORY]
        audit.record(Action.ENGAGEMENT_EDITED, engagement, by=by, changes=kept, fields=fields)


def add_workplace(
    company: Company,
    *,
    name: str,
    street: str | None,
    post_town: str | None,
    municipality_code: str | None,
    employees: int | None,
    by: User,
) -> Workplace:
    """Note a place where people of the company work."""
    workplace = Workplace(
        company_id=company.id,
        name=name,
        street=street,
        post_town=post_town,
        municipality_code=municipality_code or reference.municipality_of_town(post_town),
        employees=employees,
    )
    db.session.add(workplace)
    db.session.flush()
    audit.record(Action.WORKPLACE_ADDED, workplace, by=by, name=name)
    return workplace


def add_person(company: Company, values: dict[str, Any], *, by: User) -> Person:
    """Note somebody at the company, with where the details come from and on which ground they are kept."""
    person = Person(company_id=company.id, **values)
    db.session.add(person)
    db.session.flush()
    audit.record(Action.PERSON_ADDED, person, by=by, is_protected=person.is_protected)
    return person


def add_people_of(cards: Sequence[Card], *, at: Company | None, source: str, by: User) -> PlacedCards:
    """Note the people of contact cards who are not known yet, each at the company of ours that the card names.

    A card that names none belongs to `at`, the company that the person began from.
    """
    companies = lookups.our_companies_called({card.organisation for card in cards if card.organisation})
    if at:
        companies |= {at.name_key: at, "": at}
    placed = PlacedCards()
    known: set[tuple[int, str]] = set()
    hidden: set[tuple[int, str]] = set()
    for person in lookups.people_of({company.id for company in companies.values()}):
        marks = {(person.company_id, mark) for mark in (person.name_key, (person.email or "").lower()) if mark}
        (hidden if person.is_protected else known).update(marks)
    for card in cards:
        company = companies.get(company_key(card.organisation))
        if company is None:
            placed.left.append(card)
            continue
        marks = {(company.id, mark) for mark in (search_key(card.name), card.email.lower()) if mark}
        # Whose identity is protected neither becomes a second, open person nor is said to be known here.
        if marks & hidden:
            continue
        if marks & known:
            placed.known.append(card.name)
            continue
        known |= marks
        facts = {name: getattr(card, name) or None for name in ("function", "phone", "email")}
        placed.added.append(PlacedCard(card.name, company))
        add_person(company, {"name": card.name, "source": source, **facts}, by=by)
    return placed


def when_protected(step: ProtectingStep) -> ProtectingStep:
    """Mark what another feature has to do in the moment when a person's identity becomes protected."""
    _protecting.append(step)
    return step


def edit_person(person: Person, values: dict[str, Any], *, by: User) -> None:
    """Change a person's details; the history tells which fields, not the old and new details themselves."""
    changed = [name for name, value in values.items() if getattr(person, name) != value]
    for name, value in values.items():
        setattr(person, name, value)
    if changed:
        audit.record(Action.PERSON_EDITED, person, by=by, fields=changed)
    if person.is_protected and "is_protected" in changed:
        protect(person, by=by)


def protect(person: Person, *, by: User | None) -> None:
    """Protect a person's identity from now on, also in what other features keep."""
    person.is_protected = True
    for step in _protecting:
        step(person, by)


def log_interaction(
    company: Company,
    *,
    kind: InteractionKind,
    happened_on: date,
    summary: str,
    people: Sequence[Person] = (),
    colleagues: Sequence[User] = (),
    next_step: str | None = None,
    next_step_on: date | None = None,
    plan: Task | None = None,
    by: User,
) -> Interaction:
    """Log a contact, with a task for the next step if there is one; the relation follows from the log.

    The plan is the planned contact that has taken place by this.
    """
    interaction = Interaction(
        company_id=company.id,
        kind=kind,
        happened_on=happened_on,
        summary=summary,
        logged_by_id=by.id,
        people=list(people),
        colleagues=[user for user in colleagues if user.id != by.id],
    )
    db.session.add(interaction)
    db.session.flush()
    follow_contact(interaction)
    audit.record(Action.INTERACTION_LOGGED, interaction, by=by, company=company.name, kind=kind.value)
    if plan:
        plan.logged_as_id = interaction.id
        finish_task(plan, by=by)
    if next_step:
        add_task(title=next_step, due_on=next_step_on or clock.today(), company=company, interaction=interaction, by=by)
    return interaction


def follow_contact(interaction: Interaction) -> None:
    """Let our relation to a company follow from a contact with it that is new there."""
    engagement = engage(interaction.company)
    if engagement.owner_id is None:
        engagement.owner_id = interaction.logged_by_id
    if interaction.kind is not InteractionKind.NO_ANSWER:
        if engagement.status is EngagementStatus.NEW:
            engagement.status = EngagementStatus.CONTACTED
        engagement.last_contact_on = max(interaction.happened_on, engagement.last_contact_on or interaction.happened_on)


def log_letter(company: Company, letter: Letter, *, known: Iterable[Person], by: User) -> tuple[Interaction, list[str]]:
    """Log a letter as a contact with those known people whose address it has; also gives the names of refused files."""
    today, left_out = clock.today(), []
    contact = log_interaction(
        company,
        kind=InteractionKind.EMAIL,
        happened_on=letter.sent_on or today,
        summary=letter.summary or N_("Brev utan text."),
        people=[person for person in known if (person.email or "").lower() in letter.addresses],
        by=by,
    )
    contact.letter_key, contact.letter_from = letter.key, letter.sender
    left_out += [file.name for file in letter.files[MOST_FILES:]]
    for file in letter.files[:MOST_FILES]:
        try:
            files.attach(
                contact,
                io.BytesIO(file.content),
                file_name=file.name,
                media_type=file.media_type,
                is_name_private=True,
                by=by,
            )
        except RefusedError:
            left_out.append(file.name)
    return contact, left_out


def log_no_answer(
    company: Company, *, next_step: str | None = None, by: User, **contact: Any
) -> tuple[Interaction, Task | None]:
    """Log a call that nobody answered; also gives the call planned for the next weekday: the one that was due, moved.

    Whoever says what the next step is gets that alone.
    """
    today = clock.today()
    again_on = clock.next_weekday(today)
    facts: dict[str, Any] = {"happened_on": today, "summary": N_("Ringde utan att få svar."), "next_step": next_step}
    facts |= contact | {"kind": InteractionKind.NO_ANSWER, "plan": None}
    unanswered = log_interaction(company, **facts, by=by)
    if next_step:
        return unanswered, None
    plan = queries.find_planned_call(company.id, by.id, until=again_on)
    if plan is None:
        call, title = InteractionKind.CALL, N_("Ring igen")
        return unanswered, plan_contact(company, kind=call, due_on=again_on, title=title, interaction=unanswered, by=by)
    # A call agreed for that day keeps its time.
    if plan.due_on < again_on:
        edit_task(plan, {"due_on": again_on, "starts_at": None}, by=by)
    return unanswered, plan


def add_task(
    *,
    title: str,
    due_on: date,
    company: Company | None = None,
    interaction: Interaction | None = None,
    owner_id: int | None = None,
    by: User,
    **plan: Any,
) -> Task:
    """Note what the person, or another one of us, has to do by a day; `plan` is what a planned contact has besides."""
    task = Task(
        title=title,
        due_on=due_on,
        owner_id=owner_id or by.id,
        company_id=company.id if company else None,
        interaction_id=interaction.id if interaction else None,
        **plan,
    )
    db.session.add(task)
    db.session.flush()
    audit.record(Action.TASK_ADDED, task, by=by, due_on=due_on)
    return task


def plan_contact(
    company: Company,
    *,
    kind: InteractionKind,
    due_on: date,
    title: str,
    starts_at: time | None = None,
    minutes: int | None = None,
    colleagues: Sequence[User] = (),
    interaction: Interaction | None = None,
    by: User,
) -> Task:
    """Note a contact to come, at a time of the day as Swedish clocks show it; it is done when it has been logged.

    The interaction is the contact that it came of, if it came of one.
    """
    engage(company)
    agreed: dict[str, Any] = {"kind": kind, "starts_at": starts_at, "minutes": minutes, "interaction": interaction}
    along = [user for user in colleagues if user.id != by.id]
    return add_task(title=title, due_on=due_on, company=company, by=by, colleagues=along, **agreed)


def finish_task(task: Task, *, by: User) -> None:
    """Mark a task as done; done twice it stays as it was."""
    if task.done_at is None:
        task.done_at = clock.now()
        audit.record(Action.TASK_DONE, task, by=by)


def drop_plan(task: Task, *, by: User) -> None:
    """Note that a planned contact did not take place; one that has ended already stays as it was."""
    if task.done_at is None:
        task.done_at = clock.now()
        audit.record(Action.PLAN_DROPPED, task, by=by)


def edit_task(task: Task, values: dict[str, Any], *, by: User) -> None:
    """Change what a task is, by when and whose; the history tells which of them."""
    changed = [name for name, value in values.items() if getattr(task, name) != value]
    for name, value in values.items():
        setattr(task, name, value)
    if changed:
        flag_modified(task, "title")
        audit.record(Action.TASK_EDITED, task, by=by, fields=changed)


def reopen_task(task: Task, *, by: User) -> None:
    """Take back that a task is done, or that a plan was logged as a contact; an open one stays as it was."""
    if task.done_at is not None:
        task.done_at, task.logged_as_id = None, None
        audit.record(Action.TASK_REOPENED, task, by=by)
