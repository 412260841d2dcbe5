"""What people do about leads: offer one, take it back, open it, answer it, ask back, tell what became of it."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from broker import access, audit, clock
from broker.accounts import queries as accounts
from broker.accounts.models import Organisation, User
from broker.actions import Action
from broker.companies import queries as companies
from broker.companies import service as companies_service
from broker.companies.merging import queries as merging
from broker.companies.models import Company, Engagement, Person
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import in_swedish
from broker.leads import letters, queries
from broker.leads.keeping import keep_what_was_shared
from broker.leads.models import (
    WAITING,
    Lead,
    LeadGround,
    LeadOffer,
    LeadResult,
    OfferState,
    ReceivedLead,
    SharedField,
    without_person,
)
from broker.topics.models import national_id

_ANSWER = (
    "state", "state_at", "answered_by", "question", "reason", "reply", "first_answered_at",
    "result", "result_note", "result_at",
)  # fmt: skip


class StateError(RefusedError):
    """The lead has come further, or less far, than this step needs."""


def offer_lead(
    company: Company,
    *,
    receivers: Sequence[Organisation],
    summary: str,
    topic_id: str | None,
    person: Person | None,
    fields: Sequence[SharedField],
    ground: LeadGround,
    ground_note: str,
    answer_by: date,
    link: str,
    by: User,
) -> Lead:
    """Offer a lead: each receiver gets a copy of its own, and a letter with the link to its inbox.

    Refuses our own organisation as receiver, a person with protected identity, and a ground without its note
    (consent: whose, when and how; otherwise why the paragraph fits; OSL 10 and 12 ch.).
    """
    sender = accounts.get_organisation(access.organisation_in_scope())
    if person is not None:
        # Whoever makes the person protected meanwhile waits, and then finds this lead.
        db.session.refresh(person, with_for_update=True)
    _check_offer(sender, receivers, person, ground_note)
    lead = Lead(
        company_id=company.id,
        summary=summary,
        topic_id=topic_id,
        person_id=person and person.id,
        shared=shared_facts(company, person, fields),
        ground=ground,
        ground_note=ground_note,
        answer_by=answer_by,
        offered_by_id=by.id,
        offers=[LeadOffer(receiver_id=receiver.id) for receiver in receivers],
    )
    db.session.add(lead)
    db.session.flush()
    for offer, receiver in zip(lead.offers, receivers, strict=True):
        audit.record(Action.LEAD_OFFERED, offer, by=by, company=company.name, receiver=receiver.name)
        _hand_over(offer, sender, receiver, by=by)
        letters.tell_of_offer(offer, sender, link)
    return lead


def shared_facts(company: Company, person: Person | None, fields: Sequence[SharedField]) -> dict[str, Any]:
    """Give exactly what goes along with a lead, of what we know of the company and of the chosen person."""
    engagement = companies.find_engagement(company.id)
    known = {
        SharedField.PERSON: {
            "person_name": person and person.name,
            "person_function": person and person.function,
        },
        SharedField.PHONE: _reach("phone", person, engagement),
        SharedField.EMAIL: _reach("email", person, engagement),
        SharedField.EMPLOYEES: {"employees": engagement and engagement.employees},
    }
    return {name: fact for field in fields for name, fact in known[field].items() if fact}


def _reach(name: str, person: Person | None, engagement: Engagement | None) -> dict[str, Any]:
    """Give the person's number or address, or else the company's; the name of the fact says whose it is."""
    own = person and getattr(person, name)
    return {f"person_{name}": own} if own else {name: engagement and getattr(engagement, name)}


def digest(shared: dict[str, Any]) -> str:
    """Give a short text that changes with what goes along, to see that what is sent is what was reviewed."""
    return hashlib.sha256(json.dumps(shared, sort_keys=True).encode()).hexdigest()


def revoke_offer(offer: LeadOffer, *, by: User) -> None:
    """Take an offer back, and empty the receiver's copy; refuses when the receiver has opened it."""
    if offer.state is not OfferState.SENT:
        raise StateError(_("Mottagaren har redan öppnat leadet. Hör av dig till dem i stället."))
    _move(offer, OfferState.REVOKED)
    audit.record(Action.LEAD_REVOKED, offer, by=by, receiver=offer.receiver.name)
    with _other_side(offer.receiver_id):
        received = queries.get_received_of_offer(offer.id)
        _move(received, OfferState.REVOKED)
        _empty(received)
        audit.record(Action.LEAD_REVOKED, received, by=by)
        letters.tell_receiver(Action.LEAD_REVOKED, received)


@companies_service.when_protected
def hide_person(person: Person, by: User | None) -> None:
    """Take somebody whose identity is protected now out of our leads, and out of the copies without an answer."""
    db.session.flush()
    for offer in queries.list_offers_with(person):
        offer.lead.shared = without_person(offer.lead.shared)
        audit.record(Action.LEAD_PERSON_HIDDEN, offer, by=by, receiver=offer.receiver.name)
        if offer.state.is_waiting:
            with _other_side(offer.receiver_id):
                received = queries.get_received_of_offer(offer.id)
                # The note of the ground says who consented.
                received.shared, received.ground_note = without_person(received.shared), ""
                audit.record(Action.LEAD_PERSON_HIDDEN, received, by=by)


def open_lead(received: ReceivedLead, *, by: User) -> None:
    """Note that somebody has read the lead; from now on the sender cannot take it back."""
    if received.state is OfferState.SENT:
        _answer(received, OfferState.OPENED, Action.LEAD_OPENED, by)


