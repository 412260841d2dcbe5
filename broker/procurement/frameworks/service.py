"""What people do about framework agreements: keep one, its suppliers and its options."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from broker import audit, clock
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import FieldRefusedError
from broker.extensions import db
from broker.formatting import day, number
from broker.procurement.frameworks import queries
from broker.procurement.frameworks.models import (
    CallOffModel,
    FrameworkAgreement,
    FrameworkLaw,
    FrameworkOption,
    FrameworkSupplier,
    OptionState,
)
from broker.providers import queries as providers

_WHOLE = 100


def add_framework(values: Mapping[str, Any], *, by: User) -> FrameworkAgreement:
    """Keep an agreement; refuses one of more than four years without special reasons where the law asks for them."""
    framework = FrameworkAgreement(**values)
    _check_term(framework)
    db.session.add(framework)
    db.session.flush()
    audit.record(Action.FRAMEWORK_ADDED, framework, by=by, name=framework.name)
    return framework


def edit_framework(framework: FrameworkAgreement, values: Mapping[str, Any], *, by: User) -> None:
    """Change what an agreement says; refuses a term that breaks the law, and an end after which an option is called."""
    changes = audit.changes(framework, dict(values))
    for name, value in values.items():
        setattr(framework, name, value)
    _check_term(framework)
    for option in framework.options:
        _check_option(framework, option)
    _check_suppliers(framework)
    audit.record(Action.FRAMEWORK_EDITED, framework, by=by, changes=changes)


def add_supplier(framework: FrameworkAgreement, values: Mapping[str, Any], *, by: User) -> FrameworkSupplier:
    """Let a provider of the register stand in an agreement; refuses one that does, and a place that is taken."""
    provider = providers.get_provider(values["provider_id"])
    if any(row.provider_id == provider.id for row in framework.suppliers):
        raise FieldRefusedError("provider_id", _("%(name)s finns redan i ramavtalet.", name=provider.name))
    supplier = FrameworkSupplier(provider=provider, rank=values["rank"], share_percent=values["share_percent"])
    framework.suppliers.append(supplier)
    _check_supplier(framework, supplier)
    db.session.flush()
    audit.record(Action.FRAMEWORK_SUPPLIER_ADDED, framework, by=by, provider=provider.name)
    return supplier


def edit_supplier(supplier: FrameworkSupplier, values: Mapping[str, Any], *, by: User) -> None:
    """Change a supplier's rank, share or standing; refuses a place that is taken, and an end without a reason."""
    changes = audit.changes(supplier, dict(values))
    for name, value in values.items():
        setattr(supplier, name, value)
    framework = queries.get_framework(supplier.framework_id)
    _check_supplier(framework, supplier)
    if supplier.ended_on and not supplier.ended_reason:
        raise FieldRefusedError("ended_reason", _("Skriv varför leverantören inte är kvar i ramavtalet."))
    audit.record(Action.FRAMEWORK_SUPPLIER_EDITED, framework, by=by, provider=supplier.provider.name, changes=changes)


def add_option(framework: FrameworkAgreement, values: Mapping[str, Any], *, by: User) -> FrameworkOption:
    """Keep a right to a longer term; refuses days in the wrong order, and a term longer than the law allows."""
    option = FrameworkOption(**values)
    framework.options.append(option)
    _check_option(framework, option)
    _check_term(framework, field="extends_to")
    db.session.flush()
    audit.record(Action.FRAMEWORK_OPTION_ADDED, framework, by=by, to_label=day(option.extends_to))
    return option


def edit_option(option: FrameworkOption, values: Mapping[str, Any], *, by: User) -> None:
    """Change an option or say that it was used; refuses a use that was decided after its last day."""
    changes = audit.changes(option, dict(values))
    for name, value in values.items():
        setattr(option, name, value)
    framework = queries.get_framework(option.framework_id)
    _check_option(framework, option)
    _check_term(framework, field="extends_to")
    audit.record(Action.FRAMEWORK_OPTION_EDITED, framework, by=by, to_label=day(option.extends_to), changes=changes)


