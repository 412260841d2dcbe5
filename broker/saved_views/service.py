"""Saves, renames, shares and removes views."""

from collections.abc import Mapping

from broker import audit
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.extensions import db
from broker.saved_views import queries
from broker.saved_views.models import ListPage, SavedView
from broker.sentences import N_, Sentence

# An address longer than this is not one that a list's own form has made.
_LONGEST = 2_000
# They all stand above the list, those that are shared above everybody's.
MOST_OF_ONE = 30


class NameTakenError(RefusedError):
    """The person has a view by this name."""

    def __init__(self) -> None:
        super().__init__(Sentence(N_("Du har redan ett urval med det namnet. Välj ett annat namn.")))


def save_view(page: ListPage, arguments: Mapping[str, list[str]], *, name: str, is_shared: bool, by: User) -> SavedView:
    """Save what an address says of a list; refuses a name twice, too many, and more than any list's form makes."""
    if sum(len(key) + len(value) for key, values in arguments.items() for value in values) > _LONGEST:
        raise RefusedError(Sentence(N_("Urvalet är för långt att spara. Begränsa det och försök igen.")))
    if queries.count_own_views(page, by.id) >= MOST_OF_ONE:
        sentence = N_("Du har redan %(most)s urval här. Ta bort något som du inte använder, och spara igen.")
        raise RefusedError(Sentence(sentence, {"most": MOST_OF_ONE}))
    if queries.has_view_called(name, page, by.id):
        raise NameTakenError
    view = SavedView(page=page, name=name, arguments=dict(arguments), is_shared=is_shared, owner_id=by.id)
    db.session.add(view)
    db.session.flush()
    audit.record(Action.VIEW_SAVED, view, by=by, is_shared=is_shared)
    return view


def edit_view(view: SavedView, *, name: str, is_shared: bool, by: User) -> None:
    """Give a view another name, or share it or not; it belongs to who changes it, also when its owner had left."""
    if queries.has_view_called(name, view.page, by.id, besides=view.id):
        raise NameTakenError
    values = {"name": name, "is_shared": is_shared, "owner_id": by.id}
    changed = audit.changes(view, values)
    for key, value in values.items():
        setattr(view, key, value)
    if changed:
        audit.record(Action.VIEW_EDITED, view, by=by, fields=list(changed))


def remove_view(view: SavedView, *, by: User) -> None:
    """Remove a view; the list itself is as it was."""
    audit.record(Action.VIEW_REMOVED, view, by=by)
    db.session.delete(view)
