"""Purchases that are called off from a framework agreement of the register, as people meet them."""

import io
import threading
from datetime import timedelta

import pytest

from broker import access, clock, database
from broker.accounts.models import User
from broker.errors import RefusedError
from broker.extensions import db
from broker.procurement import queries as purchases
from broker.procurement import service
from broker.procurement.frameworks import declining, queries
from broker.procurement.frameworks.models import CallOffModel, FrameworkLaw, VolumeUnit
from broker.procurement.service import Paper, StepRefusedError
from tests import factories_frameworks as frameworks
from tests import factories_procurement as factories
from tests.client import form_values
from tests.procurement.test_queries import cohort

RANKED = "call_off_without_competition"
START = {
    "title": "Truck i Flen",
    "buyer": "municipality_own_staff",
    "cpv_main": "80530000-8",
    "annex2": "yes",
    "annex2_reason": "Yrkesutbildning.",
    "procurement_started": "2026-03-02",
    "value_sek": "250 000",
}


@pytest.fixture
def three(scope, user):
    """Give three vetted providers in the order of an agreement."""
    return [factories.vetted_provider(by=user, name=name) for name in ("Ett AB", "Två AB", "Tre AB")]


def call_off(row, *, by, route_id=RANKED, state=None, **values):
    """Give a purchase that is called off from an agreement, moved by hand to a state if one is named."""
    made = service.start_purchase(
        title="Truck i Flen", values=frameworks.answers(row, **values), route_id=route_id, route_reason="Prov.", by=by
    )
    made.state = state or made.state
    made.values = made.values | {"subject": "Truck", "contracting_authority": "Bildningsnämnden"}
    db.session.commit()
    return made


def paper(kind):
    return {f"paper_{kind}": (io.BytesIO(b"%PDF x"), f"{kind}.pdf")}


def test_an_agreement_is_chosen_and_the_rest_follows_until_the_contract(client, three, user):
    row = frameworks.framework(by=user, providers=three)
    proposed = client.submit("/inkop/nytt", **START, framework=str(row.id))
    assert form_values(proposed.text)["route"] == RANKED
    asked = set(form_values(client.get("/inkop/nytt").text))
    assert not asked & {"framework_end", "framework_ceiling_sek", "buyer_named_in_framework", "call_off_model"}

    url = client.submit("/inkop/nytt", **START, framework=str(row.id), route=RANKED).location
    assert "reserverat 250\xa0000,00\xa0kr" in client.get(f"/inkop/ramavtal/{row.id}").text
    client.submit(f"{url}/steg/need_confirmed", contracting_authority="Bildningsnämnden", **paper("need_record"))
    assert client.submit(f"{url}/steg/framework_checked", state_aid_checked="yes").status_code == 302
    sending = client.get(f"{url}/steg/call_off_sent").text
    assert form_values(sending)["chosen_provider"] == str(three[0].id)
    assert "Plats 1: Ett AB" in sending and "ranking_position" not in form_values(sending)
    assert client.submit(f"{url}/steg/call_off_sent", **paper("call_off_request")).status_code == 302
    decided = {"decision_date": str(clock.today()), "decision_maker": str(user.id), "delegation_ref": "4.2"}
    assert client.submit(f"{url}/steg/call_off_awarded", **decided).status_code == 302
    days = {"contract_date": str(clock.today()), "contract_start": str(clock.today()), "contract_end": "2027-12-31"}
    signed = client.submit(f"{url}/steg/contracted", **days, contract_value_sek="240000", **paper("order_confirmation"))
    assert signed.status_code == 302, signed.text
    card = client.get(f"/inkop/ramavtal/{row.id}").text
    assert "Använt 240\xa0000,00\xa0kr och reserverat 0,00\xa0kr" in card
    page = client.get(url).text
    assert "Ramavtal Truck" in page and "1\xa0000\xa0000,00\xa0kr" in page
    kept = purchases.get_purchase(int(url.rsplit("/", 1)[1]))
    assert kept.framework_id == row.id and not {"framework_end", "ranking_position"} & set(kept.values)


