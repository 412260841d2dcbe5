"""The letters that an application has sent to its folder."""

import email
import re
from email.policy import default
from pathlib import Path


def read_invitation(app):
    """Give the address in the latest letter that invites somebody."""
    return read_link(app, "inbjudan")


def read_link(app, page):
    """Give the address that leads to this page in the latest letter."""
    folder = Path(app.config["MAIL_URL"].removeprefix("folder:"))
    latest = max(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    letter = email.message_from_bytes(latest.read_bytes(), policy=default)
    return re.search(rf"http://localhost(/{page}/\S+)", letter.get_content())[1]
