"""Companies as a broker meets them on the page."""

import html
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from broker import audit, clock, files
from broker.access import Role, acting_in
from broker.companies import narrowing, queries, service
from broker.companies.models import InteractionKind
from broker.extensions import db
from tests import factories, factories_needs
from tests.client import form_values


def test_a_contact_is_logged_and_shown_with_its_next_step(client, organisation):
    company = factories.company("Exempel Plåt AB")

    response = client.submit(
        f"/foretag/{company.id}/kontakter/ny",
        kind="visit",
        happened_on="2026-11-02",
        summary="Tre svetsare behöver kurs.",
        next_step="Skicka förslag",
        next_step_on="2026-12-01",
    )

    assert response.location == f"/foretag/{company.id}"
    page = client.get(response.location)
    assert "Tre svetsare behöver kurs." in page.text
    assert "Skicka förslag" in page.text


def test_a_saved_contact_leads_to_its_need(client, organisation):
    company = factories.company()
    fields = {"kind": "visit", "happened_on": "2026-11-02", "summary": "Tre vill ha truckkort"}
    address = f"/foretag/{company.id}/kontakter/ny"

    direct = client.submit(address, **fields, then="need")
    assert direct.location.startswith(f"/foretag/{company.id}/behov/nytt?kontakt=")
    assert "Tre vill ha truckkort" in client.get(direct.location).text

    later = client.get(client.submit(address, **fields).location).text
    assert f'href="/foretag/{company.id}/behov/nytt?kontakt=' in later


def header_link(page):
    return re.search(r'href="([^"]+)" aria-keyshortcuts="l"', page.text)[1]


def test_the_header_logs_a_contact_with_the_company_that_the_page_is_about(client, user, scope):
    company = factories.company()
    contact = factories.interaction(company, by=user)
    need = factories_needs.need(by=user, company=company)
    task = service.add_task(title="Ring", due_on=clock.today(), company=company, by=user)
    loose = service.add_task(title="Städa", due_on=clock.today(), by=user)
    db.session.commit()
    logged = f"/foretag/{company.id}/kontakter/ny"

    about = [f"/foretag/{company.id}", f"/kontakter/{contact.id}", f"/behov/{need.id}", f"/uppgifter/{task.id}/andra"]
    assert [header_link(client.get(url)) for url in about] == [logged] * 4
    # On the form itself another company is meant, elsewhere and where nothing is found there is none.
    others = [logged, "/", f"/uppgifter/{loose.id}/andra", f"/foretag/{company.id + 99}"]
    assert [header_link(client.get(url)) for url in others] == ["/kontakter/ny"] * 4


def test_the_page_of_a_contact_leads_to_its_need(client, client_for, user, scope):
    contact = factories.interaction(factories.company(), by=user)
    link = f'href="/foretag/{contact.company_id}/behov/nytt?kontakt={contact.id}"'

    assert link in client.get(f"/kontakter/{contact.id}").text
    assert link not in client_for(Role.READER).get(f"/kontakter/{contact.id}").text


def test_a_contact_without_a_summary_is_asked_for_again_and_keeps_the_rest(client):
    company = factories.company()

    response = client.submit(f"/foretag/{company.id}/kontakter/ny", kind="call", next_step="Ring igen")

    assert response.status_code == 422
    assert "Skriv med några ord vad som sades." in response.text
    assert 'value="Ring igen"' in response.text


def test_a_contact_in_the_future_is_refused(client):
    company = factories.company()

    response = client.submit(f"/foretag/{company.id}/kontakter/ny", kind="call", summary="x", happened_on="2099-01-01")

    assert "Ange en dag som inte ligger i framtiden." in response.text


def test_the_same_form_sent_twice_logs_one_contact(client, organisation):
    company = factories.company()
    for _time in range(2):
        client.submit(f"/foretag/{company.id}/kontakter/ny", kind="call", summary="En gång", token="samma")

    with acting_in(organisation.id):
        assert len(queries.list_interactions(company.id).rows) == 1


def test_the_company_of_a_contact_is_found_by_three_letters(client):
    factories.company("Exempel Årby Snickeri AB")

    assert "Exempel Årby Snickeri AB" in client.get("/kontakter/ny?q=arb").text


def test_a_reader_may_not_log_contacts(client_for):
    company = factories.company()

    assert client_for(Role.READER).get(f"/foretag/{company.id}/kontakter/ny").status_code == 403


