"""Every figure on Idag and in the reports opens its own rows, as many as it says."""

import re
from datetime import date, timedelta
from html import unescape

import pytest

from broker import clock
from broker.access import Role
from broker.companies.models import InteractionKind
from broker.reports.periods import usual_periods
from tests import factories, factories_procurement
from tests import factories_needs as make


@pytest.fixture
def work(scope, user):
    """Give two open needs and a withdrawn one, a contact of one's own and a colleague's, and purchases."""
    make.need(by=user)
    make.need(by=user, municipality_code="0483", topic_id="T042", women=1, men=0)
    company, colleague = factories.company(municipality_code="0483"), factories.user(organisation=scope)
    monday = clock.today() - timedelta(days=clock.today().weekday())
    for person in (user, colleague, colleague):
        factories.interaction(company, by=person, happened_on=monday)
    for state in ("draft", "closed", "cancelled"):
        factories_procurement.purchase(by=user).state = state
    make.need(by=user).status = "withdrawn"
    factories.db.session.commit()


def address_of(page, text):
    """Give where a link with this text leads."""
    links = re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', page, re.DOTALL)
    return next(unescape(url) for url, label in links if re.sub(r"<[^>]+>", "", label).strip() == text)


@pytest.mark.parametrize(
    ("page", "figure", "rows"),
    [
        ("/", "2 klarlagda behov hos oss", "2 behov,"),
        ("/", "1 kontakt där du var med", "1 kontakt<"),
        ("/rapporter", "2 klarlagda behov för 4 personer", "2 behov, 4 personer"),
        ("/rapporter", "3 kontakter", "3 kontakter<"),
        ("/rapporter", "1 företag träffat", "1 företag<"),
    ],
)
def test_a_figure_opens_as_many_rows_as_it_says(client, work, page, figure, rows):
    assert rows in client.get(address_of(client.get(page).text, figure)).text


def test_the_figure_of_purchases_is_of_those_that_go_on(client, work):
    page = client.get("/rapporter").text

    assert client.get(address_of(page, "1 pågående inköp")).text.count('<th scope="row"') == 1


def test_the_map_opens_the_companies_that_it_counts(client, work):
    page = client.get("/rapporter").text

    opened = client.get(address_of(page, "Katrineholm")).text
    assert "1 företag<" in opened
    assert "<h1>Företag" in opened


def test_each_cell_of_the_table_opens_its_needs(client, work):
    table = client.get("/rapporter").text.partition("Personer i klarlagda behov")[2]

    assert address_of(table, "3") == "/behov?omrade=T023&kommun=0482&status=clarified"
    assert "1 behov, 1 person," in client.get("/behov?omrade=T042&kommun=0483&status=clarified").text


@pytest.fixture
def two_years(scope, user):
    """Give contacts on either side of the ends of two months, one of them of the year before, and none in between."""
    company, other = factories.company(), factories.company()
    for firm, day in (
        (company, date(2025, 3, 2)), (company, date(2026, 1, 31)), (company, date(2026, 1, 5)),
        (other, date(2026, 1, 31)), (company, date(2026, 3, 1)), (company, date(2026, 4, 1)),
    ):  # fmt: skip
        factories.interaction(firm, by=user, happened_on=day)
    factories.interaction(other, by=user, happened_on=date(2026, 3, 1), kind=InteractionKind.NO_ANSWER)


def test_each_month_of_a_period_opens_its_contacts_and_companies(client, two_years):
    page = client.get("/rapporter?fran=2026-01-10&till=2026-03-31").text
    months = page.partition("Månad för månad")[2].partition("</table>")[0]

    cells = [unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<t[hd] [^>]*data-l.*?</t[hd]>", months)]
    assert cells == ["10 jan. 2026 till 31 jan. 2026", "2", "2", "februari 2026", "0", "0", "mars 2026", "1", "1"]
    assert "2 kontakter<" in client.get(address_of(months, "2")).text
    assert address_of(months, "1") == "/kontakter?fran=2026-03-01&till=2026-03-31"


def test_a_period_is_held_against_the_same_days_a_year_earlier(client, two_years):
    page = client.get("/rapporter?fran=2026-01-10&till=2026-03-31").text.partition("ett år tidigare")[2]

    assert address_of(page, "1 kontakt") == "/kontakter?fran=2025-01-10&till=2025-03-31"
    assert "1 företag<" in client.get(address_of(page, "1 företag träffat")).text


def test_a_longer_period_and_a_year_of_which_nothing_is_known_are_held_against_nothing(client, two_years):
    for period in ("2025-01-01&till=2025-12-31", "1900-01-01&till=1900-12-31", "2026-01-01&till=2027-01-01"):
        assert "ett år tidigare" not in client.get(f"/rapporter?fran={period}").text


def test_what_else_stands_in_the_address_narrows_neither_the_figures_nor_their_rows(client, two_years):
    page = client.get("/rapporter?fran=2026-01-10&till=2026-03-31&kommun=0180&hur=visit&mina=y").text

    assert "3 kontakter<" in client.get(address_of(page, "3 kontakter")).text


def test_the_period_that_is_shown_is_the_one_that_is_marked(client, two_years):
    today = clock.today()
    page = client.get(f"/rapporter?fran={today.year - 1}-01-01&till={today.year - 1}-12-31").text

    assert re.findall(r'aria-current="page">([^<]+)</a></li>', page)[-1:] == ["Förra året"]
    (opened,) = re.findall(r'href="([^"]+)">Förra månaden<', page)
    assert "Förra månaden" in re.findall(r'aria-current="page">([^<]+)<', client.get(unescape(opened)).text)


def test_the_months_are_handed_out_as_they_are_shown(client_for, two_years):
    manager = client_for(*Role)

    answer = manager.press("/rapporter/manader.csv?fran=2026-01-10&till=2026-03-31").text.replace('"', "")
    assert answer.splitlines()[1:] == [
        "2026-01-10;2026-01-31;2;2", "2026-02-01;2026-02-28;0;0", "2026-03-01;2026-03-31;1;1",
    ]  # fmt: skip
    assert manager.press("/rapporter/manader.csv?fran=2026-05-10&till=2026-03-31").status_code == 422


@pytest.mark.parametrize("period", ["fran=1900-01-01&till=2199-12-31", "fran=2024-02-29&till=2024-02-29"])
def test_the_longest_period_and_a_leap_day_have_a_report(client, two_years, period):
    assert client.get(f"/rapporter?{period}").status_code == 200


@pytest.mark.parametrize(
    ("today", "quarter"),
    [
        (date(2026, 1, 1), (date(2025, 10, 1), date(2025, 12, 31))),
        (date(2026, 3, 31), (date(2025, 10, 1), date(2025, 12, 31))),
        (date(2026, 4, 1), (date(2026, 1, 1), date(2026, 3, 31))),
        (date(2026, 12, 31), (date(2026, 7, 1), date(2026, 9, 30))),
    ],
)
def test_the_last_quarter_is_the_one_that_is_over(app, today, quarter):
    with app.test_request_context():
        (_name, *days) = usual_periods(today)[3]

    assert tuple(days) == quarter


def test_the_table_is_handed_out_as_it_is_shown(client_for, work):
    response = client_for(*Role).press("/rapporter/behov.csv")

    assert "Kompetensområde;Flen;Katrineholm;Summa" in response.text.replace('"', "")
