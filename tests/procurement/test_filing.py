"""The file for the registry: one PDF in order, a ZIP that is never whole in memory, and requests for the reasons."""

import hashlib
import io
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from broker import audit, clock, files
from broker.access import Role
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import countdown
from broker.procurement import queries, service
from broker.procurement.filing import archive
from broker.procurement.filing import service as filing
from broker.procurement.offers.comparison import service as comparison
from broker.procurement.offers.evaluation import SheetModel
from tests import factories as general
from tests import factories_frameworks as frameworks
from tests import factories_procurement as factories
from tests.conftest import signed_in_client

DECIDED = {
    "contracting_authority": "Bildningsnämnden",
    "diary_number": "BIN 2026/12",
    "subject": "Truckutbildning för tolv",
    "competition_method": "request_to_several",
    "award_reason": "Lägst jämförpris.",
    "decision_date": "2026-03-23",
    "contract_date": "2026-03-25",
}


@pytest.fixture
def decided(scope, user):
    """Give a direct award with two offers, a comparison, a paper with a Swedish name, and a decision."""
    provider = factories.vetted_provider(by=user, name="Svetsskolan Öst", organisation_number="5299304179")
    asked = factories.provider(by=user, name="Tillfrågad AB")
    row = factories.purchase(by=user, state="request_sent", **DECIDED, suppliers_asked=[str(asked.id)])
    comparison.settle(row, SheetModel.LOWEST_PRICE, participants=12, price_weight=0, criteria=[], by=user)
    factories.offer(row, by=user, provider_id=provider.id)
    factories.offer(row, by=user, name="Dyra AB", fixed_price_ore=30_000_000)
    for content in (b"%PDF 1", b"%PDF 2"):
        names = {"file_name": "Behov åäö: del.pdf", "media_type": "", "kind": "need_record"}
        files.attach(row, io.BytesIO(content), **names, by=user)
    row.values = row.values | {"chosen_provider": str(provider.id), "decision_maker": str(user.id)}
    service.note(row, service.Sentence("Steg"), service.Sentence("Ett skäl med åäö."), by=user)
    row.state = "contracted"
    db.session.commit()
    return row


