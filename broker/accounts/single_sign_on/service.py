"""Lets people in whom the sign-in service vouches for, and lets go of an account at it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete

from broker import audit
from broker.accounts import queries as accounts
from broker.accounts import service as accounts_service
from broker.accounts.models import Invitation, User
from broker.accounts.single_sign_on import queries
from broker.accounts.single_sign_on.models import SignOnAccount
from broker.actions import Action
from broker.errors import NotFoundError, RefusedError
from broker.extensions import db


class SignOnRefusedError(RefusedError):
    """The service let nobody in, or said nothing that can be believed; the text says what to do."""


@dataclass(frozen=True)
class Identity:
    """Who somebody is according to the service; an address that it does not vouch for is left out."""

    issuer: str
    subject: str
    email: str
    name: str


def sign_in(identity: Identity, *, invited_over: str = "") -> User:
    """Give the user with a fresh session; invited_over is the secret of the invitation that led to the service, if any.

    The account at the service decides who it is, once it is known; the first time the address does. Somebody new
    becomes part of the organisations that have invited the address, somebody known only of the one whose invitation
    led here: nobody is to find himself at work for an organisation because it has written to him. Raises
    SignOnRefusedError for somebody who has no account here and is not invited, whose account is closed, whose address
    belongs to somebody with another account at the service, or whose invitation went to another address.
    """
    known = queries.find_account(identity.issuer, identity.subject)
    user = known.user if known else _find_user(identity)
    if user is None:
        invitations = accounts.list_invitations_to(identity.email)
        user = _add_user(identity, invitations)
    else:
        invitations = _invitations_over(invited_over, identity, user)
    if not user.is_active:
        raise SignOnRefusedError(_("Ditt konto i Broker är spärrat. Hör av dig till den som driver Broker hos er."))
    if known is None:
        _remember(user, identity)
    for invitation in invitations:
        accounts_service.join(invitation, user)
    accounts_service.start_session(user, with_sign_on=True)
    audit.record(Action.SIGNED_IN, user, by=user, with_sign_on=True)
    return user


def let_go(user: User, *, by: User | None) -> bool:
    """Forget which account at the service is the user's, so that the next one with the address is; ends his sessions.

    Tells whether there was one.
    """
    gone = delete(SignOnAccount).where(SignOnAccount.user_id == user.id).returning(SignOnAccount.id)
    if not db.session.scalars(gone).all():
        return False
    accounts_service.end_sessions(user)
    audit.record(Action.SIGN_ON_CHANGED, user, by=by, is_known=False)
    return True


def _find_user(identity: Identity) -> User | None:
    if not identity.email:
        raise SignOnRefusedError(
            _("Inloggningstjänsten lämnade ingen e-postadress. Be er it-avdelning att den skickas till Broker.")
        )
    return accounts.find_user_by_email(identity.email)


def _add_user(identity: Identity, invitations: Sequence[Invitation]) -> User:
    if not invitations:
        raise SignOnRefusedError(
            _("%(email)s har inget konto i Broker. Be en administratör att bjuda in dig.", email=identity.email)
        )
    # Nobody knows this password; who loses the other way in asks for a new one by letter.
    password = secrets.token_urlsafe(32)
    return accounts_service.add_user(
        email=identity.email, name=identity.name or identity.email, password=password, by=None
    )


def _invitations_over(secret: str, identity: Identity, user: User) -> list[Invitation]:
    try:
        invitation = accounts.get_invitation_by_token(secret)
    except NotFoundError:
        # A used link is no hindrance for somebody who has an account.
        return []
    if invitation.email not in (user.email, accounts.fold_email(identity.email)):
        raise SignOnRefusedError(
            _("Inbjudan är skickad till en annan adress än den som du loggar in med. Be om en ny till den.")
        )
    return [invitation]


def _remember(user: User, identity: Identity) -> None:
    if queries.find_account_of(user.id, identity.issuer):
        raise SignOnRefusedError(
            _("Kontot i Broker hör till en annan inloggning. Be den som driver installationen att lossa den.")
        )
    db.session.add(SignOnAccount(user_id=user.id, issuer=identity.issuer, subject=identity.subject))
    audit.record(Action.SIGN_ON_CHANGED, user, by=user, is_known=True)
