"""How every row of a list ended, as words on a page and as a file."""

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _

from broker.companies.imports import queries
from broker.companies.imports.changes import change_as_sentence
from broker.companies.imports.kept import reason_as_text
from broker.companies.imports.models import RowOutcome
from broker.formatting import organisation_number, say
from broker.spreadsheets import Cell

_LEFT = (RowOutcome.REFUSED, RowOutcome.SKIPPED)


def texts_of(outcome: RowOutcome, changes: Collection[list[Any]]) -> list[str]:
    """Say what a row changes, why it cannot be used or was left out, or why something stays."""
    if outcome in _LEFT:
        return [say(message) for _column, message in changes]
    if outcome is RowOutcome.KEPT:
        return [reason_as_text(*reason) for reason in changes]
    return [say(change_as_sentence(*change)) for change in changes]


def headings() -> list[str]:
    """Give the headings of the report."""
    return [
        _("Rad"),
        _("Företag"),
        _("Organisationsnummer"),
        _("Utfall"),
        _("Kolumn"),
        _("Vad som ändras, eller varför"),
    ]


def table(job_id: int) -> list[list[Cell]]:
    """Give every row of a list in its order: row, company, number, outcome, column, and what changes or why not."""
    labels = {outcome: str(outcome.label) for outcome in RowOutcome}
    return [
        [
            row,
            name,
            organisation_number(number) if number else "",
            labels[outcome],
            (changes[0][0] or "") if outcome in _LEFT and changes else "",
            ". ".join(texts_of(outcome, changes)),
        ]
        for row, name, number, outcome, changes in queries.list_all_rows(job_id)
    ]
