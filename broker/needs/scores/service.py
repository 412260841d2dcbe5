"""What is done about scorecards: a moderator shows texts or does not, a provider is asked and replies."""

from datetime import timedelta

from flask_babel import gettext as _

from broker import access, audit, clock
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.extensions import db
from broker.leads.tips.pages import new_token
from broker.needs.confirmations.service import LinkOf
from broker.needs.evaluations.asking import reply_days
from broker.needs.evaluations.models import EvaluationText, TextState
from broker.needs.scores import letters, queries
from broker.needs.scores.models import ScoreReply
from broker.needs.scores.striking import STRUCK, is_struck_only
from broker.providers.models import Provider


class TextRefusedError(RefusedError):
    """A text cannot be shown so: something else than striking out was done to it."""


class ReplyRefusedError(RefusedError):
    """The provider has replied already and been read, or its time is over."""


def moderate(row: EvaluationText | ScoreReply, *, is_shown: bool, shown: str | None, by: User) -> None:
    """Show a text as it is now written, or do not; may be done again.

    Refuses a text in which anything but pieces were struck out: nobody's words are changed.
    """
    if is_shown and not is_struck_only(row.text or "", shown or ""):
        sentence = _("Byt bara ut det som pekar ut någon mot %(mark)s, och lämna resten som det är skrivet.")
        raise TextRefusedError(sentence % {"mark": STRUCK})
    row.state = TextState.RELEASED if is_shown else TextState.WITHHELD
    row.shown = shown if is_shown else None
    row.moderated_by, row.moderated_at = by.name, clock.now()
    subject = row.provider if isinstance(row, ScoreReply) else row.evaluation.cohort
    action = Action.TEXT_RELEASED if is_shown else Action.TEXT_WITHHELD
    audit.record(action, subject, by=by, text=row.id)


def ask_provider(provider: Provider, recipient: str, *, link_of: LinkOf, by: User) -> ScoreReply:
    """Send a provider a link of its own to its scorecard, where it may reply."""
    today = clock.today()
    reply = ScoreReply(
        provider=provider,
        token=new_token(),
        recipient=recipient,
        sent_on=today,
        open_until=today + timedelta(days=reply_days(today)),
        state=TextState.HELD,
    )
    db.session.add(reply)
    db.session.flush()
    sender = accounts.get_organisation(access.organisation_in_scope())
    letters.ask(reply, sender, link_of(reply.token), by=by)
    audit.record(Action.SCORE_REPLY_ASKED, provider, by=by)
    return reply


def may_reply(reply: ScoreReply) -> bool:
    """Tell whether the provider may still write, or change what it wrote: until a moderator has read it."""
    return reply.state in (TextState.HELD, TextState.WAITING) and clock.today() <= reply.open_until


def receive_reply(reply: ScoreReply, text: str) -> None:
    """Store what a provider replied, for a moderator to read; refuses it once one has, or after the last day."""
    with access.acting_in(reply.organisation_id):
        queries.hold_reply(reply)
        if not may_reply(reply):
            raise ReplyRefusedError(_("Svaret är redan läst, eller så är tiden ute. Hör av dig till oss i stället."))
        reply.text, reply.state, reply.received_on = text, TextState.WAITING, clock.today()
        audit.record(Action.SCORE_REPLIED, reply.provider, by=None)
        db.session.flush()
