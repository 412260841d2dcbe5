"""The chain: causes gathered without losing where they came from, links, what is missing, and its picture."""

from datetime import date, timedelta
from random import Random

import pytest

from broker.actions import Action
from broker.audit import history_of
from broker.errors import RefusedError
from broker.esf import join_service, plan_service, queries
from broker.esf.budgets.figures import participant_hours_of
from broker.esf.budgets.models import CoFinancingRow
from broker.esf.chain import gantt, picture
from broker.esf.chain import queries as chain_queries
from broker.esf.chain import service as chain
from broker.esf.chain.tree import Kind, grow, is_inside
from broker.esf.drafts.writers import write
from broker.esf.exports.blocks import build_blocks
from broker.esf.material_service import build_material
from broker.esf.models import Activity, Actor, Call, Project
from broker.extensions import db
from broker.formatting import say
from broker.needs.models import CauseLevel
from tests import factories_esf


@pytest.fixture
def project(scope, user):
    return factories_esf.joined_project(scope, user, companies=3)


def causes_of(project):
    return chain_queries.list_causes(project)


def gaps_of(project):
    tree = grow(queries.load_application(project.id))
    return {(node.kind, str(gap)) for node in tree.nodes for gap in node.gaps}


def say_of(project, place, user, **values):
    join_service.edit_contribution(project, queries.list_contributions(project)[place], values, by=user)
    db.session.flush()


def test_needs_that_say_the_same_share_a_cause_that_knows_all_of_them(project, user):
    say_of(project, 0, user, cause="För få utbildade svetsare.", is_cause_within_reach=True)
    say_of(project, 1, user, cause="FÖR FÅ  utbildade svetsare")
    say_of(project, 2, user, cause="Ingen kurs i närheten", cause_level=CauseLevel.STRUCTURE)

    assert chain.gather_causes(project, by=user) == (2, 3)
    db.session.commit()

    application = queries.load_application(project.id)
    shared, alone = application.causes
    assert [row.id for row in application.needs_behind(shared)] == [row.id for row in application.brought[:2]]
    assert (shared.level, shared.is_within_reach) == (CauseLevel.ORGANISATION, True)
    assert (alone.level, alone.is_within_reach) == (CauseLevel.STRUCTURE, None)
    assert {row.cause for row in application.brought} == {
        "För få utbildade svetsare.",
        "FÖR FÅ  utbildade svetsare",
        "Ingen kurs i närheten",
    }


def test_what_needs_do_not_agree_on_is_left_for_people_and_gathering_again_makes_nothing(project, user):
    say_of(project, 0, user, cause_level=CauseLevel.INDIVIDUAL, is_cause_within_reach=True)
    say_of(project, 1, user, is_cause_within_reach=False)
    chain.gather_causes(project, by=user)
    db.session.commit()

    (cause,) = causes_of(project)
    assert (cause.level, cause.is_within_reach) == (None, None)
    assert (Kind.CAUSE, "Ange orsakens nivå.") in gaps_of(project)
    assert chain.gather_causes(project, by=user) == (0, 0)


def test_a_need_that_comes_later_joins_the_cause_that_is_there_and_one_left_out_joins_none(project, scope, user):
    chain.gather_causes(project, by=user)
    later = factories_esf.cohort(user, *(factories_esf.need(factories_esf.company(), user) for _number in range(2)))
    _joins, left_out = factories_esf.join(project, later, user)
    join_service.edit_contribution(project, left_out, {"left_out_reason": "Möts av kommunen"}, by=user)
    db.session.commit()

    assert chain.gather_causes(project, by=user) == (0, 1)
    assert [len(cause.need_links) for cause in causes_of(project)] == [4]


def test_the_same_cause_is_not_written_twice(project, user):
    chain.gather_causes(project, by=user)

    with pytest.raises(chain.AlreadyThereError):
        chain.save_cause(project, None, {"text": "för få utbildade SVETSARE"}, contribution_ids=[], by=user)


def test_a_changed_link_is_a_change_of_its_row_so_that_the_second_of_two_writers_is_told(project, user):
    goal = factories_esf.whole_chain(project, user)
    before = goal.version
    chain.save_goal(project, goal, {"text": goal.text}, cause_ids=[], by=user)
    db.session.commit()
    assert goal.version == before + 1

    chain.save_goal(project, goal, {"text": goal.text}, cause_ids=[], by=user)
    db.session.commit()
    assert goal.version == before + 1


