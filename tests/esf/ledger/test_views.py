"""Pages of the ledger: over certificates, projects and own grants; a rate is read, an aid is registered."""

from datetime import timedelta
from decimal import Decimal

import pytest

from broker import access, clock
from broker.companies.sizes import service as sizes
from broker.companies.sizes.groups import HolderKind
from broker.esf import aid, plan_service
from broker.esf import queries as esf
from broker.esf.ledger import queries
from broker.esf.models import DeMinimisAid
from broker.extensions import db
from tests import factories, factories_esf
from tests.client import form_values

TODAY = clock.today()
GRANT = {"giver": "Region Sörmland", "instrument": "Bidrag", "granted_on": str(TODAY)}


@pytest.fixture
def project(scope, user):
    row = factories_esf.joined_project(scope, user)
    factories_esf.complete(row, user)
    return esf.get_project(row.id)


@pytest.fixture
def commitment(project):
    return esf.list_commitments(project)[0]


@pytest.fixture
def page(commitment):
    return f"/foretag/{commitment.company_id}/stod"


def ledger_of(commitment, on=None):
    db.session.expire_all()
    return queries.load_ledger(commitment.company, on or factories_esf.START)


def test_the_ledger_holds_the_sisters_certificates_the_projects_and_our_own_grants(
    client, page, project, commitment, user
):
    other = esf.list_commitments(project)[1]
    commitment.group_numbers = [other.company.organisation_number]
    plan_service.add_earlier_aid(project, other, giver="Almi", amount_eur=Decimal(60000), granted_on=TODAY, by=user)
    db.session.commit()
    planned = Decimal("10545.45")  # 6 seats à 20 000 kr less 4 000 kr, at 11 kr, for each of the two.

    ledger = ledger_of(commitment)
    assert ledger.used_eur == 60000 + 2 * planned
    assert ledger_of(other).used_eur == ledger.used_eur

    assert client.submit(f"{page}/nytt", **GRANT, amount_kr="22 000", sek_per_eur="11").status_code == 422
    read = {"sek_per_eur": "11", "rate_source": "Riksbanken"}
    assert client.submit(f"{page}/nytt", **GRANT, amount_kr="22 000", **read).status_code == 302
    assert ledger_of(commitment).used_eur == ledger.used_eur + 2000
    text = client.get(page).text
    assert "Almi" in text and "Region Sörmland" in text and "Riksbanken" in text and other.company.name in text
    odd = client.get(f"{page}?dag=igår")
    assert odd.status_code == 422
    old = client.get(f"{page}?dag={TODAY + timedelta(days=4 * 366)}").text
    assert "Nej, för gammalt" in old


def test_noted_ownership_makes_a_single_undertaking_beside_the_certificate_and_a_difference_is_said(
    client, page, project, commitment, user
):
    other = esf.list_commitments(project)[1]
    names = {"name": "Påhittad Person", "number": None, "country": None}
    person = sizes.add_outside_owner(**names, kind=HolderKind.PERSON, by=user)
    holding = sizes.add_outside_owner(
        name="Moder AB", number="556677-8899", country=None, kind=HolderKind.ENTERPRISE, by=user
    )
    shares = {"capital": Decimal(50), "controls": False, "source": "Aktieboken", "source_on": TODAY}
    shares |= {"starts_on": None, "ends_on": None}
    for owned in (commitment.company, other.company):
        values = shares | {"kind": HolderKind.ENTERPRISE, "votes": Decimal(51)}
        sizes.add_ownership(holding, owned, values, company=owned, by=user)
    third = factories.company("Syskonets AB")
    for owned, votes in ((third, "90"), (commitment.company, "40")):
        values = shares | {"kind": HolderKind.PERSON, "capital": Decimal(30), "votes": Decimal(votes)}
        sizes.add_ownership(person, owned, values | {"is_same_market": True}, company=owned, by=user)
    commitment.certificate_on = None
    db.session.commit()

    ledger = ledger_of(commitment)

    assert [unit.name for unit in ledger.units[1:]] == sorted([holding.name, other.company.name])
    assert ledger.used_eur == ledger_of(other).used_eur > 0, "what the sister gets counts, and the person links nobody"
    text = client.get(page).text
    assert "enligt antecknat ägande" in text and "nämner det inte" not in text
    edit = f"/projekt/{project.id}/ataganden/{commitment.id}"
    assert "5566778899" in form_values(client.get(edit).text)["group_numbers"]
    commitment.certificate_on, commitment.group_numbers = TODAY, ["5560360793"]
    db.session.commit()
    text = client.get(page).text
    assert f"räknas även {', '.join(unit.name for unit in ledger.units[1:])} som" in text
    assert "Intyget nämner 556036-0793" in text
    assert "rätta ägandet" in client.get(edit).text.replace("\n", " ")


