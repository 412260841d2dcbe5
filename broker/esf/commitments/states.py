"""Where a company stands with its commitment: not asked, asked, signed, no longer what was signed, withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from broker.esf.commitments.models import CommitmentLink, SignedPaper, SigningWay
from broker.esf.commitments.paper import PROMISED, promise_of
from broker.esf.kinds import AidBasis
from broker.esf.models import Commitment


class CommitmentState(StrEnum):
    """How far a commitment has come."""

    NOT_SENT = "not_sent"
    SENT = "sent"
    OPENED = "opened"
    SIGNED_SCREEN = "signed_screen"
    SIGNED_PAPER = "signed_paper"
    NOTED = "noted"
    CHANGED = "changed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _LABELS[self]

    @property
    def tone(self) -> str:
        """Give the tone of its tag."""
        return _TONES[self]


_LABELS = {
    CommitmentState.NOT_SENT: _l("Inte skickat"),
    CommitmentState.SENT: _l("Skickat"),
    CommitmentState.OPENED: _l("Öppnat"),
    CommitmentState.SIGNED_SCREEN: _l("Undertecknat på skärm"),
    CommitmentState.SIGNED_PAPER: _l("Undertecknat på papper"),
    CommitmentState.NOTED: _l("Antecknat som undertecknat"),
    CommitmentState.CHANGED: _l("Stämmer inte längre"),
    CommitmentState.EXPIRED: _l("Länken har gått ut"),
    CommitmentState.WITHDRAWN: _l("Återkallat"),
}
_TONES = {
    CommitmentState.NOT_SENT: "off",
    CommitmentState.SENT: "info",
    CommitmentState.OPENED: "info",
    CommitmentState.SIGNED_SCREEN: "ok",
    CommitmentState.SIGNED_PAPER: "ok",
    CommitmentState.NOTED: "ok",
    CommitmentState.CHANGED: "warn",
    CommitmentState.EXPIRED: "stop",
    CommitmentState.WITHDRAWN: "stop",
}
_SIGNED = {CommitmentState.SIGNED_SCREEN, CommitmentState.SIGNED_PAPER, CommitmentState.NOTED}


@dataclass(frozen=True)
class Standing:
    """One company's commitment with its link and papers, the newest first."""

    commitment: Commitment
    link: CommitmentLink | None
    papers: Sequence[SignedPaper]
    today: date

    @property
    def paper(self) -> SignedPaper | None:
        """Give the paper that holds: the latest, unless it is withdrawn."""
        latest = self.papers[0] if self.papers else None
        return None if latest is None or latest.is_withdrawn else latest

    @property
    def is_withdrawn(self) -> bool:
        """Tell whether what was signed last has been taken back."""
        return bool(self.papers) and self.papers[0].is_withdrawn

    @property
    def own_withdrawal(self) -> SignedPaper | None:
        """Give the latest paper if the company has taken it back itself."""
        latest = self.papers[0] if self.papers else None
        return latest if latest is not None and latest.withdrawal_text else None

    @property
    def has_changed(self) -> bool:
        """Tell whether the commitment now says something else than what was signed."""
        paper = self.paper
        if paper is None:
            return False
        now = promise_of(self.commitment)
        return any(paper.promise.get(name) != now[name] for name in PROMISED)

    @property
    def state(self) -> CommitmentState:
        """Give where the company stands."""
        paper = self.paper
        if paper is not None and self.has_changed:
            return CommitmentState.CHANGED
        if paper is not None:
            is_screen = paper.way is SigningWay.SCREEN
            return CommitmentState.SIGNED_SCREEN if is_screen else CommitmentState.SIGNED_PAPER
        if self.commitment.signed_on:
            return CommitmentState.NOTED
        return self._waiting_state()

    def _waiting_state(self) -> CommitmentState:
        link = self.link
        withdrawn_at = self.papers[0].withdrawn_at if self.papers else None
        if withdrawn_at is not None and (link is None or link.created_at <= withdrawn_at):
            return CommitmentState.WITHDRAWN
        if link is None:
            return CommitmentState.NOT_SENT
        if not link.is_open_on(self.today):
            return CommitmentState.EXPIRED
        if link.opened_at:
            return CommitmentState.OPENED
        return CommitmentState.SENT if link.sent_on else CommitmentState.NOT_SENT

    @property
    def is_signed(self) -> bool:
        """Tell whether the company has signed what holds now."""
        return self.state in _SIGNED

    @property
    def needs_certificate(self) -> bool:
        """Tell whether the aid is of the kind that the company has to certify."""
        return self.commitment.aid_basis == AidBasis.DE_MINIMIS

    @property
    def has_certificate(self) -> bool:
        """Tell whether there is a certificate, or none is needed."""
        return not self.needs_certificate or self.commitment.certificate_on is not None

    @property
    def lacks(self) -> bool:
        """Tell whether something is to be asked of the company."""
        return not self.is_signed or not self.has_certificate

    @property
    def may_be_reminded(self) -> bool:
        """Tell whether a letter that waits for an answer may be followed by another: not to who has withdrawn."""
        return self.lacks and self.state is not CommitmentState.WITHDRAWN

    @property
    def may_be_asked(self) -> bool:
        """Tell whether the company is to get a letter: it lacks something, and no letter waits for an answer.

        Who has taken its commitment back is not asked along with the others.
        """
        link = self.link
        waits = link is not None and link.sent_on is not None and link.is_open_on(self.today)
        if self.state in (CommitmentState.WITHDRAWN, CommitmentState.CHANGED):
            return self.state is CommitmentState.CHANGED
        return self.lacks and not waits
