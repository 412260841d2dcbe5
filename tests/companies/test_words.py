"""The words of companies' names: learned with each name, counted anew every night, and asked what a slip means."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from broker import clock
from broker.companies.models import Company
from broker.companies.words import service, upkeep
from broker.companies.words.models import NameWord
from broker.companies.words.queries import LONGEST, list_meant
from broker.extensions import db
from broker.swedish import is_one_slip
from tests import factories
from tests.companies.slips import typed_otherwise


def words():
    return sorted(tuple(row) for row in db.session.execute(select(NameWord.word, NameWord.names)))


def test_a_new_or_changed_name_brings_the_words_that_were_not_there(scope):
    company = factories.company("Bergsunds Smide AB")
    factories.company("Norra Smide & Smide AB")
    company.name = "Lugnets Smide AB"
    factories.company("!!!")
    db.session.commit()

    assert words() == [("bergsunds", 1), ("lugnets", 1), ("norra", 1), ("smide", 1)]


@pytest.mark.parametrize(("hour", "is_renewed"), [(2, False), (3, True), (14, True)])
def test_all_are_counted_anew_once_the_night_is_over(scope, monkeypatch, hour, is_renewed):
    factories.company("Bergsunds Smide AB").name = "Lugnets Smide AB"
    factories.company("Norra Smide AB")
    db.session.commit()
    before = words()
    upkeep.renew_daily()
    assert words() == before == [("bergsunds", 1), ("lugnets", 1), ("norra", 1), ("smide", 1)]

    moment = clock.in_sweden(clock.now()).replace(hour=hour, minute=0) + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: moment)
    upkeep.renew_daily()
    assert words() == ([("lugnets", 1), ("norra", 1), ("smide", 2)] if is_renewed else before)


def test_of_many_ways_the_eight_come_first_that_most_names_have(scope):
    for letter in "abcdefghi":
        factories.company(f"Sv{letter}ts AB")
    for _number in range(2):
        factories.company("Svzts Norr AB")
    assert len(list_meant("svts")) == 8

    service.renew()
    assert list_meant("svts")[:3] == ["svzts", "svats", "svbts"]


def test_a_word_that_is_very_long_means_no_other(scope):
    factories.company("a" * LONGEST + "a AB")

    assert list_meant("a" * (LONGEST - 1) + "b") and list_meant("a" * LONGEST + "b") == []


@given(st.text("cde", min_size=3, max_size=9), st.integers(0, 9), st.integers(0, 2), st.text("cde", max_size=1))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_slip_the_word_that_was_meant_is_found(scope, meant, place, gone, put):
    spaced = f"{meant[:2]} {meant[2:]}"
    db.session.add(Company(name=f"{meant}b {spaced}", source="Bolagsverket", source_date=clock.today()))
    db.session.flush()
    for word in typed_otherwise(meant, place, gone, put):
        if len(word) > 3 and word != meant and is_one_slip(word, meant):
            assert any(f"{meant}b".startswith(way) for way in list_meant(word)), word
    if len(meant) > 3:
        assert any(spaced.startswith(way) for way in list_meant(meant))
    db.session.rollback()
