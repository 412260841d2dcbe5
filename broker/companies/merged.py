"""Rows that went into another of their kind: kept as they were, and read by nobody who does not ask for them."""

from sqlalchemy import ForeignKey, event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria

from broker.errors import NotFoundError
from broker.extensions import Key

# The execution option of the few statements that read also what has been merged.
WITH_MERGED = {"with_merged": True}


class Mergeable:
    """A row that may go into another one; its merge says which, and can be undone for a time."""

    merge_id: Mapped[int | None] = mapped_column(Key, ForeignKey("merge.id"), index=True)


_NOT_MERGED = with_loader_criteria(Mergeable, lambda cls: cls.merge_id.is_(None), include_aliases=True)


class MovedError(NotFoundError):
    """The thing went into another one; carries the name of the parameter, the old key and the new one."""

    def __init__(self, parameter: str, gone_id: int, kept_id: int) -> None:
        super().__init__()
        self.parameter, self.gone_id, self.kept_id = parameter, gone_id, kept_id


@event.listens_for(Session, "do_orm_execute")
def _hide_merged(state: ORMExecuteState) -> None:
    if state.is_select and not state.is_column_load and not state.execution_options.get("with_merged"):
        state.statement = state.statement.options(_NOT_MERGED)
