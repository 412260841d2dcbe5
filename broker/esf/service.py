"""What people do to calls and projects: add a call, start a project, change it, let an organisation in."""

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _

from broker import access, audit, clock
from broker.accounts.models import Organisation, User
from broker.actions import Action
from broker.errors import NotAllowedError, RefusedError
from broker.esf import queries
from broker.esf.kinds import OWNER, Sector
from broker.esf.models import Actor, Call, Project, ProjectMember
from broker.extensions import Base, db
from broker.formatting import day


class DuplicateCallError(RefusedError):
    """The list has this version of the call already."""


class NoGroundError(RefusedError):
    """What companies have told would be seen by another organisation without a recorded ground."""


class OutsideCallError(RefusedError):
    """The project's days do not fit in the call's window; says which of them, by the name of its field."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def add_call(*, diary_no: str, version: str, closes_on: date, closing_time: time, by: User, **facts: Any) -> Call:
    """Add one version of a call as it was read; refuses one that is there and days in the wrong order.

    The facts are the other columns of a call by name.
    """
    if queries.find_call(diary_no, version) is not None:
        raise DuplicateCallError(
            _("Utlysningen finns redan i den versionen. Ange en ny version om texten har ändrats.")
        )
    call = Call(
        diary_no=diary_no,
        version=version,
        closes_at=datetime.combine(closes_on, closing_time, tzinfo=clock.SWEDEN),
        **facts,
    )
    refuse_wrong_days(call)
    db.session.add(call)
    audit.record(Action.CALL_ADDED, call, by=by, diary_no=diary_no, version=version, title=call.title)
    return call


def refuse_wrong_days(call: Call) -> None:
    """Refuse a call whose days are not in their order."""
    closes_on = clock.in_sweden(call.closes_at).date()
    if not call.opens_on <= closes_on or not call.earliest_start <= call.latest_start < call.latest_end:
        raise RefusedError(_("Ange dagarna i ordning: öppnar, stänger, första start, sista start, sista slut."))


def start_project(call: Call, owner: Organisation, *, name: str, starts_on: date, ends_on: date, by: User) -> Project:
    """Start a project of the organisation in scope; refuses days outside the call's window."""
    if owner.id != access.organisation_in_scope():
        raise NotAllowedError
    _check_window(call, starts_on, ends_on)
    project = Project(
        owner_id=owner.id,
        owner=owner,
        call_id=call.id,
        call=call,
        form_version=queries.current_form(clock.today())["version"],
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        started_by_id=by.id,
    )
    db.session.add(project)
    db.session.flush()
    # Everything else in the project may be written only by members, so the owner becomes one first.
    db.session.add(ProjectMember(project_id=project.id, organisation_id=owner.id))
    db.session.flush()
    db.session.add(_owner_actor(project, owner))
    audit.record(Action.PROJECT_STARTED, project, by=by, name=name, diary_no=call.diary_no)
    return project


def edit_project(project: Project, values: dict[str, Any], *, by: User) -> None:
    """Change the facts of a project; refuses to save days outside the call's window.

    The history tells that somebody else is named in it, and not who: nothing can be taken out of the history.
    """
    if "starts_on" in values or "ends_on" in values:
        _check_window(project.call, values.get("starts_on", project.starts_on), values.get("ends_on", project.ends_on))
    save_row(project, project, values, action=Action.PROJECT_EDITED, unsaid=("signatory", "contact"), by=by)


def add_member(project: Project, organisation: Organisation, *, ground_note: str | None = None, by: User) -> None:
    """Let another organisation into the project; only its owner may.

    It then sees what companies have told others: where needs are in the project already the ground for that is
    recorded, since what was written when they came in did not speak of it (OSL 10 kap. 1 § or another one).
    """
    if not queries.owns(project):
        raise NotAllowedError(_("Be projektägaren att lägga till organisationen."))
    if queries.is_member(project, organisation.id):
        raise RefusedError(_("%(name)s är redan med i projektet.", name=organisation.name))
    if not ground_note and queries.list_contributions(project):
        raise NoGroundError(_("Skriv på vilken grund organisationen får se behoven som redan är med."))
    db.session.add(ProjectMember(project_id=project.id, organisation_id=organisation.id))
    audit.record(Action.PROJECT_EDITED, project, by=by, member=organisation.name, ground_note=ground_note)


def save_row(
    project: Project,
    row: Base,
    values: dict[str, Any],
    *,
    action: Action,
    unsaid: Collection[str] = (),
    by: User,
    **facts: Any,
) -> bool:
    """Put values on a row of a project, new or old, and record what they changed; of the unsaid only that they did.

    Tells whether they changed anything.
    """
    changes = audit.changes(row, values)
    if not changes:
        return False
    for name, value in values.items():
        setattr(row, name, value)
    db.session.add(row)
    if fields := [name for name in changes if name in unsaid]:
        facts |= {"fields": fields}
    told = {name: change for name, change in changes.items() if name not in unsaid}
    audit.record(action, project, by=by, changes=told, **facts)
    return True


def _check_window(call: Call, starts_on: date, ends_on: date) -> None:
    if not call.earliest_start <= starts_on <= call.latest_start:
        first, last = day(call.earliest_start), day(call.latest_start)
        sentence = _("Ange en start från %(first)s till %(last)s, som utlysningen kräver.", first=first, last=last)
        raise OutsideCallError("starts_on", sentence)
    if not starts_on < ends_on <= call.latest_end:
        sentence = _("Ange ett slut efter starten och senast %(last)s.", last=day(call.latest_end))
        raise OutsideCallError("ends_on", sentence)


def _owner_actor(project: Project, owner: Organisation) -> Actor:
    codes = owner.municipality_codes
    return Actor(
        project_id=project.id,
        role=OWNER,
        name=owner.name,
        organisation_number=owner.organisation_number,
        sector=Sector.PUBLIC,
        municipality_code=codes[0] if len(codes) == 1 else None,
        is_beneficiary=True,
    )
