"""Which vettings wait for somebody: why, since or until when, and what is to be done next."""

from dataclasses import dataclass
from datetime import date, timedelta

from broker.providers.hearings.rules import LOW_SCORES_ITEM, NextStep
from broker.providers.vetting import Item, VettingStatus
from broker.sentences import N_, Sentence


@dataclass(frozen=True)
class Waiting:
    """Why a vetting waits, the day it is about, and the next step; without a step the items of a group are checked."""

    day: date
    why: Sentence
    step: NextStep | None = None
    group_id: str | None = None
    is_about_scores: bool = False


def find_waiting(status: VettingStatus) -> Waiting | None:
    """Give what a vetting waits for that was complete once, or that came to a hearing; None if nothing presses.

    A paused provider waits for nothing, nor one that was not accepted; while a provider may answer it is its turn.
    """
    if status.id in ("paused", "rejected"):
        return None
    hearing = status.standing.hearing
    if status.unheard:
        item = status.unheard[0]
        day = item.check.checked_on if item.check else status.today
        return Waiting(day, Sentence(N_("Underkänd: %(item)s."), {"item": item.words}), NextStep.HEAR)
    if hearing and hearing.answered_on:
        if hearing.cure:
            return Waiting(hearing.answered_on, Sentence(N_("Svaret är bedömt.")), NextStep.DECIDE)
        return Waiting(hearing.answered_on, Sentence(N_("Anordnaren har svarat.")), NextStep.ASSESS)
    if hearing:
        is_over = hearing.is_ready(status.today)
        return Waiting(hearing.answer_by, Sentence(N_("Inget svar i tid.")), NextStep.DECIDE) if is_over else None
    return _find_begun(status) or _find_expiry(status)


def _find_begun(status: VettingStatus) -> Waiting | None:
    if not status.standing.begun_on or not status.missing:
        return None
    why = Sentence(N_("Har anmält sig själv och väntar på att granskas."))
    return Waiting(status.standing.begun_on, why, group_id=status.missing[0].group)


def _find_expiry(status: VettingStatus) -> Waiting | None:
    decision = status.standing.decision
    if status.expired:
        return _of_item(N_("Gick ut: %(item)s."), _first(status.expired))
    if decision and decision.valid_until and decision.is_over(status.today):
        return Waiting(decision.valid_until, Sentence(N_("Beslutet gäller inte längre.")), NextStep.DECIDE)
    if status.standing.reopened_on:
        is_low = LOW_SCORES_ITEM in status.standing.reopened_about
        why = Sentence(N_("Låga omdömen efter flera utbildningar.") if is_low else N_("Något har hänt."))
        return Waiting(status.standing.reopened_on, why, NextStep.DECIDE, is_about_scores=is_low)
    if status.expiring_soon:
        return _of_item(N_("Går snart ut: %(item)s."), _first(status.expiring_soon))
    if decision and decision.valid_until and decision.valid_until <= status.today + timedelta(days=status.warning_days):
        return Waiting(decision.valid_until, Sentence(N_("Beslutet går snart ut.")), NextStep.DECIDE)
    return None


def _first(items: tuple[Item, ...]) -> Item:
    return min(items, key=lambda item: item.expires_on or date.max)


def _of_item(text: str, item: Item) -> Waiting:
    return Waiting(item.expires_on or date.max, Sentence(text, {"item": item.words}), group_id=item.group)
