"""The numbers to call a company by: its own, and that of whom there we know best."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from broker.companies.models import Engagement, EngagementStatus, Person


@dataclass(frozen=True)
class NumberToCall:
    """A telephone number, and the person who answers; nobody when it is the company's own."""

    phone: str
    person: Person | None = None


def numbers_to_call(engagement: Engagement | None, met: Sequence[tuple[Person, date | None]]) -> list[NumberToCall]:
    """Give the company's own number and that of the person whom we met last, or else of the first; each once.

    Nobody whose identity is protected; and nothing for a company that does not want to hear from us.
    """
    if engagement and engagement.status is EngagementStatus.DECLINED:
        return []
    numbers = [NumberToCall(engagement.phone)] if engagement and engagement.phone else []
    reached = [(day or date.min, person) for person, day in met if person.phone and not person.is_protected]
    # Of two whom we met on one day max() gives the first in the order of the list.
    _day, nearest = max(reached, key=lambda pair: pair[0], default=(date.min, None))
    if nearest and nearest.phone:
        numbers = [number for number in numbers if number.phone != nearest.phone]
        numbers.append(NumberToCall(nearest.phone, nearest))
    return numbers
