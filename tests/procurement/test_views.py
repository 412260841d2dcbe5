"""The pages of purchases, as people meet them."""

import io
from datetime import timedelta

import pytest

from broker import clock, files
from broker.access import Role
from broker.extensions import db
from tests import factories as general
from tests import factories_procurement as factories
from tests.client import form_values


@pytest.fixture
def purchase(scope, user):
    return factories.purchase(by=user)


def test_the_history_says_from_where_to_where_a_purchase_was_moved(client, purchase):
    client.submit(
        f"/inkop/{purchase.id}/steg/need_confirmed",
        contracting_authority="Bildningsnämnden",
        paper_need_record=(io.BytesIO(b"%PDF behov"), "behov.pdf"),
    )
    history = client.get(f"/inkop/{purchase.id}").text.partition('id="historik"')[2]
    assert "Från Utkast till Behov bekräftat." in history


def test_a_program_is_not_taken_as_a_paper_of_a_purchase(client, purchase):
    answer = client.submit(
        f"/inkop/{purchase.id}/steg/need_confirmed",
        contracting_authority="Bildningsnämnden",
        paper_need_record=(io.BytesIO(b"MZ"), "behov.exe"),
    )
    assert answer.status_code == 422
    assert answer.text.count("Det här tas emot: PDF, Word") >= 1
    assert "Utkast" in client.get(f"/inkop/{purchase.id}").text


def test_a_step_form_asks_for_exactly_what_is_missing(client, purchase):
    names = set(form_values(client.get(f"/inkop/{purchase.id}/steg/need_confirmed").text))
    assert names == {"csrf_token", "acting", "version", "token", "subject", "contracting_authority", "step_note"}


def test_a_step_with_something_missing_says_what_and_keeps_the_rest(client, purchase):
    answer = client.submit(f"/inkop/{purchase.id}/steg/need_confirmed", subject="Truck för tolv")
    assert answer.status_code == 422
    assert "Fyll i: Upphandlande myndighet (nämnd)." in answer.text
    assert "Lägg till dokumentet: Behovsbeskrivning." in answer.text
    assert "Truck för tolv" in answer.text


def test_a_broken_guard_stands_above_the_form(client, scope, user):
    row = factories.purchase(by=user, state="need_confirmed")
    answer = client.submit(
        f"/inkop/{row.id}/steg/route_chosen",
        value_basis="contract_total",
        value_includes_options="yes",
        recurring="yes",
        similar_value_12m_sek="0",
        state_aid_checked="no",
    )
    assert answer.status_code == 422
    assert "Behovet är återkommande" in answer.text


def test_every_kind_of_field_goes_in_and_comes_out(client, scope, user):
    provider = factories.vetted_provider(by=user)
    row = factories.purchase(by=user, route_id="advertised_chapter_19", state="advertised")
    for chosen, price in (({"provider_id": str(provider.id)}, "240 000"), ({"bidder_name": "Lernia"}, "260 000")):
        number = {} if "provider_id" in chosen else {"organisation_number": "529923-6900"}
        sent = chosen | number | {"received_at": "2026-03-29T13:00", "fixed_price": price}
        assert client.submit(f"/inkop/{row.id}/offerter/ny", **sent).status_code == 302
    opened = client.submit(
        f"/inkop/{row.id}/steg/tenders_opened",
        tenders_opened="2026-03-30T13:00",
        opening_attendees=[str(user.id)],
        paper_opening_protocol=(io.BytesIO(b"%PDF protokoll"), "protokoll.pdf"),
    )
    assert opened.status_code == 302
    client.submit(f"/inkop/{row.id}/steg/supplier_check")
    evaluated = client.submit(
        f"/inkop/{row.id}/steg/evaluated",
        evaluation_result="Lägst pris vann.",
        chosen_provider=str(provider.id),
        paper_evaluation_report=(io.BytesIO(b"%PDF rapport"), "rapport.pdf"),
        paper_supplier_check=(io.BytesIO(b"%PDF kontroll"), "kontroll.pdf"),
    )
    assert evaluated.status_code == 302, evaluated.text
    page = client.get(f"/inkop/{row.id}").text
    lernia = "Lernia; 529923-6900; 260\xa0000,00\xa0kr per grupp"
    for shown in ("30 mars 2026 13:00", user.name, lernia, provider.name):
        assert shown in page


