"""Edits of a draft by hand: each gives the new content and what happened in words, or is refused with a sentence."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from broker.errors import RefusedError
from broker.needs import planning
from broker.needs.bundling.editing import Editing
from broker.needs.bundling.instance import Need, PlannedCohort
from broker.needs.drafts.content import Content, DraftCohort, Part
from broker.needs.drafts.desk import Desk
from broker.needs.planning import CohortPlan
from broker.reference import queries as reference
from broker.sentences import N_, Sentence
from broker.topics import queries as topics

Edited = tuple[Content, Sentence]


class EditRefusedError(RefusedError):
    """A rule of groups says no to an edit."""


@dataclass(frozen=True)
class Choice:
    """A group that a need could go to: with the change in points, or with why it may not."""

    key: int
    change: int
    hinders: tuple[Sentence, ...]


def lock(desk: Desk, key: int | None, *, is_locked: bool) -> Edited:
    """Lock a group, so that it stays when the rest is worked out anew, or unlock it; one with faults is not locked."""
    cohort = _group(desk, key)
    if is_locked:
        _check_has_no_faults(desk, cohort)
    text = N_("Låste gruppen %(group)s.") if is_locked else N_("Låste upp gruppen %(group)s.")
    content = desk.content.with_cohorts([replace(cohort, is_locked=is_locked)])
    return content, Sentence(text, {"group": title_of(cohort.plan)})


def move(desk: Desk, part: Part, key: int | None) -> Edited:
    """Move a part of a need to a group, from another or from those left over; both groups must keep the rules."""
    target, source = _open_group(desk, key), _group_with(desk, part)
    if source is not None and source.key == target.key:
        raise EditRefusedError(Sentence(N_("Behovet är redan med i gruppen.")))
    if source is not None:
        _check_open(source)
    before, after = _as_moved(desk, part, source, target)
    if not Editing(desk.rules, desk.planned.values()).evaluate(before, after).is_allowed:
        raise _refusal(_hinders(desk, after))
    changed = _with_plans(desk, [cohort for cohort in (source, target) if cohort], after)
    content = replace(desk.content.with_cohorts(changed), out=desk.content.out - {part})
    values = {"company": desk.name_of(part[0]), "group": title_of(target.plan)}
    return content, Sentence(N_("Flyttade %(company)s till gruppen %(group)s."), values)


def choices(desk: Desk, part: Part) -> list[Choice]:
    """Give the groups of the same topic that a part of a need could go to: those that fit first, the best first."""
    need, source = desk.instance.needs_by_id.get(part[0]), _group_with(desk, part)
    if need is None or not 0 <= part[1] < len(desk.instance.sizes_of(need)):
        raise EditRefusedError(Sentence(N_("Behovet är inte längre öppet.")))
    editing, found = Editing(desk.rules, desk.planned.values()), []
    for cohort in desk.content.cohorts:
        planned = desk.planned.get(cohort.key)
        if planned is None or planned.area != need.area or (source and cohort.key == source.key):
            continue
        before, after = _as_moved(desk, part, source, cohort)
        judged = editing.evaluate(before, after)
        hinders = _hinders(desk, after)
        locked = [Sentence(N_("Gruppen är låst."))] if cohort.is_locked else []
        found.append(Choice(cohort.key, judged.change, (*locked, *hinders)))
    return sorted(found, key=lambda row: (len(row.hinders), -row.change, row.key))


def take_out(desk: Desk, part: Part) -> Edited:
    """Take a part of a need out of its group and keep it out; the group must keep the rules without it."""
    source = _group_with(desk, part)
    if source is None:
        raise EditRefusedError(Sentence(N_("Behovet är inte med i någon grupp.")))
    _check_open(source)
    planned = desk.planned[source.key]
    smaller = _without(planned, part)
    _check(desk, [planned], [smaller])
    content = desk.content.with_cohorts(_with_plans(desk, [source], [smaller]))
    values = {"company": desk.name_of(part[0]), "group": title_of(source.plan)}
    told = Sentence(N_("Tog ut %(company)s ur gruppen %(group)s."), values)
    return replace(content, out=desk.content.out | {part}), told


def let_in(desk: Desk, part: Part) -> Edited:
    """Let a part of a need that was taken out be placed again when the draft is worked out anew."""
    if part not in desk.content.out or part[0] not in desk.instance.needs_by_id:
        raise EditRefusedError(Sentence(N_("Behovet är inte uttaget.")))
    content = replace(desk.content, out=desk.content.out - {part}, left=desk.content.left - {part[0]})
    return content, Sentence(N_("Lät %(company)s vara med igen."), {"company": desk.name_of(part[0])})


def split(desk: Desk, key: int | None, parts: Collection[Part]) -> Edited:
    """Make a new group of some members of a group; both must keep the rules."""
    cohort = _open_group(desk, key)
    planned, chosen = desk.planned[cohort.key], set(parts)
    if not chosen or not chosen < set(planned.members):
        raise EditRefusedError(Sentence(N_("Välj några av gruppens deltagare, men inte alla.")))
    halves = [
        replace(planned, members=tuple(pair for pair in planned.members if (pair in chosen) is is_new))
        for is_new in (False, True)
    ]
    _check(desk, [planned], halves)
    new = DraftCohort(desk.content.free_key(), cohort.plan)
    content = desk.content.with_cohorts(_with_plans(desk, [cohort, new], halves))
    return content, Sentence(N_("Delade gruppen %(group)s."), {"group": title_of(cohort.plan)})


def merge(desk: Desk, key: int | None, other_key: int | None) -> Edited:
    """Make one group of two, at the place and time of the one of them where that may be done and is worth most."""
    one, other = _open_group(desk, key), _open_group(desk, other_key)
    if one.key == other.key:
        raise EditRefusedError(Sentence(N_("Välj två olika grupper.")))
    pair = [desk.planned[one.key], desk.planned[other.key]]
    members = tuple(sorted((*pair[0].members, *pair[1].members)))
    editing = Editing(desk.rules, desk.planned.values())
    wholes = [replace(planned, members=members) for planned in pair]
    judged = [(editing.evaluate(pair, [whole]), whole) for whole in wholes]
    allowed = [(row.change, -place, whole) for place, (row, whole) in enumerate(judged) if row.is_allowed]
    if not allowed:
        raise _refusal(desk.failures(wholes[0], desk.rules))
    whole = max(allowed, key=lambda row: row[:2])[2]
    content = desk.content.with_cohorts(_with_plans(desk, [one], [whole]), gone=[other.key])
    values = {"group": title_of(one.plan), "other": title_of(other.plan)}
    return content, Sentence(N_("Slog ihop grupperna %(group)s och %(other)s."), values)


def dissolve(desk: Desk, key: int | None) -> Edited:
    """Take a group out of the draft; its needs are left over until the draft is worked out anew."""
    cohort = _group(desk, key)
    _check_open(cohort)
    content = desk.content.with_cohorts([], gone=[cohort.key])
    return content, Sentence(N_("Tog bort gruppen %(group)s ur utkastet."), {"group": title_of(cohort.plan)})


def keep_apart(desk: Desk, need_ids: Sequence[int]) -> Edited:
    """Forbid two companies, each named by a need, to be taught together; refused while they share a locked group."""
    needs = [desk.instance.needs_by_id.get(need_id) for need_id in need_ids]
    companies = sorted({need.company for need in needs if need})
    if len(companies) != 2:
        raise EditRefusedError(Sentence(N_("Välj två olika företag som ska hållas isär.")))
    pair = (companies[0], companies[1])
    for cohort in desk.content.cohorts:
        shared = cohort.is_locked and cohort.key in desk.planned and desk.rules.companies(desk.planned[cohort.key])
        if shared and shared >= set(pair):
            raise EditRefusedError(Sentence(N_("Företagen läser i en låst grupp. Lås upp den först.")))
    content = replace(desk.content, apart=tuple(sorted({*desk.content.apart, pair})))
    return content, Sentence(N_("Höll isär %(one)s och %(other)s."), _names(desk, need_ids))


def let_together(desk: Desk, pair: tuple[int, int]) -> Edited:
    """Let two companies that were kept apart be taught together again."""
    if pair not in desk.content.apart:
        raise EditRefusedError(Sentence(N_("Företagen hålls inte isär.")))
    content = replace(desk.content, apart=tuple(row for row in desk.content.apart if row != pair))
    return content, Sentence(N_("Lät två företag läsa tillsammans igen."))


def fix_venue(desk: Desk, key: int | None, municipality_code: str | None) -> Edited:
    """Let a group meet somewhere else and lock it; every member must reach the place."""
    cohort = _group(desk, key)
    codes = list(reference.municipalities())
    if municipality_code not in codes or cohort.plan.municipality_code is None:
        raise EditRefusedError(Sentence(N_("Välj en ort bland dem som går att välja.")))
    planned = desk.planned[cohort.key]
    moved = replace(planned, place=codes.index(municipality_code))
    _check(desk, [planned], [moved])
    changed = replace(_with_plans(desk, [cohort], [moved])[0], is_locked=True)
    values = {"group": title_of(cohort.plan), "place": reference.municipality_name(municipality_code)}
    return desk.content.with_cohorts([changed]), Sentence(N_("Flyttade gruppen %(group)s till %(place)s."), values)


def venues(desk: Desk, key: int) -> list[tuple[str, tuple[Sentence, ...]]]:
    """Give the places where a group could meet, each with why not; those that fit first."""
    planned, codes = desk.planned[key], list(reference.municipalities())
    found = []
    for place in desk.instance.venues:
        if planned.place is not None and place != planned.place:
            found.append((codes[place], tuple(desk.failures(replace(planned, place=place), desk.rules))))
    return sorted(found, key=lambda row: (len(row[1]), reference.municipality_name(row[0])))


def fix_provider(desk: Desk, key: int | None, provider_id: int | None) -> Edited:
    """Choose who is meant to teach a group and lock it; without a provider the choice is taken back."""
    cohort = _group(desk, key)
    if provider_id is None:
        content = desk.content.with_cohorts([replace(cohort, provider_id=None)])
        return content, Sentence(N_("Valde bort anordnaren för gruppen %(group)s."), {"group": title_of(cohort.plan)})
    if not desk.can_teach(desk.planned[cohort.key], provider_id):
        raise EditRefusedError(Sentence(N_("Välj en anordnare som kan och får ge utbildningen.")))
    _check_has_no_faults(desk, replace(cohort, provider_id=provider_id))
    content = desk.content.with_cohorts([replace(cohort, provider_id=provider_id, is_locked=True)])
    values = {"group": title_of(cohort.plan), "provider": desk.provider_name(provider_id)}
    return content, Sentence(N_("Valde %(provider)s för gruppen %(group)s."), values)


def title_of(plan: CohortPlan) -> Sentence:
    """Give what a group is called, with its first day, since two can have the same topic and place."""
    place = reference.municipality_name(plan.municipality_code) or Sentence(N_("distans"))
    values = {"topic": topics.topic_label(plan.topic_id), "place": place, "day": plan.starts_on}
    return Sentence(N_("%(topic)s, %(place)s, %(day)s"), values)


def _group(desk: Desk, key: int | None) -> DraftCohort:
    cohort = desk.content.find(key)
    if cohort is None or cohort.key not in desk.planned:
        raise EditRefusedError(Sentence(N_("Gruppen finns inte längre i utkastet. Se vad som gäller nu.")))
    return cohort


def _open_group(desk: Desk, key: int | None) -> DraftCohort:
    cohort = _group(desk, key)
    _check_open(cohort)
    return cohort


def _check_open(cohort: DraftCohort) -> None:
    if cohort.is_locked:
        group = title_of(cohort.plan)
        raise EditRefusedError(Sentence(N_("Gruppen %(group)s är låst. Lås upp den först."), {"group": group}))


def _check_has_no_faults(desk: Desk, cohort: DraftCohort) -> None:
    """Refuse to lock a group that would not stay as it is when the rest is worked out anew."""
    if faults := desk.faults(cohort, desk.rules):
        values = {"group": title_of(cohort.plan), "reasons": Sentence.joined(faults, " ")}
        raise EditRefusedError(Sentence(N_("%(group)s kan inte låsas: %(reasons)s Räkna om resten först."), values))


def _group_with(desk: Desk, part: Part) -> DraftCohort | None:
    return next((row for row in desk.content.cohorts if part in _members(desk, row)), None)


def _members(desk: Desk, cohort: DraftCohort) -> tuple[Part, ...]:
    return desk.planned[cohort.key].members if cohort.key in desk.planned else ()


def _as_moved(
    desk: Desk, part: Part, source: DraftCohort | None, target: DraftCohort
) -> tuple[list[PlannedCohort], list[PlannedCohort]]:
    """Give the groups before and after a move, the source first if there is one."""
    need: Need | None = desk.instance.needs_by_id.get(part[0])
    if need is None or not 0 <= part[1] < len(desk.instance.sizes_of(need)) or part in desk.taken:
        raise EditRefusedError(Sentence(N_("Behovet är inte längre öppet.")))
    there = desk.planned[target.key]
    grown = replace(there, members=tuple(sorted((*there.members, part))))
    if source is None:
        return [there], [grown]
    here = desk.planned[source.key]
    return [here, there], [_without(here, part), grown]


def _without(planned: PlannedCohort, part: Part) -> PlannedCohort:
    return replace(planned, members=tuple(pair for pair in planned.members if pair != part))


def _check(desk: Desk, before: Sequence[PlannedCohort], after: Sequence[PlannedCohort]) -> None:
    if not Editing(desk.rules, desk.planned.values()).evaluate(before, after).is_allowed:
        raise _refusal([failure for planned in after for failure in desk.failures(planned, desk.rules)])


def _hinders(desk: Desk, after: Sequence[PlannedCohort]) -> list[Sentence]:
    """Say which rules a move breaks: where the need comes, which is last, and where it leaves."""
    *left, target = after
    reasons = [failure for planned in left for failure in desk.failures(planned, desk.rules)]
    told = Sentence(N_("I gruppen som behovet lämnar: %(reasons)s"), {"reasons": Sentence.joined(reasons, " ")})
    return [*desk.failures(target, desk.rules), *([told] if reasons else [])]


def _refusal(reasons: Sequence[Sentence]) -> EditRefusedError:
    unique = list({str(reason): reason for reason in reasons}.values())
    return EditRefusedError(Sentence(N_("Det går inte: %(reasons)s"), {"reasons": Sentence.joined(unique, " ")}))


def _with_plans(desk: Desk, cohorts: Sequence[DraftCohort], planned: Sequence[PlannedCohort]) -> list[DraftCohort]:
    calendar = desk.proposals.calendar
    return [replace(cohort, plan=planning.to_plan(row, calendar)) for cohort, row in zip(cohorts, planned, strict=True)]


def _names(desk: Desk, need_ids: Sequence[int]) -> dict[str, str]:
    return {"one": desk.name_of(need_ids[0]), "other": desk.name_of(need_ids[1])}
