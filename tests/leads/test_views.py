"""A lead on its way over the pages of two organisations."""

import pytest

from broker.access import Role
from broker.extensions import db
from broker.leads import service
from tests import factories, factories_leads
from tests.client import CANARY, form_values
from tests.companies.merging.things import numberless


def sent_lead(client, company, receiver, **facts):
    defaults = {
        "near": [receiver.id], "summary": "Behöver svetsare", "ground": "consent", "ground_note": "Vd, på telefon",
    }  # fmt: skip
    return client.submit(f"/foretag/{company.id}/leads/nytt", **(defaults | facts))


def test_a_lead_is_shown_as_the_receiver_will_see_it_before_it_is_sent(client, company, receiver, officer):
    review = sent_lead(client, company, receiver)
    assert review.status_code == 200
    assert "Det här och inget annat ser mottagaren." in review.text
    assert "Näringslivsenheten Sala" in review.text
    assert "Oöppnat lead" not in officer.get("/leads").text

    done = client.post(f"/foretag/{company.id}/leads/nytt", data=form_values(review.text))
    assert done.status_code == 302
    assert "Skickat" in client.get(done.location).text
    assert "Oöppnat lead" in officer.get("/leads").text


def test_only_where_an_organisation_is_near_the_list_is_of_others(client, company, receiver, scope):
    far = factories.company("Exempel Långtbort AB", municipality_code="2584")

    near_page, far_page = (client.get(f"/foretag/{row.id}/leads/nytt").text for row in (company, far))

    assert "Annan organisation" in near_page and "Välj organisation" not in near_page
    assert "Välj organisation" in far_page and "Annan organisation" not in far_page


def test_a_lead_sent_twice_is_sent_once(client, company, receiver, officer):
    values = form_values(sent_lead(client, company, receiver).text)
    first, second = (client.post(f"/foretag/{company.id}/leads/nytt", data=values) for _sending in range(2))
    assert first.location == second.location
    assert officer.get("/leads").text.count("Oöppnat lead") == 2


def test_what_was_filled_in_is_kept_when_it_is_changed_after_the_review(client, company, receiver):
    values = form_values(sent_lead(client, company, receiver).text)
    values.pop("reviewed")
    page = client.post(f"/foretag/{company.id}/leads/nytt", data=values | {"edit": "1"})
    assert page.status_code == 200
    assert form_values(page.text)["summary"] == "Behöver svetsare"


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"near": []}, "Välj minst en mottagare."),
        ({"summary": " "}, "Skriv vad leadet gäller."),
        ({"ground_note": ""}, "Skriv vem som har samtyckt"),
        ({"answer_by": "2020-01-01"}, "Ange en dag från och med i dag."),
        ({"answer_by": "2099-01-01"}, "Ange en dag senast den "),
    ],
)
def test_an_incomplete_lead_is_asked_for_again(client, company, receiver, facts, sentence):
    page = sent_lead(client, company, receiver, **facts)
    assert page.status_code == 422
    assert sentence in page.text


def test_a_contact_person_goes_along_only_when_chosen_and_ticked(client, company, receiver, anna):
    nobody = sent_lead(client, company, receiver, fields=["person", "phone"])
    assert (
        nobody.status_code == 422 and "Välj kontaktperson, eller ta bort krysset vid namn och funktion." in nobody.text
    )
    unticked = sent_lead(client, company, receiver, person_id=anna.id, fields=["employees"])
    assert unticked.status_code == 422 and "Kryssa för vad om kontaktpersonen som får följa med" in unticked.text

    assert sent_lead(client, company, receiver, fields=["phone", "employees"]).status_code == 200
    assert "Anna Exempelsson" in sent_lead(client, company, receiver, person_id=anna.id, fields=["person"]).text


def test_no_name_is_offered_where_nobody_is_known(client, receiver, scope):
    page = client.get(f"/foretag/{factories.company().id}/leads/nytt").text
    assert 'value="phone"' in page and 'value="person"' not in page


