"""A company reads what it promises, corrects it and signs it, on screen or on paper; the text is kept as shown."""

import hashlib
import io
from datetime import timedelta
from decimal import Decimal

import pytest

from broker import audit, clock
from broker.companies.models import Engagement, EngagementStatus
from broker.esf.chain import queries as chain
from broker.esf.commitments import queries, upkeep
from broker.esf.commitments.states import CommitmentState
from broker.extensions import db
from tests import factories, factories_esf
from tests.client import form_values
from tests.needs.confirmations.answers import letters

SIGNED = {"signer_name": "Åsa Exempel", "signer_role": "Vd", "may_sign": "y"}
AID = {"giver": "Tillväxtverket", "granted_on": "2025-05-02", "amount": "50 000", "currency": "kr"}


def as_row(place, **values):
    return {f"earlier-{place}-{name}": value for name, value in values.items()}


def standing_of(project, commitment):
    db.session.expire_all()
    return queries.get_standing(project, commitment.id)


def test_a_company_corrects_and_signs_and_the_text_is_kept_word_for_word(app, send, client, page, sheet, link, project):
    (letter,) = letters()
    url = f"/atagande/{link.token}"
    assert letter.recipient == "karin@ett.example" and url in letter.body and letter.reply_to
    visitor = app.test_client()
    assert "Karin" not in visitor.get(url).text

    led = send(url, women="5", staff="12", **as_row(0, **AID))
    assert led.location == f"{url}/underteckna"
    commitment = queries.get_commitment(project, link.commitment_id)
    assert commitment.women == 4, "nothing changes before somebody has signed"
    shown = visitor.get(led.location).text
    assert "Kvinnor: 5" in shown and "Tillväxtverket" in shown and "50\xa0000,00" in shown
    assert send(led.location, signer_name="Åsa Exempel", signer_role="Vd").status_code == 422

    assert send(led.location, **SIGNED).location.endswith("/tack")

    standing = standing_of(project, commitment)
    paper = standing.paper
    assert standing.state is CommitmentState.SIGNED_SCREEN and standing.commitment.women == 5
    assert standing.commitment.signed_on == standing.commitment.certificate_on == clock.today()
    assert [(row.giver, row.amount_kr, row.amount_eur) for row in standing.commitment.earlier_aid] == [
        ("Tillväxtverket", Decimal(50000), None)
    ]
    assert paper.text_hash == hashlib.sha256(paper.text.encode()).hexdigest() and "Kvinnor: 5" in paper.text
    assert "Texten är oförändrad" in client.get(f"{page}/papper/{paper.id}").text
    assert "Ange kursen för stödet från Tillväxtverket" in client.get(sheet).text
    assert "Åsa" not in str([event.facts for event in audit.history_of(commitment, shared=True)])
    assert paper.text_hash in visitor.get(f"{url}/tack").text
    assert len(letters()) > 1 and "Verkstad" not in "".join(row.body for row in letters()[1:])


def test_a_company_tells_its_turnover_in_kronor_and_the_text_says_both(app, send, link, project, commitment):
    commitment.turnover_eur = commitment.balance_eur = None
    db.session.commit()
    url = f"/atagande/{link.token}"
    assert form_values(app.test_client().get(url).text)["currency"] == "kr"

    led = send(url, turnover="12 100 000", balance="5 500 000,50")
    assert form_values(app.test_client().get(url).text)["turnover"] == "12100000"
    told = "Omsättning: 12\xa0100\xa0000,00\xa0kr, det är 1\xa0100\xa0000 euro med kursen 11 kronor för en euro"
    assert told in app.test_client().get(led.location).text
    send(led.location, **SIGNED)

    signed = standing_of(project, commitment).commitment
    assert (signed.turnover_eur, signed.balance_eur) == (Decimal(1_100_000), Decimal("500000.05"))


