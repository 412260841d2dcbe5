"""Whatever a broker does to a draft, in whatever order, its groups keep the rules and nobody is lost or doubled."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.needs.bundling.instance import Solution
from broker.needs.bundling.objective import score
from broker.needs.bundling.rules import Rules
from broker.needs.drafts import edits, solving, work
from broker.needs.drafts.content import Content
from broker.needs.drafts.edits import EditRefusedError
from tests import factories
from tests import factories_needs as make

# The needs are read once; every edit after that is a calculation.
MANY = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
KATRINEHOLM, STRANGNAS = "0483", "0486"
KEYS, NUMBERS = st.integers(0, 6), st.integers(0, 9)
STEP = st.one_of(
    st.tuples(st.just("lock"), KEYS, st.booleans()),
    st.tuples(st.just("move"), NUMBERS, KEYS),
    st.tuples(st.just("take_out"), NUMBERS),
    st.tuples(st.just("let_in"), NUMBERS),
    st.tuples(st.just("split"), KEYS, st.sets(NUMBERS, max_size=3)),
    st.tuples(st.just("merge"), KEYS, KEYS),
    st.tuples(st.just("dissolve"), KEYS),
    st.tuples(st.just("keep_apart"), NUMBERS, NUMBERS),
    st.tuples(st.just("fix_venue"), KEYS, st.sampled_from([KATRINEHOLM, STRANGNAS, "1280", "okänd"])),
    st.tuples(st.just("gather"), st.sets(NUMBERS, max_size=4)),
    st.tuples(st.just("work_out"), st.booleans()),
)


@pytest.fixture
def desk(scope, user):
    """Give a draft of welding and Excel for companies of several sizes and places, one of them larger than a group."""
    places = [{}, {}, {"municipality_code": KATRINEHOLM}, {"municipality_code": STRANGNAS}]
    for place in places * 2:
        make.need(by=user, men=1, max_km=80, company=factories.company(), **place)
    make.need(by=user, women=8, men=3, company=factories.company())
    twice = factories.company()
    for topic_id in ("T023", "T042"):
        make.need(by=user, topic_id=topic_id, women=2, company=twice)
    make.need(by=user, topic_id="T042", women=2, men=3)
    return worked_out(work.empty_desk(None), anew=True)


def worked_out(desk, *, anew):
    return desk.with_content(solving.calculate(desk, anew=anew))


def edit(desk, kind, *chosen):
    """Do one thing as a page would ask for it; numbers stand for parts of needs, also for some that are not there."""
    parts = [(need.id, part) for need in desk.instance.needs for part in range(len(desk.instance.sizes_of(need)))] + [
        (10**6, 0)
    ]

    def part(number):
        return parts[number % len(parts)]

    actions = {
        "lock": lambda key, is_locked: edits.lock(desk, key, is_locked=is_locked),
        "move": lambda number, key: edits.move(desk, part(number), key),
        "take_out": lambda number: edits.take_out(desk, part(number)),
        "let_in": lambda number: edits.let_in(desk, part(number)),
        "split": lambda key, numbers: edits.split(desk, key, [part(number) for number in numbers]),
        "merge": lambda key, other: edits.merge(desk, key, other),
        "dissolve": lambda key: edits.dissolve(desk, key),
        "keep_apart": lambda one, other: edits.keep_apart(desk, [part(one)[0], part(other)[0]]),
        "fix_venue": lambda key, code: edits.fix_venue(desk, key, code),
        "gather": lambda numbers: solving.gather(desk, [part(number) for number in numbers]),
        "work_out": lambda anew: (solving.calculate(desk, anew=anew), None),
    }
    return desk.with_content(actions[kind](*chosen)[0])


def locked(desk):
    return {row.key: desk.planned[row.key] for row in desk.content.cohorts if row.is_locked}


@MANY
@given(steps=st.lists(STEP, max_size=12))
def test_no_edit_breaks_a_rule_or_loses_anybody(desk, steps):
    everybody = {(need.id, part) for need, part in desk.free_parts()} | set(placed(desk))
    for step in steps:
        before = desk
        try:
            desk = edit(desk, *step)
        except EditRefusedError as refused:
            assert str(refused)
            continue
        # Companies that are kept apart leave each other when the draft is worked out the next time.
        rules = Rules(replace(desk.instance, apart=()))
        assert [rules.cohort_failures(planned) for planned in desk.planned.values()] == [[]] * len(desk.planned)
        assert len(placed(desk)) == len(set(placed(desk)))
        assert not desk.content.out & set(placed(desk))
        assert {(need.id, part) for need, part in desk.free_parts()} | set(placed(desk)) == everybody
        assert len({row.key for row in desk.content.cohorts}) == len(desk.content.cohorts)
        assert desk.value == score(desk.instance, Solution(tuple(desk.planned.values()))).objective
        assert Content.from_stored(desk.content.as_stored()) == desk.content
        if step[0] == "work_out":
            assert locked(desk) == locked(before)
            assert desk.value <= desk.content.bound
            assert all(desk.rules.plan_failures(Solution((row,))) == [] for row in desk.planned.values())


def placed(desk):
    return [pair for planned in desk.planned.values() for pair in planned.members]
