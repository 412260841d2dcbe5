"""A joint group from proposal to agreement: each says yes or no for its own needs, as they were contributed."""

import pytest
from sqlalchemy import select

from broker import access, clock, jobs
from broker.access import Role
from broker.errors import NotFoundError
from broker.extensions import db
from broker.mail import OutgoingMail
from broker.needs import queries as needs_queries
from broker.needs import service as needs
from broker.needs.joint import agreeing, queries, service
from broker.needs.joint.models import JointGroup, JointNeed, JointNeedState
from broker.needs.joint.solving import Proposals
from broker.needs.models import Cohort, CohortStatus, Need, NeedStatus
from tests import factories, factories_joint, factories_needs, factories_procurement
from tests.client import form_values
from tests.conftest import signed_in_client


def address(group):
    return f"/behov/samplanering/{group.plan_id}/grupper/{group.id}"


def reread(group):
    return queries.get_group(queries.get_plan(group.plan_id), group.id)


def test_two_organisations_form_one_group_by_their_pages(scope, client, eva_client, plan, ours, theirs, neighbour):
    page = client.get(f"/behov/samplanering/{plan.id}/forslag")
    sent = client.post(f"/behov/samplanering/{plan.id}/grupper/ny", data=form_values(page.text))
    where = sent.location
    assert "1 fråga i samplaneringen" in eva_client.get("/").text and "i samplaneringen" not in client.get("/").text
    assert where in eva_client.get("/behov/samplanering").text
    assert "Har inte svarat" in eva_client.get(where).text and "Säg ja" not in client.get(where).text

    said_yes = eva_client.post(f"{where}/ja", data=form_values(eva_client.get(where).text))
    assert said_yes.status_code == 302 and said_yes.location == where
    own, other = client.get(where).text, eva_client.get(where).text
    assert "Överenskommen" in own and "Överenskommen" in other
    cohorts = []
    for organisation in (scope, neighbour):
        with access.acting_in(organisation.id):
            cohorts.append(db.session.scalars(select(Cohort)).one())
            assert db.session.scalars(select(Need.status)).all() == [NeedStatus.IN_COHORT]
            assert cohorts[-1].participants == 3 and cohorts[-1].reason[0]["facts"]["people"] == 6
    first, second = ((row.starts_on, row.ends_on, row.municipality_code) for row in cohorts)
    assert first == second


def test_only_the_hosts_cohort_is_meant_to_get_a_purchase(scope, client, eva_client, group, neighbour, eva):
    factories_joint.accept(group, neighbour, by=eva)
    with access.acting_in(neighbour.id):
        theirs = db.session.scalars(select(Cohort.id)).one()
    with access.acting_in(scope.id):
        ours = db.session.scalars(select(Cohort.id)).one()
    host, other = client.get(f"/behov/grupper/{ours}").text, eva_client.get(f"/behov/grupper/{theirs}").text

    assert "Börja inköp" in host and "Ni är värd" in host
    assert "Börja inköp" not in other and f"{scope.name} är värd" in other
    assert "6 deltagare från 2 företag" in other
    assert f"{scope.name} köper för hela gruppen." in eva_client.get("/behov/grupper").text
    assert "Inget inköp än" in client.get("/behov/grupper").text
    refused = eva_client.get(f"/inkop/nytt?utbildningsgrupp={theirs}")
    assert refused.status_code == 422 and "börja inget eget inköp" in refused.text


def test_one_no_lets_the_group_fall_with_its_reason_and_frees_the_needs(scope, client, eva_client, plan, group, user):
    assert "deltagare till" not in eva_client.get(f"{address(group)}/nej").text
    sent = eva_client.submit(f"{address(group)}/nej", declined_because="Vi har ingen lokal den veckan.")
    assert sent.status_code == 302
    page = client.get(address(group)).text
    assert "Blev inte av" in page and "Lärcentrum Granne sa nej: Vi har ingen lokal den veckan." in page
    again = factories_joint.proposed(plan, scope, by=user)
    assert again.id != group.id and again.is_proposed


def test_a_need_that_is_taken_back_lets_the_group_fall(scope, client, plan, ours, group):
    taken = client.press(f"/behov/samplanering/{plan.id}/behov/{ours[1].id}/ta-tillbaka")
    assert taken.status_code == 302
    assert "har tagit tillbaka ett behov" in client.get(address(group)).text
    assert queries.list_waiting(plan) and ours[1].id not in {row.id for row in queries.list_waiting(plan)}


