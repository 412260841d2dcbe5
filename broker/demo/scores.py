"""Trainings of the past that were evaluated: scorecards over several half-years, texts read and unread, a reply."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from broker import clock
from broker.accounts.models import User
from broker.clock import add_months
from broker.companies.models import Company
from broker.extensions import db
from broker.leads.tips.pages import new_token
from broker.needs import service as needs
from broker.needs.courses.models import Attendance
from broker.needs.evaluations import closing
from broker.needs.evaluations.asking import forms_on
from broker.needs.evaluations.models import Evaluation, EvaluationAnswer, EvaluationText, FormKind, TextState
from broker.needs.models import Cohort, CohortNeed, CohortStatus, Need, NeedStatus
from broker.needs.scores import service
from broker.providers.models import Language, Level, Mode, Offering, Provider

_ADDRESS = "http://127.0.0.1:5000"
# By provider: how many months ago it was, what each of the participants thought and learned, and what companies said.
_Taught = tuple[int, int, Sequence[int], Sequence[int]]
_TAUGHT: tuple[_Taught, ...] = (
    (0, 19, (4, 3, 4, 3, 4, 5), (3, 4)),
    (0, 13, (4, 4, 5, 3, 4, 4, 5), (4, 3)),
    (0, 8, (5, 4, 4, 5, 4, 3, 4, 5), (4, 4)),
    (0, 5, (5, 5, 4, 5, 4, 4), (5, 4)),
    (1, 7, (4, 3, 3, 4, 5), (3, 3)),
    (3, 9, (2, 1, 3, 2, 2, 3), (2, 2)),
    (3, 6, (1, 2, 3, 2, 3), (3, 2)),
)
_TEXTS = ("Karin förklarade så att alla hängde med.", "Mer tid vid maskinerna, mindre genomgång.")
_GAVE = "Färre fel i produktionen, men vi skulle behöva en uppföljning."
_REPLY = "Tack. Vi har lagt om så att hälften av tiden är vid maskinerna."
_HOURS, _MINUTES, _FULL = 16, 60, 5


def add_judged(cohorts: Sequence[Cohort], *, by: User) -> None:
    """Add trainings of the past by providers of the organisation in scope, for companies of these cohorts."""
    companies = list(dict.fromkeys(member.need.company for cohort in cohorts for member in cohort.members))[:2]
    providers = list(db.session.scalars(select(Provider).order_by(Provider.id)))
    if len(companies) < 2:
        return
    for taught in _TAUGHT:
        if taught[0] < len(providers):
            _teach(providers[taught[0]].offerings[0], taught, companies, by)
    _read(by)
    _reply(providers[0], by)


def _teach(offering: Offering, taught: _Taught, companies: Sequence[Company], by: User) -> None:
    _place, months, said, companies_said = taught
    ended = add_months(clock.today(), -months)
    cohort = _delivered(offering, ended, len(said), companies, by)
    forms = forms_on(clock.today())
    for kind in FormKind:
        for company in companies:
            days = {"open_until": ended + timedelta(days=forms[kind].days_open), "closed_on": ended}
            link = Evaluation(cohort=cohort, company=company, kind=kind, token=new_token(), **days)
            link.form_version = forms[kind].version
            db.session.add(link)
            db.session.flush()
            half = said[::2] if company is companies[0] else said[1::2]
            values = [companies_said[companies.index(company)]] if kind.is_by_company else half
            _answer(link, kind, values)
    db.session.flush()
    for kind in FormKind:
        closing.close(cohort, kind)


def _delivered(offering: Offering, ended: Any, people: int, companies: Sequence[Company], by: User) -> Cohort:
    cohort = Cohort(
        topic_id=offering.topic_id,
        level=Level.BASIC,
        language=Language.SWEDISH,
        mode=Mode.ON_SITE,
        hours=_HOURS,
        municipality_code=offering.municipality_code,
        starts_on=ended - timedelta(days=14),
        ends_on=ended,
        status=CohortStatus.DELIVERED,
        begun_on=ended - timedelta(days=14),
        delivered_on=ended,
        offering=offering,
        reason=[],
        formed_by_id=by.id,
    )
    db.session.add(cohort)
    for place, company in enumerate(companies):
        men = len(range(people)[place::2])
        need = _met_need(company, offering, cohort, men, by)
        db.session.add(CohortNeed(cohort=cohort, need=need, women=0, men=men))
        hours = {"women_minutes": 0, "men_minutes": men * _HOURS * _MINUTES, "unknown_minutes": 0}
        db.session.flush()
        db.session.add(Attendance(cohort_id=cohort.id, company_id=company.id, women=0, men=men, unknown_sex=0, **hours))
    return cohort


def _met_need(company: Company, offering: Offering, cohort: Cohort, men: int, by: User) -> Need:
    values = {
        "topic_id": offering.topic_id,
        "level": Level.BASIC,
        "women": 0,
        "men": men,
        "hours": _HOURS,
        "preferred_mode": Mode.ON_SITE,
        "modes": [],
        "languages": [Language.SWEDISH.value],
        "earliest_on": cohort.starts_on,
        "latest_on": cohort.ends_on,
        "municipality_code": offering.municipality_code,
        "max_km": 50,
    }
    need = needs.add_need(company, values, by=by)
    need.status = NeedStatus.MET
    return need


def _answer(link: Evaluation, kind: FormKind, values: Sequence[int]) -> None:
    names = {FormKind.DIRECT: ("good", "met"), FormKind.LATER: ("use",), FormKind.COMPANY: ("change", "effect")}[kind]
    question = {FormKind.DIRECT: "better", FormKind.LATER: "changed", FormKind.COMPANY: "gave"}[kind]
    days = {"evaluation_id": link.id, "received_on": link.closed_on}
    for place, value in enumerate(values):
        answers: dict[str, Any] = {name: max(1, value - later) for later, name in enumerate(names)}
        db.session.add(EvaluationAnswer(answers=answers, **days))
        texts = {FormKind.COMPANY: (_GAVE,), FormKind.DIRECT: _TEXTS}.get(kind, ())
        for text in texts[place : place + 1]:
            state = TextState.WAITING if kind.is_by_company else TextState.HELD
            db.session.add(EvaluationText(question_id=question, text=text, state=state, **days))


def _read(by: User) -> None:
    """Read all texts but the last few, which wait; the name of the teacher is struck out."""
    waiting = select(EvaluationText).where(EvaluationText.state == TextState.WAITING).order_by(EvaluationText.id)
    for text in list(db.session.scalars(waiting))[:-_FULL]:
        service.moderate(text, is_shown=True, shown=(text.text or "").replace("Karin", "[struket]"), by=by)


def _reply(provider: Provider, by: User) -> None:
    link_of = f"{_ADDRESS}/omdomen/".__add__
    reply = service.ask_provider(provider, provider.email or "", link_of=link_of, by=by)
    service.receive_reply(reply, _REPLY)
    service.moderate(reply, is_shown=True, shown=_REPLY, by=by)
    service.ask_provider(provider, provider.email or "", link_of=link_of, by=by)
