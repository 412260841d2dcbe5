"""The pages of a project in the groups that a person meets them in, and what each is called."""

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from broker.access import Permission, can
from broker.esf.models import Project

# Each group with its pages: the word that a page calls itself by, its view, and what it is called.
_GROUPS: tuple[tuple[Any, tuple[tuple[str, str, Any], ...]], ...] = (
    (_l("Ansökan"), (("show", "esf.show", _l("Översikt")), ("history", "esf.history", _l("Historik")))),
    (
        _l("Plan"),
        (
            ("goals", "esf.goals", _l("Orsaker och mål")),
            ("activities", "esf.activities", _l("Aktiviteter")),
            ("steering", "esf.steering", _l("Styrning och risker")),
        ),
    ),
    (
        _l("Aktörer"),
        (
            ("actors", "esf.actors", _l("Aktörer och behov")),
            ("commitments", "esf.commitments", _l("Åtaganden")),
            ("state_aid", "esf.state_aid", _l("Statsstöd")),
        ),
    ),
    (_l("Budget"), (("budget", "esf.budget", _l("Budget")),)),
    (
        _l("Lämna in"),
        (
            ("checks", "esf.checks", _l("Kontroller")),
            ("attachments", "esf.attachments", _l("Bilagor")),
            ("preview_export", "snapshots.index", _l("Export")),
        ),
    ),
    (
        _l("Genomförande"),
        (
            ("outcomes", "outcomes.show", _l("Läget")),
            ("months", "outcomes.months", _l("Månader")),
            ("targets", "outcomes.targets", _l("Måluppfyllelse")),
            ("deviations", "grants.list_deviations", _l("Avvikelser och ändringar")),
            ("evidence", "grants.evidence", _l("Underlag")),
            ("reports", "outcomes.reports", _l("Rapporter")),
            ("funder", "outcomes.show_for_funder", _l("För finansiären")),
            ("politicians", "outcomes.show_for_politicians", _l("För förtroendevalda")),
        ),
    ),
)
# Pages that only those see who may take things out of a project.
_OF_EXPORT = frozenset({"preview_export", "reports"})


def tabs_of(project: Project, current: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give the groups as tabs, and the pages of the open one unless it has one page only."""
    groups: list[dict[str, Any]] = []
    opened: list[dict[str, Any]] = []
    for label, pages in _GROUPS:
        tabs = [
            {"label": name, "url": url_for(view, project_id=project.id), "is_current": key == current}
            for key, view, name in pages
            if key not in _OF_EXPORT or can(Permission.EXPORT)
        ]
        is_open = any(tab["is_current"] for tab in tabs)
        groups.append({"label": label, "url": tabs[0]["url"], "is_current": is_open})
        opened = tabs if is_open else opened
    return groups, opened if len(opened) > 1 else []


def name_of(project: Project, address: str) -> Any:
    """Give what the page at an address is called: a tab, the project for its overview, or only the way back."""
    page = address.partition("#")[0].partition("?")[0]
    names = {url_for(view, project_id=project.id): name for _label, pages in _GROUPS for _key, view, name in pages}
    names[url_for("esf.show", project_id=project.id)] = project.name
    return names.get(page, _l("Tillbaka"))
