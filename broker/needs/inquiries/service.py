"""What people do about inquiries: open and close a link, send an answer, confirm or reject it."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from broker import access, audit, clock
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.actions import Action
from broker.companies.models import Company, Person
from broker.errors import RefusedError
from broker.extensions import db
from broker.leads.tips import queries as tips
from broker.leads.tips.pages import new_token
from broker.needs import queries as needs
from broker.needs import service as needs_service
from broker.needs.inquiries import letters, queries
from broker.needs.inquiries.models import AnswerState, Inquiry, InquiryAnswer, InquiryKind
from broker.needs.models import Need
from broker.needs.planning import Calendar
from broker.needs.presets import heard, usual
from broker.needs.reachable import check_reachable


class AnswerStateError(RefusedError):
    """Somebody has dealt with the answer already."""


def open_inquiry(
    kind: InquiryKind,
    *,
    name: str,
    by: User,
    company: Company | None = None,
    topic_ids: list[str] | None = None,
    open_until: date | None = None,
) -> Inquiry:
    """Make a link; without a last day it is open for as long as the rules say."""
    last = clock.today() + timedelta(days=queries.inquiry_rules(clock.today()).days_open)
    inquiry = Inquiry(
        token=new_token(),
        kind=kind,
        name=name,
        company_id=company.id if company else None,
        topic_ids=topic_ids or [],
        open_until=open_until or last,
        created_by_id=by.id,
    )
    db.session.add(inquiry)
    db.session.flush()
    audit.record(Action.INQUIRY_OPENED, inquiry, by=by, name=name)
    return inquiry


def send_inquiry(inquiry: Inquiry, person: Person, *, link: str, by: User) -> None:
    """Send the link to a person at the company; refuses one without an address and one with protected identity."""
    check_reachable(person, inquiry.company_id)
    inquiry.person_id, inquiry.sent_on = person.id, clock.today()
    letters.send_link(inquiry, person, accounts.get_organisation(inquiry.organisation_id), link, is_reminder=False)
    audit.record(Action.INQUIRY_SENT, inquiry, by=by)


def close_inquiry(inquiry: Inquiry, *, by: User) -> None:
    """Close a link; whoever opens it is told whom to turn to."""
    if not inquiry.is_closed:
        inquiry.is_closed = True
        audit.record(Action.INQUIRY_CLOSED, inquiry, by=by)


def receive_answer(inquiry: Inquiry, values: dict[str, Any], *, link: str) -> InquiryAnswer:
    """Store what a company said with the organisation, and write to those who can confirm it."""
    with access.acting_in(inquiry.organisation_id):
        answer = InquiryAnswer(inquiry_id=inquiry.id, company_id=inquiry.company_id, **values)
        db.session.add(answer)
        db.session.flush()
        letters.tell_of_answer(inquiry.organisation, link)
    return answer


def confirm_answer(answer: InquiryAnswer, company: Company, *, by: User) -> list[Need]:
    """Make what the company said needs to clarify: one for each ticked topic, or one of its words."""
    _check_new(answer)
    rules, calendar = needs.cohort_rules(clock.today()), Calendar(clock.today())
    known = heard(company, rules, calendar, answer.text)
    said = {name: getattr(answer, name) for name in ("barriers", "barrier_note", "earliest_on", "latest_on")}
    told = {name: value for name, value in said.items() if value}
    told |= {name: getattr(answer, name) for name in ("women", "men", "unknown_sex")} if answer.people else {}
    place = tips.municipality_code_of(answer.place)
    told |= {"answer_id": answer.id} | ({"municipality_code": place} if place else {})
    made = [
        needs_service.identify_need(company, known | told | usual(rules, topic_id) | {"topic_id": topic_id}, by=by)
        for topic_id in answer.current_topic_ids or [known["topic_id"]]
    ]
    answer.company_id = company.id
    _deal_with(answer, AnswerState.CONFIRMED, by)
    audit.record(Action.ANSWER_CONFIRMED, answer, by=by, company=company.name)
    return made


def reject_answer(answer: InquiryAnswer, *, reason: str, by: User) -> None:
    """Leave an answer, with the reason."""
    _check_new(answer)
    answer.reason = reason
    _deal_with(answer, AnswerState.REJECTED, by)
    audit.record(Action.ANSWER_REJECTED, answer, by=by)


def _check_new(answer: InquiryAnswer) -> None:
    if not answer.is_new:
        raise AnswerStateError(_("Någon har redan hanterat svaret. Ladda om sidan för att se vad det blev."))


def _deal_with(answer: InquiryAnswer, state: AnswerState, by: User) -> None:
    answer.state, answer.state_at, answer.answered_by = state, clock.now(), by.name
