"""What `make check` proves beyond lint and types: complete catalogue, migrations as the models, no known weakness."""

import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
TRANSLATIONS = ROOT / "broker" / "translations"
CATALOGUE = TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"trimmed": "true"}}
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "N_": None}


def source_messages():
    """Give every text of the product that people read, as the code has it."""
    found = set()
    for _file, _line, message, _comments, _context in extract_from_dir(
        str(ROOT / "broker"),
        method_map=METHODS,
        keywords=KEYWORDS,
        options_map=OPTIONS,
    ):
        found.add(message if isinstance(message, str) else tuple(message))
    return found


def catalogue_faults():
    """List what the English catalogue lacks, has too much of or leaves open."""
    with CATALOGUE.open("rb") as stream:
        catalogue = read_po(stream, locale="en")
    known = {message.id: message for message in catalogue if message.id}
    wanted = source_messages()
    faults = [f"not translated: {message!r}" for message in wanted if message not in known]
    faults += [f"not used any more: {message!r}" for message in known if message not in wanted]
    for identifier, message in known.items():
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        if not all(strings) or message.fuzzy:
            faults.append(f"empty or fuzzy: {identifier!r}")
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    if CATALOGUE.with_suffix(".mo").read_bytes() != compiled.getvalue():
        faults.append("messages.mo is older than messages.po: run python -m tests.catalogue")
    return faults


def migration_faults():
    """Give what the migrations lack of the models, on an empty SQLite database."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"DATA_DIR": folder, "SECRET_KEY": "x" * 32, "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
        for command in ("upgrade", "check"):
            run = subprocess.run(
                [sys.executable, "-m", "flask", "--app", "wsgi", "db", command],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            if run.returncode:
                return [run.stdout + run.stderr]
    return []


def weaknesses():
    """Give the known weaknesses of the locked libraries, or say that the data could not be reached."""
    run = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "-r", str(ROOT / "requirements.lock")],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    output = run.stdout + run.stderr
    if run.returncode and "vulnerabilit" not in output:
        print("NOT RUN: pip-audit could not reach its data:", output.strip().splitlines()[-1:])
        return []
    return [output] if run.returncode else []


def main():
    faults = [*catalogue_faults(), *migration_faults(), *weaknesses()]
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(faults)} faults in catalogue, migrations and libraries")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
