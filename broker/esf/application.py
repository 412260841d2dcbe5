"""One application with all its rows, as the checks, the first texts and the export read it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from broker.esf.aid_rules import AidRules, aid_rules
from broker.esf.budgets.models import CoFinancingRow
from broker.esf.kinds import OWNER
from broker.esf.models import (
    Activity,
    Actor,
    Answer,
    Call,
    Commitment,
    Contribution,
    GateState,
    Goal,
    Project,
    ProjectFile,
)
from broker.reference.queries import text_of

if TYPE_CHECKING:
    from broker.esf.chain.models import Cause
    from broker.esf.chain.queries import Steering


@dataclass(frozen=True)
class Application:
    """A project and everything in it on one day; rows that were taken out are not here."""

    project: Project
    form: Mapping[str, Any]
    contributions: Sequence[Contribution]
    commitments: Sequence[Commitment]
    actors: Sequence[Actor]
    causes: Sequence["Cause"]
    goals: Sequence[Goal]
    activities: Sequence[Activity]
    steering: "Steering"
    cofinancing: Sequence[CoFinancingRow]
    gates: Mapping[str, GateState]
    attachments: Sequence[ProjectFile]
    today: date

    @property
    def call(self) -> Call:
        """Give the call that the application answers."""
        return self.project.call

    @cached_property
    def aid_rules(self) -> AidRules:
        """Give the rules of state aid as they are known today."""
        return aid_rules(self.today)

    @property
    def answers(self) -> dict[str, Answer]:
        """Give the answers by the question's id."""
        return {answer.question_id: answer for answer in self.project.answers}

    @property
    def brought(self) -> list[Contribution]:
        """List the needs that the project meets, without those left out for a stated reason."""
        return [row for row in self.contributions if not row.left_out_reason]

    @property
    def owner(self) -> Actor | None:
        """Give the actor that applies."""
        return next((actor for actor in self.actors if actor.role == OWNER), None)

    @property
    def women(self) -> int:
        """Give how many women take part."""
        return sum(row.women for row in self.brought)

    @property
    def men(self) -> int:
        """Give how many men take part."""
        return sum(row.men for row in self.brought)

    @property
    def unknown_sex(self) -> int:
        """Give of how many that take part nobody has recorded the sex."""
        return sum(row.unknown_sex for row in self.brought)

    @property
    def participants(self) -> int:
        """Give how many people take part."""
        return sum(row.participants for row in self.brought)

    @property
    def committed_hours(self) -> Decimal:
        """Give the hours that companies have signed for."""
        return Decimal(sum(row.hours for row in self.commitments if row.signed_on))

    def text_of(self, question_id: str) -> str:
        """Give the answer to a question, or nothing."""
        answer = self.answers.get(question_id)
        return (answer.text if answer else None) or ""

    def needs_of(self, activity: Activity) -> list[Contribution]:
        """List the needs that an activity meets, also those whose hours are counted at another one."""
        shared = {link.contribution_id for link in activity.need_links}
        return [row for row in self.brought if row.activity_id == activity.id or row.id in shared]

    def shared_needs_of(self, activity: Activity) -> list[Contribution]:
        """List the needs that an activity meets and whose hours are counted at another one."""
        return [row for row in self.needs_of(activity) if row.activity_id != activity.id]

    def needs_behind(self, cause: "Cause") -> list[Contribution]:
        """List the needs in which a cause was told, of those that the project meets."""
        told = {link.contribution_id for link in cause.need_links}
        return [row for row in self.brought if row.id in told]

    def causes_of(self, goal: Goal) -> list["Cause"]:
        """List the causes that a goal answers."""
        answered = {link.cause_id for link in goal.cause_links}
        return [cause for cause in self.causes if cause.id in answered]

    def goals_for(self, cause: "Cause") -> list[Goal]:
        """List the goals that answer a cause."""
        return [goal for goal in self.goals if any(link.cause_id == cause.id for link in goal.cause_links)]

    def goals_of(self, activity: Activity) -> list[Goal]:
        """List the goals that an activity serves."""
        served = {link.goal_id for link in activity.goal_links}
        return [goal for goal in self.goals if goal.id in served]

    def activities_for(self, goal: Goal) -> list[Activity]:
        """List the activities that serve a goal."""
        return [row for row in self.activities if any(link.goal_id == goal.id for link in row.goal_links)]

    def has_part(self, goal: Goal) -> bool:
        """Tell whether a goal belongs to a part of the call: one that it names, where it names any."""
        return goal.call_part in self.call.parts if self.call.parts else bool(goal.call_part)

    def owner_of(self, goal: Goal) -> str:
        """Name the actor whose own goal it is, or nobody for one of the project."""
        return next((actor.name for actor in self.actors if actor.id == goal.actor_id), "")

    def in_full(self, goal: Goal) -> str:
        """Give a goal as it stands alone: one of an actor begins with its name."""
        return ": ".join(filter(None, [self.owner_of(goal), goal.text]))

    def role_title(self, role: str) -> str:
        """Give the name of a role in the template's words."""
        return next((text_of(row, "title") for row in self.form["actors"]["roles"] if row["id"] == role), role)


def questions(form: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give every question of a form in its order."""
    for section in form["sections"]:
        yield from section["questions"]


def find_question(form: Mapping[str, Any], question_id: str) -> dict[str, Any] | None:
    """Give the question with this id."""
    return next((question for question in questions(form) if question["id"] == question_id), None)


def section_of(form: Mapping[str, Any], question_id: str) -> str:
    """Give the id of the section that holds a question; nothing for one that the form does not have."""
    return next(
        (
            section["id"]
            for section in form["sections"]
            if any(question["id"] == question_id for question in section["questions"])
        ),
        "",
    )
