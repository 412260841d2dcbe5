"""What surrounds every page: Flask's settings, language, headers, the frame; and jobs, files, health, help."""

import hashlib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    g,
    has_request_context,
    redirect,
    render_template,
    request,
    send_from_directory,
    session,
    url_for,
)
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from jinja2 import pass_context
from jinja2.runtime import Context
from markdown import markdown
from markupsafe import Markup
from sqlalchemy import text
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from broker import access, database, files, home, jobs, style_guide
from broker.access import Permission, public, requires
from broker.downloads import send_stored
from broker.errors import NotFoundError
from broker.extensions import db, login
from broker.reference import queries as reference
from broker.swedish import search_key
from config import Settings

blueprint = Blueprint("pages", __name__)

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "manifest-src 'self'; worker-src 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ASSETS_KEPT_FOR = timedelta(days=365)


def flask_settings(settings: Settings) -> dict[str, Any]:
    """Give Flask's own configuration for these settings."""
    return {
        "SECRET_KEY": settings.secret_key or None,
        "BASE_URL": settings.base_url,
        "DEVELOPMENT": settings.is_development,
        "PROXIES": settings.proxies,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": database.engine_options(settings.database_url),
        "PERMANENT_SESSION_LIFETIME": timedelta(days=7),
        "SESSION_COOKIE_NAME": "broker",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": 24 * 3600,
        "SEND_FILE_MAX_AGE_DEFAULT": _ASSETS_KEPT_FOR,
    }


class KeyConverter(IntegerConverter):
    """A row's key in an address: no larger than the databases can hold, so that a larger one is no page."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**63 - 1)


def init_app(app: Flask) -> None:
    """Give every request its language, transaction kind and headers, and every page its frame."""
    app.url_map.converters["int"] = KeyConverter
    if proxies := app.config["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]
    login.login_view = None
    app.before_request(lambda: database.set_writing(request.method not in SAFE_METHODS))
    app.after_request(_add_headers)
    app.context_processor(_frame)
    app.add_template_global(asset)
    app.add_template_global(lambda: g.acting.organisation_id if g.get("acting") else None, "acting_id")
    app.add_template_global(_log_contact_here, "log_contact_here")
    app.add_template_global(access.can, "can")
    app.add_template_global(files_to_choose_again)
    app.add_template_global(list_id)
    app.add_template_global(at_list)
    app.add_template_global(Permission, "Permission")
    app.add_template_filter(reference.municipality_name, "municipality")
    app.add_template_filter(reference.text_of)


def choose_language() -> str:
    """Give the language that the person has chosen; Swedish until then, and outside a request."""
    return session.get("language", "sv") if has_request_context() else "sv"


def files_to_choose_again(field: Any) -> str:
    """Name the files that came with a form that was refused, for no browser can keep them; else give nothing."""
    form = g.get("sent_form")
    if form is None or form.errors == {} or all(field is not row for row in form) or not field.data:
        return ""
    files = field.data if isinstance(field.data, list) else [field.data]
    return ", ".join(file.filename for file in files if getattr(file, "filename", None))


def list_id(caption: str) -> str:
    """Give the id of a list, after its caption so that its next page has the same, and remember it for at_list()."""
    drawn = g.setdefault("list_ids", [])
    named = f"lista-{search_key(str(caption)).replace(' ', '-')}"
    drawn.append(named if named not in drawn else f"{named}-{len(drawn)}")
    return str(drawn[-1])


def at_list(url: str) -> str:
    """Give the address of another page of the list drawn last, opening there unless it names a place itself."""
    drawn = g.get("list_ids")
    return url if not drawn or "#" in url else f"{url}#{drawn[-1]}"


def asset(file_name: str) -> str:
    """Give the address of a static file, with its content's hash so that browsers may keep it for a year."""
    # Every page has more than twenty, of a handful of files: the map of all pages is not asked for each.
    version = _hash_of(current_app.static_folder or "", file_name)
    return f"{request.script_root}{current_app.static_url_path}/{file_name}?v={version}"


@cache
def _hash_of(folder: str, file_name: str) -> str:
    return hashlib.sha256((Path(folder) / file_name).read_bytes()).hexdigest()[:12]


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = "Cookie, HX-Request"
    return response


def _frame() -> dict[str, Any]:
    is_known = current_user.is_authenticated and "permissions" in g
    language = str(get_locale() or "sv")
    other = "en" if language == "sv" else "sv"
    return {
        "navigation": home.navigation() if is_known else [],
        "acting": _acting(),
        "waiting_owner": _waiting_owner(),
        "user_id": current_user.id if current_user.is_authenticated else None,
        "log_contact_url": url_for("companies.log_interaction") if is_known and access.can(Permission.EDIT) else None,
        "search_url": url_for("companies.index") if is_known and access.can(Permission.READ) else None,
        "suggest_url": url_for("companies.suggest"),
        "language": language,
        "other_language": {
            "label": "English" if other == "en" else "Svenska",
            "code": other,
            "url": url_for("accounts.set_language", language=other, next=request.full_path.rstrip("?")),
        },
        "sign_out_url": url_for("accounts.sign_out"),
        "account_url": url_for("accounts.show_account"),
        "help_url": url_for("pages.handbook"),
        "manifest_url": url_for("offline.manifest"),
    }