def test_what_is_agreed_on_cannot_be_taken_back(scope, client, plan, ours, group, neighbour, eva):
    factories_joint.accept(group, neighbour, by=eva)
    refused = client.press(f"/behov/samplanering/{plan.id}/behov/{ours[1].id}/ta-tillbaka")
    assert refused.status_code == 422 and "väntar inte längre" in refused.text


def test_a_changed_need_is_told_to_its_own_organisation_and_renewed(scope, client, eva_client, plan, ours, user):
    needs.edit_need(ours[0], factories_needs.need_values(women=2, description="hemligt-nytt"), by=user)
    db.session.commit()
    where = f"/behov/samplanering/{plan.id}"
    assert "Ändrat sedan ni bidrog" in client.get(where).text
    assert "Ändrat sedan ni bidrog" not in eva_client.get(where).text
    assert client.press(f"{where}/behov/{ours[1].id}/fornya").status_code == 302
    assert "Ändrat sedan ni bidrog" not in client.get(where).text
    assert db.session.scalars(select(JointNeed.women).where(JointNeed.id == ours[1].id)).one() == 2


def test_yes_is_refused_for_a_need_that_has_changed_and_keeps_its_name_at_home(
    scope, eva_client, group, theirs, neighbour, eva
):
    with access.acting_in(neighbour.id):
        row = needs_queries.get_need(theirs[0].id)
        needs.edit_need(row, factories_needs.need_values(women=2), by=eva)
        db.session.commit()
    refused = eva_client.post(f"{address(group)}/ja", data=form_values(eva_client.get(address(group)).text))

    assert refused.status_code == 422 and "Grannens Svets AB har ändrats" in refused.text
    assert reread(group).is_proposed


def test_the_last_yes_looks_at_everybodys_needs_and_lets_the_group_fall(
    scope, eva_client, group, ours, neighbour, user
):
    needs.edit_need(ours[0], factories_needs.need_values(women=2), by=user)
    db.session.commit()
    said = eva_client.post(f"{address(group)}/ja", data=form_values(eva_client.get(address(group)).text))

    assert said.status_code == 302
    page = eva_client.get(address(group)).text
    assert "Blev inte av" in page and f"Ett av behoven hos {scope.name} väntar inte längre" in page
    for organisation in (scope, neighbour):
        with access.acting_in(organisation.id):
            assert db.session.scalars(select(Cohort)).all() == []


def test_the_last_yes_looks_at_the_rules_for_the_whole_group_once_more(
    scope, client, group, neighbour, eva, monkeypatch
):
    monkeypatch.setattr(clock, "today", lambda: group.starts_on)
    factories_joint.accept(group, neighbour, by=eva)

    assert "Gruppen kan inte längre bildas: Perioden överlappar inte." in client.get(address(group)).text
    assert db.session.scalars(select(Cohort)).all() == []


def test_a_need_that_is_placed_or_ended_at_home_leaves_the_plan_at_once(scope, plan, ours, theirs, group, user):
    other = factories_needs.need(by=user)
    factories_needs.cohort(ours[0], other, by=user)

    assert db.session.get(JointGroup, group.id).fell_because
    assert [row.id for row in queries.list_waiting(plan)] == [theirs[1].id]
    assert queries.own_notes(plan) == {}


def test_two_answers_at_once_are_told_of_each_other(scope, eva_client, group, neighbour, eva):
    seen = form_values(eva_client.get(address(group)).text)
    factories_joint.accept(group, neighbour, by=eva)
    late = eva_client.post(f"{address(group)}/ja", data=seen)

    assert late.status_code == 409
    with access.acting_in(neighbour.id):
        assert len(db.session.scalars(select(Cohort)).all()) == 1


def test_two_proposals_of_the_same_need_do_not_both_stand(scope, plan, ours, theirs, user):
    first = factories_joint.proposed(plan, scope, by=user)
    again = agreeing.solving.plan_of(first, first.members)
    with pytest.raises(agreeing.JointGroupRefusedError):
        agreeing.propose_group(plan, again, host_id=scope.id, by=user)


@pytest.mark.parametrize("host", ["", "inget", "9" * 5_000])
def test_a_proposal_with_a_host_that_is_none_is_refused(scope, client, plan, ours, theirs, host):
    page = client.get(f"/behov/samplanering/{plan.id}/forslag").text
    sent = client.post(f"/behov/samplanering/{plan.id}/grupper/ny", data=form_values(page) | {"host_id": host})

    assert (sent.status_code, queries.list_groups(plan)) == (302, [])


