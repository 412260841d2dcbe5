"""One check of an application as people see it: what holds or what to do, and on which page it is mended."""

from collections.abc import Sequence
from dataclasses import dataclass

from broker.esf.budgets.lines import CheckResult
from broker.esf.check_names import NAMES
from broker.esf.kinds import Page
from broker.sentences import N_, Sentence

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
    sentence: Sentence
    page: Page
    question_id: str = ""
    recorded: str = ""
    subject: str = ""

    @property
    def name(self) -> str:
        """Give what people call the check, as the source text of the product has it."""
        return NAMES.get(self.id, self.subject)

    @property
    def is_missing(self) -> bool:
        """Tell whether somebody has something to do; a check without anything to judge waits for others that say so."""
        return self.passed is False or (self.passed is None and self.level == ASK)

    @property
    def is_unjudged(self) -> bool:
        """Tell whether there is nothing to judge yet."""
        return self.passed is None and self.level != ASK

    def as_result(self) -> CheckResult:
        """Give the check as the export shows it."""
        return CheckResult(self.id, self.level, self.passed, str(self.sentence), self.name)


def named(titles: Sequence[str | Sentence], most: int = 4) -> Sentence:
    """Give the first titles in a sentence, and how many more there are."""
    shown = Sentence.joined(Sentence("”%(title)s”", {"title": title}) for title in titles[:most])
    more = len(titles) - most
    if more > 0:
        return Sentence(N_("%(shown)s och %(more)s till"), {"shown": shown, "more": more})
    return shown
