"""Cross tables and files of figures, with pandas."""

from collections.abc import Sequence

import pandas as pd

from broker.reference import queries as reference
from broker.reports.queries import TopicFigure
from broker.swedish import sort_key


def topics_by_municipality(figures: Sequence[TopicFigure]) -> tuple[list[str], list[tuple[str, list[int]]]]:
    """Give people in open needs as a cross table: municipalities across, topics down, the largest topic first."""
    if not figures:
        return [], []
    frame = pd.DataFrame(
        {
            "topic": [reference.topic_label(figure.topic_id) for figure in figures],
            "place": [reference.municipality_name(figure.municipality_code) for figure in figures],
            "people": [figure.people for figure in figures],
        }
    )
    table = frame.pivot_table(index="topic", columns="place", values="people", aggfunc="sum", fill_value=0)
    table = table[sorted(table.columns, key=sort_key)]
    order = sorted(table.index, key=lambda topic: (-int(table.loc[topic].sum()), sort_key(topic)))
    return list(table.columns), [(topic, [int(people) for people in table.loc[topic]]) for topic in order]
