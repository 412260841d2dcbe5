"""Who is likely to have a need: points for reasons, the same every time, never for size and place alone."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from broker.needs.asking.likely import (
    AskingRules,
    Candidate,
    Earlier,
    Holder,
    Industry,
    Judge,
    ReasonKind,
    Said,
)
from broker.reference import queries as reference

TODAY = date(2026, 11, 26)
RULES = AskingRules.from_content(reference.read_yaml("asking_rules"))
METAL, STRUCTURES, CARE = Industry("2025", "25620"), Industry("2025", "25110"), Industry("2025", "88101")
TOPIC = "T008"


def judge_of(*holders, years=5):
    return Judge(holders, topic_id=TOPIC, renewal_years=years, rules=RULES, today=TODAY)


def kinds(judged):
    return [reason.kind for reason in judged.reasons]


def candidate(number=1, *, km=50, **facts):
    return Candidate(number, f"foretag {number}", km, **facts)


def earlier(on, topic_id=TOPIC, **facts):
    return Earlier(1, topic_id, on, **facts)


def test_the_share_of_those_who_have_the_need_decides_what_an_industry_is_worth():
    judge = judge_of(Holder(1, METAL), Holder(2, METAL), Holder(3, STRUCTURES), Holder(4, CARE), Holder(5))

    alike = judge.judge(candidate(industry=METAL)).reasons[0]
    assert (alike.kind, alike.points, alike.facts["count"], alike.facts["of"]) == (ReasonKind.SAME_GROUP, 20, 2, 4)
    wider = judge.judge(candidate(industry=Industry("2025", "25999"))).reasons[0]
    assert (wider.kind, wider.points) == (ReasonKind.SAME_DIVISION, 19)
    # The same digits mean other things in another edition.
    assert judge.judge(candidate(industry=Industry("2007", "25620"))).reasons == ()


def test_size_and_place_add_points_but_alone_make_nobody_likely():
    judge = judge_of(Holder(1, METAL, 20), Holder(2, METAL, 100))
    near = candidate(km=0, employees=40)

    assert kinds(judge.judge(near)) == [ReasonKind.NEAR, ReasonKind.SIZE]
    assert judge.judge(near).points == 10 + 5
    assert judge.likely([near]) == []
    # Where nobody has the need there is nothing to be near.
    assert judge_of().judge(near).reasons == ()
    assert len(judge.likely([candidate(km=0, employees=40, industry=METAL)])) == 1


def test_a_certificate_that_runs_out_counts_more_than_one_that_is_fresh_or_has_no_end():
    soon, fresh = earlier(date(2022, 3, 1)), earlier(date(2026, 3, 1))

    assert kinds(judge_of().judge(candidate(earlier=(soon,)))) == [ReasonKind.RENEWAL]
    assert kinds(judge_of().judge(candidate(earlier=(fresh,)))) == [ReasonKind.MET]
    assert kinds(judge_of(years=None).judge(candidate(earlier=(soon,)))) == [ReasonKind.MET]
    leap = judge_of().judge(candidate(earlier=(earlier(date(2024, 2, 29)),))).reasons[0]
    assert leap.facts["ends"] == date(2029, 2, 28)


def test_the_latest_earlier_need_is_told_and_those_beside_it_once():
    rows = (
        earlier(date(2020, 1, 1)),
        earlier(date(2025, 1, 1), is_withdrawn=True, reason="Inga pengar"),
        earlier(date(2025, 1, 1), "T009"),
        earlier(date(2025, 2, 1), "T009"),
    )

    judged = judge_of().judge(candidate(earlier=rows))

    assert kinds(judged) == [ReasonKind.WITHDRAWN, ReasonKind.NEIGHBOUR]
    assert judged.reasons[1].facts["topic_ids"] == ["T009"]


days = st.dates(date(2015, 1, 1), TODAY)
industries = st.none() | st.builds(
    Industry, st.sampled_from(["2007", "2025"]), st.sampled_from(["25110", "25620", "25999", "88101", "1"])
)
candidates = st.builds(
    Candidate,
    st.integers(1, 10**6),
    st.text(max_size=3),
    st.integers(0, RULES.max_km),
    industries,
    st.none() | st.integers(0, 500),
    st.lists(st.builds(Earlier, st.integers(1, 9), st.sampled_from([TOPIC, "T009"]), days, st.booleans())).map(tuple),
    st.lists(st.builds(Said, st.booleans(), st.integers(1, 9), days), max_size=2).map(tuple),
)
holders = st.lists(st.builds(Holder, st.integers(1, 99), industries, st.none() | st.integers(0, 500)), max_size=8)


@given(holders, st.lists(candidates, max_size=8, unique_by=lambda row: row.company_id), st.randoms())
def test_the_order_depends_on_nothing_but_the_facts_and_no_reason_is_worth_more_than_its_rule(held, found, random):
    mixed = random.sample(found, len(found))

    ranked, again = judge_of(*held).likely(found), judge_of(*random.sample(held, len(held))).likely(mixed)

    assert ranked == again
    assert [row.points for row in ranked] == sorted((row.points for row in ranked), reverse=True)
    for row in ranked:
        assert len(set(kinds(row))) == len(row.reasons)
        assert all(0 < reason.points <= RULES.points[reason.kind] for reason in row.reasons)
        assert set(kinds(row)) - {ReasonKind.SIZE, ReasonKind.NEAR}


@given(candidates, st.integers(1, RULES.max_km))
def test_a_company_further_away_or_that_has_said_nothing_is_never_likelier(row, more):
    judge = judge_of(Holder(1, METAL, 20))
    further = Candidate(row.company_id, row.sort_key, min(RULES.max_km, row.km + more), row.industry, row.employees,
                        row.earlier, row.said)  # fmt: skip
    silent = Candidate(row.company_id, row.sort_key, row.km, row.industry, row.employees, row.earlier)

    assert judge.judge(further).points <= judge.judge(row).points
    assert judge.judge(silent).points <= judge.judge(row).points
