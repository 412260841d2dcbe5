"""Reads drafts of groups and their steps."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import defer, joinedload

from broker.errors import NotFoundError
from broker.extensions import db
from broker.needs.drafts.models import GroupDraft, GroupDraftStep
from broker.needs.models import Need
from broker.providers.models import Offering
from broker.providers.prices import price_per_head

_MOST_DRAFTS = 100
_MOST_STEPS = 30


def list_drafts(*, put_away: bool = False) -> list[GroupDraft]:
    """List the drafts that are worked on, or those that are put away, the newest first."""
    query = select(GroupDraft).options(joinedload(GroupDraft.made_by)).order_by(GroupDraft.id.desc())
    query = query.where(GroupDraft.is_put_away.is_(put_away))
    return list(db.session.scalars(query.limit(_MOST_DRAFTS)))


def get_draft(draft_id: int) -> GroupDraft:
    """Give the draft, or raise NotFoundError."""
    draft = db.session.scalars(select(GroupDraft).where(GroupDraft.id == draft_id)).one_or_none()
    if draft is None:
        raise NotFoundError
    return draft


def get_step(draft: GroupDraft, number: int | None = None) -> GroupDraftStep:
    """Give a step of a draft, the one that holds now unless told otherwise, or raise NotFoundError."""
    wanted = draft.step if number is None else number
    query = select(GroupDraftStep).where(GroupDraftStep.draft_id == draft.id, GroupDraftStep.number == wanted)
    step = db.session.scalars(query).one_or_none()
    if step is None:
        raise NotFoundError
    return step


def open_draft(draft_id: int, number: int | None = None) -> tuple[GroupDraft, GroupDraftStep]:
    """Give the draft with the step that holds now, or another, in one query; or raise NotFoundError."""
    wanted = GroupDraft.step if number is None else number
    found = db.session.execute(
        select(GroupDraft, GroupDraftStep)
        .join(GroupDraftStep, GroupDraftStep.draft_id == GroupDraft.id)
        .where(GroupDraft.id == draft_id, GroupDraftStep.number == wanted)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found[0], found[1]


def list_steps(draft: GroupDraft) -> list[GroupDraftStep]:
    """List the latest steps of a draft without their content, the newest first."""
    query = select(GroupDraftStep).where(GroupDraftStep.draft_id == draft.id)
    options = defer(GroupDraftStep.content), joinedload(GroupDraftStep.made_by)
    return list(db.session.scalars(query.options(*options).order_by(GroupDraftStep.number.desc()).limit(_MOST_STEPS)))


def last_number(draft: GroupDraft) -> int:
    """Give the number of the newest step, also of one that has been undone."""
    query = select(func.max(GroupDraftStep.number)).where(GroupDraftStep.draft_id == draft.id)
    return db.session.scalar(query) or 0


def names_of_needs(need_ids: Iterable[int]) -> dict[int, str]:
    """Give whose these needs are, also of those that no longer wait."""
    keys = list(need_ids)
    if not keys:
        return {}
    query = select(Need).options(joinedload(Need.company)).where(Need.id.in_(keys))
    return {need.id: need.company.name for need in db.session.scalars(query)}


def find_price(provider_id: int, topic_id: str, people: int) -> int | None:
    """Give what each of so many costs in a provider's cheapest training in a topic, in öre."""
    query = select(Offering).where(Offering.provider_id == provider_id, Offering.topic_id == topic_id)
    return min((price_per_head(row, people) for row in db.session.scalars(query)), default=None)
