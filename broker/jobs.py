"""Work that takes longer than a page may: a row that tells how far it has come, and the queue behind JOBS_URL."""

import os
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import huey
from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from huey.consumer import Consumer
from huey.serializer import SignedSerializer
from sqlalchemy import ForeignKey, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from broker import access, clock, database
from broker.access import Permission, Private
from broker.audit import Person
from broker.errors import BrokerError, NotFoundError
from broker.extensions import Base, Key, db
from broker.formatting import in_swedish
from broker.sentences import N_, Sentence

_LOOK_AGAIN = 0.05
_LOST_AFTER = timedelta(minutes=2)
_LOST_RIGHT = Sentence(N_("Du har inte längre rätt att göra det här. Be din administratör om hjälp."))
_FAILED = Sentence(N_("Något gick fel hos oss. Inget har sparats. Försök igen."))
_CANCELLED = Sentence(N_("Avbröts. Inget har sparats."))
_INTERRUPTED = Sentence(N_("Avbröts när servern stannade. Inget har sparats. Starta om jobbet."))


class JobState(StrEnum):
    """How a job is doing."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def label(self) -> Any:
        """Give the Swedish word."""
        return _STATE_LABELS[self]

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will happen."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


_STATE_LABELS = {
    JobState.QUEUED: _l("Väntar"),
    JobState.RUNNING: _l("Pågår"),
    JobState.DONE: _l("Klar"),
    JobState.FAILED: _l("Misslyckades"),
    JobState.CANCELLED: _l("Avbruten av dig"),
    JobState.INTERRUPTED: _l("Avbruten"),
}


class Job(Private, Base):
    """One piece of work that a person asked for: what, how far, and how it ended."""

    kind: Mapped[str]
    title: Mapped[Sentence]
    owner_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"), index=True)
    arguments: Mapped[dict[str, Any]]
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[Sentence] = mapped_column(default=Sentence(""))
    result: Mapped[dict[str, Any] | None]
    worker: Mapped[str | None]
    is_cancel_requested: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]

    @property
    def state_label(self) -> str:
        """Give the state in Swedish."""
        return str(self.state.label)

    @property
    def result_page(self) -> str:
        """Give the endpoint of the page that shows the result."""
        return _HANDLERS[self.kind][2]

    @property
    def percent(self) -> int | None:
        """Give how far the work has come, or None while the whole is not known."""
        return min(100, self.done * 100 // self.total) if self.total else None


class JobCancelled(Exception):  # noqa: N818 - not an error: the person asked for it.
    """The owner asked the job to stop."""


class Progress:
    """What a running job tells about itself; every call ends the transaction, so call it only between writes."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id
        self._told_at: datetime | None = None

    def __call__(self, done: int, total: int, message: str = "") -> None:
        """Tell how far the work has come, at most five times a second; raise JobCancelled if asked to stop."""
        if self._told_at and clock.now() - self._told_at < timedelta(milliseconds=200) and done != total:
            return
        self._told_at = clock.now()
        db.session.rollback()
        values = {"done": done, "total": total, "message": message, "seen_at": self._told_at}
        with database.writing():
            asked = db.session.scalar(
                update(Job).where(Job.id == self.job_id).values(**values).returning(Job.is_cancel_requested)
            )
            db.session.commit()
        if asked:
            raise JobCancelled


Handler = Callable[..., dict[str, Any]]
_HANDLERS: dict[str, tuple[Handler, Permission, str]] = {}
# The jobs that threads of this process are at, one entry for each: a job that is sent twice is begun twice.
_at_work: list[int] = []
# What is said of a job that stores what it does bit by bit, when it stops before its end.
_STOPPED: dict[str, Sentence] = {}


def handles(
    kind: str, permission: Permission, page: str, *, stopped: Sentence | None = None
) -> Callable[[Handler], Handler]:
    """Mark the function that does this kind of job, what its owner must be allowed to do, and where its result is.

    A job that stores what it does bit by bit says in `stopped` how to go on when it stopped before its end.
    """

    def mark(handler: Handler) -> Handler:
        _HANDLERS[kind] = (handler, permission, page)
        if stopped:
            _STOPPED[kind] = stopped
        return handler

    return mark


def add_job(kind: str, title: Sentence, arguments: dict[str, Any], *, by: Person) -> Job:
    """Add a job to the running transaction; send() it after the commit."""
    job = Job(kind=kind, title=title, arguments=arguments, owner_id=by.id)
    db.session.add(job)
    db.session.flush()
    return job


