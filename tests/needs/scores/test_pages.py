"""The scorecard of a provider: what it shows, who reads texts first, what is replied, what opens a vetting."""

from datetime import timedelta

import pytest

from broker import clock
from broker.access import Role
from broker.extensions import db
from broker.mail import OutgoingMail
from broker.needs.evaluations.models import EvaluationText, ScoreLevel, TextState
from broker.needs.scores.models import ScoreReply
from broker.needs.scores.reopening import look_at_scores
from broker.providers import queries as providers
from broker.providers import service as register
from broker.providers.hearings import queries as hearings
from broker.providers.hearings import service
from broker.providers.hearings.standing import Outcome
from broker.providers.service import Finding
from tests.client import form_values


@pytest.fixture
def vetter(client_for):
    return client_for(Role.PROCURER)


@pytest.fixture
def card(provider):
    return f"/anordnare/{provider.id}/omdomen"


@pytest.fixture
def reopened(score, provider):
    """Give the steps that low scores have led to, once they have been looked at."""

    def look():
        look_at_scores(provider.id)
        db.session.commit()
        return [step for step in hearings.list_steps(provider) if step.item_ids == "eval_reaction"]

    return look


def status(provider):
    return providers.status_of(provider, today=clock.today()).id


def test_the_card_shows_every_level_its_spread_and_where_a_provider_is_chosen_one_line(
    client, user, score, card, provider, teach
):
    score(0, 0, 2, 3, 5, months_ago=8)
    score(0, 1, 1, 3, 5)
    score(0, 0, 0, 1, 1, level=ScoreLevel.RESULT, is_by_company=True)

    page = client.get(card)
    for words in (
        "Omdöme, enligt deltagarna",
        "5 av 5: 10 svar, 50 %",
        "Resultat i företaget, enligt företagen",
        "ingen rangordning",
        "Senast räknad ",
        "Bara snitt av minst 5 svar räknas",
        "Omdöme, enligt deltagarna: 4,3 (10 svar)",
    ):
        assert words in page.text
    assert "Deltagarnas omdöme: 4,3 av 5, 20 svar, 2 utbildningar." in client.get(f"/anordnare/{provider.id}").text


def test_a_text_is_seen_by_nobody_until_it_is_read_and_only_struck_in(client_for, vetter, teach, ask, answer, card):
    client = client_for(Role.READER)
    first, second = ask(teach())
    for link in (first, second):
        for _person in range(3):
            answer(link, 4, text="Karin förklarade bra." if link is first else None)
    text = db.session.query(EvaluationText).first()
    url = f"/anordnare/omdomen/texter/{text.id}"
    assert client.get(url).status_code == 403 and "Karin förklarade" not in client.get(card).text
    assert "3 texter om utbildningar att läsa" in vetter.get("/").text
    assert vetter.get("/anordnare/omdomen/att-lasa").text.count("Karin förklarade bra.") == 3

    changed = vetter.submit(url, shown="Läraren förklarade dåligt.", way="show")
    assert changed.status_code == 422 and "lämna resten som det är skrivet" in changed.text
    assert "Läraren förklarade dåligt." in changed.text
    assert vetter.submit(url, shown="[struket] förklarade bra.", way="").status_code == 422
    stale = form_values(vetter.get(url).text)
    assert vetter.submit(url, shown="[struket] förklarade bra.", way="show").status_code == 302
    assert "[struket] förklarade bra." in client.get(card).text
    assert vetter.post(url, data=stale | {"way": "hide"}).status_code == 409

    assert vetter.submit(url, way="hide").status_code == 302
    assert "förklarade" not in client.get(card).text