def _check_term(framework: FrameworkAgreement, *, field: str = "term_reason") -> None:
    if framework.ends_on < framework.starts_on:
        raise FieldRefusedError("ends_on", _("Ange en sista dag som inte ligger före den första."))
    years = queries.longest_years(clock.today())
    longest = queries.last_day_of_years(framework.starts_on, years)
    if framework.law is FrameworkLaw.EU and framework.longest_term_ends_on > longest and not framework.term_reason:
        raise FieldRefusedError(
            field,
            _(
                "Ramavtalet kan gälla längre än %(years)s år. Det kräver särskilda skäl (LOU 7 kap. 2 §): skriv dem i "
                "ramavtalet, eller rätta dagarna så att det slutar senast %(day)s.",
                years=number(years),
                day=day(longest),
            ),
        )


def _check_suppliers(framework: FrameworkAgreement) -> None:
    if framework.model is CallOffModel.SINGLE_SUPPLIER and len(framework.list_active(clock.today())) > 1:
        raise FieldRefusedError(
            "model", _("Ramavtalet har flera leverantörer. Välj en annan avropsordning, eller avsluta de andra först.")
        )


def _check_supplier(framework: FrameworkAgreement, supplier: FrameworkSupplier) -> None:
    others = [row for row in framework.list_active(clock.today()) if row is not supplier]
    if not supplier.is_active(clock.today()):
        return
    if framework.model is CallOffModel.SINGLE_SUPPLIER and others:
        raise FieldRefusedError(
            "provider_id" if supplier.id is None else "ended_on",
            _("Ramavtalet har en enda leverantör, %(name)s. Avsluta den först.", name=others[0].provider.name),
        )
    if framework.model is CallOffModel.RANKING:
        _check_rank(supplier, others)
    if framework.model is CallOffModel.FIXED_ALLOCATION:
        _check_share(supplier, others)


def _check_rank(supplier: FrameworkSupplier, others: list[FrameworkSupplier]) -> None:
    if supplier.rank is None:
        raise FieldRefusedError("rank", _("Ange leverantörens plats i rangordningen, 1 för den första."))
    taken = next((row for row in others if row.rank == supplier.rank), None)
    if taken:
        raise FieldRefusedError(
            "rank",
            _(
                "Plats %(rank)s har redan %(name)s. Ange en annan plats.",
                rank=number(supplier.rank),
                name=taken.provider.name,
            ),
        )


def _check_share(supplier: FrameworkSupplier, others: list[FrameworkSupplier]) -> None:
    if supplier.share_percent is None:
        raise FieldRefusedError("share_percent", _("Ange leverantörens andel i procent."))
    left = _WHOLE - sum(row.share_percent or 0 for row in others)
    if supplier.share_percent > left:
        raise FieldRefusedError(
            "share_percent",
            _("De andra leverantörerna har resten. Ange högst %(left)s procent.", left=number(max(left, 0))),
        )


def _check_option(framework: FrameworkAgreement, option: FrameworkOption) -> None:
    if option.extends_to <= framework.ends_on:
        raise FieldRefusedError(
            "extends_to",
            _("Optionen ska förlänga ramavtalet. Ange en dag efter %(day)s.", day=day(framework.ends_on)),
        )
    if option.call_by >= option.extends_to:
        raise FieldRefusedError("call_by", _("Optionen ska avropas innan förlängningen tar slut. Rätta dagen."))
    if option.state is not OptionState.USED:
        return
    if option.decided_on is None:
        raise FieldRefusedError("decided_on", _("Ange vilken dag optionen avropades."))
    if option.decided_on > option.call_by:
        raise FieldRefusedError(
            "decided_on",
            _(
                "Optionen skulle avropas senast %(day)s. Är den avropad senare gäller den inte: välj Utnyttjas inte.",
                day=day(option.call_by),
            ),
        )
