"""Hands out stored files, always as downloads: a browser never shows what somebody has uploaded."""

from flask import Response, send_file

from broker import files


def send_stored(content_hash: str, file_name: str | None) -> Response:
    """Give a stored file under the name that people know it by; it is never kept on the way."""
    return send_file(
        files.path_of(content_hash),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=file_name,
        max_age=0,
    )
