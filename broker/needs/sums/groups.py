"""What a sum of needs lacks to fill a group, counted from people and companies alone and told in words."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext


@dataclass(frozen=True)
class Lack:
    """How many people and companies more the smallest group takes, and how many groups there are people for."""

    people: int
    companies: int
    groups: int

    @property
    def is_enough(self) -> bool:
        """Tell whether there are people and companies for a group."""
        return not self.people and not self.companies


def lack_of(people: int, companies: int, *, smallest: int, largest: int, min_companies: int) -> Lack:
    """Count what so many people of so many companies lack; the groups are as few and as full as the sizes allow."""
    fewest = -(-people // largest)
    return Lack(
        people=max(0, smallest - people),
        companies=max(0, min_companies - companies),
        groups=min(fewest, people // smallest),
    )


def lack_in_words(lack: Lack) -> str:
    """Tell what is lacking, or that there is enough."""
    if lack.is_enough:
        return ngettext("räcker till en grupp", "räcker till %(num)s grupper", lack.groups)
    if not lack.companies:
        return ngettext(
            "%(num)s person till behövs för en grupp", "%(num)s personer till behövs för en grupp", lack.people
        )
    company = ngettext("minst ett företag till", "minst %(num)s företag till", lack.companies)
    if not lack.people:
        return _("personerna räcker, men %(companies)s behövs för en grupp", companies=company)
    return ngettext(
        "%(num)s person och %(companies)s behövs för en grupp",
        "%(num)s personer och %(companies)s behövs för en grupp",
        lack.people,
        companies=company,
    )
