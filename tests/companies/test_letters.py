"""Letters saved from a mail program: what is read of them, and how they become contacts."""

import io
import threading
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from broker import audit, clock, files
from broker.access import Role, acting_in
from broker.companies import file_views
from broker.companies.letters import new_text, read_letter
from broker.companies.models import Interaction, InteractionKind
from broker.errors import RefusedError
from broker.extensions import db
from tests import factories
from tests.client import form_values
from tests.conftest import signed_in_client

PART = b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"
ANSWER = """Hej!

Vi behöver svetskurs för fyra.

Kan ni ringa?
"""


def saved(text=ANSWER, *, subject="Kurs i svets", sender="Åsa Öberg <asa@svets.example>", html=None, **headers):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "maklare@larcentrum.example", subject
    message["Date"] = headers.get("date", "Mon, 02 Nov 2026 23:30:00 +0000")
    message["Message-ID"] = headers.get("key", "<1@svets.example>")
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def dropped(client, company, message, name="brev.eml"):
    content = message if isinstance(message, bytes) else message.as_bytes()
    return client.submit(f"/foretag/{company.id}/kontakter/brev", file=(io.BytesIO(content), name))


@pytest.mark.parametrize(
    "rest",
    [
        "> Hej, hur går det?\n",
        "-----Ursprungligt meddelande-----\nFrån: Mäklaren\n",
        "Från: Mäklaren <m@larcentrum.example>\nSkickat: den 1 november\n",
        "Den mån 2 nov. 2026 kl 10:12 skrev Mäklaren <m@larcentrum.example>:\n> Hej\n",
        "On Mon, Nov 2, 2026 at 10:12 AM Broker <m@larcentrum.example> wrote:\n> Hi\n",
        "________________________________\nFrån: Mäklaren\n",
        "-- \nÅsa Öberg\n070-174 06 05\n",
        "Med vänlig hälsning\nÅsa\n",
        "Med vänliga hälsningar,\nÅsa\n",
        "Mvh\nÅsa\n",
        "Best regards,\nÅsa\n",
    ],
)
def test_what_is_quoted_and_signed_is_cut(rest):
    assert new_text(ANSWER + "\n" + rest) == ANSWER.strip()


@pytest.mark.parametrize(
    "line", ["Från mars behövs fler", "Vänligen ring", "Vi hälsar på gärna", "a -- b", "Den tar vi"]
)
def test_a_sentence_that_only_looks_like_a_quotation_stays(line):
    assert new_text(f"Hej\n{line}\nslut") == f"Hej\n{line}\nslut"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Den mån 2 nov. 2026 kl 10:12 skrev Bo:\n> Hur många?\n\nSju personer.", "Sju personer."),
        (
            "Hej, svar nedan.\nDen 2 nov. skrev Bo:\n> Hur många?\nSju.\n> När?\nI mars.",
            "Hej, svar nedan.\nSju.\nI mars.",
        ),
        ("Hej!\nDen mån 2 nov. 2026 kl 10:12 skrev Bo Ek\n<bo@larcentrum.example>:\n> Hej", "Hej!"),
        ("__________\nFrån: Åsa\nSkickat: den 1 november\nÄmne: Kurs\n\nVi är fyra.", "Vi är fyra."),
        ("---- Vidarebefordrat meddelande ----\nFrån: Åsa\nTill: Bo\n\nVi är fyra.\nMvh\nÅsa", "Vi är fyra."),
        ("Från: måndag den 7 december går bra.\nHälsa Bo.", "Från: måndag den 7 december går bra.\nHälsa Bo."),
    ],
)
def test_answers_between_quoted_lines_and_letters_passed_on_are_kept(text, kept):
    assert new_text(text) == kept


def test_a_line_made_to_be_slow_is_not():
    assert new_text("den x" + " skrev" * 200_000).startswith("den x")


def test_the_day_of_a_letter_is_the_one_in_sweden():
    assert read_letter(saved().as_bytes()).sent_on == date(2026, 11, 3)


def test_a_letter_in_html_is_read_as_text():
    html = (
        "<html><head><style>p { color: red }</style></head><body><p>Hej &amp; tack!</p><p>Fyra<br>svetsare</p>"
        "<blockquote><p>Det gamla</p></blockquote><script>alert(1)</script></body></html>"
    )
    message = EmailMessage()
    message["From"], message["Subject"] = "asa@svets.example", "Svets"
    message.set_content(html, subtype="html")

    assert read_letter(message.as_bytes()).text == "Hej & tack!\n\nFyra\nsvetsare"


