"""All formats of an application in one ZIP, with the attachments and a manifest that lists their sizes and hashes."""

import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType

from broker.esf.exports import docx, pdf, plain, xlsx
from broker.esf.exports.material import Material, cleaned
from broker.esf.exports.zipped import write_zip

_FORMATS = {
    "ansokan.docx": docx.render,
    "ansokan.pdf": pdf.render,
    "budget.xlsx": xlsx.render,
    "ansokan.json": plain.render,
}


def render(material: Material, attachments: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """Give the ZIP with these attachments by their names; the same material gives the same bytes."""
    files = {name: render_format(material) for name, render_format in _FORMATS.items()}
    files |= {f"bilagor/{name}": content for name, content in attachments.items()}
    files["manifest.json"] = _manifest(cleaned(material), files)
    return write_zip(files, material.created_on)


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
