"""The board of commitments: one row for each company, and counts that open the rows they count."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from broker.esf import aid
from broker.esf.aid import CompanyAid
from broker.esf.application import Application
from broker.esf.commitments import queries
from broker.esf.commitments.states import CommitmentState, Standing
from broker.esf.company_size import CompanySize
from broker.esf.state_aid import AidStatus


@dataclass(frozen=True)
class BoardRow:
    """What the board says of one company."""

    standing: Standing
    size: CompanySize
    aid: CompanyAid

    @property
    def has_aid(self) -> bool:
        """Tell whether aid may be given."""
        return self.aid.status in (AidStatus.PASSED, AidStatus.NEAR_LIMIT)

    @property
    def signatory(self) -> str:
        """Give who has signed, with the role."""
        paper = self.standing.paper
        return f"{paper.signer_name}, {paper.signer_role}" if paper else ""

    @property
    def lacks(self) -> bool:
        """Tell whether anything is missing."""
        return self.standing.lacks or self.size.size_class is None or not self.has_aid


Test = Callable[[BoardRow], bool]
_FILTERS: dict[str, tuple[Any, Test]] = {
    "saknas": (_l("Något saknas"), lambda row: row.lacks),
    "atagande": (_l("Åtagande saknas"), lambda row: not row.standing.is_signed),
    "intyg": (_l("Intyg saknas"), lambda row: not row.standing.has_certificate),
    "storlek": (_l("Storlek inte känd"), lambda row: row.size.size_class is None),
    "stod": (_l("Statsstödet inte godkänt"), lambda row: not row.has_aid),
    "andrat": (_l("Stämmer inte längre"), lambda row: row.standing.state is CommitmentState.CHANGED),
    "aterkallat": (_l("Återkallade"), lambda row: row.standing.state is CommitmentState.WITHDRAWN),
    "klart": (_l("Klara"), lambda row: not row.lacks),
}


@dataclass(frozen=True)
class Count:
    """How many rows a filter leaves."""

    id: str
    label: Any
    count: int


def rows_of(application: Application) -> list[BoardRow]:
    """Give the rows of an application, in Swedish order."""
    verdicts = {row.commitment.id: row for row in aid.assess(application)}
    return [
        BoardRow(standing, aid.company_size(standing.commitment, application), verdicts[standing.commitment.id])
        for standing in queries.list_standings(application)
    ]


def counts_of(rows: Sequence[BoardRow]) -> list[Count]:
    """Count the rows of each filter."""
    return [Count(key, label, sum(map(test, rows))) for key, (label, test) in _FILTERS.items()]


def chosen_rows(rows: Sequence[BoardRow], chosen: str) -> list[BoardRow]:
    """Give the rows of one filter; of none, or one that there is not, all."""
    test = _FILTERS[chosen][1] if chosen in _FILTERS else None
    return [row for row in rows if test is None or test(row)]