def test_without_a_rate_a_company_tells_its_turnover_in_euro(app, send, link, project):
    project.sek_per_eur = project.rate_on = project.rate_source = None
    db.session.commit()
    url = f"/atagande/{link.token}"

    assert form_values(app.test_client().get(url).text)["currency"] == "euro"
    refused = send(url, currency="kr", turnover="12 100 000")

    assert refused.status_code == 422 and 'value="12 100 000"' in refused.text


def test_what_was_told_in_kronor_is_shown_in_euro_once_the_rate_is_taken_away(app, send, link, project):
    url = f"/atagande/{link.token}"
    send(url, currency="kr", turnover="12 100 000")
    project.sek_per_eur = project.rate_on = project.rate_source = None
    db.session.commit()

    shown = form_values(app.test_client().get(url).text)

    assert (shown["currency"], shown["turnover"]) == ("euro", "1100000")


def test_what_changed_after_the_page_was_opened_is_read_again_before_it_is_signed(
    app, send, link, project, commitment, user
):
    url = f"/atagande/{link.token}/underteckna"
    old = form_values(app.test_client().get(url).text)["shown"]
    commitment.fee_kr = Decimal(9000)
    db.session.commit()

    refused = send(url, **SIGNED, shown=old)

    assert refused.status_code == 422 and "Läs texten igen" in refused.text and "9\xa0000,00" in refused.text
    assert standing_of(project, commitment).paper is None


def test_figures_that_change_after_the_signing_ask_for_a_new_one(send, client, page, sheet, link, project, commitment):
    send(f"/atagande/{link.token}/underteckna", **SIGNED)
    assert "Undertecknade siffror" in client.get(f"/projekt/{project.id}/kontroller").text
    client.submit(f"/projekt/{project.id}/ataganden/{commitment.id}", hours="600")

    assert standing_of(project, commitment).state is CommitmentState.CHANGED
    assert "Siffrorna har ändrats sedan företaget undertecknade" in client.get(sheet).text
    assert "Skicka åtagandet på nytt" in client.get(f"/projekt/{project.id}/kontroller").text
    assert "Stämmer inte längre (1)" in client.get(page).text

    client.submit(f"{page}/fraga")
    assert "en ny underskrift" in letters()[-1].body
    send(f"/atagande/{link.token}/underteckna", **SIGNED)
    assert standing_of(project, commitment).state is CommitmentState.SIGNED_SCREEN


def test_a_half_told_aid_and_a_personal_number_are_refused_and_nothing_is_lost(send, link):
    url = f"/atagande/{link.token}"
    rows = as_row(0, giver="Almi") | as_row(1, **AID, organisation_number="19121212-1212")

    refused = send(url, **rows, other_aid="Omställningsfonden", women="0", men="0")

    assert refused.status_code == 422
    for sentence in ("töm raden", "Skriv inget personnummer", "Deltar ingen"):
        assert sentence in refused.text
    assert 'value="Almi"' in refused.text and "Omställningsfonden" in refused.text


def test_a_link_ends_on_its_day_and_when_it_is_closed_or_replaced(app, client, page, sheet, link, monkeypatch):
    visitor, url, base = app.test_client(), f"/atagande/{link.token}", f"{page}/{link.commitment_id}"
    assert visitor.get("/atagande/okand").status_code == 404
    passed = client.submit(f"{base}/lank", open_until=str(clock.today() - timedelta(days=1)))
    assert passed.status_code == 422 and "inte har passerat" in passed.text
    client.submit(f"{base}/lank", open_until=str(clock.today()))
    tomorrow = clock.today() + timedelta(days=1)
    with monkeypatch.context() as later:
        later.setattr(clock, "today", lambda: tomorrow)
        assert visitor.get(url).status_code == visitor.get(f"{url}/underteckna").status_code == 410
        assert "Länken har gått ut" in client.get(page).text

    client.press(f"{base}/byt-lank", version=form_values(client.get(f"{base}/lank").text)["version"])
    assert visitor.get(url).status_code == 404
    db.session.refresh(link)
    assert visitor.get(f"/atagande/{link.token}").status_code == 200
    client.press(f"{base}/stang-lank", version=form_values(client.get(f"{base}/lank").text)["version"])
    assert visitor.get(f"/atagande/{link.token}").status_code == 410


