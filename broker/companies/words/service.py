"""Keeps the words of companies' names: those of a new name at once, all of them by counting anew."""

from typing import Any

from sqlalchemy import ColumnElement, Insert, Select, delete, event, exists, func, insert, literal, not_, select
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.orm.attributes import get_history

from broker import clock
from broker.companies.models import Company
from broker.companies.words.models import NameWord
from broker.extensions import db


def renew() -> None:
    """Count the words of all names anew, and forget those that no name has; reads every name.

    Whoever stores or changes many names without the session's knowledge calls it afterwards.
    """
    words = _words_in(Company.name_key).select_from(Company).subquery()
    db.session.execute(delete(NameWord))
    db.session.execute(_insert(select(words.c.word, func.count()).where(words.c.word != "").group_by(words.c.word)))


@event.listens_for(Session, "after_flush")
def _learn_names(session: Session, context: UOWTransaction) -> None:
    stored = [row for row in (*session.new, *session.dirty) if isinstance(row, Company)]
    if named := [row.name_key for row in stored if get_history(row, "name_key").added]:
        words = _words_in(literal(" ".join(named))).subquery()
        is_new = not_(exists().where(NameWord.word == words.c.word))
        session.execute(_insert(select(words.c.word, 1).distinct().where(words.c.word != "", is_new)))


def _insert(counted: Select[Any]) -> Insert:
    return insert(NameWord).from_select(["word", "names", "counted_on"], counted.add_columns(literal(clock.today())))


def _words_in(text: Any) -> Select[str]:
    """Select the words of a folded text, or of a column of such texts."""
    if db.engine.dialect.name == "sqlite":
        # Folded texts hold letters, digits and spaces alone, so that none of them ends the text around it.
        listed = literal('["') + func.replace(text, " ", '","') + '"]'
        words: ColumnElement[str] = func.json_each(listed).table_valued("value", joins_implicitly=True).c.value
    else:
        words = func.unnest(func.string_to_array(text, " "))
    return select(words.label("word"))
