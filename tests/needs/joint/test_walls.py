"""What others see of a contributed need: the copy, nothing that the ground does not allow; outsiders nothing."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from broker import access, audit, clock
from broker.access import NoScopeError
from broker.extensions import db
from broker.leads.models import LeadGround
from broker.mail import OutgoingMail
from broker.needs import service as needs
from broker.needs.joint import queries, service
from broker.needs.joint.models import JointMember, JointNeed, JointPlan
from tests import factories, factories_joint, factories_needs
from tests.client import CANARY

TABLES = ("joint_plan", "joint_member", "joint_need", "joint_group", "joint_group_need", "joint_answer")
OWN_TABLES = ("shared_need", "joint_cohort")


def addresses(app, plan, group, copy):
    keys = {"plan_id": plan.id, "joint_group_id": group.id, "joint_need_id": copy.id}
    build = app.url_map.bind("").build
    return [
        (rule, build(rule.endpoint, {name: keys[name] for name in rule.arguments}))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("joint.") and rule.arguments and rule.arguments <= keys.keys()
    ]


def test_no_page_of_a_plan_tells_another_member_what_the_ground_does_not_allow(
    app, scope, eva_client, plan, ours, theirs, organisation, user, neighbour, eva
):
    proposals = eva_client.get(f"/behov/samplanering/{plan.id}/forslag").text
    assert "Ett företag i Flen (via " in proposals and CANARY not in proposals
    group = factories_joint.proposed(plan, organisation, by=user)
    pages = [url for rule, url in addresses(app, plan, group, ours[1]) if "GET" in rule.methods]
    assert len(pages) >= 6
    seen = {url: eva_client.get(url).get_data().decode() for url in pages}

    assert [url for url, page in seen.items() if CANARY in page] == []
    assert "Ett företag i Flen (via " in seen[f"/behov/samplanering/{plan.id}"]
    assert "Ett företag i Flen (via " in seen[f"/behov/samplanering/{plan.id}/grupper/{group.id}"]
    # The whole way on to the cohort that comes of it, with its history, and the letters.
    factories_joint.accept(group, neighbour, by=eva)
    with access.acting_in(neighbour.id):
        cohort_id = queries.find_part_of(group.id).cohort_id
        events = [row.facts for row in audit.history_of(plan)]
    assert CANARY not in eva_client.get(f"/behov/grupper/{cohort_id}").text
    assert events and CANARY not in str(events)
    letters = [letter.subject + letter.body for letter in db.session.scalars(select(OutgoingMail))]
    assert len(letters) == 3 and CANARY not in str(letters)


def test_a_name_goes_along_only_with_the_companys_consent(plan, organisation, user, eva_client, client):
    company = factories.company("Öppna Svets AB")
    with access.acting_in(organisation.id), pytest.raises(service.GroundError):
        factories_joint.contributed(
            plan, organisation, by=user, company=company, ground=LeadGround.OWN_TASK, is_named=True
        )
    db.session.rollback()
    factories_joint.contributed(plan, organisation, by=user, company=company, is_named=True)

    assert "Öppna Svets AB (via " in eva_client.get(f"/behov/samplanering/{plan.id}").text


def test_an_outsider_and_who_has_not_said_yes_find_nothing(
    app, scope, stranger_client, plan, ours, group, organisation, user
):
    asked = factories.organisation()
    factories_joint.invitation(plan, asked, by=user, owner=organisation)
    invited = app.test_client()
    invited.enter(factories.user(organisation=asked, roles=list(access.Role)))
    for rule, url in addresses(app, plan, group, ours[1]):
        for client in (stranger_client, invited):
            if "GET" in rule.methods:
                assert client.get(url).status_code == 404, url
            if "POST" in rule.methods:
                assert client.post(url, data={"csrf_token": client.csrf_token()}).status_code == 404, url
    assert plan.name in invited.get("/behov/samplanering").text
    assert plan.name not in stranger_client.get("/behov/samplanering").text


@pytest.mark.parametrize("database_app", ["postgresql"], indirect=True)
def test_the_database_itself_shows_a_plan_to_those_who_have_joined_and_lets_each_write_its_own(
    plan, ours, theirs, group, organisation, neighbour, user
):
    asked, outside, plan_id, copy_id = factories.organisation(), factories.organisation(), plan.id, ours[1].id
    factories_joint.invitation(plan, asked, by=user, owner=organisation)
    for reader in (asked, outside):
        db.session.rollback()
        with access.acting_in(reader.id):
            for table in (*TABLES, *OWN_TABLES):
                assert db.session.scalar(text(f"select count(*) from {table}")) == 0, table
            seen = db.session.scalar(text("select count(*) from joint_invitation"))
            assert seen == (1 if reader is asked else 0)
    db.session.rollback()
    with access.acting_in(neighbour.id):
        assert db.session.scalar(text("select count(*) from joint_need")) == 2
        assert db.session.scalar(text("select ground_note from shared_need")) == factories_joint.NOTE
        with pytest.raises(DBAPIError, match="row-level security"):
            db.session.execute(text("update joint_need set women = 9 where id = :key"), {"key": copy_id})
        db.session.rollback()
    joining = text("insert into joint_member (plan_id, organisation_id, joined_at) values (:plan, :own, now())")
    with access.acting_in(outside.id), pytest.raises(DBAPIError, match="row-level security"):
        db.session.execute(joining, {"plan": plan_id, "own": outside.id})
    db.session.rollback()


def test_reads_and_writes_of_the_program_stay_within_the_plan(plan, ours, neighbour):
    db.session.expunge_all()
    with access.acting_in(factories.organisation().id):
        for model in (JointPlan, JointNeed, JointMember):
            assert db.session.scalars(select(model)).all() == []
    with access.acting_in(neighbour.id):
        row = db.session.scalars(select(JointNeed)).one()
        row.women = 9
        with pytest.raises(NoScopeError):
            db.session.flush()
        db.session.rollback()


def test_the_contributor_sees_exactly_what_the_others_will_see_before(client, scope, plan, user):
    need = factories_needs.need(by=user, company=factories.company("Lilla Svets AB"))
    address = f"/behov/samplanering/{plan.id}/bidra/{need.id}"
    page = client.get(address).text
    # The only company of its branch that the register knows in Flen: whoever knows the place could guess it.
    assert "Ett företag i Flen (via " in page and "De andra kan gissa" in page and "Lärcentrum Granne" in page

    refused = client.submit(address, ground="own_task", ground_note="Behövs för vårt uppdrag.")
    assert refused.status_code == 422 and "Pröva om det kan lämnas ut" in refused.text
    named = client.submit(address, ground="own_task", ground_note="Behövs.", is_named="y")
    assert named.status_code == 422 and "bara om företaget har samtyckt" in named.text
    sent = client.submit(address, ground="own_task", ground_note="Behövs för vårt uppdrag.", is_judged="y")
    assert sent.status_code == 302, sent.text
    page = client.get(f"/behov/{need.id}").text
    for told in (plan.name, "Behövs för vårt uppdrag.", "Visas inte för de andra", "Lärcentrum Granne"):
        assert told in page


def test_both_logs_tell_what_was_contributed_and_taken_back(plan, ours, organisation, neighbour, user):
    with access.acting_in(organisation.id):
        row = queries.get_plan(plan.id)
        service.withdraw(row, queries.get_note(row, ours[1].id), by=user)
        db.session.commit()
        own = {event.action: event.facts for event in audit.history_of(ours[0])}
        assert own["joint_need:contributed"]["seen_by"] == neighbour.name
        assert own["joint_need:contributed"]["ground_note"] == "hemligt-samtycke"
        assert "joint_need:withdrawn" in own
    with access.acting_in(neighbour.id):
        seen = [event.action for event in audit.history_of(plan)]
        assert {"joint_need:contributed", "joint_need:withdrawn"} <= set(seen)
        copy = db.session.scalars(select(JointNeed)).one()
        assert copy.company_name is None and copy.company_token is None


def test_a_need_that_has_moved_to_where_it_can_be_guessed_is_not_renewed_without_being_judged(
    scope, plan, organisation, user
):
    alike = [
        factories.company(municipality_code=code, industry_codes=["25620"]) for code in ["0482"] * 5 + ["0484"] * 4
    ]
    need, copy = factories_joint.contributed(plan, organisation, by=user, company=alike[0])
    gone = factories.company(municipality_code="0484", industry_codes=["25620"], deregistered_on=clock.today())
    assert queries.count_alike(alike[0], "0482", most=5) == 5 and queries.count_alike(gone, "0484", most=5) == 4

    def renewed(**moved):
        needs.edit_need(need, factories_needs.need_values(**moved), by=user)
        service.renew(plan, queries.get_note(plan, copy.id), by=user)

    with pytest.raises(service.JointStateError):
        renewed(municipality_code="0484")
    renewed(women=2)
    assert (copy.women, copy.municipality_code) == (2, "0482")
