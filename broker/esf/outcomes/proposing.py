"""What an organisation has noted of who came to its own training, put forward as the months of a project."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from broker.esf.budgets.amounts import to_ore
from broker.esf.budgets.spreading import in_steps
from broker.esf.outcomes.queries import our_attendance
from broker.needs.courses.queries import list_sessions

_HOUR = 60


def propose_month(cohort_id: int, month: date) -> dict[int, dict[str, Any]]:
    """Give the columns of a month by company, from our own attendance; nothing where none is noted or no session.

    Who took part began in the month of the first session and finished in that of the last. How many hours fall in a
    month is not noted anywhere, so they follow the sessions' length; a person looks before anything is saved.
    """
    taught: dict[date, int] = {}
    for session in list_sessions(cohort_id):
        taught[session.day.replace(day=1)] = taught.get(session.day.replace(day=1), 0) + session.minutes
    whole = sum(taught.values())
    if month not in taught or not whole:
        return {}
    shares = {each: Fraction(taught[each], whole) for each in sorted(taught)}
    is_first, is_last = month == min(shares), month == max(shares)
    found: dict[int, dict[str, Any]] = {}
    for row in our_attendance(cohort_id):
        people = {"women": row.women, "men": row.men, "unknown": row.unknown_sex}
        values: dict[str, Any] = {f"{sex}_began": count if is_first else 0 for sex, count in people.items()}
        values |= {f"{sex}_finished": count if is_last else 0 for sex, count in people.items()}
        values["hours"] = in_steps(shares, to_ore(Decimal(row.minutes) / _HOUR))[month]
        before = found.get(row.company_id)
        found[row.company_id] = {name: values[name] + before[name] for name in values} if before else values
    return found
