"""Reads what the file of a purchase holds, and the requests for reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from broker import files
from broker.accounts.models import User
from broker.errors import NotFoundError
from broker.extensions import db
from broker.files import Attachment
from broker.procurement import deadlines, showing, workflow
from broker.procurement import queries as procurement
from broker.procurement.deadlines import Deadline
from broker.procurement.filing.models import ReasonsRequest
from broker.procurement.models import Purchase, PurchaseStep
from broker.procurement.offers import queries as offers
from broker.procurement.offers.evaluation import Result
from broker.procurement.offers.models import OfferScore, OfferSheet, PurchaseOffer
from broker.procurement.offers.rounds import EndedRound, list_ended
from broker.procurement.situation import Situation
from broker.reference.queries import text_of


@dataclass(frozen=True)
class Paper:
    """One paper of the file: its kind in words, and the attachment that holds it."""

    label: str
    attachment: Attachment

    @property
    def file_name(self) -> str:
        """Give what the paper is called in the ZIP: its kind first, unless its own name says it."""
        name = self.attachment.file_name
        return name if name.casefold().startswith(self.label.casefold()) else f"{self.label}_{name}"


@dataclass(frozen=True)
class Dossier:
    """Everything about a purchase that somebody may see, for the registry.

    Offers, what follows from them and their papers are left out for whoever may not see them yet.
    """

    purchase: Purchase
    situation: Situation
    organisation: str
    is_secret: bool
    sees_offers: bool
    shown: Mapping[str, str]
    papers: Sequence[Paper]
    deadlines: Sequence[Deadline]
    requests: Sequence[ReasonsRequest]
    offers: Sequence[PurchaseOffer] = ()
    people: int | None = None
    sheet: OfferSheet | None = None
    scores: Sequence[OfferScore] = ()
    result: Result | None = None
    ended_rounds: Sequence[EndedRound] = ()

    def label(self, name: str) -> str:
        """Give what a field of the workflow is called."""
        return text_of(self.situation.document["fields"][name])

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing has happened that the registry could take."""
        return not self.papers and len(self.purchase.steps) <= 1

    @property
    def is_withheld(self) -> bool:
        """Tell whether something is left out for secrecy."""
        return self.is_secret and not self.sees_offers

    def hides(self, step: PurchaseStep) -> bool:
        """Tell whether the note of a step may tell of offers that the reader may not see."""
        return self.is_withheld and workflow.may_tell_of_offers(self.situation, step.from_state, step.to_state)


def gather(purchase: Purchase, user: User, *, organisation: str, today: date) -> Dossier:
    """Give what the file of a purchase holds for somebody."""
    attachments = files.list_attachments(purchase)
    situation = procurement.get_situation(purchase, today=today, attachments=attachments)
    document = situation.document
    sees = offers.sees_offers(purchase, user)
    known: dict[str, Any] = {
        "purchase": purchase,
        "situation": situation,
        "organisation": organisation,
        "is_secret": workflow.hides_offers(document, purchase.route, purchase.state),
        "sees_offers": sees,
        "shown": showing.list_values(situation, is_hidden=not sees),
        "papers": [
            Paper(text_of(document["documents"][row.kind]) if row.kind in document["documents"] else "", row)
            for row in attachments
            if sees or row.kind not in workflow.OFFER_PAPERS
        ],
        "deadlines": deadlines.list_deadlines(situation),
        "requests": list_requests(purchase),
    }
    sheet = offers.find_sheet(purchase)
    if not sees:
        return Dossier(**known, sheet=sheet)
    rows = offers.list_offers(purchase)
    scores = offers.list_scores(rows) if sheet and sheet.criteria else []
    return Dossier(
        **known,
        offers=rows,
        people=offers.participants_of(purchase, sheet),
        sheet=sheet,
        scores=scores,
        result=offers.evaluate(sheet, rows, scores) if sheet else None,
        ended_rounds=list_ended(purchase, situation),
    )


def list_requests(purchase: Purchase) -> list[ReasonsRequest]:
    """List who has asked for the reasons, in the order in which they asked."""
    query = select(ReasonsRequest).where(ReasonsRequest.purchase_id == purchase.id)
    return list(db.session.scalars(query.order_by(ReasonsRequest.received_on, ReasonsRequest.id)))


def get_request(purchase: Purchase, request_id: int) -> ReasonsRequest:
    """Give a request of this purchase, or raise NotFoundError."""
    query = select(ReasonsRequest).where(ReasonsRequest.id == request_id, ReasonsRequest.purchase_id == purchase.id)
    row = db.session.scalars(query).one_or_none()
    if row is None:
        raise NotFoundError
    return row