def test_nothing_of_a_lead_is_read_before_it_is_opened(client, user, scope, company, receiver, officer):
    row = factories_leads.lead(sender=scope, receivers=[receiver], by=user, company=company, summary="Behöver svetsare")
    url = f"/leads/mottagna/{row.offers[0].id}"
    assert "Behöver svetsare" not in officer.get(url).text

    assert officer.press(f"{url}/oppna", page=url).status_code == 302

    assert "Behöver svetsare" in officer.get(url).text
    refused = client.press(f"/leads/erbjudanden/{row.offers[0].id}/aterkalla", page=f"/leads/skickade/{row.id}")
    assert refused.status_code == 422


def test_not_even_the_company_is_named_before_a_lead_is_opened(officer, url, company, lead, client):
    pages = ["/leads", "/", url, f"{url}/avboj", f"{url}/fraga"]
    assert [page for page in pages if "Exempel Svets AB" in officer.get(page).text] == []
    assert url not in officer.get(f"/foretag/{company.id}/leads").text

    officer.press(f"{url}/oppna", page=url)

    assert [page for page in pages if "Exempel Svets AB" in officer.get(page).text] == pages
    assert url in officer.get(f"/foretag/{company.id}/leads").text


def test_a_lead_that_was_taken_back_is_nowhere_to_be_seen_or_answered(client, officer, url, lead):
    client.press(f"/leads/erbjudanden/{lead.offers[0].id}/aterkalla", page=f"/leads/skickade/{lead.id}")

    assert "Exempel Svets AB" not in officer.get("/leads").text
    for page in ("", "/avboj", "/fraga", "/aterlamna", "/resultat"):
        refused = officer.get(url + page)
        assert (refused.status_code, "tagit tillbaka" in refused.text) == (422, True)
        assert "Exempel Svets AB" not in refused.text


def test_a_company_without_number_is_known_by_a_lead_only_while_it_is_read_or_followed(
    client, user, scope, receiver, officer
):
    company = numberless(f"{CANARY}bolag", by=user)
    lead = factories_leads.lead(sender=scope, receivers=[receiver], by=user, company=company)
    url, page = f"/leads/mottagna/{lead.offers[0].id}", f"/foretag/{company.id}"
    unopened = officer.get(page)

    officer.press(f"{url}/oppna", page=url)
    opened = officer.get(page)
    officer.submit(f"{url}/avboj", reason="Nej tack")
    declined = officer.get(page)

    assert [answer.status_code for answer in (unopened, opened, declined)] == [404, 200, 404]
    assert CANARY not in unopened.text + declined.text
    assert page not in officer.get(url).text


def test_a_company_without_number_stays_unknown_when_its_lead_was_taken_back(client, user, scope, receiver, officer):
    company = numberless(f"{CANARY}bolag", by=user)
    lead = factories_leads.lead(sender=scope, receivers=[receiver], by=user, company=company)
    client.press(f"/leads/erbjudanden/{lead.offers[0].id}/aterkalla", page=f"/leads/skickade/{lead.id}")

    refused = officer.get(f"/foretag/{company.id}")

    assert (refused.status_code, CANARY in refused.text) == (404, False)


def test_what_has_changed_since_the_review_is_reviewed_again(client, company, receiver, anna):
    values = form_values(sent_lead(client, company, receiver, person_id=anna.id, fields=["phone"]).text)
    anna.phone = "070-174 06 99"
    db.session.commit()

    again = client.post(f"/foretag/{company.id}/leads/nytt", data=values)

    assert again.status_code == 200
    assert "Uppgifterna har ändrats" in again.text and "070-174 06 99" in again.text
    done = client.post(f"/foretag/{company.id}/leads/nytt", data=form_values(again.text))
    assert "070-174 06 99" in client.get(done.location).text


