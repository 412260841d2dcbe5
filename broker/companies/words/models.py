"""The table of words that companies' names are made of."""

from sqlalchemy.orm import Mapped, mapped_column

from broker.extensions import Base, Folded


class NameWord(Base):
    """A folded word of companies' names, and how many names had it when it was learned.

    It may stand twice, so that nobody waits for another who stores it too.
    """

    word: Mapped[str] = mapped_column(Folded, index=True)
    names: Mapped[int]
