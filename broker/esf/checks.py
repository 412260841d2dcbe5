"""Every check of an application: the five criteria, the formal gates, the budget, and state aid."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from broker.esf import aid
from broker.esf.aid import CompanyAid
from broker.esf.application import Application
from broker.esf.budgets import figures
from broker.esf.budgets.figures import Budget
from broker.esf.calls.checks import check_window
from broker.esf.check_rows import STOP, WARN, Check
from broker.esf.commitments.checks import check_commitments
from broker.esf.criteria import AUTOMATIC, OWN, check_answered
from broker.esf.gates import ask_person, check_gates
from broker.esf.kinds import Page
from broker.esf.state_aid import AidStatus
from broker.reference.queries import words_of
from broker.sentences import N_, Sentence

_BUDGET_PAGES = {"b4": Page.EDIT, "b6": Page.STATE_AID}


@dataclass(frozen=True)
class CheckGroup:
    """The checks of one criterion, of the gates, of the budget or of state aid."""

    title: Sentence
    checks: tuple[Check, ...]

    @property
    def missing(self) -> int:
        """Count the checks that ask for something."""
        return sum(check.is_missing for check in self.checks)

    @property
    def unjudged(self) -> int:
        """Count the checks that have nothing to judge yet."""
        return sum(check.is_unjudged for check in self.checks)

    @property
    def is_met(self) -> bool:
        """Tell whether there are checks and every one is met."""
        return bool(self.checks) and all(check.passed for check in self.checks)


def check_application(application: Application) -> list[CheckGroup]:
    """Try every rule on an application."""
    budget, aids = figures.find_budget(application), aid.assess(application)
    groups = [
        CheckGroup(words_of(criterion, "title"), tuple(_criterion(criterion, application, budget)))
        for criterion in application.form["criteria"]
    ]
    return [
        *groups,
        CheckGroup(Sentence(N_("Formella krav")), (check_window(application), *check_gates(application, budget, aids))),
        CheckGroup(Sentence(N_("Budget")), tuple(_budget_checks(application, budget))),
        CheckGroup(Sentence(N_("Företagens åtaganden")), tuple(check_commitments(application))),
        CheckGroup(Sentence(N_("Statsstöd per företag")), tuple(_aid_check(row) for row in aids)),
    ]


def _criterion(criterion: Mapping[str, Any], application: Application, budget: Budget | None) -> list[Check]:
    rows = []
    for rule in criterion["checks"]:
        if rule["kind"] == "human":
            rows.append(ask_person(rule["id"], rule["rule"], application))
        elif rule["id"] == "k1a":
            rows.append(check_answered(criterion["questions"], application))
        elif rule["id"] in AUTOMATIC:
            rows.append(AUTOMATIC[rule["id"]](application, budget))
    if criterion["id"] in OWN:
        rows.append(OWN[criterion["id"]](application))
    return rows


def _budget_checks(application: Application, budget: Budget | None) -> list[Check]:
    if budget is None:
        return [
            Check("budget", STOP, False, Sentence(N_("Rätta budgetens rader, så att den går att räkna.")), Page.BUDGET)
        ]
    return [
        Check(row.id, row.level, row.passed, Sentence.of(row.sentence), _BUDGET_PAGES.get(row.id, Page.BUDGET))
        for row in budget.result.checks
    ]


def _aid_check(row: CompanyAid) -> Check:
    passed = row.status in (AidStatus.PASSED, AidStatus.NEAR_LIMIT)
    level = WARN if row.status == AidStatus.NEAR_LIMIT else STOP
    company = row.commitment.company
    sentence = Sentence.joined(row.reasons, " ")
    return Check(f"statsstod-{company.id}", level, passed, sentence, Page.STATE_AID, subject=company.name)
