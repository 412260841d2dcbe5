"""The wheel carries what an installation needs: templates, static files, data, catalogues, migrations, handbook."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = (
    "config.py",
    "wsgi.py",
    "broker/migrations/env.py",
    "broker/migrations/versions/0001_first_tables.py",
    "broker/handbook/01-borja-har.md",
    "broker/reference/data/procurement_workflow.yaml",
    "broker/translations/en/LC_MESSAGES/messages.mo",
    "broker/templates/base.html",
    "broker/companies/templates/companies/show.html",
    "broker/static/vendor/bootstrap-broker.css",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_what_an_installation_needs(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())

    assert set(NEEDED) - names == set()
    assert any(name.startswith("broker/documents/fonts/") and name.endswith(".ttf") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "docs/", "frontend/"))]


def test_the_wheel_works_without_the_checkout(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    environment = {"PYTHONPATH": str(tmp_path / "site"), "DATA_DIR": str(tmp_path / "data"), "PATH": "/usr/bin:/bin"}
    for command in ("init", "check"):
        done = subprocess.run(
            [sys.executable, "-m", "broker", command],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
