"""The table of words that companies' names are made of."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from broker.extensions import Base, Folded


class NameWord(Base):
    """A folded word of companies' names, and how many names had it when all were last counted; 1 for a new word.

    It may stand twice, so that nobody waits for another who stores it too.
    """

    word: Mapped[str] = mapped_column(Folded, index=True)
    names: Mapped[int]
    counted_on: Mapped[date]
