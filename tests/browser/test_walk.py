"""The whole product from an empty installation to the finished application, by its pages alone."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import expect
from pypdf import PdfReader

from broker import clock
from broker.access import Role
from broker.extensions import db
from tests import factories
from tests.browser.conftest import opened
from tests.browser.steps import follow, open_menu, press, sees, sign_in, write
from tests.mailbox import read_invitation

LIST = Path(__file__).parents[1] / "samples" / "naringslivsenhet_foretagslista.xlsx"
WELDERS = "Exempel Bergsund Plåt & Svets AB"
COMPANIES = (WELDERS, "Exempel Brännland Logistik AB", "Exempel Ytterby Teknik HB")
TODAY = clock.today()
START = TODAY.replace(day=1) + timedelta(days=190)
END = START + timedelta(days=600)
NOTICE = "Utkast. Endast frågor märkta som sedda har formulärets egen lydelse."


@pytest.fixture
def operator(app, organisation):
    """Give the one person of an installation that holds nothing else."""
    user = factories.user(organisation=organisation, roles=list(Role), is_operator=True)
    db.session.rollback()
    return user


# Whether the browser runs scripts does not depend on the database behind the pages.
@pytest.mark.parametrize(
    ("database_app", "scripts"),
    [("sqlite", True), ("postgresql", False)],
    ids=["sqlite", "postgresql without scripts"],
    indirect=["database_app"],
)
def test_from_an_empty_installation_to_the_application(app, chromium, address, operator, tmp_path, scripts):
    with opened(chromium, address, java_script_enabled=scripts) as page:
        sign_in(page, operator)
        invite_a_colleague(page, "kollega@larcentrum.example")
        with opened(chromium, address, java_script_enabled=scripts) as colleague:
            accept_the_invitation(colleague, read_invitation(app))
        import_the_list(page)
        log_a_contact_with_a_next_step(page)
        for company in COMPANIES:
            register_a_need(page, company)
        form_the_proposed_cohort(page)
        add_a_provider(page)
        vet_the_provider(page)
        start_the_purchase_of_the_cohort(page)
        take_two_steps(page, tmp_path)
        add_a_call(page)
        start_a_project(page)
        join_the_cohort(page)
        answer_with_a_first_text(page)
        add_a_goal_and_an_activity(page)
        add_a_cost(page)
        see_what_is_left(page)
        check_the_package(download_the_package(page))


def invite_a_colleague(page, address):
    open_menu(page, "Administration")
    follow(page, "Bjud in")
    write(page, email=address, roles="broker")
    press(page, "Skicka inbjudan")
    sees(page, f"Inbjudan till {address} är på väg.")


def accept_the_invitation(page, link):
    page.goto(link)
    write(page, name="Kim Kollega", password=factories.PASSWORD, repeated=factories.PASSWORD)
    press(page, "Gå med")
    sees(page, "Välkommen, Kim Kollega.")


def import_the_list(page):
    open_menu(page, "Företag")
    page.locator(".more-menu summary").click()
    follow(page, "Importera en lista")
    write(page, file=LIST)
    press(page, "Ladda upp")
    column = page.get_by_label("Bransch", exact=True)
    expect(column).to_have_value("industry")
    column.select_option("note")
    page.get_by_label("Kompetensbehov / kommentar", exact=True).select_option("")
    press(page, "Provkör")
    sees(page, "Så här skulle importen gå. Inget är sparat.")
    importing = page.locator("main").get_by_role("button", name="Importera")
    importing.first.click()
    sees(page, "Importen är klar och sparad.")


def open_company(page, name):
    page.get_by_role("search").get_by_label("Sök företag eller person").fill(name)
    page.get_by_role("search").get_by_role("button").click()
    follow(page, name)


def log_a_contact_with_a_next_step(page):
    open_company(page, WELDERS)
    sees(page, "Legotillverkning och svetsning av metall")
    follow(page, "Logga kontakt med företaget")
    write(page, kind="visit", summary="De behöver fler svetsare.", next_step="Ring om svetskursen")
    press(page, "Spara")
    sees(page, "De behöver fler svetsare.")
    open_menu(page, "Idag")
    sees(page, "Ring om svetskursen", "1 kontakt där du var med")


def register_a_need(page, company):
    open_company(page, company)
    follow(page, "Registrera behov")
    write(page, text="Montörerna behöver en svetsutbildning, halvautomat")
    press(page, "Fortsätt")
    expect(page.get_by_label("Svetsning MIG/MAG")).to_be_checked()
    write(page, women="1", men="1")
    page.get_by_text("Syfte, orsak och följd").click()
    write(page, cause="För få utbildade svetsare", cause_level="organisation")
    write(page, consequence="Order går till utlandet")
    press(page, "Spara behovet")
    sees(page, "Behovet av Svetsning MIG/MAG är sparat.")


def form_the_proposed_cohort(page):
    open_menu(page, "Behov")
    follow(page, "Paketering")
    sees(page, "1 förslag av 3 klarlagda behov.", "3 företag behöver samma utbildning, tillsammans 6 deltagare.")
    press(page, "Bilda gruppen")
    sees(page, "Varför de läser tillsammans", "3 företag behöver samma utbildning, tillsammans 6 deltagare.")


def add_a_provider(page):
    open_menu(page, "Anordnare")
    follow(page, "Ny anordnare")
    write(page, name="Svetsskolan i Fagersta", municipality_code="1982")
    press(page, "Spara")
    follow(page, "Lägg till utbildning")
    write(page, topic_id="T023", title="Svets i 40 timmar", levels="basic", modes="on_site", languages="sv")
    write(page, municipality_code="1982", reach_km="50", capacity="10", hours="40", price="9 500")
    press(page, "Spara")
    sees(page, "9 500,00 kr")


def vet_the_provider(page):
    follow(page, "Granskning")
    page.wait_for_url("**/granskning")
    sees(page, "varje ny kontroll läggs till de gamla")
    for link in page.get_by_role("link", name="Anteckna kontroller").all_inner_texts():
        follow(page, link)
        # The button comes after the last field, so that none of them is missed while the page is arriving.
        expect(page.get_by_role("button", name="Spara", exact=True)).to_be_visible()
        for result in page.locator("main select[name$='_result']").all():
            result.select_option("approved")
        for day in page.locator("main input[name$='_valid_to']").all():
            day.fill((TODAY + timedelta(days=365)).isoformat())
        press(page, "Spara")
    sees(page, "Kvalitetssäkrad")


def start_the_purchase_of_the_cohort(page):
    open_menu(page, "Behov")
    follow(page, "Utbildningsgrupper")
    follow(page, "Svetsning MIG/MAG, Fagersta")
    follow(page, "Börja inköp")
    write(page, buyer="company")
    press(page, "Gå vidare")
    sees(page, "Föreslagen inköpsväg")
    expect(page.get_by_label("Inköpsväg", exact=True)).to_have_value("company_buys")
    press(page, "Starta inköpet")
    sees(page, "Företaget köper själv. Läge: ")


def take_two_steps(page, folder):
    paper = folder / "behov.txt"
    paper.write_text("Sex svetsare", encoding="utf-8")
    follow(page, "Bekräfta behovet")
    write(page, paper_need_record=paper)
    press(page, "Bekräfta behovet")
    follow(page, "Köps inte av kommunen")
    write(page, buyer_orgnr="529924-3799")
    press(page, "Köps inte av kommunen")
    sees(page, "Köps inte av kommunen: klart.", "behov.txt")


def add_a_call(page):
    open_menu(page, "Projekt")
    follow(page, "Utlysningar")
    follow(page, "Ny utlysning")
    write(page, diary_no="26-101", title="Kompetens för små företag", region="Östra Mellansverige", programme_area="A")
    write(page, opens_on=TODAY.isoformat(), closes_on=(TODAY + timedelta(days=60)).isoformat(), closing_time="16.00")
    write(page, cofinancing_rate="46", budget_model="yrkeskategori", max_months="36", state_aid_basis="de_minimis")
    write(page, earliest_start=START.isoformat(), latest_start=START.isoformat(), latest_end=END.isoformat())
    write(page, unit_costs="Projektledare; 592\ndeltagare; 290", attachments="Förändringsteori")
    write(page, source="https://www.esf.se/utlysningar/")
    press(page, "Lägg till utlysningen")


def start_a_project(page):
    follow(page, "Starta ett projekt")
    write(page, name="Svetsa ihop", starts_on=START.isoformat(), ends_on=END.isoformat())
    press(page, "Starta projektet")
    sees(page, "Projektet Svetsa ihop är påbörjat.")


def join_the_cohort(page):
    follow(page, "Aktörer")
    follow(page, "Lägg till en utbildningsgrupp")
    write(page, ground="consent", ground_note="Företagen sade ja vid besöken.", price_kr="9 500")
    press(page, "Lägg till")
    sees(page, "Utbildningsgruppen är med i projektet.", *COMPANIES)


def answer_with_a_first_text(page):
    follow(page, "Ansökan")
    follow(page, "Problemformulering")
    press(page, "Skriv")
    press(page, "Hämta underlag")
    text = page.locator("#svar-problem")
    first = text.input_value()
    assert "3 företag" in first
    text.fill(f"{first}\n\nDärför behövs projektet.")
    press(page, "Spara svaret")
    sees(page, "Svaret är sparat.", "Därför behövs projektet.")
    follow(page, "Problemformulering")


def add_a_goal_and_an_activity(page):
    follow(page, "Plan")
    follow(page, "Nytt mål")
    write(page, text="Sex personer svetsar med intyg")
    press(page, "Spara")
    follow(page, "Nytt delmål")
    write(page, indicator="Antal intyg")
    press(page, "Spara")
    follow(page, "Aktiviteter")
    sees(page, "Svetsning MIG/MAG, Fagersta")
    follow(page, "Ny aktivitet")
    write(page, title="Uppföljning på plats", hours="8")
    page.get_by_label("Sex personer svetsar med intyg").check()
    press(page, "Spara")
    sees(page, "Uppföljning på plats")


def add_a_cost(page):
    follow(page, "Budget")
    follow(page, "Ny kostnad")
    write(page, cost_type="personal", title="Projektledare", rate_id="Projektledare", hours="1 000", persons="1")
    press(page, "Spara")
    # 1,000 hours at 592 kronor, and the flat rate of 15 per cent on personnel.
    sees(page, "592 000,00 kr", "88 800,00 kr", "680 800,00 kr")


def see_what_is_left(page):
    follow(page, "Lämna in")
    sees(page, "Uppfyllt", "Återstår")


def download_the_package(page):
    follow(page, "Export")
    sees(page, NOTICE, "Därför behövs projektet.")
    press(page, "Ta ut ansökan")
    with page.expect_download() as download:
        page.get_by_role("button", name="Hämta ZIP").click()
    return zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))


def check_the_package(package):
    files = {name: package.read(name) for name in package.namelist()}
    manifest = json.loads(files["manifest.json"])
    assert {row["name"] for row in manifest["files"]} == files.keys() - {"manifest.json"}
    assert Document(io.BytesIO(files["ansokan.docx"])).paragraphs[0].text.startswith(NOTICE)
    assert NOTICE in " ".join(PdfReader(io.BytesIO(files["ansokan.pdf"])).pages[0].extract_text().split())
    assert load_workbook(io.BytesIO(files["budget.xlsx"])).sheetnames
    application = json.loads(files["ansokan.json"])
    assert "Därför behövs projektet." in json.dumps(application, ensure_ascii=False)
