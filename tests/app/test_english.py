"""Who has chosen English reads English: no page shows a Swedish text but names, laws and what people wrote."""

import csv
import io
import re
import zipfile
from pathlib import Path

import lxml.html
import pytest
from babel.messages.pofile import read_po
from sqlalchemy import JSON, String, Text, select

from broker import access
from broker import reference as reference_package
from broker.demo import letters
from broker.extensions import SentenceText, db
from broker.jobs import Job
from broker.reference import queries as reference
from broker.reference.models import ReferenceDocument
from broker.reference.queries import read_yaml
from broker.sentences import Sentence
from tests.checks import CATALOGUE
from tests.pages import addresses, demo_in, sign_in

pytestmark = pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)

# The handbook, invented examples, and the address that changes the language.
ALWAYS_SWEDISH = {
    "accounts.set_language",
    "pages.handbook",
    "pages.handbook_chapter",
    "pages.show_style_guide",
}
DATA = Path(reference_package.__file__).with_name("data")
BAD_LIST = "Bolag;Orgnr\nExempel Fel AB;12345\n"
# Questions whose first texts hold words that pages say in both languages: levels, forms, grounds.
WORDED = ("/orsaker", "/aktiviteter/aktiviteter", "/ekonomi")
# The codes of the registers, in the words of their owners.
REGISTER_LISTS = ("organisation_forms.csv", "scb_legal_forms.csv", "proceedings.csv")
# What these hold is the product's own, except what their sentences are filled with.
OUR_TABLES = {ReferenceDocument.__tablename__, Job.__tablename__}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
# A shorter part of a sentence may be a word of a name.
LONG = 12
LETTERS = re.compile(r"[åäöÅÄÖ]")
SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-l")


@pytest.fixture(scope="module")
def demo_user(database_app):
    with demo_in(database_app) as user:
        yield user


@pytest.fixture
def english_pages(database_app, demo_user):
    """Give the texts of every page that can be read in English, by its address."""
    client = sign_in(database_app, demo_user)
    client.get("/sprak/en")
    pages = [(url, client.get(url)) for endpoint, url in addresses(database_app) if endpoint not in ALWAYS_SWEDISH]
    return {url: texts_of(page.text) for url, page in pages if page.mimetype == "text/html"}


def test_no_page_in_english_shows_a_swedish_text_of_ours(english_pages):
    known = typed_texts() | proper_names()
    swedish = catalogue_texts() | reference_texts()
    parts = {part for text in swedish for part in PLACEHOLDER.split(text) if len(part) >= LONG and " " in part.strip()}
    # Nearly all of them are nowhere; to look for each in all texts at once is soon done.
    everything = "\n".join(known.union(*english_pages.values()))
    parts = {part for part in parts if part in everything}

    def is_swedish(text):
        return text in swedish or LETTERS.search(text) or any(part in text for part in parts)

    longest_first = sorted((text for text in known if is_swedish(text) or len(text) >= LONG), key=len, reverse=True)
    shown = {text: url for url, texts in english_pages.items() for text in texts - known if is_swedish(text)}
    faults = [f"{url}: {text}" for text, url in shown.items() if is_swedish(without(longest_first, text))]
    assert not faults, "\n".join(sorted(faults))


def catalogue_texts():
    """Give the texts of the product whose English is another."""
    with CATALOGUE.open("rb") as stream:
        messages = [message for message in read_po(stream, locale="en") if isinstance(message.id, str)]
    return {message.id for message in messages if message.id not in ("", message.string)}


def reference_texts():
    """Give the Swedish of every label that has an English in the rules and forms."""
    documents = [read_yaml(path.stem) for path in DATA.glob("*.yaml")]
    return {row[name] for row in rows_in(documents) for name in row if is_translated(row, name)}


def is_translated(row, name):
    stem = str(name).removesuffix("_sv")
    return (
        f"{stem}_en" in row and isinstance(row[name], str) and row[name] != row[f"{stem}_en"] and name != f"{stem}_en"
    )


def rows_in(value):
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from rows_in(part)


def proper_names():
    """Give what is called the same in every language: places, topics, industries, legal forms, proceedings."""
    places = reference.municipalities().values()
    lists = [DATA.joinpath(name).read_text(encoding="utf-8").splitlines() for name in REGISTER_LISTS]
    return {
        *(place.name for place in places),
        *(place.county_name for place in places),
        *(topic.label for topic in reference.topics().values()),
        *reference.industry_names().values(),
        *(row["name_sv"] for rows in lists for row in csv.DictReader(rows)),
    }


