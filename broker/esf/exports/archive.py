"""All formats of an application with the attachments and a manifest that lists their sizes and hashes."""

import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType

from broker.esf.exports import docx, pdf, plain, schema, xlsx
from broker.esf.exports.material import Material, cleaned

MATERIAL, MANIFEST = "ansokan.json", "manifest.json"
_FORMATS = {
    "ansokan.docx": docx.render,
    "ansokan.pdf": pdf.render,
    "budget.xlsx": xlsx.render,
    MATERIAL: plain.render,
}


def render_files(material: Material, attachments: Mapping[str, bytes] = MappingProxyType({})) -> dict[str, bytes]:
    """Give every file with these attachments by their names; the same material gives the same bytes."""
    files = {name: render_format(material) for name, render_format in _FORMATS.items()}
    files[schema.FILE_NAME] = schema.render()
    files |= {f"bilagor/{name}": content for name, content in attachments.items()}
    files[MANIFEST] = _manifest(cleaned(material), files)
    return files


def _manifest(material: Material, files: dict[str, bytes]) -> bytes:
    listing = {
        "notice": material.notice,
        "project_name": material.project_name,
        "template_name": material.template_name,
        "template_version": material.template_version,
        "created_on": material.created_on.isoformat(),
        "files": [
            {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files.items()
        ],
    }
    return f"{json.dumps(listing, sort_keys=True, ensure_ascii=False, indent=2)}\n".encode()
