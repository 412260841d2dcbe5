"""Two groups on their way: one planned, whose companies are answering, and one that is over and evaluated."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from math import ceil
from typing import Any

from broker import clock
from broker.accounts.models import User
from broker.needs.confirmations import queries as confirmations
from broker.needs.confirmations import service as asking
from broker.needs.confirmations.told import key_of
from broker.needs.courses import delivery, offers, service
from broker.needs.courses.series import days_of
from broker.needs.evaluations import queries as evaluations
from broker.needs.evaluations import service as evaluating
from broker.needs.models import Cohort
from broker.needs.queries import list_usable_offerings
from broker.needs.reachable import list_reachable
from broker.providers.service import add_offering

_ADDRESS = "http://127.0.0.1:5000"
_FROM, _TO, _BREAK, _HOURS = time(8), time(12, 15), 15, 4
_TUESDAY, _THURSDAY, _A_WEEK = 1, 3, 2
_REACH, _PLACES, _PRICE = 100, 16, 390_000
_SAID: tuple[dict[str, Any], ...] = (
    {"good": 5, "met": 5, "recommend": "yes", "better": "Bra lärare. Jag vågar ställa om maskinen själv."},
    {"good": 4, "met": 4, "recommend": "yes", "better": "Läser ritningen innan jag frågar."},
    {"good": 3, "met": 4, "recommend": "maybe", "better": "Gärna längre pass och färre gånger."},
    {"good": 3, "met": 3, "recommend": "maybe"},
    {"good": 5, "met": 5, "recommend": "yes", "better": "Vi hjälper varandra mer."},
    {"good": 4, "met": 4, "recommend": "yes"},
)


def add_courses(cohorts: Sequence[Cohort], *, by: User) -> None:
    """Take a group of the organisation in scope to its companies' answers, and another to its evaluation."""
    if len(cohorts) < 2:
        return
    planned, delivered = cohorts[:2]
    _plan(planned, planned.starts_on, by)
    _ask(planned, by)
    weeks = timedelta(weeks=ceil(delivered.hours / _HOURS / _A_WEEK))
    _plan(delivered, clock.today() - weeks, by)
    asking.begin_cohort(delivered, by=by)
    delivered.begun_on = delivered.starts_on
    _evaluate(delivered, by)


def _plan(cohort: Cohort, first_on: date, by: User) -> None:
    count = ceil(cohort.hours / _HOURS)
    days = days_of(first_on, [_TUESDAY, _THURSDAY], ceil(count / _A_WEEK))[:count]
    service.add_sessions(cohort, days, starts_at=_FROM, ends_at=_TO, break_minutes=_BREAK, by=by)
    values = {
        "offering_id": _offering_for(cohort, by),
        "venue": "Lärcentrum, sal 3",
        "address": "Storgatan 1",
        "cost": "Utan kostnad för företaget",
    }
    service.plan_course(cohort, values, by=by)


def _offering_for(cohort: Cohort, by: User) -> int | None:
    """Give an offering that may be chosen; one of the vetted providers begins to teach the topic if nobody does."""
    usable = {row.offering.provider for row in list_usable_offerings(clock.today())}
    if not any(row.stop is None for row in offers.list_offers(cohort)):
        for provider in sorted(usable, key=lambda row: row.id)[:1]:
            add_offering(
                provider,
                topic_id=cohort.topic_id,
                title=cohort.topic_label,
                levels=[cohort.level.value],
                modes=[cohort.mode.value],
                languages=[cohort.language.value],
                municipality_code=cohort.municipality_code or provider.municipality_code,
                reach_km=_REACH,
                capacity=_PLACES,
                hours=cohort.hours,
                price_per_participant_ore=_PRICE,
                by=by,
            )
    return next((row.offering.id for row in offers.list_offers(cohort) if row.stop is None), None)


def _ask(cohort: Cohort, by: User) -> None:
    parts = confirmations.list_parts(cohort)
    people = list_reachable([part.company.id for part in parts])
    for part in parts:
        person = next(iter(people[part.company.id]), None)
        asking.ask(cohort, part, person, link_of=lambda token: f"{_ADDRESS}/bekrafta-deltagare/{token}", by=by)
    first, *others = confirmations.list_parts(cohort)
    everybody = {"takes_part": True, "women": first.women, "men": first.men, "unknown_sex": first.unknown_sex}
    if first.confirmation:
        link = f"{_ADDRESS}/behov/grupper/{cohort.id}/bekraftelser"
        answer = everybody | {"note": "Vi ser fram emot det."}
        asking.receive(first.confirmation, answer, shown=key_of(first.told), link=link)
    for part in others[:1]:
        fewer = {"takes_part": True, "women": 0, "men": 1, "unknown_sex": 0, "note": "Bara en kan gå ifrån i vår."}
        asking.note_answer(cohort, part, fewer, by=by)


def _evaluate(cohort: Cohort, by: User) -> None:
    results = {need.id: (delivery.Result.MET, None) for need in delivery.needs_to_judge(cohort)}
    delivery.deliver(cohort, delivery.expected(cohort), results, by=by)
    for row in delivery.list_attendance(cohort.id):
        evaluating.send(cohort, row.company, None, link_of=lambda token: f"{_ADDRESS}/utvardera/{token}", by=by)
    said = iter(_SAID)
    # From the last company nobody has answered yet, so that its form can be seen.
    for link in evaluations.list_links(cohort.id)[:-1]:
        for _person in range(link.people):
            if answers := next(said, None):
                evaluating.receive(link.evaluation, answers)
