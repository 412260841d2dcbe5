"""How offers are compared is settled before any is known; points have reasons; a person decides."""

import io
import threading

import pytest
from pypdf import PdfReader

from broker import access, database, files
from broker.access import Role
from broker.accounts.models import User
from broker.errors import RefusedError
from broker.extensions import db
from broker.procurement.offers import queries
from broker.procurement.offers.comparison import service
from broker.procurement.offers.evaluation import SheetModel
from broker.procurement.offers.models import PurchaseOffer, Standing
from broker.procurement.service import StepRefusedError
from tests import factories as general
from tests import factories_procurement as factories
from tests.client import form_values
from tests.conftest import signed_in_client

CRITERIA = {
    "model": "weighted",
    "participants": "12",
    "price_weight": "60",
    "criteria-0-name": "Lärarnas erfarenhet",
    "criteria-0-meaning": "0: ingen. 5: minst tio år i branschen.",
    "criteria-0-weight": "40",
}


@pytest.fixture
def asked(scope, user):
    return factories.purchase(by=user, state="request_sent", suppliers_asked=["1", "2"])


def test_criteria_are_settled_compared_kept_and_proposed(client, app, asked, user, organisation):
    vetted = factories.vetted_provider(by=user)
    url = f"/inkop/{asked.id}/jamforelse"
    wrong = client.submit(f"{url}/kriterier", **CRITERIA | {"price_weight": "50"})
    assert wrong.status_code == 422
    assert "tillsammans 90 %." in wrong.text and "minst tio år" in wrong.text
    assert client.submit(f"{url}/kriterier", **CRITERIA).status_code == 302
    assert "40 %" in client.get(url).text

    winner = factories.offer(asked, by=user, provider_id=vetted.id, fixed_price_ore=0, price_per_participant_ore=750000)
    factories.offer(asked, by=user, name="Dyra AB", fixed_price_ore=12_000_000)
    client.submit(f"/inkop/{asked.id}/steg/offers_in")
    assert client.get(f"{url}/kriterier").status_code == 422
    assert "behandlas anordnarna inte lika" in client.get(f"{url}/kriterier").text
    page = client.get(url).text
    assert "Poäng saknas" in page and "Kriterierna är låsta" in page

    sheet = queries.find_sheet(asked)
    names = [f"{name}_{sheet.criteria[0].id}" for name in ("points", "reason")]
    for offer, points in zip(queries.list_offers(asked), ("2", "3"), strict=True):
        path = f"/inkop/{asked.id}/offerter/{offer.id}/poang"
        assert client.submit(path, **{names[0]: points}).status_code == 422
        assert client.submit(path, **dict(zip(names, (points, f"Skäl {points}."), strict=True))).status_code == 302
    page = client.get(url).text
    assert "90\xa0000,00\xa0kr ÷ 120\xa0000,00\xa0kr × 60 = 45" in page
    assert "76 poäng" in page and "69 poäng" in page and f"{vetted.name} står först" in page
    assert f'<option selected value="{vetted.id}">' in client.get(f"/inkop/{asked.id}/steg/supplier_check").text
    assert winner.purchase.provider_id is None

    for _time in range(2):
        assert client.press(f"{url}/rapport").status_code == 302
    (paper,) = [row for row in files.list_attachments(asked) if row.kind == "evaluation_report"]
    text = "\n".join(page.extract_text() for page in PdfReader(files.path_of(paper.content_hash)).pages)
    assert "Lärarnas erfarenhet" in text and "Skäl 3." in text and "OSL 19 kap. 3 §" in text

    colleague = signed_in_client(app, general.user(organisation=organisation, roles=list(Role)))
    page = colleague.get(url).text
    assert "Lärarnas erfarenhet" in page
    assert "Dyra AB" not in page and "76 poäng" not in page and "Kriterierna är låsta" not in page
    assert colleague.press(f"{url}/rapport").status_code == 422
    assert "en offert är registrerad" not in colleague.get(f"{url}/kriterier").text


@pytest.mark.parametrize(
    ("model", "weight", "criteria", "sentence"),
    [
        (SheetModel.LOWEST_PRICE, 100, [("A", "b", 0, 0)], "inga kvalitetskriterier"),
        (SheetModel.DEDUCTION, 0, [("A", "b", 0, 0)], "värd i kronor"),
        (SheetModel.WEIGHTED, 100, [("A", "b", 0, 0)], "varje kriterium"),
        (SheetModel.WEIGHTED, 50, [("A", "", 50, 0)], "vad varje kriterium betyder"),
        (SheetModel.WEIGHTED, 50, [("A", "b", 25, 0), ("a", "b", 25, 0)], "heter lika"),
    ],
)
def test_criteria_that_cannot_be_are_refused(scope, user, asked, model, weight, criteria, sentence):
    rows = [service.Criterion(*row) for row in criteria]
    with pytest.raises(StepRefusedError, match=sentence):
        service.settle(asked, model, participants=12, price_weight=weight, criteria=rows, by=user)


