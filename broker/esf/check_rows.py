"""One check of an application as people see it: what holds or what to do, and on which page it is mended."""

from collections.abc import Sequence
from dataclasses import dataclass

from broker.esf.budget_lines import CheckResult
from broker.esf.check_names import NAMES
from broker.esf.kinds import Page

STOP, WARN, ASK = "stop", "warn", "ask"


@dataclass(frozen=True)
class Check:
    """One rule tried; passed is None while nobody has said, or while there is nothing to judge.

    Who recorded it, and when, stands apart: no person is named in the export.
    The subject is what a check of many alike is about, such as a company.
    """

    id: str
    level: str
    passed: bool | None
    sentence: str
    page: Page
    question_id: str = ""
    recorded: str = ""
    subject: str = ""

    @property
    def name(self) -> str:
        """Give what people call the check."""
        return NAMES.get(self.id, self.subject)

    @property
    def is_missing(self) -> bool:
        """Tell whether somebody has something to do; a check without anything to judge waits for others that say so."""
        return self.passed is False or (self.passed is None and self.level == ASK)

    def as_result(self) -> CheckResult:
        """Give the check as the export shows it."""
        return CheckResult(self.id, self.level, self.passed, self.sentence, self.name)


def named(titles: Sequence[str], most: int = 4) -> str:
    """Give the first titles in a sentence, and how many more there are."""
    shown = ", ".join(f"”{title}”" for title in titles[:most])
    more = len(titles) - most
    return f"{shown} och {more} till" if more > 0 else shown
