"""ZIP files whose bytes depend on their content and date alone."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date


def write_zip(files: Mapping[str, bytes], written_on: date) -> bytes:
    """Give a ZIP with the files in the given order, all dated the same day."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, (written_on.year, written_on.month, written_on.day, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            package.writestr(member, content)
    return buffer.getvalue()


def restamp_zip(content: bytes, written_on: date) -> bytes:
    """Give the same ZIP with all its members dated the same day."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return write_zip({name: package.read(name) for name in package.namelist()}, written_on)
