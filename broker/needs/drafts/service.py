"""What people do with drafts: begin one, add a step, go to another step, and form its groups."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from broker import audit
from broker.accounts.models import User
from broker.actions import Action
from broker.audit import Person
from broker.extensions import db
from broker.needs import service as needs
from broker.needs.courses.offers import best_offer_of
from broker.needs.drafts import queries
from broker.needs.drafts.content import Content
from broker.needs.drafts.desk import Desk
from broker.needs.drafts.edits import EditRefusedError, title_of
from broker.needs.drafts.models import GroupDraft, GroupDraftStep
from broker.needs.models import Cohort
from broker.sentences import N_, Sentence


def start_draft(*, name: str, topic_id: str | None, content: Content, by: Person) -> GroupDraft:
    """Begin a draft of one topic or all, with its first step."""
    draft = GroupDraft(name=name, topic_id=topic_id, made_by_id=by.id, step=1)
    db.session.add(draft)
    db.session.flush()
    audit.record(Action.GROUP_DRAFT_ADDED, draft, by=by, name=name)
    _write_step(draft, 1, None, content, Sentence(N_("Började utkastet.")), by_id=by.id)
    return draft


def edit_draft(draft: GroupDraft, values: dict[str, Any], *, by: Person) -> None:
    """Change what a draft is called, put it away, or take it out again."""
    changed = audit.changes(draft, values)
    for name, value in values.items():
        setattr(draft, name, value)
    if changed:
        audit.record(Action.GROUP_DRAFT_EDITED, draft, by=by, changes=changed)


def add_step(draft: GroupDraft, content: Content, told: Sentence, *, by: Person, after: int | None = None) -> int:
    """Add what an edit gave, and give its number; it holds now unless it was made from a step that no longer does."""
    number, before = queries.last_number(draft) + 1, draft.step if after is None else after
    _write_step(draft, number, before, content, told, by_id=by.id)
    if before == draft.step:
        _let_hold(draft, number, by=by)
    return number


def add_thought(draft: GroupDraft, content: Content, told: Sentence, *, by: Person) -> int:
    """Add a step that does not hold until somebody chooses it, and give its number."""
    number = queries.last_number(draft) + 1
    _write_step(draft, number, draft.step, content, told, by_id=by.id)
    return number


def choose_step(draft: GroupDraft, number: int, *, by: Person) -> None:
    """Let another step hold; the steps after it stay and can be chosen again."""
    _let_hold(draft, queries.get_step(draft, number).number, by=by)


def undo(draft: GroupDraft, *, by: Person) -> None:
    """Go back to the step that the present one was made from; refuses at the first."""
    before = queries.get_step(draft).after
    if before is None:
        raise EditRefusedError(Sentence(N_("Det finns inget att ångra.")))
    _let_hold(draft, before, by=by)


def accept(draft: GroupDraft, desk: Desk, keys: Collection[int], *, by: User) -> list[Cohort]:
    """Form these groups of the draft, all or none; refuses when a rule, or the draft itself, no longer allows one."""
    chosen = [cohort for cohort in desk.content.cohorts if cohort.key in keys]
    if not chosen or len(chosen) != len(set(keys)):
        raise EditRefusedError(Sentence(N_("Gruppen finns inte längre i utkastet. Se vad som gäller nu.")))
    formed = []
    for cohort in chosen:
        title = title_of(cohort.plan)
        if desk.lost(cohort):
            reasons = Sentence(N_("Ett av behoven väntar inte längre. Räkna om resten först."))
        else:
            reasons = Sentence.joined(desk.faults(cohort, desk.real_rules), " ")
        if reasons:
            values = {"group": title, "reasons": reasons}
            raise EditRefusedError(Sentence(N_("%(group)s kan inte bildas: %(reasons)s"), values))
        try:
            made = needs.form_cohort(cohort.plan, by=by)
        except needs.CohortRefusedError as error:
            raise EditRefusedError(Sentence.of(error)) from error
        if cohort.provider_id is not None:
            name = desk.provider_name(cohort.provider_id)
            offer = best_offer_of(made, cohort.provider_id)
            made.offering_id = offer.offering.id if offer else None
            told = Sentence(N_("Anordnare som valdes i utkastet: %(provider)s."), {"provider": name})
            made.reason = [*made.reason, told.as_stored()]
        formed.append(made)
    _leave(draft, desk, chosen_keys=keys, by=by)
    return formed


def _leave(draft: GroupDraft, desk: Desk, *, chosen_keys: Collection[int], by: Person) -> None:
    """Add the step without the groups that have been formed; what they are worth leaves the bound as well."""
    content = desk.content.with_cohorts([], gone=chosen_keys)
    worth = desk.value - desk.with_content(content).value
    bound = None if content.bound is None else content.bound - worth
    titles = [title_of(cohort.plan) for cohort in desk.content.cohorts if cohort.key in chosen_keys]
    told = Sentence(N_("Bildade %(groups)s."), {"groups": Sentence.joined(titles, "; ")})
    add_step(draft, replace(content, bound=bound), told, by=by)


def _let_hold(draft: GroupDraft, number: int, *, by: Person) -> None:
    draft.step = number
    audit.record(Action.GROUP_DRAFT_EDITED, draft, by=by, step=number)


def _write_step(
    draft: GroupDraft, number: int, after: int | None, content: Content, told: Sentence, *, by_id: int
) -> None:
    stored = content.as_stored()
    step = GroupDraftStep(draft_id=draft.id, number=number, after=after, told=told, content=stored, made_by_id=by_id)
    db.session.add(step)
    db.session.flush()
