"""Pages of projects, as a browser meets them."""

import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from broker import access
from broker.access import Role
from broker.companies.sizes import service as sizes
from broker.esf import answer_service, queries
from broker.esf.budgets.models import BudgetRow
from broker.esf.chain import queries as chain_queries
from broker.esf.models import Answer, Goal, Project, ProjectFile
from broker.extensions import db
from tests import factories, factories_esf
from tests.client import form_values

PAGES = [
    "",
    "/mal",
    "/aktiviteter",
    "/aktorer",
    "/statsstod",
    "/budget",
    "/kontroller",
    "/bilagor",
    "/export",
    "/historik",
    "/uppgifter",
    "/styrgrupp",
    "/styrning",
    "/uppfoljning",
    "/orsaker/ny",
    "/risker/ny",
    "/styrgrupp/ny",
    "/medlemmar",
    "/mal/nytt",
    "/aktiviteter/ny",
    "/aktorer/ny",
    "/utbildningsgrupper/ny",
    "/budget/kostnader/ny",
    "/budget/medfinansiering/ny",
    "/kontroller/g5",
    "/bilagor/ny",
    "/ansokan/problemformulering",
    "/ansokan/problemformulering/problem",
    "/ansokan/problemformulering/problem/versioner",
    "/underlag/behov?rad=1",
]


@pytest.fixture
def project(scope, user):
    return factories_esf.joined_project(scope, user)


@pytest.fixture
def filled_in(project, user):
    """Fill the project in until only what other people must do is left."""
    factories_esf.complete(project, user)
    factories_esf.worked_budget(project, user)


def test_a_project_is_started_once_however_often_it_is_sent(client, user):
    call = factories_esf.call(user)
    page = client.get(f"/projekt/nytt?utlysning={call.id}")
    fields = form_values(page.text) | {
        "call_id": call.id,
        "name": "Svetsa ihop",
        "starts_on": f"{factories_esf.START}",
        "ends_on": f"{factories_esf.END}",
    }
    first, second = client.post("/projekt/nytt", data=fields), client.post("/projekt/nytt", data=fields)

    assert first.location == second.location
    with access.every_organisation():
        assert len(db.session.scalars(select(Project)).all()) == 1
    assert "Svetsa ihop" in client.get("/projekt").text


def test_a_project_outside_the_window_is_asked_for_again(client, user):
    call = factories_esf.call(user)
    response = client.submit(
        f"/projekt/nytt?utlysning={call.id}",
        call_id=call.id,
        name="För sent",
        starts_on="2099-01-01",
        ends_on="2099-12-31",
    )

    assert response.status_code == 422
    assert "som utlysningen kräver" in response.text


@pytest.mark.usefixtures("filled_in")
def test_every_page_of_a_project_is_shown(client, project, subtests):
    for path in PAGES:
        with subtests.test(path=path):
            assert client.get(f"/projekt/{project.id}{path}").status_code == 200


@pytest.mark.usefixtures("filled_in")
def test_no_page_of_a_project_is_found_by_others(app, project, client_for, subtests):
    answer_service.save_answer(project, "problem", text="hemligt-problem", by=factories.user())
    db.session.commit()
    stranger = client_for(*Role, organisation=factories.organisation())

    for path in PAGES:
        with subtests.test(path=path):
            response = stranger.get(f"/projekt/{project.id}{path}")

            assert response.status_code == 404
            assert "hemligt-" not in response.text


def test_a_reader_sees_but_does_not_change(client_for, project):
    reader = client_for(Role.READER)

    assert reader.get(f"/projekt/{project.id}/ansokan/problemformulering").status_code == 200
    assert reader.get(f"/projekt/{project.id}/mal/nytt").status_code == 403
    assert reader.get(f"/projekt/{project.id}/export").status_code == 403


def test_a_goal_too_long_is_asked_for_again(client, project):
    response = client.submit(f"/projekt/{project.id}/mal/nytt", text="a" * 501)

    assert response.status_code == 422
    assert "Korta målet till högst 500 tecken." in response.text


