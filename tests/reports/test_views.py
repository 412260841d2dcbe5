"""Every figure on Idag and in the reports opens its own rows, as many as it says."""

import re
from datetime import timedelta
from html import unescape

import pytest

from broker import clock
from broker.access import Role
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


def test_the_table_is_handed_out_as_it_is_shown(client_for, work):
    response = client_for(*Role).press("/rapporter/behov.csv")

    assert "Kompetensområde;Flen;Katrineholm;Summa" in response.text.replace('"', "")
