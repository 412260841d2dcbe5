"""Works drafts out: at once where that is quick, and by a job where it is not; nobody waits for the database."""

from dataclasses import replace
from typing import Any

from broker import clock, database, jobs
from broker.access import Permission
from broker.accounts.models import User
from broker.audit import Person
from broker.extensions import db
from broker.needs.cohorts.proposals import MOST_LIVE_NEEDS, WORKERS
from broker.needs.drafts import queries, service
from broker.needs.drafts.content import Content, Settings
from broker.needs.drafts.desk import Desk
from broker.needs.drafts.models import GroupDraft
from broker.needs.drafts.solving import calculate
from broker.sentences import N_, Sentence

JOB = "calculate_group_draft"
# Around so many changed needs a plan of any size is mended in a second or two.
_MOST_CHANGED = 40


def open_desk(draft_id: int, number: int | None = None) -> tuple[GroupDraft, Desk]:
    """Give a draft, and a step of it against what is so today: the one that holds now unless told otherwise."""
    draft, step = queries.open_draft(draft_id, number)
    return draft, Desk(Content.from_stored(step.content), draft.topic_id, clock.today())


def empty_desk(topic_id: str | None) -> Desk:
    """Give a draft of one topic or all before anything is in it."""
    return Desk(Content(), topic_id, clock.today())


def is_quick(desk: Desk, *, anew: bool) -> bool:
    """Tell whether a page may wait for the draft to be worked out."""
    if len(desk.instance.needs) <= MOST_LIVE_NEEDS:
        return True
    is_mended = not anew and bool(desk.content.seen)
    return is_mended and len(desk.changed_needs()) <= _MOST_CHANGED


def work_out(desk: Desk, *, anew: bool, workers: int = 1) -> Content:
    """Give the draft worked out, while others may write."""
    instance = desk.instance
    # Only reads have been made: the commit lets go of the database and, unlike a rollback, forgets nothing.
    db.session.commit()
    return calculate(desk, anew=anew, workers=workers) if instance.needs else desk.content


def add_job(draft: GroupDraft, settings: Settings | None, *, by: Person) -> jobs.Job:
    """Add the job that works a draft out; with settings it makes a step that does not hold until it is chosen."""
    arguments: dict[str, Any] = {"draft_id": draft.id, "number": draft.step, "settings": settings and vars(settings)}
    return jobs.add_job(JOB, Sentence(N_("Utkastet %(name)s"), {"name": draft.name}), arguments, by=by)


@jobs.handles(JOB, Permission.BUNDLE, "drafts.index")
def _calculate(
    progress: jobs.Progress, owner_id: int, *, draft_id: int, number: int, settings: dict[str, int] | None
) -> dict[str, Any]:
    db.session.rollback()
    with database.writing(False):
        _draft, desk = open_desk(draft_id, number)
        anew, before = settings is not None, desk.content.settings
        if settings is not None:
            desk = desk.with_content(with_settings(desk.content, Settings(**settings)))
        content = work_out(desk, anew=anew, workers=WORKERS)
        db.session.commit()
    progress(0, len(desk.instance.needs))
    owner = db.session.get_one(User, owner_id)
    draft = queries.get_draft(draft_id)
    if settings is None:
        step = service.add_step(draft, content, RECALCULATED, by=owner, after=number)
    else:
        step = service.add_thought(draft, content, thought(before, content.settings), by=owner)
    page = f"/behov/utkast/{draft_id}" if step == draft.step else f"/behov/utkast/{draft_id}/jamfor?steg={step}"
    return {"page": page}


RECALCULATED = Sentence(N_("Räknade om det som inte är låst."))
_CHANGES = {
    "smallest": N_("minsta grupp från %(before)s till %(now)s deltagare mot det vanliga"),
    "largest": N_("största grupp från %(before)s till %(now)s deltagare mot det vanliga"),
    "travel": N_("resor från %(before)s till %(now)s procent"),
    "group_cost": N_("vikten för fullare grupper från %(before)s till %(now)s procent"),
    "travel_cost": N_("vikten för kortare resor från %(before)s till %(now)s procent"),
}


def thought(before: Settings, now: Settings) -> Sentence:
    """Say what a what-if changed, compared with the step that it was made from."""
    changes = [
        Sentence(text, {"before": getattr(before, name), "now": getattr(now, name)})
        for name, text in _CHANGES.items()
        if getattr(before, name) != getattr(now, name)
    ]
    if not changes:
        return Sentence(N_("Tänkte om med samma gränser och vikter."))
    return Sentence(N_("Tänkte om: %(changes)s."), {"changes": Sentence.joined(changes, "; ")})


def with_settings(content: Content, settings: Settings) -> Content:
    """Give the content under other settings; what was proved under the earlier ones is forgotten."""
    return replace(content, settings=settings, proofs=None, bound=None)