def test_a_provider_sees_its_own_card_over_its_link_and_its_reply_is_read_first(
    app, client, vetter, score, card, monkeypatch, provider
):
    score(0, 0, 2, 3, 5)
    wrong = vetter.submit(f"{card}/fraga", recipient="info@")
    assert wrong.status_code == 422 and "namn@exempel.se" in wrong.text
    sent = form_values(vetter.get(f"{card}/fraga").text)
    assert [vetter.post(f"{card}/fraga", data=sent).status_code for _time in range(2)] == [302, 302]
    reply = db.session.query(ScoreReply).one()
    letter = db.session.query(OutgoingMail).one()
    assert letter.recipient == "info@svets.example" and f"/omdomen/{reply.token}" in letter.body
    assert vetter.get(f"/anordnare/omdomen/svar/{reply.id}").status_code == 404

    visitor, url, now = app.test_client(), f"/omdomen/{reply.token}", clock.now
    page = visitor.get(url)
    assert "5 av 5: 5 svar, 50 %" in page.text and visitor.get("/omdomen/okand").status_code == 404

    def write(text):
        values = form_values(visitor.get(url).text) | {"text": text}
        with monkeypatch.context() as later:
            later.setattr(clock, "now", lambda: now() + timedelta(seconds=20))
            return visitor.post(url, data=values)

    assert write("").status_code == 422
    assert write("Vi har bytt lokal.").location.endswith("/tack")
    assert write("Vi har bytt lokal efter Pers förslag.").status_code == 302
    assert "bytt lokal" not in client.get(card).text
    read = f"/anordnare/omdomen/svar/{reply.id}"
    assert vetter.submit(read, shown="Vi har bytt lokal efter [struket] förslag.", way="show").status_code == 302
    assert "Vi har bytt lokal efter [struket] förslag." in client.get(card).text
    assert "Ert svar är läst" in visitor.get(url).text
    db.session.refresh(reply)
    assert reply.state is TextState.RELEASED
    with monkeypatch.context() as later:
        later.setattr(clock, "today", lambda: reply.open_until + timedelta(days=1))
        assert visitor.get(url).status_code == 410


def test_two_bad_trainings_open_the_vetting_once_and_nobody_is_refused_unheard(
    client, vetter, user, score, reopened, provider
):
    score(3, 2, 0, 0, 0)
    score(0, 5, 0, 5, 0, level=ScoreLevel.LEARNING)
    score(5, 0, 0, 0, 0, months_ago=30)
    score(1, 3, 1, 0, 1)
    assert reopened() == [] and status(provider) == "vetted"

    score(1, 2, 2, 0, 0)
    assert len(reopened()) == 1 and status(provider) == "in_review"
    text = reopened()[0].text
    assert "under 2,5 i 2 utbildningar" in text and "1,4 av 5, 5 svar" in text and "2,2 av 5, 5 svar" in text
    queue = vetter.get("/anordnare/att-granska").text
    assert "Låga omdömen efter flera utbildningar." in queue and f"/anordnare/{provider.id}/omdomen" in queue
    assert "Utvärderingarna" in client.get(f"/anordnare/{provider.id}/granskning").text

    with pytest.raises(service.StepRefusedError, match="fått yttra sig"):
        service.decide(provider, Outcome.REJECTED, reason="Dåligt.", conditions=None, valid_until=None, by=user)
    findings = [Finding("eval_reaction", "failed", note="Två utbildningar under 2,5.")]
    register.record_checks(provider, findings, checked_on=clock.today(), by=user)
    with pytest.raises(service.StepRefusedError, match="inte fått yttra sig"):
        service.decide(provider, Outcome.APPROVED, reason="Bra.", conditions=None, valid_until=None, by=user)
    day = clock.today() + timedelta(days=14)
    service.open_hearing(provider, found="Se omdömena.", recipient="info@svets.example", answer_by=day, by=user)
    assert status(provider) == "under_hearing"


def test_a_mean_of_just_the_limit_or_of_other_providers_opens_nothing(user, score, reopened, provider):
    score(0, 5, 5, 0, 0)
    score(0, 5, 5, 0, 0)
    assert reopened() == []
