"""Leads between the organisations of the demo: some wait for an answer, some have got one."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from sqlalchemy import select

from broker import access, clock
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.companies.models import Company, Engagement
from broker.demo.organisations import DemoOrganisation
from broker.extensions import db
from broker.leads import queries, service
from broker.leads.models import LeadGround, LeadResult, ReceivedLead, SharedField

_LINK = "http://127.0.0.1:5000/leads"
_SAID = (
    ("Vill utbilda två svetsare men har ingen att läsa med.", "T023"),
    ("Söker truckkort för tre nyanställda i höst.", "T001"),
    ("Undrar vem som kan hjälpa till med heta arbeten.", "T014"),
)


def add_leads(first: DemoOrganisation, others: Sequence[DemoOrganisation], random: Random) -> None:
    """Let the first organisation send leads to the others and get as many back, each in a state of its own."""
    for number, other in enumerate(others):
        _let_come_in(_offer(first, other, number, random), other, number)
        _let_come_in(_offer(other, first, number, random), first, number)


def _offer(sender: DemoOrganisation, receiver: DemoOrganisation, number: int, random: Random) -> int:
    summary, topic_id = _SAID[number % len(_SAID)]
    with access.acting_in(sender.id):
        lead = service.offer_lead(
            _company(random),
            receivers=[accounts.get_organisation(receiver.id)],
            summary=summary,
            topic_id=topic_id,
            person=None,
            fields=[SharedField.EMPLOYEES],
            ground=LeadGround.CONSENT,
            ground_note="Företagets vd sade ja vid besöket.",
            answer_by=clock.today() + timedelta(days=3 + number),
            link=_LINK,
            by=_user(sender),
        )
        return lead.offers[0].id


def _let_come_in(offer_id: int, receiver: DemoOrganisation, number: int) -> None:
    with access.acting_in(receiver.id):
        received, user = queries.get_received_of_offer(offer_id), _user(receiver)
        if number:
            service.open_lead(received, by=user)
        if number > 1:
            _take_on(received, user)


def _take_on(received: ReceivedLead, user: User) -> None:
    service.accept_lead(received, by=user)
    service.report_result(received, result=LeadResult.NEED, result_note="De är med i höstens grupp.", by=user)


def _company(random: Random) -> Company:
    query = select(Company).join(Engagement, Engagement.company_id == Company.id).order_by(Company.id).limit(50)
    return random.choice(list(db.session.scalars(query)))


def _user(organisation: DemoOrganisation) -> User:
    return db.session.get_one(User, organisation.user_ids[0])
