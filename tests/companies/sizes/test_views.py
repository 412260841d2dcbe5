"""The page of a company's size: figures, owners, the steps, what is missing, a judgement of one's own."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from broker import access, database
from broker.access import Role
from broker.audit import AuditEvent
from broker.companies import queries as companies
from broker.companies import service as companies_service
from broker.companies.merging import service as merging
from broker.companies.sizes import queries, service
from broker.companies.sizes.groups import HolderKind
from broker.companies.sizes.models import OutsideOwner, Ownership, SizeFigures
from broker.companies.sizes.rules import Category
from broker.errors import RefusedError
from broker.extensions import db
from tests import factories
from tests.client import form_values

YEAR = {"closed_on": "2025-12-31", "headcount": "12,5", "turnover": "22000000", "balance": "9000000"}
RATE = {"currency": "sek", "sek_per_eur": "11,00", "rate_on": "2025-12-31", "rate_source": "Riksbanken"}
SOURCE = {"source": "Årsredovisningen", "source_on": "2026-06-30"}
HOLDING = {"kind": "enterprise", "capital": "60", "source": "Aktieboken", "source_on": "2026-06-30"}


@pytest.fixture
def company(scope):
    return factories.company("Exempel Svets AB")


def add_figures(client, company, whose="", **facts):
    return client.submit(f"/foretag/{company.id}/storlek/uppgifter/nya{whose}", **(YEAR | RATE | SOURCE | facts))


def add_owner(client, company, owner, **facts):
    address = f"/foretag/{company.id}/storlek/agande/nytt?slag=agare&foretag={owner.id}"
    return client.submit(address, **(HOLDING | facts))


def test_figures_in_kronor_are_judged_in_euro_and_the_card_tells(client, company):
    assert "Inte bedömd" not in client.get(f"/foretag/{company.id}").text
    response = add_figures(client, company)

    page = client.get(response.location).text
    assert "Litet företag" in page and "12,5 årsarbetskrafter, under 50" in page
    assert "omsättning 2\xa0000\xa0000\xa0euro, balansomslutning 818\xa0182\xa0euro" in page
    assert "Räkenskapsåret till 31 dec. 2025" in page and "gäller från 1 jan. 2005" in page
    assert "Riksbanken" in page and "Kommissionens rekommendation 2003/361/EG" in page
    companies_service.engage(company)
    db.session.commit()
    assert "12,5 årsarbetskrafter, under 50" in client.get(f"/foretag/{company.id}").text


def test_before_anything_is_noted_the_page_says_what_to_begin_with(client, company):
    page = client.get(f"/foretag/{company.id}/storlek").text

    assert "Kan inte avgöras ännu" in page and "Ange företagets egna uppgifter" in page


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"sek_per_eur": ""}, "Ange eurokursen"),
        ({"rate_source": ""}, "Ange kursens dag och källa"),
        ({"closed_on": "2099-12-31"}, "Året är inte slut."),
        ({"headcount": "tolv"}, "Skriv årsarbetskrafter"),
        ({"turnover": "-1"}, "Skriv ett belopp med högst två decimaler"),
        ({"source": ""}, "Ange varifrån uppgiften kommer"),
    ],
)
def test_faulty_figures_are_asked_for_again(client, company, facts, sentence):
    response = add_figures(client, company, **facts)

    assert response.status_code == 422 and sentence in response.text


def test_one_year_is_noted_once(client, company):
    for _time in range(2):
        assert add_figures(client, company, token="samma").status_code == 302
    assert "Det finns redan uppgifter för räkenskapsåret." in add_figures(client, company).text

    assert len(db.session.scalars(select(SizeFigures)).all()) == 1


def test_an_owner_in_the_register_is_found_and_counts(client, company):
    owner = factories.company("Exempel Koncern AB")
    add_figures(client, company)
    found = client.get(f"/foretag/{company.id}/storlek/agande/sok?slag=agare&q=koncern").text
    assert f"/storlek/agande/nytt?slag=agare&amp;foretag={owner.id}" in found

    page = client.get(add_owner(client, company, owner).location).text
    assert "Kan inte avgöras ännu" in page and "Ange uppgifter om Exempel Koncern AB för år 2025." in page
    add_figures(client, company, f"?foretag={owner.id}", headcount="300")

    assert "Stort företag" in client.get(f"/foretag/{company.id}/storlek").text
    assert queries.find_status(company.id).category is Category.LARGE


def test_what_is_noted_about_an_owner_on_its_own_page_changes_the_companies_it_owns(client, company):
    owner = factories.company("Exempel Koncern AB")
    add_figures(client, company)
    add_owner(client, company, owner)

    add_figures(client, owner, headcount="300")

    assert queries.find_status(company.id).category is Category.LARGE


def test_an_owner_outside_the_register_is_noted_by_name_and_chosen_again(client, company):
    address = f"/foretag/{company.id}/storlek/agande/nytt?slag=agare"
    client.submit(address, name="Beispiel GmbH", number="HRB 12345", country="Tyskland", **HOLDING)

    [owner] = db.session.scalars(select(OutsideOwner))
    other = factories.company("Exempel Två AB")
    found = client.get(f"/foretag/{other.id}/storlek/agande/sok?slag=agare&q=beispiel").text
    assert f"utom={owner.id}" in found and "Tyskland" in found
    client.submit(f"{address.replace(str(company.id), str(other.id))}&utom={owner.id}", **HOLDING)
    add_figures(client, company, f"?utom={owner.id}", headcount="300")
    add_figures(client, company)
    assert "Stort företag" in client.get(f"/foretag/{company.id}/storlek").text
    assert len(db.session.scalars(select(OutsideOwner)).all()) == 1


@pytest.mark.parametrize(("kind", "number"), [("person", "556000-0001"), ("enterprise", "19811218-9876")])
def test_a_personal_number_is_never_kept(client, company, kind, number):
    address = f"/foretag/{company.id}/storlek/agande/nytt?slag=agare"
    response = client.submit(address, name="Anna Exempelsson", number=number, **(HOLDING | {"kind": kind}))

    assert response.status_code == 422 and "Skriv inget personnummer." in response.text
    assert db.session.scalars(select(OutsideOwner)).all() == []


@pytest.mark.parametrize("number", ["19811218-9876", "811218-9876", "198112189876"])
def test_a_personal_number_in_the_name_of_an_owner_is_never_kept(client, company, number):
    address = f"/foretag/{company.id}/storlek/agande/nytt?slag=agare"
    response = client.submit(address, name=f"Anna Exempelsson {number}", **HOLDING)

    assert response.status_code == 422 and "Skriv inget personnummer." in response.text
    assert db.session.scalars(select(OutsideOwner)).all() == []


def beside(app, organisation, act):
    """Do something in a thread of its own, as another person's request, while this transaction is still open."""
    told = []

    def run():
        with app.app_context(), access.acting_in(organisation.id), database.writing():
            try:
                act()
                db.session.commit()
            except RefusedError as error:
                told.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(0.3)
    db.session.commit()
    thread.join()
    return told


