"""Needs as a broker meets them on the page."""

import pytest

from broker import clock, formatting
from broker.access import Role, acting_in
from broker.needs import queries
from broker.needs.models import NeedStatus
from broker.needs.queries import NeedFilter
from tests import factories
from tests import factories_needs as make
from tests.client import form_values


@pytest.fixture
def company():
    return factories.company("Exempel Plåt AB")


def needs_of(organisation):
    with acting_in(organisation.id):
        return queries.list_needs(NeedFilter()).rows


def add(client, company, text, *, query="", **fields):
    """Take both steps: what was said, then the rest."""
    address = f"/foretag/{company.id}/behov/nytt{query}"
    described = client.submit(address, text=text)
    assert described.status_code == 200, described.text
    data = form_values(described.text) | fields
    return client.post(address, data=data, content_type="multipart/form-data")


def test_a_text_becomes_a_need_with_little_typed(client, organisation, company):
    response = add(client, company, "Tre på lagret behöver truckkort", men="3")

    assert response.location == f"/foretag/{company.id}/behov"
    (need,) = needs_of(organisation)
    assert (need.topic_id, need.participants, need.hours, need.municipality_code) == ("T001", 3, 24, "0482")
    assert need.description == "Tre på lagret behöver truckkort"
    assert "Truckutbildning" in client.get(response.location).text


def test_a_long_text_is_taken_and_stands_in_no_address(client, organisation, company):
    text = "Tre på lagret behöver truckkort. " * 400
    assert 'method="get"' not in client.get(f"/foretag/{company.id}/behov/nytt").text.partition("<main")[2]

    response = add(client, company, text, men="3")

    assert "truckkort" not in response.location
    assert needs_of(organisation)[0].description == text.strip()


def test_a_text_about_no_topic_gets_no_guess_but_what_to_do(client, company):
    page = client.submit(f"/foretag/{company.id}/behov/nytt", text="Hästskötsel för två nya").text

    assert 'name="proposed"' not in page
    assert "Texten liknar ”Hästskötsel”, som inget kompetensområde gäller. Välj det i listan som passar." in page


def test_a_need_without_a_word_of_the_company_is_asked_for_again(client, company):
    response = client.submit(f"/foretag/{company.id}/behov/nytt", text=" ")

    assert response.status_code == 422
    assert "Skriv det som företaget sade." in response.text


def test_people_and_period_of_the_text_are_proposed_and_quoted(client, organisation, company):
    page = client.submit(f"/foretag/{company.id}/behov/nytt", text="Truckkort för fyra personer våren 2031")

    assert "Ur texten: ”fyra personer”." in page.text
    assert "Ur texten: ”våren 2031”." in page.text
    fields = form_values(page.text)
    assert (fields["participants"], fields["earliest_on"], fields["latest_on"]) == ("4", "2031-01-01", "2031-06-30")


@pytest.mark.parametrize(
    ("fields", "people"),
    [
        ({"participants": "5"}, (0, 0, 5)),
        ({"participants": "5", "women": "2"}, (2, 0, 3)),
        ({"women": "2", "men": "1"}, (2, 1, 0)),
    ],
)
def test_the_sex_of_some_may_be_unknown(client, organisation, company, fields, people):
    add(client, company, "truckkort", **fields)

    (need,) = needs_of(organisation)
    assert (need.women, need.men, need.unknown_sex) == people
    assert "Kön okänt" in client.get(f"/behov/{need.id}").text
    assert f"{sum(people)} personer" in client.get("/behov").text


def test_those_of_unknown_sex_are_dealt_into_the_group(client, user, scope):
    needs = [make.need(by=user, women=1, men=0, unknown_sex=3) for _number in range(2)]

    cohort = make.cohort(*needs, by=user)

    assert cohort.participants == 8
    assert [(row.women, row.men, row.unknown_sex) for row in cohort.members] == [(1, 0, 3)] * 2
    assert "Kön okänt" in client.get(f"/behov/grupper/{cohort.id}").text


def test_another_topic_than_the_proposed_is_chosen_from_the_list(client, organisation, company):
    add(client, company, "truckkort", men="3", topic_id="T042")

    assert needs_of(organisation)[0].topic_id == "T042"


def test_hours_and_duty_follow_another_topic_unless_they_were_changed(client, organisation, company):
    text = "De vill lära sig Excel, och tre på lagret ska ha truckkort"
    location = add(client, company, text, men="3", topic_id="T042").location
    assert "Timmarna blev 8, som är det vanliga för området." in client.get(location).text
    add(client, company, text, men="3", topic_id="T042", hours="30")
    add(client, company, text, men="3", proposed="T001")

    saved = [(need.topic_id, need.hours, need.is_mandatory_training) for need in needs_of(organisation)]
    assert sorted(saved) == [("T001", 24, True), ("T042", 8, False), ("T042", 30, False)]


