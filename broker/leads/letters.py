"""Letters about leads, in Swedish whoever causes them; what a lead says stays inside, for a letter travels open."""

from collections.abc import Iterable

from flask_babel import gettext as _

from broker import mail
from broker.access import Permission, Role
from broker.accounts import queries as accounts
from broker.accounts.models import Organisation, User
from broker.actions import Action
from broker.formatting import day, in_swedish
from broker.leads import queries
from broker.leads.models import LeadOffer, ReceivedLead


@in_swedish()
def tell_of_offer(offer: LeadOffer, sender: Organisation, link: str) -> None:
    """Tell those who can answer that a lead has come."""
    subject = _("Ett lead från %(sender)s väntar på svar", sender=sender.name)
    body = _(
        "%(sender)s har skickat ett lead till %(receiver)s och vill ha svar senast %(day)s.\n\n%(link)s\n",
        sender=sender.name,
        receiver=offer.receiver.name,
        day=day(offer.lead.answer_by),
        link=link,
    )
    _write(accounts.list_users_with(offer.receiver_id, Permission.EDIT), subject, body)


@in_swedish()
def tell_of_tip(receiver: Organisation, link: str) -> None:
    """Tell those who can answer that somebody has given a tip."""
    body = _(
        "Någon har tipsat %(receiver)s om ett företag. Läs tipset i Broker.\n\n%(link)s\n",
        receiver=receiver.name,
        link=link,
    )
    _write(accounts.list_users_with(receiver.id, Permission.EDIT), _("Ett tips om ett företag har kommit"), body)


@in_swedish()
def tell_receiver(action: Action, received: ReceivedLead) -> None:
    """Tell those who can answer what the sender has done: answered a question, or taken the lead back."""
    sender = received.sender.name
    subjects = {
        Action.LEAD_REPLIED: _("%(sender)s har svarat på er fråga om ett lead", sender=sender),
        Action.LEAD_REVOKED: _("%(sender)s har tagit tillbaka ett lead", sender=sender),
    }
    body = _read_more("leads.show_received", received_id=received.id)
    _write(accounts.list_users_with(received.organisation_id, Permission.EDIT), subjects[action], body)


@in_swedish()
def tell_sender(action: Action, offer: LeadOffer) -> None:
    """Tell who follows the lead what the receiver has said."""
    receiver = offer.receiver.name
    subjects = {
        Action.LEAD_ASKED: _("%(receiver)s har en fråga om ett lead", receiver=receiver),
        Action.LEAD_RETURNED: _("%(receiver)s har lämnat tillbaka ett lead", receiver=receiver),
        Action.LEAD_RESULT_REPORTED: _("%(receiver)s berättar vad det blev av ett lead", receiver=receiver),
    }
    answered = _("%(receiver)s har svarat på ett lead", receiver=receiver)
    _write(
        queries.list_followers(offer.lead),
        subjects.get(action, answered),
        _read_more("leads.show", lead_id=offer.lead_id),
    )


@in_swedish()
def remind_receiver(offer: LeadOffer) -> None:
    """Tell the receiver's managers that nobody has answered in time."""
    body = _(
        "%(receiver)s skulle ha svarat på ett lead senast %(day)s.\n\n%(link)s\n",
        receiver=offer.receiver.name,
        day=day(offer.lead.answer_by),
        link=mail.link_to("leads.index"),
    )
    _write(_managers(offer.receiver_id), _("Ett lead väntar fortfarande på svar"), body)


def _managers(organisation_id: int) -> list[User]:
    members = accounts.list_memberships(organisation_id)
    managers = [row.user for row in members if row.user.is_active and Role.MANAGER in row.roles]
    return managers or accounts.list_users_with(organisation_id, Permission.EDIT)


def _read_more(endpoint: str, **keys: int) -> str:
    return _("Läs mer i Broker.\n\n%(link)s\n", link=mail.link_to(endpoint, **keys))


def _write(users: Iterable[User], subject: str, body: str) -> None:
    for user in users:
        mail.write(user.email, subject, body)
