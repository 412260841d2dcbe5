"""Keeps what came with a lead that was taken on: what we lacked is filled in, what differs is noted."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from broker.accounts.models import User
from broker.companies import queries as companies
from broker.companies import service as companies_service
from broker.companies.models import Company, Engagement, LegalBasis, Person
from broker.formatting import in_swedish
from broker.leads.models import ReceivedLead
from broker.swedish import search_key


@in_swedish()
def keep_what_was_shared(received: ReceivedLead, *, by: User) -> None:
    """Make the company ours to follow, with the details that came along and the person they belong to."""
    shared, engagement = received.shared, companies_service.engage(received.company)
    source = _("Lead från %(sender)s", sender=received.sender.name)
    reached = {name: shared.get(name) for name in ("phone", "email")}
    notes = [_note(_("företaget"), _differing(engagement, reached)), _keep_person(received.company, shared, source, by)]
    values = _filling(engagement, reached | {"employees": shared.get("employees"), "source": source, "owner_id": by.id})
    if told := "; ".join(filter(None, notes)):
        values["note"] = "\n".join(filter(None, [engagement.note, f"{source}: {told}"]))
    companies_service.edit_engagement(engagement, values, by=by)


def _keep_person(company: Company, shared: dict[str, Any], source: str, by: User) -> str:
    """Keep the contact person's details with the person, and give what has to be noted of them instead."""
    name = shared.get("person_name")
    facts = {fact: shared.get(f"person_{fact}") for fact in ("function", "phone", "email")}
    if not name:
        return _note(_("kontaktperson"), facts.values())
    people = companies.list_people(company.id, with_protected=True)
    known = next((person for person in people if person.name_key == search_key(name)), None)
    if known is None:
        kept = {"name": name, "source": source, "legal_basis": LegalBasis.PUBLIC_TASK, "is_protected": False}
        companies_service.add_person(company, facts | kept, by=by)
        return ""
    if known.is_protected:
        return ""
    note = _note(known.name, _differing(known, facts))
    companies_service.edit_person(known, _filling(known, facts), by=by)
    return note


def _filling(row: Engagement | Person, facts: dict[str, Any]) -> dict[str, Any]:
    return {name: fact for name, fact in facts.items() if fact and not getattr(row, name)}


def _differing(row: Engagement | Person, facts: dict[str, Any]) -> list[Any]:
    return [fact for name, fact in facts.items() if fact and getattr(row, name) not in (None, "", fact)]


def _note(whose: str, facts: Iterable[Any]) -> str:
    told = ", ".join(fact for fact in facts if fact)
    return f"{whose} {told}" if told else ""