def typed_texts():
    """Give what people wrote: every text of the data but the product's own sentences; a word alone may be theirs."""
    with access.every_organisation():
        columns = [
            column
            for mapper in db.Model.registry.mappers
            for column in mapper.columns
            if isinstance(column.type, (Text, String, JSON, SentenceText)) and column.table.name not in OUR_TABLES
        ]
        found = {text for column in columns for value in db.session.scalars(select(column)) for text in strings(value)}
        found |= {text for facts in db.session.scalars(select(Job.title)) for text in strings(facts)}
        # A letter that waits is a file.
        found |= {text for letter in letters.LETTERS for part in letter for text in strings(part)}
    db.session.rollback()
    return {" ".join(text.split()) for text in found} - {""} - {text for text in catalogue_texts() if " " in text}


def strings(value):
    if isinstance(value, Sentence):
        value = value.as_stored()
    if isinstance(value, str):
        yield value
        yield from value.split("\n")
    elif isinstance(value, dict):
        # Of a stored sentence only the facts were typed, if it has any.
        parts = value.get("facts", {}) if "text" in value and len(value) > 1 else value
        for name, part in parts.items():
            yield name
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def without(known, text):
    """Take every known text out of a text."""
    for typed in known:
        if typed in text:
            text = text.replace(typed, "")
    return text


def texts_of(html):
    """Give the texts that a page shows or says in the page's own language."""
    return set(spoken(lxml.html.document_fromstring(html)))


def spoken(element):
    if isinstance(element.tag, str) and (element.tag == "html" or "lang" not in element.attrib):
        for text in (element.text, *(element.get(name) for name in SPOKEN), *(child.tail for child in element)):
            if text and text.strip():
                yield " ".join(text.split())
        for child in element:
            yield from spoken(child)


@pytest.fixture
def clients(database_app, demo_user):
    """Give two clients of the same person: one reads Swedish, the other English."""
    swedish, english = sign_in(database_app, demo_user), sign_in(database_app, demo_user)
    english.get("/sprak/en")
    return swedish, english


def address_of(database_app, endpoint):
    return next(url for name, url in addresses(database_app) if name == endpoint)


@pytest.mark.parametrize("file_format", ["json", "docx", "xlsx"])
def test_an_application_is_handed_out_in_swedish_whoever_asks(database_app, clients, file_format):
    url = f"{address_of(database_app, 'snapshots.show')}/{file_format}"

    files_of_both = [client.press(url) for client in clients]

    assert [answer.status_code for answer in files_of_both] == [200, 200]
    assert words_in(files_of_both[0]) == words_in(files_of_both[1])


def test_a_first_text_of_an_answer_is_swedish_whoever_asks(database_app, clients):
    sections = [url for name, url in addresses(database_app) if name == "esf.show_section"]
    for url in sections:
        links = lxml.html.document_fromstring(clients[0].get(url).text).iterfind(".//main//a")
        for address in {link.get("href") for link in links if link.get("href", "").endswith(WORDED)}:
            swedish, english = [first_text(client, f"{address}/underlag") for client in clients]
            assert english == swedish, address


def test_what_was_done_in_english_is_told_in_swedish_to_who_reads_swedish(clients):
    swedish, english = clients
    prepared = english.submit("/foretag/importera", file=(io.BytesIO(BAD_LIST.encode()), "fel.csv")).location
    result = english.submit(prepared, **{"try": "1"}).location

    assert "The number has 5 digits" in english.get(result).text
    assert "Numret har 5 siffror" in swedish.get(result).text
    assert "Provkörning av fel.csv" in swedish.get("/jobb").text


def words_in(answer):
    """Give the texts of a file; its packing may hold the moment when it was made."""
    if answer.mimetype == "application/json":
        return answer.get_data()
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.startswith("docProps/")}


def first_text(client, address):
    answer = client.post(address, data={"csrf_token": client.csrf_token(), "text": "", "sources": "[]"})
    assert answer.status_code == 200
    question = address.split("/")[-2]
    page = lxml.html.document_fromstring(answer.text)
    return next(area.text for area in page.iter("textarea") if area.get("id") == f"svar-{question}")
