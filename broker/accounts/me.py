"""Who is asking, for views."""

from flask_login import current_user

from broker.accounts.models import User


def me() -> User:
    """Give the person who is signed in, as services want to have people: the row itself, which types see through."""
    user: User = current_user._get_current_object()
    return user
