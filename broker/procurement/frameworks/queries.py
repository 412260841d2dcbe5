"""Reads framework agreements, what has been called off from them, and the days that come."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import joinedload

from broker.clock import add_months
from broker.errors import NotFoundError
from broker.extensions import db
from broker.formatting import day, number
from broker.procurement.frameworks import rules
from broker.procurement.frameworks.models import (
    CallOffModel,
    FrameworkAgreement,
    FrameworkDecline,
    FrameworkLaw,
    FrameworkOption,
    FrameworkSupplier,
    OptionState,
)
from broker.procurement.frameworks.rules import CallOff, Framework, Level, Limits, Room
from broker.procurement.models import Purchase
from broker.procurement.situation import times_in
from broker.reference import queries as reference
from broker.reference.models import DocumentKind

CALL_OFF = "call_off_"
CANCELLED = "cancelled"
_MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Day:
    """A day of an agreement that is worth knowing, with its law and how many days are left; below zero it is past."""

    label: str
    on: date
    left: int
    law: str
    is_due: bool


@dataclass(frozen=True)
class Listed:
    """An agreement in a list: how full it is, and until when it is in force."""

    agreement: FrameworkAgreement
    room: Room
    volume_room: Room | None
    is_in_force: bool

    @property
    def level(self) -> Level:
        """Give how full it is by the nearest of its ceilings."""
        return rules.level_of((self.room, self.volume_room))


def get_framework(framework_id: int) -> FrameworkAgreement:
    """Give the agreement with its suppliers and options, or raise NotFoundError."""
    found = find_framework(framework_id)
    if found is None:
        raise NotFoundError
    return found


def find_framework(framework_id: int) -> FrameworkAgreement | None:
    """Give the agreement with its suppliers and options, if the organisation has it."""
    return db.session.scalars(_whole().where(FrameworkAgreement.id == framework_id)).unique().one_or_none()


def get_supplier(supplier_id: int) -> FrameworkSupplier:
    """Give one provider's place in an agreement, or raise NotFoundError."""
    found = db.session.scalars(select(FrameworkSupplier).where(FrameworkSupplier.id == supplier_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_option(option_id: int) -> FrameworkOption:
    """Give one option of an agreement, or raise NotFoundError."""
    found = db.session.scalars(select(FrameworkOption).where(FrameworkOption.id == option_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_frameworks(today: date) -> list[Listed]:
    """List the agreements, those in force first and of them the one that ends first."""
    rows = list(db.session.scalars(_whole()).unique())
    limits, by_framework = limits_on(today), _call_offs([row.id for row in rows])
    listed = [_listed(row, by_framework.get(row.id, []), limits, today) for row in rows]
    return sorted(listed, key=lambda row: (not row.is_in_force, row.agreement.last_day, row.agreement.id))


def list_choosable(today: date) -> list[Listed]:
    """List the agreements that a purchase can be called off from now: in force, and ours to use."""
    return [row for row in list_frameworks(today) if row.is_in_force and row.agreement.is_own_named]


def list_covering(*, topic_id: str | None, cpv: str | None, value: Decimal | None, today: date) -> list[Listed]:
    """List the agreements that a purchase should be called off from before anything else: within scope, with room."""
    if not (topic_id or cpv):
        return []
    return [
        row
        for row in list_choosable(today)
        if rules.covers(row.agreement, topic_id=topic_id, cpv=cpv) and row.room.takes(value or Decimal(0))
    ]


def list_call_offs(framework_id: int, *, but: int | None = None) -> list[CallOff]:
    """List what has been called off from an agreement, the latest first, perhaps without one purchase."""
    return [row for row in _call_offs([framework_id]).get(framework_id, []) if row.purchase_id != but]


def list_declines(*, framework_id: int | None = None, purchase_id: int | None = None) -> Sequence[FrameworkDecline]:
    """List who has said no, to call-offs from an agreement or to one purchase, the latest first."""
    query = select(FrameworkDecline).options(
        joinedload(FrameworkDecline.supplier).joinedload(FrameworkSupplier.provider),
        joinedload(FrameworkDecline.purchase),
        joinedload(FrameworkDecline.noted_by),
    )
    if framework_id is not None:
        query = query.where(FrameworkDecline.framework_id == framework_id)
    if purchase_id is not None:
        query = query.where(FrameworkDecline.purchase_id == purchase_id)
    return db.session.scalars(query.order_by(FrameworkDecline.id.desc())).all()


def find_for(framework_id: int, *, purchase_id: int | None, today: date) -> Framework | None:
    """Give an agreement as one purchase meets it, if the organisation has it."""
    agreement = find_framework(framework_id)
    if agreement is None:
        return None
    is_competition = agreement.model is CallOffModel.MINI_COMPETITION
    return Framework(
        agreement=agreement,
        limits=limits_on(today),
        others=list_call_offs(framework_id, but=purchase_id),
        # In a competition all are asked at once, so nobody is waited for and nobody passed over.
        declines=list_declines(purchase_id=purchase_id) if purchase_id and not is_competition else (),
    )


def wait_for_turn(framework_ids: Collection[Any]) -> None:
    """Hold agreements until the transaction ends: who calls off at the same time waits, and then sees this call-off."""
    keys = sorted({key for key in framework_ids if isinstance(key, int)})
    if keys:
        query = select(FrameworkAgreement.id).where(FrameworkAgreement.id.in_(keys)).order_by(FrameworkAgreement.id)
        db.session.scalars(query.with_for_update()).all()


def limits_on(today: date) -> Limits:
    """Give the percentages and days that are valid on a day."""
    return Limits.from_content(reference.get_document(DocumentKind.FRAMEWORK_RULES, on=today).content)


def longest_years(today: date) -> int:
    """Give how many years an agreement may last without special reasons: LOU 7 kap. 2 §."""
    return times_in(_term(today)["rule"])[0]


def list_days(agreement: FrameworkAgreement, *, today: date) -> list[Day]:
    """List the days of an agreement, the earliest first: its end, its options, and the years of the law or the norm."""
    documents = reference.get_documents(DocumentKind.WORKFLOW, DocumentKind.FRAMEWORK_RULES, on=today)
    term = documents[DocumentKind.WORKFLOW].content["deadlines"]["framework_maximum_term"]
    return _days(agreement, Limits.from_content(documents[DocumentKind.FRAMEWORK_RULES].content), term, today)


def running_count(today: date) -> ScalarSelect[int]:
    """Give the question how many agreements have begun, without which there are no days to list."""
    return select(func.count(FrameworkAgreement.id)).where(FrameworkAgreement.starts_on <= today).scalar_subquery()


def list_upcoming_days(today: date) -> list[tuple[FrameworkAgreement, Day]]:
    """List the days of agreements in force that it is time to think of, the earliest first."""
    is_running = FrameworkAgreement.starts_on <= today
    rows = [row for row in db.session.scalars(_whole().where(is_running)).unique() if row.last_day >= today]
    if not rows:
        return []
    documents = reference.get_documents(DocumentKind.WORKFLOW, DocumentKind.FRAMEWORK_RULES, on=today)
    limits = Limits.from_content(documents[DocumentKind.FRAMEWORK_RULES].content)
    term = documents[DocumentKind.WORKFLOW].content["deadlines"]["framework_maximum_term"]
    found = [(row, due) for row in rows for due in _days(row, limits, term, today) if due.is_due]
    return sorted(found, key=lambda pair: (pair[1].on, pair[0].id))


def last_day_of_years(agreement_starts_on: date, years: int) -> date:
    """Give the last day that an agreement of so many years is in force."""
    return add_months(agreement_starts_on, years * _MONTHS_A_YEAR) - timedelta(days=1)


def _term(today: date) -> Any:
    return reference.get_document(DocumentKind.WORKFLOW, on=today).content["deadlines"]["framework_maximum_term"]


def _days(agreement: FrameworkAgreement, limits: Limits, term: Any, today: date) -> list[Day]:
    end, (years, *_rest) = agreement.last_day, times_in(term["rule"])
    found = [_day(_("Ramavtalet slutar"), end, "", limits.end_days, today)]
    for row in agreement.options:
        if row.state is OptionState.OPEN:
            label = _("Avropa optionen till %(day)s", day=day(row.extends_to))
            found.append(_day(label, row.call_by, "", limits.option_days, today))
    longest = last_day_of_years(agreement.starts_on, years)
    is_law = agreement.law is FrameworkLaw.EU
    if is_law:
        label = _("Längsta tid utan särskilda skäl, %(years)s år", years=number(years))
    else:
        label = _("Norm för längsta tid, %(years)s år", years=number(years))
    norm = _day(label, longest, term["law"], limits.end_days, today)
    # Only an agreement that goes on so long comes to that day.
    found.append(norm if end > longest else Day(norm.label, norm.on, norm.left, norm.law, is_due=False))
    return sorted(found, key=lambda row: row.on)


def _day(label: str, on: date, law: str, before: int, today: date) -> Day:
    left = (on - today).days
    return Day(label, on, left, law, is_due=left <= before)


def _whole() -> Any:
    # Few suppliers and fewer options, so one question for all of it is the cheapest.
    return select(FrameworkAgreement).options(
        joinedload(FrameworkAgreement.suppliers).joinedload(FrameworkSupplier.provider),
        joinedload(FrameworkAgreement.options),
    )


def _listed(row: FrameworkAgreement, call_offs: Sequence[CallOff], limits: Limits, today: date) -> Listed:
    return Listed(
        row,
        rules.room_of(row, call_offs, limits),
        rules.volume_room_of(row, call_offs, limits),
        row.is_in_force(today),
    )


def _call_offs(framework_ids: Sequence[int]) -> dict[int, list[CallOff]]:
    # Columns alone: who has waited for a turn must see what was stored meanwhile, not what was read before.
    query = select(Purchase.id, Purchase.title, Purchase.framework_id, Purchase.provider_id, Purchase.values).where(
        Purchase.framework_id.in_(framework_ids),
        Purchase.route.startswith(CALL_OFF, autoescape=True),
        Purchase.state != CANCELLED,
    )
    found: dict[int, list[CallOff]] = {}
    for key, title, framework_id, provider_id, values in db.session.execute(query.order_by(Purchase.id.desc())):
        row = CallOff(
            purchase_id=key,
            title=title,
            provider_id=provider_id,
            value=rules.amount_of(values),
            volume=int(values.get("call_off_volume") or 0),
            is_contracted=bool(values.get("contract_value_sek")),
        )
        found.setdefault(framework_id, []).append(row)
    return found
