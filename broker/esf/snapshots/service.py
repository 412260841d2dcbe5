"""What people do: take the application out of a project, and have again what was taken out before."""

import hashlib
import io

from broker import audit, files, spreadsheets, swedish
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import NotFoundError
from broker.esf import queries
from broker.esf.application import Application
from broker.esf.exports import archive
from broker.esf.exports.material import Material
from broker.esf.exports.zipped import write_zip
from broker.esf.material_service import build_material
from broker.esf.models import Project
from broker.esf.snapshots.models import Snapshot, SnapshotFile
from broker.esf.snapshots.queries import find_latest, read_file, read_material
from broker.extensions import db

# Which file of the whole is meant by a format; the whole itself is the ZIP.
FORMATS = {"docx": "ansokan.docx", "pdf": "ansokan.pdf", "xlsx": "budget.xlsx", "json": archive.MATERIAL}
ZIP = "zip"
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": spreadsheets.MEDIA_TYPES["xlsx"],
    "json": "application/json",
    "zip": "application/zip",
}


def take_out(project_id: int, *, by: User | None = None) -> Snapshot:
    """Keep the application as it is now; one that says the same as the latest is that one. Without a person, by us."""
    application = queries.load_application(project_id)
    material = build_material(application)
    contents = archive.render_files(material, _attachments(application, material))
    digest = hashlib.sha256(contents[archive.MANIFEST]).hexdigest()
    latest = find_latest(application.project)
    if latest is not None and latest.digest == digest:
        return latest
    snapshot = Snapshot(
        project_id=application.project.id,
        number=latest.number + 1 if latest else 1,
        form_version=application.project.form_version,
        call_version=application.call.version,
        digest=digest,
        taken_by=by,
    )
    for name, content in contents.items():
        content_hash, size = files.store(io.BytesIO(content))
        facts = {"project_id": application.project.id, "content_hash": content_hash, "size": size}
        snapshot.files.append(SnapshotFile(name=name, **facts))
    db.session.add(snapshot)
    db.session.flush()
    audit.record(Action.APPLICATION_KEPT, application.project, by=by, number=snapshot.number)
    return snapshot


def hand_out(project: Project, snapshot: Snapshot, file_format: str, *, by: User | None = None) -> tuple[bytes, str]:
    """Give what was taken out as a file with its name, the same bytes every time, and record who had it."""
    if file_format not in MEDIA_TYPES:
        raise NotFoundError
    material = read_material(snapshot)
    if file_format == ZIP:
        content = write_zip({row.name: read_file(row) for row in snapshot.files}, material.created_on)
    else:
        content = next(read_file(row) for row in snapshot.files if row.name == FORMATS[file_format])
    slug = swedish.slug(material.project_name) or "ansokan"
    file_name = f"{slug}-{snapshot.number}-{material.created_on}.{file_format}"
    audit.record(
        Action.APPLICATION_EXPORTED, project, by=by, file_name=file_name, size=len(content), number=snapshot.number
    )
    return content, file_name


def export_application(project_id: int, file_format: str, *, by: User | None = None) -> tuple[bytes, str]:
    """Give the application as it is now as a file with its name, and keep it; for the command line."""
    if file_format not in MEDIA_TYPES:
        raise NotFoundError
    snapshot = take_out(project_id, by=by)
    return hand_out(queries.get_project(project_id), snapshot, file_format, by=by)


def _attachments(application: Application, material: Material) -> dict[str, bytes]:
    """Give the attachments that the call names, by the names that the export has for them."""
    there = {row.kind: row for row in application.attachments}
    found: dict[str, bytes] = {}
    for wanted, shown in zip(application.call.attachments, material.attachments, strict=True):
        if wanted["id"] in there:
            name = files.safe_name(shown.file_name)
            # Two papers may have the same name; the kind tells them apart.
            kept = f"{wanted['id']}-{name}" if name in found else name
            found[kept] = files.path_of(there[wanted["id"]].content_hash).read_bytes()
    return found