def test_what_was_kept_of_the_form_is_forgotten_when_the_lead_is_sent(client, scope, company, receiver):
    review = sent_lead(client, company, receiver)
    client.post(f"/foretag/{company.id}/leads/nytt", data=form_values(review.text))
    assert client.get_cookie("kept-saved").value == f"lead-{scope.id}-{company.id}"


def test_a_lead_taken_on_twice_leads_to_the_same_page(officer, url):
    token = officer.csrf_token(url)
    first, second = (officer.post(f"{url}/ta-emot", data={"csrf_token": token}) for _sending in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location


def test_a_person_who_became_protected_is_not_shown_with_the_lead(client, client_for, officer, lead, url, anna):
    officer.press(f"{url}/oppna", page=url)
    client.submit(f"/personer/{anna.id}", is_protected="y")

    seen = client_for(Role.BROKER).get(f"/leads/skickade/{lead.id}").text + officer.get(url).text

    assert "Anna Exempelsson" not in seen
    assert "070-174 06 05" not in seen


def test_an_answer_given_on_the_page_is_seen_by_the_sender(client, user, scope, company, receiver, officer):
    row = factories_leads.lead(sender=scope, receivers=[receiver], by=user, company=company)
    url = f"/leads/mottagna/{row.offers[0].id}"
    officer.press(f"{url}/oppna", page=url)
    assert officer.submit(f"{url}/fraga", question="Hur många?").status_code == 302
    client.submit(f"/leads/erbjudanden/{row.offers[0].id}/svar", reply="Sex personer")
    assert "Sex personer" in officer.get(url).text

    assert officer.press(f"{url}/ta-emot", page=url).status_code == 302
    officer.submit(f"{url}/resultat", result="need", result_note="Två kurser")

    page = client.get(f"/leads/skickade/{row.id}").text
    assert "Det blev ett behov" in page and "Två kurser" in page


def test_two_people_answering_at_once_get_the_conflict_page(user, scope, company, receiver, officer):
    row = factories_leads.lead(sender=scope, receivers=[receiver], by=user, company=company)
    url = f"/leads/mottagna/{row.offers[0].id}/avboj"
    late = form_values(officer.get(url).text)
    officer.submit(f"/leads/mottagna/{row.offers[0].id}/fraga", question="Hur många?")
    db.session.rollback()

    answer = officer.post(url, data=late | {"reason": "Nej tack"})

    assert answer.status_code == 409
    assert "Nej tack" in answer.text


def test_a_lead_waits_on_idag_until_it_is_answered(user, scope, company, receiver, officer):
    row = factories_leads.lead(sender=scope, receivers=[receiver], by=user, company=company)
    assert "Leads att svara på" in officer.get("/").text
    officer.submit(f"/leads/mottagna/{row.offers[0].id}/avboj", reason="Nej tack")
    assert "Leads att svara på" not in officer.get("/").text


def test_a_lead_to_many_is_followed_on_one_page(client, user, scope, company):
    receivers = [factories.organisation() for _number in range(12)]
    lead = factories_leads.lead(sender=scope, receivers=receivers, by=user, company=company)
    db.session.rollback()

    assert client.get(f"/leads/skickade/{lead.id}").text.count("Skickat") >= 12


def test_a_question_about_our_lead_waits_on_idag_and_first_among_leads(client, client_for, answer, user):
    line = "1 fråga om ett lead som ni har skickat väntar på svar"
    offer = answer(service.ask_back, question="Hur många gäller det?")

    assert line in client.get("/").text
    assert line not in client_for(Role.READER).get("/").text
    leads = client.get("/leads").text
    assert "Hur många gäller det?" in leads and f'href="/leads/skickade/{offer.lead_id}"' in leads

    client.submit(f"/leads/erbjudanden/{offer.id}/svar", reply="Sex.")
    assert line not in client.get("/").text
    assert "Frågor om leads" not in client.get("/leads").text
