"""The start page, Idag, and the menu."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import ScalarSelect

from broker import clock
from broker.access import Permission, can, signed_in
from broker.companies import queries as companies
from broker.companies.queries import InteractionFilter
from broker.companies.steps import list_not_met
from broker.esf.calls import queries as calls
from broker.esf.calls.countdown import call_rules
from broker.esf.writing import queries as writing
from broker.incoming import queries as incoming
from broker.leads import queries as leads
from broker.needs import queries as needs
from broker.needs.confirmations import queries as confirmations
from broker.needs.inquiries import queries as inquiries
from broker.needs.joint import queries as joint
from broker.needs.scores import queries as scores
from broker.procurement import queries as procurement
from broker.procurement.frameworks import queries as frameworks
from broker.providers import queries as providers
from broker.providers.applying import queries as applying
from broker.reference import queries as reference
from broker.reference.models import DocumentKind

blueprint = Blueprint("home", __name__)

_AHEAD_DAYS = 14
_WARNING_DAYS = 30
_NOT_MET_DAYS = 365
# Parts of the product that have no line of their own in the menu, and whose line is theirs.
_UNDER = {
    "analyses": "needs",
    "hearings": "providers",
    "offerings": "providers",
    "scores": "providers",
    "applications": "providers",
    "provider_people": "providers",
    "offering_lists": "providers",
    "purchase_board": "procurement",
    "purchase_value": "procurement",
    "cohorts": "needs",
    "confirmations": "needs",
    "courses": "needs",
    "evaluations": "needs",
    "drafts": "needs",
    "frameworks": "procurement",
    "inquiries": "needs",
    "joint": "needs",
    "need_offers": "needs",
    "noted": "needs",
    "sums": "needs",
    "asking": "needs",
    "topics": "needs",
    "imports": "companies",
    "incoming": "home",
    "meetings": "home",
    "merging": "companies",
    "reminders": "home",
    "tips": "leads",
    "extracts": "accounts",
    "retention": "accounts",
    "second_factor": "accounts",
    "tip_page": "accounts",
    "traces": "accounts",
    "saved_views": "companies",
    "snapshots": "esf",
    "readiness": "esf",
    "grants": "esf",
    "outcomes": "esf",
    "results": "esf",
}


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
        ("companies.index", _("Företag"), "building", Permission.READ),
        ("leads.index", _("Leads"), "send", Permission.READ),
        ("needs.index", _("Behov"), "users", Permission.READ),
        ("providers.index", _("Anordnare"), "school", Permission.READ),
        ("procurement.index", _("Inköp"), "shopping-cart", Permission.READ),
        ("esf.index", _("Projekt"), "folder", Permission.READ),
        ("reports.index", _("Rapporter"), "chart-bar", Permission.READ),
        ("accounts.index", _("Administration"), "settings", Permission.ADMINISTER),
        ("accounts.organisations", _("Organisationer"), "settings", Permission.OPERATE),
        ("rules.index", _("Regler"), "settings", Permission.OPERATE),
    ]
    return [
        MenuItem(label, url_for(endpoint), icon, _is_current(endpoint))
        for endpoint, label, icon, permission in lines
        if can(permission)
    ]


def _is_current(endpoint: str) -> bool:
    part = _UNDER.get(request.blueprint or "", request.blueprint)
    # Two lines lead into the accounts, so there the address decides.
    return part == endpoint.split(".", maxsplit=1)[0] and (
        part != "accounts" or request.path.startswith(url_for(endpoint))
    )


@blueprint.get("/")
@signed_in
def index():
    """Show what today asks for; all of it follows from what has been logged."""
    if not can(Permission.READ):
        return render_template("home/nothing.html") if g.acting is None else redirect(url_for("accounts.index"))
    today = clock.today()
    reference.read_ahead(
        DocumentKind.WORKFLOW, DocumentKind.VETTING, DocumentKind.FRAMEWORK_RULES, DocumentKind.CALL_RULES, on=today
    )
    week = InteractionFilter(first=today - timedelta(days=today.weekday()), last=today, user_id=current_user.id)
    waiting = _waiting()
    contacts, clear_needs, unclear_needs, agreements, *counts = needs.count_for_week(
        current_user.id,
        week.first,
        week.last,
        frameworks.running_count(today),
        *(question for _permission, question in waiting.values()),
    )
    told = zip(waiting.items(), counts, strict=True)
    open_calls, corrected = calls.list_open(clock.now())
    return render_template(
        "home/index.html",
        today=today,
        tasks=companies.list_open_tasks(current_user.id, until=today + timedelta(days=_AHEAD_DAYS)),
        leads=leads.list_waiting(),
        deadlines=procurement.list_upcoming_deadlines(today, _WARNING_DAYS),
        framework_days=frameworks.list_upcoming_days(today) if agreements else [],
        to_vet=providers.list_waiting(today),
        calls=open_calls,
        call_rules=call_rules(today),
        corrected=corrected,
        now=clock.now(),
        not_met=list_not_met(today=today, days=_NOT_MET_DAYS),
        contacts_this_week=contacts,
        week=week,
        unsettled=confirmations.list_unsettled(today) if can(Permission.BUNDLE) else [],
        clear_needs=clear_needs,
        unclear_needs=unclear_needs,
        **{name: count if can(permission) else 0 for (name, (permission, _question)), count in told},
    )


def _waiting() -> dict[str, tuple[Permission, ScalarSelect[int]]]:
    """Give what waits by its name on the page: who is told of it, and the question how much it is."""
    return {
        "letters": (Permission.EDIT, incoming.waiting_count(current_user.id)),
        "answers": (Permission.EDIT, inquiries.waiting_count()),
        "asked": (Permission.EDIT, leads.asked_count()),
        "joint_answers": (Permission.BUNDLE, joint.waiting_count()),
        "texts": (Permission.VET, scores.waiting_count()),
        "applications": (Permission.VET, applying.new_count()),
        "mentions": (Permission.READ, writing.mention_count(current_user.id)),
    }
