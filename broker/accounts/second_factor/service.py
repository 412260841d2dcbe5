"""Turning a second factor on and off, the sign-in in two steps, recovery codes, and organisations that demand it."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, update

from broker import audit, clock, database, mail
from broker.accounts import passwords
from broker.accounts import queries as accounts
from broker.accounts import service as accounts_service
from broker.accounts.models import Invitation, Organisation, User
from broker.accounts.second_factor import codes, queries
from broker.accounts.second_factor.models import HalfSignIn, RecoveryCode, SecondFactor
from broker.accounts.second_factor.sealing import seal, unseal
from broker.actions import Action
from broker.errors import NotFoundError, RefusedError
from broker.extensions import db

_HALF_TIME = timedelta(minutes=10)
# Seconds from the page with the secret until its first code is given.
_SET_UP_TIME = 3600


class WrongCodeError(RefusedError):
    """No code of this moment, one that was used, or no recovery code of this person."""


class SecondFactorNeededError(RefusedError):
    """Who demands a second factor of others has none."""


def propose_secret(user: User) -> str:
    """Give a fresh secret, sealed for this user; nothing is on before its first code is given."""
    return seal(codes.new_secret(), user.id)


def open_proposed(user: User, sealed: str) -> str:
    """Give what was proposed to this user, or raise UnreadableSecretError when it is not his, or too old."""
    return unseal(sealed, user.id, seconds=_SET_UP_TIME)


def turn_on(user: User, *, sealed: str, password: str, code: str, address: str) -> Sequence[str]:
    """Turn the proposed secret on and give the recovery codes; ends the other sessions, and writes to the person.

    The password keeps whoever comes by an open computer from turning on a telephone of his own.
    Raises WrongPasswordError, TooManyAttemptsError, WrongCodeError, and RefusedError when there is one already.
    """
    _check_password(user, password, address)
    step = codes.find_step(open_proposed(user, sealed), code, clock.now())
    if queries.find_second_factor(user.id) is not None:
        raise RefusedError(_("Tvåstegsinloggningen är redan på."))
    if step is None:
        raise WrongCodeError(_("Koden stämmer inte. Skriv de sex siffror som appen visar just nu."))
    db.session.add(SecondFactor(user_id=user.id, sealed_secret=sealed, last_step=step))
    _end_other_sessions(user)
    audit.record(Action.SECOND_FACTOR_TURNED_ON, user, by=user)
    _write(
        user,
        _("Tvåstegsinloggning är på i Broker"),
        _(
            "Från och med nu frågar Broker efter en kod från din app när du loggar in med lösenord. Du är utloggad "
            "överallt utom där du slog på den."
        ),
    )
    return _replace_recovery_codes(user)


def turn_off(user: User, *, password: str, code: str, address: str) -> None:
    """Turn it off with the password and a code of either kind; ends the other sessions, and writes to the person.

    Raises WrongPasswordError, WrongCodeError or TooManyAttemptsError.
    """
    _check_both(user, password, code, address)
    _remove(user)
    _end_other_sessions(user)
    audit.record(Action.SECOND_FACTOR_TURNED_OFF, user, by=user)
    _write(
        user,
        _("Tvåstegsinloggning är avstängd i Broker"),
        _("Från och med nu räcker ditt lösenord för att logga in i Broker."),
    )


def renew_recovery_codes(user: User, *, password: str, code: str, address: str) -> Sequence[str]:
    """Give ten new recovery codes for the password and a code of either kind; the earlier ones open nothing any more.

    Raises WrongPasswordError, WrongCodeError or TooManyAttemptsError.
    """
    _check_both(user, password, code, address)
    audit.record(Action.RECOVERY_CODES_RENEWED, user, by=user)
    _write(
        user,
        _("Nya återställningskoder i Broker"),
        _("Du har fått nya återställningskoder för tvåstegsinloggningen. De gamla fungerar inte längre."),
    )
    return _replace_recovery_codes(user)


def forget(user: User, *, by: User | None) -> bool:
    """Remove the second factor of somebody who has lost telephone and codes, and end his sessions.

    Tells whether there was one. Who asks for it must have made sure that it is the person.
    """
    if not _remove(user):
        return False
    accounts_service.end_sessions(user)
    audit.record(Action.SECOND_FACTOR_FORGOTTEN, user, by=by)
    _write(
        user,
        _("Tvåstegsinloggningen är borttagen i Broker"),
        _(
            "Den som driver Broker har tagit bort din tvåstegsinloggning. Lösenordet räcker nu för att logga in. Slå "
            "på tvåstegsinloggningen igen under Ditt konto."
        ),
    )
    return True


def enter(user: User, *, invitation: Invitation | None = None) -> HalfSignIn | None:
    """Let in whose password was right, perhaps into what he is invited to; of who has a second factor ask for a code.

    Gives the half-done sign-in in that case, and there is no session yet.
    """
    if queries.find_second_factor(user.id) is None:
        if invitation is None:
            audit.record(Action.SIGNED_IN, user, by=user)
        else:
            accounts_service.join(invitation, user)
        accounts_service.start_session(user)
        return None
    token = secrets.token_urlsafe(32)
    half = HalfSignIn(
        user_id=user.id,
        invitation_id=invitation.id if invitation else None,
        token_hash=accounts.token_hash(token),
        expires_at=clock.now() + _HALF_TIME,
    )
    half.token = token
    db.session.add(half)
    return half


def finish_sign_in(token: str, *, code: str, address: str, on_paper: bool = False) -> User:
    """Give the user with a fresh session for a code of the app, or a recovery code; each opens once.

    Raises NotFoundError for a half-done sign-in that is over, WrongCodeError, TooManyAttemptsError as for passwords,
    and UnreadableSecretError.
    """
    with database.writing(False):
        half = queries.get_half_sign_in(token)
        user_id, email = half.user_id, half.user.email
        if not on_paper and (second_factor := queries.find_second_factor(user_id)):
            # What cannot be read is said without counting it as a guess.
            unseal(second_factor.sealed_secret, user_id)
        db.session.rollback()
    attempt_id = passwords.begin_attempt(email, address)
    if not (_use_on_paper(user_id, code) if on_paper else _use(user_id, code)):
        raise WrongCodeError(
            _("Koden stämmer inte, eller är redan använd. Kontrollera den och försök igen.")
            if on_paper
            else _("Koden stämmer inte, eller är redan använd. Vänta tills appen visar nästa kod och skriv den.")
        )
    invitation_id = _end_half(token)
    db.session.execute(passwords.attempt_undone(attempt_id))
    user = db.session.get_one(User, user_id)
    if invitation_id is not None:
        accounts_service.join(accounts.get_open_invitation(invitation_id), user)
    accounts_service.start_session(user)
    audit.record(Action.SIGNED_IN, user, by=user, second_factor="recovery_code" if on_paper else "code")
    return user


def demand(organisation: Organisation, is_demanded: bool, *, by: User) -> None:
    """Demand a second factor of everybody who comes in with a password, or no more.

    Raises SecondFactorNeededError when who switches it on would shut himself out.
    """
    if is_demanded and not (by.session and (by.session.with_sign_on or by.session.has_second_factor)):
        raise SecondFactorNeededError(_("Slå på tvåstegsinloggning för dig själv först, under Ditt konto."))
    changes = audit.changes(organisation, {"demands_second_factor": is_demanded})
    if changes:
        organisation.demands_second_factor = is_demanded
        audit.record(
            Action.SECOND_FACTOR_DEMANDED, organisation, by=by, organisation_id=organisation.id, changes=changes
        )


def _check_both(user: User, password: str, code: str, address: str) -> None:
    user_id = user.id
    _check_password(user, password, address)
    if not (_use_on_paper(user_id, code) or _use(user_id, code)):
        # With this the attempt counts again, which the right password had undone.
        db.session.rollback()
        raise WrongCodeError(_("Koden stämmer inte, eller är redan använd. Vänta på nästa kod och skriv den."))


def _check_password(user: User, password: str, address: str) -> None:
    if passwords.check_password(user.email, password, address) is None:
        raise passwords.WrongPasswordError(_("Det är inte ditt lösenord. Skriv det igen."))


def _use(user_id: int, code: str) -> bool:
    """Tell whether a code of the app opens, and never again: of two that come at once one finds its step taken."""
    second_factor = queries.find_second_factor(user_id)
    if second_factor is None:
        return False
    sealed = second_factor.sealed_secret
    step = codes.find_step(unseal(sealed, user_id), code, clock.now())
    if step is None:
        return False
    used = update(SecondFactor).where(
        SecondFactor.user_id == user_id, SecondFactor.sealed_secret == sealed, SecondFactor.last_step < step
    )
    return db.session.execute(used.values(last_step=step).returning(SecondFactor.id)).first() is not None


def _use_on_paper(user_id: int, code: str) -> bool:
    code_hash = accounts.token_hash(codes.fold_recovery_code(code))
    gone = delete(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash == code_hash)
    return db.session.execute(gone.returning(RecoveryCode.id)).first() is not None


def _end_half(token: str) -> int | None:
    """End a half-done sign-in and give the invitation that it began with; of two that meet only one ends it."""
    gone = delete(HalfSignIn).where(HalfSignIn.token_hash == accounts.token_hash(token))
    ended = db.session.execute(gone.returning(HalfSignIn.invitation_id)).first()
    if ended is None:
        raise NotFoundError(_("Någon har redan loggat in så. Logga in igen."))
    invitation_id: int | None = ended.invitation_id
    return invitation_id


def _replace_recovery_codes(user: User) -> Sequence[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    shown = codes.new_recovery_codes()
    db.session.add_all(
        RecoveryCode(user_id=user.id, code_hash=accounts.token_hash(codes.fold_recovery_code(code))) for code in shown
    )
    return shown


def _remove(user: User) -> bool:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    gone = delete(SecondFactor).where(SecondFactor.user_id == user.id).returning(SecondFactor.id)
    return db.session.execute(gone).first() is not None


def _end_other_sessions(user: User) -> None:
    accounts_service.end_sessions(user, but=user.session.id if user.session else None)


def _write(user: User, subject: str, told: str) -> None:
    help_text = _("Var det inte du: byt lösenord genast och hör av dig till den som driver Broker.")
    mail.write(user.email, subject, f"{told}\n\n{help_text}\n")