def test_criteria_are_locked_by_the_last_moment_and_by_an_offer_that_was_withdrawn(scope, user):
    late = factories.purchase(by=user, state="request_sent", offer_deadline="2026-03-02T12:00:00+01:00")
    given = factories.purchase(by=user, state="request_sent")
    offer = factories.offer(given, by=user)
    factories.offers.judge_offer(offer, Standing.WITHDRAWN, "Drog sig ur.", by=user)
    decided = factories.purchase(by=user, state="direct_decided")
    for row, sentence in ((late, "sista tiden har gått ut"), (given, "är låsta"), (decided, "inte på några offerter")):
        with pytest.raises(RefusedError, match=sentence):
            service.settle(row, SheetModel.LOWEST_PRICE, participants=1, price_weight=100, criteria=[], by=user)


def test_an_assessor_gives_points_and_who_is_only_present_does_not(client, app, asked, user, organisation):
    client.submit(f"/inkop/{asked.id}/jamforelse/kriterier", **CRITERIA)
    offer = factories.offer(asked, by=user, name="Lernia")
    teacher = general.user(
        organisation=db.session.merge(asked).handler.memberships[0].organisation, roles=[Role.READER]
    )
    path = f"/inkop/{asked.id}/offerter/{offer.id}/poang"
    key = queries.find_sheet(asked).criteria[0].id
    sent = {f"points_{key}": "4", f"reason_{key}": "Gott om lärare."}
    for part, status in (("present", 422), ("assessor", 302)):
        client.submit(f"/inkop/{asked.id}/insyn", **{"present": [], "assessor": []} | {part: [str(teacher.id)]})
        assert signed_in_client(app, teacher).submit(path, **sent).status_code == status


def test_only_a_finished_comparison_is_kept(scope, user, asked):
    with pytest.raises(RefusedError, match="Inga kriterier"):
        service.keep_report(asked, by=user)
    service.settle(asked, SheetModel.LOWEST_PRICE, participants=3, price_weight=0, criteria=[], by=user)
    with pytest.raises(RefusedError, match="inte klar"):
        service.keep_report(asked, by=user)
    factories.offer(asked, by=user)
    service.keep_report(asked, by=user)
    db.session.commit()
    assert io.BytesIO(files.path_of(files.list_attachments(asked)[-1].content_hash).read_bytes()).read(4) == b"%PDF"


def test_what_full_marks_are_worth_is_shown_as_it_was_typed(client, asked):
    url = f"/inkop/{asked.id}/jamforelse/kriterier"
    sent = CRITERIA | {"model": "deduction", "price_weight": "", "criteria-0-weight": "", "criteria-0-worth": "50000"}
    client.submit(url, **sent)
    assert form_values(client.get(url).text)["criteria-0-worth"] == "50000"


def test_who_stands_first_is_proposed_also_when_the_last_points_of_two_come_at_once(app, scope, user, asked):
    criteria = [service.Criterion("Lärare", "0 till 5", 100)]
    sheet = service.settle(asked, SheetModel.WEIGHTED, participants=12, price_weight=0, criteria=criteria, by=user)
    winner = factories.provider(by=user)
    first = factories.offer(asked, by=user, provider_id=winner.id)
    second = factories.offer(asked, by=user, name="Lernia", number="5299304179")
    keys, key, left = (scope.id, user.id, second.id), sheet.criteria[0].id, []

    def give():
        with app.app_context(), database.writing(), access.acting_in(keys[0]):
            offer = db.session.get_one(PurchaseOffer, keys[2])
            service.give_points(offer, {key: service.Score(1, "Nya.")}, by=db.session.get_one(User, keys[1]))
            db.session.commit()
            left.append(offer.purchase.values["proposed_provider"])
            db.session.remove()

    service.give_points(first, {key: service.Score(5, "Erfarna.")}, by=user)
    thread = threading.Thread(target=give)
    thread.start()
    thread.join(timeout=0.7)
    assert not left
    db.session.commit()
    thread.join(timeout=20)
    assert left == [str(winner.id)]