def test_a_company_that_does_not_exist_is_a_page_that_says_so(client):
    response = client.get("/foretag/99999")

    assert response.status_code == 404
    assert "Sidan finns inte" in response.text


def test_another_organisations_contact_looks_like_none(client, app):
    company = factories.company()
    other = factories.organisation()
    stranger = factories.user(organisation=other)
    with acting_in(other.id):
        interaction = factories.interaction(company, by=stranger, summary="hemligt-besök")

    assert client.get(f"/kontakter/{interaction.id}").status_code == 404
    assert "hemligt-" not in client.get(f"/foretag/{company.id}").text


def test_two_people_editing_the_relation_do_not_overwrite_each_other(client, client_for, organisation):
    company = factories.company()
    url = f"/foretag/{company.id}/relation"
    client.submit(url, status="active", note="Första")
    other = client_for(Role.BROKER)
    page = other.get(url)
    assert client.submit(url, status="active", note="Min text").status_code == 302

    late = other.post(url, data=form_values(page.text) | {"note": "Sen text"})

    assert late.status_code == 409
    assert "Sen text" in late.text and "Min text" in late.text
    kept = form_values(late.text)
    assert other.post(url, data=kept).status_code == 302
    assert "Sen text" in client.get(f"/foretag/{company.id}").text


def test_a_protected_person_is_shown_to_administrators_only(client_for, scope):
    company = factories.company()
    factories.person(company, "Skyddad Exempelsson", is_protected=True)

    assert "Skyddad Exempelsson" not in client_for(Role.BROKER).get(f"/foretag/{company.id}").text
    assert "Skyddad Exempelsson" in client_for(Role.ADMINISTRATOR).get(f"/foretag/{company.id}").text


def test_a_list_is_uploaded_tried_and_imported(client):
    content = "Företag;Orgnr;Kommun;Anställda\nExempel Ett AB;5299304179;Flen;12\n".encode()
    response = client.submit("/foretag/importera", file=(io.BytesIO(content), "lista.csv"))
    prepare = response.location
    assert "Exempel Ett AB" in client.get(prepare).text

    tried = client.submit(prepare, **{"try": "1"}).location
    assert "Inget är sparat" in client.get(tried).text

    imported = client.press(f"{tried}/igen", page=tried).location
    assert "Importen är klar och sparad." in client.get(imported).text
    assert "Exempel Ett AB" in client.get("/foretag?q=ett").text


def test_a_pdf_with_the_name_of_a_list_is_refused_with_what_to_do(client):
    response = client.submit("/foretag/importera", file=(io.BytesIO(b"%PDF-1.7 ..."), "lista.xlsx"))

    assert response.status_code == 422
    assert "PDF" in response.text


def test_a_wrong_guess_of_a_column_is_corrected(client):
    content = b"Bolag;Nr;Org\nExempel Ett AB;1;5299304179\n"
    prepare = client.submit("/foretag/importera", file=(io.BytesIO(content), "lista.csv")).location

    result = client.submit(prepare, column_0="name", column_1="", column_2="number", **{"import": "1"}).location

    assert "Importen är klar och sparad." in client.get(result).text


def test_an_uploaded_file_is_seen_by_its_organisation_only(client, app):
    content = b"Orgnr\n5299304179\n"
    prepare = client.submit("/foretag/importera", file=(io.BytesIO(content), "lista.csv")).location
    stranger = factories.user(organisation=factories.organisation(), roles=list(Role))
    other = app.test_client()
    other.sign_in(stranger)

    assert other.get(prepare).status_code == 404
    assert other.get(f"/filer/{prepare.rsplit('/', 1)[1]}").status_code == 404


def test_a_task_is_marked_as_done(client, organisation, user):
    company = factories.company()
    client.submit(f"/foretag/{company.id}/uppgifter/ny", title="Ring om kursen", due_on="2026-12-01")
    with acting_in(organisation.id):
        task = queries.list_tasks_of_company(company.id)[0]

    client.press(f"/uppgifter/{task.id}/klar")

    with acting_in(organisation.id):
        db.session.expire_all()
        assert queries.list_tasks_of_company(company.id) == []


def test_a_register_file_is_taken_from_the_operator_only(client):
    register = Path(__file__).parents[1] / "samples" / "bolagsverket_bulkfil_sample.txt"

    response = client.submit("/foretag/importera", file=(io.BytesIO(register.read_bytes()), "lista.csv"))

    assert response.status_code == 422
    assert "driftansvarig" in response.text