def get_job(job_id: int) -> Job:
    """Give the job, or raise NotFoundError."""
    job = db.session.scalars(
        select(Job).where(Job.id == job_id).execution_options(populate_existing=True)
    ).one_or_none()
    if job is None:
        raise NotFoundError
    return job


def get_own_job(job_id: int, owner_id: int) -> Job:
    """Give the job of this person, or raise NotFoundError."""
    job = get_job(job_id)
    if job.owner_id != owner_id:
        raise NotFoundError
    return job


def list_jobs(owner_id: int, *, limit: int = 50) -> list[Job]:
    """List a person's jobs, newest first."""
    query = select(Job).where(Job.owner_id == owner_id).order_by(Job.id.desc()).limit(limit)
    return list(db.session.scalars(query))


def count_waiting() -> int:
    """Count the jobs of the whole installation that have not ended."""
    with access.every_organisation():
        return (
            db.session.scalar(
                select(func.count()).select_from(Job).where(Job.state.in_([JobState.QUEUED, JobState.RUNNING]))
            )
            or 0
        )


def cancel(job: Job) -> None:
    """Ask a job to stop at its next sign of life; one that waits never starts."""
    job.is_cancel_requested = True
    if job.state is JobState.QUEUED:
        job.state, job.ended_at = JobState.CANCELLED, clock.now()


def send(job: Job) -> None:
    """Hand a committed job to the queue."""
    current_app.extensions["broker_jobs"].send(job.id)


def wait_for(job: Job, *, seconds: float) -> Job:
    """Give a job that has been sent as soon as it is over, or as it is after so many seconds."""
    deadline = time.monotonic() + seconds
    with database.writing(False):
        while True:
            found = get_job(job.id)
            # Unlike a rollback, the commit of a transaction that only read lets go without forgetting what was read.
            db.session.commit()
            if found.state.is_over or time.monotonic() > deadline:
                return found
            time.sleep(_LOOK_AGAIN)


def run(job_id: int, may: Callable[[int, int, Permission], bool]) -> None:
    """Do a job: check the owner's rights again, work in the owner's organisation, and write down how it ended."""
    _at_work.append(job_id)
    try:
        with database.writing(), access.every_organisation():
            job = _claim(job_id)
        if job is not None:
            _do(job, may)
    finally:
        _at_work.remove(job_id)


def mark_lost() -> list[int]:
    """Mark running jobs that nobody is at any more as interrupted, and give the waiting ones to be sent again.

    Their process is gone, or it is this one and could not write down how they ended.
    """
    with database.writing(), access.every_organisation():
        # Whoever is just writing down how a job ended is passed by; nobody else does so until the commit.
        running = select(Job).where(Job.state == JobState.RUNNING).with_for_update(key_share=True, skip_locked=True)
        for job in db.session.scalars(running):
            is_ours = job.worker == _worker_name()
            if job.id not in _at_work if is_ours else not _is_alive(job):
                job.state, job.ended_at = JobState.INTERRUPTED, clock.now()
                job.message = _STOPPED.get(job.kind, _FAILED if is_ours else _INTERRUPTED)
        waiting = select(Job.id).where(Job.state == JobState.QUEUED, Job.created_at < clock.now() - _LOST_AFTER)
        identifiers = list(db.session.scalars(waiting))
        db.session.commit()
        return identifiers


def _do(job: Job, may: Callable[[int, int, Permission], bool]) -> None:
    job_id, kind = job.id, job.kind
    with database.writing(), in_swedish(), access.acting_in(job.organisation_id):
        try:
            handler, permission, _page = _HANDLERS[kind]
            if not may(job.owner_id, job.organisation_id, permission):
                raise BrokerError(_LOST_RIGHT)
            result = handler(Progress(job_id), job.owner_id, **job.arguments)
            _write_end(job_id, JobState.DONE, result=result)
            db.session.commit()
        except JobCancelled:
            _end(job_id, JobState.CANCELLED, message=_STOPPED.get(kind, _CANCELLED))
        except BrokerError as error:
            _end(job_id, JobState.FAILED, message=Sentence.of(error))
        except Exception:
            current_app.logger.exception("job %s failed", job_id)
            _end(job_id, JobState.FAILED, message=_STOPPED.get(kind, _FAILED))