def test_a_text_that_says_nothing_leaves_the_whole_list(client, company):
    response = add(client, company, "ring i augusti", men="3")

    assert response.status_code == 422
    assert "Välj ett kompetensområde." in response.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"women": "0", "men": "0"}, "Ange minst en deltagare."),
        ({"participants": "3", "women": "2", "men": "2"}, "Ange minst lika många deltagare"),
        ({"men": "2", "latest_on": "2020-01-01"}, "inte ligger före den tidigaste"),
        ({"men": "två"}, "Skriv ett heltal"),
        ({"men": "2", "languages": []}, "Välj minst ett språk."),
    ],
)
def test_a_faulty_need_is_asked_for_again(client, company, fields, sentence):
    response = add(client, company, "truckkort", **fields)

    assert response.status_code == 422
    assert sentence in response.text
    assert "truckkort" in response.text


def test_a_year_that_was_hardly_meant_is_told_once(client, company):
    page = add(client, company, "truckkort", men="2", latest_on="0001-01-01").text
    summary = page[page.index("error-summary") : page.index("</ul>", page.index("error-summary"))]

    assert summary.count("<li>") == 1
    assert "mellan år 1900 och 2199" in summary
    assert "inte ligger före den tidigaste" not in page


def test_the_same_form_sent_twice_adds_one_need(client, organisation, company):
    for _time in range(2):
        add(client, company, "truckkort", men="3", token="samma")

    assert len(needs_of(organisation)) == 1


def test_a_need_can_come_from_a_contact_with_the_company(client, user, organisation, company):
    with acting_in(organisation.id):
        contact_id = factories.interaction(company, by=user).id

    add(client, company, "truckkort", query=f"?kontakt={contact_id}", men="3")

    assert needs_of(organisation)[0].interaction_id == contact_id


def test_a_contact_with_another_company_is_not_found(client, user, organisation, company):
    with acting_in(organisation.id):
        contact_id = factories.interaction(factories.company(), by=user).id

    assert client.get(f"/foretag/{company.id}/behov/nytt?kontakt={contact_id}").status_code == 404
    assert add(client, company, "truckkort", men="3", interaction_id=contact_id).status_code == 404


def test_the_words_of_a_contact_stand_in_the_form_of_its_need(client, user, organisation, company):
    with acting_in(organisation.id):
        contact_id = factories.interaction(company, by=user, summary="Tre vill ha truckkort").id

    assert "Tre vill ha truckkort" in client.get(f"/foretag/{company.id}/behov/nytt?kontakt={contact_id}").text


def test_the_contact_is_chosen_among_the_latest_with_their_days(client, user, organisation, company):
    with acting_in(organisation.id):
        contact = factories.interaction(company, by=user, summary="Sökte svetsare")
        contact_id, day = contact.id, formatting.day(contact.happened_on)
    page = client.submit(f"/foretag/{company.id}/behov/nytt", text="truckkort").text

    assert f"{day}: Sökte svetsare" in page
    add(client, company, "truckkort", men="3", interaction_id=contact_id)

    (need,) = needs_of(organisation)
    shown = client.get(f"/behov/{need.id}").text
    assert f'href="/kontakter/{contact_id}"' in shown


def test_no_contact_is_chosen_for_a_person(client, user, organisation, company):
    with acting_in(organisation.id):
        factories.interaction(company, by=user)

    add(client, company, "truckkort", men="3")

    assert needs_of(organisation)[0].interaction_id is None


def test_a_need_is_tied_to_its_contact_afterwards(client, user, scope, company):
    need = make.need(by=user, company=company)
    contact_id = factories.interaction(company, by=user).id

    client.submit(f"/behov/{need.id}/redigera", interaction_id=contact_id)

    assert queries.get_need(need.id).interaction_id == contact_id


def test_a_need_is_changed_and_its_history_tells_it(client, user, scope):
    need = make.need(by=user)

    response = client.submit(f"/behov/{need.id}/redigera", hours="32")

    assert response.location == f"/behov/{need.id}"
    page = client.get(response.location).text
    assert "Behovet är ändrat." in page
    assert "Ändrat: timmar" in page


def test_a_need_that_somebody_else_saved_meanwhile_is_not_overwritten(client, user, scope):
    need = make.need(by=user)
    client.submit(f"/behov/{need.id}/redigera", hours="32")

    response = client.submit(f"/behov/{need.id}/redigera", hours="24", version="1")

    assert response.status_code == 409


def test_a_need_is_ended_only_with_a_reason(client, user, scope):
    need = make.need(by=user)

    assert "Skriv varför" in client.submit(f"/behov/{need.id}/avsluta").text
    client.submit(f"/behov/{need.id}/avsluta", reason="Löst på annat sätt")

    assert queries.get_need(need.id).status is NeedStatus.WITHDRAWN
    assert "Avslutat" in client.get(f"/behov/{need.id}").text


def test_a_need_in_a_group_says_why_it_cannot_be_changed(client, user, scope):
    needs = [make.need(by=user), make.need(by=user)]
    make.cohort(*needs, by=user)

    response = client.submit(f"/behov/{needs[0].id}/redigera", hours="32")

    assert response.status_code == 422
    assert "Lös upp gruppen" in response.text


