"""The table of words that companies' names are made of."""

from sqlalchemy import Computed
from sqlalchemy.orm import Mapped, mapped_column

from broker.extensions import Base, Folded


class NameWord(Base):
    """A folded word of companies' names. It may stand twice, so that nobody waits for another who stores it too."""

    word: Mapped[str] = mapped_column(Folded, index=True)
    # Who mistypes the first or the second letter is right from the next one on.
    from_second: Mapped[str] = mapped_column(Folded, Computed("substr(word, 2)", persisted=True), index=True)
    from_third: Mapped[str] = mapped_column(Folded, Computed("substr(word, 3)", persisted=True), index=True)
