"""Pages of writing together, as a browser meets them; what two browsers do at once is in tests/browser."""

import re

import pytest

from broker.access import Role
from broker.esf import answer_service, queries
from broker.esf.writing import pens, talk
from broker.esf.writing import queries as writing
from broker.extensions import db
from tests import factories, factories_esf


@pytest.fixture
def project(scope, user):
    return factories_esf.joined_project(scope, user)


@pytest.fixture
def question(project):
    return f"/projekt/{project.id}/ansokan/problemformulering/problem"


@pytest.fixture
def other(project):
    return factories.user(organisation=project.owner, roles=list(Role), name="Bo Annan")


def write(project, text, by):
    answer_service.save_answer(project, "problem", text=text, by=by)
    db.session.commit()


def test_who_saves_while_somebody_else_has_the_pen_keeps_the_text_and_may_take_over(client, project, question, other):
    pens.take_pen(project, "problem", takes_over=False, by=other)
    db.session.commit()

    refused = client.press(question, page=question, text="Min text", version="0")

    assert refused.status_code == 409
    assert "Bo Annan har pennan" in refused.text and "Min text" in refused.text
    assert queries.find_answer(project, "problem") is None
    assert client.press(question, text="Min text", version="0", takes_over="y").status_code == 302
    assert queries.find_answer(project, "problem").text == "Min text"


def test_a_text_saves_itself_until_somebody_else_has_saved_or_taken_the_pen(client, project, question, user, other):
    first = client.press(f"{question}/utkast", page=question, text="Ett", version="0")
    again = client.press(f"{question}/utkast", text="Ett två", version=first.json["version"])
    assert (again.status_code, again.json["version"]) == (200, 2)
    write(project, "Bos text", other)

    refused = client.press(f"{question}/utkast", text="Ett två tre", version="2")

    assert refused.status_code == 409 and "Någon annan har sparat" in refused.json["message"]
    pens.take_pen(project, "problem", takes_over=False, by=other)
    db.session.commit()
    told = client.press(f"{question}/narvaro")
    assert (told.json["is_mine"], told.json["message"]) == (False, "Bo Annan skriver just nu.")
    assert client.press(f"{question}/utkast", text="Mer", version="3").json["message"] == "Bo Annan skriver just nu."
    assert queries.find_answer(project, "problem").text == "Bos text"


def test_a_question_that_the_project_answers_shows_its_answer_and_counts(client, project, user):
    section = f"/projekt/{project.id}/ansokan/uppgifter"
    for page in (client.get(section).text, client.get(f"{section}/projektnamn").text):
        assert "Hämtas från projektet" in page and f'<p lang="sv">{project.name}</p>' in page
    before = re.search(r"Projektuppgifter, (\d) av (\d)", client.get(section).text)
    assert before and int(before[1]) >= 3

    answer_service.save_answer(project, "projektnamn", text="Eget namn", by=user)
    db.session.commit()
    page = client.get(f"{section}/projektnamn").text
    assert "Eget namn" in page and "Hämtas från projektet" not in page


def test_a_question_is_done_by_name_and_no_more_once_somebody_changes_it(client, project, question, user, other):
    write(project, "Klart", other)
    assert client.press(f"{question}/klar", page=question, version="7").status_code == 409
    assert client.press(f"{question}/klar", version="1").status_code == 302
    assert f"{user.name} markerade frågan som klar" in client.get(question).text
    assert ">1 av 5</td>" in client.get(f"/projekt/{project.id}").text

    write(project, "Nytt", other)

    page = client.get(question).text
    assert "Inte längre klar" in page and "men Bo Annan har ändrat texten sedan dess" in page


def test_a_text_behind_its_data_says_so_and_takes_them_in(client, project, question, user):
    page = client.press(f"{question}/underlag", page=question, text="Egen mening.", version="0").text
    fields = dict(re.findall(r'name="(sources|fetched)" value="([^"]*)"', page))
    draft = answer_service.suggest_text(project, "problem")
    assert fields["fetched"].startswith("2 företag i 1 kommun")
    text = f"Egen mening.\n\n{draft.text}"
    answer_service.save_answer(project, "problem", text=text, sources=draft.sources, fetched=draft.text, by=user)
    db.session.commit()
    assert "har ändrats" not in client.get(question).text
    queries.list_contributions(project)[0].women += 1
    db.session.commit()

    page = client.get(question).text
    assert "Texten bygger på uppgifter som har ändrats" in page
    assert re.search(r"<del>.*8.*</del><ins>.*9.*</ins>", page)
    assert client.press(f"{question}/underlag/ta-in", version="1").status_code == 302

    page = client.get(question).text
    assert "Egen mening." in page and "(9 kvinnor, 4 män)" in page
    assert "har ändrats" not in page