def test_a_whole_chain_lacks_nothing_and_what_is_taken_out_of_it_is_missed_at_once(project, user):
    factories_esf.complete(project, user)
    assert gaps_of(project) == set()

    application = queries.load_application(project.id)
    plan_service.remove_row(project, application.goals[0].milestones[0], by=user)
    plan_service.remove_row(project, application.causes[0], by=user)
    db.session.commit()

    assert gaps_of(project) == {
        (Kind.MILESTONE, "Delmål saknas."),
        (Kind.GOAL, "Välj vilken orsak målet svarar mot."),
        (Kind.CAUSE, "Samla orsakerna ur behoven, eller skriv en."),
    }


def test_an_activity_of_two_goals_is_drawn_once_with_a_line_from_each(project, user):
    factories_esf.complete(project, user)
    first = chain_queries.list_goals(project)[0]
    second = chain.save_goal(project, None, {"text": "Fler kvinnor svetsar"}, cause_ids=[], by=user)
    (activity,) = chain_queries.list_activities(project)
    ids = [row.id for row in queries.list_contributions(project)]
    chain.save_activity(project, activity, {}, contribution_ids=ids, goal_ids=[first.id, second.id], by=user)
    db.session.commit()
    tree = grow(queries.load_application(project.id))
    drawn = picture.draw(tree, say)

    (box,) = [box for box in drawn.boxes if box.kind == "activity"]
    into = [curve for curve in drawn.curves if curve.endswith(f" {box.x} {box.middle:g}")]
    assert len(into) == 2
    red = {box.kind for box in drawn.boxes if box.is_gap}
    assert red == {"goal", "milestone", "result"}


def test_a_need_is_met_by_several_activities_and_its_hours_are_counted_once(project, user):
    (first,) = chain_queries.list_activities(project)
    needs = queries.list_contributions(project)
    others = [
        chain.save_activity(project, None, {"title": title}, contribution_ids=[], goal_ids=[], by=user)
        for title in ("Handledning", "Uppföljning")
    ]
    met = {first.id: {row.id for row in needs}, **{row.id: set() for row in others}}
    chance = Random(7)
    for _time in range(12):
        activity = chance.choice([first, *others])
        met[activity.id] = {row.id for row in needs if chance.random() < 0.6}
        chain.save_activity(project, activity, {}, contribution_ids=met[activity.id], by=user)
        db.session.commit()

        application = queries.load_application(project.id)
        assert {row.id: {need.id for need in application.needs_of(row)} for row in application.activities} == met
        hours = [
            participant_hours_of(CoFinancingRow(follows_groups=True, activity_id=row.id), application)
            for row in application.activities
        ]
        assert sum(hours) == sum(row.participant_hours for row in needs if any(row.id in ids for ids in met.values()))

    for row in (first, others[0]):
        chain.save_activity(project, row, {}, contribution_ids=[needs[0].id], by=user)
    plan_service.remove_row(project, first, by=user)
    db.session.commit()
    application = queries.load_application(project.id)
    assert application.brought[0].activity_id == others[0].id and not application.shared_needs_of(others[0])


def test_the_page_says_at_which_activity_the_hours_of_a_shared_need_are_counted(client, project, user):
    (first,) = chain_queries.list_activities(project)
    page = f"/projekt/{project.id}/aktiviteter"
    need = queries.list_contributions(project)[0]
    assert "räknas en gång" not in client.get(page).text
    client.submit(f"{page}/ny", title="Handledning", contribution_ids=[need.id])

    assert "Dess timmar räknas en gång" in client.get(page).text
    other = next(row for row in chain_queries.list_activities(project) if row.id != first.id)
    text = client.get(f"{page}/{other.id}").text
    assert f"(timmarna räknas vid {first.title})" in text and text.count("checked") == 1


