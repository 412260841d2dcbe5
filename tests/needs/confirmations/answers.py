"""What the tests of confirmations answer, and what they look up."""

from sqlalchemy import select

from broker.extensions import db
from broker.mail import OutgoingMail
from broker.needs.reachable import list_reachable

YES = {"takes_part": "True", "women": "1", "men": "2", "unknown_sex": "0"}


def version_of(confirmation):
    db.session.refresh(confirmation)
    return confirmation.version


def people_of(confirmation):
    return {row.name: row.id for row in list_reachable([confirmation.company_id])[confirmation.company_id]}


def letters():
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))
