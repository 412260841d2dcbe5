"""Who has the pen of a question: one at a time, until it is given up, taken over, or nobody has seen the person."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from broker import access, audit, clock, database
from broker.accounts.models import User
from broker.actions import Action
from broker.esf.models import Project
from broker.esf.writing import queries
from broker.esf.writing.models import WriterPresence
from broker.esf.writing.rules import WritingRules, writing_rules
from broker.esf.writing.service import hold_texts
from broker.extensions import db


@dataclass(frozen=True)
class Desk:
    """A question as one person finds it: who has the pen, and who else is there."""

    is_mine: bool
    pen: WriterPresence | None
    others: tuple[WriterPresence, ...]
    taken_over_by: User | None

    @property
    def is_free(self) -> bool:
        """Tell whether nobody has the pen."""
        return self.pen is None

    @property
    def is_others(self) -> bool:
        """Tell whether somebody else has the pen."""
        return self.pen is not None and not self.is_mine


def look_at(project: Project, question_id: str, *, by: User) -> Desk:
    """Give who has the pen of a question and who else has it open; a pen that was left behind is free."""
    rules, now = writing_rules(clock.today()), clock.now()
    rows = queries.list_presences(project, since=now - rules.pen_free_after, question_id=question_id)
    return _desk(rows, rules, now, by)


def pens_of(project: Project) -> dict[str, User]:
    """Give who has the pen of which question of a project, by the question's id."""
    since = clock.now() - writing_rules(clock.today()).pen_free_after
    return {row.question_id: row.user for row in queries.list_presences(project, since=since) if row.has_pen}


def take_pen(project: Project, question_id: str, *, takes_over: bool, by: User) -> Desk:
    """Take the pen of a question if it is free; from somebody who is there it is only taken over by saying so."""
    queries.get_question(project, question_id)
    hold_texts(project)
    desk = look_at(project, question_id, by=by)
    if desk.is_mine or (desk.is_others and not takes_over):
        return desk
    left = queries.find_pen(project, question_id)
    if left is not None and left.user_id != by.id:
        left.has_pen, left.taken_over_by_id = False, by.id
        # There is one pen: it must be laid down before it is taken.
        db.session.flush()
        if desk.is_others:
            audit.record(Action.PEN_TAKEN_OVER, project, by=by, question=question_id, person=left.user.name)
    mine = _presence_of(project, question_id, by)
    mine.has_pen, mine.taken_over_by_id, mine.since = True, None, clock.now()
    db.session.flush()
    return look_at(project, question_id, by=by)


def give_up_pen(project: Project, question_id: str, *, by: User) -> None:
    """Lay the pen down and leave the question; nothing happens to who does not have it."""
    row = queries.find_presence(project, question_id, by.id)
    if row is not None:
        db.session.delete(row)


def lay_down(project: Project, question_id: str, *, takes_over: bool, by: User) -> None:
    """Lay the pen down after a save; what was written while somebody else had it takes it from that person first."""
    if takes_over:
        take_pen(project, question_id, takes_over=True, by=by)
    give_up_pen(project, question_id, by=by)


def rules() -> WritingRules:
    """Give the rules that the page needs."""
    return writing_rules(clock.today())


def tell_presence(project: Project, question_id: str, *, by: User) -> Desk:
    """Note that somebody still has a question open, and give how it stands."""
    queries.get_question(project, question_id)
    hold_texts(project)
    rules, now = writing_rules(clock.today()), clock.now()
    row = queries.find_presence(project, question_id, by.id)
    if row is not None and row.has_pen and row.seen_at < now - rules.pen_free_after:
        # Somebody who was away for long finds the pen where everybody else saw it lie: free.
        row.has_pen = False
    _presence_of(project, question_id, by)
    db.session.flush()
    return look_at(project, question_id, by=by)


def tidy() -> None:
    """Forget who had which question open once it no longer counts; the upkeep calls it every minute."""
    with database.writing(), access.every_organisation():
        long_ago = clock.now() - writing_rules(clock.today()).pen_free_after
        db.session.execute(delete(WriterPresence).where(WriterPresence.seen_at < long_ago))
        db.session.commit()


def _presence_of(project: Project, question_id: str, user: User) -> WriterPresence:
    row = queries.find_presence(project, question_id, user.id)
    if row is None:
        row = WriterPresence(project_id=project.id, question_id=question_id, user_id=user.id, has_pen=False)
        db.session.add(row)
    row.seen_at = clock.now()
    return row


def _desk(rows: list[WriterPresence], rules: WritingRules, now: datetime, me: User) -> Desk:
    pen = next((row for row in rows if row.has_pen), None)
    mine = next((row for row in rows if row.user_id == me.id), None)
    others = tuple(row for row in rows if row.user_id != me.id and row.seen_at >= now - rules.seen_for)
    is_mine = pen is not None and pen.user_id == me.id
    taken = mine.taken_over_by if mine and not is_mine else None
    return Desk(is_mine, pen, others, taken)
