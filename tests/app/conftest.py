"""The broker command in a process of its own, on an installation of its own."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests import factories

ROOT = Path(__file__).parents[2]


class Broker:
    """The command, on the installation in one folder."""

    def __init__(self, folder):
        self.folder = folder

    @property
    def environment(self):
        return os.environ | {"DATA_DIR": str(self.folder), "PYTHONPATH": str(ROOT)}

    def __call__(self, *arguments, check=True, stdin=""):
        command = self.command(*arguments)
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, input=stdin, cwd=self.folder, check=False
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def start(self, *arguments, **options):
        """Run the command beside the test."""
        return subprocess.Popen(self.command(*arguments), env=self.environment, **options)

    def command(self, *arguments):
        return [sys.executable, "-m", "broker", *map(str, arguments)]

    def rows(self, query):
        """Ask the database, past the product."""
        with sqlite3.connect(self.folder / "broker.db") as connection:
            found = connection.execute(query).fetchall()
        connection.close()
        return found


@pytest.fixture
def broker(tmp_path):
    """Give the command in an empty place."""
    folder = tmp_path / "data"
    folder.mkdir()
    return Broker(folder)


@pytest.fixture(scope="session")
def installation(tmp_path_factory):
    """Make, once, an installation with one organisation and one broker, a@example.se."""
    broker = Broker(tmp_path_factory.mktemp("installation"))
    broker("init")
    add = ("user", "add", "a@example.se", "--organisation", "Lärcentrum Flen", "--role", "broker", "--password-stdin")
    broker(*add, stdin=f"{factories.PASSWORD}\n")
    return broker.folder


@pytest.fixture
def installed(installation, broker):
    """Give the command on a copy of that installation."""
    shutil.copytree(installation, broker.folder, dirs_exist_ok=True)
    return broker