def test_a_no_goes_to_the_next_and_stays_on_the_card(client, three, user):
    row = frameworks.framework(by=user, providers=three)
    made = call_off(row, by=user, state="framework_checked")
    url = f"/inkop/{made.id}"
    jumped = client.submit(f"{url}/steg/call_off_sent", chosen_provider=str(three[1].id), **paper("call_off_request"))
    assert jumped.status_code == 422
    assert "Ett AB står före i ordningen och har inte sagt nej. Fråga den först" in jumped.text

    client.submit(f"{url}/steg/call_off_sent", **paper("call_off_request"))
    assert client.get(f"{url}/steg/call_off_declined").location == f"{url}/nej"
    assert "Skriv vilket skäl leverantören gav." in client.submit(f"{url}/nej", said_by="Kim").text
    no = {"reason": "Alla lärare är upptagna.", "said_by": "Kim Exempel"}
    assert client.submit(f"{url}/nej", **no).location == f"{url}#ramavtal"
    again = client.get(f"{url}/steg/call_off_sent")
    assert form_values(again.text)["chosen_provider"] == str(three[1].id)
    assert f'<option value="{three[0].id}"' not in again.text
    # The second is asked on the telephone before anything is sent, and says no too.
    client.submit(f"{url}/nej", reason="Fullbokat.", said_by="Alex Exempel")
    assert form_values(client.get(f"{url}/steg/call_off_sent").text)["chosen_provider"] == str(three[2].id)
    for page in (url, f"/inkop/ramavtal/{row.id}"):
        text = client.get(page).text
        assert all(said in text for said in ("Alla lärare är upptagna.", "Kim Exempel", "Fullbokat.")), page
    client.submit(f"{url}/nej", reason="Nej.", said_by="Robin Exempel")
    assert client.get(f"{url}/nej").location == f"{url}#ramavtal"
    assert len(queries.list_declines(purchase_id=made.id)) == 3


def test_a_no_that_is_sent_twice_is_kept_once(client, three, user):
    row = frameworks.framework(by=user, providers=three)
    made = call_off(row, by=user, state="framework_checked")
    sent = form_values(client.get(f"/inkop/{made.id}/nej").text) | {"reason": "Fullbokat.", "said_by": "Kim"}
    answers = {client.post(f"/inkop/{made.id}/nej", data=sent).location for _time in range(2)}
    assert len(answers) == 1
    assert [row.supplier.provider.name for row in queries.list_declines(purchase_id=made.id)] == ["Ett AB"]


def test_a_no_is_not_kept_of_whoever_is_next_when_a_colleague_has_noted_it_already(client, three, user):
    made = call_off(frameworks.framework(by=user, providers=three), by=user, state="framework_checked")
    url = f"/inkop/{made.id}/nej"
    of_the_first = form_values(client.get(url).text) | {"reason": "Fullbokat.", "said_by": "Kim Exempel"}
    client.submit(url, reason="Fullbokat.", said_by="Kim Exempel")
    assert client.post(url, data=of_the_first).status_code == 409
    assert [row.supplier.provider.name for row in queries.list_declines(purchase_id=made.id)] == ["Ett AB"]


def test_a_declined_step_is_not_taken_without_the_no(three, user):
    row = frameworks.framework(by=user, providers=three)
    made = call_off(row, by=user, state="call_off_sent", chosen_provider=str(three[0].id))
    with pytest.raises(StepRefusedError, match="Anteckna nejet under Avrop från ramavtal"):
        service.take_step(made, "call_off_declined", values={}, note="Nej.", by=user)
    with pytest.raises(RefusedError, match="framtiden"):
        declining.note_decline(made, reason="x", said_on=clock.today() + timedelta(days=1), said_by="Kim", by=user)


@pytest.mark.parametrize(("law", "may_go_on"), [(FrameworkLaw.EU, False), (FrameworkLaw.CHAPTER_19, True)])
def test_a_check_is_gone_on_against_only_where_the_agreement_follows_chapter_19(scope, user, law, may_go_on):
    unvetted = factories.provider(by=user)
    row = frameworks.framework(by=user, providers=[unvetted], law=law)
    made = call_off(row, by=user, state="call_off_sent", chosen_provider=str(unvetted.id))
    decided = {"decision_date": str(clock.today()), "decision_maker": str(user.id), "delegation_ref": "4.2"}

    def award():
        service.take_step(made, "call_off_awarded", values=decided, override_reason="Ingen annan finns.", by=user)

    if may_go_on:
        award()
        assert made.state == "call_off_awarded"
    else:
        with pytest.raises(StepRefusedError, match="Granska anordnaren"):
            award()


def test_shares_propose_the_one_furthest_below_and_another_needs_a_reason(client, three, user):
    row = frameworks.framework(by=user, providers=three, shares=[50, 30, 20], model=CallOffModel.FIXED_ALLOCATION)
    call_off(
        row, by=user, state="call_off_sent", chosen_provider=str(three[0].id), value_sek="300000"
    ).provider_id = three[0].id
    db.session.commit()
    made = call_off(row, by=user, state="framework_checked", value_sek="100000")
    url = f"/inkop/{made.id}/steg/call_off_sent"
    assert form_values(client.get(url).text)["chosen_provider"] == str(three[1].id)
    assert "Andel 50 %, har fått 100 %" in client.get(f"/inkop/{made.id}").text
    other = {"chosen_provider": str(three[2].id), **paper("call_off_request")}
    assert "Två AB har fått minst av sin andel" in client.submit(url, **other).text
    other = {"chosen_provider": str(three[2].id), **paper("call_off_request")}
    assert client.submit(url, **other, step_note="Två AB har ingen lärare på orten.").status_code == 302


