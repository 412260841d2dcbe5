"""What people do about traces: propose an agreement, answer it, end it; ask a colleague in another organisation."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from broker import access, audit, clock, database
from broker.accounts import queries as accounts
from broker.accounts.models import Organisation, User
from broker.actions import Action
from broker.companies.models import Company
from broker.errors import RefusedError
from broker.extensions import db
from broker.sentences import N_, Sentence
from broker.traces import letters, queries
from broker.traces.models import OPEN, Agreement, AgreementState, Colleague, TraceQuestion
from broker.traces.queries import Neighbour


class AgreementStateError(RefusedError):
    """The agreement has come further than this step needs, or the step is the other side's."""


class TooManyQuestionsError(RefusedError):
    """More questions than a person asks in a conversation."""

    status = 429


def propose_agreement(
    receiver: Organisation,
    *,
    reference: str,
    basis: str,
    starts_on: date,
    ends_on: date,
    has_sole_traders: bool,
    link: str,
    by: User,
) -> Agreement:
    """Propose that the two organisations show each other traces; refuses ourselves, and a second for the same days."""
    proposer = accounts.get_organisation(access.organisation_in_scope())
    if receiver.id == proposer.id:
        raise RefusedError(_("Välj en annan organisation än den egna."))
    _lock(proposer, receiver)
    if queries.find_agreement(receiver, OPEN, first=starts_on, last=ends_on):
        raise RefusedError(
            _("Ni har redan en överenskommelse eller ett förslag med %(name)s för de dagarna.", name=receiver.name)
        )
    agreement = Agreement(
        proposer_id=proposer.id,
        receiver_id=receiver.id,
        reference=reference,
        basis=basis,
        starts_on=starts_on,
        ends_on=ends_on,
        months=queries.trace_rules(clock.today()).months,
        has_sole_traders=has_sole_traders,
        proposed_by=by.name,
    )
    db.session.add(agreement)
    db.session.flush()
    _record(Action.AGREEMENT_PROPOSED, agreement, by)
    letters.tell_administrators(Action.AGREEMENT_PROPOSED, agreement, receiver, proposer, link)
    return agreement


def accept_agreement(agreement: Agreement, *, link: str, by: User) -> None:
    """Say yes: from its first day on both sides see traces; only the receiver of an open proposal can."""
    _check_awaited(agreement)
    if agreement.ends_on < clock.today():
        raise AgreementStateError(_("Förslagets sista dag har passerat. Be om ett nytt förslag."))
    proposer, days = agreement.proposer, {"first": agreement.starts_on, "last": agreement.ends_on}
    _lock(proposer, agreement.receiver)
    # Of two for the same days, ending one would leave the other in force.
    if queries.find_agreement(proposer, (AgreementState.ACCEPTED,), **days):
        raise AgreementStateError(
            _("Ni har redan en överenskommelse med %(name)s för de dagarna. Avsluta den först.", name=proposer.name)
        )
    _answer(agreement, AgreementState.ACCEPTED, by)
    _tell_other_side(Action.AGREEMENT_ACCEPTED, agreement, link, by)


def decline_agreement(agreement: Agreement, *, reason: str, link: str, by: User) -> None:
    """Say no, with the reason, which the proposer sees; only the receiver of an open proposal can."""
    _check_awaited(agreement)
    agreement.reason = reason
    _answer(agreement, AgreementState.DECLINED, by)
    _tell_other_side(Action.AGREEMENT_DECLINED, agreement, link, by)


def end_agreement(agreement: Agreement, *, link: str, by: User) -> None:
    """End it for both at once, or take our own proposal back; ended twice it stays as it was."""
    own = access.organisation_in_scope()
    if agreement.state is AgreementState.PROPOSED:
        if own != agreement.proposer_id:
            raise AgreementStateError(_("Det är ett förslag till er. Anta det eller avböj det."))
        state, action = AgreementState.WITHDRAWN, Action.AGREEMENT_WITHDRAWN
    elif agreement.state is AgreementState.ACCEPTED:
        state, action = AgreementState.ENDED, Action.AGREEMENT_ENDED
    else:
        return
    agreement.state, agreement.ended_by, agreement.ended_at = state, by.name, clock.now()
    _tell_other_side(action, agreement, link, by)


def ask_colleague(
    company: Company, neighbour: Neighbour, *, colleague: Colleague | None, text: str, link: str, by: User
) -> None:
    """Write to whom a trace names, or to all who could answer there when he has left; refuses too many questions.

    What is asked is in the letter alone.
    """
    rules = queries.trace_rules(clock.today())
    # Two sendings that meet must not both find room for one more.
    database.hold(User.id, by.id)
    if queries.count_questions(by.id, since=clock.now() - rules.window) >= rules.per_person:
        limit = {"most": rules.per_person, "minutes": rules.window // timedelta(minutes=1)}
        raise TooManyQuestionsError(
            _(
                "Du har nått gränsen för frågor, %(most)s på %(minutes)s minuter. Vänta en stund och skicka igen.",
                **limit,
            )
        )
    own = accounts.get_organisation(access.organisation_in_scope())
    colleague_id = colleague.user_id if colleague else None
    parties = {"receiver_id": neighbour.id, "colleague_id": colleague_id, "asked_by_id": by.id}
    db.session.add(TraceQuestion(company_id=company.id, **parties))
    for side, other in ((own.id, neighbour.name), (neighbour.id, own.name)):
        facts = {"company": _name_in_logs(company), "organisation": other}
        audit.record(Action.COLLEAGUE_ASKED, company, by=by, organisation_id=side, **facts)
    letters.ask(company, neighbour, colleague, text=text, link=link, asker=by, asking=own)


def _name_in_logs(company: Company) -> str | dict[str, Any]:
    """Give the name that the other side's log may have, in no language that depends on who asks."""
    return Sentence(N_("Enskild firma")).as_stored() if company.is_sole_trader else company.name


def _lock(one: Organisation, other: Organisation) -> None:
    # Two that propose to each other at the same moment must not both find that there is nothing yet.
    database.hold(Organisation.id, one.id, other.id)


def _check_awaited(agreement: Agreement) -> None:
    if agreement.state is not AgreementState.PROPOSED:
        raise AgreementStateError(_("Förslaget är redan besvarat eller återtaget. Ladda om sidan för att se läget."))
    if not agreement.awaits(access.organisation_in_scope()):
        raise AgreementStateError(_("Förslaget är ert eget. %(name)s svarar på det.", name=agreement.receiver.name))


def _answer(agreement: Agreement, state: AgreementState, by: User) -> None:
    agreement.state, agreement.answered_by, agreement.answered_at = state, by.name, clock.now()


def _tell_other_side(action: Action, agreement: Agreement, link: str, by: User) -> None:
    _record(action, agreement, by)
    own = access.organisation_in_scope()
    other = agreement.other(own)
    letters.tell_administrators(action, agreement, other, agreement.other(other.id), link)


def _record(action: Action, agreement: Agreement, by: User) -> None:
    """Write the event into both sides' logs."""
    terms = {"reference": agreement.reference, "starts_on": agreement.starts_on, "ends_on": agreement.ends_on}
    for side in (agreement.proposer, agreement.receiver):
        facts = {"organisation": agreement.other(side.id).name} | terms
        audit.record(action, agreement, by=by, organisation_id=side.id, **facts)