def accept_lead(received: ReceivedLead, *, by: User) -> None:
    """Take the lead on: the company becomes ours to follow, the person ours to reach, and a task says when.

    Taken on twice it stays as it was.
    """
    if received.state is OfferState.ACCEPTED:
        return
    _check(received, WAITING)
    keep_what_was_shared(received, by=by)
    today = clock.today()
    first_contact = today + timedelta(days=queries.lead_days(today).first_contact)
    with in_swedish():
        title = _("Kontakta företaget om leadet från %(sender)s", sender=received.sender.name)
    due_on = max(min(received.answer_by, first_contact), today)
    received.task = companies_service.add_task(title=title, due_on=due_on, company=received.company, by=by)
    _answer(received, OfferState.ACCEPTED, Action.LEAD_ACCEPTED, by)


def decline_lead(received: ReceivedLead, *, reason: str, by: User) -> None:
    """Say no, with the reason, which the sender sees; what we were told is none of our business any more."""
    _check(received, WAITING)
    received.reason = reason
    _empty(received)
    _answer(received, OfferState.DECLINED, Action.LEAD_DECLINED, by)


def ask_back(received: ReceivedLead, *, question: str, by: User) -> None:
    """Ask the sender something before answering."""
    _check(received, (OfferState.SENT, OfferState.OPENED))
    received.question, received.reply = question, None
    _answer(received, OfferState.ASKED, Action.LEAD_ASKED, by)


def return_lead(received: ReceivedLead, *, reason: str, by: User) -> None:
    """Give back a lead that was taken on, with the reason; its copy is emptied and its next step is done with."""
    _check(received, (OfferState.ACCEPTED,))
    received.reason = reason
    _empty(received)
    if received.task is not None:
        companies_service.finish_task(received.task, by=by)
    _answer(received, OfferState.RETURNED, Action.LEAD_RETURNED, by)


def report_result(received: ReceivedLead, *, result: LeadResult, result_note: str | None, by: User) -> None:
    """Tell the sender what became of a lead that was taken on; can be told again when more has happened."""
    _check(received, (OfferState.ACCEPTED,))
    received.result, received.result_note, received.result_at = result, result_note, clock.now()
    _answer(received, OfferState.ACCEPTED, Action.LEAD_RESULT_REPORTED, by)


def reply_to_question(offer: LeadOffer, *, reply: str, by: User) -> None:
    """Answer what a receiver has asked."""
    if offer.state is not OfferState.ASKED:
        raise StateError(_("Frågan är redan besvarad."))
    offer.reply = reply
    _move(offer, OfferState.OPENED)
    audit.record(Action.LEAD_REPLIED, offer, by=by, receiver=offer.receiver.name)
    with _other_side(offer.receiver_id):
        received = queries.get_received_of_offer(offer.id)
        received.reply = reply
        _move(received, OfferState.OPENED)
        audit.record(Action.LEAD_REPLIED, received, by=by)
        letters.tell_receiver(Action.LEAD_REPLIED, received)


@contextmanager
def _other_side(organisation_id: int) -> Iterator[None]:
    """Read and write for the other organisation; each side's rows are stored while it is their turn."""
    db.session.flush()
    with access.acting_in(organisation_id):
        yield
        db.session.flush()


def _check_offer(
    sender: Organisation, receivers: Sequence[Organisation], person: Person | None, ground_note: str
) -> None:
    if any(receiver.id == sender.id for receiver in receivers):
        raise RefusedError(_("Välj en annan organisation än den egna."))
    if person is not None and person.is_protected:
        raise RefusedError(_("En person med skyddad identitet kan inte följa med ett lead."))
    if not ground_note.strip():
        raise RefusedError(_("Skriv vem som har samtyckt, när och hur, eller varför paragrafen passar."))


def _hand_over(offer: LeadOffer, sender: Organisation, receiver: Organisation, *, by: User) -> None:
    lead = offer.lead
    with _other_side(receiver.id):
        received = ReceivedLead(
            offer_id=offer.id,
            sender_id=sender.id,
            sent_by=by.name,
            company_id=merging.kept_company_id(lead.company_id),
            summary=lead.summary,
            topic_id=lead.topic_id and national_id(lead.topic_id),
            shared=lead.shared,
            ground=lead.ground,
            ground_note=lead.ground_note,
            answer_by=lead.answer_by,
        )
        db.session.add(received)
        db.session.flush()
        audit.record(Action.LEAD_RECEIVED, received, by=by, sender=sender.name)


def _check(received: ReceivedLead, states: Sequence[OfferState]) -> None:
    if received.state not in states:
        state = str(received.state.label).lower()
        raise StateError(_("Leadet är redan %(state)s. Ladda om sidan för att se läget.", state=state))


def _empty(received: ReceivedLead) -> None:
    received.summary, received.shared, received.ground_note = "", {}, ""


def _move(row: LeadOffer | ReceivedLead, state: OfferState) -> None:
    row.state, row.state_at = state, clock.now()


def _answer(received: ReceivedLead, state: OfferState, action: Action, by: User) -> None:
    """Move the receiver's copy, and let the sender's offer say the same."""
    _move(received, state)
    if state is not OfferState.OPENED:
        received.answered_by = by.name
    if not state.is_waiting and received.first_answered_at is None:
        received.first_answered_at = received.state_at
    audit.record(action, received, by=by, sender=received.sender.name)
    with _other_side(received.sender_id):
        offer = queries.get_offer(received.offer_id)
        for name in _ANSWER:
            setattr(offer, name, getattr(received, name))
        audit.record(action, offer, by=by, receiver=offer.receiver.name)
        if state is not OfferState.OPENED:
            letters.tell_sender(action, offer)