def test_a_paper_signed_by_hand_is_printed_kept_and_withdrawn_after_an_export(client, page, sheet, project, commitment):
    base = f"{page}/{commitment.id}"
    assert client.get(f"{base}/atagande.pdf").data.startswith(b"%PDF")
    told = {"signer_name": "Bo Exempel", "signer_role": "Firmatecknare", "signed_on": str(clock.today())}
    program = (io.BytesIO(b"MZ"), "a.exe")
    assert client.submit(f"{base}/papper", **told, is_same="y", file=program).status_code == 422
    scan = (io.BytesIO(b"%PDF-1.4 underskrift"), "åtagande.pdf")
    assert client.submit(f"{base}/papper", **told, is_same="y", file=scan).status_code == 302
    paper = standing_of(project, commitment).paper
    assert client.get(f"{page}/papper/{paper.id}/fil").data == b"%PDF-1.4 underskrift"
    assert "Bo Exempel, Firmatecknare" in client.get(page).text
    factories_esf.worked_budget(project, factories.user(organisation=project.owner))
    assert client.press(f"/projekt/{project.id}/export").status_code == 302

    url = f"{page}/papper/{paper.id}/aterkalla"
    assert "har exporterats med det här åtagandet" in client.get(url).text
    early = client.submit(url, withdrawn_on="2020-01-01", reason="De har sålt verkstaden.")
    assert early.status_code == 422
    assert client.submit(url, withdrawn_on=str(clock.today()), reason="De har sålt verkstaden.").status_code == 302

    standing = standing_of(project, commitment)
    assert standing.state is CommitmentState.WITHDRAWN and standing.commitment.signed_on is None
    assert "De har sålt verkstaden" in client.get(sheet).text
    assert "stämmer inte längre" in client.get(f"/projekt/{project.id}/kontroller").text
    assert client.submit(url, withdrawn_on=str(clock.today()), reason="Igen").status_code in (409, 422)
    client.press(f"/projekt/{project.id}/export")
    assert "gjordes efter det att åtaganden återkallades" in client.get(f"/projekt/{project.id}/kontroller").text


def test_a_company_takes_its_commitment_back_itself_and_the_project_is_told(
    app, send, client, page, sheet, link, project, commitment, monkeypatch
):
    url, visitor, last = f"/atagande/{link.token}", app.test_client(), link.open_until
    assert visitor.get(f"{url}/aterkalla").status_code == 302, "there is nothing to take back"
    send(f"{url}/underteckna", **SIGNED)
    factories_esf.worked_budget(project, factories.user(organisation=project.owner))
    client.press(f"/projekt/{project.id}/export")
    signed = standing_of(project, commitment).paper
    told = SIGNED | {"reason": "Vi har sålt verkstaden."}
    assert send(f"{url}/aterkalla", signer_name="Åsa Exempel", signer_role="Vd", may_sign="y").status_code == 422
    other = send(f"{url}/aterkalla", **told, shown="0" * 64)
    assert other.status_code == 422 and "Vi har sålt verkstaden." in other.text
    with monkeypatch.context() as later:
        later.setattr(clock, "today", lambda: last + timedelta(days=1))
        assert f"{url}/tack" in visitor.get(url).text, "what is signed may be taken back after the last day"
    before = len(letters())

    assert send(f"{url}/aterkalla", **told).location.endswith("/tack")

    standing = standing_of(project, commitment)
    paper = standing.papers[0]
    assert standing.state is CommitmentState.WITHDRAWN and standing.commitment.signed_on is None
    assert (paper.withdrawn_on, paper.withdrawn_by_id) == (clock.today(), None)
    assert paper.withdrawal_hash == hashlib.sha256(paper.withdrawal_text.encode()).hexdigest()
    assert signed.text_hash in paper.withdrawal_text and "Vi har sålt verkstaden." in paper.withdrawal_text
    assert paper.withdrawal_hash in visitor.get(f"{url}/tack").text
    (letter,) = {(row.subject, row.body) for row in letters()[before:]}
    assert "återkallat" in letter[0] and "exporterats" in letter[1] and "verkstaden" not in letter[1]
    text = client.get(sheet).text
    assert "Vi har sålt verkstaden." in text and "Åsa Exempel, Vd, över länken" in text
    assert "har exporterats med det här åtagandet" in text and "Återkallade (1)" in client.get(page).text
    assert paper.withdrawal_hash in client.get(f"{page}/papper/{paper.id}").text
    assert "stämmer inte längre" in client.get(f"/projekt/{project.id}/kontroller").text
    with monkeypatch.context() as later:
        later.setattr(clock, "today", lambda: last - timedelta(days=1))
        upkeep.remind_unsigned()
    assert not any("Påminnelse" in row.subject for row in letters()[before:]), "who has withdrawn is left in peace"

    assert send(f"{url}/underteckna", **SIGNED).location.endswith("/tack")
    assert standing_of(project, commitment).state is CommitmentState.SIGNED_SCREEN


