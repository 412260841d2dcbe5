"""Tips to the first organisation of the demo over its public form: one waits, one has been taken on."""

from random import Random

from sqlalchemy import select

from broker import access
from broker.accounts.models import User
from broker.companies.models import Company
from broker.demo.organisations import DemoOrganisation
from broker.extensions import db
from broker.leads.tips import service
from broker.reference import queries as reference

_LINK = "http://127.0.0.1:5000/leads/tips"
_SAID = (
    "De har fått en ny maskin och söker någon som kan lära upp tre personer.",
    "Tar över ett större uppdrag i höst och behöver heta arbeten för fem.",
)


def add_tips(organisation: DemoOrganisation, random: Random) -> None:
    """Open the form, and let the business association give two tips."""
    with access.acting_in(organisation.id):
        user = db.session.get_one(User, organisation.user_ids[0])
        page = service.open_page(organisation.id, by=user)
        codes = organisation.municipality_codes
        query = select(Company).where(Company.municipality_code.in_(codes)).order_by(Company.id).limit(50)
        companies = random.sample(list(db.session.scalars(query)), len(_SAID))
        for need, company in zip(_SAID, companies, strict=True):
            values = {
                "company_name": company.name,
                "organisation_number": company.organisation_number,
                "place": reference.municipality_name(company.municipality_code),
                "need": need,
                "company_knows": True,
                "tipper_name": "Exempelstads företagarförening",
                "tipper_reach": "tips@foretagarna.example",
            }
            tip = service.receive_tip(page, values, link=_LINK)
        service.take_tip(tip, companies[-1], by=user)
        db.session.flush()
