"""The page of a value, as a purchaser meets it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from broker import access, clock, files
from broker.access import Role
from broker.extensions import db
from broker.procurement import queries, service
from broker.procurement.frameworks.rules import FOLLOWING
from broker.reference import queries as reference
from broker.reference.models import DocumentKind, ReferenceDocument
from tests import factories as general
from tests import factories_frameworks as frameworks
from tests import factories_procurement as factories
from tests.client import form_values
from tests.conftest import signed_in_client
from tests.procurement.test_queries import cohort


@pytest.fixture
def purchase(scope, user):
    return factories.purchase(by=user, value_sek="250000")


def press(client, purchase, path="", **data):
    url = f"/inkop/{purchase.id}/varde"
    version = form_values(client.get(url).text)["version"]
    return client.press(url + path, page=url, **({"version": version} | data))


def signed(user, *, days_ago, amount="500000", title="Förra truckkursen", state="contracted", **values):
    signed_on = clock.today() - timedelta(days=days_ago)
    values = {"contract_value_sek": amount, "contract_date": signed_on.isoformat()} | values
    return factories.purchase(by=user, title=title, state=state, **values)


def value_of(purchase):
    db.session.expire_all()
    return queries.get_purchase(purchase.id).values


def test_what_was_typed_is_the_first_part_and_an_option_counts_as_used(client, purchase):
    page = client.get(f"/inkop/{purchase.id}/varde").text
    assert "Pris enligt avtalet: Truckutbildning i Flen" in page

    answer = press(
        client, purchase, "/delar",
        kind="option", text="En kurs till", amount="250 000,50", use_by="2026-12-01", until="2027-06-30",
    )  # fmt: skip
    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert "Värdet är 500\xa0000,50\xa0kr exklusive moms." in page
    assert "används senast 1 dec. 2026" in page
    assert "gäller till och med 30 juni 2027" in page
    assert value_of(purchase)["value_sek"] == "500000.50"
    # Nobody has said yet that there are no similar contracts.
    assert "similar_value_12m_sek" not in value_of(purchase)

    press(client, purchase, "/delar/1/ta-bort")
    assert value_of(purchase)["value_sek"] == "250000"


def test_the_value_answers_what_the_next_step_would_ask(client, purchase):
    answer = press(client, purchase, value_basis="contract_total", value_includes_options="y")
    assert answer.status_code == 302
    values = value_of(purchase)
    told = {"value_basis": "contract_total", "value_includes_options": True, "similar_value_12m_sek": "0"}
    assert {name: values[name] for name in told} == told
    assert values["recurring"] is False


def test_contracts_of_the_last_year_with_the_same_code_or_topic_are_found_and_others_are_not(
    client, scope, user, purchase
):
    group = cohort(user)
    of_topic = signed(user, days_ago=30, title="Samma område", cpv_main="80510000-2")
    of_topic.cohort_id = purchase.cohort_id = group.id
    signed(user, days_ago=300, title="Samma kod")
    signed(user, days_ago=800, title="För länge sedan")
    signed(user, days_ago=20, title="Annan kod", cpv_main="80510000-2")
    signed(user, days_ago=20, title="Avbrutet", state="cancelled")
    purchase.values = {**purchase.values, "procurement_started": clock.today().isoformat()}
    db.session.commit()
    other = general.organisation()
    with access.acting_in(other.id):
        signed(general.user(organisation=other), days_ago=10, title="Grannens")

    page = client.get(f"/inkop/{purchase.id}/varde").text
    assert "Samma område, 500\xa0000,00\xa0kr" in page and "(samma kompetensområde)" in page
    assert "Samma kod, 500\xa0000,00\xa0kr" in page and "(samma CPV-kod)" in page
    for absent in ("För länge sedan", "Annan kod", "Avbrutet", "Grannens"):
        assert absent not in page


def test_splitting_is_warned_of_and_reckoning_over_twelve_months_counts_what_was_ticked(client, scope, user):
    today = clock.today().isoformat()
    outside = {"cpv_main": "79632000-3", "annex2": "no", "procurement_started": today}
    earlier = signed(user, days_ago=60, amount="450000", **outside)
    purchase = factories.purchase(by=user, **(outside | {"value_sek": "300000"}))

    page = client.get(f"/inkop/{purchase.id}/varde").text
    assert "blir det 750\xa0000,00\xa0kr, och gränsen för direktupphandling är 700\xa0000,00\xa0kr" in page
    assert "LOU 5 kap. 11 §" in page

    press(
        client, purchase,
        value_basis="recurring_previous_12_months", similar=str(earlier.id), value_includes_options="y",
    )  # fmt: skip
    values = value_of(purchase)
    assert (values["value_sek"], values["recurring"]) == ("450000", True)
    assert Decimal(values["similar_value_12m_sek"]) == 450000


def test_another_value_may_lead_to_another_route(client, purchase):
    press(client, purchase, "/delar", kind="price", text="Hela länet", amount="9 000 000")
    page = client.get(f"/inkop/{purchase.id}/varde").text
    assert "Med det här värdet föreslås en annan inköpsväg: Annonserad upphandling enligt 19 kap." in page


def test_the_code_is_said_in_kronor_and_whether_it_decides(client, scope, user):
    purchase = factories.purchase(by=user, value_sek="900000", cpv_main="80511000-9")
    page = client.get(f"/inkop/{purchase.id}/varde").text
    assert "under 8\xa0513\xa0250,00\xa0kr om tjänsten omfattas av bilaga 2, och under 700\xa0000,00\xa0kr" in page
    assert "rättsläget oklart" in page
    assert "avgör svaret om ni får direktupphandla" in page


def test_the_calculation_becomes_a_paper_of_the_purchase(client, purchase):
    assert press(client, purchase, "/dokument").status_code == 302
    (paper,) = files.list_attachments(purchase)
    assert (paper.kind, paper.media_type) == ("value_calculation", "application/pdf")
    assert files.path_of(paper.content_hash).read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ({"kind": "price", "text": "", "amount": "5"}, "Skriv vad beloppet gäller."),
        ({"kind": "price", "text": "Lokal", "amount": "mycket"}, "Skriv ett belopp i kronor"),
        ({"kind": "price", "text": "Lokal", "amount": "5", "until": "2027-01-01"}, "Bara en option har dagar."),
        (
            {"kind": "option", "text": "Ett år", "amount": "5", "use_by": "2027-02-01", "until": "2027-01-01"},
            "Ange en slutdag som inte ligger före",
        ),
    ],
)
def test_a_wrong_part_is_told_what_to_do_and_keeps_what_was_typed(client, purchase, part, sentence):
    answer = press(client, purchase, "/delar", **part)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{part["amount"]}"' in answer.text
    assert "value_parts" not in value_of(purchase)


def test_the_value_is_not_reckoned_anew_once_offers_are_in(client, client_for, scope, user):
    purchase = factories.purchase(by=user, state="offers_in")
    url = f"/inkop/{purchase.id}/varde"
    assert "Lägg till beloppet" not in client.get(url).text
    part = {"kind": "price", "text": "Lokal", "amount": "5", "version": str(purchase.version)}
    answer = client.press(f"{url}/delar", **part)
    assert answer.status_code == 422
    assert "det uppskattas innan anbud kommer in" in answer.text
    assert "Lägg till beloppet" not in client_for(Role.READER).get(url).text


def test_two_at_once_see_each_others_amounts(client, purchase):
    url, before = f"/inkop/{purchase.id}/varde/delar", purchase.version
    press(client, purchase, "/delar", kind="price", text="Lokal", amount="5 000")
    answer = client.press(url, kind="price", text="Material", amount="700", version=str(before))
    assert answer.status_code == 409
    assert "Material" in answer.text


def test_an_option_is_answered_when_its_contract_is_signed(client, scope, user):
    option = {"kind": "option", "text": "Ett år till", "amount": "5", "use_by": "2027-01-01", "until": "2027-12-31"}
    purchase = factories.purchase(by=user, state="contracted", contract_date="2026-05-04", value_parts=[option])
    version = str(purchase.version)
    answer = client.press(f"/inkop/{purchase.id}/varde/delar/0/option", used="yes", version=version)
    assert "Ett år till är använd." in client.get(answer.location).text
    assert value_of(purchase)["value_parts"][0]["is_used"] is True
    version = str(queries.get_purchase(purchase.id).version)
    assert client.press(f"/inkop/{purchase.id}/varde/delar/0/option", used="no", version=version).status_code == 422
    assert value_of(purchase)["value_parts"][0]["is_used"] is True
    history = client.get(f"/inkop/{purchase.id}").text.partition('id="historik"')[2]
    assert "Option använd eller avstådd" in history


def test_an_option_of_no_contract_is_not_answered(client, scope, user):
    option = {"kind": "option", "text": "Ett år till", "amount": "5"}
    purchase = factories.purchase(by=user, value_parts=[option])
    answer = client.press(f"/inkop/{purchase.id}/varde/delar/0/option", used="yes", version=str(purchase.version))
    assert answer.status_code == 422
    assert "Teckna avtalet först." in answer.text


@pytest.fixture
def older_workflow(app):
    """Give a version of the workflow from before values were reckoned, for as long as one test looks at it."""
    current = reference.get_document(DocumentKind.WORKFLOW, on=clock.today())
    lacks = {name: part for name, part in current.content.items() if name != "value_bases"}
    facts = {"kind": DocumentKind.WORKFLOW, "version": "1", "valid_from": date(2019, 1, 1), "source": "prov"}
    row = ReferenceDocument(**facts, content=lacks)
    db.session.add(row)
    db.session.commit()
    yield row
    db.session.rollback()
    db.session.delete(db.session.merge(row))
    db.session.commit()


def test_a_purchase_of_an_older_workflow_has_no_page_that_it_lacks_rules_for(client, purchase, older_workflow):
    purchase.workflow_version = older_workflow.version
    db.session.commit()
    assert client.get(f"/inkop/{purchase.id}/varde").status_code == 404
    assert "Så är värdet räknat" not in client.get(f"/inkop/{purchase.id}").text


def test_terms_of_an_agreement_are_not_kept_with_a_value_that_is_reckoned(client, scope, user):
    agreement = frameworks.framework(by=user, providers=[factories.provider(by=user)])
    row = factories.purchase(by=user, route_id="call_off_without_competition", framework=agreement.id)
    assert press(client, row, "/delar", kind="price", text="Kurs", amount="1000").status_code == 302
    assert not FOLLOWING & value_of(row).keys()


def test_a_value_is_not_raised_past_the_limit_that_was_asked_on_the_way(client, scope, user):
    known = {"annex2": "no", "direct_award_ground": "low_value", "diary_number": "1"}
    row = factories.purchase(by=user, state="route_chosen", **known)
    service.take_step(row, "direct_preparing", values={}, by=user)
    db.session.commit()
    answer = press(client, row, "/delar", kind="price", text="En kurs till", amount="900000")
    assert answer.status_code == 422
    assert "får inte direktupphandlas" in answer.text and 'value="En kurs till"' in answer.text
    assert value_of(row)["value_sek"] == "250000"
    assert press(client, row, "/delar", kind="price", text="Lokal", amount="1000").status_code == 302


def test_a_call_off_is_not_raised_past_the_ceiling_that_was_asked_on_the_way(client, scope, user):
    agreement = frameworks.framework(by=user, providers=[factories.provider(by=user)])
    known = {"framework": agreement.id, "state_aid_checked": True}
    row = factories.purchase(by=user, route_id="call_off_without_competition", state="need_confirmed", **known)
    service.take_step(row, "framework_checked", values={}, by=user)
    db.session.commit()
    answer = press(client, row, "/delar", kind="price", text="En kurs till", amount="900000")
    assert answer.status_code == 422 and "kvar till taket" in answer.text
    assert value_of(row)["value_sek"] == "250000"


def test_the_page_of_a_value_does_not_tell_a_colleague_whether_an_offer_is_in(app, scope, user, organisation):
    other = signed_in_client(app, general.user(organisation=organisation, roles=list(Role)))
    row = factories.purchase(by=user, state="request_sent")
    sent = {"version": "1", "kind": "price", "text": "Kurs", "amount": "1000"}

    def told():
        page = other.get(f"/inkop/{row.id}/varde").text
        answer = other.press(f"/inkop/{row.id}/varde/delar", **(sent | {"version": str(row.version)}))
        return "Lägg till ett belopp" in page, answer.status_code, "Bara handläggaren" in answer.text

    before = told()
    factories.offer(row, by=user)
    assert told() == before == (False, 422, True)
