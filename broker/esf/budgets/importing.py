"""A workbook of the budget that comes back: what it changes row by row, and saving all of it as one change."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from broker import audit, database
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.esf import queries
from broker.esf.application import Application
from broker.esf.budgets import figures, service
from broker.esf.budgets.models import BudgetRow, CoFinancingRow
from broker.esf.budgets.reading import Raw, ReadRow, Words, ids, read_budget
from broker.esf.models import Project
from broker.extensions import db
from broker.formatting import in_swedish
from broker.sentences import N_, Sentence

Row = BudgetRow | CoFinancingRow
ACTOR, SHARE = Sentence(N_("Aktör")), Sentence(N_("Andel av heltid"))
_LABELS = {
    "actor_id": N_("Aktör"),
    "contributor": N_("Från någon annan"),
    "cost_type": N_("Kostnadsslag"),
    "kind": N_("Slag"),
    "title": N_("Rad"),
    "rate_id": N_("Enhetskostnad"),
    "hours": N_("Timmar"),
    "share": N_("Andel av heltid"),
    "persons": N_("Personer"),
    "follows_groups": N_("Följer grupperna"),
    "amount_kr": N_("Belopp"),
    "starts_on": N_("Första dag"),
    "ends_on": N_("Sista dag"),
}


@dataclass(frozen=True)
class RowChange:
    """One row that a file adds, changes or removes."""

    row: Row | None
    is_cost: bool
    title: str
    values: dict[str, Any] | None
    differences: tuple[tuple[Sentence, Any, Any], ...] = ()

    @property
    def word(self) -> Sentence:
        """Give what happens to the row."""
        if self.row is None:
            return Sentence(N_("Ny"))
        return Sentence(N_("Tas bort")) if self.values is None else Sentence(N_("Ändras"))


@dataclass(frozen=True)
class Comparison:
    """What a file would change, or what is wrong in it."""

    changes: tuple[RowChange, ...]
    faults: tuple[Sentence, ...]


def state_of(application: Application) -> str:
    """Give a word for the state of a budget that is another as soon as any of its rows is."""
    rows = [*(f"k{row.id}.{row.version}" for row in _costs(application))]
    rows += [f"m{row.id}.{row.version}" for row in application.cofinancing]
    return hashlib.sha256(f"{application.project.id}:{'-'.join(sorted(rows))}".encode()).hexdigest()[:16]


def compare_file(application: Application, raw: Raw) -> Comparison:
    """Give what a file would change in the budget, row by row; a file with faults changes nothing."""
    with in_swedish():
        words = _words(application)
    reading = read_budget(raw, words)
    faults = list(reading.faults)
    costs = {row.id: row for row in _costs(application)}
    financing = {row.id: row for row in application.cofinancing}
    changes = [
        *_compared(costs, reading.costs, application, faults),
        *_compared(financing, reading.financing, application, faults),
    ]
    return Comparison(() if faults else tuple(changes), tuple(faults))


def save_file(project_id: int, raw: Raw, *, state: str, by: User) -> int:
    """Save what a file changes as one change, and give how many rows that was.

    Refuses a file with faults, and raises StaleFileError when the budget has changed since the file was made.
    """
    # Two who save the same file at once must see each other: new rows have no version that would tell.
    database.hold(Project.id, project_id)
    application = queries.load_application(project_id)
    check_state(application, state)
    comparison = compare_file(application, raw)
    if comparison.faults:
        raise RefusedError(_("Rätta cellerna i filen och läs in den igen."))
    for change in comparison.changes:
        if change.values is None and change.row is not None:
            change.row.is_active = False
        elif change.values is not None:
            row = change.row or (BudgetRow if change.is_cost else CoFinancingRow)(project_id=application.project.id)
            for name, value in change.values.items():
                setattr(row, name, value)
            db.session.add(row)
    if comparison.changes:
        audit.record(
            Action.BUDGET_SAVED,
            application.project,
            by=by,
            rows=[f"{change.word}: {change.title}" for change in comparison.changes],
        )
    return len(comparison.changes)


def check_state(application: Application, state: str) -> None:
    """Raise StaleFileError for a file that was made of another state of the budget than it has now."""
    if state != state_of(application):
        raise StaleFileError(
            _("Budgeten har ändrats sedan filen gjordes. Hämta en ny fil och för in dina ändringar i den.")
        )


class StaleFileError(RefusedError):
    """The file was made of an older budget, and saving it would undo what others have done."""

    status = 409


def _costs(application: Application) -> list[BudgetRow]:
    return [row for actor in application.actors for row in actor.budget_rows]


def _words(application: Application) -> Words:
    form = application.form
    kinds = figures.cofinancing_kinds(form)
    offered = figures.offered_cost_types(form, application.call.budget_model)
    return Words(
        beneficiaries={row.name: row.id for row in application.actors if row.is_beneficiary},
        actors={row.name: row.id for row in application.actors},
        cost_types={title: key for key, title in offered.items()},
        kinds={title: key for key, title in kinds.items()},
        rates=frozenset(application.call.unit_costs),
    )


def _compared(
    ours: Mapping[int, Row], read: Iterable[ReadRow], application: Application, faults: list[Sentence]
) -> list[RowChange]:
    read = list(read)
    changes = []
    for found in read:
        row = ours.get(found.row_id) if found.row_id else None
        if found.row_id and row is None:
            gone = N_("%(cell)s: raden finns inte längre. Töm cellen om den ska vara ny.")
            faults.append(Sentence(gone, {"cell": f"Budget!O{found.number}"}))
            continue
        is_cost = "cost_type" in found.values
        if refusal := _refusal(application, found, row, is_cost):
            faults.append(refusal)
            continue
        if row is not None:
            _keep_followed_days(row, found, application)
            _keep_contributor(row, found, application)
        differences = tuple(
            (Sentence(_LABELS[name]), getattr(row, name, None), value)
            for name, value in found.values.items()
            if getattr(row, name, None) != value
        )
        if row is None or differences:
            changes.append(RowChange(row, is_cost, found.values["title"], found.values, differences))
    kept = ids(read)
    changes += [
        RowChange(row, isinstance(row, BudgetRow), row.title, None) for key, row in ours.items() if key not in kept
    ]
    return changes


def _keep_followed_days(row: Row, found: ReadRow, application: Application) -> None:
    """Let a row go on following its activity or the project when the file says the days that it has by that."""
    project = figures.project_period(application)
    days = found.values["starts_on"] or project.starts_on, found.values["ends_on"] or project.ends_on
    now = figures.period_of(row, application)
    if days == (now.starts_on, now.ends_on):
        found.values |= {"starts_on": row.starts_on, "ends_on": row.ends_on}


def _keep_contributor(row: Row, found: ReadRow, application: Application) -> None:
    """Let who pays stay as it was, an actor or a name that is written, when the file says the name that it has."""
    if isinstance(row, BudgetRow):
        return
    names = {actor.id: actor.name for actor in application.actors}
    values = found.values
    if (names.get(values["actor_id"]) or values["contributor"]) == (names.get(row.actor_id or 0) or row.contributor):
        values |= {"actor_id": row.actor_id, "contributor": row.contributor}


def _refusal(application: Application, found: ReadRow, row: Row | None, is_cost: bool) -> Sentence | None:
    """Give what the service would say of the values, with the row of the file."""
    try:
        if is_cost and found.values["cost_type"] and found.values["actor_id"]:
            actor = next(actor for actor in application.actors if actor.id == found.values["actor_id"])
            service.checked_budget_row(application.project, _as(BudgetRow, row), actor, found.values)
        elif not is_cost and found.values["kind"]:
            service.checked_cofinancing_row(application.project, _as(CoFinancingRow, row), found.values)
    except RefusedError as error:
        return Sentence(N_("Budget, rad %(number)s: %(text)s"), {"number": found.number, "text": str(error)})
    return None


def _as(kind: type[Any], row: Row | None) -> Any:
    return row if isinstance(row, kind) else kind()
