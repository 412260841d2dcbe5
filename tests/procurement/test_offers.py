"""Offers as rows, who sees them before the decision, and how the rules of the workflow know of them."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import text

from broker import access, audit, clock, files
from broker.access import Role
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import say
from broker.procurement import queries, service
from broker.procurement.offers import queries as offer_queries
from broker.procurement.offers import service as offers
from broker.procurement.offers.models import ReaderPart, Standing
from broker.procurement.service import Paper, StepRefusedError
from tests import factories as general
from tests import factories_procurement as factories
from tests.conftest import signed_in_client

CANARY = "hemligt-anbud"


@pytest.fixture
def colleague(organisation):
    """Give a colleague with every role, the administrator's too."""
    return general.user(organisation=organisation, roles=list(Role), name="Kollegan")


@pytest.fixture
def asked(scope, user):
    """Give a purchase that waits for offers, with one from a provider outside the register and its file."""
    row = factories.purchase(by=user, state="request_sent", suppliers_asked=["1", "2"])
    paper = Paper("", io.BytesIO(b"%PDF x"), f"{CANARY}.pdf", "application/pdf")
    factories.offer(row, by=user, name=f"{CANARY} AB", note=f"{CANARY} not", paper=paper)
    return row


def readable(client, row):
    """Give everything that a person reads of a purchase: its pages and its file."""
    paths = ("", "/offerter", "/steg/offers_in", "/steg/supplier_check", "/insyn", "/handlaggare", "/inkopsvag")
    pages = [client.get(f"/inkop/{row.id}{path}").text for path in paths]
    sent = client.press(f"/inkop/{row.id}/steg/route_chosen", offers_received="x", chosen_provider="1").text
    others = [client.get(path).text for path in ("/inkop", "/", "/rapporter", "/foretag?q=hemligt", "/jobb")]
    return "\n".join([*pages, sent, *others])


@pytest.mark.parametrize("state", ["request_sent", "offers_in", "supplier_check"])
def test_nobody_but_the_handler_and_whom_he_names_reads_an_offer(client, app, asked, user, colleague, state):
    asked.state = state
    asked.values = asked.values | {"award_reason": f"{CANARY} skäl", "evaluation_result": f"{CANARY} resultat"}
    service.note(asked, service.Sentence("Steg"), service.Sentence(f"{CANARY} anteckning"), by=user)
    db.session.commit()
    (paper,) = files.list_attachments(asked)
    other = signed_in_client(app, colleague)

    found = readable(other, asked)
    assert CANARY not in found
    assert "Offert registrerad" not in found and "Fil tillagd" not in found
    assert other.get(f"/inkop/{asked.id}/offerter").status_code == 422
    assert other.get(f"/filer/{paper.id}").status_code == 403
    assert CANARY in client.get(f"/inkop/{asked.id}/offerter").text

    client.submit(f"/inkop/{asked.id}/insyn", assessor=[str(colleague.id)])
    assert CANARY in other.get(f"/inkop/{asked.id}/offerter").text
    with other.get(f"/filer/{paper.id}") as response:
        assert response.status_code == 200
    assert "Kollegan bedömer offerterna" in other.get(f"/inkop/{asked.id}").text

    client.submit(f"/inkop/{asked.id}/insyn", assessor=[])
    assert CANARY not in readable(other, asked)

    asked.state = "direct_decided"
    db.session.commit()
    assert CANARY in other.get(f"/inkop/{asked.id}/offerter").text


def test_a_chosen_provider_is_told_to_other_features_once_it_is_decided(scope, user):
    provider = factories.vetted_provider(by=user)
    row = factories.purchase(by=user, state="request_sent", suppliers_asked=["1", "2"])
    factories.offer(row, by=user, provider_id=provider.id)
    service.take_step(row, "offers_in", values={}, by=user)
    service.take_step(row, "supplier_check", values={"chosen_provider": str(provider.id)}, note="Kan.", by=user)
    assert row.provider_id is None
    decision = {"award_reason": "Lägst.", "decision_date": clock.today().isoformat(), "decision_maker": str(user.id)}
    check = Paper("supplier_check", io.BytesIO(b"%PDF k"), "k.pdf", "application/pdf")
    service.take_step(row, "direct_decided", values=decision | {"delegation_ref": "4"}, papers=[check], by=user)
    assert row.provider_id == provider.id


