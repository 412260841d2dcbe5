"""Proposed projects in words: what each comes to, and what keeps the groups that are left out of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from broker.esf.budgets.amounts import as_number
from broker.esf.models import Call
from broker.esf.packing.choosing import Candidate, Limits, Obstacle, Package, Packing, pack
from broker.esf.packing.queries import Priced
from broker.sentences import N_, Sentence


@dataclass(frozen=True)
class Proposal:
    """One proposed project: its groups, and what they come to."""

    package: Package
    groups: tuple[Priced, ...]

    @property
    def assumed(self) -> int:
        """Count the groups whose cost is an assumption."""
        return sum(not group.has_price for group in self.groups)


@dataclass(frozen=True)
class LeftOut:
    """A group that is in no proposed project, and why."""

    group: Priced
    reason: Sentence


@dataclass(frozen=True)
class Board:
    """All proposed projects for a call, and what is left."""

    packing: Packing
    proposals: tuple[Proposal, ...]
    left: tuple[LeftOut, ...]


def limits_of(call: Call, chosen: Mapping[str, int]) -> Limits:
    """Give the limits that a person has chosen, with the days of the call."""
    return Limits(
        first_start=call.earliest_start,
        last_start=call.latest_start,
        last_end=call.latest_end,
        most_months=call.max_months,
        **chosen,
    )


def propose(groups: Sequence[Priced], limits: Limits) -> Board:
    """Choose projects among the groups, and say what keeps the rest out."""
    by_id = {group.candidate.id: group for group in groups}
    packing = pack((group.candidate for group in groups), limits)
    proposals = tuple(
        Proposal(package, tuple(by_id[candidate.id] for candidate in package.candidates))
        for package in packing.packages
    )
    left = tuple(LeftOut(by_id[row.id], _reason(row, packing, limits)) for row in packing.left)
    return Board(packing, proposals, left)


def _reason(candidate: Candidate, packing: Packing, limits: Limits) -> Sentence:
    if candidate.cost_kr > limits.most_kr:
        return Sentence(N_("Gruppen kostar ensam mer än ett projekt får kosta."))
    if candidate.starts_on < limits.first_start:
        facts = {"day": candidate.starts_on, "first": limits.first_start}
        return Sentence(N_("Gruppen börjar %(day)s. Projekt i utlysningen börjar tidigast %(first)s."), facts)
    if candidate.ends_on > limits.last_end:
        facts = {"day": candidate.ends_on, "last": limits.last_end}
        return Sentence(N_("Gruppen slutar %(day)s. Projekt i utlysningen slutar senast %(last)s."), facts)
    reasons = [_keeps_out(candidate, place, package, limits) for place, package in enumerate(packing.packages, 1)]
    alone = _keeps_from_own([*packing.left], limits)
    return Sentence.joined([reason for reason in [*reasons[:1], alone] if reason], by=" ")


def _keeps_out(candidate: Candidate, place: int, package: Package, limits: Limits) -> Sentence:
    obstacle = package.keeps_out(candidate, limits)
    if obstacle is Obstacle.TIME:
        return Sentence(N_("Gruppens dagar går inte in i tiden för projekt %(place)s."), {"place": place})
    if obstacle is Obstacle.TOPICS:
        return Sentence(N_("I projekt %(place)s skulle det bli ett område för mycket."), {"place": place})
    over = _kr(package.cost_kr + candidate.cost_kr - limits.most_kr)
    return Sentence(N_("Projekt %(place)s skulle bli %(over)s för dyrt."), {"place": place, "over": over})


def _keeps_from_own(left: Iterable[Candidate], limits: Limits) -> Sentence:
    """Say why those who are left do not make a project of their own."""
    rows = list(left)
    cost = sum(row.cost_kr for row in rows)
    companies = len(frozenset().union(*(row.companies for row in rows)))
    if cost < limits.least_kr:
        facts = {"cost": _kr(cost), "least": _kr(limits.least_kr)}
        return Sentence(N_("De som blir över kostar tillsammans %(cost)s av minst %(least)s."), facts)
    if companies < limits.least_companies:
        return Sentence(
            N_("De som blir över har tillsammans %(companies)s företag av minst %(least)s."),
            {"companies": companies, "least": limits.least_companies},
        )
    return Sentence(N_("Fler projekt än du har valt behövs, eller andra gränser för områden och tid."))


def _kr(amount: int) -> str:
    return f"{as_number(amount, 0)}\N{NO-BREAK SPACE}kr"
