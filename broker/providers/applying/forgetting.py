"""Forgets whom to ask at a provider that was declined, once nobody needs to, as for tips."""

from datetime import timedelta

from sqlalchemy import update

from broker import access, clock, database
from broker.extensions import db
from broker.leads.tips.queries import tip_rules
from broker.providers.applying.models import ApplicationState, ProviderApplication

_PERSONAL = ("contact_name", "contact_function", "email", "phone")


def forget_applicants() -> None:
    """Empty the details of people in applications that were declined long enough ago; called every minute."""
    with database.writing(), access.every_organisation():
        last = clock.now() - timedelta(days=tip_rules(clock.today()).days_after_answer)
        is_over = (ProviderApplication.state == ApplicationState.DECLINED) & (ProviderApplication.state_at < last)
        is_known = ProviderApplication.contact_name.is_not(None)
        empty = dict.fromkeys(_PERSONAL)
        db.session.execute(update(ProviderApplication).where(is_over, is_known).values(**empty))
        db.session.commit()