def test_the_list_tells_its_filter_as_a_sentence_with_the_count(client, user, scope, company):
    make.need(by=user, company=company)
    make.need(by=user, topic_id="T042")

    page = client.get("/behov?omrade=T023&kommun=0482&status=clarified&q=plåt").text

    assert "”plåt” · Svetsning MIG/MAG · i Flen · Klarlagt" in page
    assert "1 behov" in page


def test_a_filter_that_makes_no_sense_shows_nothing_and_says_what_to_mend(client, user, scope):
    make.need(by=user)

    page = client.get("/behov?omrade=T999&status=okänd&halvar=snart")

    assert page.status_code == 422 and "1 behov" not in page.text
    assert page.text.count("Välj ett av alternativen i listan.") >= 3


def test_a_long_list_leads_on_to_the_next_page_and_back(client, user, scope, monkeypatch, company):
    for _number in range(51):
        make.need(by=user, company=company)

    page = client.get("/behov?status=clarified").text

    assert 'rel="next" href="/behov?status=clarified&amp;fore=' in page
    last = client.get(f"/behov?status=clarified&fore={min(need.id for need in queries.list_open_needs()) + 1}").text
    assert 'rel="prev"' in last
    assert 'rel="next"' not in last


def test_a_list_says_how_many_people_companies_and_places_its_needs_are_for(client, user, scope, company):
    for place in ("0482", "0483"):
        make.need(by=user, company=company, municipality_code=place)

    assert "2 behov, 6 personer, 1 företag, 2 kommuner" in client.get("/behov").text


def test_each_figure_of_the_sum_opens_its_rows(client, user, scope):
    for _number in range(2):
        make.need(
            by=user,
            earliest_on=clock.today().replace(year=2027, month=3, day=1),
            latest_on=clock.today().replace(year=2027, month=6, day=1),
        )

    page = client.get("/behov/summering").text

    assert "2 företag, 6 personer, Svetsning MIG/MAG, våren 2027" in page
    assert 'href="/behov?omrade=T023&amp;status=clarified&amp;halvar=2027-1"' in page
    assert "2 behov" in client.get("/behov?omrade=T023&status=clarified&halvar=2027-1").text


def test_one_person_is_said_in_the_singular(client, user, scope):
    make.need(by=user, women=1, men=0)

    assert "1 företag, 1 person, Svetsning" in client.get("/behov/summering").text
    assert "1 behov, 1 person, 1 företag, 1 kommun" in client.get("/behov").text


@pytest.mark.parametrize("address", ["/behov", "/behov/summering", "/foretag/{company}/behov"])
def test_empty_pages_tell_the_next_step(client, company, address):
    assert client.get(address.format(company=company.id)).status_code == 200


@pytest.mark.parametrize(
    "address", ["/behov/{need}/redigera", "/behov/{need}/avsluta", "/foretag/{company}/behov/nytt"]
)
def test_a_reader_sees_needs_but_changes_none(client_for, user, scope, company, address):
    need = make.need(by=user, company=company)
    reader = client_for(Role.READER)

    assert reader.get(address.format(need=need.id, company=company.id)).status_code == 403
    page = reader.get(f"/behov/{need.id}")
    assert page.status_code == 200
    assert "Ändra behovet" not in page.text


@pytest.mark.parametrize("address", ["/behov/99", "/behov/99/redigera", "/behov/99/avsluta", "/foretag/99/behov"])
def test_what_is_unknown_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_another_organisations_need_is_not_found(client, user, app):
    other = factories.organisation()
    with acting_in(other.id):
        need = make.need(by=user, description="hemligt-behov")

    assert client.get(f"/behov/{need.id}").status_code == 404
    assert "hemligt-" not in client.get("/behov").text


def test_a_need_is_kept_in_one_step_and_made_clear_in_another(client, scope, company):
    address = f"/foretag/{company.id}/behov/nytt"

    saved = client.submit(address, text="Tre på lagret behöver truckkort", **{"as": "identified"})

    (need,) = needs_of(scope)
    assert (saved.location, need.status) == (f"/behov/{need.id}", NeedStatus.IDENTIFIED)
    assert (need.topic_id, need.participants, need.earliest_on) == ("T001", 3, None)
    page = client.get(saved.location).text
    assert "när utbildningen tidigast kan börja" in page and "hur många det gäller" not in page
    refused = client.submit(f"/behov/{need.id}/redigera", **{"as": "clarified"})
    assert refused.status_code == 422 and "Ange när utbildningen tidigast kan börja." in refused.text
    assert client.submit(f"/behov/{need.id}/redigera", earliest_on="2027-01-11").status_code == 302
    days = {"earliest_on": "2027-01-11", "latest_on": "2027-05-28"}
    assert client.submit(f"/behov/{need.id}/redigera", **days, **{"as": "clarified"}).status_code == 302
    assert needs_of(scope)[0].status is NeedStatus.CLARIFIED


def test_a_need_with_neither_words_nor_topic_is_not_kept(client, organisation, company):
    address = f"/foretag/{company.id}/behov/nytt"
    page = client.submit(address, text="Något vi inte förstår").text

    refused = client.post(address, data=form_values(page) | {"description": "", "as": "identified"})

    assert refused.status_code == 422 and "Skriv vad företaget sade, eller välj" in refused.text
    assert needs_of(organisation) == []
