"""The register of framework agreements, as people meet it."""

import io
from datetime import date, timedelta

import pytest

from broker import clock
from broker.procurement.frameworks import queries
from broker.procurement.frameworks.models import CallOffModel, FrameworkLaw, OptionState
from broker.procurement.service import StepRefusedError, start_purchase
from tests import factories_frameworks as frameworks
from tests import factories_procurement as factories
from tests.client import form_values

CARD = {
    "name": "Ramavtal Truck",
    "diary_number": "KS 2025/12",
    "owner": "Bildningsnämnden",
    "law": "chapter_19",
    "starts_on": "2026-01-01",
    "ends_on": "2029-12-31",
    "model": "ranking",
    "ceiling": "1 000 000",
    "users_in_lines": "Bildningsnämnden\nKommunstyrelsen",
    "cpv_codes": ["80530000-8"],
    "topic_ids": ["T001"],
}


def test_an_agreement_is_kept_with_its_suppliers_options_and_papers(client, scope, user):
    first, second = factories.provider(by=user), factories.provider(by=user, name="Lernia")
    card = client.submit("/inkop/ramavtal/nytt", **CARD).location
    for place, provider in ((1, first), (2, second)):
        added = client.submit(f"{card}/leverantorer/ny", provider_id=str(provider.id), rank=str(place))
        assert added.location == card
    client.submit(f"{card}/optioner/ny", extends_to="2030-12-31", call_by="2029-06-30")
    client.submit(f"{card}/filer/ny", file=(io.BytesIO(b"%PDF avtal"), "avtal.pdf"))
    page = client.get(card).text
    for shown in (
        "Använt 0,00\xa0kr och reserverat 0,00\xa0kr av 1\xa0000\xa0000,00\xa0kr. Kvar: 1\xa0000\xa0000,00\xa0kr.",
        "Plats 2",
        "Lernia",
        "avtal.pdf",
        "Avropa optionen till 31 dec. 2030",
        "Norm för längsta tid, 4 år",
        "Bildningsnämnden, Kommunstyrelsen",
        "80530000-8 Yrkesutbildning",
        "Leverantör i ramavtalet tillagd",
    ):
        assert shown in page, shown
    assert "Ramavtal Truck" in client.get("/inkop/ramavtal").text


def test_a_form_sent_twice_makes_one_agreement(client, scope):
    sent = form_values(client.get("/inkop/ramavtal/nytt").text) | CARD
    locations = {client.post("/inkop/ramavtal/nytt", data=sent).location for _time in range(2)}
    assert len(locations) == 1
    assert len(queries.list_frameworks(clock.today())) == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"ends_on": "2025-12-31"}, "Ange en sista dag som inte ligger före den första."),
        ({"law": "eu", "ends_on": "2030-01-01"}, "Det kräver särskilda skäl (LOU 7 kap. 2 §)"),
        ({"ceiling": "0"}, "Ange ett belopp som är större än 0."),
        ({"ceiling": "mycket"}, "Skriv ett belopp i kronor"),
        ({"volume_ceiling": "40"}, "Ange både volymen och vad den räknas i"),
        ({"owner": ""}, "Ange vilken myndighet eller nämnd"),
    ],
)
def test_a_wrong_answer_is_refused_with_what_to_do_and_nothing_is_lost(client, scope, changed, sentence):
    answer = client.submit("/inkop/ramavtal/nytt", **(CARD | changed))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert form_values(answer.text)["diary_number"] == "KS 2025/12"
    assert queries.list_frameworks(clock.today()) == []


def test_four_years_are_a_limit_by_the_law_of_the_union_and_a_norm_by_chapter_19(client, scope):
    longer = CARD | {"ends_on": "2030-12-31"}
    assert client.submit("/inkop/ramavtal/nytt", **longer).status_code == 302
    assert client.submit("/inkop/ramavtal/nytt", **(longer | {"law": "eu"})).status_code == 422
    reasoned = longer | {"law": "eu", "term_reason": "Utrustningen skrivs av på sex år."}
    assert client.submit("/inkop/ramavtal/nytt", **reasoned).status_code == 302
    exactly = CARD | {"law": "eu", "ends_on": "2029-12-31"}
    assert client.submit("/inkop/ramavtal/nytt", **exactly).status_code == 302


def test_who_comes_second_sees_both_texts(client, scope, user):
    row = frameworks.framework(by=user, named_users=["Bildningsnämnden"])
    url = f"/inkop/ramavtal/{row.id}/redigera"
    sent = form_values(client.get(url).text)
    assert client.submit(url, owner="Kommunstyrelsen").status_code == 302
    answer = client.post(url, data=sent | {"owner": "Socialnämnden"})
    assert answer.status_code == 409
    assert "Kommunstyrelsen" in answer.text and "Socialnämnden" in answer.text