def test_a_goal_chooses_among_the_parts_of_the_call_and_keeps_what_was_typed(client, project, user):
    goal = factories_esf.whole_chain(project, user)
    page = f"/projekt/{project.id}/mal/{goal.id}"
    assert '<input class="form-control" id="call_part"' in client.get(page).text
    typed = goal.call_part
    project.call.parts = ["Mål 1: anställdas kompetens", "Mål 2: jämställdhet"]
    db.session.commit()

    text = client.get(page).text
    assert f"{typed} (finns inte i utlysningen)" in text
    assert (Kind.GOAL, "Välj en del som finns i utlysningen.") in gaps_of(project)
    assert client.submit(page, text="Fler svetsare").status_code == 302
    assert chain_queries.list_goals(project)[0].call_part == typed, "nothing is lost by saving something else"
    assert client.submit(page, call_part="Mål 3").status_code == 422
    assert client.submit(page, call_part="Mål 2: jämställdhet").status_code == 302

    assert chain_queries.list_goals(project)[0].call_part == "Mål 2: jämställdhet"
    assert "finns inte i utlysningen" not in client.get(page).text
    assert not any("del som finns" in gap for _kind, gap in gaps_of(project))


def test_what_a_goal_leads_to_is_rows_that_say_when_how_and_who(client, project, user):
    goal = factories_esf.whole_chain(project, user)
    base = f"/projekt/{project.id}"
    told = {
        "kind": "effect",
        "text": "Sjukfrånvaron minskar",
        "sign": "Försäkringskassans tal",
        "owner_role": "Hr-chefen",
    }
    assert client.submit(f"{base}/mal/{goal.id}/effekter/ny", kind="effect").status_code == 422
    day = factories_esf.END + timedelta(days=700)
    assert client.submit(f"{base}/mal/{goal.id}/effekter/ny", **told, due_on=str(day)).status_code == 302

    text = client.get(f"{base}/mal").text
    assert "Sjukfrånvaron minskar" in text and "märks genom Försäkringskassans tal" in text and "Hr-chefen" in text
    application = queries.load_application(project.id)
    (branch,) = grow(application).branches
    assert [node.text for node in branch.results] == [row.text for row in application.goals[0].effects]
    drawn = picture.draw(grow(application), say)
    for box in (box for box in drawn.boxes if box.kind == "result"):
        assert any(curve.endswith(f" {box.x} {box.middle:g}") for curve in drawn.curves)
    effect = application.goals[0].effects[1]
    assert (effect.text, effect.due_on) == ("Sjukfrånvaron minskar", day), "what has a day stands before what has none"
    draft = write(application, "effekter").text
    assert "Det märks genom Försäkringskassans tal." in draft and "Ansvar: Hr-chefen." in draft
    material = build_material(application)
    assert [row.text for row in material.effects] == [row.text for row in application.goals[0].effects]
    assert any(getattr(block, "text", "") == "Resultat och effekter" for block in build_blocks(material))

    client.press(f"{base}/ta-bort/effekt/{effect.id}", version="1")
    assert "Sjukfrånvaron" not in client.get(f"{base}/mal").text
    for row in queries.load_application(project.id).goals[0].effects:
        plan_service.remove_row(project, row, by=user)
    db.session.commit()
    told = gaps_of(project)
    assert {(Kind.RESULT, "Ange resultat och effekt på kort sikt."), (Kind.RESULT, "Ange effekt på lång sikt.")} <= told


def test_boxes_of_a_drawing_stay_inside_it_and_never_cover_each_other(project, user):
    factories_esf.complete(project, user)
    goal = chain_queries.list_goals(project)[0]
    chain.save_goal(project, goal, {"text": "Ett mycket långt mål som sägs med många ord " * 11}, by=user)
    for number in range(4):
        chain.save_milestone(project, goal, None, {"indicator": f"Mått {number} " * 9}, by=user)
    chain.save_cause(project, None, {"text": "Ordsomingenkanbryta" * 12}, contribution_ids=[], by=user)
    db.session.commit()

    drawn = picture.draw(grow(queries.load_application(project.id)), say)

    for place, box in enumerate(drawn.boxes):
        assert box.y + box.height <= drawn.height and box.x + box.width <= drawn.width
        assert all(box.y < line.y < box.y + box.height for line in box.words)
        for other in drawn.boxes[place + 1 :]:
            assert box.x != other.x or box.y + box.height <= other.y or other.y + other.height <= box.y


