"""The pages of hearings and decisions, as people meet them."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from broker import clock
from broker.access import Role
from broker.extensions import db
from broker.providers.models import VettingCheck
from tests import factories_procurement as factories


@pytest.fixture
def provider(scope, user):
    return factories.vetted_provider(by=user, email="info@svets.example")


def test_a_provider_goes_from_a_failed_check_to_a_decision(client, provider):
    home = f"/anordnare/{provider.id}"
    client.submit(f"{home}/granskning/tax", tax_debt_result="failed", tax_debt_note="Restförd skuld")
    page = client.get(f"{home}/granskning").text
    assert "Låt anordnaren yttra sig" in page
    letter = client.get(f"{home}/yttrande/nytt").text
    assert "Restförd skuld" in letter
    assert "info@svets.example" in letter
    assert client.submit(f"{home}/yttrande/nytt").status_code == 302
    early = client.submit(f"{home}/beslut/nytt", outcome="rejected", reason="Skulder.")
    assert early.status_code == 422
    assert "Vänta på anordnarens svar" in early.text
    assert "Skulder." in early.text
    client.submit(f"{home}/yttrande/svar", text="Skulden är betald.")
    client.submit(f"{home}/yttrande/bedomning", cure="enough", text="Kvitto visat.")
    client.submit(f"{home}/beslut/nytt", outcome="with_conditions", reason="Betald.", conditions="Ny kontroll i maj.")
    page = client.get(f"{home}/granskning").text
    for words in ("Beslut: Godkänd på villkor", "Ny kontroll i maj.", "Skulden är betald.", "Kvalitetssäkrad med"):
        assert words in page


def test_a_step_that_cannot_be_taken_says_why_and_keeps_what_was_written(client, provider):
    answer = client.submit(f"/anordnare/{provider.id}/yttrande/svar", text="Vi har betalat.")
    assert answer.status_code == 422
    assert "Inget yttrande är öppet" in answer.text
    assert "Vi har betalat." in answer.text


def test_about_crimes_the_pages_ask_for_no_words(client, provider):
    client.submit(f"/anordnare/{provider.id}/granskning/exclusion", crimes_result="failed")
    page = client.get(f"/anordnare/{provider.id}/yttrande/nytt").text
    assert 'name="found"' not in page
    assert "Då sparas inga ord" in page
    assert "Spara aldrig utdrag" in client.get(f"/anordnare/{provider.id}/granskning/exclusion").text


def test_equivalent_proof_needs_its_reason_and_is_shown(client, provider):
    url = f"/anordnare/{provider.id}/granskning/quality"
    sent = {"quality_system_result": "approved", "quality_system_equivalent": "y"}
    assert "likvärdigt" in client.submit(url, **sent, follow_redirects=False).text
    assert client.submit(url, **sent, quality_system_note="Egen handbok, reviderad årligen").status_code == 302
    assert "Likvärdigt bevis:" in client.get(f"/anordnare/{provider.id}/granskning").text


def test_a_past_day_is_asked_for_on_the_page(client, provider):
    provider.created_at -= timedelta(days=40)
    for check in db.session.query(VettingCheck):
        check.created_at -= timedelta(days=30)
    db.session.commit()
    client.submit(f"/anordnare/{provider.id}/handelse/ny", text="Ny ägare")
    url = f"/anordnare/{provider.id}/granskning"
    assert "öppnades på nytt" in client.get(url).text
    past = client.get(f"{url}?dag={clock.today() - timedelta(days=1)}").text
    assert "Så här stod granskningen den" in past
    assert "öppnades på nytt" not in past
    assert "Anteckna kontroller" not in past
    for day, words in (("1999-01-01", "lades till"), ("2199-01-01", "framtiden"), ("igår", "Skriv datumet")):
        assert words in client.get(f"{url}?dag={day}").text


def test_the_vetting_is_downloaded_without_what_somebody_may_have_been_named_in(client, provider):
    home = f"/anordnare/{provider.id}"
    client.submit(f"{home}/granskning/tax", tax_debt_result="failed", tax_debt_note="hemligt-not om Kim")
    client.submit(f"{home}/yttrande/nytt")
    client.submit(f"{home}/yttrande/svar", text="hemligt-svar från Kim")
    client.submit(f"{home}/yttrande/bedomning", cure="enough", text="hemligt-bedömning")
    client.submit(f"{home}/beslut/nytt", outcome="approved", reason="Skulden är betald.")
    client.submit(f"{home}/handelse/ny", text="hemligt-ägare Kim")
    answer = client.get(f"{home}/granskning.pdf")
    assert answer.content_type == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.data))
    text = " ".join("\n".join(page.extract_text() for page in reader.pages).split())
    for words in ("Granskning av Svetsskolan i Flen", "Beslut: Godkänd", "Skulden är betald.", "LOU 13 kap. 2 §"):
        assert words in text
    assert "hemligt-" not in text
    assert "svets.example" not in text
    root = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("sv-SE", True)
    assert answer.data == client.get(f"{home}/granskning.pdf").data


def test_what_waits_has_its_next_step_in_the_queue_and_stands_on_the_start_page(client, client_for, provider):
    assert "Inget att granska just nu." in client.get("/anordnare/att-granska").text
    client.submit(f"/anordnare/{provider.id}/granskning/tax", tax_debt_result="failed", tax_debt_note="Skuld")
    queue = client.get("/anordnare/att-granska").text
    assert f'href="/anordnare/{provider.id}/yttrande/nytt"' in queue
    assert "1 anordnare att granska" in client.get("/").text
    assert "yttrande/nytt" not in client_for(Role.READER).get("/anordnare/att-granska").text
