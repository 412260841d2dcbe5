"""The letters that an application has sent to its folder."""

import email
import re
from email.policy import default
from pathlib import Path


def read_invitation(app):
    """Give the address in the latest letter that invites somebody."""
    return read_link(app, "inbjudan")


def read_link(app, page):
    """Give the address of this page in the latest letter that leads to it."""
    folder = Path(app.config["MAIL_URL"].removeprefix("folder:"))
    letters = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    messages = [email.message_from_bytes(path.read_bytes(), policy=default) for path in letters]
    texts = [message.get_body(("plain",)).get_content() for message in messages]
    return re.findall(rf"http://localhost(/{page}/\S+)", "\n".join(texts))[-1]
