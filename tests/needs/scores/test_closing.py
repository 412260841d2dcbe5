"""When answers are shown and counted: all at once, never those of few, and never one more day by day."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker import clock
from broker.extensions import db
from broker.needs.courses import delivery
from broker.needs.evaluations import service, upkeep
from broker.needs.evaluations.asking import _read, forms_of
from broker.needs.evaluations.models import EvaluationText, FormKind, ScoreLevel, TextState, TrainingScore
from broker.needs.evaluations.results import is_shown
from broker.needs.evaluations.service import EvaluationRefusedError
from broker.reference.queries import read_yaml

FEWEST = 5


def scores():
    return list(db.session.query(TrainingScore).order_by(TrainingScore.id))


def texts():
    return list(db.session.query(EvaluationText).order_by(EvaluationText.id))


def shown(client, cohort):
    return client.get(f"/behov/grupper/{cohort.id}/efterat").text


def test_answers_are_counted_and_shown_together_when_the_last_has_come(client, teach, ask, answer, provider):
    cohort = teach()
    first, second = ask(cohort)
    for place, (link, good) in enumerate([(first, 1), (first, 2), (first, 3), (second, 4), (second, 5)]):
        answer(link, good, text=f"Text {place}.")
        page = shown(client, cohort)
        assert "I snitt" not in page and "Text" not in page and scores() == []
        assert f"{place + 1} av 6 har svarat." in page and "bara om minst 5 har svarat" in page
        assert {row.state for row in texts()} == {TextState.HELD}

    answer(second, 5)

    page = shown(client, cohort)
    assert "I snitt 3,3 av 6 svar." in page and "Text" not in page
    assert {(row.level, tuple(row.counts), row.answers) for row in scores()} == {
        (ScoreLevel.REACTION, (1, 1, 1, 1, 2), 6),
        (ScoreLevel.LEARNING, (1, 1, 1, 1, 2), 6),
    }
    assert {row.provider_id for row in scores()} == {provider.id} and scores()[0].taught_on == cohort.ends_on
    assert {row.state for row in texts()} == {TextState.WAITING}


def test_who_comes_to_light_afterwards_is_not_added_to_what_was_shown(client, teach, ask, answer, user):
    cohort = teach()
    first, second = ask(cohort)
    for link in (first, second):
        for _person in range(3):
            answer(link, 4)
    before = shown(client, cohort)
    came = delivery.expected(cohort)
    more = [row.__class__(row.company, row.counts | {"men": delivery.Count(3)}, row.planned) for row in came]
    delivery.deliver(cohort, more, {}, by=user)
    db.session.commit()

    with pytest.raises(EvaluationRefusedError):
        service.receive(first, {"good": 1, "met": 1})
    db.session.rollback()
    assert client.get(f"/utvardera/{first.token}").status_code == 410
    assert "I snitt 4,0 av 6 svar." in before and "I snitt 4,0 av 6 svar." in shown(client, cohort)
    assert {row.answers for row in scores()} == {6}


def test_four_answers_are_never_shown_to_anybody(client, teach, ask, answer, monkeypatch):
    cohort = teach()
    first, second = ask(cohort)
    for link in (first, first, second, second):
        answer(link, 1, text="Läraren Karin var sen.")
    with monkeypatch.context() as later:
        later.setattr(clock, "today", lambda: first.open_until + timedelta(days=1))
        upkeep.close_over()

        page = shown(client, cohort)
    assert "Färre än 5 svarade, så inget av svaren visas." in page
    assert "I snitt" not in page and "Karin var sen" not in page and scores() == []
    assert {row.state for row in texts()} == {TextState.HELD}
    url = f"/anordnare/omdomen/texter/{texts()[0].id}"
    assert client.get(url).status_code in (403, 404)
    assert first.closed_on and second.closed_on


def test_five_answers_are_counted_when_the_time_is_over(teach, ask, answer, monkeypatch):
    cohort = teach()
    first, second = ask(cohort)
    for link in (first, first, first, second, second):
        answer(link, 3)
    upkeep.close_over()
    assert scores() == []
    with monkeypatch.context() as later:
        later.setattr(clock, "today", lambda: first.open_until + timedelta(days=1))
        upkeep.close_over()
        upkeep.close_over()

    assert [row.answers for row in scores()] == [5, 5]


def test_no_link_is_made_once_the_answers_are_counted(teach, ask, answer, user):
    cohort = teach()
    first, second = ask(cohort)
    for link in (first, second):
        for _person in range(3):
            answer(link, 4)
    other = teach()
    with pytest.raises(EvaluationRefusedError, match="redan räknade"):
        service.send(cohort, delivery.list_attendance(other.id)[0].company, None, link_of=str, by=user)


@given(st.lists(st.booleans(), max_size=4), st.integers(0, 12), st.integers(0, 12))
def test_what_two_days_show_never_differs_by_a_few_answers(closed, before, more):
    """Whatever comes between two days, the later one shows nothing, the same, or everything for the first time."""
    is_first_shown = is_shown(closed, before, FEWEST)
    # Once everything is closed nothing more can come.
    after = before if closed and all(closed) else before + more
    is_later_shown = is_shown([True] * len(closed), after, FEWEST)

    seen = [count if is_open else 0 for is_open, count in ((is_first_shown, before), (is_later_shown, after))]
    assert seen[1] - seen[0] == 0 or seen[1] - seen[0] >= FEWEST


def test_a_form_of_the_first_version_can_still_be_read(scope):
    first = {"version": "1", "days_open": 60, "fewest_to_attribute": 5, "questions": [{"id": "more", "kind": "text"}]}

    forms = _read(first)
    assert list(forms) == [FormKind.DIRECT] and forms[FormKind.DIRECT].text_ids == {"more"}
    assert forms[FormKind.DIRECT].fewest_to_show == 5
    second = forms_of(read_yaml("evaluation_form")["version"])
    assert [kind.value for kind in second] == ["direct", "later", "company"]
