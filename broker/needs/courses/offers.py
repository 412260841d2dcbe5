"""How well each offering fits a cohort: what fits, what does not, and what stops it from being chosen."""

from collections.abc import Iterable
from dataclasses import dataclass

from broker import clock
from broker.formatting import say
from broker.needs.courses.fit import Fit, judge_group
from broker.needs.joint.queries import people_taught_with
from broker.needs.models import Cohort
from broker.needs.scores.cards import Line
from broker.needs.scores.queries import lines_of
from broker.providers import queries as providers
from broker.providers.models import Offering, Provider
from broker.providers.prices import price_of, price_per_head
from broker.providers.vetting import VettingStatus, may_be_used
from broker.sentences import N_, Sentence


@dataclass(frozen=True)
class Offer:
    """An offering for one cohort; `stop` says why it cannot be chosen, if it cannot."""

    provider: Provider
    offering: Offering
    people: int
    status: VettingStatus
    fit: Fit
    stop: Sentence | None
    score: Line | None = None

    @property
    def price_ore(self) -> int:
        """Give what the whole group costs, in öre."""
        return price_of(self.offering, self.people)

    @property
    def price_per_head_ore(self) -> int:
        """Give what each of the group costs, in öre."""
        return price_per_head(self.offering, self.people)

    @property
    def label(self) -> str:
        """Give what a choice says of it."""
        name = f"{self.provider.name}: {self.offering.title}"
        score = f" ({self.score})" if self.score else ""
        return f"{name} – {say(self.stop or self.judgement)}{score}"

    @property
    def judgement(self) -> Sentence:
        """Give in a word or two how well it fits."""
        if not self.fit.misfits:
            return Sentence(N_("passar"))
        return Sentence.joined(self.fit.misfits, " ")


def list_offers(cohort: Cohort) -> list[Offer]:
    """List the offerings in a cohort's topic, those that can be chosen and fit best first; five queries.

    A part of a joint group is taught with the whole group, so the places must do for everybody.
    """
    people = people_taught_with(cohort)
    teaching = providers.list_providers_for(cohort.topic_id, today=clock.today())
    scores = lines_of({provider.id for provider, _row, _status in teaching})
    found = [_judged(row, status, cohort, people, scores.get(provider.id)) for provider, row, status in teaching]
    return sorted(found, key=_rank)


def find_chosen(cohort: Cohort, known: Iterable[Offer] = ()) -> Offer | None:
    """Give the offering that is chosen for a cohort, as it is judged today, unless it is among those that are known."""
    chosen = cohort.offering
    if chosen is None:
        return None
    for offer in known:
        if offer.offering.id == chosen.id:
            return offer
    status = providers.status_of(chosen.provider, today=clock.today())
    return _judged(chosen, status, cohort, people_taught_with(cohort))


def _judged(row: Offering, status: VettingStatus, cohort: Cohort, people: int, score: Line | None = None) -> Offer:
    stop = find_stop(row, status, cohort)
    return Offer(row.provider, row, people, status, judge_group(row, cohort, people), stop, score)


def best_offer_of(cohort: Cohort, provider_id: int) -> Offer | None:
    """Give the offering of a provider that fits a cohort best and can be chosen."""
    return next((row for row in list_offers(cohort) if row.provider.id == provider_id and row.stop is None), None)


def _rank(offer: Offer) -> tuple[bool, int, int]:
    return offer.stop is not None, len(offer.fit.misfits), offer.price_ore


def find_stop(offering: Offering, status: VettingStatus, cohort: Cohort) -> Sentence | None:
    """Say why an offering cannot be chosen: provider not vetted to the last day, or not given then; or nothing."""
    provider = offering.provider
    if not may_be_used(status):
        text = N_("%(provider)s får inte användas nu. Granska anordnaren, eller välj en annan.")
        return Sentence(text, {"provider": provider.name})
    last = status.next_expiry
    if last is None or last >= cohort.ends_on:
        return _find_days(offering, cohort)
    text = N_(
        "Granskningen av %(provider)s gäller till och med %(last)s, men utbildningen slutar %(end)s. "
        "Förnya granskningen, eller välj en annan."
    )
    return Sentence(text, {"provider": provider.name, "last": last, "end": cohort.ends_on})


def _find_days(offering: Offering, cohort: Cohort) -> Sentence | None:
    if offering.is_given(cohort.starts_on, cohort.ends_on):
        return None
    if offering.valid_from and cohort.starts_on < offering.valid_from:
        text = N_("Utbildningen ges från och med %(first)s, men gruppen börjar %(start)s. Välj en annan.")
        return Sentence(text, {"first": offering.valid_from, "start": cohort.starts_on})
    text = N_("Utbildningen ges till och med %(last)s, men gruppen slutar %(end)s. Välj en annan.")
    return Sentence(text, {"last": offering.valid_to, "end": cohort.ends_on})
