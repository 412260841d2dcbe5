"""The pages of the register, as people meet them."""

import io

import pytest

from broker import access, clock
from broker.access import Role
from broker.extensions import db
from broker.providers.models import Provider, VettingCheck
from tests import factories as general
from tests import factories_procurement as factories
from tests.client import form_values


@pytest.fixture
def provider(scope, user):
    return factories.provider(by=user)


def test_a_provider_is_added_taught_vetted_and_found(client, organisation):
    added = client.submit("/anordnare/ny", name="Truckskolan", municipality_code="0482")
    assert added.status_code == 302
    offered = client.submit(
        f"{added.location}/utbud/ny",
        topic_id="T001",
        title="Truck A och B",
        levels=["basic"],
        modes=["on_site", "distance"],
        languages=["sv"],
        reach_km="50",
        capacity="12",
        hours="16",
        fixed_price="10 000",
        price="4 500,50",
        smallest_group="6",
        valid_from="2026-01-01",
        certificate="Truckförarbevis",
        renewal_years="5",
    )
    assert offered.location == added.location
    checked = client.submit(f"{added.location}/granskning/tax", f_tax_result="approved", f_tax_evidence="Skatteverket")
    assert checked.status_code == 302
    page = client.get(added.location).text
    assert "Truck A och B" in page
    assert "10\xa0000,00\xa0kr per grupp och 4\xa0500,50\xa0kr per deltagare" in page and "6–12" in page
    assert "Granskas" in page
    listed = client.get("/anordnare?q=truck&topic_id=T001&status=in_review").text
    assert "Truckskolan" in listed
    assert "1 anordnare" in listed
    assert '<p class="filter-sentence">Anordnare ”truck” · ' in listed and " · granskas</p>" in listed
    assert "Truckskolan" not in client.get("/anordnare?status=vetted").text
    assert "Alla anordnare i registret" in client.get("/anordnare").text


def test_the_vetting_page_shows_every_group_with_who_checked_what(client, provider, user):
    client.submit(f"/anordnare/{provider.id}/granskning/tax", vat_result="remark", vat_note="Ansökan pågår")
    page = client.get(f"/anordnare/{provider.id}/granskning").text
    assert "Skatt och skulder" in page
    assert "Ansökan pågår" in page
    assert user.name in page


def test_a_failed_check_without_a_reason_is_asked_for_again(client, provider):
    answer = client.submit(f"/anordnare/{provider.id}/granskning/tax", vat_result="failed")
    assert answer.status_code == 422
    assert "Skriv varför" in answer.text


def test_a_provider_without_a_name_is_asked_for_again(client):
    answer = client.submit("/anordnare/ny", name="")
    assert answer.status_code == 422
    assert "Ange anordnarens namn." in answer.text


def test_a_form_sent_twice_makes_one_provider(client, scope):
    page = client.get("/anordnare/ny")
    sent = form_values(page.text) | {"name": "En gång"}
    first, second = client.post("/anordnare/ny", data=sent), client.post("/anordnare/ny", data=sent)
    assert first.location == second.location
    assert db.session.query(Provider).count() == 1


def test_an_edit_of_an_old_version_gets_the_conflict_page(client, provider):
    old = provider.version
    client.submit(f"/anordnare/{provider.id}/redigera", name="Först")
    late = client.submit(f"/anordnare/{provider.id}/redigera", name="Sedan", version=str(old))
    assert late.status_code == 409
    assert "Först" in late.text


def test_a_file_is_kept_with_the_provider(client, provider):
    answer = client.submit(f"/anordnare/{provider.id}/filer/ny", file=(io.BytesIO(b"%PDF intyg"), "intyg.pdf"))
    assert answer.status_code == 302
    assert "intyg.pdf" in client.get(answer.location).text


def test_the_number_of_a_person_never_comes_back_on_a_page(client, provider):
    number, page = "198112289874", f"/anordnare/{provider.id}/redigera"
    client.submit(page, organisation_number=number)
    shown = client.get(page).text
    assert number not in shown and "9874" not in shown and "Nytt personnummer" in shown

    client.submit(page, name="Svetsaren")
    assert (provider.name, provider.organisation_number) == ("Svetsaren", number)
    refused = client.submit(page, new_number="198112289875")
    assert refused.status_code == 422 and provider.organisation_number == number
    client.submit(page, new_number="5299236900")
    assert form_values(client.get(page).text)["organisation_number"] == "5299236900"


def test_a_reader_sees_but_may_not_change(client_for, provider):
    reader = client_for(Role.READER)
    page = reader.get(f"/anordnare/{provider.id}")
    assert page.status_code == 200
    assert "Redigera" not in page.text
    for path in (
        "/anordnare/ny",
        f"/anordnare/{provider.id}/redigera",
        f"/anordnare/{provider.id}/granskning/tax",
    ):
        assert reader.get(path).status_code == 403


def test_an_unknown_and_a_foreign_provider_give_the_same_answer(client, app):
    other = general.organisation()
    colleague = general.user(organisation=other)
    with access.acting_in(other.id):
        foreign = factories.provider(by=colleague, name="hemligt-anordnaren").id
    for provider_id in (foreign, foreign + 1000):
        for path in ("", "/redigera", "/granskning", "/granskning/tax", "/utbud/ny", "/filer/ny"):
            assert client.get(f"/anordnare/{provider_id}{path}").status_code == 404
    assert "hemligt-" not in client.get("/anordnare").text


def test_an_unknown_group_does_not_exist(client, provider):
    assert client.get(f"/anordnare/{provider.id}/granskning/horoskop").status_code == 404


def test_a_check_says_when_it_was_made(client, provider, scope):
    client.submit(f"/anordnare/{provider.id}/granskning/identity", registered_result="approved")
    (check,) = db.session.query(VettingCheck).all()
    assert (check.item_id, check.checked_on) == ("registered", clock.today())


def test_a_program_is_not_taken_as_a_paper_and_the_page_says_what_is(client, provider):
    answer = client.submit(f"/anordnare/{provider.id}/filer/ny", file=(io.BytesIO(b"MZ\x90\x00"), "intyg.exe"))
    assert answer.status_code == 422
    assert "Det här tas emot: PDF, Word" in answer.text


def test_the_register_offers_the_kinds_and_languages_that_there_are_with_counts_and_keeps_what_was_chosen(
    client, provider, user
):
    client.submit(f"/anordnare/{provider.id}/redigera", kind="folkhogskola")
    factories.offering(provider, by=user, languages=["sv", "ar"], modes=["on_site", "distance"], reach_km=30)

    page = client.get("/anordnare?kind=folkhogskola&language=ar&place=1280").text
    assert "Folkhögskola (1)" in page and "Arabiska (1)" in page and "Komvux" not in page
    assert "1 anordnare" in page and "alla kan be att få bli granskade" in page
    assert '<p class="filter-sentence">Anordnare folkhögskola · på arabiska · i Malmö</p>' in page
    shown = client.get(f"/anordnare/{provider.id}").text
    assert "Svenska, Arabiska" in shown and "Flen och 30 km därifrån; hela landet på distans" in shown
    assert client.get("/anordnare?kind=horoskop").status_code == 200
