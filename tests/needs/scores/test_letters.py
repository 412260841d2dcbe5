"""Letters about evaluations go out by themselves: the day after, three months after, and one reminder."""

from datetime import timedelta

import pytest

from broker import clock
from broker.clock import add_months
from broker.extensions import db
from broker.mail import OutgoingMail
from broker.needs.evaluations import queries, upkeep
from broker.needs.evaluations.models import FormKind, ScoreLevel, TrainingScore
from tests.client import form_values


@pytest.fixture
def on(monkeypatch):
    """Let the upkeep run on a day to come."""
    today = clock.today()

    def run(day=today):
        with monkeypatch.context() as later:
            later.setattr(clock, "today", lambda: day)
            upkeep.send_due()
            upkeep.send_due()
        return list(db.session.query(OutgoingMail).order_by(OutgoingMail.id))

    return run


def kinds(cohort):
    return [link.evaluation.kind for link in queries.list_links(cohort.id)]


def test_the_day_after_it_was_noted_who_came_the_link_goes_out_and_one_reminder_follows(on, teach):
    cohort, today = teach(), clock.today()
    assert on() == [] and kinds(cohort) == []

    letters = on(today + timedelta(days=1))
    assert kinds(cohort) == [FormKind.DIRECT, FormKind.DIRECT]
    assert [letter.recipient for letter in letters] == ["karin@ett.example"]
    assert "/utvardera/" in letters[0].body and "Skicka länken vidare" in letters[0].body
    assert len(on(today + timedelta(days=7))) == 1
    letters = on(today + timedelta(days=8))
    assert len(letters) == 2 and letters[1].subject.startswith("Påminnelse: Hur blev")
    assert len(on(today + timedelta(days=9))) == 2


def test_what_was_noted_long_ago_is_not_asked_about_by_itself(on, teach):
    cohort = teach()

    assert on(clock.today() + timedelta(days=16)) == [] and kinds(cohort) == []


def test_three_months_after_company_and_people_are_asked_in_one_letter(app, on, teach, monkeypatch):
    cohort = teach()
    day = add_months(cohort.ends_on, 3)
    assert on(day - timedelta(days=1)) == []

    letters = on(day)
    assert len(letters) == 1 and letters[0].body.count("/utvardera/") == 2
    assert "Det svaret är inte anonymt." in letters[0].body and letters[0].subject.startswith("Vad blev det")
    assert sorted(set(kinds(cohort))) == [FormKind.COMPANY, FormKind.LATER]
    link = next(row.evaluation for row in queries.list_links(cohort.id, FormKind.COMPANY) if row.evaluation.sent_on)
    visitor, url, now = app.test_client(), f"/utvardera/{link.token}", clock.now
    with monkeypatch.context() as later:
        later.setattr(clock, "today", lambda: day)
        page = visitor.get(url).text
        assert "Svaret är inte anonymt" in page and "Exempel Ett AB" in page
        values = form_values(page) | {"fraga_change": "4", "fraga_effect": "3", "fraga_gave": "Färre fel."}
        later.setattr(clock, "now", lambda: now() + timedelta(seconds=20))
        assert visitor.post(url, data=values).status_code == 302
        assert visitor.get(url).status_code == 410
    found = {row.level: (row.is_by_company, row.counts) for row in db.session.query(TrainingScore)}
    assert found == {ScoreLevel.BEHAVIOUR: (True, [0, 0, 0, 1, 0]), ScoreLevel.RESULT: (True, [0, 0, 1, 0, 0])}


def test_in_english_the_form_says_the_same(app, teach, ask):
    link = ask(teach())[0]
    visitor = app.test_client()
    visitor.get(f"/sprak/en?next=/utvardera/{link.token}")

    page = visitor.get(f"/utvardera/{link.token}", headers={"Accept-Language": "en"}).text
    assert "How good was the training on the whole?" in page
