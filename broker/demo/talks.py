"""Talks about needs in the first organisation of the demo: an analysis with its needs, and what was only heard of."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from broker import access, clock
from broker.accounts.models import User
from broker.companies.models import Company, Engagement
from broker.demo.organisations import DemoOrganisation
from broker.extensions import db
from broker.needs import queries, service
from broker.needs.analyses import service as analyses
from broker.needs.asking import queries as rounds
from broker.needs.asking.finding import find_likely, list_rows
from broker.needs.asking.service import TaskToDo, ToAsk, ask_companies
from broker.needs.inquiries import service as inquiries
from broker.needs.inquiries.models import InquiryKind
from broker.needs.planning import Calendar
from broker.needs.presets import heard
from broker.reference import queries as reference
from broker.topics import queries as topics

_TEXTS = {
    "goal": "Ta emot fler och större order utan att bygga ut.",
    "ability": "Läsa ritningar, ställa om maskinerna själva och köra truck i det nya lagret.",
    "gap": "Två av nio i verkstaden kan ställa om; ingen på lagret har truckkort.",
    "consequence": "Ordrarna går till ett företag i en annan region.",
}
_ROW = dict.fromkeys(("description", "topic_id", "participants", "women", "men", "earliest_on", "latest_on"))
_ROWS: tuple[dict[str, Any], ...] = (
    {"description": "Ritningsläsning för sju i verkstaden", "participants": 7, "women": 2, "men": 5},
    {"description": "Truckkort för tre på lagret", "participants": 3, "women": 1, "men": 2},
)
_LINK = "http://127.0.0.1:5000/behov/formular"
_ANSWERED = (
    "Vi vill bli snabbare på att räkna på offerter i kalkylark.",
    "Tre på kontoret behöver kunna mer om kalkylark och makron.",
)
_HEARD = (
    "Vill veta mer om hur de kan använda AI i offerterna.",
    "Fyra i produktionen behöver bli bättre på svenska.",
    "Någon behöver lära sig programmera den nya roboten före sommaren.",
)


def add_talks(organisation: DemoOrganisation) -> None:
    """Add an analysis at one company, and needs to clarify at others."""
    with access.acting_in(organisation.id):
        user = db.session.get_one(User, organisation.user_ids[0])
        ours = select(Company).join(Engagement, Engagement.company_id == Company.id).order_by(Company.id).limit(10)
        companies = list(db.session.scalars(ours))
        texts = _TEXTS | {"held_on": clock.today() - timedelta(days=9)}
        analyses.add_analysis(companies[0], texts, [_ROW | row for row in _ROWS], by=user)
        rules, calendar = queries.cohort_rules(clock.today()), Calendar(clock.today())
        for text, company in zip(_HEARD, companies[1:], strict=False):
            service.identify_need(company, heard(company, rules, calendar, text), by=user)
        _ask(companies[4:], user)
        db.session.flush()
        _ask_more(user)
        db.session.flush()


def _ask(companies: list[Company], user: User) -> None:
    """Open a campaign that two companies have answered: one answer waits, the other has become needs."""
    campaign = inquiries.open_inquiry(InquiryKind.CAMPAIGN, name="Frukost om kalkylark", topic_ids=["T042"], by=user)
    for text, company in zip(_ANSWERED, companies, strict=False):
        answer = inquiries.receive_answer(campaign, _answer(company, text, "T042"), link=_LINK)
    inquiries.confirm_answer(answer, company, by=user)


def _ask_more(user: User) -> None:
    """Ask three more companies about what is needed most: one has answered, one is to be asked by a task."""
    topic = topics.get_topic(queries.sum_needs()[0].topic_id)
    found = find_likely(topic, None)
    rows = list_rows(found.judged[:3], topic.id, found.rules)
    chosen = [
        ToAsk(row.company, row.engagement.id, row.people[0] if place and row.people else None, user.id)
        for place, row in enumerate(rows)
    ]
    task = TaskToDo(f"Fråga om {topic.label}", clock.today() + timedelta(days=5))
    made, _late = ask_companies(
        chosen, topic_id=topic.id, half_year=None, task=task, link_of=lambda inquiry: _LINK, by=user
    )
    db.session.flush()
    asked = [(one.inquiry, one.company) for one in rounds.list_asked_of(made.id) if one.inquiry]
    for inquiry, company in asked[:1]:
        text = "Ja, tre av oss behöver också det."
        inquiries.receive_answer(inquiry, _answer(company, text, topic.id), link=_LINK)


def _answer(company: Company, text: str, topic_id: str) -> dict[str, Any]:
    return {
        "company_name": company.name,
        "organisation_number": company.organisation_number,
        "place": reference.municipality_name(company.municipality_code),
        "text": text,
        "topic_ids": [topic_id],
        "women": 2,
        "men": 1,
        "unknown_sex": 0,
        "earliest_on": None,
        "latest_on": None,
        "barriers": ["time"],
        "barrier_note": "Helst före lunch, då maskinerna står.",
        "contact_name": "Kim Exempelsson",
        "contact_reach": "kim@foretaget.example",
    }
