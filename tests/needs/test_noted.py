"""What a business office wrote in the last column of its list becomes needs, and nothing else does."""

import io

import pytest
from sqlalchemy import select

from broker.access import Role
from broker.companies.imports.models import ImportedList
from broker.extensions import db
from broker.needs.models import Need, NeedStatus
from tests.client import form_values

LIST = (
    "Företag;Org nr;Kontaktperson;Kompetensbehov / kommentar\n"
    "Exempel Plast AB;5299304179;Anna Ek;Tre på lagret behöver truckkort\n"
    "Exempel Plast AB;5299304179;Bo Ek;\n"
    "Exempel Kontor AB;5299236900;;Ring efter semestern\n"
    "Exempel Tyst AB;5299979848;;\n"
)


@pytest.fixture
def result(client, scope):
    sent = client.submit("/foretag/importera", file=(io.BytesIO(LIST.encode()), "lista.csv"))
    return client.submit(sent.location, **{"import": "1"}).location


@pytest.fixture
def page(result):
    return f"/behov/ur-lista/{result.rsplit('/', 1)[1]}"


def needs():
    return db.session.scalars(select(Need).order_by(Need.id)).all()


def test_the_notes_of_a_list_become_needs_with_what_their_texts_say(client, result, page):
    assert page in client.get(result).text
    shown = client.get(page).text
    proposed = {name: value for name, value in form_values(shown).items() if name.startswith("note_")}
    assert proposed == {"note_2": "T001", "note_4": ""} and "Ring efter semestern" in shown

    done = client.submit(page)
    assert "1 behov är sparat." in client.get(done.location).text
    [need] = needs()
    assert (need.company.name, need.topic_id, need.participants, need.hours) == ("Exempel Plast AB", "T001", 3, 24)
    assert need.status is NeedStatus.IDENTIFIED and need.description == "Tre på lagret behöver truckkort"
    assert set(form_values(client.get(page).text)) & {"note_2", "note_4"} == {"note_4"}

    client.submit(page, note_4="later")
    assert [row.topic_id for row in needs()] == ["T001", None]
    assert "Alla anteckningar i listan har blivit behov." in client.get(page).text
    assert page not in client.get(result).text


def test_what_is_sent_twice_is_made_once_and_what_is_not_on_the_list_is_refused(client, page):
    sent = form_values(client.get(page).text)
    assert client.post(page, data=sent).location == client.post(page, data=sent).location
    assert len(needs()) == 1

    refused = client.submit(page, note_4="T999")
    assert refused.status_code == 422 and len(needs()) == 1


def test_a_note_that_came_to_the_page_after_it_was_shown_makes_nothing(client, page):
    sent = form_values(client.get(page).text)
    del sent["note_2"]

    client.post(page, data=sent)
    assert needs() == []


def test_a_list_of_others_and_one_that_is_undone_have_no_notes(client, client_for, page, result, organisation):
    assert client_for(Role.BROKER).get("/behov/ur-lista/4711").status_code == 404
    db.session.scalars(select(ImportedList)).one().undone_at = organisation.created_at
    db.session.commit()

    assert client.get(page).status_code == 404
    shown = client.get(result).text
    assert page not in shown and "Importen sparades och är ångrad." in shown
