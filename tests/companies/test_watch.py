"""What a national register changes about our companies: noted, told, and given to whoever keeps the relation."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from broker import access, clock
from broker.access import Role, acting_in
from broker.companies import queries, service
from broker.companies.models import Company, EngagementStatus, Task
from broker.companies.watch.models import RegisterChange, WatchedFact
from broker.companies.watch.queries import list_changes_of_company, list_our_changes
from broker.companies.watch.service import note_changes
from broker.extensions import db
from broker.jobs import JobCancelled
from tests import factories
from tests.companies.imports.files import NUMBERS
from tests.companies.imports.test_register_import import line, register, run

KNOWN = line(number=NUMBERS[0], name="Exempel Svets AB", town="KÖPING")


@pytest.fixture
def company(scope, user, tmp_path):
    run(register(tmp_path, KNOWN, line(number=NUMBERS[1], name="Exempel Annat AB")), scope, user)
    found = db.session.scalars(select(Company).where(Company.organisation_number == NUMBERS[0])).one()
    factories.interaction(found, by=user)
    return found


def changes():
    return [
        (change.fact, change.told) for change in db.session.scalars(select(RegisterChange).order_by(RegisterChange.id))
    ]


def tasks():
    with access.every_organisation():
        return list(db.session.scalars(select(Task)))


def test_what_matters_is_noted_and_told_to_who_keeps_the_relation(company, scope, user, tmp_path, client):
    gone = line(number=NUMBERS[0], name="Exempel Ny Svets AB", ended="2026-11-02", town="FLEN")
    run(register(tmp_path, gone, line(number=NUMBERS[1], name="Exempel Nytt AB")), scope, user)

    assert changes() == [
        (WatchedFact.DEREGISTERED, "Avregistrerat 2026-11-02"),
        (WatchedFact.NAME, "Nytt namn, förut Exempel Svets AB"),
        (WatchedFact.MUNICIPALITY, "Flyttat från Köping till Flen"),
    ]
    [task] = tasks()
    assert (task.owner_id, task.company_id, task.due_on) == (user.id, company.id, clock.next_weekday(clock.today()))
    assert task.title.startswith("Se över relationen: Avregistrerat 2026-11-02; Nytt namn")
    for url in ("/foretag/registret", f"/foretag/{company.id}"):
        assert "Nytt namn, förut Exempel Svets AB" in client.get(url).text


def test_bankruptcy_is_told_when_it_begins_and_when_it_is_over(company, scope, user, tmp_path):
    bankrupt = KNOWN.replace('"";"";"2015-09-16"', '"";"KK-AVOMFO$2026-11-02";"2015-09-16"')
    assert bankrupt != KNOWN
    run(register(tmp_path, bankrupt), scope, user)
    run(register(tmp_path, KNOWN), scope, user)

    told = [sentence for _fact, sentence in changes()]
    assert "onkurs" in told[0] and "2026-11-02" in told[0]
    assert told[1:] == ["Inget förfarande pågår längre"]


def test_a_company_without_relation_is_not_watched(scope, user, tmp_path):
    run(register(tmp_path, KNOWN), scope, user)
    run(register(tmp_path, line(number=NUMBERS[0], ended="2026-11-02")), scope, user)

    assert changes() == [] and tasks() == []


def test_a_dry_run_notes_nothing(company, scope, user, tmp_path):
    run(register(tmp_path, line(number=NUMBERS[0], ended="2026-11-02")), scope, user, is_dry_run=True)

    assert changes() == [] and tasks() == []


def test_a_cancelled_import_notes_nothing(company, scope, user, tmp_path):
    def cancel(done, total, message):
        if done and done == total:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        run(register(tmp_path, line(number=NUMBERS[0], ended="2026-11-02")), scope, user, tell=cancel)
    db.session.rollback()

    assert changes() == [] and tasks() == []


def test_the_registers_own_name_for_what_a_person_typed_is_no_news(scope, user, tmp_path):
    typed = service.add_company(number=NUMBERS[0], name="Svetsen", post_town="Flen", by=user)
    db.session.commit()
    run(register(tmp_path, line(number=NUMBERS[0], name="Exempel Svets AB", town="KÖPING")), scope, user)
    assert changes() == []
    run(
        register(tmp_path, line(number=NUMBERS[0], name="Exempel Svets AB", town="KÖPING", ended="2026-11-02")),
        scope,
        user,
    )

    assert [fact for fact, _told in changes()] == [WatchedFact.DEREGISTERED]
    assert queries.get_company(typed.id).deregistered_on is not None


def test_each_organisation_with_a_relation_gets_its_own_task(company, scope, user, tmp_path):
    other = factories.organisation()
    colleague = factories.user(organisation=other, roles=[Role.BROKER])
    with acting_in(other.id):
        factories.interaction(company, by=colleague)
    run(register(tmp_path, line(number=NUMBERS[0], ended="2026-11-02", town="KÖPING")), scope, user)

    assert {(task.organisation_id, task.owner_id) for task in tasks()} == {
        (scope.id, user.id),
        (other.id, colleague.id),
    }


@pytest.mark.parametrize("reason", ["left", "declined", "nobody"])
def test_nobody_is_asked_who_has_left_or_where_nobody_should_call(company, scope, user, tmp_path, reason):
    engagement = queries.find_engagement(company.id)
    if reason == "left":
        engagement.owner_id = factories.user().id
    elif reason == "declined":
        engagement.status = EngagementStatus.DECLINED
    else:
        engagement.owner_id = None
    db.session.commit()
    run(register(tmp_path, line(number=NUMBERS[0], ended="2026-11-02", town="KÖPING")), scope, user)

    assert tasks() == [] and WatchedFact.DEREGISTERED in dict(changes())


def test_the_page_shows_our_companies_only_and_goes_on_below(company, scope, user, tmp_path):
    for name in ("Exempel Ett AB", "Exempel Tva AB", "Exempel Tre AB"):
        run(register(tmp_path, line(number=NUMBERS[0], name=name, town="KÖPING")), scope, user)
    first = list_our_changes(limit=2)
    rest = list_our_changes(before=first.next_before, limit=2)

    assert [change.after for change, _ours in (*first.rows, *rest.rows)] == [
        "Exempel Tre AB", "Exempel Tva AB", "Exempel Ett AB",
    ]  # fmt: skip
    assert rest.next_before is None
    with acting_in(factories.organisation().id):
        assert list_our_changes().rows == []


def test_an_organisation_without_relation_does_not_learn_that_another_has_one(company, scope, user, tmp_path):
    run(register(tmp_path, line(number=NUMBERS[0], ended="2026-11-02", town="KÖPING")), scope, user)
    other = factories.organisation()
    stranger = factories.user(organisation=other, roles=[Role.BROKER])

    assert list_changes_of_company(company.id) != []
    with acting_in(other.id):
        assert list_changes_of_company(company.id) == []
        factories.interaction(company, by=stranger)
        queries.find_engagement(company.id).created_at = clock.now() + timedelta(days=2)
        db.session.commit()
        assert list_changes_of_company(company.id) == [] and list_our_changes().rows == []


def test_the_former_name_of_a_sole_trader_is_told_nowhere(scope, user):
    company = factories.company("Kim Nyman")
    factories.interaction(company, by=user)
    after = {fact.value: getattr(company, fact.value) for fact in WatchedFact} | {"identity_hash": "hash"}
    note_changes([(company.id, after | {"name": "Kim Gammelnamn"}, after, True)], source="test")
    db.session.commit()

    assert changes() == [(WatchedFact.NAME, "Nytt namn")]
    assert [task.title for task in tasks()] == ["Se över relationen: Nytt namn"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, "0482", "Finns nu i Flen"),
        ("0482", None, "Kommunen är okänd"),
        ("0482", "0483", "Flyttat från Flen till Katrineholm"),
    ],
)
def test_a_move_is_told_by_what_is_known(app, before, after, told):
    change = RegisterChange(fact=WatchedFact.MUNICIPALITY, before=before, after=after)
    assert change.told == told
