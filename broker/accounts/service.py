"""What people do about accounts: add organisations, invite, accept, sign in and out, change passwords and roles."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select, update

from broker import access, audit, clock, database, mail
from broker.access import Permission, Role
from broker.accounts import passwords, queries
from broker.accounts.models import (
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
    PasswordReset,
    SignInFailure,
    User,
    UserSession,
)
from broker.accounts.passwords import TooManyAttemptsError, WrongPasswordError, check_password, hash_password
from broker.accounts.second_factor import queries as second_factors
from broker.accounts.second_factor.models import HalfSignIn
from broker.actions import Action
from broker.errors import NotAllowedError, RefusedError
from broker.extensions import db
from broker.swedish import clean

_LONGEST_SESSION = timedelta(days=7)
_INVITATION_TIME = timedelta(days=7)
_RESET_TIME = timedelta(hours=1)
_MOST_RESETS, _MOST_RESETS_OF_ADDRESS = 3, 100
_SEEN_EVERY = timedelta(minutes=5)


class PasswordNotUsedError(RefusedError):
    """People sign in with another account than one of ours, all but those who run the installation."""

    status = 403


class LastAdministratorError(RefusedError):
    """An organisation must keep somebody who can administer it."""


def add_organisation(
    *,
    name: str,
    kind: OrganisationKind,
    municipality_codes: Sequence[str],
    organisation_number: str | None = None,
    by: User | None,
) -> Organisation:
    """Add an organisation; refuses a name that is taken."""
    if queries.find_organisation_by_name(clean(name)) is not None:
        raise RefusedError(_("Det finns redan en organisation som heter så. Välj ett annat namn."))
    organisation = Organisation(
        name=clean(name),
        kind=kind,
        municipality_codes=list(municipality_codes),
        organisation_number=organisation_number,
    )
    db.session.add(organisation)
    db.session.flush()
    audit.record(
        Action.ORGANISATION_ADDED, organisation, by=by, organisation_id=organisation.id, name=organisation.name
    )
    return organisation


def add_user(*, email: str, name: str, password: str, is_operator: bool = False, by: User | None) -> User:
    """Add somebody who can sign in; refuses an address that is taken and a password of the wrong length."""
    if queries.find_user_by_email(email) is not None:
        raise RefusedError(_("Det finns redan en användare med den adressen."))
    user = User(
        email=queries.fold_email(email),
        name=clean(name),
        password_hash=hash_password(password),
        is_operator=is_operator,
    )
    db.session.add(user)
    db.session.flush()
    audit.record(Action.USER_ADDED, user, by=by, email=user.email)
    return user


def set_roles(organisation: Organisation, user: User, roles: Sequence[Role], *, by: User | None) -> Membership:
    """Give a user these roles in an organisation; refuses to take the last administrator away."""
    # Of two who take each other's role at once, the second finds that nobody else would be left.
    database.hold(Organisation.id, organisation.id)
    memberships = queries.list_memberships(organisation.id)
    membership = next((row for row in memberships if row.user_id == user.id), None)
    if membership is None:
        membership = Membership(user=user, organisation=organisation, roles=[])
        db.session.add(membership)
    others = [row for row in memberships if row.user_id != user.id and Role.ADMINISTRATOR in row.roles]
    if Role.ADMINISTRATOR in membership.roles and Role.ADMINISTRATOR not in roles and not others:
        raise LastAdministratorError(_("Någon måste vara administratör. Gör en annan person till det först."))
    before, membership.roles = membership.roles, list(roles)
    db.session.flush()
    audit.record(
        Action.MEMBERSHIP_CHANGED,
        membership,
        by=by,
        organisation_id=organisation.id,
        user=user.name,
        changes={"roles": [list(before), list(roles)]},
    )
    return membership


def invite(organisation: Organisation, *, email: str, roles: Sequence[Role], link: str, by: User) -> Invitation:
    """Send an invitation by mail; `link` has {token} in it. Refuses others than administrators."""
    if not (by.is_operator or queries.may(by.id, organisation.id, Permission.ADMINISTER)):
        raise NotAllowedError
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        organisation_id=organisation.id,
        email=queries.fold_email(email),
        roles=list(roles),
        token_hash=queries.token_hash(token),
        invited_by_id=by.id,
        expires_at=clock.now() + _INVITATION_TIME,
    )
    db.session.add(invitation)
    db.session.flush()
    mail.write(
        invitation.email,
        _("Inbjudan till Broker från %(organisation)s", organisation=organisation.name),
        _(
            "%(name)s bjuder in dig till Broker för %(organisation)s.\n\n"
            "Öppna länken för att gå med. Länken fungerar en gång, i sju dagar.\n\n%(link)s\n",
            name=by.name,
            organisation=organisation.name,
            link=link.replace("{token}", token),
        ),
    )
    audit.record(
        Action.USER_INVITED,
        invitation,
        by=by,
        organisation_id=organisation.id,
        email=invitation.email,
        roles=list(roles),
    )
    return invitation


def identify_invited(invitation: Invitation, *, name: str, password: str, address: str) -> User:
    """Give the invited person, not yet let in: a new user with this password, or the known one if it is his."""
    if queries.find_user_by_email(invitation.email) is None:
        return add_user(email=invitation.email, name=name, password=password, by=None)
    known = check_password(invitation.email, password, address)
    if known is None:
        raise WrongPasswordError(_("Du har redan ett konto. Skriv lösenordet till det."))
    return known


def join(invitation: Invitation, user: User) -> None:
    """Give a user the part that he is invited to, beside what he has."""
    organisation = queries.get_organisation(invitation.organisation_id)
    held = next((row.roles for row in queries.list_memberships(organisation.id) if row.user_id == user.id), [])
    set_roles(organisation, user, [*held, *invitation.roles], by=user)
    invitation.accepted_at = clock.now()
    audit.record(Action.INVITATION_ACCEPTED, invitation, by=user, organisation_id=organisation.id)


def revoke_invitation(invitation: Invitation, *, by: User) -> None:
    """Make the link of an invitation useless."""
    invitation.revoked_at = clock.now()
    audit.record(
        Action.INVITATION_REVOKED, invitation, by=by, organisation_id=invitation.organisation_id, email=invitation.email
    )


def identify(*, email: str, password: str, address: str, only_operators: bool = False) -> User:
    """Give whose password it is, not yet let in; refuses wrong ones alike for known and unknown users, and too many.

    Where a sign-in service is the only way in, only those who run the installation come in, and nobody else is told
    whether the password was right: it may be theirs somewhere else too.
    """
    user = check_password(email, password, address)
    if only_operators and not (user and user.is_operator):
        raise PasswordNotUsedError(
            _(
                "Lösenord öppnar bara för den som driver installationen. Är det du: kontrollera adress och lösenord. "
                "Annars: använd knappen för att logga in."
            )
        )
    if user is None:
        raise WrongPasswordError(_("Fel e-postadress eller lösenord. Kontrollera båda och försök igen."))
    return user


def start_session(user: User, *, with_sign_on: bool = False) -> UserSession:
    """Give the user a new session, whose token exists only in the browser's cookie."""
    token = secrets.token_urlsafe(32)
    user_session = UserSession(
        user_id=user.id,
        organisation_id=user.last_organisation_id,
        token_hash=queries.token_hash(token),
        expires_at=clock.now() + _LONGEST_SESSION,
        with_sign_on=with_sign_on,
    )
    user_session.token = token
    db.session.add(user_session)
    user.session = user_session
    return user_session


