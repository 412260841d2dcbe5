"""Reminds of leads that nobody answers: a task for the sender, a letter to the receiver's managers; once for each."""

from flask_babel import gettext as _

from broker import access, audit, clock, database, mail
from broker.access import Permission, Role
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.audit import Action
from broker.companies import service as companies
from broker.extensions import db
from broker.leads import queries
from broker.leads.models import LeadOffer


def remind_of_late() -> None:
    """Remind of every offer whose day has passed without an answer; the upkeep calls it every minute."""
    today = clock.today()
    with database.writing(False), access.every_organisation():
        late = [(offer.organisation_id, offer.id) for offer in queries.list_late_offers(today)]
        db.session.rollback()
    for organisation_id, offer_id in late:
        with database.writing(), access.acting_in(organisation_id):
            _remind(queries.get_offer(offer_id))
            db.session.commit()


def _remind(offer: LeadOffer) -> None:
    offer.escalated_at = clock.now()
    receiver, lead = offer.receiver, offer.lead
    companies.add_task(
        title=_("Leadet är inte besvarat. Ring %(receiver)s eller välj en annan mottagare.", receiver=receiver.name),
        due_on=clock.today(),
        company=lead.company,
        by=lead.offered_by,
    )
    for manager in _managers(receiver.id):
        mail.write(
            manager.email,
            _("Ett lead väntar fortfarande på svar"),
            _(
                "%(receiver)s skulle ha svarat på ett lead senast %(day)s. Det finns under Leads i Broker.\n",
                receiver=receiver.name,
                day=lead.answer_by.isoformat(),
            ),
        )
    audit.record(Action.LEAD_ESCALATED, offer, by=None, receiver=receiver.name)


def _managers(organisation_id: int) -> list[User]:
    members = accounts.list_memberships(organisation_id)
    managers = [row.user for row in members if row.user.is_active and Role.MANAGER in row.roles]
    return managers or accounts.list_users_with(organisation_id, Permission.EDIT)