def test_two_who_note_the_same_year_at_once_note_it_once(app, company, scope, user):
    values = {"closed_on": date(2025, 12, 31), "headcount": Decimal(5), "source": "x", "source_on": date(2026, 1, 1)}
    service.add_figures(company, values, company=company, by=user)

    told = beside(app, scope, lambda: service.add_figures(company, values, company=company, by=user))

    assert told and len(db.session.scalars(select(SizeFigures)).all()) == 1


def test_two_who_note_owners_at_once_do_not_give_them_more_than_all(app, company, scope, user):
    shares = {"kind": HolderKind.ENTERPRISE, "capital": Decimal(60), "votes": Decimal(60), "controls": False}
    values = shares | {"starts_on": None, "ends_on": None, "source": "x", "source_on": date(2026, 1, 1)}
    owners = [factories.company(name) for name in ("Exempel Ett AB", "Exempel Två AB")]
    service.add_ownership(owners[0], company, values, company=company, by=user)

    told = beside(app, scope, lambda: service.add_ownership(owners[1], company, values, company=company, by=user))

    assert told and len(db.session.scalars(select(Ownership)).all()) == 1


def test_owners_cannot_have_more_than_all(client, company):
    add_owner(client, company, factories.company("Exempel Ett AB"))
    response = add_owner(client, company, factories.company("Exempel Två AB"), capital="40,01")
    assert response.status_code == 422 and "mer än 100 procent" in response.text

    assert add_owner(client, company, factories.company("Exempel Tre AB"), capital="40").status_code == 302
    gone = add_owner(client, company, factories.company("Exempel Fyra AB"), ends_on="2020-01-01")
    assert gone.status_code == 422


def test_an_owner_outside_the_register_who_would_have_too_much_is_not_noted(client, company):
    add_owner(client, company, factories.company("Exempel Ett AB"))
    address = f"/foretag/{company.id}/storlek/agande/nytt?slag=agare"
    response = client.submit(address, name="Beispiel GmbH", **HOLDING)

    assert response.status_code == 422 and "mer än 100 procent" in response.text
    assert db.session.scalars(select(OutsideOwner)).all() == []


def test_owners_after_each_other_each_have_all(client, company):
    whole = {"capital": "100"}
    add_owner(client, company, factories.company("Exempel Förr AB"), ends_on="2024-12-31", **whole)

    later = add_owner(client, company, factories.company("Exempel Nu AB"), starts_on="2025-01-01", **whole)

    assert later.status_code == 302
    case = queries.load_case(company, date(2026, 11, 2))
    assert [relation for _row, relation in case.holdings] == [None, "linked"]


def test_a_company_does_not_own_itself(client, company):
    assert add_owner(client, company, company).status_code == 422


