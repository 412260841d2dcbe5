"""Tells, once, the owners of two planned visits that meet: same company, same month, an agreement between them."""

import logging

from sqlalchemy.exc import IntegrityError

from broker import access, audit, database
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.actions import Action
from broker.companies import queries as companies
from broker.extensions import db
from broker.traces import letters, queries
from broker.traces.models import UntoldVisit, VisitNotice

_logger = logging.getLogger(__name__)


def tell_of_shared_visits() -> None:
    """Write to every owner who does not know yet; the upkeep calls it every minute."""
    with database.writing(False):
        untold = queries.list_untold_visits()
        db.session.rollback()
    for visit in untold:
        with database.writing(), access.acting_in(visit.organisation_id):
            try:
                _tell(visit)
                db.session.commit()
            except IntegrityError:
                # Another process has told of it in the same moment.
                db.session.rollback()
            except Exception:
                # One letter that cannot be written must not keep the others waiting; it is tried again next time.
                _logger.exception("no letter about visit %s", visit.task_id)
                db.session.rollback()


def _tell(visit: UntoldVisit) -> None:
    task = companies.get_task(visit.task_id)
    about = {"task_id": visit.task_id, "other_task_id": visit.other_task_id, "month": visit.other.month}
    db.session.add(VisitNotice(**about, owner_id=task.owner_id))
    db.session.flush()
    audit.record(Action.SHARED_VISIT_TOLD, task, by=None, organisation=visit.other.organisation_name)
    if task.company and accounts.may(task.owner_id, visit.organisation_id, Permission.READ):
        letters.tell_of_shared_visit(task.owner, task.company, visit.other)