def test_needs_of_one_company_from_two_organisations_are_one_company(scope, plan, neighbour, user, eva):
    company = factories.company()
    for organisation, by in ((scope, user), (neighbour, eva)):
        factories_joint.contributed(plan, organisation, by=by, company=company)
    proposals = agreeing.Proposals(plan.id, clock.today())
    assert proposals.board(proposals.work_out()).count == 0


def test_what_is_agreed_on_stays_when_one_leaves_and_its_need_says_so(
    scope, client, eva_client, plan, theirs, group, neighbour, eva
):
    factories_joint.accept(group, neighbour, by=eva)
    with access.acting_in(neighbour.id):
        need_id = queries.own_notes(plan)[theirs[1].id].need_id
    assert eva_client.submit(f"/behov/samplanering/{plan.id}/lamna").status_code == 302
    need = eva_client.get(f"/behov/{need_id}").text

    assert "Ni har lämnat samplaneringen. Historiken säger" in need and "I utbildningsgrupp" in need
    assert "Överenskommen" in client.get(address(group)).text


def test_who_leaves_takes_back_what_waits_and_sees_nothing_more(
    scope, eva_client, client, plan, theirs, group, neighbour
):
    plan_id = plan.id
    assert eva_client.submit(f"/behov/samplanering/{plan.id}/lamna").status_code == 302
    assert eva_client.get(f"/behov/samplanering/{plan.id}").status_code == 404
    assert "har lämnat samplaneringen" in client.get(address(group)).text
    assert db.session.get(JointNeed, theirs[1].id).state is JointNeedState.WITHDRAWN
    with access.acting_in(neighbour.id):
        with pytest.raises(NotFoundError):
            queries.get_plan(plan_id)
        assert queries.list_notes([theirs[0].id])[0].withdrawn_at
    assert client.submit(f"/behov/samplanering/{plan.id}/bjud-in", organisation_id=neighbour.id).status_code == 302


def test_an_invitation_is_answered_once_and_by_its_receiver(app, scope, client, plan, organisation, user):
    asked = factories.organisation()
    invitation = factories_joint.invitation(plan, asked, by=user, owner=organisation)
    where = f"/behov/samplanering/inbjudan/{invitation.id}"
    theirs = signed_in_client(app, factories.user(organisation=asked, roles=[Role.BROKER]))
    assert client.press(f"{where}/anta", version=1).status_code == 403
    assert theirs.submit(f"{where}/avboj", reason="Inte i år.").status_code == 302
    assert "Inte i år." in client.get(where).text
    assert theirs.press(f"{where}/anta", version=2).status_code == 422
    assert client.submit(f"/behov/samplanering/{plan.id}/bjud-in", organisation_id=asked.id).status_code == 302


def test_a_cohort_that_is_dissolved_is_told_to_the_others_without_why(scope, client, eva_client, group, neighbour, eva):
    factories_joint.accept(group, neighbour, by=eva)
    cohort = needs_queries.get_cohort(queries.find_part_of(group.id).cohort_id)
    needs.dissolve_cohort(cohort, reason="hemligt-skäl", by=eva)
    db.session.commit()
    page = eva_client.get(address(group)).text

    assert "Har löst upp sin del" in page and "hemligt" not in page


def test_a_large_plan_is_worked_out_by_a_job_whose_result_holds_no_company(
    scope, client, eva_client, plan, ours, theirs, monkeypatch
):
    monkeypatch.setattr("broker.needs.joint.solving.MOST_LIVE_NEEDS", 1)
    where = f"/behov/samplanering/{plan.id}"
    assert "tar en stund att räkna på" in client.get(f"{where}/forslag").text
    job = client.press(f"{where}/rakna")
    assert job.status_code == 302
    result = jobs.get_job(int(job.location.rsplit("/", 1)[1])).result
    assert result["cohorts"] and "hemligt" not in str(result)
    assert "Föreslå med" in client.get(f"{where}/forslag").text
    number = job.location.rsplit("/", 1)[1]
    assert client.get(f"/behov/samplanering?job_id={number}").location == f"{where}/forslag"
    assert eva_client.get(f"/behov/samplanering?job_id={number}").status_code == 404