def read(content):
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def test_the_zip_holds_the_file_and_every_paper_in_order_with_its_hash(client, decided, user):
    answer = client.press(f"/inkop/{decided.id}/akt/akt.zip")
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as found:
        assert found.testzip() is None
        names = found.namelist()
        contents = {name: found.read(name) for name in names}
    assert names == [
        "01_Akt.pdf",
        "02_Behovsbeskrivning_Behov åäö- del.pdf",
        "03_Behovsbeskrivning_Behov åäö- del.pdf",
    ]
    text = read(contents["01_Akt.pdf"])
    compact = text.replace(" ", "")
    for name in names[1:]:
        assert hashlib.sha256(contents[name]).hexdigest() in compact
    order = ["BIN 2026/12", "80530000-8", "Ett skäl med åäö.", "Tillfrågade anordnare", "Dyra AB", "Hur offerterna"]
    order += ["Lägst jämförpris.", "Tidsgräns", "Avtalsdatum", "Saknas i dokumentationen", "SHA-256"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "Sekretess" not in text and user.name in text and "Avtalstid till" in text
    events = [event.action for event in audit.history_of(queries.get_purchase(decided.id))]
    assert events[0] == "purchase:filed"


def test_the_page_says_what_is_missing_and_gives_the_notices_to_copy(client, decided):
    page = client.get(f"/inkop/{decided.id}/akt").text
    notice = page.partition('id="post_award_notice-text"')[2].partition("</textarea>")[0]
    assert "Vald anordnare: Svetsskolan Öst (529930-4179)" in notice
    assert "Inkomna offerter: 2. Fick inte avtalet: Dyra AB (529923-6900)" in notice
    assert "Saknas: NUTS-kod för leveransplatsen, Underleverantörer är sannolika." in page
    url = f"/inkop/{decided.id}/akt/annons"
    assert client.submit(url, nuts_code="Södermanland").status_code == 422
    assert client.submit(url, nuts_code="se122", subcontractors_likely="no", version="0").status_code == 409
    assert client.submit(url, nuts_code="se122", subcontractors_likely="no").status_code == 302
    completed = client.get(f"/inkop/{decided.id}/akt").text
    assert "NUTS-kod för leveransplatsen: SE122" in completed and "Underleverantörer är sannolika: Nej" in completed
    assert 'id="intent_notice-text"' in page
    missing = page.partition('id="saknas"')[2].partition("</section>")[0]
    assert "Avtalstid till" in missing and "Skäl för valet" not in missing


def test_while_offers_are_secret_the_file_is_marked_for_the_handler_and_without_them_for_others(
    client, app, decided, organisation
):
    files.attach(
        decided, io.BytesIO(b"%PDF x"), file_name="hemligt-anbud.pdf", media_type="", kind="offer", by=decided.handler
    )
    decided.state = "offers_in"
    db.session.commit()
    own = client.press(f"/inkop/{decided.id}/akt/akt.pdf").get_data()
    assert "OSL 19 kap. 3 §" in read(own) and "Dyra AB" in read(own) and "hemligt-anbud" in read(own)
    other = signed_in_client(app, general.user(organisation=organisation, roles=list(Role)))
    for path in ("akt.pdf", "akt.zip"):
        content = other.press(f"/inkop/{decided.id}/akt/{path}").get_data()
        if path == "akt.zip":
            with zipfile.ZipFile(io.BytesIO(content)) as found:
                assert len(found.namelist()) == 3
                content = found.read("01_Akt.pdf")
        text = read(content)
        for word in ("Dyra AB", "hemligt-anbud", "Svetsskolan Öst", "Lägst jämförpris.", "Ett skäl med åäö."):
            assert word not in text, word
        assert "utelämnade" in text
    page = other.get(f"/inkop/{decided.id}/akt").text
    assert "Dyra AB" not in page and "Svetsskolan Öst" not in page and "hemligt-anbud" not in page


def test_the_file_and_the_page_name_the_agreement_and_the_parts_of_the_value(client, scope, user):
    agreement = frameworks.framework(by=user)
    parts = [{"kind": "price", "text": "Kurs", "amount": "250000.50"}]
    row = factories.purchase(
        by=user, route_id="call_off_without_competition", framework=agreement.id, value_parts=parts
    )
    service.note(row, service.Sentence("Steg"), by=user)
    db.session.commit()
    content = read(client.press(f"/inkop/{row.id}/akt/akt.pdf").get_data())
    page = " ".join(client.get(f"/inkop/{row.id}").text.split())
    for text in (content, page):
        assert "Ramavtal Truck" in text and "Pris enligt avtalet: Kurs (250 000,50 kr)" in text


def test_nothing_is_filed_of_a_purchase_in_which_nothing_has_happened(client, scope, user):
    row = factories.purchase(by=user)
    answer = client.press(f"/inkop/{row.id}/akt/akt.pdf")
    assert answer.status_code == 422 and "inget att lämna till diariet" in answer.text
    assert "inget att lämna till diariet" in client.get(f"/inkop/{row.id}/akt").text


def test_a_paper_that_is_lost_is_said_before_anything_is_sent(client, decided):
    paper = files.list_attachments(decided)[0]
    files.path_of(paper.content_hash).unlink()
    answer = client.press(f"/inkop/{decided.id}/akt/akt.zip")
    assert answer.status_code == 422 and "saknas på servern" in answer.text


def test_the_zip_is_written_as_it_is_sent(tmp_path):
    block = 10 * 1024 * 1024
    large = tmp_path / "stor"
    with large.open("wb") as target:
        target.truncate(3 * block)
    papers = [("Offert: “Å/Ä”.pdf", large, clock.now()), ("x" * 300 + ".pdf", large, clock.now())]
    sizes, written = [], tmp_path / "akt.zip"
    with written.open("wb") as target:
        for part in archive.stream(b"%PDF", papers, written_at=clock.now()):
            sizes.append(len(part))
            target.write(part)
    assert max(sizes) < 1024 * 1024 < sum(sizes)
    with zipfile.ZipFile(written) as found:
        assert found.testzip() is None
        names = found.namelist()
    assert names[:2] == ["01_Akt.pdf", "02_Offert- “Å-Ä”.pdf"]
    assert names[2].endswith(".pdf") and len(Path(names[2]).name) <= 123


def test_a_request_for_reasons_has_its_last_day_until_it_is_answered(client, scope, user):
    row = factories.purchase(by=user, route_id="advertised_chapter_19", state="awarded")
    asked_on = clock.today() - timedelta(days=3)
    url = f"/inkop/{row.id}/begaran"
    assert client.submit(f"{url}/ny", asked_by="", received_on="2099-01-01").status_code == 422
    sent = {"asked_by": "Dyra AB", "received_on": asked_on.isoformat(), "token": "samma"}
    first, second = client.submit(f"{url}/ny", **sent), client.submit(f"{url}/ny", **sent)
    assert first.location == second.location
    page = client.get(f"/inkop/{row.id}").text
    assert "Upplysningar om skälen på begäran" in page
    upcoming = queries.list_upcoming_deadlines(clock.today(), 30)
    assert [(deadline[1], deadline[2] - asked_on >= timedelta(days=15)) for deadline in upcoming] == [
        ("Upplysningar om skälen på begäran", True)
    ]
    assert countdown(upcoming[0][2]) in page
    (request,) = filing.queries.list_requests(row)
    assert client.submit(f"{url}/{request.id}", answered_on="2020-01-01").status_code == 422
    assert client.submit(f"{url}/{request.id}", answered_on=clock.today().isoformat(), version="0").status_code == 409
    assert client.submit(f"{url}/{request.id}", answered_on=clock.today().isoformat()).status_code == 302
    db.session.expire_all()
    assert queries.list_upcoming_deadlines(clock.today(), 30) == []
    assert "Dyra AB" in client.get(f"/inkop/{row.id}/akt").text


def test_reasons_are_not_given_before_the_decision(scope, user):
    row = factories.purchase(by=user, route_id="advertised_chapter_19", state="evaluated")
    with pytest.raises(RefusedError, match="när beslutet är fattat"):
        filing.add_request(row, asked_by="A", received_on=date(2026, 3, 2), note=None, by=user)
