"""What rounds do when their topic goes into another or is split."""

from collections.abc import Sequence

from flask_babel import ngettext

from broker.accounts.models import User
from broker.needs.asking import queries
from broker.topics.service import Follower, follow


def move_rounds(keys: Sequence[int], topic_id: str, by: User) -> None:
    """Give rounds another topic, so that nobody is asked about it once more."""
    for made in queries.list_rounds_with(keys):
        made.topic_id = topic_id


follow(
    Follower(
        "inquiry_round",
        lambda count: ngettext("%(num)s fråga till företag", "%(num)s frågor till företag", count),
        queries.keys_of_rounds,
        move_rounds,
    )
)
