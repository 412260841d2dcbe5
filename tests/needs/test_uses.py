"""For whom an offering would do, and what would do for a need: what fits, what is missing, the nearest first."""

from datetime import timedelta

import pytest

from broker import access, clock
from broker.access import Role
from broker.extensions import db
from broker.formatting import day, say
from broker.needs import queries as needs
from broker.needs.courses.fit import judge_group, judge_need
from broker.needs.offers import uses
from tests import factories, factories_procurement
from tests import factories_needs as make

MALMO, FLEN = "1280", "0482"


@pytest.fixture
def offering(scope, user):
    provider = factories_procurement.vetted_provider(by=user)
    values = {"topic_id": "T023", "title": "Svets 1", "hours": 40, "smallest_group": 4}
    return factories_procurement.offering(provider, by=user, **values)


def said(sentences):
    return [say(sentence) for sentence in sentences]


def test_a_need_is_told_what_is_missing_before_the_training_does_for_it(scope, user, offering):
    need = make.need(by=user, is_mandatory_training=True, municipality_code=MALMO, max_km=10, hours=16)
    offering.lead_weeks, offering.languages = 100, ["pl"]
    offering.valid_to = need.earliest_on - timedelta(days=1)

    told = said(judge_need(offering, need).misfits)

    assert told[:3] == [
        "Ges för minst 4 deltagare: det behövs 1 till.",
        "Är 40 timmar, behovet är 16.",
        "Ges inte på något språk som behovet godtar.",
    ]
    assert told[3].startswith("Det är ") and "anordnaren reser högst 50, deltagarna 10." in told[3]
    assert told[4] == f"Ges till och med {day(offering.valid_to)}, behovet kan börja tidigast {day(need.earliest_on)}."
    assert told[5].startswith("Behöver 100 veckor från beställning")
    assert told[6].startswith("Inget intyg är antecknat")


def test_a_training_at_a_distance_is_near_everywhere(scope, user, offering):
    far = make.need(by=user, municipality_code=MALMO, max_km=10, modes=["distance"], women=4)
    assert said(judge_need(offering, far).misfits)[0].startswith("Det är ")
    offering.modes = ["on_site", "distance"]
    assert judge_need(offering, far).misfits == []


def test_a_group_that_begins_before_the_training_can_be_ordered_is_told_so_until_it_is_chosen(scope, user, offering):
    cohort = make.cohort(make.need(by=user), make.need(by=user, is_mandatory_training=True), by=user)
    offering.lead_weeks = (cohort.starts_on - clock.today()).days // 7
    assert f"Beställs senast {day(offering.order_by(cohort.starts_on))}." in said(judge_group(offering, cohort, 6).fits)

    offering.lead_weeks += 1
    late = f"Behöver {offering.lead_weeks} veckor från beställning, gruppen börjar {day(cohort.starts_on)}."
    assert said(judge_group(offering, cohort, 6).misfits) == [
        late,
        "Inget intyg är antecknat, men utbildningen är ett lagkrav. Fråga anordnaren.",
    ]
    cohort.offering, offering.certificate = offering, "Svetsarprövning"
    db.session.flush()
    assert judge_group(offering, cohort, 6).misfits == []
    assert "Leder till: Svetsarprövning." in said(judge_group(offering, cohort, 6).fits)


def test_the_page_of_a_training_lists_groups_and_needs_those_with_least_missing_and_nearest_first(
    client, scope, user, offering
):
    offering.price_per_participant_ore, offering.fixed_price_ore = 0, 600_000
    group = make.cohort(make.need(by=user), make.need(by=user), by=user)
    taken = make.cohort(make.need(by=user), make.need(by=user), by=user)
    taken.offering = factories_procurement.offering(offering.provider, by=user, topic_id="T023", title="En annan")
    make.need(by=user, company=factories.company(name="Fel språk AB"), languages=["pl"], women=4)
    make.need(by=user, company=factories.company(name="Längre bort AB"), municipality_code="0483", women=4)
    make.need(by=user, company=factories.company(name="Nära AB"), women=4)
    make.need(by=user, company=factories.company(name="Annat ämne AB"), topic_id="T001")

    text = client.get(f"/anordnare/utbud/{offering.id}").text

    assert f"/behov/grupper/{group.id}/upplagg" in text and f"/behov/grupper/{taken.id}/upplagg" not in text
    assert "1\xa0000,00\xa0kr" in text
    assert text.index("Nära AB") < text.index("Längre bort AB") < text.index("Fel språk AB")
    assert "Annat ämne AB" not in text


def test_a_group_that_is_too_small_for_its_training_is_told_so_where_the_companies_answer(
    client, scope, user, offering
):
    cohort = make.cohort(make.need(by=user), make.need(by=user), by=user)
    cohort.offering, offering.smallest_group = offering, cohort.participants + 1
    db.session.commit()

    text = client.get(f"/behov/grupper/{cohort.id}/bekraftelser").text

    assert f"minst {cohort.participants + 1} deltagare, gruppen är {cohort.participants}." in text


def test_the_page_of_a_need_shows_trainings_of_providers_that_may_be_used_first(client, scope, user, offering):
    need = make.need(by=user)
    unvetted = factories_procurement.provider(by=user, name="Aktiebolaget Ogranskat")
    factories_procurement.offering(unvetted, by=user, topic_id="T023", hours=40)
    link = f"/behov/{need.id}/utbud"
    assert link in client.get(f"/behov/{need.id}").text

    text = client.get(link).text

    assert text.index("Svetsskolan i Flen") < text.index("Aktiebolaget Ogranskat")
    assert "Ges för minst 4 deltagare: det behövs 1 till." in text


def test_another_organisations_needs_and_groups_are_never_shown_beside_ours(client_for, scope, user, offering):
    other = factories.organisation()
    stranger = factories.user(organisation=other)
    with access.acting_in(other.id):
        theirs = make.need(by=stranger, company=factories.company(name="Grannens AB"))
        make.cohort(make.need(by=stranger), make.need(by=stranger), by=stranger)
        assert needs.get_need(theirs.id)
    db.session.commit()

    assert uses.list_needs_for(offering) == []
    assert client_for(Role.BROKER, organisation=other).get(f"/anordnare/utbud/{offering.id}").status_code == 404
