"""Attachments: content stored once under its hash, a row per use; what comes in is checked for size first."""

import hashlib
import os
import tempfile
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock
from flask import Flask, current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Connection, ForeignKey, Index, delete, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from broker import access, audit, clock, database
from broker.access import Private
from broker.actions import Action
from broker.audit import Person
from broker.errors import NotFoundError, RefusedError
from broker.extensions import Base, Key, db
from broker.file_kinds import refuse_other_kinds
from broker.swedish import clean

LARGEST_FILE = 25 * 1024 * 1024
_CHUNK = 1024 * 1024
# A list on its way in: working material that can hold more than the register keeps, so it is read once and forgotten.
UPLOAD = "import"
_UPLOADS_KEPT_FOR = timedelta(days=7)


class Attachment(Private, Base):
    """One file that belongs to one thing of one organisation."""

    __table_args__ = (
        Index("ix_attachment_subject", "subject_type", "subject_id"),
        # SQLite would give the key of a file that is gone to the next one, and an old page would lead to that.
        {"sqlite_autoincrement": True},
    )

    subject_type: Mapped[str]
    subject_id: Mapped[int] = mapped_column(Key)
    kind: Mapped[str] = mapped_column(default="")
    content_hash: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(Key)
    # Nobody of ours when a stranger sent it over a public form.
    uploaded_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))
    uploaded_at: Mapped[datetime] = mapped_column(default=clock.now)


_HASH_COLUMNS: list[InstrumentedAttribute[Any]] = [Attachment.content_hash]


def store(stream: BinaryIO) -> tuple[str, int]:
    """Keep the content of a stream and give its hash and size; refuses more than 25 MB and nothing at all."""
    folder = _root()
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as partial:
        try:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > LARGEST_FILE:
                    raise RefusedError(_("Filen är för stor. Välj en fil som är högst 25 MB."))
                digest.update(chunk)
                partial.write(chunk)
            if not size:
                raise RefusedError(_("Filen är tom. Välj en fil med innehåll."))
            partial.flush()
            os.fsync(partial.fileno())
        except BaseException:
            os.unlink(partial.name)
            raise
    target = path_of(digest.hexdigest())
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(partial.name, target)
    return digest.hexdigest(), size


def hash_of(content: bytes) -> str:
    """Give the hash under which a content would be kept."""
    return hashlib.sha256(content).hexdigest()


def path_of(content_hash: str) -> Path:
    """Give where the content with this hash lies."""
    return _root() / content_hash[:2] / content_hash


def attach(
    subject: Base,
    stream: BinaryIO,
    *,
    file_name: str,
    media_type: str,
    kind: str = "",
    is_name_private: bool = False,
    by: Person | None,
) -> Attachment:
    """Keep a document and tie it to a thing of the organisation in scope; refuses programs and other kinds.

    A name can tell of anybody. One that people outside have given, or that may have to be destroyed with what it
    belongs to, is private: it stays out of the history, which is kept for ever.
    """
    refuse_other_kinds(stream, file_name)
    attachment = _add(subject, stream, file_name=file_name, media_type=media_type, kind=kind, by=by)
    named: dict[str, Any] = {} if is_name_private else {"file_name": attachment.file_name}
    audit.record(Action.FILE_ADDED, subject, by=by, kind=kind, **named)
    return attachment


def take_in(subject: Base, stream: BinaryIO, *, file_name: str, media_type: str, by: Person) -> Attachment:
    """Keep a list that is still to be looked into; record_upload() says that it is kept, forget_upload() drops it."""
    upload = _add(subject, stream, file_name=file_name, media_type=media_type, kind=UPLOAD, by=by)
    db.session.flush()
    return upload


def record_upload(upload: Attachment, subject: Base, *, by: Person) -> None:
    """Write down that a list was taken in."""
    audit.record(Action.FILE_ADDED, subject, by=by, file_name=upload.file_name, kind=UPLOAD)


def get_attachment(attachment_id: int) -> Attachment:
    """Give the attachment, or raise NotFoundError."""
    attachment = db.session.scalars(select(Attachment).where(Attachment.id == attachment_id)).one_or_none()
    if attachment is None:
        raise NotFoundError
    return attachment


