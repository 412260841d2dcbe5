"""What people do after the checks of a provider: hear it, note its answer, judge it, decide, and open it anew."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from broker import access, audit, clock
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import day
from broker.providers import queries as providers
from broker.providers.hearings import letters, queries
from broker.providers.hearings.models import VettingStep
from broker.providers.hearings.rules import find_objection
from broker.providers.hearings.standing import UNTOUCHED, Cure, Hearing, Outcome, StepKind
from broker.providers.models import Provider
from broker.providers.vetting import VettingStatus


class StepRefusedError(RefusedError):
    """A step that cannot be taken; says in which field, or in none."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


def open_hearing(provider: Provider, *, found: str | None, recipient: str, answer_by: date, by: User) -> VettingStep:
    """Tell the provider in a letter what was found about its failed excluding items, and by when it may answer.

    Refuses when nothing excludes that it has not been told of, and a day that is too soon or too late: LOU 13 kap. 4 §.
    About crimes the letter and the register name the item alone: GDPR article 10.
    """
    today = clock.today()
    unheard = _status(provider).unheard
    if not unheard:
        raise StepRefusedError(
            _("Det finns inget nytt att yttra sig om. Anteckna först den punkt som utesluter som underkänd.")
        )
    rules = queries.hearing_rules(today)
    first, last = (today + timedelta(days=days) for days in (rules.shortest_days, rules.longest_days))
    if not first <= answer_by <= last:
        sentence = _("Välj en dag från %(first)s till %(last)s.", first=day(first), last=day(last))
        raise StepRefusedError(sentence, "answer_by")
    item_ids = [item.id for item in unheard]
    _check_words(item_ids, found, "found")
    step = _add(
        provider,
        StepKind.HEARD,
        today,
        Action.VETTING_HEARD,
        by=by,
        until=answer_by,
        item_ids=" ".join(item_ids),
        text=found,
        recipient=recipient,
    )
    letters.tell(
        provider,
        queries.items_of(providers.vetting_document(today), item_ids),
        found,
        recipient=recipient,
        answer_by=answer_by,
        sender=accounts.get_organisation(access.organisation_in_scope()),
        by=by,
    )
    return step


def note_answer(provider: Provider, *, answered_on: date, text: str | None, by: User) -> VettingStep:
    """Note what the provider answered; refuses without an open hearing, and a day before it or to come.

    About crimes only that and when it answered is kept: GDPR article 10.
    """
    hearing = _hearing_of(provider)
    if not hearing.opened_on <= answered_on <= clock.today():
        sentence = _("Ange en dag från %(day)s till och med i dag.", day=day(hearing.opened_on))
        raise StepRefusedError(sentence, "answered_on")
    _check_words(hearing.item_ids, text, "text")
    return _add(provider, StepKind.ANSWERED, answered_on, Action.VETTING_ANSWERED, by=by, text=text)


def assess(provider: Provider, *, cure: Cure, text: str | None, by: User) -> VettingStep:
    """Note whether what the provider has answered and done is enough: LOU 13 kap. 5 §; refuses before it has."""
    hearing = _hearing_of(provider)
    if hearing.answered_on is None:
        raise StepRefusedError(_("Anteckna först vad anordnaren svarade."))
    _check_words(hearing.item_ids, text, "text")
    return _add(provider, StepKind.ASSESSED, clock.today(), Action.VETTING_ASSESSED, by=by, cure=cure, text=text)


def decide(
    provider: Provider,
    outcome: Outcome,
    *,
    reason: str | None,
    conditions: str | None,
    valid_until: date | None,
    by: User,
) -> VettingStep:
    """Decide about a provider; refuses what the rules object to, and what lacks its reason, conditions or day."""
    today = clock.today()
    status = _status(provider)
    if objection := find_objection(outcome, status):
        raise StepRefusedError(objection, "outcome")
    if not reason and (outcome is not Outcome.APPROVED or status.standing != UNTOUCHED):
        raise StepRefusedError(_("Skriv skälet, så att anordnaren och kollegor förstår beslutet."), "reason")
    if outcome is Outcome.WITH_CONDITIONS and not conditions:
        raise StepRefusedError(_("Skriv vilka villkor som gäller."), "conditions")
    if valid_until and valid_until <= today:
        raise StepRefusedError(_("Ange en dag efter i dag, eller lämna fältet tomt."), "valid_until")
    return _add(
        provider,
        StepKind.DECIDED,
        today,
        Action.VETTING_DECIDED,
        by=by,
        outcome=outcome,
        text=reason,
        conditions=conditions if outcome is Outcome.WITH_CONDITIONS else None,
        until=valid_until,
    )


def reopen(provider: Provider, *, happened_on: date, text: str, by: User) -> VettingStep:
    """Open the vetting anew because something has happened; refuses a day to come."""
    if happened_on > clock.today():
        raise StepRefusedError(_("Ange en dag som inte ligger i framtiden."), "happened_on")
    return _add(provider, StepKind.REOPENED, happened_on, Action.VETTING_REOPENED, by=by, text=text)


def begin(provider: Provider, *, text: str, by: User) -> VettingStep:
    """Note that a provider has asked to be vetted, so that its vetting waits to be done."""
    queries.wait_for_turn(provider)
    return _add(provider, StepKind.BEGUN, clock.today(), Action.VETTING_BEGUN, by=by, text=text)


def reopen_by_itself(provider: Provider, *, text: str, item_ids: str) -> VettingStep:
    """Open the vetting anew because of what is known of some items; nobody decided it, and nobody is refused by it."""
    queries.wait_for_turn(provider)
    return _add(
        provider, StepKind.REOPENED, clock.today(), Action.VETTING_REOPENED, by=None, text=text, item_ids=item_ids
    )


def _status(provider: Provider) -> VettingStatus:
    queries.wait_for_turn(provider)
    return providers.status_of(provider, today=clock.today())


def _hearing_of(provider: Provider) -> Hearing:
    hearing = _status(provider).standing.hearing
    if hearing is None:
        raise StepRefusedError(_("Inget yttrande är öppet. Ladda om sidan."))
    return hearing


def _check_words(item_ids: Sequence[str], text: str | None, field: str) -> None:
    if queries.is_about_crimes(providers.vetting_document(clock.today()), item_ids):
        if text:
            sentence = _("Lämna fältet tomt. Om brott sparas bara resultat, dag och vem som kontrollerade.")
            raise StepRefusedError(sentence, field)
    elif not text:
        raise StepRefusedError(_("Skriv med några ord vad det gäller."), field)


def _add(
    provider: Provider, kind: StepKind, happened_on: date, action: Action, *, by: User | None, **values: Any
) -> VettingStep:
    step = VettingStep(provider_id=provider.id, kind=kind, happened_on=happened_on, made_by=by, **values)
    db.session.add(step)
    db.session.flush()
    told = {name: values[name] for name in ("outcome", "cure", "until", "item_ids") if values.get(name)}
    audit.record(action, provider, by=by, step=step.id, **told)
    return step