def test_a_public_owner_is_proposed_from_the_register(client, company):
    owner = factories.company("Exempel kommun", legal_form="82")

    page = client.get(f"/foretag/{company.id}/storlek/agande/nytt?slag=agare&foretag={owner.id}")
    assert form_values(page.text)["kind"] == "public_body"


def test_figures_and_holdings_are_corrected_by_version_and_left_out_when_wrong(client, company):
    add_figures(client, company)
    add_owner(client, company, factories.company("Exempel Ett AB"))
    [figures], [ownership] = db.session.scalars(select(SizeFigures)), db.session.scalars(select(Ownership))
    for address in (f"uppgifter/{figures.id}", f"agande/{ownership.id}"):
        url = f"/foretag/{company.id}/storlek/{address}"
        before = form_values(client.get(url).text)
        assert client.submit(url, source="Rättat").status_code == 302
        assert client.post(url, data=before | {"source": "Sent"}).status_code == 409
        assert client.submit(url, is_void="y").status_code == 302

    page = client.get(f"/foretag/{company.id}/storlek").text
    assert page.count("Räknas inte") >= 2 and "Ange företagets egna uppgifter" in page


def test_a_judgement_of_ones_own_needs_a_reason_and_stands_beside_the_rules(client, company):
    add_figures(client, company)
    address = f"/foretag/{company.id}/storlek/bedomning"
    assert client.submit(address, chosen="medium").status_code == 422

    client.submit(address, chosen="medium", reason="Ingår i en kedja.")

    page = client.get(f"/foretag/{company.id}/storlek").text
    assert "Egen bedömning: Ingår i en kedja." in page and "Litet företag" in page
    assert queries.find_status(company.id).category is Category.MEDIUM


def test_what_was_done_is_in_the_history_without_names_or_amounts(client, company):
    add_figures(client, company)
    address = f"/foretag/{company.id}/storlek/agande/nytt?slag=agare"
    client.submit(address, name="Anna Exempelsson", **(HOLDING | {"kind": "person"}))
    client.submit(f"/foretag/{company.id}/storlek/bedomning", chosen="large", reason="hemligt-skäl")

    page = client.get(f"/foretag/{company.id}/historik").text
    for told in ("Uppgifter om storlek tillagda", "Ägande tillagt", "Storlek bedömd"):
        assert told in page
    facts = str([event.facts for event in db.session.scalars(select(AuditEvent))])
    assert "Anna" not in facts and "hemligt-" not in facts and "22000000" not in facts


def test_what_we_note_is_ours_alone(client, company, client_for):
    add_figures(client, company, source="hemligt-bokslut")
    other = client_for(Role.COORDINATOR, organisation=factories.organisation())

    page = other.get(f"/foretag/{company.id}/storlek").text

    assert "hemligt-" not in page and "Kan inte avgöras ännu" in page
    [figures] = db.session.scalars(select(SizeFigures))
    assert other.get(f"/foretag/{company.id}/storlek/uppgifter/{figures.id}").status_code == 404


def test_a_reader_sees_and_does_not_change(client_for, company):
    reader = client_for(Role.READER)

    assert "Ny ägare" not in reader.get(f"/foretag/{company.id}/storlek").text
    assert reader.get(f"/foretag/{company.id}/storlek/uppgifter/nya").status_code == 403


def test_figures_and_owners_come_along_when_two_companies_become_one(client, company, user):
    wrong = companies_service.add_company(number=None, name="Exempel Svets", by=user)
    owner = factories.company("Exempel Ett AB")
    add_figures(client, wrong)
    add_owner(client, wrong, owner)

    merging.merge_companies(company, companies.get_company(wrong.id), {}, by=user)
    db.session.commit()

    case = queries.load_case(company, date(2026, 11, 2))
    assert len(case.own_figures) == 1 and [row.owner_name for row, _told in case.holdings] == ["Exempel Ett AB"]


def test_the_page_asks_no_more_of_the_database_for_many_owners(client, company, user):
    address = f"/foretag/{company.id}/storlek"
    client.get(address)
    few = client.queries
    for number in range(9):
        owner = factories.company(f"Exempel Ägare {number} AB")
        add_owner(client, company, owner, capital="11")
    client.get(address)

    assert client.queries == few <= 8


def test_another_organisations_holdings_stay_outside_the_judgement(client, company, app):
    add_figures(client, company)
    other = factories.organisation()
    stranger = factories.user(organisation=other)
    with access.acting_in(other.id):
        owner = factories.company("Exempel Annan AB")
        values = {"kind": "enterprise", "capital": 60, "votes": 60, "controls": False, "is_same_market": False}
        values |= {"starts_on": None, "ends_on": None, "source": "x", "source_on": date(2026, 1, 1)}
        service.add_ownership(owner, company, values, company=company, by=stranger)
        db.session.commit()

    assert "Exempel Annan AB" not in client.get(f"/foretag/{company.id}/storlek").text