def test_a_loop_asks_for_the_fields_again_but_not_for_who_declined(client, scope, user):
    provider, second = factories.provider(by=user), factories.provider(by=user, name="Lernia")
    row = factories.purchase(
        by=user, route_id="call_off_without_competition", state="framework_checked", call_off_model="ranking"
    )
    client.submit(
        f"/inkop/{row.id}/steg/call_off_sent",
        chosen_provider=str(provider.id),
        ranking_position="1",
        paper_call_off_request=(io.BytesIO(b"%PDF avrop"), "avrop.pdf"),
    )
    client.submit(f"/inkop/{row.id}/steg/call_off_declined", step_note="Fullt i vår.")
    page = client.get(f"/inkop/{row.id}/steg/call_off_sent").text
    values = form_values(page)
    assert (values["chosen_provider"], values["ranking_position"]) == ("", "1")
    assert f'<option value="{second.id}"' in page
    assert f'<option value="{provider.id}"' not in page
    assert provider.name in client.get(f"/inkop/{row.id}").text.partition("Inte godtagna eller avböjda")[2]


@pytest.fixture
def secret_purchase(scope, user):
    provider = factories.vetted_provider(by=user, name="Hemliga skolan")
    row = factories.purchase(
        by=user, state="supplier_check", offers_received=["hemligt-anbud"], chosen_provider=str(provider.id)
    )
    files.attach(row, io.BytesIO(b"%PDF x"), file_name="hemligt-anbud.pdf", media_type="", kind="offer", by=user)
    files.attach(row, io.BytesIO(b"%PDF y"), file_name="behov.pdf", media_type="", kind="need_record", by=user)
    db.session.commit()
    return row


def test_offers_are_hidden_from_readers_until_the_decision(client_for, client, secret_purchase):
    reader = client_for(Role.READER)
    page = reader.get(f"/inkop/{secret_purchase.id}").text
    assert "hemligt-" not in page
    assert "Hemliga skolan" not in page
    assert "behov.pdf" in page
    assert "hemligt-anbud" in client.get(f"/inkop/{secret_purchase.id}").text
    secret_purchase.state = "direct_decided"
    db.session.commit()
    assert "hemligt-anbud" in reader.get(f"/inkop/{secret_purchase.id}").text


def test_the_file_of_a_secret_offer_is_not_handed_out_to_readers(client_for, client, secret_purchase):
    offer, need = files.list_attachments(secret_purchase)
    reader = client_for(Role.READER)
    assert reader.get(f"/filer/{offer.id}").status_code == 403
    for person, paper in ((reader, need), (client, offer)):
        with person.get(f"/filer/{paper.id}") as response:
            assert response.status_code == 200


def test_the_deadlines_stand_with_their_law(client, scope, user):
    row = factories.purchase(by=user, state="contracted", contract_date="2026-03-02", value_sek="900000")
    page = client.get(f"/inkop/{row.id}").text
    assert "1 apr. 2026" in page
    assert "LOU 19 a kap. 11 §" in page


def test_what_the_record_of_a_direct_award_lacks_is_seen(client, scope, user):
    direct = factories.purchase(by=user, contracting_authority="Bildningsnämnden")
    record = client.get(f"/inkop/{direct.id}").text.partition("Dokumentationen ska minst innehålla")[2]
    assert "Bildningsnämnden" in record
    assert record.count("Uppgift saknas") == 9
    advertised = factories.purchase(by=user, route_id="advertised_chapter_19")
    assert "Dokumentationen ska minst" not in client.get(f"/inkop/{advertised.id}").text


def test_a_route_is_changed_with_a_reason(client, purchase):
    refused = client.submit(f"/inkop/{purchase.id}/inkopsvag", route="exempt")
    assert refused.status_code == 422
    changed = client.submit(f"/inkop/{purchase.id}/inkopsvag", route="exempt", route_reason="Kommunens eget bolag.")
    assert changed.status_code == 302
    assert "Undantag (internt köp" in client.get(changed.location).text


def test_a_change_of_route_is_offered_only_while_it_can_be_made(client, scope, user):
    for state, is_offered in (("request_sent", True), ("offers_in", False), ("direct_decided", False)):
        row = factories.purchase(by=user, state=state)
        assert ("Byt inköpsväg" in client.get(f"/inkop/{row.id}").text) is is_offered


def test_a_step_sent_twice_is_taken_once(client, scope, user):
    row = factories.purchase(by=user, route_id="company_buys", state="providers_presented")
    url = f"/inkop/{row.id}/steg/company_deciding"
    sent = form_values(client.get(url).text)
    first, second = client.post(url, data=sent), client.post(url, data=sent)
    assert first.location == second.location == f"/inkop/{row.id}"


def test_two_people_who_take_a_step_get_the_conflict_page(client, scope, user):
    row = factories.purchase(by=user, route_id="company_buys", state="providers_presented")
    late = client.submit(f"/inkop/{row.id}/steg/company_deciding", version="0")
    assert late.status_code == 409


