"""What the upkeep of every minute does one by one: each thing in a transaction of its own."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from broker import access, database
from broker.extensions import db

_logger = logging.getLogger(__name__)


def do_each(list_due: Callable[[], Iterable[tuple[Any, ...]]], do: Callable[..., None]) -> None:
    """Do what is due, each for its organisation and in a transaction of its own.

    `list_due` reads over all organisations. It gives rows of an organisation, or None for all of them together, and of
    what `do` takes, the key first.
    """
    with database.writing(False), access.every_organisation():
        rows = list(list_due())
        db.session.rollback()
    for organisation_id, key, *more in rows:
        scope = access.every_organisation() if organisation_id is None else access.acting_in(organisation_id)
        with database.writing(), scope:
            try:
                do(key, *more)
                db.session.commit()
            except Exception:
                # One that cannot be done must not keep the others waiting; it is tried again next time.
                _logger.exception("%s.%s failed for %s", do.__module__, do.__qualname__, key)
                db.session.rollback()
