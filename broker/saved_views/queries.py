"""Which views a person has, and which colleagues share."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from broker.accounts.models import User
from broker.errors import NotFoundError
from broker.extensions import db
from broker.saved_views.models import ListPage, SavedView
from broker.swedish import sort_key


def list_views(page: ListPage, owner_id: int) -> list[SavedView]:
    """List a person's own views of a list and those that colleagues share, in Swedish order."""
    query = (
        select(SavedView)
        .options(joinedload(SavedView.owner).joinedload(User.memberships))
        .where(SavedView.page == page, or_(SavedView.owner_id == owner_id, SavedView.is_shared))
    )
    return sorted(db.session.scalars(query).unique(), key=lambda view: (sort_key(view.name), view.id))


def list_all_views(page: ListPage) -> list[SavedView]:
    """List every view of a list that the organisation has, whoever saved it: for what is renamed everywhere."""
    return list(db.session.scalars(select(SavedView).where(SavedView.page == page).order_by(SavedView.id)))


def get_changeable_view(view_id: int, user_id: int, *, is_administrator: bool) -> SavedView:
    """Give a person's own view, or raise NotFoundError: what a colleague shares only the colleague changes.

    What somebody who has left still shares, an administrator takes care of; nobody else could.
    """
    view = db.session.scalars(select(SavedView).where(SavedView.id == view_id)).one_or_none()
    if view is None:
        raise NotFoundError
    if view.owner_id != user_id and not (is_administrator and view.is_shared and view.is_left_behind):
        raise NotFoundError
    return view


def count_own_views(page: ListPage, owner_id: int) -> int:
    """Count a person's own views of a list."""
    query = select(func.count(SavedView.id)).where(SavedView.page == page, SavedView.owner_id == owner_id)
    return db.session.scalar(query) or 0


def has_view_called(name: str, page: ListPage, owner_id: int, *, besides: int | None = None) -> bool:
    """Tell whether a person has another view of a list by this name, however it is spelled."""
    query = select(SavedView.id, SavedView.name).where(SavedView.page == page, SavedView.owner_id == owner_id)
    return any(sort_key(row.name) == sort_key(name) and row.id != besides for row in db.session.execute(query))