def test_a_footnote_opens_exactly_its_rows_and_says_what_is_gone(client, project, question, user):
    draft = answer_service.suggest_text(project, "problem")
    answer_service.save_answer(project, "problem", text=draft.text, sources=draft.sources, by=user)
    db.session.commit()
    rows = queries.list_contributions(project)

    [address] = re.findall(r'class="footnote" href="([^"]+)" aria-label="Källa 1"', client.get(question).text)
    page = client.get(address.replace("&amp;", "&")).text

    assert all(row.company.name in page for row in rows)
    one = client.get(f"/projekt/{project.id}/underlag/behov?rad={rows[0].id}&rad=987654").text
    assert rows[0].company.name in one and rows[1].company.name not in one
    assert "1 rad som texten byggde på finns inte längre" in one


def test_who_comments_while_writing_keeps_the_text_that_is_not_saved(client, project, question):
    client.press(f"{question}/penna", page=question)
    typed = {"text": "Halvskrivet svar", "version": "0"}
    sent = [
        client.press(f"{question}/kommentarer", page=question, comment=comment, token="a", **typed)
        for comment in (" ", "Stämmer det?", "Stämmer det?")
    ]

    assert [page.status_code for page in sent] == [422, 200, 200]
    assert all("Halvskrivet svar</textarea>" in page.text for page in sent)
    assert [row.text for row in writing.list_comments(project, "problem")] == ["Stämmer det?"]
    assert queries.find_answer(project, "problem") is None


def test_comments_suggestions_and_versions_are_answered_on_the_page(client, project, question, user, other):
    write(project, "Kort.", user)
    assert client.press(f"{question}/kommentarer", page=question, comment=" ").status_code == 422
    client.press(f"{question}/kommentarer", comment="@Bo Annan ser du?", token="a")
    client.press(f"{question}/kommentarer", comment="@Bo Annan ser du?", token="a")
    [comment] = writing.list_comments(project, "problem")
    client.press(f"{question}/kommentarer/{comment.id}/svara", comment="Ja.", token="b")
    client.press(f"{question}/kommentarer/{comment.id}/lost")
    talk.add_suggestion(project, "problem", text="Kort och bra.", sources=[], by=other)
    db.session.commit()
    [suggestion] = writing.list_suggestions(project, "problem")

    page = client.get(question).text
    assert "Löst" in page and "Ja." in page and re.search(r"<ins>.* och bra.*</ins>", page)
    assert client.press(f"{question}/forslag/{suggestion.id}/anta").status_code == 302
    assert client.press(f"{question}/versioner/1/aterstall", version="2").status_code == 302
    page = client.get(f"{question}/versioner?fran=2&till=3").text
    assert "2 ord är borttagna" in page and "Återställt (version 1)" in page


def test_who_is_named_sees_it_on_idag_until_the_reply(client, project, question, user):
    colleague = factories.user(organisation=project.owner, name="Bo Annan")
    talk.add_comment(project, "problem", text=f"@{user.name} ser du?", link="", by=colleague)
    db.session.commit()

    assert "1 kommentar nämner dig" in client.get("/").text
    assert f'href="{question}#kommentarer"' in client.get("/projekt/kommentarer").text

    [comment] = writing.list_comments(project, "problem")
    client.press(f"{question}/kommentarer/{comment.id}/svara", comment="Ja.", token="a")
    assert "nämner dig" not in client.get("/").text


def test_what_is_pasted_over_the_longest_text_is_asked_to_be_shortened_and_kept(client, question):
    response = client.press(question, page=question, text="a" * 20_001, version="0")

    assert response.status_code == 422
    assert "Korta texten till högst" in response.text and "a" * 20_001 in response.text
