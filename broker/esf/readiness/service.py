"""What people do: say that an application is ready to be handed in, or that it no longer is."""

from flask_babel import gettext as _
from flask_babel import ngettext

from broker import audit, clock, database
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.esf import checks
from broker.esf import queries as esf
from broker.esf.models import Project
from broker.esf.readiness.models import ReadyMark
from broker.esf.readiness.queries import find_mark, readiness_of
from broker.esf.snapshots import service as snapshots
from broker.extensions import db


def mark_ready(project_id: int, *, by: User) -> ReadyMark:
    """Mark an application as ready and keep what it says; refuses one that a check still stops, or that is marked."""
    # Two who press at once must not both make a mark.
    database.hold(Project.id, project_id)
    application = esf.load_application(project_id)
    if find_mark(application.project) is not None:
        raise RefusedError(_("Ansökan är redan märkt som färdig."))
    stops = readiness_of(checks.check_application(application)).stops
    if stops:
        raise RefusedError(
            ngettext(
                "%(num)s kontroll hindrar. Åtgärda den först.",
                "%(num)s kontroller hindrar. Åtgärda dem först.",
                len(stops),
            )
        )
    mark = ReadyMark(project_id=project_id, snapshot=snapshots.take_out(project_id, by=by), marked_by=by)
    db.session.add(mark)
    audit.record(Action.APPLICATION_READY, application.project, by=by, number=mark.snapshot.number)
    return mark


def withdraw(project: Project, *, by: User) -> None:
    """Take the mark away, so that people see that something is still to be done; refuses where there is none."""
    mark = find_mark(project)
    if mark is None:
        raise RefusedError(_("Ansökan är inte märkt som färdig."))
    mark.withdrawn_by_id, mark.withdrawn_at = by.id, clock.now()
    audit.record(Action.APPLICATION_NOT_READY, project, by=by, number=mark.snapshot.number)
