"""A draft as its pages show it: cards, what is left over, and what can be chosen for a group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from broker.needs import planning
from broker.needs import queries as needs_queries
from broker.needs.bundling.editing import Candidate, Editing
from broker.needs.bundling.instance import Solution, parts_of
from broker.needs.cohorts import parts as others
from broker.needs.cohorts.proposals import Card
from broker.needs.drafts import edits, queries
from broker.needs.drafts.content import DraftCohort, Part
from broker.needs.drafts.desk import Desk, Figures
from broker.needs.drafts.edits import Choice
from broker.needs.models import Need
from broker.reference import queries as reference
from broker.sentences import N_, Sentence

PAGE = 25
_MOST_CANDIDATES = 30


@dataclass(frozen=True)
class Group:
    """A group of a draft: its card, and what is no longer as it was."""

    cohort: DraftCohort
    title: Sentence
    card: Card | None
    faults: list[Sentence]
    # What keeps the group from being formed by the usual rules, though the draft's own allow it.
    hinders: list[Sentence]
    notes: list[Sentence]
    provider: str
    # Which part of each need takes part: two parts of one need never fit in a group.
    parts: dict[int, int]


@dataclass(frozen=True)
class Waiting:
    """A need that is left over, what stops it and what would help."""

    need: Need
    part: Part
    people: int
    stop: Sentence
    helps: Sequence[Sentence]
    is_out: bool


@dataclass(frozen=True)
class Board:
    """One page of a draft."""

    groups: list[Group]
    count: int
    locked: int
    waiting: list[Waiting]
    waiting_count: int
    figures: Figures
    apart: list[tuple[Part, Sentence]]


@dataclass(frozen=True)
class GroupChoices:
    """What can be done with a group."""

    others: list[tuple[int, Sentence]]
    candidates: list[Candidate]
    venues: list[tuple[str, str, tuple[Sentence, ...]]]
    parts: list[tuple[Part, Need, int]]


def board(desk: Desk, page: int, *, waiting_most: int) -> Board:
    """Give one page of the groups, the first of what is left over, and the figures of the whole."""
    cohorts = sorted(desk.content.cohorts, key=lambda row: (row.plan.topic_id, row.plan.starts_on, row.key))
    shown = cohorts[(page - 1) * PAGE : page * PAGE]
    names = queries.names_of_needs({key for row in shown for key in desk.lost(row)})
    waiting = _waiting(desk)
    return Board(
        groups=[_group(desk, row, names) for row in shown],
        count=len(cohorts),
        locked=sum(1 for row in cohorts if row.is_locked),
        waiting=waiting[:waiting_most],
        waiting_count=len(waiting),
        figures=desk.figures,
        apart=_apart(desk),
    )


def find_group(desk: Desk, key: int | None) -> Group | None:
    """Give a group of which at least one member still waits."""
    cohort = desk.content.find(key)
    if cohort is None or cohort.key not in desk.planned:
        return None
    return _group(desk, cohort, queries.names_of_needs(desk.lost(cohort)))


def choices_for_group(desk: Desk, group: Group) -> GroupChoices:
    """Give the groups that it could be merged with, who could join, where it could meet, and its members."""
    planned = desk.planned[group.cohort.key]
    others = [
        (row.key, edits.title_of(row.plan))
        for row in desk.content.cohorts
        if row.key != group.cohort.key and row.key in desk.planned and desk.planned[row.key].area == planned.area
    ]
    found = Editing(desk.rules, desk.planned.values()).candidates(planned)
    venues = [
        (code, reference.municipality_name(code), hinders) for code, hinders in edits.venues(desk, group.cohort.key)
    ]
    taken = [row for row in found if (row.need.id, row.part) not in desk.taken]
    sizes = {need.id: desk.instance.sizes_of(need) for need in desk.instance.needs}
    parts = [((key, part), desk.proposals.needs[key], sizes[key][part]) for key, part in planned.members]
    return GroupChoices(others, taken[:_MOST_CANDIDATES], venues, parts)


def for_parts(cohort: DraftCohort, today: date) -> others.Group:
    """Give a group as other features have something to say of it, at the price of the provider that is chosen."""
    plan, largest = cohort.plan, needs_queries.cohort_rules(today).group_of(cohort.plan.topic_id).largest
    needs = {need.id: need for need in needs_queries.list_open_needs(key for key, _part in plan.members)}
    members = [
        (needs[key], parts_of(needs[key].participants, largest)[part]) for key, part in plan.members if key in needs
    ]
    people = sum(part for _need, part in members)
    price = None if cohort.provider_id is None else queries.find_price(cohort.provider_id, plan.topic_id, people)
    return others.Group.of(members, plan.hours, price)


def moves(desk: Desk, choices: Sequence[Choice]) -> list[tuple[Choice, Sentence, int]]:
    """Give each choice with the group's title and how many it is for."""
    found = []
    for choice in choices:
        cohort = desk.content.find(choice.key)
        if cohort is not None:
            found.append((choice, edits.title_of(cohort.plan), desk.rules.size(desk.planned[choice.key])))
    return found