@pytest.mark.parametrize(("law", "can_be_explained"), [(FrameworkLaw.EU, False), (FrameworkLaw.CHAPTER_19, True)])
def test_all_suppliers_are_asked_in_a_competition(client, three, user, law, can_be_explained):
    row = frameworks.framework(by=user, providers=three, model=CallOffModel.MINI_COMPETITION, law=law)
    stranger = factories.provider(by=user, name="Utanför AB")
    made = call_off(row, by=user, route_id="call_off_mini_competition", state="framework_checked")
    url = f"/inkop/{made.id}/steg/call_off_sent"
    filled = form_values(client.get(url).text)
    assert filled["suppliers_asked"] == [str(provider.id) for provider in three]
    sending = {"offer_deadline": "2027-01-15T12:00", "diary_number": "2026/1"}
    two = [str(provider.id) for provider in three[:2]]
    refused = client.submit(url, **sending, suppliers_asked=two, **paper("call_off_request"))
    assert refused.status_code == 422 and "Kryssa också för" in refused.text and "Tre AB" in refused.text
    assert ("7 kap. 7–9 §§" in refused.text) is not can_be_explained
    noted = {"step_note": "Tre AB har inte delområdet.", **paper("call_off_request")}
    assert (client.submit(url, **sending, suppliers_asked=two, **noted).status_code == 302) is can_be_explained
    strange = [*(str(provider.id) for provider in three), str(stranger.id)]
    with pytest.raises(StepRefusedError, match="Bara ramavtalets leverantörer"):
        service.take_step(
            call_off(row, by=user, route_id="call_off_mini_competition", state="framework_checked"),
            "call_off_sent",
            values={"suppliers_asked": strange, "offer_deadline": "2027-01-15T12:00+01:00", "diary_number": "1"},
            papers=[Paper("call_off_request", io.BytesIO(b"%PDF x"), "a.pdf", "application/pdf")],
            by=user,
        )


@pytest.mark.parametrize(
    ("framework", "answers", "sentence"),
    [
        ({"ends_on": clock.today() - timedelta(days=1)}, {}, "Välj ett annat ramavtal"),
        ({"is_own_named": False}, {}, "LOU 7 kap. 3 §"),
        ({"named_users": ["Kommunstyrelsen"]}, {"contracting_authority": "Bildningsnämnden"}, "De är: Kommunstyrelsen"),
        ({}, {"value_sek": "1000000.01"}, "kvar till taket"),
        ({"used_elsewhere_ore": 1_000_000_00}, {}, "har förlorat sin verkan"),
        ({"volume_unit": VolumeUnit.HOURS, "volume_ceiling": 40}, {}, "Ange volymen i avropet"),
        ({"volume_unit": VolumeUnit.HOURS, "volume_ceiling": 40}, {"call_off_volume": 41}, "40 timmar kvar"),
        ({"model": CallOffModel.MINI_COMPETITION}, {}, "Välj den inköpsvägen"),
    ],
)
def test_a_call_off_that_the_agreement_does_not_allow_is_refused_from_the_start(
    scope, user, framework, answers, sentence
):
    row = frameworks.framework(by=user, **framework)
    with pytest.raises(StepRefusedError, match=sentence):
        call_off(row, by=user, **answers)
    assert queries.list_call_offs(row.id) == []


def test_what_lies_outside_the_agreement_needs_a_reason(client, scope, user):
    row = frameworks.framework(by=user, cpv_codes=["79998000-6"], topic_ids=["T001"])
    sent = START | {"framework": str(row.id), "route": RANKED}
    assert "omfattar inte köpets kompetensområde eller CPV-kod" in client.submit("/inkop/nytt", **sent).text
    reasoned = client.submit("/inkop/nytt", **sent, route_reason="Coachning ingår i kursen.")
    assert reasoned.status_code == 302
    assert "Coachning ingår i kursen." in client.get(reasoned.location).text


def test_from_95_per_cent_a_call_off_shows_that_it_fits(client, scope, user):
    row = frameworks.framework(by=user, used_elsewhere_ore=700_000_00)
    made = call_off(row, by=user, state="need_confirmed", value_sek="260000")
    url = f"/inkop/{made.id}/steg/framework_checked"
    refused = client.submit(url, state_aid_checked="yes")
    assert "Med avropet är 96 % av ramavtalets tak taget." in refused.text
    assert client.submit(url, state_aid_checked="yes", step_note="Fast pris, inget annat väntar.").status_code == 302


