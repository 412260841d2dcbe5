"""Merges move all that is ours and nothing else, and are taken apart without a trace."""

import threading
from datetime import timedelta
from random import Random

import pytest

from broker import access, audit, clock
from broker.access import Private
from broker.accounts.models import User
from broker.companies import queries as companies
from broker.companies import service as companies_service
from broker.companies.merged import MovedError
from broker.companies.merging import forgetting, holders, queries, service
from broker.companies.merging.fields import GONE, KEPT
from broker.companies.merging.labels import is_named
from broker.companies.merging.models import Merge, MergeKind
from broker.companies.models import Company, Engagement, EngagementStatus, Person
from broker.errors import NotFoundError
from broker.extensions import db
from tests import factories, factories_esf, factories_leads
from tests.companies.merging.things import fill, numberless, relation, stored

# Rows of a register that wait to be stored; nobody's own.
NO_HOLDERS = {("staged_company", "company_id"), ("register_change", "company_id")}


def merge(kept, gone, user, **chosen):
    row = service.merge_companies(kept, gone, chosen, by=user)
    db.session.commit()
    return row


def undo(row, user):
    undone = service.undo_merge(row, by=user)
    db.session.commit()
    return undone


@pytest.mark.parametrize("target", [Company, Person])
def test_every_column_that_points_at_a_company_or_a_person_moves_with_it(target):
    pointing = {
        (table.name, column.name)
        for table in db.metadata.tables.values()
        for column in table.columns
        if column.name == f"{target.__tablename__}_id"
        or column.references(db.metadata.tables[target.__tablename__].c.id)
    }
    found = holders.holders_of(target)
    known = {(holder.model.__tablename__, holder.column.key) for holder in found.columns}
    known |= {(links.table.name, links.own) for links in found.links}

    assert pointing - known - NO_HOLDERS == ({("engagement", "company_id")} if target is Company else set())


@pytest.mark.parametrize("target", [Company, Person, Engagement])
def test_every_kind_of_row_that_moves_has_an_owner_and_words(target):
    found = holders.holders_of(target)
    for holder in found.columns:
        assert issubclass(holder.model, Private) or holder.model in holders._project_rules, holder.name
        assert is_named(holder.name), f"{holder.name} needs words in broker/companies/merging/labels.py"
    assert all(is_named(links.table.name) for links in found.links)


def test_all_of_our_rows_move_and_the_company_without_number_is_gone_from_lists(scope, user):
    kept, gone = factories.company("Exempel Svets AB"), numberless(by=user)
    fill(gone, scope, user, Random(1))
    held = holders.holders_of(Company).columns
    before = holders.count_rows(held, [gone.id])[gone.id]

    merge(kept, gone, user)

    after = holders.count_rows(held, [kept.id, gone.id])
    assert after[kept.id] == before and sum(before.values()) > 10
    assert not any(after[gone.id].values())
    found = [company.name for company, _ours in companies.list_companies(companies.CompanyFilter(text="svets")).rows]
    assert found == ["Exempel Svets AB"]
    assert [company.id for company in companies.suggest_companies("exempel svest")] == [kept.id]
    with pytest.raises(MovedError):
        companies.get_company(gone.id)


@pytest.mark.parametrize("seed", range(6))
def test_a_merge_that_is_undone_leaves_the_same_rows(scope, user, seed):
    random = Random(seed)
    gone = numberless(by=user)
    kept = random.choice([lambda: factories.company("Exempel Svets AB"), lambda: numberless(by=user)])()
    people = fill(gone, scope, user, random)
    if random.random() < 0.7 or not kept.has_number:
        fill(kept, scope, user, random)
    before = stored()
    chosen = {name: random.choice(["kept", "gone", "both"]) for name in ("phone", "note", "tags", "status", "email")}

    row = merge(kept, gone, user, **chosen)
    assert stored() != before
    inner = None
    if len(people) > 1:
        inner = service.merge_people(people[0], people[1], {}, by=user)
        db.session.commit()
        undo(inner, user)
    undone = undo(row, user)

    assert stored() == before
    assert (undone.stayed, undone.added, undone.edited_fields) == (0, 0, [])
    assert audit.find_break() is None


