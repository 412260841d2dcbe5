"""Whom at companies a letter with a link may go to: active people with an address, never a protected identity."""

from collections.abc import Collection
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from broker import database
from broker.companies.models import Interaction, Person, interaction_person
from broker.errors import RefusedError
from broker.extensions import db
from broker.meetings.queries import is_address


class NotReachableError(RefusedError):
    """No letter goes to the person: of another company, without an address, or with protected identity."""


def list_reachable(company_ids: Collection[int]) -> dict[int, list[Person]]:
    """List the people of each company who can be written to, whom we met last first; one query."""
    link = interaction_person.c
    query = (
        select(Person, func.max(Interaction.happened_on))
        .outerjoin(interaction_person, link.person_id == Person.id)
        .outerjoin(Interaction, Interaction.id == link.interaction_id)
        .where(database.among(Person.company_id, company_ids), Person.is_active, Person.is_protected.is_(False))
        .where(Person.email.is_not(None))
        .group_by(Person.id)
    )
    rows = [(person, met or date.min) for person, met in db.session.execute(query) if is_address(person.email)]
    found: dict[int, list[Person]] = {company_id: [] for company_id in company_ids}
    for person, _met in sorted(rows, key=lambda row: (-row[1].toordinal(), row[0].sort_key, row[0].id)):
        found[person.company_id].append(person)
    return found


def check_reachable(person: Person, company_id: int | None) -> None:
    """Refuse a person of another company, without an address or with protected identity."""
    if person.is_protected or not person.email or person.company_id != company_id:
        raise NotReachableError(_("Välj en kontaktperson hos företaget som har en e-postadress."))
