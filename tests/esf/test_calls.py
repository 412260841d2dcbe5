"""A call is corrected while it is open: the differences, what they mean for projects, and the move, on both engines."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from broker import UPKEEP, access
from broker.access import Role
from broker.errors import NotAllowedError, RefusedError
from broker.esf import queries, service
from broker.esf.budgets.explanations import RateSource
from broker.esf.budgets.figures import compute
from broker.esf.budgets.pages import overview
from broker.esf.calls import queries as calls
from broker.esf.calls import service as calls_service
from broker.esf.calls.differences import list_changes
from broker.esf.calls.moving import list_effects, under
from broker.esf.calls.prices import PriceRow
from broker.esf.calls.reminding import write_urgent
from broker.esf.commitments.upkeep import remind_unsigned
from broker.esf.kinds import AidBasis
from broker.extensions import db
from broker.mail import OutgoingMail
from broker.reminders.models import ReminderChoice
from tests import factories, factories_esf

YEAR = factories_esf.TODAY.year


def correct(call, user, **changes):
    days = {"closes_on": factories_esf.TODAY + timedelta(days=60), "closing_time": time(16)}
    row = calls_service.correct_call(call, **(days | {"version": "2"} | changes), by=user)
    db.session.commit()
    return row


def effects(project, call):
    rows = list_effects(queries.load_application(project.id), call)
    return [str(row.sentence).replace("\N{NO-BREAK SPACE}", " ") for row in rows]


@pytest.fixture
def project(scope, user):
    row = factories_esf.joined_project(scope, user)
    factories_esf.complete(row, user)
    factories_esf.worked_budget(row, user)
    return row


def test_what_the_last_hours_ask_and_who_has_signed_are_seen_to_every_minute():
    assert {write_urgent, remind_unsigned} <= set(UPKEEP)


def test_prices_are_not_read_into_a_text_that_has_been_corrected(scope, user):
    call = factories_esf.call(user, unit_costs={})
    correct(call, user, title="Rättad")

    with pytest.raises(RefusedError, match="version 2"):
        calls_service.read_prices(call, [PriceRow(2, "Ekonom", Decimal(579))], file_name="priser.csv", by=user)

    assert call.prices == {}


def test_a_project_outside_a_corrected_window_can_still_say_who_steers_it(client, project, user):
    later = correct(project.call, user, earliest_start=date(YEAR + 1, 5, 1))
    calls_service.move_project(project, later, by=user)
    db.session.commit()

    saved = client.submit(f"/projekt/{project.id}/styrgrupp", steering_mandate="Beslutar om planen")

    assert saved.status_code == 302
    assert client.submit(f"/projekt/{project.id}/uppgifter", name="Nytt namn").status_code == 422


def test_a_corrected_call_is_a_version_of_its_own_and_says_what_differs(scope, user):
    call = factories_esf.call(user)
    later = correct(
        call,
        user,
        closing_time=time(12),
        cofinancing_rate=Decimal("0.40"),
        unit_costs=factories_esf.PRICES | {"Ekonom": "600"},
        attachments=[{"id": "inkopspolicy", "title": "Inköpspolicy", "required": True}],
    )

    told = {row.label: (row.before, row.after) for row in list_changes(call, later)}
    assert set(told) == {
        *("Stänger", "Medfinansiering", "Enhetskostnad: Ekonom"),
        *("Bilaga: Förändringsteori", "Bilaga: Inköpspolicy"),
    }
    assert told["Medfinansiering"] == ("46 %", "40 %")
    assert told["Bilaga: Förändringsteori"] == ("Krävs", "")
    assert queries.list_open_calls() == [later]
    assert queries.get_call(call.id).cofinancing_rate == Decimal("0.46")


def test_a_correction_that_says_nothing_new_or_comes_second_is_refused(scope, user):
    call = factories_esf.call(user)
    with pytest.raises(RefusedError, match="Ingenting är ändrat"):
        correct(call, user)
    correct(call, user, title="Nytt namn")
    with pytest.raises(RefusedError, match="redan rättat utlysningen till version 2"):
        correct(call, user, title="Annat namn", version="3")
    with pytest.raises(RefusedError, match="i ordning"):
        correct(queries.list_open_calls()[0], user, version="3", latest_end=date(YEAR, 1, 1))


def test_what_a_correction_means_is_said_before_the_project_is_moved(project, user):
    later = correct(
        project.call,
        user,
        earliest_start=factories_esf.START + timedelta(days=10),
        max_months=12,
        cofinancing_rate=Decimal("0.40"),
        unit_costs={"Projektledare": "600", "Kompetensmäklare": "482", "deltagare": "290"},
        attachments=[{"id": "inkopspolicy", "title": "Inköpspolicy", "required": True}],
        state_aid_basis=AidBasis.TRAINING_AID,
        parts=["Kompetensutveckling"],
    )
    told = effects(project, later)

    assert any("Flytta starten till mellan" in text for text in told)
    assert any("Korta det till högst 12" in text for text in told)
    assert any("40 % i stället för 46 %" in text for text in told)
    assert any("Enhetskostnaden ”Ekonom” finns inte längre" in text for text in told)
    assert any("Projektledare 592,00" in text and "600,00" in text for text in told)
    assert any("Lägg till bilagan ”Inköpspolicy”" in text for text in told)
    assert any("2 åtaganden står på en annan" in text for text in told)
    assert not any("pekar inte på" in text for text in told), "the goal names a part that is there"

    calls_service.move_project(project, later, by=user)
    db.session.commit()
    moved = queries.get_project(project.id)
    assert moved.call_id == later.id and calls.find_newer(moved.call) is None


def test_days_that_a_corrected_call_does_not_allow_are_a_check_that_leads_to_the_project(client, project, user):
    page, edit = f"/projekt/{project.id}/kontroller", f"/projekt/{project.id}/uppgifter"
    assert "Projektets start, slut och längd är de som utlysningen tillåter." in client.get(page).text
    last = project.ends_on - timedelta(days=1)
    later = correct(
        project.call, user, earliest_start=factories_esf.START + timedelta(days=1), latest_end=last, max_months=23
    )
    calls_service.move_project(project, later, by=user)
    db.session.commit()

    text = client.get(page).text
    faults = ("Flytta starten till mellan", "Låt det sluta senast", "Korta det till högst 23")
    assert all(fault in text for fault in faults) and f'href="{edit}' in text

    fits = {"starts_on": str(factories_esf.START + timedelta(days=1)), "ends_on": str(last - timedelta(days=70))}
    assert client.submit(edit, **fits).status_code == 302
    assert not any(fault in client.get(page).text for fault in faults)


def test_the_flat_rate_of_a_call_goes_before_the_one_of_the_model(project, user):
    later = correct(project.call, user, flat_rate=Decimal("0.20"))
    assert any(text.startswith("Stödet blir") for text in effects(project, later))

    application = queries.load_application(project.id)
    told = {}
    for row in (application, under(application, later)):
        shown = overview(row, compute(row))
        told[row.call.version] = {one.rate for one in [*shown.costs, *shown.subs[0][1]] if one.id == "I"}
    assert told == {"1": {RateSource.FORM}, "2": {RateSource.CALL}}, "whose rate it is"


def test_only_the_owner_moves_a_project_and_only_to_the_newest_text(scope, user):
    project = factories_esf.project(scope, user)
    second = correct(project.call, user, title="Nytt namn")
    third = correct(second, user, title="Nyast", version="3")
    member = factories.organisation()
    service.add_member(project, member, by=user)
    db.session.commit()

    with access.acting_in(member.id), pytest.raises(NotAllowedError):
        calls_service.move_project(queries.get_project(project.id), third, by=user)
    with pytest.raises(RefusedError, match="rättats igen"):
        calls_service.move_project(project, second, by=user)
    assert [(row.id, call.version) for row, call in calls.list_outdated(factories_esf.clock.now())] == [
        (project.id, "3")
    ]
    with access.acting_in(factories.organisation().id):
        open_calls, outdated = calls.list_open(factories_esf.clock.now())
        assert [row.version for row in open_calls] == ["3"] and outdated == []


def test_members_that_want_letters_are_told_and_nobody_else(scope, user):
    project = factories_esf.project(scope, user, name="Gemensamt lyft")
    member, stranger = factories.organisation(), factories.organisation()
    people = [
        factories.user(organisation=member, roles=[Role.COORDINATOR]),
        factories.user(organisation=member, roles=[Role.READER]),
        factories.user(organisation=stranger, roles=[Role.COORDINATOR]),
    ]
    service.add_member(project, member, by=user)
    for person, organisation in zip(people, (member, member, stranger), strict=True):
        with access.acting_in(organisation.id):
            db.session.add(ReminderChoice(user_id=person.id, mails_corrections=True))
            db.session.flush()
    db.session.commit()
    with access.acting_in(stranger.id):
        correct(project.call, people[2], title="Nytt namn")

    letters = db.session.query(OutgoingMail).filter(OutgoingMail.subject.contains("Gemensamt lyft")).all()
    assert [letter.recipient for letter in letters] == [people[0].email]
    assert f"/projekt/{project.id}/rattad-utlysning" in letters[0].body
