"""What becomes of needs when the contact in which the company told of them is taken back or moved."""

from flask_babel import gettext as _
from sqlalchemy import exists, or_, select

from broker import audit
from broker.accounts.models import User
from broker.actions import Action
from broker.companies.corrections import when_contact_leaves
from broker.companies.models import Company, Interaction
from broker.errors import RefusedError
from broker.extensions import db
from broker.needs.joint.models import SharedNeed
from broker.needs.models import CohortNeed, Need, NeedStatus


@when_contact_leaves
def keep_or_move(contact: Interaction, company: Company | None, by: User) -> None:
    """Let needs go along to another company; refuses to leave one without the contact that it was heard in.

    Nor does one go along that others rely on: in a group, shared, or come of an analysis or an answer of the company.
    A need that was ended stands without its contact.
    """
    needs = list(db.session.scalars(select(Need).where(Need.interaction_id == contact.id)))
    if company is None:
        _let_go(needs)
    elif needs:
        _move(contact, needs, company, by)


def _let_go(needs: list[Need]) -> None:
    for need in needs:
        if need.is_open:
            raise RefusedError(
                _(
                    "Behovet av %(topic)s kom av kontakten. Öppna behovet och välj en annan kontakt, eller ingen, "
                    "eller avsluta det. Ta sedan bort kontakten.",
                    topic=need.topic_label,
                )
            )
        if need.status is not NeedStatus.WITHDRAWN:
            raise RefusedError(
                _(
                    "Behovet av %(topic)s är med i en utbildningsgrupp och bygger på kontakten. Ändra kontakten.",
                    topic=need.topic_label,
                )
            )
        need.interaction_id = None


def _move(contact: Interaction, needs: list[Need], company: Company, by: User) -> None:
    relied_on = or_(
        exists().where(CohortNeed.need_id == Need.id),
        exists().where(SharedNeed.need_id == Need.id),
        Need.analysis_id.is_not(None),
        Need.answer_id.is_not(None),
    )
    held = db.session.scalars(select(Need).where(Need.interaction_id == contact.id, relied_on).limit(1)).first()
    if held is not None:
        raise RefusedError(
            _(
                "Behovet av %(topic)s kom av kontakten, och andra bygger på det. Det kan inte byta företag. "
                "Logga en ny kontakt med rätt företag i stället.",
                topic=held.topic_label,
            )
        )
    for need in needs:
        need.company_id, need.company = company.id, company
        audit.record(Action.NEED_EDITED, need, by=by, fields=["company_id"])
