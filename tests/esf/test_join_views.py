"""Cohorts on their way into projects, and what their needs lack there, as a browser meets it."""

from datetime import timedelta

import pytest

from broker.esf import answer_service, queries
from broker.esf.models import Contribution
from tests import factories, factories_esf


@pytest.fixture
def project(scope, user):
    return factories_esf.joined_project(scope, user)


def test_a_cohort_is_in_two_projects_for_one_call_only_for_a_reason(client, scope, user):
    first = factories_esf.project(scope, user, name="Första")
    newer = factories_esf.call(user, diary_no=first.call.diary_no, version="2")
    second, cohort = (
        factories_esf.project(scope, user, call_row=newer, name="Andra"),
        factories_esf.cohort(user, factories_esf.need(factories_esf.company(), user)),
    )
    factories_esf.join(first, cohort, user)
    address = f"/projekt/{second.id}/utbildningsgrupper/ny?utbildningsgrupp={cohort.id}"
    fields = {"ground": "consent", "ground_note": "Företaget sade ja"}

    refused = client.submit(address, **fields)
    assert refused.status_code == 422
    assert "redan med i ”Första”" in refused.text

    assert client.submit(address, **fields, double_reason="Den första dras tillbaka").status_code == 302
    assert "Den första dras tillbaka" in client.get(f"/projekt/{second.id}/historik").text


def test_a_cohort_finds_its_way_to_a_project(client, project, user):
    cohort = factories_esf.cohort(user, factories_esf.need(factories_esf.company(), user))
    there = f"/projekt?utbildningsgrupp={cohort.id}"
    join = f"/projekt/{project.id}/utbildningsgrupper/ny?utbildningsgrupp={cohort.id}"

    assert f'href="{there}"' in client.get(f"/behov/grupper/{cohort.id}").text
    assert f'href="{join}"' in client.get(there).text
    assert f'selected value="{cohort.id}"' in client.get(join).text


def test_the_likely_contact_of_a_need_is_proposed_and_saved_only_by_a_person(client, scope, user):
    company = factories_esf.company("Motala Svets AB")
    earlier = factories_esf.TODAY - timedelta(days=3)
    factories.interaction(company, by=user, happened_on=earlier)
    project = factories_esf.project(scope, user)
    (row,) = factories_esf.join(
        project, factories_esf.cohort(user, factories_esf.need(company, user, told=False)), user
    )
    address = f"/projekt/{project.id}/behov/{row.id}"

    assert queries.get_row(Contribution, project, row.id).contacted_on is None
    assert "inte knutet till någon kontakt" in client.get(address).text
    client.submit(address)

    assert queries.get_row(Contribution, project, row.id).contacted_on == earlier


def test_people_of_unknown_sex_are_asked_for_until_a_person_tells(client, scope, user):
    project = factories_esf.project(scope, user)
    need = factories_esf.need(factories_esf.company("Motala Svets AB"), user, women=1, men=0)
    need.unknown_sex = 2
    (row,) = factories_esf.join(project, factories_esf.cohort(user, need), user)

    assert "Ange hur många kvinnor och män" in client.get(f"/projekt/{project.id}/kontroller").text
    assert "2 vars kön inte är känt" in answer_service.suggest_text(project, "problem").text
    client.submit(f"/projekt/{project.id}/behov/{row.id}", women="2", men="1", unknown_sex="0")

    commitment = queries.find_commitment(project, row.company_id)
    assert (commitment.women, commitment.men, commitment.hours) == (2, 1, 120)
    assert "Ange hur många kvinnor och män" not in client.get(f"/projekt/{project.id}/kontroller").text


def test_a_cohort_joins_with_its_ground(client, scope, user):
    project = factories_esf.project(scope, user)
    cohort = factories_esf.cohort(user, factories_esf.need(factories_esf.company("Motala Svets AB"), user))
    url = f"/projekt/{project.id}/utbildningsgrupper/ny"
    refused = client.submit(url, cohort_id=cohort.id, ground="consent", ground_note=" ")
    assert refused.status_code == 422

    response = client.submit(url, cohort_id=cohort.id, ground="consent", ground_note="Ja vid besök", price_kr="20 000")

    assert response.status_code == 302, response.text
    page = client.get(response.location).text
    assert "Motala Svets AB" in page
    assert "Ja vid besök" in page
