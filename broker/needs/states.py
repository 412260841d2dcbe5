"""How a need goes from one state to the next: made clear, taught, met; each step with its day, who and why."""

from flask_babel import gettext as _

from broker import audit, clock
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.formatting import day
from broker.needs.models import Cohort, Need, NeedStatus


class NeedUnclearError(RefusedError):
    """Something has to be known before the need is clear."""


class NeedStateError(RefusedError):
    """The need has come further, or less far, than this step takes."""


def move(need: Need, status: NeedStatus, *, reason: str | None = None) -> None:
    """Give a need its state from now on; who calls records why."""
    need.status, need.status_at, need.status_reason = status, clock.now(), reason


def clarify_need(need: Need, *, by: User) -> None:
    """Say that a need is clear, so that it can be placed in a cohort; refuses one of which something is not known."""
    if not need.is_identified:
        raise NeedStateError(_("Behovet är redan klarlagt. Ladda om sidan för att se var det står."))
    if need.missing:
        lacking = ", ".join(map(str, need.missing))
        raise NeedUnclearError(_("Fyll i det som saknas innan behovet är klarlagt: %(lacking)s.", lacking=lacking))
    move(need, NeedStatus.CLARIFIED)
    audit.record(Action.NEED_CLARIFIED, need, by=by)


def meet_need(need: Need, *, by: User) -> None:
    """Say that the training met a need; refuses one whose training has not begun."""
    if not need.is_in_delivery:
        raise NeedStateError(_("Behovet kan bli tillgodosett först när utbildningen har börjat."))
    move(need, NeedStatus.MET)
    audit.record(Action.NEED_MET, need, by=by)


def begin_cohort(cohort: Cohort, *, by: User) -> None:
    """Say that the training of a cohort has begun: its needs are in delivery; refuses it before its first day."""
    if not cohort.is_formed or cohort.has_begun:
        raise NeedStateError(_("Gruppen är upplöst, eller så har utbildningen redan börjat."))
    if clock.today() < cohort.starts_on:
        raise NeedStateError(_("Utbildningen börjar %(day)s. Kom tillbaka då.", day=day(cohort.starts_on)))
    cohort.begun_on = clock.today()
    audit.record(Action.COHORT_BEGUN, cohort, by=by)
    for need in dict.fromkeys(member.need for member in cohort.members):
        if need.status is NeedStatus.IN_COHORT:
            move(need, NeedStatus.IN_DELIVERY)
            audit.record(Action.NEED_BEGUN, need, by=by)