def test_a_reader_sees_but_may_not_act(client_for, purchase):
    reader = client_for(Role.READER, Role.BROKER)
    assert reader.get("/inkop").status_code == 200
    page = reader.get(f"/inkop/{purchase.id}")
    assert "Byt inköpsväg" not in page.text
    for path in ("nytt", f"{purchase.id}/steg/need_confirmed", f"{purchase.id}/inkopsvag"):
        assert reader.get(f"/inkop/{path}").status_code == 403


def test_an_unknown_and_a_foreign_purchase_give_the_same_answer(client, app):
    other = general.organisation()
    foreign = factories.purchase(by=general.user(organisation=other), organisation=other, title="hemligt-inköp").id
    for purchase_id in (foreign, foreign + 1000):
        for path in ("", "/steg/need_confirmed", "/inkopsvag"):
            assert client.get(f"/inkop/{purchase_id}{path}").status_code == 404
    assert "hemligt-" not in client.get("/inkop").text


def test_a_step_that_the_route_has_nowhere_does_not_exist(client, purchase):
    assert client.get(f"/inkop/{purchase.id}/steg/advertised").status_code == 404
    assert client.get(f"/inkop/{purchase.id}/steg/okant").status_code == 404


def test_a_step_that_somebody_else_took_keeps_the_text_of_the_second(client, scope, user):
    row = factories.purchase(by=user, route_id="company_buys", state="providers_presented")
    url = f"/inkop/{row.id}/steg/company_deciding"
    sent = form_values(client.get(url).text) | {"step_note": "Företaget vill ha svar på fredag."}
    client.submit(url)

    late = client.post(url, data=sent)

    assert late.status_code == 409
    assert "Företaget vill ha svar på fredag." in late.text
    assert "Anteckning om steget" in late.text
    assert f'href="/inkop/{row.id}"' in late.text


def test_a_step_that_somebody_else_took_shows_what_was_sent_by_labels(client, scope, user):
    provider = factories.vetted_provider(by=user)
    row = factories.purchase(by=user, route_id="advertised_chapter_19", state="evaluated")
    sent = {
        "evaluation_result": "Lägst pris.",
        "chosen_provider": str(provider.id),
        "tenders_opened": "2026-03-30T13:00",
    }

    late = client.press(f"/inkop/{row.id}/steg/evaluated", **sent)

    assert late.status_code == 409
    assert provider.name in late.text and "30 mars 2026 13:00" in late.text
    assert "2026-03-30T13:00" not in late.text


def test_going_back_to_a_step_that_is_taken_leads_on_to_the_purchase(client, scope, user):
    row = factories.purchase(by=user, route_id="company_buys", state="company_deciding")

    page = client.get(f"/inkop/{row.id}/steg/company_deciding")

    assert page.status_code == 409
    assert f'href="/inkop/{row.id}"' in page.text


def test_a_purchase_that_goes_on_notes_its_documentation_in_its_steps(client, purchase):
    response = client.submit(f"/inkop/{purchase.id}/dokumentation", documentation_done_date="2026-03-02")

    assert response.status_code == 422
    assert "väntar inte på någon dokumentation" in response.text


def test_the_name_of_a_route_ends_its_sentence_with_one_full_stop(client, scope, user):
    row = factories.purchase(by=user, route_id="advertised_chapter_19")

    page = client.get(f"/inkop/{row.id}").text

    assert "enligt 19 kap. Läge" in page
    assert ".." not in page.partition("<main")[2]


def test_going_on_with_a_check_that_has_expired_asks_for_the_reason_under_its_paragraph(client, scope, user):
    old = factories.vetted_provider(by=user, checked_on=clock.today() - timedelta(days=300))
    purchase = factories.purchase(by=user, state="supplier_check", chosen_provider=str(old.id))
    url = f"/inkop/{purchase.id}/steg/direct_decided"
    decision = {
        "award_reason": "Lägst pris.",
        "decision_date": "2026-03-09",
        "decision_maker": str(user.id),
        "delegation_ref": "4.2",
        "paper_supplier_check": (io.BytesIO(b"%PDF kontroll"), "kontroll.pdf"),
    }
    assert "Lagen tillåter det här (LOU 19 kap. 17 §; 19 a kap.)" in client.get(url).text
    assert client.submit(url, **decision).status_code == 422
    decision["paper_supplier_check"] = (io.BytesIO(b"%PDF kontroll"), "kontroll.pdf")
    assert client.submit(url, **decision, override_reason="Ny F-skattsedel är beställd.").status_code == 302
    assert "Skäl: Ny F-skattsedel är beställd." in client.get(f"/inkop/{purchase.id}").text
