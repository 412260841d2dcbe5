"""For which waiting needs and formed groups an offering would do; which offerings would do for a waiting need."""

from dataclasses import dataclass

from broker import clock
from broker.needs import queries as needs
from broker.needs.courses import queries
from broker.needs.courses.fit import Fit, distance_to, judge_group, judge_need
from broker.needs.courses.offers import find_stop
from broker.needs.joint.queries import list_hostings
from broker.needs.models import Cohort, Need
from broker.needs.scores.cards import Line
from broker.needs.scores.queries import lines_of
from broker.providers import queries as providers
from broker.providers.models import Offering
from broker.providers.offerings.parts import Part, shown_with_offering
from broker.providers.prices import price_per_head
from broker.providers.vetting import VettingStatus, may_be_used
from broker.sentences import Sentence

_MOST = 20


@dataclass(frozen=True)
class NeedUse:
    """A waiting need beside an offering: what fits, what is missing, how far it is."""

    need: Need
    offering: Offering
    distance: int | None
    fit: Fit


@dataclass(frozen=True)
class GroupUse:
    """A formed group beside an offering; `stop` says why it cannot be chosen, if it cannot."""

    cohort: Cohort
    people: int
    distance: int | None
    price_per_head_ore: int
    fit: Fit
    stop: Sentence | None
    is_chosen: bool


@dataclass(frozen=True)
class NeedOffer:
    """An offering beside a waiting need, with how its provider's vetting stands."""

    offering: Offering
    status: VettingStatus
    use: NeedUse
    score: Line | None

    @property
    def may_be_used(self) -> bool:
        """Tell whether its provider may be used."""
        return may_be_used(self.status)


def list_needs_for(offering: Offering) -> list[NeedUse]:
    """List the clear needs that wait for its topic, those where least is missing first, then the nearest."""
    found = [_need_use(offering, need) for need in needs.list_open_needs(topic_id=offering.topic_id)]
    return sorted(found, key=lambda row: (len(row.fit.misfits), row.distance or 0, row.need.id))


def list_groups_for(offering: Offering, status: VettingStatus) -> list[GroupUse]:
    """List the groups of its topic that have not begun and have no other offering, in the order of the needs."""
    cohorts = queries.list_groups_to_teach(offering, clock.today())
    joint = list_hostings([cohort.id for cohort in cohorts])
    found = []
    for cohort in cohorts:
        people = joint[cohort.id].part.participants if cohort.id in joint else cohort.participants
        found.append(
            GroupUse(
                cohort,
                people,
                distance_to(offering, cohort.municipality_code),
                price_per_head(offering, people),
                judge_group(offering, cohort, people),
                find_stop(offering, status, cohort),
                cohort.offering_id == offering.id,
            )
        )
    return sorted(found, key=lambda row: (row.stop is not None, len(row.fit.misfits), row.distance or 0, row.cohort.id))


def list_offers_for_need(need: Need) -> list[NeedOffer]:
    """List the offerings in a need's topic, of providers that may be used and where least is missing first."""
    if need.topic_id is None:
        return []
    teaching = providers.list_providers_for(need.topic_id, today=clock.today())
    scores = lines_of({provider.id for provider, _row, _status in teaching})
    found = [
        NeedOffer(row, status, _need_use(row, need), scores.get(provider.id)) for provider, row, status in teaching
    ]
    return sorted(found, key=lambda row: (not row.may_be_used, len(row.use.fit.misfits), row.use.distance or 0))


@shown_with_offering
def _part(offering: Offering, status: VettingStatus) -> Part:
    waiting = list_needs_for(offering)
    groups = list_groups_for(offering, status)
    return Part("need_offers/_uses.html", {"groups": groups, "waiting": waiting[:_MOST], "more": len(waiting) - _MOST})


def _need_use(offering: Offering, need: Need) -> NeedUse:
    distance = distance_to(offering, need.municipality_code)
    return NeedUse(need, offering, distance, judge_need(offering, need))
