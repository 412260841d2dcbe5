"""Agreements of the demo's first organisation: one with a neighbour that meets the same companies, one to answer."""

from datetime import date, timedelta

from sqlalchemy import select

from broker import access, clock
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.companies.models import Company, Engagement, InteractionKind, Task
from broker.companies.service import log_interaction, plan_contact
from broker.demo.organisations import DemoOrganisation
from broker.extensions import db
from broker.traces import queries, service
from broker.traces.models import Agreement

_LINK = "http://127.0.0.1:5000/administration/overenskommelser"
_SINCE = timedelta(days=200)
_MET = 5
_KINDS = (InteractionKind.CALL, InteractionKind.VISIT, InteractionKind.EMAIL)


def add_traces(first: DemoOrganisation, neighbour: DemoOrganisation, proposer: DemoOrganisation) -> None:
    """Let the neighbour meet some of our companies under an agreement, and another organisation propose one."""
    agreement = _propose(first, neighbour, reference="KF 2026/214", starts_on=clock.today() - _SINCE)
    with access.acting_in(neighbour.id):
        service.accept_agreement(agreement, link=_LINK, by=_administrator(neighbour))
    _propose(proposer, first, reference="BUN 2026/88", starts_on=clock.today())
    with access.acting_in(first.id):
        met, visit = _list_our_companies(), _find_our_visit()
    with access.acting_in(neighbour.id):
        _meet(neighbour, met, visit)
        db.session.flush()


def _propose(sender: DemoOrganisation, receiver: DemoOrganisation, *, reference: str, starts_on: date) -> Agreement:
    with access.acting_in(sender.id):
        agreement = service.propose_agreement(
            accounts.get_organisation(receiver.id),
            reference=reference,
            basis="Beslut om samverkan kring företagskontakter i kommunernas gemensamma kompetensråd.",
            starts_on=starts_on,
            ends_on=queries.last_day(starts_on, 1),
            has_sole_traders=False,
            link=_LINK,
            by=_administrator(sender),
        )
        db.session.flush()
        return agreement


def _list_our_companies() -> list[Company]:
    latest = select(Engagement).join(Engagement.company).where(Company.identity_hash.is_(None))
    latest = latest.order_by(Engagement.last_contact_on.desc(), Engagement.id).limit(_MET)
    return [engagement.company for engagement in db.session.scalars(latest)]


def _find_our_visit() -> Task | None:
    visits = select(Task).join(Task.company).where(Task.kind == InteractionKind.VISIT, Company.identity_hash.is_(None))
    return db.session.scalars(visits.order_by(Task.due_on.desc(), Task.id).limit(1)).one_or_none()


def _meet(neighbour: DemoOrganisation, companies: list[Company], visit: Task | None) -> None:
    user = db.session.get_one(User, neighbour.user_ids[0])
    for number, company in enumerate(companies, start=1):
        for past, kind in enumerate(_KINDS[: 1 + number % len(_KINDS)], start=1):
            log_interaction(
                company,
                kind=kind,
                happened_on=clock.today() - timedelta(days=40 * past + number),
                summary="Berättade om vuxenutbildningen och frågade hur de utbildar sin personal.",
                by=user,
            )
    if visit is not None and visit.company is not None:
        plan_contact(
            visit.company,
            kind=InteractionKind.VISIT,
            due_on=visit.due_on,
            title="Berätta om höstens kurser",
            by=user,
        )


def _administrator(organisation: DemoOrganisation) -> User:
    return db.session.get_one(User, organisation.user_ids[-1])
