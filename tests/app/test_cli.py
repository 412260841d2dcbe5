"""The broker command, run as people run it: in a process of its own, on an installation of its own."""

import hashlib
import json
import signal
import sqlite3
import stat
import subprocess
import time
import urllib.request
from pathlib import Path

from tests.app.conftest import Broker

SAMPLES = Path(__file__).parents[1] / "samples"


def test_init_makes_a_secret_that_only_its_owner_reads_and_can_be_repeated(broker):
    broker("init")
    secret = broker.folder / "secret_key"
    first = secret.read_text()
    broker("init")

    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert secret.read_text() == first
    assert "Allt är i ordning." in broker("check").stdout


def test_two_processes_that_init_at_once_both_succeed(broker):
    both = [broker.start("init", stdout=subprocess.DEVNULL) for _process in range(2)]

    assert [process.wait() for process in both] == [0, 0]


def test_check_names_what_is_missing(broker):
    done = broker("check", check=False)

    assert done.returncode == 1
    assert "broker init" in done.stderr


def test_the_first_person_is_added_from_the_terminal(broker):
    broker("init")
    broker(
        "user", "add", "anna@example.se", "--organisation", "Lärcentrum Flen", "--role", "administrator",
        "--municipality", "0482", "--password-stdin", stdin="en mening som lösenord\n",
    )  # fmt: skip

    assert broker.rows("select email from user") == [("anna@example.se",)]


def test_the_second_factor_of_somebody_who_has_lost_it_is_removed_from_the_terminal(installed):
    with sqlite3.connect(installed.folder / "broker.db") as connection:
        [(person, email)] = connection.execute("select id, email from user limit 1").fetchall()
        kept = "insert into second_factor (user_id, sealed_secret, last_step, turned_on_at) values (?, 'x', 1, ?)"
        connection.execute(kept, (person, "2026-01-02 03:04:05"))
    connection.close()

    assert "loggar in utan kod" in installed("user", "forget-second-factor", email.upper()).stdout
    assert installed.rows("select count(*) from second_factor") == [(0,)]
    assert "hade ingen" in installed("user", "forget-second-factor", email).stdout
    unknown = installed("user", "forget-second-factor", "ingen@larcentrum.example", check=False)
    assert unknown.returncode == 1 and "Ingen har adressen" in unknown.stderr


def test_somebody_is_locked_out_and_let_in_again_from_the_terminal(installed):
    [(email,)] = installed.rows("select email from user limit 1")

    assert "utloggad överallt" in installed("user", "lock", email).stdout
    assert "redan spärrad" in installed("user", "lock", email.upper()).stdout
    assert installed.rows(f"select is_active from user where email = '{email}'") == [(0,)]
    assert "kan logga in igen" in installed("user", "unlock", email).stdout
    assert "inte spärrad" in installed("user", "unlock", email).stdout
    unknown = installed("user", "lock", "ingen@larcentrum.example", check=False)
    assert unknown.returncode == 1 and "Ingen har adressen" in unknown.stderr


def test_companies_are_imported_from_the_terminal(installed):
    done = installed("import", "companies", SAMPLES / "bolagsverket_bulkfil_sample.txt", "--json")

    facts = json.loads(done.stdout)["bolagsverket_bulkfil_sample.txt"]
    assert facts["is_stored"] and facts["new"] == installed.rows("select count(*) from company")[0][0]


def test_a_file_that_is_not_a_list_is_refused_with_a_sentence(installed, tmp_path):
    bad = tmp_path / "lista.xlsx"
    bad.write_bytes(b"%PDF-1.7")
    done = installed("import", "companies", bad, check=False)

    assert done.returncode == 1
    assert "PDF" in done.stderr and "Traceback" not in done.stderr


def test_a_backup_is_restored_into_an_empty_place_only(installed, tmp_path):
    installed("import", "companies", SAMPLES / "bolagsverket_bulkfil_sample.txt")
    copy = tmp_path / "kopia.tar.gz"
    installed("backup", copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    before = installed.rows("select count(*), max(id) from company")
    assert before[0][0] > 100

    refused = installed("restore", copy, check=False)
    assert refused.returncode == 1 and "tom mapp" in refused.stderr

    (tmp_path / "annan").mkdir()
    elsewhere = Broker(tmp_path / "annan")
    elsewhere("restore", copy)
    elsewhere("check")
    assert elsewhere.rows("select count(*), max(id) from company") == before


def test_a_changed_event_breaks_the_chain(installed):
    assert "hel" in installed("audit", "verify").stdout
    with sqlite3.connect(installed.folder / "broker.db") as connection:
        connection.execute("update audit_event set actor_name = 'någon annan' where sequence = 2")
    connection.close()

    done = installed("audit", "verify", check=False)
    assert done.returncode == 1 and "händelse 2" in done.stderr


def test_the_server_answers_and_stops_when_told_to(installed):
    process = installed.start("serve", "--port", "5870", stdout=subprocess.PIPE, text=True)
    address = process.stdout.readline().split("http://")[1].split()[0]
    health = wait_for(f"http://{address}/halsa")
    process.send_signal(signal.SIGINT)

    assert health["status"] == "ok"
    assert process.wait(timeout=20) == 0
    process.stdout.close()


def wait_for(address):
    for _attempt in range(100):
        try:
            with urllib.request.urlopen(address) as answer:
                return json.load(answer)
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)


def test_a_mail_server_hands_a_letter_over_and_is_told_what_became_of_it(installed, monkeypatch):
    letter = "From: Bo <bo@ek.example>\nSubject: Kurs\n\nHej!\n"
    assert installed("receive-mail", "logg@a.example", stdin=letter, check=False).returncode == 75

    monkeypatch.setenv("MAIL_IN_ADDRESS", "logg@a.example")
    unknown = installed("receive-mail", "logg+aaaaaaaaaaaaaaaaaaaa@a.example", stdin=letter, check=False)
    assert (unknown.returncode, unknown.stderr) == (67, "No such address.\n")
    secret = "bbbbbbbbbbbbbbbbbbbb"
    with sqlite3.connect(installed.folder / "broker.db") as connection:
        values = (hashlib.sha256(secret.encode()).hexdigest(),)
        connection.execute(
            "insert into letter_address (user_id, organisation_id, secret_hash) values (1, 1, ?)", values
        )
    connection.close()
    own = f"logg+{secret}@a.example"

    assert installed("receive-mail", own, stdin=letter).stderr == ""
    assert installed("receive-mail", stdin=f"Delivered-To: {own}\n{letter}").returncode == 0
    assert installed("receive-mail", own, stdin="inget brev", check=False).returncode == 65
    assert [state for (state,) in installed.rows("select state from incoming_letter")] == ["waiting", "waiting"]
