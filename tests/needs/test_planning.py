"""Days become weeks and back without anybody starting too early or ending too late."""

import json
from dataclasses import astuple
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.needs.models import Need
from broker.needs.planning import BadPlanError, Calendar, CohortPlan, people_of_part, to_plan, to_planned
from broker.providers.models import Language, Level, Mode

TODAY = date(2026, 11, 25)
PLAN = CohortPlan("T023", Level.BASIC, Language.SWEDISH, Mode.ON_SITE, 40, "0482", date(2027, 1, 4), ((7, 0), (9, 1)))


@given(st.integers(-60, 600), st.integers(1, 12))
def test_a_course_in_the_engines_weeks_lies_within_the_days_of_the_need(offset, weeks):
    calendar, earliest_on = Calendar(TODAY), TODAY + timedelta(days=offset)
    latest_on = earliest_on + timedelta(days=200)

    first, last = calendar.first_week(earliest_on), calendar.end_week(latest_on) - weeks

    assert calendar.monday(first) >= earliest_on
    assert calendar.last_day(last, weeks) <= latest_on
    assert calendar.last_day(last + 1, weeks) > latest_on


def test_nothing_starts_before_the_coming_monday():
    calendar = Calendar(TODAY)

    assert calendar.monday(calendar.first_week(date(2020, 1, 1))) == date(2026, 11, 30)


def test_a_plan_survives_the_way_through_the_engine_and_a_form():
    calendar = Calendar(TODAY)

    assert to_plan(to_planned(PLAN, calendar), calendar) == PLAN
    assert CohortPlan.from_text(PLAN.as_text()) == PLAN


@pytest.mark.parametrize("text", [None, "", "{}", "[]", '{"topic_id": "T023"}', "inte json"])
def test_a_text_that_is_no_plan_is_refused(text):
    with pytest.raises(BadPlanError):
        CohortPlan.from_text(text)


def changed(**values):
    return json.dumps(json.loads(PLAN.as_text()) | values)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "[" * 50_000,
        " " * 200_000 + PLAN.as_text(),
        PLAN.as_text().replace("40", "9" * 5_000),
        PLAN.as_text().replace("40", "1e999"),
        changed(hours=10**400),
        changed(hours=0),
        changed(members=[[2**63, 0]]),
        changed(members=[[7, -1]]),
        changed(members=[[7, 10**30]]),
        changed(starts_on="9999-12-31"),
        changed(level=["basic"]),
    ],
    ids=range(12),
)
def test_a_plan_that_no_page_of_ours_wrote_is_refused(text):
    with pytest.raises(BadPlanError):
        CohortPlan.from_text(text)


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 40), st.integers(1, 12))
def test_the_parts_of_a_need_hold_all_its_people(women, men, unknown, largest):
    need = Need(women=women, men=men, unknown_sex=unknown)
    count = -(-need.participants // largest)

    parts = [astuple(people_of_part(need, part, largest)) for part in range(count)]

    assert [sum(column) for column in zip(*parts, strict=True)] == [women, men, unknown]
    assert all(0 < sum(part) <= largest and min(part) >= 0 for part in parts)
