"""Reads what has been taken out of a project."""

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from broker import files
from broker.errors import NotFoundError
from broker.esf.exports import archive, plain
from broker.esf.exports.material import Material
from broker.esf.models import Project
from broker.esf.snapshots.models import Snapshot, SnapshotFile
from broker.extensions import db


def list_snapshots(project: Project) -> list[Snapshot]:
    """List what has been taken out of a project, the latest first."""
    query = select(Snapshot).options(selectinload(Snapshot.files)).where(Snapshot.project_id == project.id)
    return list(db.session.scalars(query.order_by(Snapshot.number.desc())))


def list_taken_since(project: Project, moment: datetime | None = None) -> list[Snapshot]:
    """List what has been taken out of a project from a moment on, or ever, the latest first; without its files."""
    query = select(Snapshot).where(Snapshot.project_id == project.id)
    if moment is not None:
        query = query.where(Snapshot.taken_at >= moment)
    return list(db.session.scalars(query.order_by(Snapshot.number.desc())))


def find_latest(project: Project) -> Snapshot | None:
    """Give what was taken out last, if anything was."""
    query = select(Snapshot).where(Snapshot.project_id == project.id).order_by(Snapshot.number.desc())
    return db.session.scalars(query.limit(1)).one_or_none()


def get_snapshot(project: Project, snapshot_id: int) -> Snapshot:
    """Give what was taken out of a project once, or raise NotFoundError."""
    query = select(Snapshot).where(Snapshot.id == snapshot_id, Snapshot.project_id == project.id)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def read_material(snapshot: Snapshot) -> Material:
    """Give the application as it was when it was taken out."""
    row = next(row for row in snapshot.files if row.name == archive.MATERIAL)
    return plain.read(json.loads(read_file(row)))


def read_file(row: SnapshotFile) -> bytes:
    """Give the content of a file as it was."""
    return files.path_of(row.content_hash).read_bytes()
