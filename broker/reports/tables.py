"""Cross tables and files of figures, with pandas."""

from collections.abc import Sequence
from dataclasses import dataclass

from broker.reference import queries as reference
from broker.reference.queries import Municipality
from broker.reports.queries import TopicFigure
from broker.swedish import sort_key
from broker.topics import queries as topics


@dataclass(frozen=True)
class TopicRow:
    """A topic and its people in each of the table's municipalities."""

    topic_id: str
    people: list[int]

    @property
    def label(self) -> str:
        """Give the topic in words."""
        return topics.topic_label(self.topic_id)


@dataclass(frozen=True)
class TopicTable:
    """People in open needs: municipalities across, topics down."""

    places: list[Municipality]
    rows: list[TopicRow]


def topics_by_municipality(figures: Sequence[TopicFigure]) -> TopicTable:
    """Give people in open needs as a cross table: municipalities in Swedish order, the largest topic first."""
    if not figures:
        return TopicTable([], [])
    # Every command would wait for pandas, which takes longer to load than most of them to run.
    import pandas as pd  # noqa: PLC0415

    table = pd.DataFrame(figures).pivot_table(
        index="topic_id", columns="municipality_code", values="people", aggfunc="sum", fill_value=0
    )
    places = sorted(
        (reference.municipalities()[code] for code in table.columns), key=lambda place: sort_key(place.name)
    )
    table = table[[place.code for place in places]]
    rows = [TopicRow(topic_id, [int(people) for people in table.loc[topic_id]]) for topic_id in table.index]
    return TopicTable(places, sorted(rows, key=lambda row: (-sum(row.people), sort_key(row.label))))