def test_a_letter_in_old_encoding_keeps_its_swedish_letters():
    raw = (
        "From: =?iso-8859-1?Q?=C5sa?= <asa@svets.example>\r\nSubject: =?iso-8859-1?Q?R=E4ksm=F6rg=E5s?=\r\n"
        "Content-Type: text/plain; charset=iso-8859-1\r\n\r\nVi behöver hjälp på lördag"
    ).encode("iso-8859-1")

    letter = read_letter(raw)

    assert (letter.subject, letter.text) == ("Räksmörgås", "Vi behöver hjälp på lördag")


@pytest.mark.parametrize("kind", ["", "Content-Type: text/plain; charset=hittepa\r\n"])
def test_a_letter_that_does_not_tell_its_encoding_keeps_its_swedish_letters(kind):
    raw = f"From: a@b.example\r\nSubject: Förfrågan\r\n{kind}\r\nPå lördag".encode("cp1252")

    letter = read_letter(raw)

    assert (letter.subject, letter.text) == ("Förfrågan", "På lördag")


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 ingen post", b"\xd0\xcf\x11\xe0 outlook", "Bara text på svenska".encode(), b"Subject: x\n\nhej"],
)
def test_what_is_no_letter_is_refused(content):
    with pytest.raises(RefusedError, match="inget sparat brev"):
        read_letter(content)


@pytest.mark.parametrize(
    "content",
    [
        b"From: a@b.example\nContent-Type: text/plain; charset=finns-inte\n\nhej",
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed\n\n",
        b"From: a@b.example\nDate: i forrgar\n\nhej",
        b"From: a@b.example\nDate: Mon, 99 Nov 99999 99:99:99 +9999\n\nhej",
        b"From: a@b.example\nSubject: =?utf-8?B?!!!!?=\n\n\x00\x01hej",
        b"From: a@b.example\nContent-Transfer-Encoding: base64\n\n%%%%",
        b"From: a@b.example, <<<>>>@\n\nhej",
        b"From: a@b.example\nTo: " + b"(" * 5_000 + b"\n\nhej",
        b"From: a@b.example\nTo: " + b"a@b.example, " * 40_000 + b"\n\nhej",
        b"From: a@b.example\n"
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1_000)),
    ],
)
def test_a_broken_letter_is_read_or_refused_with_a_sentence(content):
    try:
        letter = read_letter(content)
    except RefusedError as refused:
        assert "inget sparat brev" in str(refused)
    else:
        assert "\x00" not in letter.text and letter.addresses


def test_a_letter_becomes_a_contact_with_its_day_people_text_and_files(client, scope, organisation):
    company = factories.company()
    factories.person(company, "Åsa Öberg", email="Asa@Svets.example")
    factories.person(company, "Bo Ek", email="bo@svets.example")
    message = saved()
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Behov åäö.pdf")
    message.add_attachment(b"MZ program", maintype="application", subtype="octet-stream", filename="virus.exe")

    page = client.get(dropped(client, company, message).location)

    with acting_in(organisation.id):
        [contact] = db.session.scalars(select(Interaction))
        assert (contact.kind, contact.happened_on) == (InteractionKind.EMAIL, date(2026, 11, 3))
        assert contact.summary == "Kurs i svets\n\n" + ANSWER.strip()
        assert [person.name for person in contact.people] == ["Åsa Öberg"]
        assert [file.file_name for file in files.list_attachments(contact)] == ["Behov åäö.pdf"]
        # What a stranger calls a file can tell of anybody; the history is kept for ever.
        assert "Behov" not in str([event.facts for event in audit.history_of(contact)])
    assert "virus.exe" in page.text and "Ingen adress i brevet" not in page.text


def test_the_same_letter_dropped_again_leads_to_the_same_contact(client, client_for, scope):
    company = factories.company()
    first, again = dropped(client, company, saved()), dropped(client_for(Role.BROKER), company, saved())

    assert again.location == first.location
    assert len(list(db.session.scalars(select(Interaction)))) == 1


def test_every_file_is_kept_or_named(client, scope, organisation):
    message = saved()
    for number in range(22):
        message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename=f"papper{number}.pdf")
    message.get_payload()[1].replace_header("Content-Disposition", 'inline; filename="papper0.pdf"')
    message.add_attachment(saved(subject="Det gamla brevet"))

    page = client.get(dropped(client, factories.company(), message).location)

    with acting_in(organisation.id):
        kept = files.list_attachments(db.session.scalars(select(Interaction)).one())
    assert [file.file_name for file in kept] == [f"papper{number}.pdf" for number in range(20)]
    assert "papper20.pdf, papper21.pdf, Det gamla brevet.eml" in page.text