def test_a_chosen_provider_that_withdraws_is_asked_for_anew(client, scope, user):
    provider = factories.vetted_provider(by=user)
    row = factories.purchase(by=user, state="request_sent", suppliers_asked=["1", "2"])
    offer = factories.offer(row, by=user, provider_id=provider.id)
    factories.offer(row, by=user, name="Lernia")
    service.take_step(row, "offers_in", values={}, by=user)
    service.take_step(row, "supplier_check", values={"chosen_provider": str(provider.id)}, note="Kan.", by=user)
    db.session.commit()
    assert 'name="chosen_provider"' not in client.get(f"/inkop/{row.id}/steg/direct_decided").text
    offers.judge_offer(offer, Standing.WITHDRAWN, "Drog sig ur.", by=user)
    db.session.commit()
    assert 'name="chosen_provider"' in client.get(f"/inkop/{row.id}/steg/direct_decided").text


def test_the_rules_know_the_offers_by_their_rows(scope, user):
    provider, second = factories.vetted_provider(by=user), factories.vetted_provider(by=user, name="Lernia")
    row = factories.purchase(by=user, state="request_sent", suppliers_asked=["1", "2"])
    with pytest.raises(StepRefusedError, match="Registrera offerterna först"):
        service.take_step(row, "offers_in", values={}, by=user)
    first = factories.offer(row, by=user, provider_id=provider.id, price_per_participant_ore=1_000)
    late = factories.offer(row, by=user, provider_id=second.id, fixed_price_ore=1)
    offers.judge_offer(late, Standing.LATE, "Kom dagen efter.", by=user)
    expected = [
        f"{provider.name}; 240\xa0000,00\xa0kr per grupp och 10,00\xa0kr per deltagare",
        "Lernia; 0,01\xa0kr per grupp; Kom in för sent",
    ]
    assert row.values["offers_received"] == expected
    service.take_step(row, "offers_in", values={}, by=user)
    with pytest.raises(StepRefusedError, match="Lernia har ingen offert som jämförs"):
        service.take_step(row, "supplier_check", values={"chosen_provider": str(second.id)}, note="Kan.", by=user)
    offers.judge_offer(first, Standing.WITHDRAWN, "Anbudsgivaren drog sig ur.", by=user)
    assert row.values["offers_received"] == expected[1:]


def test_an_offer_after_the_last_moment_is_kept_and_marked(scope, user):
    closed = clock.now() - timedelta(hours=2)
    row = factories.purchase(by=user, state="request_sent", offer_deadline=closed.isoformat())
    in_time = factories.offer(row, by=user, received_at=closed)
    late = factories.offer(row, by=user, name="Sen AB", number="5299304179", received_at=closed + timedelta(minutes=1))
    assert (in_time.standing, late.standing) == (Standing.VALID, Standing.LATE)
    assert "Sista tiden var" in say(late.standing_reason)


@pytest.mark.parametrize(
    ("route_id", "state", "name", "is_early"),
    [
        ("advertised_eu", "advertised", "tender_deadline", True),
        ("call_off_mini_competition", "call_off_sent", "offer_deadline", True),
        ("direct_award", "request_sent", "offer_deadline", False),
    ],
)
def test_no_offer_is_opened_before_the_last_moment_where_the_law_says_so(scope, user, route_id, state, name, is_early):
    in_an_hour = (clock.now() + timedelta(hours=1)).isoformat()
    row = factories.purchase(by=user, route_id=route_id, state=state, **{name: in_an_hour})
    if is_early:
        with pytest.raises(StepRefusedError, match="får inte öppnas förrän"):
            factories.offer(row, by=user)
        row.values = row.values | {name: (clock.now() - timedelta(minutes=1)).isoformat()}
        db.session.commit()
    factories.offer(row, by=user, received_at=clock.now() - timedelta(hours=1))
    assert len(row.values["offers_received"]) == 1


