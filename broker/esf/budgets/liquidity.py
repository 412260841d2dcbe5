"""The beneficiaries' money month by month: what they have paid, and when support comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from broker.esf.budgets.amounts import to_decimal, to_ore
from broker.esf.budgets.months import MonthlyBudget
from broker.esf.budgets.spreading import in_steps, next_month

_NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class PaymentRules:
    """When a month may be claimed and is paid, and how much may be paid in advance."""

    days_to_payment: int
    deadline_months: int
    advance_share: Decimal
    advance_most: Decimal

    def highest_advance(self, support: Decimal) -> Decimal:
        """Give the largest advance on a support."""
        return to_ore(min(self.advance_share * support, self.advance_most))


@dataclass(frozen=True)
class Curve:
    """What the beneficiaries have in hand at the end of every month when they claim in one way."""

    is_late: bool
    advance: Decimal
    paid: dict[date, Decimal]
    balance: dict[date, Decimal]

    @property
    def lowest(self) -> Decimal:
        """Give the least that they have: what they must be able to carry is this below nothing."""
        return min(self.balance.values(), default=_NOTHING)

    @property
    def lowest_in(self) -> date | None:
        """Give the first month at whose end they have least."""
        return min(self.balance, key=lambda month: (self.balance[month], month), default=None)


@dataclass(frozen=True)
class Liquidity:
    """The four ways together: claimed at once or on the last day, with and without an advance."""

    months: tuple[date, ...]
    cost: dict[date, Decimal]
    curves: tuple[Curve, ...]

    @property
    def worst(self) -> Curve:
        """Give the curve that goes deepest."""
        return min(self.curves, key=lambda curve: curve.lowest)


def read_payment_rules(section: Mapping[str, Any]) -> PaymentRules:
    """Read the rules of payment from the budget section of the form."""
    payment = section["payment"]
    return PaymentRules(
        days_to_payment=int(payment["days_to_payment"]),
        deadline_months=int(payment["claim_deadline_months"]),
        advance_share=to_decimal(payment["advance_max_share"]),
        advance_most=to_decimal(payment["advance_max_sek"]),
    )


def compute_liquidity(
    monthly: MonthlyBudget, support: Decimal, rules: PaymentRules, *, is_lump: bool = False
) -> Liquidity:
    """Compute the four curves.

    A lump sum is paid as a whole on the claim for the last month, with the final report. Otherwise every month's
    claim is taken to give the same share of the month's cost as the support is of the whole cost. An advance comes
    in the first month and is taken to be settled against the last payments: no source says which. Settled against
    the first it would help at the start alone, and the curves without an advance tell how deep that goes.
    """
    cost = {month: figures.direct_cost for month, figures in monthly.total.items()}
    claims = {max(cost): support} if is_lump and cost else _claims(cost, support)
    last = max((_paid_in(month, rules, is_late=True) for month in cost), default=None)
    months = list(cost)
    while months and last and months[-1] < last:
        months.append(next_month(months[-1]))
    advance = rules.highest_advance(support) if support > 0 else _NOTHING
    curves = tuple(
        _curve(months, monthly, claims, rules, is_late=is_late, advance=money)
        for is_late in (False, True)
        for money in (_NOTHING, advance)
    )
    return Liquidity(tuple(months), cost, curves)


def _claims(cost: Mapping[date, Decimal], support: Decimal) -> dict[date, Decimal]:
    whole = sum(cost.values(), _NOTHING)
    if not whole:
        return dict.fromkeys(cost, _NOTHING)
    return in_steps({month: Fraction(amount) / Fraction(whole) for month, amount in cost.items()}, support)


def _paid_in(month: date, rules: PaymentRules, *, is_late: bool) -> date:
    """Give the month in which the claim for a month is paid: sent the day after it, or on the last day allowed."""
    sent = next_month(month)
    if is_late:
        for _step in range(rules.deadline_months):
            sent = next_month(sent)
        sent -= timedelta(days=1)
    return (sent + timedelta(days=rules.days_to_payment)).replace(day=1)


def _curve(
    months: Sequence[date],
    monthly: MonthlyBudget,
    claims: Mapping[date, Decimal],
    rules: PaymentRules,
    *,
    is_late: bool,
    advance: Decimal,
) -> Curve:
    paid = dict.fromkeys(months, _NOTHING)
    left_of_advance = advance
    if months:
        paid[months[0]] += advance
    for month, claim in reversed(list(claims.items())):
        covered = min(left_of_advance, max(claim, _NOTHING))
        left_of_advance -= covered
        paid[_paid_in(month, rules, is_late=is_late)] += claim - covered
    balance, so_far = {}, _NOTHING
    for month in months:
        figures = monthly.total.get(month)
        so_far += paid[month] + (figures.cash - figures.direct_cost if figures else _NOTHING)
        balance[month] = so_far
    return Curve(is_late, advance, paid, balance)
