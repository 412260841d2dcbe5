"""What a purchase asks of its handler, in the handler's own calendar and morning letter."""

from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import urlsplit

from flask import current_app, url_for

from broker import calendars, clock
from broker.procurement import queries
from broker.reminders.feed import Waiting, shown_in_feed, told_in_letter
from broker.reminders.models import ReminderChoice

_AHEAD = timedelta(days=400)


@told_in_letter
def waiting_of(user_id: int, until: date) -> list[Waiting]:
    """Give what is to be done in the purchases that a person handles, until a day and what is overdue."""
    return [
        Waiting(due.on, f"{due.purchase.title}: {due.label}", "procurement.show", {"purchase_id": due.purchase.id})
        for due in _handled(user_id, until)
    ]


@shown_in_feed
def deadlines_of(choice: ReminderChoice) -> Sequence[calendars.Entry]:
    """Give the days of the purchases that a person handles; their titles only as the person chose."""
    host = urlsplit(current_app.config["BASE_URL"]).hostname
    return [
        calendars.Entry(
            uid=f"frist-{due.purchase.id}-{due.id}@{host}",
            day=due.on,
            title=f"{due.purchase.title}: {due.label}" if choice.shows_titles else due.label,
            link=current_app.config["BASE_URL"] + url_for("procurement.show", purchase_id=due.purchase.id),
            version=due.purchase.version,
        )
        for due in _handled(choice.user_id, clock.today() + _AHEAD)
    ]


def _handled(user_id: int, until: date) -> list[queries.Due]:
    today = clock.today()
    found = queries.list_upcoming_deadlines(today, (until - today).days)
    return [due for due in found if due.purchase.handler_id == user_id]
