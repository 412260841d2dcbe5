"""The blueprint of invitations and calendar files, and who is asking."""

from flask import Blueprint
from flask_login import current_user

from broker.accounts.models import User

blueprint = Blueprint("meetings", __name__, template_folder="templates")


def me() -> User:
    """Give the person who is signed in, as the services want to have people."""
    return current_user._get_current_object()
