"""What each company gives the project, under the beneficiary that it belongs to."""

from decimal import Decimal

from broker.esf.application import Application
from broker.esf.budgets.lines import PARTICIPANTS, CompanyShare
from broker.esf.models import Actor, Commitment, Contribution


def company_shares(application: Application) -> tuple[CompanyShare, ...]:
    """Give the hours of each company that takes part and what they count as, by beneficiary and in Swedish order.

    A company belongs to the beneficiary whose organisation has brought most of its hours, or else to the owner.
    """
    price = application.call.prices.get(PARTICIPANTS)
    places = {actor.id: place for place, actor in enumerate(application.actors)}
    owner = application.owner
    found: list[tuple[tuple[int, str], CompanyShare]] = []
    for commitment in application.commitments:
        brought = [row for row in application.brought if row.company_id == commitment.company_id]
        if not brought:
            continue
        actor = _beneficiary_of(brought, application) or owner
        share = _share_of(commitment, actor, price)
        found.append(((places[actor.id] if actor else len(places), commitment.company.sort_key), share))
    return tuple(share for _place, share in sorted(found, key=lambda row: row[0]))


def _share_of(commitment: Commitment, actor: Actor | None, price: Decimal | None) -> CompanyShare:
    return CompanyShare(
        beneficiary=actor.name if actor else "",
        company=commitment.company.name,
        hours=Decimal(commitment.hours),
        unit_cost=price,
        is_signed=commitment.signed_on is not None,
    )


def _beneficiary_of(brought: list[Contribution], application: Application) -> Actor | None:
    hours: dict[int, int] = {}
    actors: dict[int, Actor] = {}
    for row in brought:
        organisation = row.contributed_by
        number, name = organisation.organisation_number, organisation.name.casefold()
        for actor in application.actors:
            is_same = (bool(number) and actor.organisation_number == number) or actor.name.casefold() == name
            if is_same and actor.is_beneficiary:
                actors[actor.id] = actor
                hours[actor.id] = hours.get(actor.id, 0) + row.participant_hours
                break
    most = max(hours, key=lambda key: (hours[key], -key), default=None)
    return None if most is None else actors[most]
