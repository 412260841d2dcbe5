"""The list of what a release is made of names everything that an installation gets."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "docs.parts", str(folder)], cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("broker-*.cdx.json")
    return json.loads(path.read_text(encoding="utf-8"))["components"]


def test_every_pinned_library_is_in_the_list_with_its_version(listed):
    pinned = re.findall(r"^([\w.-]+)==(\S+) ", (ROOT / "requirements.lock").read_text(), flags=re.M)

    assert {(part["name"], part["version"]) for part in listed if "pypi" in part.get("purl", "")} == set(pinned)


def test_every_licence_that_lies_with_the_pages_belongs_to_a_listed_part(listed):
    beside = {path.stem for path in (ROOT / "broker" / "static" / "vendor").glob("*.LICENSE")}
    served = [part["name"] for part in listed if "npm" in part.get("purl", "")]

    assert {re.sub(r"\.org$|^@tabler/|^@.*/", "", name) for name in served} == {
        name.removeprefix("tabler-") for name in beside
    }


def test_every_part_says_its_licence(listed):
    assert [part["name"] for part in listed if not part.get("licenses")] == []
