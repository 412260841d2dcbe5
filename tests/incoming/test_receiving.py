"""Letters to a private address: whose they are, which company they are about, and what is refused."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from broker import access, database, files
from broker.access import Role
from broker.accounts import service as accounts
from broker.audit import AuditEvent
from broker.companies.models import Interaction, InteractionKind
from broker.extensions import db
from broker.incoming import queries, receiving, service
from broker.incoming.models import IncomingLetter
from broker.incoming.receiving import Answer
from tests import factories
from tests.factories_letters import BASE, address, letter, letters_of, message


def receive(content, recipient=None):
    db.session.commit()
    return receiving.receive(content, recipient)


def contacts():
    return list(db.session.scalars(select(Interaction).order_by(Interaction.id)))


def stored():
    return list(db.session.scalars(select(IncomingLetter)))


@pytest.fixture
def own(scope, user):
    """Give the person's private address."""
    return address(user)


@pytest.fixture
def company(scope):
    company = factories.company()
    factories.person(company, "Åsa Öberg", email="Asa@Svets.example")
    return company


def test_a_letter_from_somebody_we_know_becomes_a_contact(own, company, user):
    mail = message("Vi behöver svetskurs.\n\nMvh\nÅsa", sender="Åsa Öberg <asa@svets.example>")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Behov.pdf")

    assert receive(mail.as_bytes(), own) is Answer.TAKEN

    [contact] = contacts()
    assert (contact.company_id, contact.kind, contact.logged_by_id) == (company.id, InteractionKind.EMAIL, user.id)
    assert contact.summary == "Kurs\n\nVi behöver svetskurs."
    assert [person.name for person in contact.people] == ["Åsa Öberg"]
    assert contact.letter_from == "Åsa Öberg <asa@svets.example>"
    assert [file.file_name for file in files.list_attachments(contact)] == ["Behov.pdf"]
    actions = [event.action for event in db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence))]
    assert actions[-4:] == ["letter:received", "interaction:logged", "file:added", "letter:logged"]


def test_what_could_not_be_kept_is_said_in_the_contact(own, company):
    mail = message(date="")
    mail.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="virus.exe")
    receive(mail.as_bytes(), own)

    [contact] = contacts()
    assert "virus.exe" in contact.summary and "ingen rimlig dag" in contact.summary
    assert files.list_attachments(contact) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"sender": "me@larcentrum.example", "to": "Åsa <ASA@svets.example>"},
        {"sender": "me@larcentrum.example", "text": "Se nedan.\n\nFrån: Åsa <asa@svets.example>\nTill: me\n\nHej!"},
        {"sender": "me@larcentrum.example", "text": "> From: Åsa [mailto:asa@svets.example]\n> Hej!"},
        {"sender": "ekonomi@svets.example"},
    ],
    ids=["copy", "passed on", "quoted", "domain"],
)
def test_the_company_is_found_by_whom_the_letter_is_to_whom_it_passes_on_or_the_domain(own, company, headers):
    assert receive(letter(**headers), own) is Answer.TAKEN

    assert [contact.company_id for contact in contacts()] == [company.id]


def test_a_letter_passed_on_as_a_file_is_known_by_the_letter_within_it(own, company):
    outer = message("Se bifogat.", sender="me@larcentrum.example")
    outer.add_attachment(message())
    receive(outer.as_bytes(), own)

    [contact] = contacts()
    assert (contact.company_id, len(contact.people)) == (company.id, 1)


def test_our_relations_own_address_points_at_the_company(own, scope, user):
    company = factories.company()
    service.companies_service.engage(company).email = "info@bygg.example"
    receive(letter(sender="info@bygg.example"), own)

    assert [contact.company_id for contact in contacts()] == [company.id]


@pytest.mark.parametrize(
    ("known", "sender"),
    [
        ([], "asa@svets.example"),
        (["bo@svets.example", "ek@svets.example"], "asa@svets.example"),
        (["bo@gmail.com"], "asa@gmail.com"),
        (["bo@larcentrum.example"], "asa@larcentrum.example"),
        (["bo@evilsvets.example"], "asa@svets.example"),
        (["bo@svets.example"], "asa@%.example"),
    ],
    ids=["unknown", "several", "anybody's", "our own", "like it", "wild"],
)
def test_a_letter_of_no_one_company_waits_for_the_person_alone(own, user, scope, known, sender):
    for email in known:
        factories.person(factories.company(), email=email)
    assert receive(letter(sender=sender, subject="Fråga"), own) is Answer.TAKEN

    assert contacts() == []
    [row] = letters_of(user, scope)
    assert (row.subject, row.sender) == ("Fråga", sender)
    assert files.path_of(row.content_hash).exists() and row.content_hash in files.list_hashes()
    assert "Fråga" not in str([event.facts for event in db.session.scalars(select(AuditEvent))])


def test_somebody_with_a_protected_identity_points_at_no_company_for_who_may_not_see_them(scope):
    factories.person(factories.company(), email="asa@svets.example", is_protected=True)
    broker = factories.user(organisation=scope)
    receive(letter(), address(broker))

    assert contacts() == [] and len(letters_of(broker, scope)) == 1