@pass_context
def _log_contact_here(page: Context) -> str:
    """Give where a contact is logged with the company that a page is about; where it is looked for if there is none."""
    about = [page.get(name) for name in ("interaction", "need", "task")]
    company_id = next((thing.company_id for thing in about if thing), None)
    if company := page.get("company"):
        company_id = company.id
    here = company_id and url_for("companies.log_interaction_with", company_id=company_id)
    # Who is on that form already and asks for it again means another company.
    return here if here and here != request.path else url_for("companies.log_interaction")


def _waiting_owner() -> str | None:
    """Give whom a device may keep contacts for: a person in an organisation, "" for nobody, None if nobody knows."""
    if current_user.is_authenticated and "permissions" not in g:
        # The page of an error that came before anybody looked at whom the person acts for.
        return None
    if not (current_user.is_authenticated and g.get("acting") and access.can(Permission.EDIT)):
        return ""
    return f"{current_user.id}-{g.acting.organisation_id}"


def _acting() -> dict[str, Any] | None:
    acting = g.get("acting")
    return acting and {
        "organisation_name": acting.organisation_name,
        "organisations": acting.organisations,
        "switch_url": url_for("accounts.switch_organisation"),
    }


@blueprint.get("/halsa")
@public
def health():
    """Tell machines whether the installation works."""
    try:
        db.session.execute(text("select 1"))
        waiting = jobs.count_waiting()
    except Exception:
        current_app.logger.exception("health check failed")
        return {
            "status": "error",
            "version": current_app.config["VERSION"],
            "database": "error",
            "jobs": "unknown",
        }, 503
    return {"status": "ok", "version": current_app.config["VERSION"], "database": "ok", "jobs": waiting}


@blueprint.get("/stilguide")
@public
def show_style_guide():
    """Show every component in every state; only while developing."""
    if not current_app.config["DEVELOPMENT"]:
        raise NotFoundError
    return render_template("stilguide.html", **style_guide.examples())


@blueprint.get("/jobb")
@requires(Permission.READ)
def list_jobs():
    """Show the person's jobs."""
    return render_template("jobs/index.html", jobs=jobs.list_jobs(current_user.id))


@blueprint.get("/jobb/<int:job_id>")
@requires(Permission.READ)
def show_job(job_id):
    """Show how far a job has come, or its result."""
    job = jobs.get_own_job(job_id, current_user.id)
    return render_template("jobs/show.html", job=job)


@blueprint.post("/jobb/<int:job_id>/avbryt")
@requires(Permission.READ)
def cancel_job(job_id):
    """Ask a job to stop."""
    jobs.cancel(jobs.get_own_job(job_id, current_user.id))
    db.session.commit()
    flash(_("Jobbet avbryts så snart det går."), "success")
    return redirect(url_for("pages.show_job", job_id=job_id))


@blueprint.get("/filer/<int:attachment_id>")
@requires(Permission.READ)
def download(attachment_id):
    """Hand out a file of the organisation, always as a download."""
    attachment = files.get_attachment(attachment_id)
    if attachment.kind == files.UPLOAD:
        raise NotFoundError
    return send_stored(attachment.content_hash, attachment.file_name)


@blueprint.get("/hjalp")
@public
def handbook():
    """Lead to the first chapter of the handbook."""
    return redirect(url_for("pages.handbook_chapter", name=_chapters()[0][0]))


@blueprint.get("/hjalp/<string:name>")
@public
def handbook_chapter(name):
    """Show a chapter of the handbook."""
    return _handbook_page(name)


@blueprint.get("/hjalp/bilder/<string:file_name>")
@public
def handbook_picture(file_name):
    """Hand out a picture of the handbook."""
    return send_from_directory(_handbook_folder() / "bilder", file_name)


def _handbook_page(name: str) -> str:
    chapters = dict(_chapters())
    if name not in chapters:
        raise NotFoundError
    return render_template(
        "handbook.html", title=chapters[name], name=name, chapters=chapters, text=_chapter_text(name)
    )


def _handbook_folder() -> Path:
    packaged = Path(__file__).parent / "handbook"
    return packaged if packaged.exists() else Path(__file__).parent.parent / "docs" / "handbok"


@cache
def _chapters() -> tuple[tuple[str, str], ...]:
    """Give the chapters in order: file names begin with a number, the heading is the first line."""
    found = sorted(_handbook_folder().glob("[0-9]*.md"))
    return tuple((path.stem, path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")) for path in found)


@cache
def _chapter_text(name: str) -> Markup:
    _heading, _line, body = (_handbook_folder() / f"{name}.md").read_text(encoding="utf-8").partition("\n")
    # The handbook is ours and comes with the product, so its markup is trusted.
    return Markup(markdown(body, extensions=["tables"]))  # noqa: S704
