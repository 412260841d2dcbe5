"""Prints the table of speeds of one set of data on one engine: each page beside the bare database asking the same."""

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bench.application import make_app
from bench.bundling import SIZES, measure_bundling
from bench.exports import measure_export
from bench.imports import measure_import
from bench.lists import measure_list
from bench.load import measure_load, p95
from bench.name_words import add_words
from bench.topics import measure_topics
from broker import database
from broker.accounts import queries as accounts
from broker.demo import make
from broker.demo.make import Size
from broker.demo.organisations import FIRST, FIRST_EMAIL, PASSWORD
from broker.extensions import db
from tests.postgresql import ROOM, fresh_database, postgresql_server

# What is measured: the page, and the query that the bare database answers for the same rows.
PAGES = (
    ("Idag", "/", "select * from task where organisation_id = :o and done_at is null order by due_on limit 50"),
    ("Företag, första sidan", "/foretag", "select * from company order by sort_key, id limit 26"),
    (
        "Företag, långt ner",
        "/foretag?efter=exempel%20stenby&id=1",
        "select * from company where (sort_key, id) > ('exempel stenby', 1) order by sort_key, id limit 26",
    ),
    (
        "Våra företag",
        "/foretag?vara=y",
        """select c.* from engagement e join company c on c.id = e.company_id
            where e.organisation_id = :o and e.merge_id is null order by c.sort_key, c.id limit 26""",
    ),
    (
        "Längst sedan kontakt",
        "/foretag?ordning=langst-sedan",
        """select c.* from engagement e join company c on c.id = e.company_id
            where e.organisation_id = :o and e.merge_id is null
            order by coalesce(e.last_contact_on, '0001-01-01'), c.sort_key, c.id limit 26""",
    ),
    (
        "Senaste kontakt, långt ner",
        "/foretag?ordning=senast&efter=exempel%20stenby&id=1&grad=739700",
        """select c.* from engagement e join company c on c.id = e.company_id
            where e.organisation_id = :o and e.merge_id is null and e.last_contact_on < '2026-03-27'
            order by e.last_contact_on desc, c.sort_key, c.id limit 26""",
    ),
    (
        "Närmaste nästa steg",
        "/foretag?ordning=nasta-steg",
        """select c.* from engagement e join company c on c.id = e.company_id left join
            (select company_id, min(due_on) as due_on from task
                where organisation_id = :o and done_at is null group by company_id) t on t.company_id = c.id
            where e.organisation_id = :o and e.merge_id is null
            order by coalesce(t.due_on, '9999-12-31'), c.sort_key, c.id limit 26""",
    ),
    (
        "Företag på karta",
        "/foretag/karta",
        "select municipality_code, count(*) from company group by municipality_code",
    ),
    (
        "Sök på ett ord",
        "/foretag?q=tallas",
        "select * from company where name_key like '%tallas%' order by sort_key, id limit 26",
    ),
    (
        "Sök på ett annat",
        "/foretag?q=bygg",
        "select * from company where name_key like '%bygg%' order by sort_key, id limit 26",
    ),
    (
        "Sök på två ord",
        "/foretag?q=stenby+bygg",
        "select * from company where name_key like '%stenby%bygg%' order by sort_key, id limit 26",
    ),
    (
        "Sök, inget passar",
        "/foretag?q=stenby+bygg+24",
        "select * from company where name_key like '%stenby%bygg% 24%' order by sort_key, id limit 26",
    ),
    (
        "Sök, ingen heter så",
        "/foretag?q=plåtslageri",
        "select id from company where name_key like '%platslageri%' limit 26",
    ),
    (
        "Förslag på ett ord",
        "/foretag/forslag?q=tallas",
        "select * from company where name_key like '%tallas%' order by sort_key, id limit 10",
    ),
    (
        "Förslag på en siffra",
        "/foretag/forslag?q=1",
        "select * from company where name_key >= '1' and name_key < '2' order by sort_key, id limit 10",
    ),
    (
        "Sök på namn",
        "/foretag?q=tallas+svets",
        "select * from company where name_key like '%tallas%svets%' order by sort_key, id limit 26",
    ),
    (
        "Sök med ett skrivfel",
        "/kontakter/ny?q=tallas+svest",
        "select id, name_key from company where name_key like '%tallas%' and name_key like '%svets%' limit 100",
    ),
    (
        "Sökt lista, ett skrivfel",
        "/foretag?q=tallsa+svets",
        "select id, name_key from company where name_key like '%svets%' and name_key like '%tallas%' limit 100",
    ),
    (
        "Förslag, ett skrivfel",
        "/foretag/forslag?q=tallsa",
        "select id, name_key from company where name_key like '%tallas%' limit 100",
    ),
    (
        "Sök på nummer",
        "/foretag?q=52990012",
        "select * from company where organisation_number >= '52990012' and organisation_number < '52990013' limit 26",
    ),
    (
        "Sök på postort",
        "/foretag?q=katrineholm+svets",
        "select * from company where post_town = 'KATRINEHOLM' and name_key like '%svets%' order by sort_key limit 26",
    ),
    (
        "Sök på en ort allena",
        "/foretag?q=katrineholm",
        "select * from company where post_town = 'KATRINEHOLM' order by sort_key, id limit 26",
    ),
    (
        "Sök på telefon",
        "/foretag?q=0157-12345",
        "select company_id from person where organisation_id = :o and replace(phone, '-', '') like '%15712345%'",
    ),
    ("Ett företag", "/foretag/{company}", "select * from interaction where organisation_id = :o and company_id = :c"),
    ("Behov", "/behov", "select * from need where organisation_id = :o order by id desc limit 26"),
    (
        "Behov, summan",
        "/behov/summering",
        """select topic_id, municipality_code, count(*), sum(women + men) from need
            where organisation_id = :o and status = 'clarified' group by 1, 2""",
    ),
    (
        "Rapporter",
        "/rapporter",
        """select c.municipality_code, count(distinct c.id) from interaction i join company c on c.id = i.company_id
            where i.organisation_id = :o group by 1""",
    ),
)
ROUNDS = 25
IMPORT_ROWS, LIST_ROWS = 200_000, 20_000
NATION_NEEDS = 50_000