def test_an_offer_whose_moment_is_corrected_past_the_last_one_is_not_compared_any_more(scope, user):
    closed = clock.now() - timedelta(hours=2)
    row = factories.purchase(by=user, state="request_sent", offer_deadline=closed.isoformat())
    offer = factories.offer(row, by=user, received_at=closed)
    names = ("provider_id", "bidder_name", "organisation_number", "fixed_price_ore", "price_per_participant_ore")
    known = {name: getattr(offer, name) for name in names} | {"valid_to": None, "note": None}
    offers.edit_offer(offer, known | {"received_at": closed, "note": "Rättad"}, by=user)
    assert offer.standing is Standing.VALID
    offers.edit_offer(offer, known | {"received_at": closed + timedelta(minutes=1)}, by=user)
    assert offer.standing is Standing.LATE and "Sista tiden var" in say(offer.standing_reason)
    assert row.values["standing_offers"] == []


def test_an_offer_that_cannot_be_is_refused_with_what_to_do(client, scope, user, asked):
    url = f"/inkop/{asked.id}/offerter/ny"
    tomorrow = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    answer = client.submit(url, received_at=tomorrow, note="Behåll mig")
    assert answer.status_code == 422
    for sentence in ("Välj anordnaren i registret, eller", "Ange priset", "inte ligger i framtiden", "Behåll mig"):
        assert sentence in answer.text
    twice = {"bidder_name": f"{CANARY.upper()} ab", "organisation_number": "529930-4179", "price": "5"}
    answer = client.submit(url, received_at="2026-03-02T12:00", **twice)
    assert "har redan en offert som jämförs" in answer.text
    assert client.submit(url, received_at="2026-03-02T12:00", price="mycket").status_code == 422
    expired = {"bidder_name": "Ny AB", "organisation_number": "556677-8899", "price": "5", "valid_to": "2026-03-01"}
    assert "gällde inte när den kom in" in client.submit(url, received_at="2026-03-02T12:00", **expired).text


def test_a_file_that_came_with_a_refused_form_is_asked_for_again_by_name(client, asked):
    url = f"/inkop/{asked.id}/offerter/ny"
    assert "Välj filen igen" not in client.submit(url, price="5").text
    for sent in ({"price": "mycket", "received_at": "2026-03-02T12:00"}, {"received_at": "2026-03-02T12:00"}):
        answer = client.submit(url, file=(io.BytesIO(b"%PDF"), "offert ådal.pdf"), **sent)
        assert answer.status_code == 422
        assert 'id="file-igen">Välj filen igen: offert ådal.pdf</p>' in answer.text
        assert 'aria-describedby="file-hjalp file-igen"' in answer.text


def test_offers_are_registered_only_between_request_and_decision(scope, user):
    for state in ("draft", "direct_decided", "cancelled"):
        row = factories.purchase(by=user, state=state)
        with pytest.raises(RefusedError, match="tills beslutet är fattat"):
            factories.offer(row, by=user)


def test_an_offer_sent_twice_is_registered_once_and_one_edited_meanwhile_conflicts(client, asked):
    url = f"/inkop/{asked.id}/offerter"
    data = {"bidder_name": "Lernia", "organisation_number": "529930-4179", "received_at": "2026-03-02T12:00"}
    first = client.submit(f"{url}/ny", token="samma", price="100", **data)
    second = client.submit(f"{url}/ny", token="samma", price="100", **data)
    assert first.location == second.location
    with access.acting_in(asked.organisation_id):
        lernia = next(row for row in offer_queries.list_offers(asked) if row.bidder_name == "Lernia")
        assert len(offer_queries.list_offers(asked)) == 2
    assert client.submit(f"{url}/{lernia.id}", price="90", version="0").status_code == 409
    assert client.submit(f"{url}/{lernia.id}", price="90").status_code == 302
    assert client.submit(f"{url}/{lernia.id}/lage", standing="not_accepted", reason="").status_code == 422
    assert client.submit(f"{url}/{lernia.id}/lage", standing="not_accepted", reason="Saknar lärare.").status_code == 302
    page = client.get(url).text
    assert "90,00\xa0kr per deltagare" in page or "Antalet deltagare är inte känt" in page
    assert "Saknar lärare." in page


