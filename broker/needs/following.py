"""What needs, cohorts and saved views of needs do when their topic goes into another or is split."""

from collections.abc import Sequence
from textwrap import shorten as shortened

from flask_babel import ngettext

from broker import audit
from broker.accounts.models import User
from broker.actions import Action
from broker.needs import queries
from broker.needs.models import Need
from broker.saved_views.models import ListPage, SavedView
from broker.saved_views.queries import list_all_views
from broker.topics.service import Follower, follow

_PORTION, _LONGEST_TEXT = 500, 100
# How the address of the list of needs names the topic that it is narrowed to.
_FILTER = "omrade"


def move_needs(keys: Sequence[int], topic_id: str, by: User) -> None:
    """Give needs another topic, each with a line in its history."""
    for start in range(0, len(keys), _PORTION):
        for need in queries.list_needs_with(keys[start : start + _PORTION]):
            facts = audit.changes(need, {"topic_id": topic_id})
            need.topic_id = topic_id
            audit.record(Action.NEED_EDITED, need, by=by, changes=facts)


def move_cohorts(keys: Sequence[int], topic_id: str, by: User) -> None:
    """Give cohorts another topic."""
    for start in range(0, len(keys), _PORTION):
        for cohort in queries.list_cohorts_with(keys[start : start + _PORTION]):
            cohort.topic_id = topic_id


def keys_of_views(topic_id: str) -> list[int]:
    """Give the keys of the saved views that are narrowed to a topic."""
    return [view.id for view in _views() if topic_id in view.arguments.get(_FILTER, [])]


def move_views(keys: Sequence[int], topic_id: str, by: User) -> None:
    """Let saved views be narrowed to another topic."""
    for view in _views():
        if view.id in keys:
            view.arguments = view.arguments | {_FILTER: [topic_id]}


def list_needs_to_choose(topic_id: str) -> list[tuple[int, str]]:
    """Offer the needs that wait, with the company and what it said."""
    rows = queries.list_splittable_needs(topic_id)
    return [(need.id, ": ".join(filter(None, (need.company.name, _said(need))))) for need in rows]


def _said(need: Need) -> str:
    return shortened(need.description or "", _LONGEST_TEXT, placeholder="…")


def _views() -> list[SavedView]:
    return list_all_views(ListPage.NEEDS)


follow(
    Follower(
        "need",
        lambda count: ngettext("%(num)s behov", "%(num)s behov", count),
        queries.keys_of_needs,
        move_needs,
        list_needs_to_choose,
    )
)
follow(
    Follower(
        "cohort",
        lambda count: ngettext("%(num)s utbildningsgrupp", "%(num)s utbildningsgrupper", count),
        queries.keys_of_cohorts,
        move_cohorts,
    )
)
follow(
    Follower(
        "view",
        lambda count: ngettext("%(num)s sparat urval", "%(num)s sparade urval", count),
        keys_of_views,
        move_views,
    )
)
