"""Keeps the words of companies' names: learns those of new names, forgets those that no name has any more."""

from typing import Any

from sqlalchemy import ColumnElement, Select, delete, event, exists, func, insert, literal, not_, select
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.orm.attributes import get_history

from broker.companies.models import Company
from broker.companies.words.models import NameWord
from broker.extensions import db


def learn(chosen: ColumnElement[bool]) -> None:
    """Learn the words of the names of these companies, after they were stored without the session's knowledge."""
    _learn(_words_in(Company.name_key).select_from(Company).where(chosen))


def forget() -> None:
    """Forget the words that no name has any more, after names were changed or removed; reads all names."""
    gone = NameWord.word.not_in(_words_in(Company.name_key).select_from(Company))
    db.session.execute(delete(NameWord).where(gone).execution_options(synchronize_session=False))


@event.listens_for(Session, "after_flush")
def _learn_names(session: Session, context: UOWTransaction) -> None:
    stored = [row for row in (*session.new, *session.dirty) if isinstance(row, Company)]
    if named := [row.name_key for row in stored if get_history(row, "name_key").added]:
        _learn(_words_in(literal(" ".join(named))))


def _learn(words: Select[str]) -> None:
    found = words.subquery()
    is_new = not_(exists().where(NameWord.word == found.c.word))
    new = select(found.c.word, func.count()).where(is_new).group_by(found.c.word)
    db.session.execute(insert(NameWord).from_select(["word", "names"], new))


def _words_in(text: Any) -> Select[str]:
    """Select the words of a folded text, or of a column of such texts."""
    if db.engine.dialect.name == "sqlite":
        # Folded texts hold letters, digits and spaces alone, so that none of them ends the text around it.
        listed = literal('["') + func.replace(text, " ", '","') + '"]'
        words: ColumnElement[str] = func.json_each(listed).table_valued("value", joins_implicitly=True).c.value
    else:
        words = func.unnest(func.string_to_array(text, " "))
    return select(words.label("word"))