@pytest.mark.parametrize("seed", range(3))
def test_two_people_who_are_merged_and_parted_are_as_before(scope, user, seed):
    company = factories.company()
    people = fill(company, scope, user, Random(seed + 20))
    people.append(factories.person(company, "Exempelsson Anna", email="anna@exempel.example"))
    factories.interaction(company, by=user, people=[people[0], people[-1]])
    before = stored()

    row = service.merge_people(people[0], people[-1], {"email": GONE}, by=user)
    db.session.commit()
    assert people[0].email == "anna@exempel.example"
    assert people[-1].id not in [person.id for person in companies.list_people(company.id)]
    undo(row, user)

    assert stored() == before


def test_another_organisation_keeps_all_it_has_of_both_companies(scope, user):
    kept, gone = factories.company("Exempel Svets AB"), numberless(by=user)
    other = factories.organisation()
    stranger = factories.user(organisation=other)
    with access.acting_in(other.id):
        for company in (kept, gone):
            fill(company, other, stranger, Random(7))
    fill(gone, scope, user, Random(8))
    before = foreign_rows(scope)

    row = merge(kept, gone, user)
    assert foreign_rows(scope) == before
    with access.acting_in(other.id):
        assert companies.get_company(gone.id) is gone
        assert companies.find_engagement(gone.id) is not None
        with pytest.raises(NotFoundError):
            queries.get_merge(row.id)
    undo(row, user)
    assert foreign_rows(scope) == before


def foreign_rows(organisation):
    private = [name for name, table in db.metadata.tables.items() if "organisation_id" in table.columns]
    place = {
        name: [column.name for column in db.metadata.tables[name].columns if column.name != "version"]
        for name in private
    }
    return {
        name: [row for row in rows if row[place[name].index("organisation_id")] != str(organisation.id)]
        for name, rows in stored().items()
        if name in private
    }


def test_two_numbers_are_two_companies(scope, user):
    gone, trader = numberless(by=user), factories_esf.company(identity_hash="x")

    for kept, away in ((factories.company(), factories.company()), (factories.company(), trader), (gone, trader)):
        with pytest.raises(service.CannotMergeError):
            service.merge_companies(kept, away, {}, by=user)
    with pytest.raises(service.CannotMergeError):
        service.merge_companies(gone, gone, {}, by=user)


def test_a_company_goes_into_one_other_only(scope, user):
    gone = numberless(by=user)
    merge(factories.company(), gone, user)

    with pytest.raises(service.CannotMergeError, match="Någon"):
        service.merge_companies(factories.company(), gone, {}, by=user)


def test_what_is_filled_in_and_what_is_newer_is_proposed_and_a_no_is_kept(scope, user):
    kept, gone = factories.company(), numberless(by=user)
    relation(
        kept, status=EngagementStatus.DECLINED, phone=None, email="a@exempel.example", note="Först.", tags=["bygg"]
    )
    relation(
        gone, status=EngagementStatus.ACTIVE, phone="0157-123 45", email="b@exempel.example", note="Sedan.", tags=["ny"]
    )
    companies_service.edit_engagement(companies.find_engagement(gone.id), {"website": "exempel.example"}, by=user)
    db.session.commit()

    merge(kept, gone, user)

    ours = companies.find_engagement(kept.id)
    assert (ours.status, ours.phone, ours.email) == (EngagementStatus.DECLINED, "0157-123 45", "b@exempel.example")
    assert ours.note == "Först.\n\nSedan." and ours.tags == ["bygg", "ny"]


def test_the_whole_name_of_a_person_is_proposed_before_a_newer_initial(scope, user):
    company = factories.company()
    kept, gone = factories.person(company, "Anna Ek"), factories.person(company, "A Ek", function="Vd")

    service.merge_people(kept, gone, {}, by=user)

    assert (kept.name, kept.function) == ("Anna Ek", "Vd")


