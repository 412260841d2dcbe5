"""Letters about calls, in Swedish: one has been corrected, or closes in a few hours; a letter travels open."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from broker import access, clock, mail
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.esf.calls.models import CallLetter
from broker.esf.models import Call, Project, ProjectMember
from broker.extensions import db
from broker.formatting import in_swedish, moment
from broker.reminders.models import ReminderChoice


def tell_of_correction(call: Call) -> None:
    """Write to the people of every member of a project that follows an earlier version, if they want letters.

    It reads past the organisation in scope: who corrects a public text need not be in any of the projects. Only the
    letters leave this function, and each names one project to somebody who is in it.
    """
    with access.every_organisation():
        following = select(Project).join(Project.call).where(Call.diary_no == call.diary_no, Call.id < call.id)
        for project in db.session.scalars(following.order_by(Project.id)).all():
            for user in _readers(project.id, ReminderChoice.mails_corrections):
                _write_correction(user, project, call)


def write_urgent(project: Project, kind: str, due_at: datetime) -> None:
    """Write once to everybody who works with a project that its call closes in a few hours."""
    for user, organisation_id in _readers(project.id, ReminderChoice.is_mailed).items():
        key = {"organisation_id": organisation_id, "project_id": project.id, "user_id": user.id}
        query = select(CallLetter.id).filter_by(**key, kind=kind, due_at=due_at)
        if db.session.scalar(query) is None:
            db.session.add(CallLetter(**key, kind=kind, due_at=due_at))
            _write_urgent(user, project, due_at)


def _readers(project_id: int, is_wanted: InstrumentedAttribute[bool]) -> dict[User, int]:
    """Give who of the member organisations works with projects and wants the letter, each with one organisation."""
    query = (
        select(User, ReminderChoice.organisation_id)
        .join(ReminderChoice, ReminderChoice.user_id == User.id)
        .join(ProjectMember, ProjectMember.organisation_id == ReminderChoice.organisation_id)
        .where(ProjectMember.project_id == project_id, is_wanted)
        .order_by(ReminderChoice.organisation_id, User.id)
    )
    found: dict[User, int] = {}
    for user, organisation_id in db.session.execute(query).all():
        if user not in found and accounts.may(user.id, organisation_id, Permission.PROJECT):
            found[user] = organisation_id
    return found


@in_swedish()
def _write_correction(user: User, project: Project, call: Call) -> None:
    body = _(
        "Utlysningen %(call)s (%(number)s) har rättats och finns nu i version %(version)s. Projektet %(project)s "
        "följer en tidigare version.\n\nLäs vad som har ändrats och vad det betyder för projektet:\n%(link)s\n\n"
        "Projektägaren flyttar projektet till den nya versionen. Ingenting flyttas av sig självt.\n",
        call=call.title,
        number=call.diary_no,
        version=call.version,
        project=project.name,
        link=mail.link_to("esf.preview_move", project_id=project.id),
    )
    mail.write(user.email, _("Utlysningen har rättats: %(project)s", project=project.name), body)


@in_swedish()
def _write_urgent(user: User, project: Project, closes_at: datetime) -> None:
    closes = moment(closes_at)
    body = _(
        "Ansökan %(project)s ska vara inne i Projektrummet+ senast %(closes)s, med alla bilagor. "
        "Inget kan läggas till efteråt.\n\nVad som återstår:\n%(link)s\n",
        project=project.name,
        closes=closes,
        link=mail.link_to("esf.checks", project_id=project.id),
    )
    time = f"{clock.in_sweden(closes_at):%H:%M}"
    mail.write(user.email, _("Stänger klockan %(time)s: %(project)s", time=time, project=project.name), body)