def _claim(job_id: int) -> Job | None:
    claimed = db.session.scalars(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.QUEUED)
        .values(state=JobState.RUNNING, worker=_worker_name(), seen_at=clock.now())
        .returning(Job)
    ).one_or_none()
    db.session.commit()
    return claimed


def _end(job_id: int, state: JobState, *, message: Sentence) -> None:
    db.session.rollback()
    _write_end(job_id, state, message=message)
    db.session.commit()


def _write_end(
    job_id: int, state: JobState, *, result: dict[str, Any] | None = None, message: Sentence | None = None
) -> None:
    values = {"state": state, "result": result, "message": message or Sentence(""), "ended_at": clock.now()}
    db.session.execute(update(Job).where(Job.id == job_id).values(**values))


def _worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{_start_of(os.getpid())}"


def _start_of(process: int) -> str:
    # A container that is started again often has the same host name and the same number for its process; the moment
    # when the process began, counted by the machine since its own start, is another. Empty where there is no /proc.
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return f"{boot}/{fields[19]}"


def _is_alive(job: Job) -> bool:
    host, _separator, rest = (job.worker or "").partition(":")
    process, _separator, start = rest.partition(":")
    if host != socket.gethostname():
        return clock.now() - job.seen_at < timedelta(hours=1)
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, OverflowError, ValueError):
        return False
    except PermissionError:
        pass
    return start == _start_of(int(process))


class Queue:
    """The queue of one application; the address decides whether it is SQLite, PostgreSQL, Redis or the call itself."""

    def __init__(self, app: Flask, url: str, secret: str, may: Callable[[int, int, Permission], bool]) -> None:
        self.app, self._may = app, may
        self.huey = _make_huey(url, secret)
        self._run = self.huey.task(name="run_job")(self._run_job)
        self._tick = self.huey.task(name="tick")(self._run_tick)
        self._upkeep: list[Callable[[], None]] = []
        self.huey.periodic_task(lambda moment: True, name="every_minute")(self._run_tick)

    def send(self, job_id: int) -> None:
        """Put a job on the queue."""
        self._run(job_id)

    def kick(self) -> None:
        """Do the upkeep (waiting mail, lost jobs) soon instead of at the next minute."""
        self._tick()

    def add_upkeep(self, task: Callable[[], None]) -> None:
        """Add something to do every minute; what it leaves undone by failing stops no other."""
        self._upkeep.append(task)

    def start_consumer(self, *, workers: int = 1) -> Consumer:
        """Start doing jobs, and the upkeep every minute, in threads of this process."""
        consumer = _QuietConsumer(
            self.huey, workers=workers, periodic=True, initial_delay=0.1, max_delay=1.0, check_worker_health=False
        )
        consumer.start()
        return consumer

    def _run_job(self, job_id: int) -> None:
        with self.app.app_context():
            run(job_id, self._may)

    def _run_tick(self) -> None:
        with self.app.app_context():
            for job_id in mark_lost():
                self.send(job_id)
        for task in self._upkeep:
            with self.app.app_context():
                try:
                    task()
                except Exception:
                    self.app.logger.exception("the upkeep %s failed", task.__name__)


class _QuietConsumer(Consumer):
    """A consumer that leaves the signals to the web server that it lives in."""

    def _set_signal_handlers(self) -> None:
        return


def _make_huey(url: str, secret: str) -> huey.Huey:
    serializer = SignedSerializer(secret=secret or "unset")
    if url == "immediate:":
        return huey.MemoryHuey("broker", immediate=True, serializer=serializer)
    if url.startswith("sqlite:///"):
        return huey.SqliteHuey("broker", filename=url.removeprefix("sqlite:///"), serializer=serializer)
    if url.startswith(("postgresql://", "postgres://")):
        return huey.PostgresHuey("broker", dsn=url, serializer=serializer)
    if url.startswith(("redis://", "rediss://")):
        return huey.PriorityRedisHuey("broker", url=url, serializer=serializer)
    raise BrokerError(
        f"JOBS_URL must begin with sqlite:///, postgresql:// or redis://, not {url.split(':', maxsplit=1)[0]}."
    )


def init_app(app: Flask, *, url: str, secret: str, may: Callable[[int, int, Permission], bool]) -> None:
    """Give this application its queue; `may` tells whether a user has a permission in an organisation."""
    app.extensions["broker_jobs"] = Queue(app, url, secret, may)
