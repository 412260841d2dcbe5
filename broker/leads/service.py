"""What people do about leads: offer one, take it back, open it, answer it, ask back, tell what became of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from flask_babel import gettext as _

from broker import access, audit, clock, mail
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.accounts.models import Organisation, User
from broker.audit import Action
from broker.companies import queries as companies
from broker.companies import service as companies_service
from broker.companies.models import Company, Engagement, LegalBasis, Person
from broker.errors import RefusedError
from broker.extensions import db
from broker.leads import queries
from broker.leads.models import (
    WAITING,
    Lead,
    LeadGround,
    LeadOffer,
    LeadResult,
    OfferState,
    ReceivedLead,
    SharedField,
)
from broker.swedish import search_key

_ANSWER = (
    "state", "state_at", "answered_by", "reason", "reply", "first_answered_at", "result", "result_note", "result_at",
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
    _check_offer(sender, receivers, person, ground_note)
    lead = Lead(
        company_id=company.id,
        summary=summary,
        topic_id=topic_id,
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
        _tell_of(lead, sender, receiver, link)
    return lead


def shared_facts(company: Company, person: Person | None, fields: Sequence[SharedField]) -> dict[str, Any]:
    """Give exactly what goes along with a lead, of what we know of the company and of the chosen person."""
    engagement = companies.find_engagement(company.id)
    known: dict[SharedField, dict[str, Any]] = {
        SharedField.PERSON: {
            "person_name": person.name if person else None,
            "person_function": person.function if person else None,
        },
        SharedField.PHONE: {"phone": (person and person.phone) or (engagement and engagement.phone)},
        SharedField.EMAIL: {"email": (person and person.email) or (engagement and engagement.email)},
        SharedField.EMPLOYEES: {"employees": engagement and engagement.employees},
    }
    return {name: fact for field in fields for name, fact in known[field].items() if fact}


def revoke_offer(offer: LeadOffer, *, by: User) -> None:
    """Take an offer back, and empty the receiver's copy; refuses when the receiver has opened it."""
    if offer.state is not OfferState.SENT:
        raise StateError(_("Mottagaren har redan öppnat leadet. Hör av dig till dem i stället."))
    _move(offer, OfferState.REVOKED)
    audit.record(Action.LEAD_REVOKED, offer, by=by, receiver=offer.receiver.name)
    with _other_side(offer.receiver_id):
        received = queries.get_received_of_offer(offer.id)
        _move(received, OfferState.REVOKED)
        received.summary, received.shared, received.ground_note = "", {}, ""
        audit.record(Action.LEAD_REVOKED, received, by=by)


def open_lead(received: ReceivedLead, *, by: User) -> None:
    """Note that somebody has read the lead; from now on the sender cannot take it back."""
    if received.state is OfferState.REVOKED:
        raise StateError(_("Avsändaren har tagit tillbaka leadet."))
    if received.state is OfferState.SENT:
        _answer(received, OfferState.OPENED, Action.LEAD_OPENED, by)


def accept_lead(received: ReceivedLead, *, by: User) -> None:
    """Take the lead on: the company becomes ours to follow, the person ours to reach, and a task says when."""
    _check(received, WAITING)
    company = received.company
    engagement = companies_service.engage(company)
    if engagement.owner_id is None:
        engagement.owner_id = by.id
    _keep_what_was_shared(received, engagement, by)
    companies_service.add_task(
        title=_("Kontakta företaget om leadet från %(sender)s", sender=received.sender.name),
        due_on=max(received.answer_by, clock.today()),
        company=company,
        by=by,
    )
    _answer(received, OfferState.ACCEPTED, Action.LEAD_ACCEPTED, by)


def decline_lead(received: ReceivedLead, *, reason: str, by: User) -> None:
    """Say no, with the reason, which the sender sees; whose details they were is none of our business any more."""
    _check(received, WAITING)
    received.reason, received.shared = reason, {}
    _answer(received, OfferState.DECLINED, Action.LEAD_DECLINED, by)