def test_what_was_edited_or_added_since_is_kept_and_told(scope, user):
    kept, gone = factories.company(), numberless(by=user)
    relation(kept, phone="0157-111 11", employees=3)
    relation(gone, phone="0157-222 22", employees=4)
    factories.interaction(gone, by=user)
    row = merge(kept, gone, user, phone="gone", employees="gone")
    companies_service.edit_engagement(companies.find_engagement(kept.id), {"phone": "0157-333 33"}, by=user)
    factories.interaction(kept, by=user, summary="Sedan.")

    undone = undo(row, user)

    assert undone.edited_fields == ["phone"] and undone.added == 1
    ours, theirs = companies.find_engagement(kept.id), companies.find_engagement(gone.id)
    assert (ours.phone, ours.employees) == ("0157-333 33", 3)
    assert (theirs.phone, theirs.employees) == ("0157-222 22", 4)
    assert [contact.summary for contact in companies.list_interactions(kept.id).rows] == ["Sedan."]


def test_what_was_added_to_a_company_that_was_not_ours_makes_it_ours(scope, user):
    kept, gone = factories.company(), numberless(by=user)
    factories.interaction(gone, by=user)
    row = merge(kept, gone, user)
    factories.interaction(kept, by=user, summary="Sedan.")

    assert undo(row, user).added == 1

    assert companies.find_engagement(kept.id).last_contact_on == clock.today()
    assert companies.find_engagement(gone.id).last_contact_on == clock.today()


def test_after_its_time_and_before_a_later_one_a_merge_is_not_undone(scope, user):
    middle, first = numberless(by=user), numberless(by=user)
    last = factories.company()
    one, two = merge(middle, first, user), merge(last, middle, user)
    with pytest.raises(service.CannotMergeError, match="senare"):
        service.undo_merge(one, by=user)
    assert queries.kept_company_id(first.id) == last.id

    undo(two, user)
    one.undo_until = clock.today() - timedelta(days=1)
    db.session.commit()
    with pytest.raises(service.CannotMergeError, match="Tiden"):
        service.undo_merge(one, by=user)


def meanwhile(app, organisation_id, step):
    """Let somebody else do something who has read what we see; we commit as soon as he waits for us."""

    def act():
        with app.app_context(), access.acting_in(organisation_id):
            try:
                step()
                db.session.commit()
            except service.CannotMergeError as refused:
                answers.append(refused)

    answers, thread = [], threading.Thread(target=act)
    thread.start()
    thread.join(timeout=0.7)
    db.session.commit()
    thread.join()
    return answers


@pytest.mark.parametrize("database_app", ["postgresql"], indirect=True)
@pytest.mark.parametrize("kind", [MergeKind.COMPANY, MergeKind.PERSON])
def test_two_that_are_merged_into_each_other_at_once_do_not_both_go(app, scope, user, kind):
    model, do = (Company, service.merge_companies) if kind is MergeKind.COMPANY else (Person, service.merge_people)
    company = numberless(by=user)
    pair = (company, numberless(by=user)) if model is Company else [factories.person(company, "Bo") for _two in "ab"]
    one_id, other_id, user_id = pair[0].id, pair[1].id, user.id

    def cross():
        one, other = (db.session.get_one(model, key) for key in (one_id, other_id))
        do(one, other, {}, by=db.session.get_one(User, user_id))

    db.session.rollback()
    do(pair[1], pair[0], {}, by=user)
    refused = meanwhile(app, scope.id, cross)

    assert "redan slagit ihop" in str(refused[0])
    assert [(row.kept_id, row.gone_id) for row in queries.list_merges()] == [(other_id, one_id)]


def test_merges_that_go_round_in_a_circle_end(scope, user):
    one, other = numberless(by=user), numberless(by=user)
    row = merge(one, other, user)
    facts = {"moved": {}, "had": {}, "merged_by_id": user.id, "undo_until": row.undo_until}
    factories.add(Merge(kind=MergeKind.COMPANY, kept_id=other.id, gone_id=one.id, **facts))

    assert queries.kept_company_id(one.id) == other.id


