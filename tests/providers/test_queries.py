"""What is read about providers, and for whom."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import event

from broker import access, clock
from broker.errors import NotFoundError
from broker.extensions import db
from broker.providers import queries, service
from broker.providers.hearings import service as hearings
from broker.providers.hearings.rules import NextStep
from broker.providers.models import Language, ProviderKind
from broker.providers.service import Finding
from tests import factories as general
from tests import factories_procurement as factories


@pytest.fixture
def stranger(app):
    """Give a vetted provider of another organisation, which nobody else may see."""
    other = general.organisation()
    colleague = general.user(organisation=other)
    with access.acting_in(other.id):
        provider = factories.vetted_provider(
            by=colleague, name="hemligt-anordnaren", checked_on=clock.today() - timedelta(days=3000)
        )
        factories.offering(provider, by=colleague)
        return provider.id


def names(page):
    return [row.provider.name for row in page.rows]


def test_the_register_is_in_swedish_order_and_only_ones_own(stranger, scope, user):
    for name in ("Ängen", "Åsen", "Zenit", "Aspen"):
        factories.provider(by=user, name=name)
    page = queries.list_register(today=clock.today())
    assert names(page) == ["Aspen", "Zenit", "Åsen", "Ängen"]
    assert page.count == 4


def test_a_search_forgives_case_and_dots(scope, user):
    factories.provider(by=user, name="Södra Svetsskolan")
    factories.provider(by=user, name="100 % truck")
    assert names(queries.list_register(today=clock.today(), search="SODRA")) == ["Södra Svetsskolan"]


def test_the_register_is_filtered_by_topic_and_status(scope, user):
    vetted = factories.vetted_provider(by=user, name="Godkänd")
    factories.offering(vetted, by=user, topic_id="T002")
    factories.provider(by=user, name="Ny")
    assert names(queries.list_register(today=clock.today(), topic_id="T002")) == ["Godkänd"]
    assert names(queries.list_register(today=clock.today(), status_id="new")) == ["Ny"]
    assert names(queries.list_register(today=clock.today(), status_id="vetted")) == ["Godkänd"]


@pytest.mark.parametrize("status_id", [None, "new"])
def test_a_long_register_goes_on_where_it_stopped(scope, user, monkeypatch, status_id):
    monkeypatch.setattr(queries, "PAGE", 2)
    for name in ("A", "B", "C"):
        service.add_provider(name=name, by=user)
    first = queries.list_register(today=clock.today(), status_id=status_id)
    rest = queries.list_register(today=clock.today(), status_id=status_id, after=first.next_after)
    assert (names(first), names(rest), rest.next_after) == (["A", "B"], ["C"], None)


def test_who_teaches_a_topic_comes_with_the_offering_and_the_vetting(stranger, scope, user):
    vetted = factories.vetted_provider(by=user, name="Truckskolan")
    offering = factories.offering(vetted, by=user)
    factories.offering(vetted, by=user, topic_id="T002")
    ((provider, found, status),) = queries.list_providers_for("T001", today=clock.today())
    assert (provider.id, found.id, status.id) == (vetted.id, offering.id, "vetted")


def test_who_teaches_a_topic_is_read_with_three_queries_however_many_they_are(scope, user):
    for number in range(8):
        factories.offering(factories.vetted_provider(by=user, name=f"Skola {number}"), by=user)
    db.session.expunge_all()
    statements = []

    def count(connection, cursor, statement, parameters, context, executemany):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        found = queries.list_providers_for("T001", today=clock.today())
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    selects = [
        statement
        for statement in statements
        if statement.lower().startswith("select") and "set_config" not in statement
    ]
    assert len(found) == 8
    assert len(selects) <= 3


def test_what_waits_is_listed_the_earliest_day_first_and_what_is_well_or_paused_is_not(stranger, scope, user):
    today = clock.today()
    factories.vetted_provider(by=user, name="Färsk")
    late = factories.vetted_provider(by=user, name="Gammal", checked_on=today - timedelta(days=400))
    factories.vetted_provider(by=user, name="Pausad", checked_on=today - timedelta(days=400), is_paused=True)
    soon = factories.vetted_provider(by=user, name="Snart", checked_on=today - timedelta(days=170))
    changed = factories.vetted_provider(by=user, name="Ändrad")
    hearings.reopen(changed, happened_on=today - timedelta(days=1), text="Ny ägare.", by=user)
    found = [(row.provider.id, row.status.id, row.waiting.step) for row in queries.list_waiting(today)]
    assert found == [
        (late.id, "expired", None),
        (changed.id, "in_review", NextStep.DECIDE),
        (soon.id, "vetted", None),
    ]


def test_the_status_takes_the_last_of_two_checks_of_one_day(scope, user):
    provider = factories.vetted_provider(by=user)
    service.record_checks(provider, [Finding("tax_debt", "failed", note="Skuld.")], checked_on=clock.today(), by=user)
    assert queries.status_of(provider, today=clock.today()).id == "under_hearing"


def test_providers_of_one_name_are_told_apart_where_one_is_chosen(scope, user):
    numbered = factories.provider(by=user, organisation_number="5566778899")
    placed = factories.provider(by=user)
    other = factories.provider(by=user, name="Lernia")
    assert queries.list_provider_names() == [
        (other.id, "Lernia"),
        (numbered.id, "Svetsskolan i Flen, 556677-8899, Flen"),
        (placed.id, "Svetsskolan i Flen, Flen"),
    ]


def test_another_organisations_provider_does_not_exist(stranger, scope):
    with pytest.raises(NotFoundError):
        queries.get_provider(stranger)
    assert queries.list_provider_names() == []
    assert queries.list_providers_for("T001", today=clock.today()) == []
    assert queries.list_waiting(clock.today()) == []


def test_the_register_is_narrowed_by_kind_language_and_where_a_training_in_the_topic_can_be_given(scope, user):
    near = factories.provider(by=user, name="Nära", kind="komvux")
    factories.offering(near, by=user, languages=["sv", "pl"], reach_km=50)
    factories.offering(near, by=user, topic_id="T023", modes=["distance"], languages=["sv"])
    far = factories.provider(by=user, name="Malmöskolan", kind="private")
    factories.offering(far, by=user, municipality_code="1280", reach_km=50)
    factories.provider(by=user, name="Utan utbud", kind="komvux")
    found = partial(queries.list_register, today=clock.today())

    assert names(found(kind="komvux")) == ["Nära", "Utan utbud"]
    assert names(found(language="pl")) == ["Nära"]
    assert names(found(place="0483")) == names(found(place="0483", topic_id="T001")) == ["Nära"]
    assert names(found(place="1280", topic_id="T001")) == ["Malmöskolan"]
    assert names(found(place="1280", topic_id="T023")) == ["Nära"]
    assert names(found(topic_id="T023", language="pl")) == []
    assert queries.count_kinds_and_languages() == {
        ProviderKind.ADULT_EDUCATION: 2,
        ProviderKind.PRIVATE: 1,
        Language.SWEDISH: 2,
        Language.POLISH: 1,
    }
