"""The page that a footnote opens: exactly the rows that a figure comes from."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from broker.access import Permission, can, requires
from broker.errors import NotFoundError
from broker.esf import queries
from broker.esf.blueprint import blueprint, project_page
from broker.esf.chain import queries as chain
from broker.esf.kinds import Page
from broker.esf.models import Project
from broker.formatting import day, kronor, number, yes_no

_KINDS: dict[str, tuple[Any, Any, Any, Callable[[Project], list[Any]]]] = {
    "behov": (
        _l("Behov bakom uppgiften"),
        Page.ACTORS,
        (_l("Kompetensområde"), _l("Kommun"), _l("Kvinnor"), _l("Män"), _l("Kön okänt"), _l("Kontakt"), _l("Från")),
        queries.list_contributions,
    ),
    "ataganden": (
        _l("Åtaganden bakom uppgiften"),
        Page.STATE_AID,
        (_l("Undertecknat"), _l("Kvinnor"), _l("Män"), _l("Timmar"), _l("Anställda")),
        queries.list_commitments,
    ),
    "aktorer": (
        _l("Aktörer bakom uppgiften"),
        Page.ACTORS,
        (_l("Roll"), _l("Kommun"), _l("Varför")),
        queries.list_actors,
    ),
    "mal": (
        _l("Mål bakom uppgiften"),
        Page.GOALS,
        (_l("Delmål"), _l("Målvärde"), _l("Senast")),
        chain.list_goals,
    ),
    "aktiviteter": (
        _l("Aktiviteter bakom uppgiften"),
        Page.ACTIVITIES,
        (_l("Timmar"), _l("Plats"), _l("Start"), _l("Slut")),
        chain.list_activities,
    ),
    "kostnader": (
        _l("Kostnader bakom uppgiften"),
        Page.BUDGET,
        (_l("Timmar"), _l("Personer"), _l("Belopp")),
        lambda project: [row for actor in queries.list_actors(project) for row in actor.budget_rows],
    ),
}


@blueprint.get("/projekt/<int:project_id>/underlag/<string:kind>")
@requires(Permission.READ)
def show_rows(project_id: int, kind: str) -> ResponseReturnValue:
    """Show the rows that a footnote names, by their keys in the address; what is no longer here is counted."""
    project = queries.get_project(project_id)
    if kind not in _KINDS:
        raise NotFoundError
    title, page, headings, list_rows = _KINDS[kind]
    wanted = set(request.args.getlist("rad", type=int))
    found = [row for row in list_rows(project) if row.id in wanted]
    return project_page(
        "show_rows",
        project,
        title=str(title),
        page=page,
        headings=[str(heading) for heading in headings],
        rows=[_shown(kind, project, row) for row in found],
        gone=len(wanted) - len(found),
    )


def _shown(kind: str, project: Project, row: Any) -> dict[str, Any]:
    """Give a row as its name, where it is changed, and its cells."""
    match kind:
        case "behov":
            name, cells = row.company.name, [row.topic_label, row.municipality_name, row.women, row.men]
            cells += [row.unknown_sex, day(row.contacted_on), row.contributed_by.name]
            where = "edit_contribution", {"contribution_id": row.id}
        case "ataganden":
            name = row.company.name
            cells = [day(row.signed_on) or yes_no(False), row.women, row.men, number(row.hours), number(row.staff)]
            where = "edit_commitment", {"commitment_id": row.id}
        case "aktorer":
            form = queries.get_form(project.form_version)
            roles = {role["id"]: role["title_sv"] for role in form["actors"]["roles"]}
            name, cells = row.name, [roles.get(row.role, row.role), row.municipality_name, row.reason]
            where = "edit_actor", {"actor_id": row.id}
        case "mal":
            rows = row.milestones
            name, cells = row.text, [_lines(one.indicator for one in rows), _lines(one.target for one in rows)]
            cells.append(_lines(day(one.due_on) for one in rows))
            where = "edit_goal", {"goal_id": row.id}
        case "aktiviteter":
            name, cells = row.title, [number(row.hours), row.place, day(row.starts_on), day(row.ends_on)]
            where = "edit_activity", {"activity_id": row.id}
        case _:
            name, cells = row.title, [number(row.hours), number(row.persons), kronor(row.amount_kr)]
            where = "edit_budget_row", {"row_id": row.id}
    endpoint, keys = where
    url = url_for(f"esf.{endpoint}", project_id=project.id, **keys) if can(Permission.PROJECT) else ""
    return {"name": name, "url": url, "cells": ["–" if cell in (None, "") else cell for cell in cells]}


def _lines(texts: Iterable[str | None]) -> str:
    return "; ".join(text for text in texts if text)
