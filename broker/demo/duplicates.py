"""What is there twice at the first organisation of the demo: noted in a car park, typed by two people, merged once."""

from random import Random

from sqlalchemy import select

from broker import access, clock
from broker.accounts.models import User
from broker.companies import service as companies
from broker.companies.merging import service
from broker.companies.models import Company, Engagement, InteractionKind, LegalBasis, Person
from broker.demo.organisations import DemoOrganisation
from broker.extensions import db

_SAID = "Stannade till på vägen. De vill veta mer om utbildning för sina montörer och bad oss ringa."
_SOURCE = "Personen själv"


def add_duplicates(organisation: DemoOrganisation, random: Random) -> None:
    """Note three companies without their numbers and two people twice, and merge one of the companies."""
    with access.acting_in(organisation.id):
        user = db.session.get_one(User, organisation.user_ids[0])
        query = select(Company).join(Engagement, Engagement.company_id == Company.id)
        chosen = random.sample(list(db.session.scalars(query.order_by(Company.id).limit(40))), 4)
        alike, misspelt, reached, merged = chosen
        noted = _note(alike, alike.name, by=user)
        facts = {
            "phone": "0150-174 06 11",
            "employees": 14,
            "tags": ["nätverk"],
            "note": "Ringer helst på förmiddagen.",
        }
        companies.edit_engagement(companies.engage(noted), facts, by=user)
        companies.edit_engagement(companies.engage(alike), {"phone": "0150-174 06 12", "note": "Två skift."}, by=user)
        _note(misspelt, f"{misspelt.name[:3]}{misspelt.name[4:]}", by=user)
        companies.edit_engagement(companies.engage(reached), {"phone": "0150-174 06 05"}, by=user)
        firm = _note(reached, f"{reached.name.split()[0]}s firma", by=user)
        companies.edit_engagement(companies.engage(firm), {"phone": "+46 150 174 06 05"}, by=user)
        service.merge_companies(merged, _note(merged, merged.name, by=user), {}, by=user)
        _double_people(alike, misspelt, by=user)


def _note(company: Company, name: str, *, by: User) -> Company:
    noted = companies.add_company(number=None, name=name, municipality_code=company.municipality_code, by=by)
    today = clock.today()
    companies.log_interaction(noted, kind=InteractionKind.VISIT, happened_on=today, summary=_SAID, by=by)
    return noted


def _double_people(company: Company, other: Company, *, by: User) -> None:
    known = db.session.scalars(select(Person).where(Person.company_id == company.id).order_by(Person.id).limit(1)).one()
    facts = {"function": None, "source": _SOURCE, "legal_basis": LegalBasis.PUBLIC_TASK, "is_protected": False}
    first, last = known.name.split(" ", 1)
    for place, name in ((company, f"{first[0]} {last}"), (other, known.name)):
        companies.add_person(place, facts | {"name": name, "phone": known.phone, "email": known.email}, by=by)
