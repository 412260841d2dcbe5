"""One check of an application as people see it: what holds or what to do, and on which page it is mended."""

from collections.abc import Sequence
from dataclasses import dataclass

from broker.esf.budget_lines import CheckResult
from broker.esf.kinds import Page
from broker.sentences import N_, Sentence

STOP, WARN, ASK = "stop", "warn", "ask"


@dataclass(frozen=True)
class Check:
    """One rule tried; passed is None while only a person can say and nobody has.

    Who recorded it, and when, stands apart: no person is named in the export.
    """

    id: str
    level: str
    passed: bool | None
    sentence: Sentence
    page: Page
    question_id: str = ""
    recorded: str = ""

    def as_result(self) -> CheckResult:
        """Give the check as the export shows it."""
        return CheckResult(self.id, self.level, bool(self.passed), str(self.sentence))


def named(titles: Sequence[str], most: int = 4) -> Sentence:
    """Give the first titles in a sentence, and how many more there are."""
    shown = ", ".join(f"”{title}”" for title in titles[:most])
    more = len(titles) - most
    if more > 0:
        return Sentence(N_("%(shown)s och %(more)s till"), {"shown": shown, "more": more})
    return Sentence("%(shown)s", {"shown": shown})
