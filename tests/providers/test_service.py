"""What people do about providers."""

from datetime import timedelta

import pytest

from broker import audit, clock
from broker.errors import RefusedError
from broker.extensions import db
from broker.providers import queries, service
from broker.providers.service import CheckRefusedError, Finding, ProviderNumberError
from tests import factories_procurement as factories


def actions(subject):
    db.session.commit()
    return [event.action for event in audit.history_of(subject)]


def test_a_provider_is_added_with_its_number_in_one_form(scope, user):
    provider = service.add_provider(name="Lernia AB", organisation_number="556465-9414", by=user)
    assert provider.organisation_number == "5564659414"
    assert actions(provider) == ["provider:added"]


def test_a_number_that_is_taken_is_refused_with_the_name_of_who_has_it(scope, user):
    factories.provider(by=user, name="Lernia", organisation_number="5564659414")
    with pytest.raises(ProviderNumberError, match="Lernia"):
        service.add_provider(name="Lernia igen", organisation_number="556465-9414", by=user)


def test_a_wrong_number_is_refused(scope, user):
    with pytest.raises(ProviderNumberError):
        service.add_provider(name="Fel", organisation_number="556465-9415", by=user)


def test_an_edited_provider_keeps_the_number_out_of_the_log(scope, user):
    provider = factories.provider(by=user)
    service.edit_provider(provider, name="Nytt namn", organisation_number="19800101-1231", by=user)
    db.session.commit()
    (edited, _added) = audit.history_of(provider)
    assert edited.facts["changes"]["name"] == ["Svetsskolan i Flen", "Nytt namn"]
    assert "1231" not in str(edited.facts)


def test_saving_a_provider_unchanged_leaves_no_trace(scope, user):
    provider = factories.provider(by=user)
    service.edit_provider(provider, name=provider.name, by=user)
    assert actions(provider) == ["provider:added"]


def test_an_offering_belongs_to_its_provider(scope, user):
    provider = factories.provider(by=user)
    factories.offering(provider, by=user)
    assert [row.topic for row in queries.get_provider(provider.id).offerings] == ["Truckutbildning"]
    assert "offering:added" in actions(provider)


def test_a_new_check_stands_beside_the_old_one(scope, user):
    provider = factories.provider(by=user)
    yesterday = clock.today() - timedelta(days=1)
    service.record_checks(provider, [Finding("vat", "failed", note="Saknas.")], checked_on=yesterday, by=user)
    service.record_checks(provider, [Finding("vat", "approved")], checked_on=clock.today(), by=user)
    assert [check.result for check in queries.list_checks(provider)] == ["failed", "approved"]
    assert actions(provider).count("vetting:recorded") == 2


@pytest.mark.parametrize(
    ("finding", "part"),
    [
        (Finding("vat", "failed"), "note"),
        (Finding("crimes", "approved", evidence="Utdrag ur registret"), "evidence"),
    ],
)
def test_a_result_that_cannot_be_kept_is_refused(scope, user, finding, part):
    provider = factories.provider(by=user)
    with pytest.raises(CheckRefusedError) as refusal:
        service.record_checks(provider, [finding], checked_on=clock.today(), by=user)
    assert refusal.value.part == part


def test_a_check_in_the_future_is_refused(scope, user):
    provider = factories.provider(by=user)
    with pytest.raises(RefusedError, match="framtiden"):
        service.record_checks(
            provider, [Finding("vat", "approved")], checked_on=clock.today() + timedelta(days=1), by=user
        )


def test_an_unknown_item_is_refused(scope, user):
    provider = factories.provider(by=user)
    with pytest.raises(RefusedError, match="finns inte"):
        service.record_checks(provider, [Finding("horoskop", "approved")], checked_on=clock.today(), by=user)
