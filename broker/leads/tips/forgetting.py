"""Forgets who gave a tip once nobody needs to ask, and the attempts that no longer count."""

from datetime import timedelta

from sqlalchemy import delete, or_, update

from broker import access, clock, database
from broker.extensions import db
from broker.leads.tips import queries
from broker.leads.tips.models import Tip, TipAttempt, TipState


def forget_tippers() -> None:
    """Empty the details of people whose tips were dealt with long enough ago; the upkeep calls it every minute."""
    now = clock.now()
    with database.writing(), access.every_organisation():
        rules = queries.tip_rules(clock.today())
        is_answered = (Tip.state != TipState.NEW) & (Tip.state_at < now - timedelta(days=rules.days_after_answer))
        is_over = or_(is_answered, Tip.received_at < now - timedelta(days=rules.days_at_most))
        is_known = or_(Tip.tipper_name.is_not(None), Tip.tipper_reach.is_not(None))
        db.session.execute(update(Tip).where(is_over, is_known).values(tipper_name=None, tipper_reach=None))
        db.session.execute(delete(TipAttempt).where(TipAttempt.attempted_at < now - rules.window))
        db.session.commit()