@pytest.mark.usefixtures("filled_in")
@pytest.mark.parametrize("day", [factories_esf.END + timedelta(days=1), factories_esf.START - timedelta(days=1)])
def test_a_milestone_outside_the_project_is_asked_for_again(client, project, day):
    goal = chain_queries.list_goals(project)[0]

    response = client.submit(f"/projekt/{project.id}/mal/{goal.id}/delmal/nytt", indicator="Intyg", due_on=f"{day}")

    assert response.status_code == 422
    assert "Ange en dag inom projektet" in response.text


def test_the_checks_say_how_many_are_not_judged(client, scope, user):
    project = factories_esf.project(scope, user)

    page = client.get(f"/projekt/{project.id}/kontroller").text

    shown = int(re.search(r"(\d+) kontroller är inte bedömda än", page)[1])
    assert page.count("Inte bedömt än") == shown


def test_the_history_names_the_question_that_was_answered(client, project, user):
    answer_service.save_answer(project, "problem", text="Få svetsare", by=user)
    db.session.commit()

    assert re.search(r"<p class=\"as-typed\" lang=\"sv\">\w+", client.get(f"/projekt/{project.id}/historik").text)


def test_a_first_text_fills_the_answer_without_saving_it(client, project):
    section = f"/projekt/{project.id}/ansokan/problemformulering"
    response = client.press(f"{section}/problem/underlag", page=section, text="Egen mening.", version="0")

    assert response.status_code == 200
    assert "Egen mening.\n\n2 företag i 1 kommun har uppgett behov" in response.text
    assert "Skriv hur problemet ser ut ur jämställdhet" in response.text
    assert db.session.scalars(select(Answer)).all() == []


def test_an_answer_is_saved_and_shown(client, project):
    section = f"/projekt/{project.id}/ansokan/problemformulering"
    response = client.press(
        f"{section}/problem",
        page=section,
        text="Svetsare saknas [1]",
        version="0",
        sources='[{"number": 1, "text": "Rad ett", "page": "actors"}]',
    )

    assert response.status_code == 302
    page = client.get(section).text
    assert re.search(rf'Svetsare saknas <a class="footnote" href="/projekt/{project.id}/aktorer"[^>]*>\[1\]</a>', page)
    assert "Rad ett" in page


def test_the_second_of_two_writers_gets_both_texts(client, project, user):
    section = f"/projekt/{project.id}/ansokan/problemformulering"
    answer_service.save_answer(project, "problem", text="Kollegans text", by=user)
    db.session.commit()

    response = client.press(f"{section}/problem", page=section, text="Min text", version="0")

    assert response.status_code == 409
    assert "Kollegans text" in response.text
    assert "Min text" in response.text


def test_the_preview_of_the_export_has_the_lists_of_an_answer(client, project, user):
    answer_service.save_answer(project, "problem", text="Så är det:\n\n- **ett**\n- två\n\n2. sedan", by=user)
    db.session.commit()

    page = client.get(f"/projekt/{project.id}/export").text

    assert "<ul><li><strong>ett</strong></li><li>två</li></ul>" in page
    assert '<ol start="2"><li>sedan</li></ol>' in page


def test_a_goal_is_written_changed_and_taken_out(client, project):
    base = f"/projekt/{project.id}/mal"
    assert client.submit(f"{base}/nytt", text="Ett nytt mål").status_code == 302
    goal = db.session.scalars(select(Goal).where(Goal.text == "Ett nytt mål")).one()
    assert client.submit(f"{base}/{goal.id}", call_part="Fler arbetar kvar").status_code == 302

    client.press(f"/projekt/{project.id}/ta-bort/mal/{goal.id}", version="2")

    assert "Ett nytt mål" not in client.get(base).text


def test_an_activity_is_tied_to_its_needs(client, project):
    activity = chain_queries.list_activities(project)[0]
    rows = queries.list_contributions(project)
    url = f"/projekt/{project.id}/aktiviteter/{activity.id}"

    assert client.submit(url, contribution_ids=[rows[0].id]).status_code == 302

    assert "Behov som ingen aktivitet möter" in client.get(f"/projekt/{project.id}/aktiviteter").text


