"""The page of all contacts with a company, and the same timeline as the company's first page draws it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker.access import Permission, can, requires
from broker.companies import queries
from broker.companies.blueprint import blueprint
from broker.companies.models import Company, Interaction, InteractionKind, Person, Task
from broker.companies.parts import OthersContact, Part, Place, parts_of
from broker.companies.timeline.forms import TimelineForm
from broker.companies.timeline.queries import (
    Present,
    TimelineFilter,
    TimelinePage,
    list_contacts,
    list_users,
    who_was_there,
)
from broker.formatting import day, month, time_of_day


@dataclass(frozen=True)
class Timeline:
    """What the timeline of a company shows: its filter, the entries that fit, and where the rest is."""

    form: TimelineForm
    sentence: str
    count: int
    entries: list[dict[str, Any]]
    first_url: str | None = None
    next_url: str | None = None
    is_narrowed: bool = False
    # Who comes along to each plan, for the list of what is left to do.
    along: Mapping[int, Mapping[int, str]] = field(default_factory=dict)


@blueprint.get("/foretag/<int:company_id>/kontakter")
@requires(Permission.READ)
def timeline(company_id: int) -> ResponseReturnValue:
    """Show all contacts with a company, narrowed by the filter."""
    company = queries.get_company(company_id)
    people = queries.list_people(company_id, with_protected=can(Permission.SEE_PROTECTED))
    parts = parts_of(company, Place.CONTACTS)
    shown = timeline_of(company, people, queries.list_tasks_of_company(company_id), parts)
    page = render_template("companies/timeline.html", company=company, timeline=shown, parts=parts)
    return page, 422 if shown.form.errors else 200


def timeline_of(company: Company, people: Sequence[Person], tasks: Sequence[Task], parts: Sequence[Part]) -> Timeline:
    """Give the timeline as the address of this request asks for it; a filter that nobody offered narrows nothing."""
    form = TimelineForm(request.args)
    form.offer(list_users(company.id), people, {key: name for part in parts for key, name in part.others.items()})
    is_valid = form.validate()
    chosen = form.chosen() if is_valid else TimelineFilter()
    is_ours = not (chosen.is_planned or chosen.organisation_id)
    before = request.args.get("fore", type=int)
    page = list_contacts(company.id, chosen, before=before) if is_ours else TimelinePage([], 0, None)
    present = who_was_there(page.rows, tasks, with_protected=can(Permission.SEE_PROTECTED))
    if chosen.organisation_id:
        entries = [_entry_of_others(row) for part in parts for row in part.contacts if _fits(row, chosen)]
    elif chosen.is_planned:
        entries = [_entry_of_plan(task, present) for task in tasks if _is_chosen_plan(task, chosen, present)]
    else:
        entries = [_entry_of_contact(row, present) for row in page.rows]
    kept = form.asked() if is_valid else {}
    address = {"endpoint": request.endpoint or "", "company_id": company.id, "_anchor": "kontakter", **kept}
    return Timeline(
        form=form,
        sentence=form.as_sentence() if is_valid else _("Alla kontakter"),
        count=page.count if is_ours else len(entries),
        entries=entries,
        first_url=url_for(**address) if before is not None else None,
        next_url=url_for(**address, fore=page.next_before) if page.next_before else None,
        is_narrowed=not is_valid or chosen != TimelineFilter(),
        along=present.along,
    )


def _fits(row: OthersContact, chosen: TimelineFilter) -> bool:
    # Of what others have done we know neither the day nor who met whom, and nothing that is to come.
    unknown = chosen.is_planned or chosen.user_id or chosen.person_id
    return row.organisation_id == chosen.organisation_id and chosen.kind in (None, row.kind) and not unknown


def _is_chosen_plan(task: Task, chosen: TimelineFilter, present: Present) -> bool:
    ours = {task.owner_id, *present.along.get(task.id, {})}
    is_fitting = chosen.kind in (None, task.kind) and (not chosen.user_id or chosen.user_id in ours)
    return task.kind is not None and is_fitting and not chosen.person_id


def _entry_of_contact(contact: Interaction, present: Present) -> dict[str, Any]:
    met = present.people.get(contact.id, {})
    kind = str(contact.kind.label)
    return {
        "at": day(contact.happened_on),
        "title": _("%(kind)s med %(names)s", kind=kind, names=", ".join(met.values())) if met else kind,
        "text": contact.summary,
        "by": ", ".join([contact.logged_by.name, *present.colleagues.get(contact.id, {}).values()]),
        "url": url_for("companies.show_interaction", interaction_id=contact.id),
        "icon": "phone" if contact.kind is InteractionKind.CALL else "users",
    }


def _entry_of_plan(task: Task, present: Present) -> dict[str, Any]:
    kind = str(task.kind.label) if task.kind else ""
    time = _("kl. %(time)s", time=time_of_day(task.starts_at)) if task.starts_at else ""
    return {
        "at": " ".join(filter(None, [day(task.due_on), time])),
        "title": _("%(kind)s: %(title)s", kind=kind, title=task.title),
        "text": "",
        "by": ", ".join([task.owner.name, *present.along.get(task.id, {}).values()]),
        "url": url_for("companies.edit_task", task_id=task.id) if can(Permission.EDIT) else None,
        "icon": "calendar",
    }


def _entry_of_others(row: OthersContact) -> dict[str, Any]:
    return {
        "at": month(row.month),
        "title": str(row.kind.label),
        "text": "",
        "by": ", ".join(filter(None, [row.organisation_name, row.colleague])),
        "url": None,
        "icon": "users",
    }