def test_the_history_of_a_shared_company_names_nobody_of_another_organisation(client, app):
    other = factories.organisation()
    stranger = factories.user(organisation=other, name="Siv Främmande")
    with acting_in(other.id):
        company = service.add_company(number="5299304179", name="Exempel AB", by=stranger)
        db.session.commit()
        company_id = company.id

    assert "Siv Främmande" not in client.get(f"/foretag/{company_id}/historik").text


def test_an_uploaded_list_is_never_handed_out_again_and_forgotten_after_a_week(client, organisation, app):
    content = b"Orgnr\n5299304179\n"
    prepare = client.submit("/foretag/importera", file=(io.BytesIO(content), "lista.csv")).location
    attachment_id = int(prepare.rsplit("/", 1)[1])
    assert client.get(f"/filer/{attachment_id}").status_code == 404

    with acting_in(organisation.id):
        attachment = files.get_attachment(attachment_id)
        attachment.uploaded_at = clock.now() - timedelta(days=8)
        path = files.path_of(attachment.content_hash)
        db.session.commit()
    files.forget_uploads()

    assert not path.exists()
    assert client.get(prepare).status_code == 404


def test_the_companies_met_of_the_report_are_the_rows_that_it_opens(client, user, scope):
    met, other = factories.company("Exempel Träffat AB"), factories.company("Exempel Otr AB")
    factories.interaction(met, by=user, happened_on=date(2026, 3, 1))
    factories.interaction(met, by=user, happened_on=date(2026, 4, 1))
    factories.interaction(other, by=user, happened_on=date(2025, 3, 1))

    report = client.get("/rapporter?fran=2026-01-01&till=2026-06-30").text
    assert "1 företag träffat" in report
    rows = client.get("/foretag?traffad_fran=2026-01-01&traffad_till=2026-06-30").text
    assert "Exempel Träffat AB" in rows and "Exempel Otr AB" not in rows


def test_older_contacts_are_on_the_next_page_and_none_is_shown_twice(client, scope, user):
    company = factories.company()
    for number in range(queries.PAGE + 5):
        day = clock.today() - timedelta(days=number // 3)
        service.log_interaction(
            company, kind=InteractionKind.CALL, happened_on=day, summary=f"Samtal nummer {number}.", by=user
        )
    db.session.commit()
    first, last = clock.today() - timedelta(days=30), clock.today()

    for address in (f"/foretag/{company.id}", f"/kontakter?fran={first}&till={last}"):
        page = client.get(address).text
        following = client.get(html.unescape(re.search(r'rel="next" href="([^"]+)"', page)[1])).text
        seen = [re.findall(r"Samtal nummer \d+\.", text) for text in (page, following)]
        assert [len(set(rows)) for rows in seen] == [queries.PAGE, 5]
        assert not set(seen[0]) & set(seen[1])
        assert 'rel="prev"' in following


def test_what_nearly_fits_is_shown_first_and_said_to_be_near_wherever_a_company_is_chosen(client):
    company = factories.company("Bergsunds Plåtslageri AB")
    db.session.rollback()

    page = client.get("/foretag?q=platslagreri").text
    assert f'href="/foretag/{company.id}"' in page
    assert page.index("Menade du något av de här?") < page.index("Inget företag passar. Sök på något annat")
    assert "Ta bort något ur filtret" in client.get("/foretag?q=platslagreri&kommun=0482").text
    for address in ("/foretag/forslag?q=", "/kontakter/ny?q="):
        assert "Inget heter just så. Menade du något av de här?" in client.get(f"{address}platslagreri").text
        assert "Inget heter just så" not in client.get(f"{address}platslageri").text


def test_where_more_fit_than_are_suggested_it_is_said(client):
    for number in range(11):
        factories.company(f"Exempel Bygg {number} AB")
    db.session.rollback()

    assert "De tio som passar bäst. Enter visar alla." in client.get("/foretag/forslag?q=bygg").text
    assert "De tio som passar bäst. Skriv mer" in client.get("/kontakter/ny?q=bygg").text
    assert "De tio som passar bäst" not in client.get("/foretag/forslag?q=bygg+3").text


@pytest.mark.parametrize("address", ["/foretag", "/foretag/karta"])
def test_a_period_that_ends_before_it_begins_is_told_of_by_its_field(client, address):
    factories.company("Exempel Plåt AB")
    reversed_period = {"traffad_fran": "2026-06-30", "traffad_till": "2026-01-01"}

    page = client.get(address, query_string=reversed_period)

    assert page.status_code == 422 and "Exempel Plåt AB" not in page.text
    assert page.text.count("Ange en sista dag som ligger efter den första.") >= 2
    assert 'value="2026-06-30"' in page.text and 'value="2026-01-01"' in page.text
    for open_end in ({"traffad_fran": "2026-06-30"}, reversed_period | {"traffad_till": "2026-06-30"}):
        assert client.get(address, query_string=open_end).status_code == 200


@pytest.mark.parametrize("address", ["/foretag", "/kontakter/ny"])
@pytest.mark.parametrize(
    ("typed", "filled"),
    [("Kalles Plåt", {"name": "Kalles Plåt"}), ("5299304179", {"number": "529930-4179", "name": ""})],
)
def test_what_a_search_did_not_find_is_filled_in_where_it_is_added(client, address, typed, filled):
    page = client.get(address, query_string={"q": typed}).text
    link = html.unescape(re.findall(r'href="(/foretag/nytt\?q=[^"]*)"', page)[-1])

    values = form_values(client.get(link).text)
    assert {name: values[name] for name in filled} == filled
    assert client.submit(link, name="Annat namn").status_code == 302


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("x" * 3000, "x" * 200),
        ("  Kalles\n Plåt\x00 ", "Kalles Plåt"),
        ('"><b>', '"><b>'),
        ("5599", ""),
        ("19900101+0017", ""),
        ("189312249833", ""),
        ("info@exempel.example", ""),
        ("&\u200b", ""),
        ("", ""),
    ],
)
def test_what_is_no_name_is_not_filled_in_and_a_long_one_is_cut(client, typed, name):
    page = client.get("/foretag/nytt", query_string={"q": typed})

    values = form_values(page.text)
    assert page.status_code == 200 and (values["name"], values["number"]) == (name, "")


