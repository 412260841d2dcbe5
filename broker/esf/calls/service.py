"""What people do to the versions of a call: correct it, read its unit costs in, move a project over to it."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import inspect

from broker import audit, clock, database
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import NotAllowedError, RefusedError
from broker.esf import queries as esf
from broker.esf.calls import letters, queries
from broker.esf.calls.differences import list_changes
from broker.esf.calls.models import UnitCostTable
from broker.esf.calls.prices import PriceRow, keys_of
from broker.esf.models import Call, Project
from broker.esf.service import DuplicateCallError, refuse_wrong_days
from broker.extensions import db


def next_version(call: Call) -> str:
    """Propose the name of the version after this one."""
    return str(int(call.version) + 1) if call.version.isdecimal() else _("%(version)s, rättad", version=call.version)


def correct_call(call: Call, *, version: str, closes_on: Any, closing_time: time, by: User, **facts: Any) -> Call:
    """Add a later text of a call as a version of its own, and tell the members of projects that follow an earlier one.

    The facts are the other columns by name; what is not among them stays. Refuses a call that somebody has corrected
    already, a version that is there, a text that says the same, and days in the wrong order.
    """
    closes_at = datetime.combine(closes_on, closing_time, tzinfo=clock.SWEDEN)
    later = _later(call, facts | {"version": version, "closes_at": closes_at})
    refuse_wrong_days(later)
    if not list_changes(call, later):
        raise RefusedError(_("Ingenting är ändrat. Ändra det som den nya texten säger annorlunda."))
    _add_version(call, later, action=Action.CALL_CORRECTED, by=by)
    return later


def read_prices(call: Call, rows: list[PriceRow], *, file_name: str, by: User) -> Call:
    """Keep the unit costs of a file with the call that had none, or with a new version of one that had others.

    Refuses a table that says what the call says already, and a call that somebody has corrected.
    """
    _refuse_corrected(call)
    prices = {key: str(row.price) for key, row in keys_of(rows).items()}
    if {key: Decimal(price) for key, price in prices.items()} == call.prices:
        raise RefusedError(_("Tabellen säger samma sak som utlysningen redan gör. Ingenting är ändrat."))
    table = UnitCostTable(file_name=file_name, rows=[row.as_plain() for row in rows], read_by_id=by.id)
    db.session.add(table)
    db.session.flush()
    if call.prices:
        later = _later(call, {"version": next_version(call), "unit_costs": prices, "price_table_id": table.id})
        _add_version(call, later, action=Action.CALL_PRICES_READ, by=by, file_name=file_name, rows=len(rows))
        return later
    call.unit_costs, call.price_table_id = prices, table.id
    audit.record(Action.CALL_PRICES_READ, call, by=by, file_name=file_name, rows=len(rows))
    return call


def move_project(project: Project, call: Call, *, by: User) -> None:
    """Let a project answer the newest version of its call; only its owner may, and only to that version."""
    if not esf.owns(project):
        raise NotAllowedError(_("Be projektägaren att flytta projektet."))
    if call.diary_no != project.call.diary_no or queries.find_newer(call) is not None or call.id == project.call_id:
        raise RefusedError(_("Utlysningen har rättats igen. Läs vad den nyaste versionen betyder och flytta sedan."))
    earlier = project.call.version
    project.call_id, project.call = call.id, call
    changes = {"version": [earlier, call.version]}
    audit.record(Action.PROJECT_MOVED, project, by=by, title=call.title, diary_no=call.diary_no, changes=changes)


def _later(call: Call, facts: dict[str, Any]) -> Call:
    kept = {column.key: getattr(call, column.key) for column in inspect(Call).column_attrs if column.key != "id"}
    return Call(**(kept | facts))


def _refuse_corrected(call: Call) -> None:
    # Two people who correct the same text at once must not both make a newest version of it.
    database.hold(Call.id, call.id)
    if newer := queries.find_newer(call):
        sentence = _(
            "Någon har redan rättat utlysningen till version %(version)s. Öppna den och rätta därifrån.",
            version=newer.version,
        )
        raise RefusedError(sentence)


def _add_version(call: Call, later: Call, *, action: Action, by: User, **facts: Any) -> None:
    _refuse_corrected(call)
    if esf.find_call(later.diary_no, later.version) is not None:
        raise DuplicateCallError(_("Utlysningen finns redan i den versionen. Ange en annan version."))
    db.session.add(later)
    db.session.flush()
    audit.record(action, later, by=by, diary_no=later.diary_no, version=later.version, title=later.title, **facts)
    letters.tell_of_correction(later)
