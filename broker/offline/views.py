"""What a device fetches to work without net: the page, the worker, the manifest, and what it may know of the person."""

import base64

from flask import Blueprint, Response, current_app, g, request, url_for
from flask_babel import get_locale
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from broker.access import Permission, public, requires
from broker.accounts.queries import IDLE
from broker.offline import queries, shell

blueprint = Blueprint("offline", __name__, template_folder="templates")


@blueprint.get("/utan-nat")
@public
def show_shell():
    """Show the page for logging without net; it holds nothing about anybody."""
    language = request.args.get("sprak") or str(get_locale())
    return shell.page(language if language in shell.LANGUAGES else shell.LANGUAGES[0])


@blueprint.get("/service-worker.js")
@public
def service_worker():
    """Give the worker that keeps the page; browsers look for a newer one now and then."""
    return Response(shell.worker(), mimetype="text/javascript")


@blueprint.get("/manifest.webmanifest")
@public
def manifest():
    """Give what a device needs to put the product among its own programs."""
    return current_app.json.response(shell.manifest()), 200, {"Content-Type": "application/manifest+json"}


@blueprint.get("/utan-nat/person")
@requires(Permission.EDIT)
def person():
    """Give what the device may keep while this person is signed in, and what it takes to send now."""
    organisation_id = g.acting.organisation_id
    key = queries.sealing_key(
        current_app.config["SECRET_KEY"], user_id=current_user.id, organisation_id=organisation_id
    )
    return {
        "owner": f"{current_user.id}-{organisation_id}",
        "acting": str(organisation_id),
        "organisation": g.acting.organisation_name,
        "idle_seconds": int(IDLE.total_seconds()),
        "key": base64.b64encode(key).decode(),
        "csrf_token": generate_csrf(),
        "companies": [
            {"label": company.label, "url": url_for("companies.log_interaction_with", company_id=company.company_id)}
            for company in queries.list_known_companies(current_user.id)
        ],
    }