def test_old_values_are_forgotten_when_a_merge_can_no_longer_be_undone(scope, user):
    kept, gone = factories.company(), numberless(by=user)
    relation(kept, phone="0157-111 11")
    row = merge(kept, gone, user)
    forgetting.tidy()
    assert row.fields is not None

    row.undo_until = clock.today() - timedelta(days=1)
    db.session.commit()
    forgetting.tidy()
    db.session.refresh(row)
    assert row.fields is None and row.parked_id is not None


def test_the_history_of_the_company_tells_of_the_merge_and_what_went_before(scope, user):
    kept, gone = factories.company(), numberless(by=user)
    companies_service.edit_engagement(companies_service.engage(gone), {"phone": "0157-1"}, by=user)
    row = merge(kept, gone, user)
    told = [event.action for event in companies.list_history(kept.id)]
    assert told[:1] == ["company:merged"] and "company:added" in told

    undo(row, user)
    assert companies.list_history(kept.id)[0].action == "company:parted"
    assert companies.list_history(gone.id)[0].action == "company:parted"


def test_the_chain_of_events_holds_nothing_personal_of_people_who_are_merged(scope, user):
    company = factories.company()
    kept = factories.person(company, "Anna Hemligsson", phone="070-1111111")
    gone = factories.person(company, "A Hemligsson", phone="070-2222222")
    undo(service.merge_people(kept, gone, {"phone": GONE}, by=user), user)

    facts = str([event.facts for event in audit.history_of(kept)])
    assert "Hemligsson" not in facts and "070" not in facts and "phone" in facts


def test_a_person_with_protected_identity_is_not_merged_and_takes_along_who_went_in_before(scope, user):
    company = factories.company()
    kept, gone = factories.person(company), factories.person(company)
    with pytest.raises(service.CannotMergeError):
        service.merge_people(kept, factories.person(company, is_protected=True), {}, by=user)
    with pytest.raises(service.CannotMergeError):
        service.merge_people(kept, factories.person(factories.company()), {}, by=user)
    row = service.merge_people(kept, gone, {"name": KEPT}, by=user)

    companies_service.edit_person(kept, {"is_protected": True}, by=user)
    db.session.commit()
    assert queries.names_in([row]) == {}
    undo(row, user)

    assert gone.is_protected


def test_what_both_companies_have_promised_one_project_stays_there(scope, user):
    kept, gone = factories.company(), numberless(by=user)
    project = factories_esf.project(scope, user)
    needs = [factories_esf.need(company, user) for company in (kept, gone)]
    factories_esf.join(project, factories_esf.cohort(user, *needs), user)
    before = stored()

    row = merge(kept, gone, user)

    assert row.moved["need.company_id"] == [needs[1].id]
    assert not {"contribution.company_id", "commitment.company_id", "actor.company_id"} & set(row.moved)
    undo(row, user)
    assert stored() == before


def test_our_rows_of_a_project_move_and_those_beside_others_stay(scope, user):
    kept, gone = factories.company(), numberless(by=user)
    project = factories_esf.project(scope, user)
    needs = [factories_esf.need(company, user) for company in (factories_esf.company(), gone)]
    factories_esf.join(project, factories_esf.cohort(user, *needs), user)
    before = stored()

    row = merge(kept, gone, user)
    assert {"contribution.company_id", "commitment.company_id"} <= set(row.moved)
    undo(row, user)
    assert stored() == before


def test_a_lead_about_what_we_have_merged_comes_in_about_what_we_kept(scope, user):
    kept, gone = factories.company(), numberless(by=user)
    neighbour = factories.organisation()
    merge(kept, gone, user)

    lead = factories_leads.lead(sender=neighbour, receivers=[scope], by=user, company=gone)

    assert factories_leads.received(lead, scope).company_id == kept.id


def test_a_pair_that_is_none_is_remembered_until_that_is_taken_back(scope, user):
    first, second = numberless(by=user), numberless(by=user)
    assert queries.list_company_pairs().count == 1

    service.rule_out(MergeKind.COMPANY, second.id, first.id, by=user)
    service.rule_out(MergeKind.COMPANY, first.id, second.id, by=user)
    assert queries.list_company_pairs().count == 0

    service.rule_in(MergeKind.COMPANY, first.id, second.id, by=user)
    assert queries.list_company_pairs().count == 1