def record_list_export(name: str, *, rows: int, by: User) -> None:
    """Note that somebody took a list with so many rows out of the organisation in scope."""
    organisation = queries.get_organisation(access.organisation_in_scope())
    audit.record(Action.LIST_EXPORTED, organisation, by=by, organisation_id=organisation.id, list=name, rows=rows)


def keep_alive(user_session: UserSession) -> None:
    """Note that the session is used, at most every five minutes; a page that only reads gets a transaction for it."""
    if clock.now() - user_session.seen_at < _SEEN_EVERY:
        return
    statement = update(UserSession).where(UserSession.id == user_session.id).values(seen_at=clock.now())
    if database.is_writing():
        db.session.execute(statement)
        return
    with database.writing(), db.engine.begin() as connection:
        connection.execute(statement)


def tidy() -> None:
    """Remove ended sessions, sign-ins left half-done, failures that no longer count and links that are too old."""
    now = clock.now()
    ended = or_(UserSession.expires_at < now, UserSession.seen_at < now - queries.IDLE)
    with database.writing(), db.engine.begin() as connection:
        connection.execute(delete(UserSession).where(ended))
        connection.execute(delete(HalfSignIn).where(HalfSignIn.expires_at < now))
        connection.execute(delete(SignInFailure).where(SignInFailure.failed_at < now - passwords.FAILURE_WINDOW))
        connection.execute(delete(PasswordReset).where(PasswordReset.expires_at < now))


def sign_out(user: User) -> None:
    """End the user's session, so that its cookie opens nothing any more."""
    if user.session is not None:
        db.session.execute(delete(UserSession).where(UserSession.id == user.session.id))
    audit.record(Action.SIGNED_OUT, user, by=user)