def ask_back(received: ReceivedLead, *, reason: str, by: User) -> None:
    """Ask the sender something before answering."""
    _check(received, (OfferState.SENT, OfferState.OPENED))
    received.reason, received.reply = reason, None
    _answer(received, OfferState.ASKED, Action.LEAD_ASKED, by)


def return_lead(received: ReceivedLead, *, reason: str, by: User) -> None:
    """Give back a lead that was taken on, with the reason."""
    _check(received, (OfferState.ACCEPTED,))
    received.reason = reason
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
            company_id=lead.company_id,
            summary=lead.summary,
            topic_id=lead.topic_id,
            shared=lead.shared,
            ground=lead.ground,
            ground_note=lead.ground_note,
            answer_by=lead.answer_by,
        )
        db.session.add(received)
        db.session.flush()
        audit.record(Action.LEAD_RECEIVED, received, by=by, sender=sender.name)


def _tell_of(lead: Lead, sender: Organisation, receiver: Organisation, link: str) -> None:
    # What the lead says stays inside: a letter travels open.
    for user in accounts.list_users_with(receiver.id, Permission.EDIT):
        mail.write(
            user.email,
            _("Ett lead från %(sender)s väntar på svar", sender=sender.name),
            _(
                "%(sender)s har skickat ett lead till %(receiver)s och vill ha svar senast %(day)s.\n\n%(link)s\n",
                sender=sender.name,
                receiver=receiver.name,
                day=lead.answer_by.isoformat(),
                link=link,
            ),
        )


def _keep_what_was_shared(received: ReceivedLead, engagement: Engagement, by: User) -> None:
    shared, company = received.shared, received.company
    source = _("Lead från %(sender)s", sender=received.sender.name)
    name = shared.get("person_name")
    known = {search_key(person.name) for person in companies.list_people(company.id, with_protected=True)}
    if name and search_key(name) not in known:
        facts = {"name": name, "function": shared.get("person_function"), "source": source}
        reached = {"phone": shared.get("phone"), "email": shared.get("email")}
        kept = {"legal_basis": LegalBasis.PUBLIC_TASK, "is_protected": False}
        companies_service.add_person(company, facts | reached | kept, by=by)
    elif not name:
        engagement.phone = engagement.phone or shared.get("phone")
        engagement.email = engagement.email or shared.get("email")
    engagement.employees = engagement.employees or shared.get("employees")
    engagement.source = engagement.source or source


def _check(received: ReceivedLead, states: Sequence[OfferState]) -> None:
    if received.state not in states:
        state = str(received.state.label).lower()
        raise StateError(_("Leadet är redan %(state)s. Ladda om sidan för att se läget.", state=state))


def _move(row: LeadOffer | ReceivedLead, state: OfferState) -> None:
    row.state, row.state_at = state, clock.now()


def _answer(received: ReceivedLead, state: OfferState, action: Action, by: User) -> None:
    """Move the receiver's copy, and let the sender's offer say the same."""
    _move(received, state)
    received.answered_by = by.name
    if state is not OfferState.OPENED and received.first_answered_at is None:
        received.first_answered_at = received.state_at
    receiver = accounts.get_organisation(received.organisation_id)
    audit.record(action, received, by=by, sender=received.sender.name)
    with _other_side(received.sender_id):
        offer = queries.get_offer(received.offer_id)
        for name in _ANSWER:
            setattr(offer, name, getattr(received, name))
        audit.record(action, offer, by=by, receiver=receiver.name)
        if state is not OfferState.OPENED:
            mail.write(
                offer.lead.offered_by.email,
                _("%(receiver)s har svarat på ett lead", receiver=receiver.name),
                _("%(receiver)s har svarat på ditt lead. Svaret finns under Leads i Broker.\n", receiver=receiver.name),
            )