@pytest.mark.parametrize("why", ["signed", "protected", "declined"])
def test_reminders_go_out_by_themselves_but_not_to_those_who_chose_otherwise(
    why, send, link, project, commitment, scope, monkeypatch, app
):
    before = len(letters())
    real = clock.today()
    rules = queries.commitment_rules(real)
    later = [real + timedelta(days=rules.days_to_reminder), link.open_until - timedelta(days=1)]

    def run(day):
        with monkeypatch.context() as on:
            on.setattr(clock, "today", lambda: day)
            upkeep.remind_unsigned()
            upkeep.remind_unsigned()

    run(later[0])
    assert [row.recipient for row in letters()[before:]] == ["karin@ett.example"]
    if why == "signed":
        send(f"/atagande/{link.token}/underteckna", **SIGNED)
        before += sum("undertecknat" in row.subject for row in letters())
    elif why == "protected":
        link.person.is_protected = True
    else:
        factories.add(Engagement(company_id=commitment.company_id, status=EngagementStatus.DECLINED))
    db.session.commit()
    run(later[1])
    assert len(letters()) == before + 1


def test_the_last_reminder_says_that_the_link_closes(link, monkeypatch):
    last = link.open_until - timedelta(days=1)
    monkeypatch.setattr(clock, "today", lambda: last)
    upkeep.remind_unsigned()
    assert "slutar snart att fungera" in letters()[-1].body


def test_the_board_counts_and_opens_what_is_missing(client, page, link, project, commitment):
    text = client.get(page).text
    assert "Åtagande saknas (2)" in text and "Intyg saknas (2)" in text
    assert "Skickat" in text and "Inte skickat" in text
    shown = client.get(f"{page}?visa=klart").text
    assert commitment.company.name not in shown
    nothing = client.submit(f"{page}/fraga")
    assert nothing.status_code == 302, "the other company has nobody to write to, and its link is handed over"
    alone = client.submit(f"{page}/fraga?foretag={commitment.company_id}")
    assert alone.location.endswith(f"/{commitment.id}/foretagsblad#lank"), "where the link is that one hands over"


def test_a_company_that_also_teaches_is_told_with_what_to_do(client, page, sheet, project, commitment):
    activity = chain.list_activities(project)[0]
    activity.provider_name, activity.provider_number = "Annat namn", commitment.company.organisation_number
    db.session.commit()

    for url in (sheet, f"/projekt/{project.id}/kontroller", f"/projekt/{project.id}/aktorer"):
        assert "är utförare av" in client.get(url).text, url
