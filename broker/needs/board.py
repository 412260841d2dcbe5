"""Reads the board of needs: a column for each state, with how many needs and people it has and the latest of them."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from broker.extensions import db
from broker.needs.models import Need, NeedStatus
from broker.needs.queries import NeedFilter, narrowed

CARDS = 20


@dataclass(frozen=True)
class Column:
    """One state: how many needs stand there, for whom, and the latest of them."""

    status: NeedStatus
    needs: int
    women: int
    men: int
    unknown_sex: int
    cards: list[Need]

    @property
    def people(self) -> int:
        """Give how many people the needs are for."""
        return self.women + self.men + self.unknown_sex


def board(chosen: NeedFilter, *, limit: int = CARDS) -> list[Column]:
    """Give every state in its order with the latest needs that fit; the question of state is what the board answers."""
    totals = {
        row[0]: row[1:]
        for row in db.session.execute(
            narrowed(select(Need), chosen)
            .with_only_columns(
                Need.status, func.count(Need.id), func.sum(Need.women), func.sum(Need.men), func.sum(Need.unknown_sex)
            )
            .group_by(Need.status)
        )
    }
    place = func.row_number().over(partition_by=Need.status, order_by=Need.id.desc()).label("place")
    ranked = narrowed(select(Need), chosen).with_only_columns(Need.id, place).subquery()
    shown = aliased(Need)
    query = select(shown).options(joinedload(shown.company), joinedload(shown.owner))
    query = query.join(ranked, ranked.c.id == shown.id).where(ranked.c.place <= limit).order_by(shown.id.desc())
    cards: dict[NeedStatus, list[Need]] = {}
    for need in db.session.scalars(query):
        cards.setdefault(need.status, []).append(need)
    return [Column(status, *totals.get(status, (0, 0, 0, 0)), cards.get(status, [])) for status in NeedStatus]