def list_attachments(subject: Base) -> list[Attachment]:
    """List the files of a thing, oldest first."""
    query = select(Attachment).where(
        Attachment.subject_type == subject.__tablename__, Attachment.subject_id == subject.id
    )
    return list(db.session.scalars(query.order_by(Attachment.id)))


def hand_over(subject: Base, owner: Base) -> None:
    """Let the files of one thing belong to another thing of the organisation in scope from now on."""
    for attachment in list_attachments(subject):
        attachment.subject_type, attachment.subject_id = owner.__tablename__, owner.id


def count_as_used(column: InstrumentedAttribute[Any]) -> None:
    """Say that another table holds content hashes too, so that its content is never taken for unused or overlooked."""
    _HASH_COLUMNS.append(column)


def list_hashes() -> set[str]:
    """List the hash of every content that something in the installation refers to."""
    with access.every_organisation():
        return list_hashes_of(db.session())


def list_hashes_of(source: Connection | Session) -> set[str]:
    """List the hash of every content that this database, or copy of one, refers to."""
    columns = (select(column).where(column.is_not(None)) for column in _HASH_COLUMNS)
    return {content_hash for query in columns for content_hash in source.scalars(query)}


def unused_among(hashes: Collection[str]) -> set[str]:
    """Give those of these hashes whose contents nothing in the installation refers to."""
    with access.every_organisation():
        columns = (select(column).where(column.in_(hashes)) for column in _HASH_COLUMNS)
        return set(hashes).difference(*(db.session.scalars(query) for query in columns)) if hashes else set()


def remove(hashes: Iterable[str]) -> None:
    """Remove contents; only once it is stored that nothing refers to them, for a file cannot be brought back."""
    for content_hash in hashes:
        path_of(content_hash).unlink(missing_ok=True)


def forget_uploads() -> None:
    """Remove the lists that were uploaded more than a week ago, with their content."""
    _forget(Attachment.uploaded_at < clock.now() - _UPLOADS_KEPT_FOR)


def forget_upload(attachment_id: int) -> None:
    """Remove one uploaded list with its content, in a transaction of its own."""
    _forget(Attachment.id == attachment_id)


def lock(name: str) -> FileLock:
    """Give a lock that lies with the files, for work that the whole installation may do only once at a time."""
    _root().mkdir(parents=True, exist_ok=True)
    return FileLock(_root() / f"{name}.lock")


def safe_name(file_name: str) -> str:
    """Give the last part of a file name as text that is safe to show and to offer for download."""
    last = clean(file_name).replace("\\", "/").rsplit("/", 1)[-1].replace("\n", " ").strip(". ")
    return last[-150:] or "fil"


def _add(
    subject: Base, stream: BinaryIO, *, file_name: str, media_type: str, kind: str, by: Person | None
) -> Attachment:
    content_hash, size = store(stream)
    attachment = Attachment(
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        kind=kind,
        content_hash=content_hash,
        file_name=safe_name(file_name),
        media_type=media_type[:100],
        size=size,
        uploaded_by_id=by.id if by else None,
    )
    db.session.add(attachment)
    return attachment


def _forget(chosen: ColumnElement[bool]) -> None:
    with database.writing(), access.every_organisation():
        hashes = list(db.session.scalars(select(Attachment.content_hash).where(Attachment.kind == UPLOAD, chosen)))
        db.session.execute(delete(Attachment).where(Attachment.kind == UPLOAD, chosen))
        unused = unused_among(hashes)
        db.session.commit()
    remove(unused)


def _root() -> Path:
    return Path(current_app.config["FILES_DIR"])


def init_app(app: Flask, *, folder: Path) -> None:
    """Keep the files of this application in this folder."""
    app.extensions["broker_jobs"].add_upkeep(forget_uploads)
    app.config.update(FILES_DIR=str(folder), MAX_CONTENT_LENGTH=LARGEST_FILE + _CHUNK, MAX_FORM_PARTS=1000)
