"""Lets go of letters that have waited long enough, and of the contents of those that wait no more."""

from datetime import timedelta

from sqlalchemy import delete, or_, select

from broker import access, audit, clock, database, files
from broker.actions import Action
from broker.extensions import db
from broker.incoming import queries
from broker.incoming.models import IncomingLetter, LetterState


def tidy() -> None:
    """Throw away what has waited too long, and remove what is not needed any more; the upkeep calls it every minute."""
    now = clock.now()
    with database.writing(False), access.every_organisation():
        rules = queries.incoming_rules(clock.today())
        is_late = (IncomingLetter.state == LetterState.WAITING) & (
            IncomingLetter.received_at < now - timedelta(days=rules.days_waiting)
        )
        # What was thrown away can be taken back for a while, unless it was the waiting that ended.
        is_final = or_(
            IncomingLetter.thrown_at.is_(None), IncomingLetter.thrown_at < now - timedelta(hours=rules.hours_to_undo)
        )
        is_over = (IncomingLetter.state != LetterState.WAITING) & IncomingLetter.content_hash.is_not(None) & is_final
        # Only without its content, which nothing would find any more.
        is_old = (
            (IncomingLetter.state != LetterState.WAITING)
            & IncomingLetter.content_hash.is_(None)
            & (IncomingLetter.received_at < now - timedelta(days=rules.days_known))
        )
        has_work = db.session.scalars(select(IncomingLetter.id).where(or_(is_late, is_over, is_old)).limit(1)).first()
        db.session.rollback()
    if has_work is None:
        return
    with database.writing(), access.every_organisation():
        for letter in db.session.scalars(select(IncomingLetter).where(is_late).with_for_update()):
            letter.state = LetterState.THROWN
            audit.record(Action.LETTER_EXPIRED, letter, by=None)
        db.session.flush()
        hashes: set[str] = set()
        for letter in db.session.scalars(select(IncomingLetter).where(is_over).with_for_update()):
            hashes.add(letter.content_hash or "")
            letter.content_hash = letter.sender = letter.subject = letter.sent_on = None
        db.session.execute(delete(IncomingLetter).where(is_old))
        db.session.flush()
        unused = files.unused_among(hashes)
        db.session.commit()
    files.remove(unused)
