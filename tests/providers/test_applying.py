"""A provider applies itself over a public link, is vetted by the criteria of all, or declined with the reason."""

import io
from datetime import timedelta

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from broker import access, clock, files
from broker.access import Role
from broker.extensions import db
from broker.mail import OutgoingMail
from broker.providers import queries as providers
from broker.providers.applying import queries, service
from broker.providers.applying.forgetting import forget_applicants
from broker.providers.applying.models import ProviderApplication
from broker.providers.models import Provider
from broker.providers.people.models import ProviderPerson
from broker.providers.people.queries import list_people
from tests import factories, factories_leads
from tests import factories_procurement as make
from tests.client import form_values

NUMBER = "556677-8899"
TOLD = {
    "name": "Truckutbildarna AB",
    "organisation_number": NUMBER,
    "kind": "private",
    "contact_name": "Ulla Exempel",
    "contact_function": "Utbildningsansvarig",
    "email": "ulla@truck.example",
    "topic_1": "T001",
    "topic_2": "T004",
    "topic_3": "T001",
    "offerings": "Truck A och B, två dagar.",
    "languages": "sv",
    "reach": "Sörmland",
}


@pytest.fixture
def vetter(client_for, organisation):
    """Give the pages of somebody who vets providers, who also gets the letter."""
    return client_for(Role.PROCURER)


@pytest.fixture
def page(scope, organisation, user):
    row = service.open_page(organisation.id, by=user)
    db.session.commit()
    return row


@pytest.fixture
def apply(app, page, monkeypatch):
    now, visitor = clock.now, app.test_client()

    def send(*, wait=timedelta(seconds=20), files_sent=(), **facts):
        url = f"/bli-granskad/{page.token}"
        shown = visitor.get(url)
        filled = form_values(shown.text) | TOLD | facts
        values = {name: value for name, value in filled.items() if value is not None}
        values["files"] = [FileStorage(io.BytesIO(content), name) for name, content in files_sent]
        stream, _length, boundary = stream_encode_multipart(values, use_tempfile=False)
        kind = f'multipart/form-data; boundary="{boundary}"'
        with monkeypatch.context() as later:
            later.setattr(clock, "now", lambda: now() + wait)
            return visitor.post(url, input_stream=stream, content_type=kind)

    return send


def letters():
    return {row.recipient: row for row in db.session.query(OutgoingMail).order_by(OutgoingMail.id)}


def applied():
    return list(db.session.query(ProviderApplication).order_by(ProviderApplication.id))


