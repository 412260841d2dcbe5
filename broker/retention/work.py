"""Destroys what was decided as a job: in portions, each stored by itself, so that others can write in between."""

from collections.abc import Iterable
from typing import Any

from broker import clock, database, files, jobs
from broker.access import Permission
from broker.accounts.models import User
from broker.extensions import db
from broker.jobs import Job, Progress
from broker.retention import queries, service
from broker.retention.kinds import KINDS
from broker.retention.models import Destruction
from broker.sentences import N_, Sentence

JOB = "destroy_records"
# Few enough for nobody to wait long for a turn to write.
_PORTION = 500
_STOPPED = Sentence(
    N_("Gallringen stannade. Det som är gallrat är borta. Öppna beslutet i gallringsprotokollet och fortsätt.")
)


def add_job(destruction: Destruction, *, by: User) -> Job:
    """Add the job that carries a decision out, or goes on with it."""
    title = Sentence(N_("Gallring enligt %(reference)s"), {"reference": destruction.reference})
    job = jobs.add_job(JOB, title, {"destruction_id": destruction.id}, by=by)
    destruction.job_id = job.id
    return job


@jobs.handles(JOB, Permission.ADMINISTER, "retention.log", stopped=_STOPPED)
def _destroy(progress: Progress, owner_id: int, *, destruction_id: int) -> dict[str, Any]:
    owner = db.session.get_one(User, owner_id)
    # The first transaction of a job writes; what is to be done is looked up while others may.
    db.session.rollback()
    with database.writing(False):
        destruction = queries.get_destruction(destruction_id)
        kind, today, done = KINDS[destruction.kind], clock.today(), destruction.destroyed
        through = queries.last_day_to_destroy(destruction, today)
        keys = queries.list_due_keys(kind, through, today, last_id=destruction.last_id) if through else []
        left = service.take_up(destruction_id)
        db.session.commit()
    files.remove(left)
    total = done + len(keys)
    progress(done, total)
    for start in range(0, len(keys), _PORTION):
        unused = service.destroy_some(destruction_id, keys[start : start + _PORTION], by=owner)
        db.session.commit()
        _remove(unused)
        progress(done + min(start + _PORTION, len(keys)), total)
    service.finish(destruction_id, by=owner)
    db.session.commit()
    database.drop_earlier_pages()
    return {"destruction_id": destruction_id}


def _remove(unused: Iterable[str]) -> None:
    # Somebody may have kept the same content anew since it was stored that nothing pointed at it.
    files.remove(files.unused_among(set(unused)))
    db.session.rollback()
