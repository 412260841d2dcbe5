"""What a scorecard says of the scores of trainings, and what a moderator may do to a text."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from broker.needs.evaluations.models import ScoreLevel
from broker.needs.scores.cards import Line, make_card
from broker.needs.scores.striking import STRUCK, is_struck_only, strike_contacts


@dataclass(frozen=True)
class Scored:
    """A score without a database."""

    cohort_id: int
    topic_id: str
    level: ScoreLevel
    is_by_company: bool
    taught_on: date
    counts: list[int]


def scored(*counts, cohort_id=1, topic_id="T023", taught_on=date(2026, 3, 1), is_by_company=False):
    return Scored(cohort_id, topic_id, ScoreLevel.REACTION, is_by_company, taught_on, list(counts))


SCORES = st.lists(
    st.builds(
        Scored,
        st.integers(1, 9),
        st.sampled_from(["T023", "T042"]),
        st.sampled_from(ScoreLevel),
        st.booleans(),
        st.dates(date(2025, 1, 1), date(2027, 12, 31)),
        st.lists(st.integers(0, 9), min_size=5, max_size=5).filter(any),
    ),
    max_size=12,
)


@given(SCORES)
def test_every_part_of_a_card_adds_up_to_the_same_answers(scores):
    card = make_card(scores)
    for judged in card.levels:
        own = [row for row in scores if (row.level, row.is_by_company) == (judged.level, judged.is_by_company)]
        answers = sum(sum(row.counts) for row in own)
        assert judged.figure.answers == answers == sum(count for _step, count, _share in judged.figure.spread)
        assert answers == sum(figure.answers for _half_year, figure in judged.half_years)
        of_topics = [figure for _id, rows in card.topics for other, figure in rows if other is judged and figure]
        assert answers == sum(figure.answers for figure in of_topics)
        assert 1 <= judged.figure.mean <= 5 and judged.figure.trainings == len({row.cohort_id for row in own})


def test_the_trend_compares_the_two_latest_half_years_in_words(app):
    spring = scored(0, 0, 4, 1, 0)
    autumn = scored(0, 0, 0, 4, 1, cohort_id=2, taught_on=date(2026, 9, 1))
    with app.test_request_context():
        assert "Bara ett halvår" in make_card([spring]).levels[0].trend
        assert make_card([autumn, spring]).levels[0].trend == "Upp från 3,2 våren 2026 till 4,2 hösten 2026."
        assert make_card([spring]).levels[0].label == "Omdöme, enligt deltagarna"
        assert str(Line(Decimal("4.15"), 38, 5)) == "4,2 av 5, 38 svar, 5 utbildningar"
        assert str(Line(Decimal(4), 5, 1)) == "4,0 av 5, 5 svar, 1 utbildning"


@given(st.lists(st.text(alphabet="abå d.", min_size=1, max_size=6), min_size=1, max_size=5), st.data())
def test_a_text_may_be_struck_in_anywhere_and_changed_nowhere(pieces, data):
    struck = [data.draw(st.booleans()) for _piece in pieces]
    shown = [STRUCK if is_gone and piece.strip() else piece for piece, is_gone in zip(pieces, struck, strict=True)]
    text = "".join(pieces)

    assert is_struck_only(text, text)
    assert is_struck_only("x".join(pieces), "x".join(shown))
    assert not is_struck_only(text, text + "!") and not is_struck_only(text, "!" + "".join(shown))


def test_addresses_and_long_numbers_are_struck_beforehand():
    text = "Ring Karin på 070-123 45 67 eller karin@ett.example, hon kan ISO 9001 från 2015."

    assert strike_contacts(text) == f"Ring Karin på {STRUCK} eller {STRUCK}, hon kan ISO 9001 från 2015."
    assert is_struck_only(text, strike_contacts(text))
