"""The page that is shown without net, with nobody in it, and the worker that keeps it; both change with a release."""

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from flask import current_app, render_template, url_for
from flask_babel import gettext as _

from broker.formatting import in_language
from broker.offline.forms import ShellForm
from broker.pages import asset

LANGUAGES = ("sv", "en")
_FILES = (
    "favicon.svg",
    "vendor/bootstrap-broker.css",
    "vendor/icons.svg",
    "app.css",
    "waiting-store.js",
    "waiting.js",
    "unsaved.js",
    "offline.js",
)
# The stylesheets ask for it by its plain name.
_FONT = "vendor/source-sans-3-latin.woff2"
_ICON_SIZES = (192, 512)


@cache
def page(language: str) -> str:
    """Give the page in a language: the same for everybody, so that any device may keep it."""
    with in_language(language):
        form = ShellForm(formdata=None, data={"happened_on": None})
        return render_template("offline/shell.html", form=form, language=language)


@cache
def worker() -> str:
    """Give the script that keeps the page and its files, with what it needs to know written first."""
    script = _static("service-worker.js").read_text(encoding="utf-8")
    pages = {language: url_for("offline.show_shell", sprak=language) for language in LANGUAGES}
    files = [*(asset(name) for name in _FILES), url_for("static", filename=_FONT)]
    contents = "".join([script, *(page(language) for language in LANGUAGES), *files])
    known = {
        "version": hashlib.sha256(contents.encode()).hexdigest()[:12],
        "page": url_for("offline.show_shell"),
        "pages": pages,
        "files": files,
        "find": url_for("companies.log_interaction"),
        "contact": _pattern_of_contact(),
    }
    return f"const SHELL = {json.dumps(known)};\nimportScripts({json.dumps(asset('waiting-store.js'))});\n{script}"


def manifest() -> dict[str, Any]:
    """Give what a device needs to put the product among its own programs."""
    icons = [
        {"src": asset(f"icons/{name}-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, purpose in (("icon", "any"), ("maskable", "maskable"))
        for size in _ICON_SIZES
    ]
    shortcuts = [
        {"name": _("Logga kontakt"), "url": url_for("companies.log_interaction")},
        {"name": _("Logga utan nät"), "url": url_for("offline.show_shell")},
    ]
    return {
        "id": "/",
        "name": "Broker",
        "short_name": "Broker",
        "description": _("Logga kontakter med företag, också utan nät."),
        "lang": "sv",
        "dir": "ltr",
        "start_url": url_for("home.index"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f6f8",
        "theme_color": "#0b5394",
        "icons": icons,
        "shortcuts": shortcuts,
    }


def _pattern_of_contact() -> str:
    address = url_for("companies.log_interaction_with", company_id=0)
    return f"^{re.escape(address).replace('/0/', '/[0-9]+/')}$"


def _static(name: str) -> Path:
    return Path(current_app.static_folder or "") / name
