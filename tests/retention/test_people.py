"""Contact persons: when their time begins, and what goes along of those who went into one another."""

from datetime import timedelta

from broker import clock
from broker.companies.merging import service as merging
from broker.extensions import db
from broker.retention import queries, service
from broker.retention.kinds import KINDS
from broker.retention.models import RecordKind, RetentionExemption
from tests import factories, factories_needs
from tests.retention import records
from tests.retention.records import WORD


def test_the_time_of_a_person_counts_from_the_last_contact_also_when_that_has_been_destroyed(app, administrator, user):
    company = factories.company()
    person = factories.person(company, is_active=False, created_at=records.moment_of(clock.today() - timedelta(4000)))
    active = factories.person(company, "Aktiv Aktivsson", created_at=person.created_at)
    records.contact(company, by=user, days=3 * 365, people=[person, active])
    records.contact(company, by=user, days=5 * 365, people=[person])
    db.session.commit()
    records.rule(RecordKind.CONTACTS, by=administrator)
    records.rule(RecordKind.PEOPLE, by=administrator, years=4)
    kind, today = KINDS[RecordKind.PEOPLE], clock.today()
    last_day = queries.find_rule(kind, today).last_day(today)

    records.destroy(RecordKind.CONTACTS, by=administrator)
    assert queries.count_due(kind, last_day, today).count == 0
    # Three years is what is left of it.
    assert [day for _row, day in queries.list_due(kind, today, today).rows] == [today - timedelta(days=3 * 365)]


def test_who_was_there_is_kept_as_long_as_the_contact_is(app, administrator, user):
    company, kind, today = factories.company(), KINDS[RecordKind.PEOPLE], clock.today()
    asked, needed, nobody = (factories.person(company, name, is_active=False) for name in ("A Ett", "B Två", "C Tre"))
    contacts = [records.contact(company, by=user, people=[person]) for person in (asked, needed, nobody)]
    factories_needs.need(by=user, company=company, interaction_id=contacts[1].id)
    exemption = service.exempt(KINDS[RecordKind.CONTACTS], contacts[0], reason="Begärd", by=administrator)
    db.session.commit()

    def due():
        return [row.id for row, _day in queries.list_due(kind, today, today).rows]

    assert due() == [nobody.id]
    assert [count for _why, count in queries.count_held_back(kind, today, today)] == [2]
    service.end_exemption(exemption, by=administrator)
    db.session.commit()
    assert due() == [asked.id, nobody.id]


def test_who_went_into_another_goes_along_once_that_cannot_be_undone(app, administrator, user):
    company = factories.company()
    kept, gone = (factories.person(company, f"{WORD} {name}", is_active=False) for name in ("Ett", "Två"))
    merge = merging.merge_people(kept, gone, {}, by=user)
    db.session.commit()
    records.rule(RecordKind.PEOPLE, by=administrator, years=1)
    kind, later = KINDS[RecordKind.PEOPLE], clock.today() + timedelta(days=1)
    assert queries.count_due(kind, later, clock.today()).count == 0

    kept.created_at = records.moment_of(clock.today() - timedelta(days=800))
    merge.undo_until, merge.fields = clock.today() - timedelta(days=1), None
    # Who went away was exempted: what is one now is left alone as long as that lasts.
    db.session.add(RetentionExemption(kind=kind.id, record_id=gone.id, reason="Tvist", made_by_id=user.id))
    db.session.commit()
    assert queries.count_due(kind, later, clock.today()).count == 0
    db.session.query(RetentionExemption).update({"ended_at": clock.now()})
    db.session.commit()
    records.destroy(RecordKind.PEOPLE, by=administrator)
    assert records.holding(WORD) == []


def test_an_exempted_one_keeps_all_that_it_went_into_and_the_exemption_can_be_ended(app, administrator, user):
    company, kind, later = factories.company(), KINDS[RecordKind.PEOPLE], clock.today() + timedelta(days=1)
    names = ("Anna Ett", "Anna Två", "Anna Tre")
    first, second, third = (factories.person(company, name, is_active=False) for name in names)
    exemption = service.exempt(kind, first, reason="Tvist", by=administrator)
    for kept, gone in ((second, first), (third, second)):
        merging.merge_people(kept, gone, {}, by=user).undo_until = clock.today() - timedelta(days=1)
    db.session.commit()

    assert queries.count_due(kind, later, clock.today()).count == 0
    assert [row.id for row, _person in queries.list_exempted(kind)[0]] == [exemption.id]
    assert [count for _why, count in queries.count_held_back(kind, later, clock.today())] == [1]
    service.end_exemption(exemption, by=administrator)
    db.session.commit()
    assert [row.id for row, _day in queries.list_due(kind, later, clock.today()).rows] == [third.id]


def test_of_two_who_are_one_the_later_day_counts(app, administrator, user):
    company = factories.company()
    kept, gone = (factories.person(company, name, is_active=False) for name in ("Anna Ett", "Anna Två"))
    kept.last_met_on, gone.last_met_on = (clock.today() - timedelta(days=days) for days in (900, 500))
    merge = merging.merge_people(kept, gone, {}, by=user)
    assert kept.last_met_on == gone.last_met_on
    merging.undo_merge(merge, by=user)
    assert kept.last_met_on == clock.today() - timedelta(days=900)


def test_who_is_parted_from_another_has_been_met_as_lately_as_what_was_destroyed_meanwhile(app, administrator, user):
    company = factories.company()
    kept, gone = (factories.person(company, name, is_active=False) for name in ("Anna Ett", "Anna Två"))
    contact = records.contact(company, by=user, people=[gone])
    merge = merging.merge_people(kept, gone, {}, by=user)
    records.rule(RecordKind.CONTACTS, by=administrator)
    records.destroy(RecordKind.CONTACTS, by=administrator)
    merging.undo_merge(merge, by=user)

    assert gone.last_met_on == contact.happened_on
