"""From our groups to a project for a call, as a coordinator meets it."""

import pytest

from broker import access
from broker.esf import queries
from broker.needs import queries as needs
from tests import factories, factories_esf, factories_joint

LIMITS = "least_kr=10+000&most_kr=500000&least_companies=2&most_topics=3&most_projects=2"


@pytest.fixture
def call(scope, user):
    return factories_esf.call(user)


def formed_group(user, **changes):
    needs = [factories_esf.need(factories_esf.company(), user, **changes) for _company in range(2)]
    return factories_esf.cohort(user, *needs)


def test_groups_become_a_project_with_everything_in_it(client, scope, user, call):
    first, second = formed_group(user), formed_group(user, women=1, men=7)

    shown = client.get(f"/projekt/forslag?utlysning={call.id}&{LIMITS}")

    assert "28, varav 10 kvinnor och 18 män" in shown.text
    assert "Inget annat urval ger fler deltagare." in shown.text
    start = f"/projekt/forslag/starta?utlysning={call.id}&grupp={first.id}&grupp={second.id}"
    assert start.replace("&", "&amp;") in shown.text
    fields = {"name": "Svets för alla", "ground": "consent", "ground_note": "Företagen sade ja i oktober"}
    assert client.submit(start, **fields).status_code == 302
    (project,) = queries.list_projects()
    assert {row.cohort_id for row in queries.list_contributions(project)} == {first.id, second.id}
    assert "28, varav" not in client.get(f"/projekt/forslag?utlysning={call.id}&{LIMITS}").text


def test_a_group_of_another_region_or_another_organisation_is_not_proposed(client, scope, user, call):
    elsewhere = formed_group(user, municipality_code="1280")
    elsewhere.municipality_code = None
    other = factories.organisation()
    with access.acting_in(other.id):
        foreign_id = formed_group(user).id

    shown = client.get(f"/projekt/forslag?utlysning={call.id}&{LIMITS}")

    assert "Inga grupper räcker till ett projekt" in shown.text
    client.submit(
        f"/projekt/forslag/starta?utlysning={call.id}&grupp={foreign_id}",
        name="Annans",
        ground="consent",
        ground_note="-",
        cohort_ids=str(foreign_id),
    )
    assert queries.list_projects() == []


def test_limits_that_cannot_be_meant_are_refused_with_what_to_do(client, scope, user, call):
    asked = f"/projekt/forslag?utlysning={call.id}&least_kr=900000&most_kr=100&least_companies=0&most_topics=x"

    refused = client.get(asked)

    assert refused.status_code == 422
    for sentence in (
        "Högsta kostnad måste vara minst lika hög som lägsta kostnad.",
        "Skriv ett tal från 1 till 1000.",
        "Skriv ett heltal, till exempel 12.",
        "Ange högst antal projekt.",
    ):
        assert sentence in refused.text


def test_a_project_without_a_ground_or_outside_the_call_is_not_started(client, scope, user, call):
    group = formed_group(user)
    start = f"/projekt/forslag/starta?utlysning={call.id}&grupp={group.id}"

    assert client.submit(start, name="Utan grund", ground="consent", ground_note="").status_code == 422
    late = client.submit(start, name="Sent", ground="consent", ground_note="Ja", ends_on="2099-01-01")

    assert late.status_code == 422
    assert queries.list_projects() == []


def test_our_part_of_a_joint_group_costs_its_share_of_the_course(client, scope, user, call):
    other = factories.organisation()
    plan = factories_joint.plan(scope, other, by=user)
    for organisation in (scope, other):
        factories_joint.contributed(plan, organisation, by=user)
    factories_joint.accept(factories_joint.proposed(plan, scope, by=user), other, by=user)
    (cohort,) = needs.list_cohorts().rows
    assert (cohort.participants, cohort.hours) == (3, 40)

    shown = client.get(
        f"/projekt/forslag?utlysning={call.id}&{LIMITS.replace('least_companies=2', 'least_companies=1')}"
    )

    # Half of 40 hours at 1 900 kr, and a quarter beside; a seat is a sixth of the course.
    assert "47\xa0500 kr" in shown.text
    assert "ungefär 12\xa0667 kr per deltagare" in client.get(f"/behov/grupper/{cohort.id}/stod").text
