"""An analysis goes from goal to training, makes the needs that came of it, and is copied a year later."""

import io
from datetime import date

import pytest

from broker import access, clock
from broker.companies import service as companies
from broker.companies.merging import service as merging
from broker.errors import NotFoundError
from broker.needs.analyses import queries, service
from broker.needs.models import NeedStatus
from broker.needs.presets import a_year_on, copied
from tests import factories
from tests import factories_needs as make

TEXTS = {
    "held_on": date(2026, 3, 2),
    "goal": "Ta emot större order",
    "ability": "Svetsa rostfritt",
    "gap": "Två av sju svetsare har licens",
    "consequence": None,
}
ROW = dict.fromkeys(("description", "topic_id", "participants", "women", "men", "earliest_on", "latest_on"))


def test_a_talk_becomes_needs_that_carry_what_the_application_reads(scope, user):
    rows = [ROW | {"topic_id": "T023", "participants": 5, "women": 1}, ROW | {"description": "Truckkort för tre"}]

    analysis, (weld, truck) = service.add_analysis(factories.company(), TEXTS, rows, by=user)

    assert (weld.purpose, weld.cause, weld.description) == (TEXTS["goal"], TEXTS["gap"], TEXTS["ability"])
    assert (weld.women, weld.men, weld.unknown_sex, weld.status) == (1, 0, 4, NeedStatus.IDENTIFIED)
    assert (truck.topic_id, truck.description, truck.hours) == ("T001", "Truckkort för tre", 24)
    assert queries.list_needs_of(analysis.id) == [weld, truck]
    with access.acting_in(factories.organisation().id), pytest.raises(NotFoundError):
        queries.get_analysis(analysis.id)


def test_a_talk_is_written_down_with_steps_skipped_and_copied_a_year_later(client, scope, user):
    company = factories.company()
    address = f"/foretag/{company.id}/behovsanalys/ny"

    assert "Skriv något i minst ett av stegen" in client.submit(address).text
    assert "Skriv vilken utbildning raden gäller" in client.submit(address, **{"needs-0-men": "3"}).text
    rows = {"needs-0-description": "Truckkort", "needs-0-men": "3", "needs-0-earliest_on": "2020-02-29"}
    saved = client.submit(address, goal="Nytt lager", **rows)

    page = client.get(saved.location).text
    assert "Nytt lager" in page and "Truckutbildning" in page
    file = client.submit(f"{saved.location}/filer/ny", file=(io.BytesIO(b"plan"), "plan.txt"))
    assert "plan.txt" in client.get(file.location).text
    (analysis,) = queries.list_analyses(company.id)
    copy = client.get(f"{address}?kopia={analysis.id}").text
    assert "Nytt lager" in copy and 'value="Truckkort"' in copy and 'value="2020-02-29"' not in copy
    client.submit(f"{saved.location}/redigera", gap="Ingen har kort", **{"needs-0-topic_id": "T023"})
    assert [need.topic_id for need in queries.list_needs_of(analysis.id)] == ["T001", "T023"]
    assert client.get(f"/foretag/{factories.company().id}/behovsanalys/ny?kopia={analysis.id}").status_code == 404


def test_an_earlier_need_is_the_start_of_a_new_one_with_its_days_moved_on(client, scope, user):
    need = make.need(by=user, earliest_on=date(2025, 2, 1), latest_on=date(2025, 6, 1), description="Svets igen")

    page = client.get(f"/foretag/{need.company_id}/behov/nytt?kopia={need.id}")

    assert "Svets igen" in page.text
    values = copied(need)
    assert (
        values["earliest_on"] >= clock.today()
        and values["latest_on"] - values["earliest_on"] == need.latest_on - need.earliest_on
    )
    assert client.get(f"/foretag/{factories.company().id}/behov/nytt?kopia={need.id}").status_code == 404


def test_a_leap_day_has_a_day_in_every_year():
    moved = a_year_on(date(2024, 2, 29))

    assert moved is not None and moved >= clock.today() and (moved.month, moved.day) == (2, 28)


def test_an_analysis_goes_along_when_companies_are_merged(scope, user):
    kept = factories.company()
    gone = companies.add_company(number=None, name="Svets i Flen", by=user)
    analysis, _needs = service.add_analysis(gone, TEXTS, [], by=user)

    merging.merge_companies(kept, gone, {}, by=user)

    assert queries.list_analyses(kept.id) == [analysis]