def test_a_cost_without_a_price_of_the_call_is_asked_for_again(client, project):
    url = f"/projekt/{project.id}/budget/kostnader/ny"

    response = client.submit(url, cost_type="personal", title="Coach", hours="10")

    assert response.status_code == 422
    assert "Välj en enhetskostnad ur utlysningens tabell" in response.text


@pytest.mark.usefixtures("filled_in")
def test_the_budget_page_shows_the_missing_hours(client, project):
    page = client.get(f"/projekt/{project.id}/budget").text

    assert "9\u00a0266,35" in page
    assert "6\u00a0605\u00a0738,35" in page


@pytest.mark.usefixtures("filled_in")
def test_a_cost_is_changed_and_taken_out(client, project):
    row = db.session.scalars(select(BudgetRow).where(BudgetRow.title == "resor")).one()
    assert client.submit(f"/projekt/{project.id}/budget/kostnader/{row.id}", amount_kr="95 000").status_code == 302
    assert "95\u00a0000,00" in client.get(f"/projekt/{project.id}/budget").text

    client.press(f"/projekt/{project.id}/ta-bort/kostnad/{row.id}", version="2")

    assert "95\u00a0000,00" not in client.get(f"/projekt/{project.id}/budget").text


@pytest.mark.usefixtures("filled_in")
def test_commitments_and_earlier_aid_are_entered(client, project):
    commitment = queries.list_commitments(project)[0]
    base = f"/projekt/{project.id}/ataganden/{commitment.id}"
    saved = client.submit(base, fee_kr="5 000", turnover_eur="1 000 000")
    assert saved.status_code == 302 and saved.location.endswith("/foretagsblad")
    day = f"{factories_esf.TODAY}"

    response = client.submit(f"{base}/tidigare-stod", giver="Regionen", amount_eur="60 000", granted_on=day)

    assert response.status_code == 302
    assert re.search(r"Regionen, [^:]+: 60\u00a0000 euro", client.get(f"/projekt/{project.id}/statsstod").text)


def test_what_is_noted_of_a_companys_size_is_proposed_until_the_commitment_says_something(client, project, user):
    commitment = queries.list_commitments(project)[0]
    commitment.staff = commitment.turnover_eur = commitment.balance_eur = None
    year = {"closed_on": factories_esf.TODAY - timedelta(days=200), "headcount": Decimal("49.6"), "currency": "eur"}
    figures = year | {"turnover": 9_000_000, "balance": 4_000_000, "source": "x", "source_on": factories_esf.TODAY}
    with access.acting_in(user.memberships[0].organisation_id):
        sizes.add_figures(commitment.company, figures, company=commitment.company, by=user)
        db.session.commit()
    address = f"/projekt/{project.id}/ataganden/{commitment.id}"

    page = client.get(address).text
    assert form_values(page)["staff"] == "49" and "hämtade från företagets sida Storlek" in page
    client.submit(address, turnover_eur="8 000 000")
    assert form_values(client.get(address).text)["turnover_eur"] == "8000000"


def test_a_need_says_whether_its_cause_is_within_reach(client, project):
    row = queries.list_contributions(project)[0]

    response = client.submit(f"/projekt/{project.id}/behov/{row.id}", is_cause_within_reach="nej", price="19 500")

    assert response.status_code == 302, response.text
    changed = queries.list_contributions(project)[0]
    db.session.refresh(changed)
    assert (changed.is_cause_within_reach, changed.price) == (False, 19500)


def test_an_actor_with_a_wrong_number_is_asked_for_again(client, project):
    response = client.submit(
        f"/projekt/{project.id}/aktorer/ny", role="samverkanspart", name="Regionen", organisation_number="123"
    )

    assert response.status_code == 422


def test_a_gate_is_recorded(client, project):
    address = f"/projekt/{project.id}/kontroller/g5"
    assert "(frivilligt)" not in client.get(address).text
    response = client.submit(address, is_met="y", note="Kontrollerat")

    page = client.get(response.location).text
    assert "Kontrollerat" in page and f'id="{response.location.partition("#")[2]}"' in page