def main():
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--size", choices=[size.value for size in Size], action="append")
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--import-rows", type=int, help="Rows of Bolagsverket's file; alone it measures nothing else.")
    parser.add_argument("--list-rows", type=int, help="Rows of a list from a business office; alone likewise.")
    parser.add_argument("--export", action="store_true", help="The export of an application; it measures nothing else.")
    parser.add_argument("--topics", action="store_true", help="How free text finds topics; it measures nothing else.")
    arguments = parser.parse_args()
    alone = (arguments.import_rows, arguments.list_rows, arguments.topics, arguments.export)
    is_whole = not (arguments.size or any(alone))
    print(f"Last på maskinen vid start: {os.getloadavg()[0]:.1f} på {os.cpu_count()} kärnor; median av {ROUNDS}")
    if is_whole or arguments.topics:
        measure_topics()
    if arguments.topics:
        return
    if is_whole or Size.NATION.value in (arguments.size or []):
        measure_bundling(sizes=SIZES if is_whole else (NATION_NEEDS,), workers=os.cpu_count() or 1)
    for engine in arguments.engine or ["sqlite", "postgresql"]:
        for size in arguments.size or (["small", "region"] if is_whole else []):
            with tempfile.TemporaryDirectory() as name, database_in(Path(name), engine) as address:
                measure(Size(size), Path(name), address)
        if is_whole or arguments.export:
            with tempfile.TemporaryDirectory() as name, database_in(Path(name), engine) as address:
                print(f"\n{engine}")
                measure_export(Path(name), address)
        if is_whole or arguments.import_rows:
            with tempfile.TemporaryDirectory() as name, database_in(Path(name), engine) as address:
                print(f"\n{engine}")
                measure_import(Path(name), address, arguments.import_rows or IMPORT_ROWS)
        if is_whole or arguments.list_rows:
            with tempfile.TemporaryDirectory() as name, database_in(Path(name), engine) as address:
                print(f"\n{engine}")
                measure_list(Path(name), address, arguments.list_rows or LIST_ROWS)