def test_many_refused_files_with_long_names_are_told_shortly(client, scope):
    message = saved()
    for number in range(20):
        name = f"{number}{'x' * 200}.exe"
        message.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename=name)

    done = dropped(client, factories.company(), message)

    assert done.status_code == 302 and "och 15 till" in client.get(done.location).text


@pytest.mark.parametrize("sender", ["asa@svets.example", "hemlig@svets.example"])
def test_a_letter_of_strangers_is_logged_with_a_warning_and_so_is_one_of_a_protected_person(client_for, scope, sender):
    company = factories.company()
    factories.person(company, "Hemlig Person", email="hemlig@svets.example", is_protected=True)
    broker = client_for(Role.BROKER)

    page = broker.get(dropped(broker, company, saved(sender=sender)).location)

    assert "Ingen adress i brevet finns hos företaget." in page.text


@pytest.mark.parametrize("is_same_form", [True, False])
def test_a_letter_sent_twice_at_once_becomes_one_contact(app, client, user, scope, is_same_form):
    page = f"/foretag/{factories.company().id}/kontakter/brev"
    other = signed_in_client(app, user)
    first, second = (form_values(sender.get(page).text) for sender in (client, other))
    if is_same_form:
        second["token"] = first["token"]
    answers = []
    db.session.rollback()

    def send(sender, values):
        with app.app_context():
            file = (io.BytesIO(saved().as_bytes()), "brev.eml")
            answers.append(FlaskClient.open(sender, page, method="POST", data=values | {"file": file}))

    threads = [threading.Thread(target=send, args=sent) for sent in ((client, first), (other, second))]

    def send_beside(connection, cursor, statement, *_rest):
        if statement.startswith("INSERT INTO interaction ") and threads[1].ident is None:
            threads[1].start()
            threads[1].join(timeout=0.7)

    event.listen(db.engine, "before_cursor_execute", send_beside)
    try:
        threads[0].start()
        threads[0].join()
    finally:
        event.remove(db.engine, "before_cursor_execute", send_beside)
    threads[1].join()

    assert [answer.status_code for answer in answers] == [302, 302] and answers[0].location == answers[1].location
    assert len(list(db.session.scalars(select(Interaction)))) == 1


def test_a_letter_from_the_future_is_logged_today(client, scope):
    later = clock.now() + timedelta(days=40)
    dropped(client, factories.company(), saved(date=later.strftime("%a, %d %b %Y %H:%M:%S +0000")))

    assert db.session.scalars(select(Interaction)).one().happened_on == clock.today()


def test_a_protected_person_is_not_tied_to_a_letter_by_who_may_not_see_it(client_for, scope):
    company = factories.company()
    factories.person(company, "Hemlig Person", email="asa@svets.example", is_protected=True)

    dropped(client_for("broker"), company, saved())

    assert db.session.scalars(select(Interaction)).one().people == []


def test_a_file_that_is_no_letter_is_refused_on_the_page(client, scope):
    page = dropped(client, factories.company(), b"inget brev", name="lista.csv")

    assert page.status_code == 422 and "inget sparat brev" in page.text


def test_a_file_is_kept_with_a_contact(client, scope, user):
    contact = factories.interaction(factories.company(), by=user)

    done = client.submit(f"/kontakter/{contact.id}/filer/ny", file=(io.BytesIO(b"%PDF-1.7"), "protokoll.pdf"))

    assert "protokoll.pdf" in client.get(done.location).text


def test_a_program_is_not_kept_with_a_contact(client, scope, user):
    contact = factories.interaction(factories.company(), by=user)

    page = client.submit(f"/kontakter/{contact.id}/filer/ny", file=(io.BytesIO(b"MZ"), "spel.exe"))

    assert page.status_code == 422 and "inte av ett slag som tas emot" in page.text


def test_nobody_who_writes_waits_while_a_letter_is_read(client, scope, monkeypatch):
    holding = []
    monkeypatch.setattr(
        file_views, "read_letter", lambda content: holding.append(db.session().in_transaction()) or read_letter(content)
    )

    dropped(client, factories.company(), saved())

    assert holding == [False] and len(list(db.session.scalars(select(Interaction)))) == 1
