"""What people do to find more companies for a group: ask several of them at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from broker import audit, clock, database
from broker.accounts.models import User
from broker.actions import Action
from broker.companies import service as companies
from broker.companies.models import Company, Engagement, Person
from broker.errors import RefusedError
from broker.extensions import db
from broker.needs.asking import queries
from broker.needs.asking.models import AskedCompany, InquiryRound
from broker.needs.inquiries import service as inquiries
from broker.needs.inquiries.models import Inquiry, InquiryKind


@dataclass(frozen=True)
class ToAsk:
    """One company to ask: by a letter to a person, or else by a task of one of us."""

    company: Company
    engagement_id: int
    person: Person | None
    owner_id: int


@dataclass(frozen=True)
class TaskToDo:
    """What a task says, and by which day it is to be done."""

    title: str
    due_on: date


class NobodyToAskError(RefusedError):
    """Every company has been asked in the meantime."""


def ask_companies(
    chosen: Sequence[ToAsk],
    *,
    topic_id: str,
    half_year: str | None,
    task: TaskToDo,
    link_of: Callable[[Inquiry], str],
    by: User,
) -> tuple[InquiryRound, int]:
    """Ask companies about a topic, and give the round with how many were left out: asked by somebody in the meantime.

    Who has a person gets a letter with a link of its own, in which the topic is ticked; of the others one of us gets a
    task each. Refuses when nobody is left to ask.
    """
    today = clock.today()
    # Two who ask at the same time wait for each other here, and the second one sees whom the first one has asked.
    database.hold(Engagement.id, *(one.engagement_id for one in chosen))
    asked = queries.list_asked(topic_id, [one.company.id for one in chosen])
    quiet = queries.asking_rules(today).quiet_days
    days = {company_id: about for company_id, (about, _sent) in asked.items() if about}
    left = [one for one in chosen if (today - days.get(one.company.id, date.min)).days >= quiet]
    if not left:
        raise NobodyToAskError(_("Någon har just frågat de företag som du valde. Ladda om sidan för att se vilka."))
    made = InquiryRound(topic_id=topic_id, half_year=half_year, asked_on=today, asked_by_id=by.id)
    db.session.add(made)
    db.session.flush()
    for one in left:
        _ask(made, one, task, link_of, by)
    letters = sum(one.person is not None for one in left)
    audit.record(
        Action.COMPANIES_ASKED, made, by=by, topic=made.topic_label, letters=letters, tasks=len(left) - letters
    )
    return made, len(chosen) - len(left)


def _ask(made: InquiryRound, one: ToAsk, task: TaskToDo, link_of: Callable[[Inquiry], str], by: User) -> None:
    asked = AskedCompany(round_id=made.id, company_id=one.company.id)
    if one.person is None:
        given = companies.add_task(
            title=task.title, due_on=task.due_on, company=one.company, owner_id=one.owner_id, by=by
        )
        asked.task_id = given.id
    else:
        inquiry = inquiries.open_inquiry(
            InquiryKind.COMPANY, name=one.company.name, company=one.company, topic_ids=[made.topic_id], by=by
        )
        inquiries.send_inquiry(inquiry, one.person, link=link_of(inquiry), by=by)
        asked.inquiry_id = inquiry.id
    db.session.add(asked)
