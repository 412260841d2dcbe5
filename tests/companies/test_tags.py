"""Tags: one spelling for each, a list of companies by tag, and a tag that is renamed everywhere at once."""

import pytest
from sqlalchemy import select

from broker import access
from broker.access import Role
from broker.audit import AuditEvent
from broker.companies import queries, service
from broker.companies.tags import service as tags
from broker.companies.tags.queries import find_tag, list_tags, spellings_of
from broker.extensions import db
from broker.reminders.service import add_rule
from broker.saved_views.models import ListPage
from broker.saved_views.service import save_view
from tests import factories
from tests.client import form_values


def tagged(name, *words, by):
    company = factories.company(name)
    service.edit_engagement(service.engage(company), {"tags": list(words)}, by=by)
    db.session.commit()
    return company


def tags_of(company):
    db.session.expire_all()
    return queries.find_engagement(company.id).tags


@pytest.fixture
def mixed(scope, user):
    """Give companies whose tags were spelled as they came, before one spelling was kept."""
    companies = [factories.company(f"Exempel {word} AB") for word in ("Ett", "Två", "Tre")]
    for company, words in zip(companies, (["Bygg", "nätverk"], ["bygg"], ["bygg", "Bygg", "räv"]), strict=True):
        service.engage(company).tags = words
    db.session.commit()
    return companies


def test_a_tag_is_written_as_the_organisation_writes_it_already(client, scope, user):
    tagged("Exempel Ett AB", "Nätverk Öst", by=user)
    other = factories.company("Exempel Två AB")

    client.submit(f"/foretag/{other.id}/relation", tags="nätverk  öst, natverk ost, Ny, ny")

    assert tags_of(other) == ["Nätverk Öst", "natverk ost", "Ny"]


def test_signs_tell_tags_apart(scope, user):
    company = tagged("Exempel Kod AB", "C", "C#", "C++", by=user)

    assert tags_of(company) == ["C", "C#", "C++"]


def test_another_edit_of_the_relation_leaves_an_old_spelling_alone(scope, user, mixed):
    service.edit_engagement(queries.find_engagement(mixed[0].id), {"tags": ["Bygg", "nätverk"], "note": "x"}, by=user)

    assert tags_of(mixed[0]) == ["Bygg", "nätverk"]


def test_spellings_of_a_tag_are_one_tag_with_the_usual_one_first(mixed):
    tag = find_tag("BYGG", list_tags())

    assert (tag.name, tag.spellings, tag.count) == ("Bygg", ("Bygg", "bygg"), 3)
    assert [tag.name for tag in list_tags()] == ["Bygg", "nätverk", "räv"]
    assert spellings_of("okänd", list_tags()) == ("okänd",)


def test_the_list_is_narrowed_to_a_tag_however_it_is_spelled(client, mixed):
    page = client.get("/foretag?etikett=BYGG").text
    assert "med etiketten Bygg" in page and "3 företag" in page

    assert "Exempel Två AB" not in client.get("/foretag?etikett=nätverk").text
    assert "0 företag" in client.get("/foretag?etikett=rav").text
    assert "Exempel Ett AB;" in client.press("/foretag/lista.csv?etikett=nätverk").text


def test_a_tag_on_the_card_leads_to_its_companies(client, mixed):
    assert 'href="/foretag?etikett=n%C3%A4tverk"' in client.get(f"/foretag/{mixed[0].id}").text


def test_known_tags_are_offered_while_somebody_types(client, mixed):
    page = client.get(f"/foretag/{mixed[1].id}/relation").text

    assert '<option value="nätverk">' in page and "Vanliga hos er: Bygg, " in page


def test_a_tag_is_renamed_everywhere(client, mixed, user):
    rule = add_rule({"status": None, "tag": "bygg", "least_employees": None, "months": 6}, by=user)
    view = save_view(ListPage.COMPANIES, {"etikett": ["bygg"]}, name="Byggare", is_shared=False, by=user)
    db.session.commit()

    response = client.submit("/foretag/etiketter/byt-namn?etikett=Bygg", new_name="Byggbranschen")

    assert "Etiketten är bytt på 3 företag." in client.get(response.location).text
    assert [tags_of(company) for company in mixed] == [
        ["Byggbranschen", "nätverk"],
        ["Byggbranschen"],
        ["Byggbranschen", "räv"],
    ]
    assert (rule.tag, view.arguments) == ("Byggbranschen", {"etikett": ["Byggbranschen"]})
    [event] = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "tag:renamed"))
    assert event.facts == {"tag": ["Bygg", "Byggbranschen"], "companies": 3, "is_merged": False}


def test_a_tag_goes_into_another_that_exists(scope, mixed, user):
    count = tags.rename_tag(find_tag("nätverk", list_tags()), "RÄV", by=user)
    db.session.commit()

    assert count == 1 and tags_of(mixed[0]) == ["Bygg", "räv"]


def test_one_spelling_is_made_of_several(scope, mixed, user):
    assert tags.rename_tag(find_tag("Bygg", list_tags()), "bygg", by=user) == 2
    db.session.commit()

    assert tags_of(mixed[2]) == ["bygg", "räv"]


@pytest.mark.parametrize("name", ["två, tre", "x" * 61, "nätverk"])
def test_a_name_that_changes_nothing_or_is_no_tag_is_refused(client, mixed, name):
    response = client.submit("/foretag/etiketter/byt-namn?etikett=nätverk", new_name=name)

    assert response.status_code == 422


def test_a_renaming_sent_twice_is_one(client, mixed):
    address = "/foretag/etiketter/byt-namn?etikett=nätverk"
    filled = form_values(client.get(address).text) | {"new_name": "nät"}

    answers = [client.post(address, data=filled) for _time in range(2)]

    assert "Etiketten är bytt på 1 företag." in client.get(answers[1].location).text
    assert answers[0].location == answers[1].location and tags_of(mixed[0]) == ["Bygg", "nät"]
    assert len(db.session.scalars(select(AuditEvent).where(AuditEvent.action == "tag:renamed")).all()) == 1


def test_only_a_coordinator_renames(client_for, mixed):
    address = "/foretag/etiketter/byt-namn?etikett=nätverk"

    assert client_for(Role.BROKER).get(address).status_code == 403
    assert "Byt namn" not in client_for(Role.BROKER).get("/foretag/etiketter").text
    assert client_for(Role.COORDINATOR).get(address).status_code == 200


def test_tags_of_others_are_neither_shown_nor_renamed(client, mixed, user, app):
    other = factories.organisation()
    with access.acting_in(other.id):
        engagement = service.engage(mixed[0])
        engagement.tags = ["nätverk", "hemligt-ord"]
        db.session.commit()

    assert "hemligt-" not in client.get("/foretag/etiketter").text
    client.submit("/foretag/etiketter/byt-namn?etikett=nätverk", new_name="nät")

    with access.acting_in(other.id):
        assert tags_of(mixed[0]) == ["nätverk", "hemligt-ord"]