def test_an_own_goal_of_an_actor_says_whose_it_is_and_stands_after_the_projects(project, user):
    company = next(row for row in queries.list_actors(project) if isinstance(row, Actor) and row.company_id)
    own = chain.save_goal(project, None, {"text": "Alla har intyg", "actor_id": company.id}, by=user)
    chain.save_goal(project, None, {"text": "Fler kan svetsa"}, by=user)
    db.session.commit()

    application = queries.load_application(project.id)
    assert [goal.text for goal in application.goals] == ["Fler kan svetsa", "Alla har intyg"]
    assert application.in_full(own) == f"{company.name}: Alla har intyg"
    # Without its actor it would pass for one of the project's.
    with pytest.raises(RefusedError, match="egna mål"):
        plan_service.remove_row(project, company, by=user)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "inside"),
    [
        (date(2027, 3, 1), date(2027, 3, 1), True),
        (date(2027, 3, 1), date(2029, 2, 28), True),
        (date(2027, 2, 28), date(2027, 3, 9), False),
        (date(2027, 3, 1), date(2029, 3, 1), False),
        (date(2027, 3, 9), None, False),
    ],
)
def test_an_activity_lies_within_the_project_to_the_day(starts_on, ends_on, inside):
    call = Call(latest_end=date(2030, 2, 28))
    project = Project(starts_on=date(2027, 3, 1), ends_on=date(2029, 2, 28), call=call)

    assert is_inside(Activity(starts_on=starts_on, ends_on=ends_on), project) is inside


@pytest.mark.parametrize(
    ("ends_on", "months", "first"),
    [
        (date(2029, 2, 28), 3, date(2028, 12, 1)),
        (date(2028, 12, 31), 12, date(2028, 1, 1)),
        (date(2028, 3, 30), 1, date(2028, 2, 29)),
    ],
)
def test_the_closing_months_are_counted_from_the_end(ends_on, months, first):
    assert gantt.first_closing_day(ends_on, months) == first


def test_the_time_plan_marks_what_lies_outside_and_what_reaches_into_the_closing(project, user):
    factories_esf.complete(project, user)
    ids = [row.id for row in queries.list_contributions(project)]
    (activity,) = chain_queries.list_activities(project)
    end = project.ends_on
    days = {"starts_on": end - timedelta(days=40), "ends_on": end - timedelta(days=30)}
    chain.save_activity(project, activity, days, contribution_ids=ids, by=user)
    late = {"title": "Efteråt", "starts_on": end + timedelta(days=900), "ends_on": end + timedelta(days=3000)}
    chain.save_activity(project, None, late, contribution_ids=[], by=user)
    chain.save_activity(project, None, {"title": "Utan dagar"}, contribution_ids=[], by=user)
    db.session.commit()

    application = queries.load_application(project.id)
    drawn = gantt.draw(application, chain_queries.list_meetings(project), without_goal="Utan mål")
    rows = {row.text: row for row in drawn.rows}
    assert len(drawn.meetings) == 1

    assert (rows[activity.title].is_in_closing, rows[activity.title].is_outside) == (True, False)
    assert rows["Efteråt"].is_outside and rows["Efteråt"].bar.x + rows["Efteråt"].bar.width <= drawn.width
    assert rows["Utan dagar"].bar is None and rows["Utan dagar"].is_outside
    assert rows["Utan mål"].is_heading


def test_what_serves_what_is_told_in_the_history_also_when_nothing_else_changes(project, user):
    goal = factories_esf.whole_chain(project, user)
    [cause, *_more] = chain_queries.list_causes(project)
    activity = chain_queries.list_activities(project)[0]
    met = [row.id for row in queries.list_contributions(project)]
    steps = (
        (Action.GOAL_SAVED, lambda: chain.save_goal(project, goal, {}, cause_ids=[], by=user)),
        (Action.CAUSE_SAVED, lambda: chain.save_cause(project, cause, {}, contribution_ids=met[:1], by=user)),
        (
            Action.ACTIVITY_SAVED,
            lambda: chain.save_activity(project, activity, {}, contribution_ids=met, goal_ids=[goal.id], by=user),
        ),
    )
    for action, save in steps:
        before = len(history_of(project, limit=1000))
        for _time in range(2):
            save()
            db.session.commit()
        events = history_of(project, limit=1000)
        assert (len(events) - before, events[0].action) == (1, action)
