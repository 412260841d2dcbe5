"""The chain as it stands: each cause, goal, milestone, activity and result, and what each of them lacks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from broker.esf.application import Application
from broker.esf.chain.models import Cause, EffectKind, GoalEffect, Milestone
from broker.esf.models import Activity, Goal, Project
from broker.needs.models import CauseLevel
from broker.sentences import N_, Sentence

_MEASURES = (
    ("baseline", N_("utgångsläge")),
    ("target", N_("målvärde")),
    ("due_on", N_("datum")),
    ("data_source", N_("källa")),
)
_LEVELS = {
    CauseLevel.INDIVIDUAL: N_("individ"),
    CauseLevel.ORGANISATION: N_("organisation"),
    CauseLevel.STRUCTURE: N_("struktur"),
}


class Kind(StrEnum):
    """What a node of the chain is, in the order of the columns of its picture."""

    CAUSE = "cause"
    GOAL = "goal"
    MILESTONE = "milestone"
    ACTIVITY = "activity"
    RESULT = "result"


@dataclass(frozen=True)
class Node:
    """One thing in the chain; without a key it stands for what is missing, and says so."""

    kind: Kind
    id: int | None
    text: str = ""
    notes: tuple[Sentence, ...] = ()
    gaps: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class Branch:
    """A goal with what leads to it and what it leads to."""

    goal: Node
    cause_ids: tuple[int, ...]
    milestones: tuple[Node, ...]
    activities: tuple[Node, ...]
    results: tuple[Node, ...]


@dataclass(frozen=True)
class Tree:
    """The whole chain of a project; an activity of several goals stands in each of their branches."""

    causes: tuple[Node, ...]
    branches: tuple[Branch, ...]
    loose_activities: tuple[Node, ...]

    def __bool__(self) -> bool:
        return bool(self.causes or self.branches or self.loose_activities)

    @property
    def missing(self) -> list[Node]:
        """List what a chain that has been begun has none of at all."""
        found = []
        if self and not self.causes:
            found.append(Node(Kind.CAUSE, None, gaps=(Sentence(N_("Samla orsakerna ur behoven, eller skriv en.")),)))
        if self and not self.branches:
            found.append(Node(Kind.GOAL, None, gaps=(Sentence(N_("Skriv ett mål.")),)))
        return found

    @property
    def nodes(self) -> list[Node]:
        """List everything in the chain, each thing once."""
        every = [*self.missing, *self.causes, *_of_branches(self.branches), *self.loose_activities]
        return list({(node.kind, node.id): node for node in every}.values())

    @property
    def gaps(self) -> int:
        """Count the things that lack something."""
        return sum(bool(node.gaps) for node in self.nodes)


def grow(application: Application) -> Tree:
    """Give the chain of an application with everything that it lacks."""
    return Tree(
        causes=tuple(_cause(cause, application) for cause in application.causes),
        branches=tuple(_branch(goal, application) for goal in application.goals),
        loose_activities=tuple(
            _activity(row, application) for row in application.activities if not application.goals_of(row)
        ),
    )


def is_inside(activity: Activity, project: Project) -> bool:
    """Tell whether an activity has days, in order, within the project and the window of the call: check k3c."""
    days = (activity.starts_on, activity.ends_on)
    if days[0] is None or days[1] is None:
        return False
    return project.starts_on <= days[0] <= days[1] <= min(project.ends_on, project.call.latest_end)


def _of_branches(branches: tuple[Branch, ...]) -> Iterator[Node]:
    for branch in branches:
        yield from (branch.goal, *branch.milestones, *branch.activities, *branch.results)


def _cause(cause: Cause, application: Application) -> Node:
    gaps = []
    if cause.level is None:
        gaps.append(Sentence(N_("Ange orsakens nivå.")))
    if cause.is_within_reach is None:
        gaps.append(Sentence(N_("Ange om projektet kan påverka orsaken.")))
    elif cause.is_within_reach and not application.goals_for(cause):
        gaps.append(Sentence(N_("Skriv ett mål som svarar mot orsaken.")))
    notes = [] if cause.level is None else [Sentence(_LEVELS[cause.level])]
    if cause.is_within_reach is False:
        notes.append(Sentence(N_("utom räckhåll för projektet")))
    return Node(Kind.CAUSE, cause.id, cause.text, tuple(notes), tuple(gaps))


def _branch(goal: Goal, application: Application) -> Branch:
    causes = application.causes_of(goal)
    gaps = [] if causes else [Sentence(N_("Välj vilken orsak målet svarar mot."))]
    if not goal.call_part:
        gaps.append(Sentence(N_("Ange vilken del av utlysningen målet hör till.")))
    elif not application.has_part(goal):
        gaps.append(Sentence(N_("Välj en del som finns i utlysningen.")))
    milestones = tuple(_milestone(row, application.project) for row in goal.milestones)
    activities = tuple(_activity(row, application) for row in application.activities_for(goal))
    owner = application.owner_of(goal)
    notes = (Sentence(N_("eget mål för %(name)s"), {"name": owner}),) if owner else ()
    return Branch(
        Node(Kind.GOAL, goal.id, goal.text, notes, tuple(gaps)),
        tuple(cause.id for cause in causes),
        milestones or (_missing(Kind.MILESTONE, goal, Sentence(N_("Delmål saknas."))),),
        activities or (_missing(Kind.ACTIVITY, goal, Sentence(N_("Aktivitet saknas."))),),
        _results(goal),
    )


def _missing(kind: Kind, goal: Goal, gap: Sentence) -> Node:
    # The key of the goal, below zero, keeps what two goals lack apart.
    return Node(kind, None if goal.id is None else -goal.id, gaps=(gap,))


def _milestone(row: Milestone, project: Project) -> Node:
    empty = [Sentence(label) for name, label in _MEASURES if not getattr(row, name)]
    gaps = [Sentence(N_("Ange %(names)s."), {"names": Sentence.joined(empty)})] if empty else []
    if row.due_on and not project.starts_on <= row.due_on <= project.ends_on:
        gaps.append(Sentence(N_("Dagen ligger utanför projektet.")))
    notes = []
    if row.baseline and row.target:
        facts = {"baseline": row.baseline, "target": row.target}
        notes.append(Sentence(N_("från %(baseline)s till %(target)s"), facts))
    if row.due_on:
        notes.append(Sentence(N_("senast %(day)s"), {"day": row.due_on}))
    return Node(Kind.MILESTONE, row.id, row.indicator, tuple(notes), tuple(gaps))


def _activity(row: Activity, application: Application) -> Node:
    gaps = [] if application.goals_of(row) else [Sentence(N_("Välj vilket mål aktiviteten svarar mot."))]
    if not application.needs_of(row):
        gaps.append(Sentence(N_("Välj minst ett behov som aktiviteten möter.")))
    if not (row.starts_on and row.ends_on):
        gaps.append(Sentence(N_("Ange start och slut.")))
    elif not is_inside(row, application.project):
        gaps.append(Sentence(N_("Ligger utanför projektets tid eller utlysningens fönster.")))
    notes = [Sentence(N_("%(hours)s timmar"), {"hours": row.hours})] if row.hours else []
    if row.starts_on and row.ends_on:
        notes.append(_days(row.starts_on, row.ends_on))
    return Node(Kind.ACTIVITY, row.id, row.title, tuple(notes), tuple(gaps))


def _days(starts_on: date, ends_on: date) -> Sentence:
    return Sentence(N_("%(first)s till %(last)s"), {"first": starts_on, "last": ends_on})


def _results(goal: Goal) -> tuple[Node, ...]:
    """Give what a goal leads to, and a node that says what is not there at all."""
    nodes = [Node(Kind.RESULT, row.id, row.text, tuple(_signs(row))) for row in goal.effects]
    kinds = {row.kind for row in goal.effects}
    gaps = []
    if EffectKind.RESULT not in kinds:
        gaps.append(Sentence(N_("Ange resultat och effekt på kort sikt.")))
    if EffectKind.EFFECT not in kinds:
        gaps.append(Sentence(N_("Ange effekt på lång sikt.")))
    if gaps:
        nodes.append(Node(Kind.RESULT, None if goal.id is None else -goal.id, gaps=tuple(gaps)))
    return tuple(nodes)


def _signs(row: GoalEffect) -> Iterator[Sentence]:
    if row.kind is EffectKind.EFFECT:
        yield Sentence(N_("på lång sikt"))
    if row.due_on:
        yield Sentence(N_("senast %(day)s"), {"day": row.due_on})
    if row.sign:
        yield Sentence(N_("märks genom %(sign)s"), {"sign": row.sign})
    if row.owner_role:
        yield Sentence(N_("ansvar: %(role)s"), {"role": row.owner_role})