def change_password(user: User, *, present: str, new: str, address: str) -> None:
    """Give the user a new password and end his other sessions; refuses a wrong present one, and too many tries."""
    if check_password(user.email, present, address) is None:
        raise WrongPasswordError(_("Det är inte ditt nuvarande lösenord. Skriv det igen, eller välj Glömt lösenord?"))
    # No transaction is open here, so that nobody waits for the hashing.
    user.password_hash = hash_password(new)
    own_session = user.session.id if user.session else None
    end_sessions(user, but=own_session)
    audit.record(Action.PASSWORD_CHANGED, user, by=user)


def ask_for_reset(*, email: str, link: str, address: str, only_operators: bool = False) -> None:
    """Mail a link for a new password; `link` has {token} in it. Does as much for an address that nobody has.

    Where a sign-in service is the only way in, nobody else than those who run the installation gets a letter.
    """
    user = queries.find_user_by_email(email)
    of_user, of_address = queries.count_resets(user.id if user else None, address)
    if of_address >= _MOST_RESETS_OF_ADDRESS:
        raise TooManyAttemptsError(_("För många försök. Vänta en timme och försök igen."))
    may_have_one = user is not None and user.is_active and (user.is_operator or not only_operators)
    is_sent = may_have_one and of_user < _MOST_RESETS
    token = secrets.token_urlsafe(32)
    reset = PasswordReset(
        user_id=user.id if user and is_sent else None,
        address=address,
        token_hash=queries.token_hash(token),
        expires_at=clock.now() + _RESET_TIME,
    )
    db.session.add(reset)
    if user and is_sent:
        mail.write(
            user.email,
            _("Nytt lösenord till Broker"),
            _(
                "Någon har bett om ett nytt lösenord för ditt konto i Broker.\n\n"
                "Var det du: öppna länken och välj ett lösenord. Länken fungerar en gång, i en timme.\n\n"
                "%(link)s\n\nVar det inte du behöver du inte göra något. Ditt lösenord gäller som förut.\n",
                link=link.replace("{token}", token),
            ),
        )


def reset_password(token: str, new: str) -> User:
    """Set the password by way of a link, end every session of the user and make his other links useless."""
    with database.writing(False):
        user_id = queries.get_reset_by_token(token).user_id
        db.session.rollback()
    password_hash = hash_password(new)
    now = clock.now()
    # Of two sendings that meet, only one finds its own link unused.
    own_link = update(PasswordReset).where(
        PasswordReset.token_hash == queries.token_hash(token), PasswordReset.used_at.is_(None)
    )
    if db.session.execute(own_link.values(used_at=now).returning(PasswordReset.id)).first() is None:
        queries.get_reset_by_token(token)
    others = update(PasswordReset).where(PasswordReset.user_id == user_id, PasswordReset.used_at.is_(None))
    db.session.execute(others.values(used_at=now))
    user = db.session.scalars(select(User).where(User.id == user_id)).one()
    user.password_hash = password_hash
    end_sessions(user)
    if second_factors.find_second_factor(user.id) is None:
        # Otherwise who reads somebody's letters could guess codes without end.
        db.session.execute(delete(SignInFailure).where(SignInFailure.email == user.email))
    audit.record(Action.PASSWORD_CHANGED, user, by=user)
    return user


def end_sessions(user: User, *, but: int | None = None) -> None:
    """End every session of a user, or all but one, and what is half-way to one."""
    db.session.execute(delete(HalfSignIn).where(HalfSignIn.user_id == user.id))
    ended = delete(UserSession).where(UserSession.user_id == user.id)
    db.session.execute(ended if but is None else ended.where(UserSession.id != but))


def lock_user(user: User, *, by: User | None) -> bool:
    """Lock an account, whatever it is a member of: every session ends, and links for a new password open nothing.

    Calendars, letters and private addresses rest meanwhile; roles and relations stay. Tells whether anything changed.
    """
    if not user.is_active:
        return False
    user.is_active = False
    end_sessions(user)
    open_links = PasswordReset.user_id == user.id, PasswordReset.used_at.is_(None)
    db.session.execute(update(PasswordReset).where(*open_links).values(used_at=clock.now()))
    audit.record(Action.USER_LOCKED, user, by=by)
    return True


def unlock_user(user: User, *, by: User | None) -> bool:
    """Let somebody in again with what opened the account before; tells whether anything changed."""
    if user.is_active:
        return False
    user.is_active = True
    audit.record(Action.USER_UNLOCKED, user, by=by)
    return True


def act_for(user: User, organisation_id: int) -> None:
    """Act for another of the user's organisations, now and at the next sign-in; refuses one where he has no part."""
    acting = queries.find_acting(user)
    if acting is None or organisation_id not in dict(acting.organisations) or user.session is None:
        raise NotAllowedError
    user.session.organisation_id = user.last_organisation_id = organisation_id
