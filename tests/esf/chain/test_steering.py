"""How a project is led: risks by weight, the steering group, follow-up, legal forms, and the pages of all that."""

import pytest

from broker import audit
from broker.actions import Action
from broker.esf import checks, plan_service, queries
from broker.esf.chain import queries as chain_queries
from broker.esf.chain import steering_service
from broker.esf.kinds import PARTNER, SUPPLIER, Page
from broker.extensions import db
from tests import factories_esf


@pytest.fixture
def project(scope, user):
    return factories_esf.joined_project(scope, user)


def check_of(project, check_id):
    groups = checks.check_application(queries.load_application(project.id))
    return next(check for group in groups for check in group.checks if check.id == check_id)


def test_risks_stand_by_weight_and_what_nobody_has_judged_stands_first(project, user):
    for text, likelihood, impact in (("Liten", 1, 2), ("Svår", 5, 5), ("Ny", None, 4)):
        values = {"text": text, "likelihood": likelihood, "impact": impact}
        steering_service.save_risk(project, None, values, by=user)
    db.session.commit()

    risks = chain_queries.load_steering(project).risks
    assert [(row.text, row.weight) for row in risks] == [("Ny", None), ("Svår", 25), ("Liten", 2)]


def test_a_usual_risk_is_taken_in_once_unjudged_and_again_when_it_was_taken_out(client, project, user):
    address = f"/projekt/{project.id}/risker/vanliga/leaving"
    page = f"/projekt/{project.id}/styrning"
    for _press in range(2):
        assert client.press(address, page=page).status_code == 302
    (risk,) = chain_queries.load_steering(project).risks
    assert (risk.weight, bool(risk.response)) == (None, True)
    assert "vanliga/leaving" not in client.get(page).text

    plan_service.remove_row(project, risk, by=user)
    db.session.commit()

    assert "vanliga/leaving" in client.get(page).text
    assert client.press(f"/projekt/{project.id}/risker/vanliga/rymdvarelser", page=page).status_code == 404


def test_every_kind_of_actor_but_suppliers_has_a_seat(project, user):
    factories_esf.lead(project, user)
    db.session.commit()
    assert check_of(project, "styrgrupp").passed

    for role in (SUPPLIER, PARTNER):
        values = {"role": role, "name": role, "legal_form": "82", "sector": "public"}
        plan_service.save_actor(project, None, values, by=user)
    db.session.commit()

    check = check_of(project, "styrgrupp")
    assert (check.passed, check.page) == (False, Page.STEERING)
    assert "Samverkanspart" in str(check.sentence) and "Leverantör" not in str(check.sentence)


def test_a_partner_of_a_form_that_may_not_be_one_is_told_of_where_it_is_and_as_a_gate(client, project, user):
    factories_esf.complete(project, user)
    values = {"role": PARTNER, "name": "Bröderna Påhitt", "legal_form": "AB", "sector": "private"}
    partner = plan_service.save_actor(project, None, values, by=user)
    db.session.commit()
    assert check_of(project, "g7").passed

    # The register says later what the company has become.
    partner.legal_form = "HB"
    db.session.commit()

    sentence = "Ge Bröderna Påhitt en annan roll: handelsbolag kan inte vara samverkanspart."
    assert (check_of(project, "g7").passed, check_of(project, "g7").page) == (False, Page.ACTORS)
    assert sentence in client.get(f"/projekt/{project.id}/aktorer").text
    assert sentence in client.get(f"/projekt/{project.id}/kontroller").text


def test_the_plan_of_the_follow_up_is_written_once_and_the_second_writer_gets_both_texts(client, project, user):
    address = f"/projekt/{project.id}/uppfoljning"
    old = client.get(address).text
    assert client.submit(address, responsible="Projektledaren", closing_months="3").status_code == 302
    assert 'name="version" value="0"' in old

    response = client.press(address, page=address, version="0", responsible="Controllern")

    assert response.status_code == 409
    assert "Projektledaren" in response.text and "Controllern" in response.text
    assert client.submit(address, closing_months="13").status_code == 422


def test_the_history_tells_of_a_seat_and_not_of_the_person_in_it(client, project):
    added = client.submit(f"/projekt/{project.id}/styrgrupp/ny", role="Näringslivschef", name="Lena Ledamot")
    assert added.status_code == 302

    (member,) = chain_queries.load_steering(project).members
    client.submit(f"/projekt/{project.id}/styrgrupp/{member.id}", name="Lina Ledamot")
    client.submit(f"/projekt/{project.id}/uppgifter", contact="Lotta Kontakt", signatory="Lars Firma")

    page = client.get(f"/projekt/{project.id}/historik").text
    assert "Näringslivschef" in page and not any(name in page for name in ("Lena", "Lina", "Lotta", "Lars"))
    events = audit.history_of(project)[:3]
    assert not any(name in str([event.facts for event in events]) for name in ("Lena", "Lina", "Lotta", "Lars"))
    told = [Action.PROJECT_EDITED, Action.STEERING_SAVED, Action.STEERING_SAVED]
    assert [event.action for event in events] == told, "also of who sits there is it told that it was changed"
    assert "Lina Ledamot" in client.get(f"/projekt/{project.id}/styrning").text