def test_a_company_of_another_organisation_is_not_found(own, scope, user):
    other = factories.organisation()
    with access.acting_in(other.id):
        factories.person(factories.company(), email="asa@svets.example")
    receive(letter(), own)

    assert len(letters_of(user, scope)) == 1


@pytest.mark.parametrize("again", ["to the same person", "to a colleague", "dropped before"])
def test_the_same_letter_becomes_a_contact_once(own, company, scope, user, client, again):
    content = letter(key="<1@svets.example>")
    receive(content, own)
    second = address(factories.user(organisation=scope)) if again == "to a colleague" else own
    assert receive(content, second) is Answer.TAKEN

    assert len(contacts()) == 1


def test_two_servers_that_hand_the_same_letter_over_at_once_make_one_contact(app, own, company, scope):
    second = address(factories.user(organisation=scope))
    content = letter(key="<1@svets.example>")
    db.session.commit()

    def hand_over(recipient):
        with app.app_context():
            answer = receiving.receive(content, recipient)
            db.session.remove()
            return answer

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(hand_over, [own, second, own, second]))

    assert answers == [Answer.TAKEN] * 4 and len(contacts()) == 1 and len(stored()) == 2


def test_the_private_address_stands_nowhere_in_the_contact(own, company):
    receive(letter(f"Skrev till {own} också.", subject=f"Till {own.upper()}"), own)

    assert contacts()[0].summary == f"Till {BASE}\n\nSkrev till {BASE} också."


@pytest.mark.parametrize(
    "headers",
    [
        {"Delivered_To": "{own}"},
        {"X_Original_To": "<{own}>", "to": "logg+aaaaaaaaaaaaaaaaaaaa@larcentrum.example"},
        {"Received": "from a by b for <{own}>; Mon, 2 Nov 2026 08:30:00 +0000"},
        {"to": "Loggen <{own}>"},
        {"Cc": "Bo <bo@ek.example>, {own}"},
    ],
)
def test_without_a_recipient_the_letters_head_tells_whose_it_is(own, company, headers):
    headers = {name: value.format(own=own.upper()) for name, value in headers.items()}

    assert receive(letter(**headers)) is Answer.TAKEN and len(contacts()) == 1


@pytest.mark.parametrize(
    "recipient",
    [
        BASE, "logg+@larcentrum.example", "logg+aaaaaaaaaaaaaaaaaaaa@larcentrum.example", "någon@annan.example", None,
        "x{own}", "{own}.evil", "a+{own}",
    ],
)  # fmt: skip
def test_an_address_that_nobody_has_is_refused_and_nothing_is_stored(own, company, recipient):
    assert receive(letter(), recipient and recipient.format(own=own)) is Answer.UNKNOWN

    assert contacts() == stored() == []


@pytest.mark.parametrize("change", ["closed", "renewed", "left", "only reads", "inactive"])
def test_an_address_of_who_may_not_log_any_more_is_refused(own, company, scope, user, change):
    if change == "closed":
        service.close_address(by=user)
    elif change == "renewed":
        service.open_address(by=user)
    elif change == "inactive":
        user.is_active = False
    else:
        # Somebody has to administer the organisation.
        factories.user(organisation=scope, roles=[Role.ADMINISTRATOR])
        accounts.set_roles(scope, user, [Role.READER] if change == "only reads" else [], by=None)

    assert receive(letter(), own) is Answer.UNKNOWN
    assert contacts() == stored() == []


@pytest.mark.parametrize("content", [b"", b"inget brev", b"\x00" * 1000, b"From: a@b.example\nX: " + b"y" * 100_000])
def test_what_is_no_letter_is_refused(own, content):
    assert receive(content, own) is Answer.UNREADABLE and stored() == []


def test_a_letter_that_is_too_large_is_refused_before_it_is_read(own, company):
    content = letter()

    assert receive(content + b"\n" * (20 * 1024 * 1024), own) is Answer.UNREADABLE and contacts() == []


def test_more_letters_than_the_limit_stay_with_the_mail_server(own, company, monkeypatch):
    rules = queries.incoming_rules
    monkeypatch.setattr(queries, "incoming_rules", lambda day: replace(rules(day), per_person=2))
    answers = [receive(letter(), own) for _number in range(3)]

    assert answers == [Answer.TAKEN, Answer.TAKEN, Answer.FULL] and len(contacts()) == 2


def test_a_letter_that_cannot_be_stored_stays_with_the_mail_server(own, company, monkeypatch):
    def fail(stream):
        raise OSError("no space left")

    factories.person(factories.company(), email="asa@svets.example")
    monkeypatch.setattr(files, "store", fail)

    assert receive(letter(), own) is Answer.FAILED and stored() == []


def test_a_letter_to_two_private_addresses_reaches_both(own, company, scope, user):
    colleague = factories.user(organisation=scope)
    receive(letter(sender="x@y.example", to=f"{own}, {address(colleague)}"))

    assert len(letters_of(user, scope)) == len(letters_of(colleague, scope)) == 1


def test_nothing_is_taken_where_no_address_is_set(own, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_IN_ADDRESS", "")
    with database.writing(False):
        assert receive(letter(), own) is Answer.FAILED
