"""What state aid would mean for each company of a group that is being put together: a hint, never a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from broker import clock
from broker.companies.sizes import queries as sizes
from broker.esf import queries
from broker.esf.aid_rules import AidRules, read_aid_rules
from broker.esf.budgets.amounts import as_number
from broker.esf.budgets.lines import PARTICIPANTS
from broker.esf.company_size import CLASSES, SizeClass
from broker.esf.ledger import queries as ledger
from broker.esf.models import Project
from broker.esf.packing.rules import PackingRules, read_rules
from broker.esf.state_aid import (
    DeMinimisVerdict,
    EarlierAid,
    ExchangeRate,
    TrainingAidRules,
    assess_de_minimis,
    training_aid_intensity,
)
from broker.needs.cohorts.parts import CompanySeats, Group, Part, shown_with_group
from broker.reference import queries as reference
from broker.reference.models import DocumentKind
from broker.sentences import N_, Sentence


@dataclass(frozen=True)
class Prices:
    """What a seat costs, and what an hour of a participant's time is worth, in kronor."""

    seat: Decimal
    is_assumed: bool
    hour_of_participant: Decimal


@dataclass(frozen=True)
class CompanyHint:
    """What aid one company would get if the project paid its seats, and what that means."""

    seats: CompanySeats
    size: SizeClass | None
    aid_kr: Decimal
    de_minimis: DeMinimisVerdict | None
    says: Sentence


@shown_with_group
def _hints(group: Group) -> Part | None:
    if not group.people:
        return None
    today = clock.today()
    kinds = (DocumentKind.APPLICATION_FORM, DocumentKind.PACKING_RULES, DocumentKind.STATE_AID_RULES)
    documents = reference.get_documents(*kinds, on=today)
    aid_rules = read_aid_rules(documents[DocumentKind.STATE_AID_RULES].content)
    form = documents[DocumentKind.APPLICATION_FORM].content
    projects = queries.list_latest_projects()
    hour = _hour_of_participant(projects, form)
    prices = _prices(group, hour, read_rules(documents[DocumentKind.PACKING_RULES].content))
    rate = _rate(projects)
    training = aid_rules.training_on(today)
    rules = training if training.valid.holds_on(today) else None
    company_ids = [seats.company_id for seats in group.seats]
    size_of = {row.company_id: row.category for row in sizes.list_statuses(company_ids)}
    earlier = ledger.earlier_aid_of(company_ids)
    rows = []
    for seats in group.seats:
        category = size_of.get(seats.company_id)
        size = CLASSES[category] if category else None
        aid = prices.seat * seats.people
        verdict = _de_minimis(seats, aid, earlier, rate, aid_rules)
        rows.append(CompanyHint(seats, size, aid, verdict, _says(group, size, prices, rules)))
    return Part("esf/_aid_hints.html", {"rows": rows, "prices": prices, "rate": rate})


def _rate(projects: Sequence[Project]) -> ExchangeRate | None:
    """Give the latest rate of the euro that somebody has noted."""
    rates = [
        ExchangeRate(row.sek_per_eur, row.rate_on, row.rate_source or "")
        for row in projects
        if row.sek_per_eur and row.rate_on
    ]
    return max(rates, key=lambda rate: rate.rate_on, default=None)


def _hour_of_participant(projects: Sequence[Project], form: Mapping[str, Any]) -> Decimal:
    """Give the price of a participant's hour by the latest call that has one, else the one of the form's example."""
    named = (row.call.prices[PARTICIPANTS] for row in projects if PARTICIPANTS in row.call.prices)
    return next(named, Decimal(form["budget"]["worked_example"]["participant_unit_cost"]))


def _prices(group: Group, hour: Decimal, rules: PackingRules) -> Prices:
    if group.price_ore is not None:
        return Prices(Decimal(group.price_ore) / 100, is_assumed=False, hour_of_participant=hour)
    course = Decimal(group.hours * rules.kr_per_course_hour)
    seat = (course / group.taught_with).quantize(Decimal(1), ROUND_CEILING)
    return Prices(seat, is_assumed=True, hour_of_participant=hour)


def _de_minimis(
    seats: CompanySeats,
    aid: Decimal,
    earlier: Mapping[int, list[EarlierAid]],
    rate: ExchangeRate | None,
    rules: AidRules,
) -> DeMinimisVerdict | None:
    if rate is None:
        return None
    known = earlier.get(seats.company_id, [])
    return assess_de_minimis(
        aid,
        granted_on=clock.today(),
        undertaking=frozenset(row.organisation_number for row in known),
        earlier=known,
        rate=rate,
        rules=rules.de_minimis_on(clock.today()),
    )


def _says(group: Group, size: SizeClass | None, prices: Prices, rules: TrainingAidRules | None) -> Sentence:
    """Say whether training aid is possible: regulation (EU) 651/2014 art. 31, wages being the company's own part."""
    if group.is_mandatory:
        return Sentence(N_("Lagstadgad utbildning får inte utbildningsstöd enligt artikel 31."))
    if rules is None:
        return Sentence(N_("Reglerna om utbildningsstöd gäller inte i dag."))
    if size is None:
        return Sentence(N_("Företagets storlek är inte känd, så högsta stödnivå kan inte sägas."))
    eligible = prices.seat + group.hours * prices.hour_of_participant
    highest = training_aid_intensity(size, disadvantaged=False, rules=rules)
    facts: dict[str, Any] = {"share": _ceiling(prices.seat * 100 / eligible), "highest": highest}
    if prices.seat * 100 <= highest * eligible:
        return Sentence(N_("Stödnivån %(share)s %% ryms inom %(highest)s %% enligt artikel 31."), facts)
    facts["fee"] = as_number(_ceiling(prices.seat - eligible * highest / 100), 0)
    if not prices.is_assumed:
        text = N_("Stödnivån %(share)s %% är över %(highest)s %%. En avgift på %(fee)s kr per deltagare skulle räcka.")
        return Sentence(text, facts)
    # The price of a group is shared by its participants: more of them lower the share that is aid.
    course = prices.seat * group.taught_with
    facts["people"] = _ceiling(course * (100 - highest) / (highest * group.hours * prices.hour_of_participant))
    text = N_(
        "Stödnivån %(share)s %% är över %(highest)s %%. Minst %(people)s deltagare i gruppen, "
        "eller en avgift på %(fee)s kr per deltagare, skulle räcka."
    )
    return Sentence(text, facts)


def _ceiling(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_CEILING))