def test_a_company_that_is_filled_in_shows_at_once_what_it_seems_to_be(client):
    known = factories.company("Kalles Plåt AB")

    page = client.get("/foretag/nytt?q=Kalles+Pl%C3%A5tt").text

    assert f'href="/foretag/{known.id}"' in page


def test_the_search_suggests_companies_by_a_few_letters(client):
    factories.company("Bergsunds Plåtslageri AB")
    db.session.rollback()

    assert "Bergsunds Plåtslageri AB" in client.get("/foretag/forslag?q=slag").text
    assert "Inget företag passar." in client.get("/foretag/forslag?q=zzz").text
    assert "Inget företag passar." in client.get("/foretag/forslag").text


def test_the_list_that_is_shown_is_handed_out_whole_and_noted(client, scope, user):
    for number in range(30):
        factories.company(f"Exempel {number:02} AB", municipality_code="0482")
    factories.company("=cmd|' /C calc'!A0", municipality_code="0482")
    factories.company("Borta AB", municipality_code="0360")
    factories.interaction(factories.company("Vårt AB", municipality_code="0482"), by=user)
    db.session.rollback()

    assert "Hämta 32 företag (Excel)" in client.get("/foretag?kommun=0482").text
    comma = client.press("/foretag/lista.csv?kommun=0482").data.decode("utf-8-sig").split("\r\n")
    sheet = load_workbook(io.BytesIO(client.press("/foretag/lista.xlsx?kommun=0482").data)).active

    assert len(comma) == 1 + 32 + 1 and comma[0].startswith("Namn;Organisationsnummer;Ort;")
    assert comma[1].startswith("'=cmd")
    assert sheet.max_row == 33 and sheet["A2"].value == "=cmd|' /C calc'!A0" and sheet["A2"].data_type == "s"
    assert sheet["A33"].value == "Vårt AB" and sheet["E33"].value.date() == clock.today()
    assert [event.action for event in audit.history_of(scope)][:2] == ["list:exported", "list:exported"]


def test_a_list_longer_than_anybody_reads_is_not_handed_out(client, monkeypatch):
    monkeypatch.setattr(narrowing, "COUNTED_AT_MOST", 2)
    for _number in range(3):
        factories.company()
    db.session.rollback()

    assert "Hämta" not in client.get("/foretag").text
    answer = client.press("/foretag/lista.csv")
    assert answer.status_code == 422 and "fler än 2 företag" in answer.text