def test_a_plan_follows_the_needs_and_not_the_secret_behind_their_companies(scope, plan, ours, theirs):
    def instance_with(*tokens):
        for (_need, copy), token in zip((ours, theirs), tokens, strict=True):
            with access.acting_in(copy.organisation_id):
                db.session.get(JointNeed, copy.id).company_token = token
                db.session.flush()
        return Proposals(plan.id, clock.today()).instance

    assert instance_with("a", "b") == instance_with("b", "a")


def test_who_forms_a_group_of_ones_own_is_told_which_joint_plan_its_needs_leave(scope, client, plan, ours, group, user):
    factories_needs.need(by=user)
    db.session.commit()
    page = client.get("/behov/paketering").text
    assert f"hemligt-bolag AB är med i samplaneringen {plan.name}." in page

    formed = client.post("/behov/grupper/ny", data=form_values(page))

    assert f"hemligt-bolag AB lämnade samplaneringen {plan.name}" in client.get(formed.location).text


def test_a_member_contributes_each_need_once_and_only_of_the_plans_topics(scope, neighbour, user, plan, ours):
    with pytest.raises(service.JointStateError):
        factories_joint.contributed(plan, scope, by=user, need=ours[0])
    db.session.rollback()
    narrow = factories_joint.plan(scope, by=user, topic_ids=["T042"])
    with pytest.raises(service.JointStateError):
        factories_joint.contributed(narrow, scope, by=user, need=ours[0])


def test_a_need_that_is_agreed_on_in_one_plan_no_longer_waits_in_another(
    scope, plan, ours, theirs, neighbour, user, eva
):
    other = factories_joint.plan(scope, by=user, name="En annan plan")
    _need, copy = factories_joint.contributed(other, scope, by=user, need=ours[0])
    group = factories_joint.proposed(plan, scope, by=user)
    factories_joint.accept(group, neighbour, by=eva)

    assert db.session.get(JointNeed, copy.id).state is JointNeedState.WITHDRAWN
    assert db.session.get(JointNeed, ours[1].id).state is JointNeedState.PLACED


def test_a_need_of_which_a_part_has_been_taught_is_not_contributed(scope, plan, user):
    large = factories_needs.need(by=user, women=factories_joint.largest_of("T023"), men=1)
    cohort = factories_needs.cohort(large, factories_needs.need(by=user), by=user)
    assert large.is_clarified
    cohort.status = CohortStatus.DELIVERED
    db.session.commit()

    assert large not in queries.list_contributable(plan)


def test_when_the_host_dissolves_its_part_the_others_may_buy(scope, client, eva_client, group, neighbour, user, eva):
    factories_joint.accept(group, neighbour, by=eva)
    needs.dissolve_cohort(factories_joint.own_cohort(group), reason="Ingen lokal", by=user)
    db.session.commit()
    with access.acting_in(neighbour.id):
        theirs = factories_joint.own_cohort(group).id

    assert eva_client.get(f"/inkop/nytt?utbildningsgrupp={theirs}").status_code == 200
    page = eva_client.get(f"/behov/grupper/{theirs}").text
    assert "Börja inköp" in page and "var värd men har löst upp sin del" in page


def test_who_has_left_a_plan_is_not_led_to_its_group(scope, eva_client, plan, group, neighbour, eva):
    factories_joint.accept(group, neighbour, by=eva)
    with access.acting_in(neighbour.id):
        cohort_id = factories_joint.own_cohort(group).id
    assert address(group) in eva_client.get(f"/behov/grupper/{cohort_id}").text
    eva_client.submit(f"/behov/samplanering/{plan.id}/lamna")

    assert address(group) not in eva_client.get(f"/behov/grupper/{cohort_id}").text


def test_why_a_group_fell_is_read_inside_and_never_in_a_letter(scope, eva_client, group):
    eva_client.submit(f"{address(group)}/nej", declined_because="Svetsarna AB vill inte.")

    letters = list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))
    assert letters[-1].subject == "En gemensam grupp blev inte av"
    assert "Svetsarna" not in letters[-1].body


def test_the_host_buys_for_everybody_in_the_group(scope, client, group, neighbour, eva):
    factories_joint.accept(group, neighbour, by=eva)
    cohort = factories_joint.own_cohort(group)
    provider = factories_procurement.provider(by=eva)
    cohort.offering = factories_procurement.offering(
        provider, by=eva, fixed_price_ore=300_000, price_per_participant_ore=50_000
    )
    db.session.commit()

    page = client.get(f"/inkop/nytt?utbildningsgrupp={cohort.id}").text
    assert form_values(page)["value_sek"].replace("\xa0", "") in ("6000", "6000,00")
