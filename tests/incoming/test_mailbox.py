"""The mailbox of the installation, read over a real socket: what is taken, what is left, and what a break costs."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from broker import create_app, files
from broker.companies.models import Interaction
from broker.errors import BrokerError
from broker.extensions import db
from broker.incoming import mailbox, queries, receiving
from broker.incoming.models import IncomingLetter
from tests import factories
from tests.conftest import make_settings
from tests.factories_letters import address, letter
from tests.incoming.imap_server import Server


@pytest.fixture(params=[True, False], ids=["uidplus", "old"])
def server(request, app, monkeypatch):
    with Server(has_uidplus=request.param) as server:
        monkeypatch.setitem(app.config, "MAIL_IN_URL", server.url)
        yield server


@pytest.fixture
def own(scope, user):
    factories.person(factories.company(), email="asa@svets.example")
    return address(user)


def read():
    db.session.commit()
    mailbox.read_mailbox()
    db.session.expire_all()


def subjects():
    return sorted(contact.summary.partition("\n")[0] for contact in db.session.scalars(select(Interaction)))


def test_letters_to_private_addresses_are_taken_out_once_they_are_stored(server, own, scope):
    for number in range(3):
        server.put(letter(to=own, subject=f"Brev {number}"))
    read()
    assert subjects() == ["Brev 0", "Brev 1", "Brev 2"] and server.letters == {}

    read()
    assert len(subjects()) == 3


def test_of_other_letters_only_the_head_is_asked_for_and_they_stay(server, own, scope):
    other = server.put(letter(to="alla@larcentrum.example"))
    nobodys = server.put(letter(to="logg+aaaaaaaaaaaaaaaaaaaa@larcentrum.example"))
    read()

    assert not [asked for asked in server.asked if asked == f"UID FETCH {other} (BODY.PEEK[])"]
    assert set(server.letters) == {other, nobodys} and server.unread() == []
    assert db.session.scalars(select(IncomingLetter)).all() == []
    server.asked.clear()
    read()
    assert not [asked for asked in server.asked if "FETCH" in asked]


def test_a_letter_that_is_too_large_is_not_fetched(server, own, scope, monkeypatch):
    rules = queries.incoming_rules
    monkeypatch.setattr(queries, "incoming_rules", lambda day: replace(rules(day), largest_megabytes=0))
    number = server.put(letter(to=own))
    read()

    assert server.unread() == [] and not [asked for asked in server.asked if asked.endswith("(BODY.PEEK[])")]
    assert number in server.letters and subjects() == []


@pytest.mark.parametrize("place", ["UID FETCH 12 (BODY", "UID STORE 11", "UID EXPUNGE", "EXPUNGE", "LOGOUT"])
def test_whatever_breaks_in_between_no_letter_is_lost_or_taken_twice(server, own, scope, place):
    for number in range(2):
        server.put(letter(to=own, subject=f"Brev {number}"))
    server.breaks_at = place
    read()
    server.breaks_at = None
    read()

    assert subjects() == ["Brev 0", "Brev 1"] and server.unread() == []


def test_a_letter_that_could_not_be_stored_comes_next_time_and_keeps_no_other_waiting(server, own, scope, monkeypatch):
    first = server.put(letter(to=own, sender="okand@annan.example"))
    server.put(letter(to=own, subject="Nästa"))
    with monkeypatch.context() as patch:
        patch.setattr(files, "store", _fail)
        read()
    assert server.unread() == [first] and subjects() == ["Nästa"]

    read()
    assert server.letters == {} and len(db.session.scalars(select(IncomingLetter)).all()) == 2


def _fail(stream):
    raise OSError("no space left")


def test_who_has_had_enough_for_now_keeps_no_other_waiting(server, own, scope, monkeypatch):
    rules = queries.incoming_rules
    monkeypatch.setattr(queries, "incoming_rules", lambda day: replace(rules(day), per_person=1))
    colleague = address(factories.user(organisation=scope))
    for number in range(3):
        server.put(letter(to=own, subject=f"Brev {number}"))
    server.put(letter(to=colleague, subject="Kollegans"))
    read()

    assert subjects() == ["Brev 0", "Kollegans"] and len(server.unread()) == 2


def test_one_process_at_a_time_reads_the_mailbox(server, own, scope):
    server.put(letter(to=own))
    with files.lock("mail-in"):
        read()
    assert server.asked == []


@pytest.mark.parametrize("change", [("hemligt", "fel"), ("INBOX", "Finns-inte"), ("127.0.0.1", "127.0.0.2")])
def test_a_mailbox_that_cannot_be_opened_stops_nothing_and_the_check_says_so(server, own, app, monkeypatch, change):
    assert mailbox.find_fault() is None
    monkeypatch.setitem(app.config, "MAIL_IN_URL", server.url.replace(*change))
    read()

    assert mailbox.find_fault()


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("imap://a:b@mail.example.se/INBOX", "logg@a.example"),
        ("imaps://mail.example.se/INBOX", "logg@a.example"),
        ("pop3://a:b@localhost", "logg@a.example"),
        ("imaps://a:b@mail.example.se/INBOX", ""),
        ("", "logg"),
        ("", "logg+x@a.example"),
        ("", "logg@a.example, b@a.example"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused_at_the_start(tmp_path, url, base):
    settings = make_settings(tmp_path, f"sqlite:///{tmp_path / 'broker.db'}", mail_in_url=url, mail_in_address=base)
    with pytest.raises(BrokerError, match="MAIL_IN_"):
        create_app(settings)


def test_the_upkeep_reads_the_mailbox(app):
    assert mailbox.read_mailbox in app.extensions["broker_jobs"]._upkeep
    assert receiving.base_address() == "logg@larcentrum.example"