def test_an_offer_that_costs_nothing_is_corrected_without_typing_its_price_anew(client, user, asked):
    free = factories.offer(asked, by=user, name="Lernia", number="5299304179", fixed_price_ore=0)
    url = f"/inkop/{asked.id}/offerter/{free.id}"
    assert client.submit(url, note="Rättad").status_code == 302


def test_old_lines_of_text_stay_readable_beside_rows(client, scope, user):
    row = factories.purchase(by=user, state="offers_in", offers_received=["Svetsskolan; 240 000"])
    assert "Svetsskolan; 240 000" in client.get(f"/inkop/{row.id}/offerter").text
    assert 'name="offers_received"' in client.get(f"/inkop/{row.id}/steg/supplier_check").text
    factories.offer(row, by=user, name="Lernia")
    assert "Svetsskolan; 240 000" in client.get(f"/inkop/{row.id}/offerter").text
    assert 'name="offers_received"' not in client.get(f"/inkop/{row.id}/steg/supplier_check").text
    assert len(queries.get_purchase(row.id).values["offers_received"]) == 1


def test_only_the_handler_hands_over_while_offers_can_be_in(app, client, scope, user, asked, colleague, organisation):
    reader = general.user(organisation=organisation, roles=[Role.READER])
    with pytest.raises(RefusedError, match="bara"):
        offers.hand_over(asked, colleague, by=colleague)
    with pytest.raises(RefusedError, match="upphandlare"):
        offers.hand_over(asked, reader, by=user)
    with pytest.raises(RefusedError, match="bestämmer vilka"):
        offers.name_readers(asked, {colleague.id: ReaderPart.PRESENT}, by=colleague)
    assert client.submit(f"/inkop/{asked.id}/handlaggare", handler_id=str(colleague.id)).status_code == 302
    assert client.get(f"/inkop/{asked.id}/offerter").status_code == 422
    page = signed_in_client(app, colleague).get(f"/inkop/{asked.id}").text
    assert f"Handläggare: Kollegan efter {user.name}" in page
    assert audit.history_of(asked)[0].action == "purchase:handed_over"


def test_a_colleague_does_not_take_over_where_every_offer_is_withdrawn_but_still_there_to_read(
    scope, user, asked, colleague
):
    (offer,) = offer_queries.list_offers(asked)
    offers.judge_offer(offer, Standing.WITHDRAWN, "Drog sig ur.", by=user)
    service.take_step(asked, "direct_preparing", values={}, by=user)
    with pytest.raises(RefusedError, match="bara"):
        offers.hand_over(asked, colleague, by=colleague)


def test_a_colleague_takes_over_from_who_makes_no_purchases_any_more(scope, organisation, colleague):
    gone = general.user(organisation=organisation, roles=[Role.READER])
    row = factories.purchase(by=gone, state="offers_in")
    offers.hand_over(row, colleague, by=colleague)
    assert row.handler is colleague


def test_the_log_of_a_purchase_cannot_be_rewritten(scope, user):
    row = factories.purchase(by=user)
    row.steps[0].note = service.Sentence("Annat skäl")
    with pytest.raises(RuntimeError, match="never changed"):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("database_app", ["postgresql"], indirect=True)
def test_the_database_hides_the_offers_of_others(app, asked):
    db.session.rollback()
    with access.acting_in(general.organisation().id):
        assert db.session.execute(text("select count(*) from purchase_offer")).scalar() == 0
        db.session.rollback()