def test_anybody_sees_the_criteria_of_all_applies_and_gets_a_receipt(app, vetter, apply, page):
    visitor = app.test_client()
    criteria = visitor.get(f"/bli-granskad/{page.token}/krav").text
    for words in (
        "Krav som utesluter",
        "likvärdigt bevis godtas",
        "inget krav för att lämna anbud",
        "Godkänd för F-skatt",
    ):
        assert words in criteria
    assert "inget krav för att lämna anbud" in visitor.get(f"/bli-granskad/{page.token}").text

    assert apply(files_sent=[("intyg.pdf", b"%PDF-1.4 intyg")]).location.endswith("/tack")
    [row] = applied()
    assert (row.name, row.organisation_number, row.topic_ids) == ("Truckutbildarna AB", "5566778899", ["T001", "T004"])
    assert [file.file_name for file in files.list_attachments(row)] == ["intyg.pdf"]
    receipt = letters()["ulla@truck.example"]
    assert receipt.subject == "Vi har fått er anmälan" and "inget krav för att lämna anbud" in receipt.body
    assert "Truck" not in receipt.body.replace("truck.example", "")
    assert "1 anordnare har anmält sig" in vetter.get("/").text
    shown = vetter.get(f"/anordnare/anmalningar/{row.id}").text
    assert (
        "Truck A och B, två dagar." in shown
        and "intyg.pdf" in shown
        and "Anmälningar (1 ny)" in vetter.get("/anordnare").text
    )


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"organisation_number": "556677-8898"}, "Kontrollsiffran"),
        ({"organisation_number": "19811228-9874"}, "Skriv inget personnummer här."),
        ({"name": ""}, "Skriv vad ni heter."),
        ({"topic_1": ""}, "Välj vad ni lär ut."),
        ({"languages": None}, "Välj minst ett språk."),
        ({"email": "ulla@"}, "namn@exempel.se"),
        ({"offerings": "x" * 4000}, "Korta texten till högst 3000 tecken."),
        ({"files_sent": [("virus.exe", b"MZ")]}, "inte av ett slag som tas emot"),
        ({"files_sent": [(f"{place}.pdf", b"%PDF") for place in range(4)]}, "högst 3 filer"),
        ({"files_sent": [("stor.pdf", b"%PDF" + b"0" * 5 * 1024 * 1024)]}, "högst 5 MB"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_comes_back(apply, facts, sentence):
    refused = apply(**facts)

    assert refused.status_code == 422 and sentence in refused.text and applied() == []
    assert "Utbildningsansvarig" in refused.text and letters() == {}


def test_programs_floods_and_a_closed_form(app, apply, page, organisation, user):
    assert apply(webbplats="x").status_code == 302 and applied() == []
    assert "väldigt fort" in apply(wait=timedelta(0)).text
    token = form_values(app.test_client().get(f"/bli-granskad/{page.token}").text)["token"]
    assert [apply(token=token).status_code for _time in range(2)] == [302, 302] and len(applied()) == 1
    factories_leads.flood(organisation.id)
    assert apply().status_code == 429

    service.close_page(organisation.id, by=user)
    db.session.commit()
    assert app.test_client().get(f"/bli-granskad/{page.token}").status_code == 404


def test_who_is_accepted_is_a_provider_whose_vetting_waits(vetter, apply, user):
    apply(files_sent=[("intyg.pdf", b"%PDF-1.4 intyg")])
    [row] = applied()
    url = f"/anordnare/anmalningar/{row.id}"
    old = form_values(vetter.get(url).text)["version"]
    assert vetter.press(f"{url}/ta-emot", url, version=old).status_code == 302

    provider = db.session.query(Provider).one()
    assert (provider.name, provider.organisation_number) == ("Truckutbildarna AB", "5566778899")
    assert provider.note.endswith("Språk: Svenska\nGer utbildning i: Sörmland")
    assert providers.status_of(provider, today=clock.today()).id == "in_review"
    assert [file.file_name for file in files.list_attachments(provider)] == ["intyg.pdf"]
    assert [(who.name, who.source) for who in list_people(provider.id)] == [
        ("Ulla Exempel", "Anordnarens egen anmälan")
    ]
    assert "Har anmält sig själv" in vetter.get("/anordnare/att-granska").text
    assert url in vetter.get(f"/anordnare/{provider.id}").text
    assert "Granskningen började" in vetter.get(f"/anordnare/{provider.id}/granskning").text
    letter = letters()["ulla@truck.example"]
    assert letter.subject == "Vi granskar er nu" and "på samma villkor" in letter.body
    assert vetter.press(f"{url}/ta-emot", url, version=old).status_code == 409
    with pytest.raises(service.ApplicationAnsweredError):
        service.accept(queries.get_application(row.id), by=user)


def test_a_provider_that_is_known_by_its_number_is_linked_and_not_doubled(vetter, apply, user):
    known = make.provider(by=user, name="Truck AB", organisation_number=NUMBER, email="info@truck.example")
    apply()
    [row] = applied()
    assert "Numret finns redan i registret: Truck AB." in vetter.get(f"/anordnare/anmalningar/{row.id}").text

    assert service.accept(row, by=user) is known
    db.session.commit()
    assert db.session.query(Provider).count() == 1
    assert (known.name, known.email, known.contact_name) == ("Truck AB", "info@truck.example", "Ulla Exempel")
    apply()
    service.accept(applied()[1], by=user)
    assert len(list_people(known.id)) == 1


def test_who_is_declined_gets_the_reason_and_is_forgotten_in_time(vetter, apply, monkeypatch):
    apply()
    [row] = applied()
    url = f"/anordnare/anmalningar/{row.id}/avsla"
    assert "Skriv skälet." in vetter.submit(url, reason="").text
    assert vetter.submit(url, reason="Ni ger ingen utbildning än.").status_code == 302

    letter = letters()["ulla@truck.example"]
    assert letter.subject == "Svar på er anmälan"
    assert "Ni ger ingen utbildning än." in letter.body and "inget krav för att lämna anbud" in letter.body
    assert db.session.query(Provider).count() == 0
    now = clock.now
    forget_applicants()
    db.session.refresh(row)
    assert row.contact_name == "Ulla Exempel"
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda: now() + timedelta(days=31))
        forget_applicants()
    db.session.refresh(row)
    assert (row.contact_name, row.email, row.name) == (None, None, "Truckutbildarna AB")


def test_people_at_a_provider_are_added_once_and_edited_with_care(vetter, user, scope):
    provider = make.provider(by=user)
    new = f"/anordnare/{provider.id}/personer/ny"
    assert "Ange personens namn." in vetter.submit(new, name="").text
    filled = form_values(vetter.get(new).text) | {"name": "Åsa Exempel", "email": "asa@svets.example"}
    assert [vetter.post(new, data=filled).status_code for _time in range(2)] == [302, 302]
    [person] = list_people(provider.id)
    edit = f"/anordnare/{provider.id}/personer/{person.id}"
    seen = form_values(vetter.get(edit).text)
    assert vetter.submit(edit, function="Rektor").status_code == 302
    conflict = vetter.post(edit, data=seen | {"function": "Lärare"})
    assert conflict.status_code == 409 and "Rektor" in conflict.text and "Lärare" in conflict.text
    assert "Rektor" in vetter.get(f"/anordnare/{provider.id}").text


def test_another_organisation_sees_neither_applications_nor_people(apply, page, user, client_for):
    apply()
    provider = make.provider(by=user)
    other = factories.organisation()
    with access.acting_in(other.id):
        assert queries.list_new() == [] and db.session.query(ProviderPerson).count() == 0
    stranger = client_for(Role.PROCURER, organisation=other)
    assert "Truckutbildarna" not in stranger.get("/anordnare/anmalningar").text
    assert stranger.get(f"/anordnare/{provider.id}/personer/ny").status_code == 404