def test_a_place_in_the_ranking_belongs_to_one_supplier(client, scope, user):
    first, second = factories.provider(by=user), factories.provider(by=user, name="Lernia")
    row = frameworks.framework(by=user, providers=[first])
    url = f"/inkop/ramavtal/{row.id}/leverantorer/ny"
    assert "Plats 1 har redan Svetsskolan i Flen" in client.submit(url, provider_id=str(second.id), rank="1").text
    assert "Ange leverantörens plats" in client.submit(url, provider_id=str(second.id), rank="").text
    ended = f"/inkop/ramavtal/leverantorer/{row.suppliers[0].id}"
    assert "Skriv varför leverantören inte är kvar" in client.submit(ended, ended_on=str(clock.today())).text
    assert client.submit(ended, ended_on=str(clock.today()), ended_reason="Har sagt upp avtalet.").status_code == 302
    assert client.submit(url, provider_id=str(second.id), rank="1").status_code == 302
    assert "Har sagt upp avtalet." in client.get(f"/inkop/ramavtal/{row.id}").text


def test_shares_are_together_at_most_the_whole(client, scope, user):
    first, second = factories.provider(by=user), factories.provider(by=user, name="Lernia")
    row = frameworks.framework(by=user, providers=[first], shares=[70], model=CallOffModel.FIXED_ALLOCATION)
    url = f"/inkop/ramavtal/{row.id}/leverantorer/ny"
    assert "Ange högst 30 procent." in client.submit(url, provider_id=str(second.id), share_percent="40").text
    assert client.submit(url, provider_id=str(second.id), share_percent="30").status_code == 302


def test_an_option_lets_the_agreement_go_on_only_when_it_was_called_in_time(client, scope, user):
    row = frameworks.framework(by=user, starts_on=date(2026, 1, 1), ends_on=date(2027, 12, 31))
    made = frameworks.option(row, by=user, extends_to=date(2028, 12, 31), call_by=clock.today() - timedelta(days=2))
    url = f"/inkop/ramavtal/optioner/{made.id}"
    assert "Ange vilken dag optionen avropades." in client.submit(url, state="used").text
    late = client.submit(url, state="used", decided_on=str(clock.today() - timedelta(days=1)))
    assert "Är den avropad senare gäller den inte" in late.text
    assert queries.get_framework(row.id).last_day == date(2027, 12, 31)
    assert client.submit(url, state="used", decided_on=str(clock.today() - timedelta(days=3))).status_code == 302
    assert queries.get_framework(row.id).last_day == date(2028, 12, 31)
    assert queries.get_option(made.id).state is OptionState.USED


def test_an_option_beyond_four_years_needs_the_reasons_of_the_law(client, scope, user):
    row = frameworks.framework(by=user, law=FrameworkLaw.EU, starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31))
    url = f"/inkop/ramavtal/{row.id}/optioner/ny"
    answer = client.submit(url, extends_to="2030-12-31", call_by="2028-06-30")
    assert "särskilda skäl (LOU 7 kap. 2 §)" in answer.text
    assert client.submit(url, extends_to="2029-12-31", call_by="2028-06-30").status_code == 302
    wrong = client.submit(url, extends_to="2028-01-01", call_by="2027-06-30")
    assert "Optionen ska förlänga ramavtalet." in wrong.text


def test_the_days_of_an_agreement_are_told_in_time_on_the_start_page(client, scope, user):
    near = frameworks.framework(by=user, name="Nära slut", ends_on=clock.today() + timedelta(days=200))
    far = frameworks.framework(by=user, name="Långt kvar", ends_on=clock.today() + timedelta(days=900))
    frameworks.framework(by=user, name="Redan slut", ends_on=clock.today() - timedelta(days=1))
    frameworks.option(far, by=user, call_by=clock.today() + timedelta(days=80))
    waiting = [(row.name, day.left) for row, day in queries.list_upcoming_days(clock.today())]
    assert waiting == [("Långt kvar", 80), ("Nära slut", 200)]
    page = client.get("/").text
    assert "Frister i ramavtal" in page and f"/inkop/ramavtal/{near.id}" in page and "200 dagar" in page


def test_the_years_of_the_law_are_a_day_of_an_agreement_that_goes_on_so_long(client, scope, user):
    starts_on = clock.today() - timedelta(days=4 * 365 - 100)
    long = frameworks.framework(by=user, starts_on=starts_on, ends_on=clock.today() + timedelta(days=900))
    (day,) = [day for _row, day in queries.list_upcoming_days(clock.today())]
    assert day.on == queries.last_day_of_years(long.starts_on, 4) and day.law.startswith("LOU 7 kap. 2 §")


def test_nobody_is_called_off_from_in_an_order_that_no_one_has_stated(client, scope, user):
    row = frameworks.framework(
        by=user, model=CallOffModel.MINI_COMPETITION, providers=[factories.provider(by=user)], cpv_codes=["80530000-8"]
    )
    supplier = row.suppliers[0]
    client.submit(f"/inkop/ramavtal/leverantorer/{supplier.id}")
    client.submit(f"/inkop/ramavtal/{row.id}/redigera", model="ranking")
    answers = frameworks.answers(row)
    with pytest.raises(StepRefusedError, match="utan plats eller andel: Svetsskolan i Flen"):
        start_purchase(title="Truck", values=answers, route_id="call_off_without_competition", by=user)
    client.submit(f"/inkop/ramavtal/leverantorer/{supplier.id}", rank="1")
    assert start_purchase(title="Truck", values=answers, route_id="call_off_without_competition", by=user).id