@contextmanager
def database_in(folder, engine):
    """Give the address of an empty database as people would run it: nothing is acknowledged before it is on disk."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'broker.db'}"
        return
    with postgresql_server(folder / "server", [ROOM]) as server, fresh_database(server) as address:
        yield address


def measure(size, folder, address):
    started = time.perf_counter()
    app = prepare(size, folder, address)
    engine = make_url(address).get_backend_name()
    print(f"\n{size}, {engine}: demodata på {time.perf_counter() - started:.1f} s")
    print(f"{'':28}{'sida ms':>10}{'p95 ms':>10}{'databas ms':>12}")
    with app.app_context():
        organisation_id = accounts.find_organisation_by_name(FIRST).id
    bare = create_engine(address).connect()
    ask = partial(ask_bare, bare)
    ask("select set_config('broker.scope', '*', false)" if engine == "postgresql" else "select 1")
    often = "select company_id from interaction where organisation_id = :o group by 1 order by count(*) desc limit 1"
    company_id = ask(often, o=organisation_id)[0][0]
    client = sign_in(app)
    pages = {name: lambda url=url: client.get(url.format(company=company_id)) for name, url, _query in PAGES}
    before = time_of_additions()
    durations = timed_in_turn(pages | {"Logga en kontakt": lambda: log_contact(client, company_id)})
    after = time_of_additions()
    rows = {name: timed(lambda query=query: ask(query, o=organisation_id, c=company_id)) for name, _url, query in PAGES}
    bare.close()
    for name, page in durations.items():
        beside = f"{statistics.median(rows[name]):12.2f}" if name in rows else ""
        print(f"{name:28}{statistics.median(page):10.1f}{p95(page):10.1f}{beside}")
    version = platform.python_version()
    print(f"Tio miljoner additioner i Python {version}: {before:.2f} s före sidorna, {after:.2f} s efter")
    with app.app_context():
        db.engine.dispose()
    if size is Size.REGION:
        measure_load(folder, address)


def ask_bare(connection, query, **keys):
    """Send a query past the product and fetch every row."""
    named = {name: key for name, key in keys.items() if f":{name}" in query}
    return connection.execute(text(query), named).fetchall()


def prepare(size, folder, address):
    app = make_app(folder, address)
    with app.app_context(), database.writing():
        make.make(size, seed=1, tell=lambda what, done, total: None)
        if size is Size.NATION:
            add_words()
        db.session.commit()
    return app


def sign_in(app):
    client = app.test_client()
    token = token_in(client.get("/logga-in").text)
    client.post("/logga-in", data={"csrf_token": token, "email": FIRST_EMAIL, "password": PASSWORD})
    return client


def log_contact(client, company_id):
    url = f"/foretag/{company_id}/kontakter/ny"
    token = token_in(client.get(url).text)
    sent = {"csrf_token": token, "kind": "call", "happened_on": "2026-11-02", "summary": "Mätning."}
    assert client.post(url, data=sent).status_code == 302


def token_in(html):
    return html.split('name="csrf_token" value="')[1].split('"')[0]


def timed_in_turn(works):
    """Do each in its turn, round by round, so that a slower spell of the machine falls on all alike."""
    durations = {name: [] for name in works}
    for round_ in range(ROUNDS + 1):
        for name, work in works.items():
            started = time.perf_counter()
            work()
            # The first round fills what is kept.
            if round_:
                durations[name].append((time.perf_counter() - started) * 1000)
    return durations


def time_of_additions():
    """Tell how fast the machine is just now, to be read beside the other figures."""
    started = time.perf_counter()
    total = 0
    for number in range(10_000_000):
        total += number
    return time.perf_counter() - started


def timed(work):
    return timed_in_turn({"alone": work})["alone"]


if __name__ == "__main__":
    sys.exit(main())
