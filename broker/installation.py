"""The installation itself: what is missing, a consistent copy of everything, and its return into an empty place."""

import hashlib
import io
import os
import shutil
import sqlite3
import tarfile
import tempfile
from pathlib import Path
from typing import BinaryIO

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_babel import gettext as _
from flask_migrate import Config
from sqlalchemy import NullPool, create_engine, select

from broker import audit, database, files
from broker.errors import RefusedError
from broker.extensions import db
from broker.incoming import mailbox
from broker.reference.models import ReferenceDocument
from config import Settings, is_safe

# Lies beside the files while a copy is brought back.
_UNFINISHED = "unfinished"


def list_findings(settings: Settings) -> list[str]:
    """List what keeps the installation from being in order, each with what to do; empty when all is well."""
    findings = []
    if len(settings.secret_key) < 32:
        findings.append(_("SECRET_KEY saknas eller är kortare än 32 tecken. Kör broker init."))
    if not settings.is_https and "127.0.0.1" not in settings.base_url and "localhost" not in settings.base_url:
        findings.append(_("BASE_URL börjar inte med https://. Sätt en krypterad adress."))
    if not _is_migrated():
        return [*findings, _("Databasen är inte uppdaterad. Kör broker init.")]
    if not db.session.scalars(select(ReferenceDocument.id)).first():
        findings.append(_("Referensdata saknas. Kör broker init."))
    findings.extend(_lost_files())
    if settings.oidc_issuer and not (settings.oidc_client_id and settings.oidc_client_secret):
        findings.append(_("OIDC_ISSUER är satt men inte OIDC_CLIENT_ID och OIDC_CLIENT_SECRET. Sätt alla tre."))
    if settings.oidc_only and not settings.oidc_issuer:
        findings.append(_("OIDC_ONLY är satt utan OIDC_ISSUER: lösenord öppnar för alla. Sätt båda, eller ingen."))
    if settings.oidc_issuer and not is_safe(settings.oidc_issuer):
        findings.append(_("OIDC_ISSUER börjar inte med https://. Sätt en krypterad adress."))
    if fault := mailbox.find_fault():
        findings.append(_("Brevlådan i MAIL_IN_URL går inte att öppna (%(fault)s). Rätta adressen.", fault=fault))
    if broken := audit.find_break():
        findings.append(
            _("Händelsekedjan är bruten vid händelse %(number)s. Återställ en säkerhetskopia.", number=broken)
        )
    return findings


def back_up(settings: Settings, target: Path) -> int:
    """Write a consistent copy of database and files to a new .tar.gz, readable by its owner alone; give its size.

    People can work meanwhile. The copy has every file that its database refers to, unless it was lost before; besides
    it can have some that were removed meanwhile. It gets its name when it is whole. Raises FileExistsError for a name
    that is taken.
    """
    if not database.is_sqlite(settings.database_url):
        raise RefusedError(_("Databasen är PostgreSQL. Säkerhetskopiera den med pg_dump och kopiera mappen med filer."))
    if target.exists():
        raise FileExistsError(target)
    partial = target.with_name(f"{target.name}.part")
    # One that a stopped machine has left.
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            _pack(settings, stream)
            os.fsync(stream.fileno())
        partial.rename(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return target.stat().st_size


def restore(settings: Settings, source: Path, *, secret_path: Path) -> None:
    """Bring a copy back to where the settings say, only into an empty place; refuses one that has data.

    One that was interrupted can be repeated: until the database stands, the place counts as empty.
    """
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    unfinished = settings.files_dir / _UNFINISHED
    has_files = any(settings.files_dir.glob("*")) and not unfinished.exists()
    if not database.is_sqlite(settings.database_url) or path.exists() or has_files:
        raise RefusedError(_("Det finns redan data där. Återställ till en tom mapp: sätt DATA_DIR till en ny."))
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    for leftover in (f"{path}-wal", f"{path}-shm"):
        Path(leftover).unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir) as folder, tarfile.open(source, mode="r:gz") as archive:
        archive.extractall(folder, filter="data")
        unpacked = Path(folder)
        shutil.move(unpacked / "secret_key", secret_path)
        secret_path.chmod(0o600)
        settings.files_dir.mkdir(parents=True, exist_ok=True)
        unfinished.touch()
        if (unpacked / "files").exists():
            shutil.copytree(unpacked / "files", settings.files_dir, dirs_exist_ok=True)
        # It comes last and at once, also from another disk.
        partial = path.with_name(f"{path.name}.part")
        shutil.move(unpacked / "broker.db", partial)
        partial.rename(path)
    unfinished.unlink()


def _pack(settings: Settings, stream: BinaryIO) -> None:
    with (
        tempfile.TemporaryDirectory(dir=settings.data_dir) as folder,
        tarfile.open(fileobj=stream, mode="w:gz") as archive,
    ):
        copy, packed, before = Path(folder) / "broker.db", set[str](), set[str]()
        # What is removed while files are packed is in no copy of the database that is taken after that; what is missing
        # then too was lost long before.
        while (vanished := _pack_files(settings, archive, copy, packed)) and vanished != before:
            before = vanished
        archive.add(copy, "broker.db")
        secret = settings.secret_key.encode()
        entry = tarfile.TarInfo("secret_key")
        entry.size, entry.mode = len(secret), 0o600
        archive.addfile(entry, io.BytesIO(secret))


def _pack_files(settings: Settings, archive: tarfile.TarFile, copy: Path, packed: set[str]) -> set[str]:
    """Copy the database, add what it refers to and is not packed yet, and give what is not there."""
    copy.unlink(missing_ok=True)
    _copy_database(settings, copy)
    wanted = _hashes_in(copy) - packed
    vanished = {content_hash for content_hash in sorted(wanted) if not _pack_content(archive, content_hash)}
    packed |= wanted - vanished
    return vanished


def _pack_content(archive: tarfile.TarFile, content_hash: str) -> bool:
    """Add the content with this hash, if it is there."""
    try:
        with files.path_of(content_hash).open("rb") as stream:
            entry = archive.gettarinfo(arcname=f"files/{content_hash[:2]}/{content_hash}", fileobj=stream)
            archive.addfile(entry, stream)
    except FileNotFoundError:
        return False
    return True


def _hashes_in(copy: Path) -> set[str]:
    engine = create_engine(f"sqlite:///{copy}", poolclass=NullPool)
    with engine.connect() as connection:
        return files.list_hashes_of(connection)


def _copy_database(settings: Settings, target: Path) -> None:
    # Copying the file itself while somebody writes gives a broken database; the backup interface waits its turn.
    path = settings.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as source, sqlite3.connect(target) as copy:
        source.backup(copy)
    source.close()
    copy.close()


def _is_migrated() -> bool:
    configuration = Config()
    configuration.set_main_option("script_location", str(database.migrations_folder()))
    head = ScriptDirectory.from_config(configuration).get_current_head()
    return MigrationContext.configure(db.session.connection()).get_current_revision() == head


def _lost_files() -> list[str]:
    lost = [content_hash for content_hash in files.list_hashes() if not _is_whole(content_hash)]
    if not lost:
        return []
    return [_("%(count)s bilagor saknas eller är skadade på disken. Återställ en säkerhetskopia.", count=len(lost))]


def _is_whole(content_hash: str) -> bool:
    path = files.path_of(content_hash)
    if not path.exists():
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == content_hash