def test_the_contract_is_held_to_the_ceiling_and_the_term(three, user):
    row = frameworks.framework(by=user, providers=three)
    made = call_off(row, by=user, state="call_off_awarded", value_sek="900000", chosen_provider=str(three[0].id))
    values = {"contract_start": "2027-01-01", "contract_end": "2027-12-31"}
    papers = [Paper("order_confirmation", io.BytesIO(b"%PDF x"), "a.pdf", "application/pdf")]
    too_much = values | {"contract_date": str(clock.today()), "contract_value_sek": "1000000.01"}
    with pytest.raises(StepRefusedError, match="kvar till taket"):
        service.take_step(made, "contracted", values=too_much, papers=papers, by=user)
    row.ends_on = clock.today() - timedelta(days=1)
    late = values | {"contract_date": str(clock.today()), "contract_value_sek": "900000"}
    with pytest.raises(StepRefusedError, match="Välj ett annat ramavtal"):
        service.take_step(made, "contracted", values=late, papers=papers, by=user)


def test_a_direct_award_beside_an_agreement_that_covers_it_says_why(client, scope, user):
    row = frameworks.framework(by=user, topic_ids=["T001"])
    made = cohort(user)
    url = f"/inkop/nytt?utbildningsgrupp={made.id}"
    proposed = client.submit(url, **START).text
    assert "Ni har ramavtal som täcker köpet." in proposed and f"/inkop/ramavtal/{row.id}" in proposed
    refused = client.submit(url, **START, route="direct_award")
    assert refused.status_code == 422 and "Ni har ramavtal som täcker köpet: Ramavtal Truck." in refused.text
    started = client.submit(url, **START, route="direct_award", route_reason="Avtalet saknar lärare på orten.")
    assert "Avtalet saknar lärare på orten." in client.get(started.location).text
    # With the agreement full, nobody is asked about it.
    row.used_elsewhere_ore = row.ceiling_ore
    db.session.commit()
    another = f"/inkop/nytt?utbildningsgrupp={cohort(user).id}"
    assert client.submit(another, **START, route="direct_award").status_code == 302


def test_a_change_to_a_direct_award_shows_the_agreement_too(client, scope, user):
    row = frameworks.framework(by=user, cpv_codes=["80500000-9"])
    made = factories.purchase(by=user, route_id="exempt", exemption_ground="in_house")
    assert f"/inkop/ramavtal/{row.id}" in client.get(f"/inkop/{made.id}/inkopsvag").text


def test_a_purchase_with_a_typed_name_goes_on_as_before_and_can_choose_from_the_register(client, scope, user):
    typed = {
        "framework": "Gammalt ramavtal 7",
        "framework_end": str(clock.today() + timedelta(days=90)),
        "framework_ceiling_sek": "500000",
        "buyer_named_in_framework": True,
        "call_off_model": "ranking",
    }
    made = factories.purchase(by=user, route_id=RANKED, state="need_confirmed", **typed)
    assert "Gammalt ramavtal 7" in client.get(f"/inkop/{made.id}").text
    url = f"/inkop/{made.id}/steg/framework_checked"
    assert client.submit(url, state_aid_checked="yes").status_code == 302
    assert (made.framework_id, made.values["framework"]) == (None, "Gammalt ramavtal 7")
    over = factories.purchase(by=user, route_id=RANKED, state="need_confirmed", **typed, value_sek="600000")
    row = frameworks.framework(by=user)
    url = f"/inkop/{over.id}/steg/framework_checked"
    page = client.get(url).text
    assert "Gammalt ramavtal 7 (skrivet för hand)" in page and "framework_end" in form_values(page)
    moved = client.submit(url, state_aid_checked="yes", framework=str(row.id))
    assert moved.status_code == 302, moved.text
    db.session.refresh(over)
    assert over.framework_id == row.id and "framework_end" not in over.values


def test_two_call_offs_at_once_never_go_beyond_the_ceiling_together(app, scope, user):
    row = frameworks.framework(by=user)
    values, keys, answers = frameworks.answers(row, value_sek="600000"), (scope.id, user.id), []

    def start():
        with app.app_context(), database.writing(), access.acting_in(keys[0]):
            by = db.session.get_one(User, keys[1])
            try:
                service.start_purchase(title="Samtidigt", values=values, route_id=RANKED, by=by)
                db.session.commit()
                answers.append("started")
            except RefusedError as error:
                answers.append(str(error))
            db.session.remove()

    db.session.commit()
    service.start_purchase(title="Först", values=values, route_id=RANKED, by=user)
    db.session.flush()
    thread = threading.Thread(target=start)
    thread.start()
    thread.join(timeout=0.7)
    assert not answers
    db.session.commit()
    thread.join(timeout=20)

    assert len(answers) == 1 and "kvar till taket" in answers[0]
    assert [made.title for made in queries.list_call_offs(row.id)] == ["Först"]
