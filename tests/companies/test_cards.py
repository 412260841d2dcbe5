"""Contact cards: read as phones and mail programs write them, placed at our companies, and handed out."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.access import Role, acting_in
from broker.companies import queries
from broker.companies.cards import MOST_CARDS, Card, read_cards, write_cards
from broker.errors import RefusedError
from broker.swedish import clean
from tests import factories

SAMPLE = Path(__file__).parents[1] / "samples" / "kontakter.vcf"
TEXTS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60)


def card(*lines):
    return "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""]).encode()


def dropped(client, content, url="/foretag/kontaktkort"):
    return client.submit(url, file=(io.BytesIO(content), "kontakter.vcf"))


@pytest.fixture
def company(scope, user):
    """Give a company that we have a relation to, by the name that the first card of the sample has."""
    found = factories.company("Exempel Granvik Plast AB")
    factories.interaction(found, by=user)
    return found


def test_the_sample_is_read_whole():
    cards = read_cards(SAMPLE.read_bytes())

    assert len(cards) == 12
    assert cards[0] == Card(
        "Anna Exempelsson-A", "Exempel Granvik Plast AB", "VD", "+46701740605", "anna@exempel0.example"
    )
    assert cards[7].organisation == "Exempel Ulvsta Trähus AB"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (card("VERSION:3.0", "FN:Åsa", " sa Öberg"), Card("Åsasa Öberg")),
        (
            card("VERSION:3.0", "N:Öberg;Åsa;;;", "item1.EMAIL;TYPE=INTERNET:a@b.example"),
            Card("Åsa Öberg", email="a@b.example"),
        ),
        (card("VERSION:2.1", "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=85sa =", "=C3=96berg"), Card("Åsa Öberg")),
        (card("fn:Åsa", "tel;type=work:0150-1", "tel;type=cell:070-2"), Card("Åsa", phone="070-2")),
        (card("FN:Åsa", 'TEL;TYPE="voice,cell";VALUE=uri:tel:+46-70'), Card("Åsa", phone="+46-70")),
        (card("FN:Åsa", "ORG:Svets\\, plåt\\; rör AB;Verkstaden"), Card("Åsa", "Svets, plåt; rör AB")),
        (
            "BEGIN:VCARD\nFN:Åsa\nTITLE:VD\\noch delägare\nEND:VCARD".encode("cp1252"),
            Card("Åsa", function="VD och delägare"),
        ),
        ("BEGIN:VCARD\nFN:Åsa\nEND:VCARD".encode("utf-16"), Card("Åsa")),
        *(
            (card(f"FN;ENCODING=QUOTED-PRINTABLE;CHARSET={charset}:Asa"), Card("Asa"))
            for charset in ("ingen-sadan", "idna", "undefined")
        ),
    ],
)
def test_a_card_is_read_as_each_program_writes_it(content, expected):
    assert read_cards(content) == [expected]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hej",
        b"BEGIN:VCARD\nEND:VCARD",
        b"BEGIN:VCALENDAR\nSUMMARY:x\nEND:VCALENDAR",
        b"\x00\x01\xff" * 50,
        b"BEGIN:VCARD\nFN:Anna",
    ],
)
def test_a_file_without_cards_is_refused(content):
    with pytest.raises(RefusedError, match="inga kontaktkort"):
        read_cards(content)


@pytest.mark.parametrize("address", ["inte-en-adress", "a@b@c", "<script>@x"])
def test_an_address_that_is_none_is_left_out(address):
    assert read_cards(card("FN:Åsa", f"EMAIL:{address}")) == [Card("Åsa")]


def test_a_card_folded_into_a_hundred_thousand_lines_is_read():
    content = card("VERSION:2.1", "NOTE;ENCODING=QUOTED-PRINTABLE:x=" + "\r\nx=" * 100_000 + "\r\nx", "FN:Åsa")

    assert len(read_cards(content)) == 1


def test_more_cards_than_anybody_means_are_refused():
    with pytest.raises(RefusedError, match="fler än 500"):
        read_cards(card("FN:Åsa") * (MOST_CARDS + 1))


@given(name=TEXTS, organisation=TEXTS, function=TEXTS, phone=TEXTS)
def test_what_is_handed_out_is_read_back_as_it_was(name, organisation, function, phone):
    given_card = Card(*(clean(text) for text in (name, organisation, function, phone)), "åsa@svets.example")
    if given_card.name and not phone.startswith("tel:"):
        assert read_cards(write_cards([given_card]).encode()) == [given_card]


def test_each_person_comes_to_the_company_on_the_card_if_it_is_ours(client, company, organisation):
    page = dropped(client, SAMPLE.read_bytes())

    assert "1 kontaktperson är tillagd." in page.text
    assert "Exempel Järnsta Hemtjänst AB" in page.text
    with acting_in(organisation.id):
        [person] = queries.list_people(company.id)
    assert (person.name, person.function, person.source) == ("Anna Exempelsson-A", "VD", "Personen själv")


def test_whoever_is_known_stays_as_he_is(client, company, organisation):
    factories.person(company, "Anna E", email="ANNA@exempel0.example", phone="0150-1")

    page = dropped(client, SAMPLE.read_bytes())

    assert "Fanns redan" in page.text
    with acting_in(organisation.id):
        [person] = queries.list_people(company.id)
    assert (person.name, person.phone) == ("Anna E", "0150-1")


def test_a_card_without_company_belongs_to_the_company_whose_page_led_here(client, company, organisation):
    dropped(client, card("FN:Åsa Öberg"), url=f"/foretag/kontaktkort?foretag={company.id}")

    with acting_in(organisation.id):
        assert [person.name for person in queries.list_people(company.id)] == ["Åsa Öberg"]


def test_a_company_of_another_organisation_gets_nobody(client, organisation):
    theirs = factories.organisation()
    stranger = factories.user(organisation=theirs, roles=[Role.BROKER])
    with acting_in(theirs.id):
        company = factories.company("Exempel Granvik Plast AB")
        factories.interaction(company, by=stranger)

    page = dropped(client, SAMPLE.read_bytes())

    assert "0 kontaktpersoner är tillagda." in page.text
    with acting_in(organisation.id):
        assert queries.list_people(company.id) == []


def test_a_protected_person_is_in_no_card_and_no_answer(client, company, organisation):
    hidden = factories.person(company, "Anna Exempelsson-A", email="anna@exempel0.example", is_protected=True)
    factories.person(company, "Bo Ek", phone="0150-1")

    cards = client.get(f"/foretag/{company.id}/kontaktkort.vcf")
    page = dropped(client, SAMPLE.read_bytes())

    assert cards.mimetype == "text/vcard" and [found.name for found in read_cards(cards.data)] == ["Bo Ek"]
    assert client.get(f"/personer/{hidden.id}/kontaktkort.vcf").status_code == 404
    assert "Fanns redan" not in page.text and "0 kontaktpersoner är tillagda." in page.text
    with acting_in(organisation.id):
        assert len(queries.list_people(company.id, with_protected=True)) == 2


def test_one_person_is_handed_out_as_a_card(client, company):
    person = factories.person(company, "Åsa Öberg", function="VD", phone="070-174 06 05", email="a@b.example")

    [found] = read_cards(client.get(f"/personer/{person.id}/kontaktkort.vcf").data)

    assert found == Card("Åsa Öberg", "Exempel Granvik Plast AB", "VD", "070-174 06 05", "a@b.example")