def test_a_grant_of_a_project_takes_the_place_of_what_was_planned(client, page, project, commitment):
    before = ledger_of(commitment)
    project.starts_on = TODAY
    db.session.commit()
    told = form_values(client.get(f"{page}/nytt?projekt={project.id}").text)
    assert "116" in told["amount_kr"]
    assert client.submit(f"{page}/nytt?projekt={project.id}").status_code == 302

    after = ledger_of(commitment)
    assert after.used_eur == before.used_eur
    assert not any(row.is_planned and row.company == commitment.company.name for row in after.rows)


def test_half_a_cent_is_rounded_alike_in_the_ledger_and_in_the_verdict(project, commitment):
    project.sek_per_eur, commitment.fee_kr = Decimal(10), Decimal("18999.95")
    db.session.commit()

    planned = next(row for row in ledger_of(commitment).rows if row.is_planned)

    verdicts = aid.assess(esf.load_application(project.id))
    assert planned.amount_eur == next(row.aid_eur for row in verdicts if row.commitment.id == commitment.id)


def test_the_kronor_of_a_grant_are_mended_without_its_euro_in_the_way(client, page, commitment):
    read = {"sek_per_eur": "11", "rate_source": "Riksbanken"}
    client.submit(f"{page}/nytt", **GRANT, amount_kr="22 000", **read)
    (grant,) = queries.list_grants_of([commitment.company_id])

    assert client.submit(f"/statsstod/{grant.id}", amount_kr="33 000").status_code == 302

    db.session.refresh(grant)
    assert (grant.amount_kr, grant.amount_eur) == (33000, 3000)


def test_what_we_granted_is_registered_in_time_by_somebody_and_not_twice(client, page, commitment, organisation):
    told = GRANT | {"amount_eur": "5000", "granted_on": str(TODAY - timedelta(days=60)), "is_ours": "y"}
    client.submit(f"{page}/nytt", **told)
    client.submit(f"{page}/nytt", **GRANT, amount_eur="70")
    shown = client.get("/statsstod/registrera").text
    assert "Försenat" in shown and shown.count("Markera som registrerat") == 1

    table = client.press("/statsstod/registrera/csv").data.decode("utf-8-sig")
    assert commitment.company.name in table and "5\xa0000,00" in table and organisation.name in table
    assert client.press("/statsstod/registrera/xlsx").data.startswith(b"PK")
    assert client.press("/statsstod/registrera/exe").status_code == 422

    (row,) = queries.list_to_register(TODAY)
    seen = str(row.grant.version)
    mark = f"/statsstod/{row.grant.id}/registrerat"
    assert client.press(mark, version=seen).status_code == 302
    assert client.press(mark, version=seen).status_code == 409
    assert "Försenat" not in client.get("/statsstod/registrera").text
    late = client.submit(f"/statsstod/{row.grant.id}", amount_eur="6000")
    assert late.status_code == 422 and "registret först" in late.text


def test_the_rate_of_the_day_turns_a_certificate_in_kronor_into_euro(client, page, project, commitment):
    aid = DeMinimisAid(project_id=project.id, commitment_id=commitment.id, giver="Almi", granted_on=TODAY)
    aid.amount_kr = Decimal(23000)
    db.session.add(aid)
    db.session.commit()
    assert "Kurs saknas" in client.get(page).text
    state = f"/projekt/{project.id}/statsstod"
    assert "Ange eurokursen den" in client.get(state).text
    url = f"/projekt/{project.id}/tidigare-stod/{aid.id}/kurs"
    assert client.submit(url, sek_per_eur="0", rate_source="Riksbanken").status_code == 422

    assert client.submit(url, sek_per_eur="11,5", rate_source="Riksbanken").status_code == 302

    db.session.expire_all()
    assert aid.amount_eur == 2000 and "Kurs saknas" not in client.get(page).text
    assert "Ange eurokursen den" not in client.get(state).text


def test_training_aid_stands_beside_as_the_alternative_with_the_days_of_its_rules(client, project, commitment):
    assert "Som alternativ, Utbildningsstöd, artikel 31" in client.get(f"/projekt/{project.id}/statsstod").text
    sheet = client.get(f"/projekt/{project.id}/ataganden/{commitment.id}/foretagsblad").text
    assert "till 2026-12-31 och kan inte användas" in sheet


def test_nobody_else_sees_what_we_noted(app, page, client, commitment):
    client.submit(f"{page}/nytt", **GRANT, amount_eur="70")
    company = commitment.company
    other = factories.organisation()
    with access.acting_in(other.id):
        assert queries.load_ledger(company, TODAY).rows == []
