"""The start page, Idag, and the menu."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from broker.access import Permission, can, signed_in

blueprint = Blueprint("home", __name__)


@dataclass(frozen=True)
class MenuItem:
    """One line of the menu."""

    label: str
    url: str
    icon: str
    is_current: bool


def navigation() -> list[MenuItem]:
    """Give the lines of the menu that the person may open."""
    lines = [
        ("home.index", _("Idag"), "calendar", Permission.READ),
        ("accounts.index", _("Administration"), "settings", Permission.ADMINISTER),
        ("accounts.organisations", _("Organisationer"), "settings", Permission.OPERATE),
    ]
    return [
        MenuItem(label, url_for(endpoint), icon, request.blueprint == endpoint.split(".")[0])
        for endpoint, label, icon, permission in lines
        if can(permission)
    ]


@blueprint.get("/")
@signed_in
def index():
    """Show what today asks for."""
    return render_template("home/index.html")
