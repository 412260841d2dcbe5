"""Tells, once, the owners of two planned visits that meet: same company, same month, an agreement between them."""

from broker import audit, database
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.actions import Action
from broker.companies import queries as companies
from broker.traces import letters, queries
from broker.traces.models import UntoldVisit, VisitNotice
from broker.upkeep import do_each


def tell_of_shared_visits() -> None:
    """Write to every owner who does not know yet; the upkeep calls it every minute."""
    do_each(lambda: [(visit.organisation_id, visit.task_id, visit) for visit in queries.list_untold_visits()], _tell)


def _tell(task_id: int, visit: UntoldVisit) -> None:
    task = companies.get_task(task_id)
    about = {"task_id": task.id, "other_task_id": visit.other_task_id, "month": visit.other.month}
    notice = {"organisation_id": visit.organisation_id, "owner_id": task.owner_id, **about}
    if not database.insert_unless_there(VisitNotice, **notice):
        # Another process has told of it in the same moment.
        return
    audit.record(Action.SHARED_VISIT_TOLD, task, by=None, organisation=visit.other.organisation_name)
    if task.company and accounts.may(task.owner_id, visit.organisation_id, Permission.READ):
        letters.tell_of_shared_visit(task.owner, task.company, visit.other)
