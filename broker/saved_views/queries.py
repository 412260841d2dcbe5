"""Which views a person has, and which colleagues share."""

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from broker.errors import NotFoundError
from broker.extensions import db
from broker.saved_views.models import ListPage, SavedView
from broker.swedish import sort_key


def list_views(page: ListPage, owner_id: int) -> list[SavedView]:
    """List a person's own views of a list and those that colleagues share, in Swedish order."""
    query = (
        select(SavedView)
        .options(joinedload(SavedView.owner))
        .where(SavedView.page == page, or_(SavedView.owner_id == owner_id, SavedView.is_shared))
    )
    return sorted(db.session.scalars(query), key=lambda view: (sort_key(view.name), view.id))


def list_all_views(page: ListPage) -> list[SavedView]:
    """List every view of a list that the organisation has, whoever saved it: for what is renamed everywhere."""
    return list(db.session.scalars(select(SavedView).where(SavedView.page == page).order_by(SavedView.id)))


def get_own_view(view_id: int, owner_id: int) -> SavedView:
    """Give a person's own view, or raise NotFoundError: what a colleague shares only the colleague changes."""
    query = select(SavedView).where(SavedView.id == view_id, SavedView.owner_id == owner_id)
    view = db.session.scalars(query).one_or_none()
    if view is None:
        raise NotFoundError
    return view