def _group(desk: Desk, cohort: DraftCohort, names: dict[int, str]) -> Group:
    planned, card = desk.planned.get(cohort.key), None
    if planned is not None:
        card = desk.proposals.card(desk.rules, planning.to_plan(planned, desk.proposals.calendar))
    text = N_("%(company)s väntar inte längre: behovet är ändrat, avslutat eller med i en bildad grupp.")
    lost = [Sentence(text, {"company": names.get(key, key)}) for key in desk.lost(cohort)]
    changed = N_("%(company)s har ändrat sitt behov sedan utkastet räknades.")
    notes = [Sentence(changed, {"company": desk.name_of(key)}) for key in desk.changed(cohort)]
    faults = desk.faults(cohort, desk.rules)
    hinders = [row for row in desk.faults(cohort, desk.real_rules) if row not in faults]
    provider = "" if cohort.provider_id is None else desk.provider_name(cohort.provider_id)
    parts = dict(planned.members) if planned else {}
    return Group(cohort, edits.title_of(cohort.plan), card, [*lost, *faults], hinders, notes, provider, parts)


def _waiting(desk: Desk) -> list[Waiting]:
    # Only who shows a draft pays for loading the arrays.
    from broker.needs.bundling.leftovers import leftovers  # noqa: PLC0415

    needs = desk.proposals.needs
    free: dict[int, int] = {}
    for need, part in desk.free_parts():
        free.setdefault(need.id, part)
    found = [
        _left(desk, needs[row.need.id], (row.need.id, free[row.need.id]), row)
        for row in leftovers(desk.rules, Solution((*desk.instance.locked, *desk.planned.values())))
    ]
    stop = Sentence(N_("Fler deltagare än utkastets största grupp rymmer."))
    large = [Waiting(needs[key], (key, 0), needs[key].participants, stop, (), False) for key in desk.too_large()]
    return [*found, *large]


def _left(desk: Desk, need: Need, part: Part, row: Any) -> Waiting:
    is_out = any(key == need.id for key, _part in desk.content.out)
    if is_out:
        part = next(pair for pair in desk.content.out if pair[0] == need.id)
    stop = Sentence(N_("Uttaget för hand.")) if is_out else row.stop
    return Waiting(need, part, row.people, stop, row.helps, is_out)


def _apart(desk: Desk) -> list[tuple[Part, Sentence]]:
    names = {need.company_id: need.company.name for need in desk.proposals.needs.values()}
    text, gone = N_("%(one)s och %(other)s"), Sentence(N_("ett företag utan klarlagda behov"))
    return [
        (pair, Sentence(text, {"one": names.get(pair[0], gone), "other": names.get(pair[1], gone)}))
        for pair in desk.content.apart
    ]
