"""Companies with some of everything that can point at a company or a person, and a picture of all stored rows."""

import io

from sqlalchemy import select, text

from broker import clock, database, files, jobs
from broker.companies import service as companies
from broker.companies.imports.models import ImportedRow, RowOutcome
from broker.companies.models import EngagementStatus, Workplace
from broker.extensions import db
from broker.leads.tips.models import Tip
from broker.sentences import Sentence
from tests import factories, factories_leads, factories_needs

# What a merge writes itself, and what only counts changes.
APART = {"merge", "audit_event", "audit_chain", "sent_form", "session"}


def numberless(name="Exempel Svets", *, by, **facts):
    """Note a company without number, with our relation."""
    company = companies.add_company(number=None, name=name, by=by, **facts)
    db.session.commit()
    return company


def relation(company, **values):
    """Give our relation to a company these values."""
    row = companies.engage(company)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.commit()
    return row


def fill(company, organisation, user, random):
    """Add some of everything about a company, as chance has it, for the organisation in scope."""
    relation(company, **_random_relation(random, user))
    people = [_person(company, random) for _number in range(random.randint(1, 4))]
    for _number in range(random.randint(0, 4)):
        chosen = random.sample(people, random.randint(0, len(people)))
        facts = {"people": chosen, "next_step": random.choice([None, "Ring igen"])}
        factories.interaction(company, by=user, **facts)
    for _number in range(random.randint(0, 2)):
        db.session.add(Workplace(company_id=company.id, name=f"Verkstad {random.randint(1, 9)}"))
        factories_needs.need(by=user, company=company)
        db.session.add(Tip(company_name="Tips", place="Flen", need="Kurs", company_knows=True, company_id=company.id))
    _imported(company, user)
    neighbour = factories.organisation()
    factories_leads.lead(sender=organisation, receivers=[neighbour], by=user, company=company, person=people[0])
    factories_leads.lead(sender=neighbour, receivers=[organisation], by=user, company=company)
    for subject in (company, people[0], companies.engage(company)):
        names = {"file_name": "avtal.txt", "media_type": "text/plain"}
        files.attach(subject, io.BytesIO(f"avtal {random.random()}".encode()), **names, by=user)
    db.session.commit()
    return people


def stored():
    """Give every stored row of every table that a merge could touch, without versions."""
    with db.engine.connect() as connection, database.writing(False):
        if connection.dialect.name == "postgresql":
            connection.execute(text("select set_config('broker.scope', '*', true)"))
        return {
            table.name: sorted(
                tuple(str(row[column.name]) for column in table.columns if column.name != "version")
                for row in connection.execute(select(table)).mappings()
            )
            for table in db.metadata.sorted_tables
            if table.name not in APART
        }


def _random_relation(random, user):
    return {
        "status": random.choice(list(EngagementStatus)),
        "owner_id": random.choice([None, user.id]),
        "tags": random.sample(["bygg", "industri", "nätverk"], random.randint(0, 3)),
        "employees": random.choice([None, 7, 12]),
        "phone": random.choice([None, "0157-123 45", "0157-543 21"]),
        "email": random.choice([None, "info@exempel.example"]),
        "note": random.choice([None, "Ringer helst på förmiddagen.", "Två skift."]),
        "last_contact_on": random.choice([None, clock.today().replace(day=1)]),
    }


def _person(company, random):
    name = random.choice(["Anna Exempelsson", "Bo Exempelsson", "Cim Exempelsson"])
    return factories.person(company, name, phone=random.choice([None, "070-1740605"]), function="Vd")


def _imported(company, user):
    job = jobs.add_job("import_companies", Sentence("Lista"), {"attachment_id": 1}, by=user)
    db.session.flush()
    row = {"row": 2, "company_id": company.id, "name": company.name, "changes": []}
    db.session.add(ImportedRow(job_id=job.id, outcome=RowOutcome.NEW, **row))