def test_an_attachment_of_the_call_is_in_place_once_however_often_it_is_sent(client, project):
    address = f"/projekt/{project.id}/bilagor/ny"
    refused = client.submit(address, kind="forandringsteori", file=(io.BytesIO(b"MZ"), "teori.exe"))
    assert refused.status_code == 422 and "Spara den som PDF" in refused.text and 'id="file-fel"' in refused.text
    fields = form_values(client.get(address).text) | {"kind": "forandringsteori"}
    for _time in range(2):
        fields["file"] = (io.BytesIO(b"%PDF"), "teori.pdf")
        assert client.post(address, data=fields, content_type="multipart/form-data").status_code == 302

    assert db.session.scalars(select(ProjectFile)).one().kind == "forandringsteori"
    page = f"/projekt/{project.id}/bilagor"
    assert "teori.pdf" in client.get(page).text
    kept = client.press(f"/projekt/{project.id}/export").location

    file_id = db.session.scalars(select(ProjectFile.id)).one()
    assert client.press(f"{page}/{file_id}/ta-bort", page).status_code == 302
    assert db.session.scalars(select(ProjectFile)).all() == []
    # What was taken out with it keeps it.
    assert "teori.pdf" in client.get(kept).text


@pytest.mark.usefixtures("filled_in")
def test_the_export_is_downloaded_and_recorded(client, project, subtests):
    kept = client.press(f"/projekt/{project.id}/export").location

    for times, file_format in enumerate(["docx", "json", "zip"], start=1):
        with subtests.test(file_format=file_format):
            response = client.press(f"{kept}/{file_format}")

            assert response.status_code == 200
            assert f".{file_format}" in response.headers["Content-Disposition"]
            assert client.get(f"/projekt/{project.id}/historik").text.count("Ansökan exporterad") == times


def test_another_organisation_is_let_in(client, project, client_for):
    other = factories.organisation()
    colleague = client_for(Role.COORDINATOR, organisation=other)
    assert (
        client.submit(f"/projekt/{project.id}/medlemmar", organisation_id=other.id, ground_note="Samtycke").status_code
        == 302
    )

    assert colleague.get(f"/projekt/{project.id}").status_code == 200
    page = colleague.get(f"/projekt/{project.id}/medlemmar")
    assert page.status_code == 200
    assert f"Bara projektägaren, {project.owner.name}, lägger till organisationer." in page.text
    assert 'name="organisation_id"' not in page.text.split("<main")[1]


@pytest.mark.parametrize("path", ["/utlysningar/9999", "/projekt/9999", "/projekt/9999/budget"])
def test_an_unknown_page_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_an_unknown_section_and_gate_are_not_found(client, project):
    assert client.get(f"/projekt/{project.id}/ansokan/vader").status_code == 404
    assert client.get(f"/projekt/{project.id}/kontroller/g77").status_code == 404


def test_a_page_asks_no_more_of_the_database_for_more_companies(client, scope, user, subtests):
    projects = [factories_esf.joined_project(scope, user, companies=companies) for companies in (1, 5)]
    for project in projects:
        factories_esf.complete(project, user)

    for path in ("/aktorer", "/statsstod", "/aktiviteter", "/kontroller", "/budget", "/export"):
        with subtests.test(path=path):
            counts = []
            for project in projects:
                client.get(f"/projekt/{project.id}{path}")
                counts.append(client.queries)
            assert counts[0] == counts[1]


@pytest.mark.usefixtures("filled_in")
def test_checks_are_known_by_their_names_on_every_page(client, project):
    for path in ("/kontroller", "/kontroller/g5", "/export"):
        page = re.sub(r"<[^>]*>", " ", client.get(f"/projekt/{project.id}{path}").text)
        assert "Skuldfria och aktiva parter" in page
        assert not re.search(r"\b[bgk][1-9][a-f]?\b|statsstod-\d", page), path
