"""What is done about commitments: ask, remind, fill in, sign on screen or on paper, withdraw."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import Any, BinaryIO

from flask_babel import gettext as _

from broker import access, audit, clock, files
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.actions import Action
from broker.companies.models import Person
from broker.errors import RefusedError
from broker.esf.commitments import letters, queries
from broker.esf.commitments.models import CommitmentLink, SignedPaper, SigningWay
from broker.esf.commitments.paper import (
    COUNTS,
    AidTold,
    Situation,
    Told,
    hash_of,
    known_of,
    promise_of,
    write,
    write_withdrawal,
)
from broker.esf.commitments.states import Standing
from broker.esf.models import Commitment, DeMinimisAid, Project
from broker.esf.snapshots.models import Snapshot
from broker.esf.snapshots.queries import list_taken_since
from broker.extensions import db
from broker.file_kinds import refuse_other_kinds
from broker.formatting import in_swedish
from broker.leads.tips.pages import new_token
from broker.needs.reachable import check_reachable

# From the secret part of an address to the whole of it.
LinkOf = Callable[[str], str]


class TextChangedError(RefusedError):
    """Somebody changed what is promised after the company had read the text."""


class AlreadyWithdrawnError(RefusedError):
    """The paper has been withdrawn already."""


def ask(
    project: Project, standing: Standing, person: Person | None, *, open_until: date, link_of: LinkOf, by: User
) -> CommitmentLink:
    """Make a company's link or open it anew, and write to a person there unless it is handed over.

    Refuses a last day that has passed, and a person without an address or with protected identity.
    """
    if open_until < clock.today():
        raise RefusedError(_("Välj en sista dag som inte har passerat."))
    commitment, link = standing.commitment, standing.link
    if link is None:
        link = CommitmentLink(
            project_id=project.id,
            commitment=commitment,
            project=project,
            token=new_token(),
            created_by_id=by.id,
            is_closed=False,
        )
        db.session.add(link)
        audit.record(Action.COMMITMENT_LINK_MADE, commitment, by=by, company=commitment.company.name)
    link.organisation_id, link.draft = access.organisation_in_scope(), None
    link.open_until, link.is_closed, link.created_at, link.created_by_id = open_until, False, clock.now(), by.id
    link.person, link.sent_on, link.reminded_on, link.last_call_on, link.opened_at = None, None, None, None, None
    db.session.flush()
    if person is not None:
        check_reachable(person, commitment.company_id)
        link.person, link.sent_on = person, clock.today()
        organisation = accounts.get_organisation(link.organisation_id)
        address, is_changed = link_of(link.token), standing.has_changed
        letters.ask(link, person, organisation, sender=by, link_address=address, changed=is_changed)
        audit.record(Action.COMMITMENT_SENT, commitment, by=by, company=commitment.company.name)
    return link


def set_last_day(link: CommitmentLink, open_until: date, *, by: User) -> None:
    """Let a link be open until another day; refuses one that has passed."""
    if open_until < clock.today():
        raise RefusedError(_("Välj en sista dag som inte har passerat."))
    link.open_until, link.is_closed = open_until, False
    audit.record(Action.COMMITMENT_LINK_CHANGED, link.commitment, by=by, open_until=open_until)


def close_link(link: CommitmentLink, *, by: User) -> None:
    """Let a link open nothing more."""
    link.is_closed = True
    audit.record(Action.COMMITMENT_LINK_CHANGED, link.commitment, by=by, is_closed=True)


def replace_link(link: CommitmentLink, *, by: User) -> None:
    """Give a company another address, so that the earlier one leads nowhere."""
    link.token, link.draft = new_token(), None
    link.person, link.sent_on, link.reminded_on, link.last_call_on, link.opened_at = None, None, None, None, None
    audit.record(Action.COMMITMENT_LINK_REPLACED, link.commitment, by=by, company=link.commitment.company.name)


def remind(link: CommitmentLink, kind: str, *, link_of: LinkOf, by: User | None) -> bool:
    """Remind whom the letter went to, if they may still be written to; tell whether a letter was written."""
    setattr(link, kind, clock.today())
    company_id = link.commitment.company_id
    if not link.can_be_written_to or link.person is None or company_id in queries.companies_that_decline([company_id]):
        return False
    organisation = accounts.get_organisation(link.organisation_id)
    letters.remind(link, link.person, organisation, link_address=link_of(link.token), is_last=kind == "last_call_on")
    audit.record(Action.COMMITMENT_REMINDED, link.commitment, by=by, company=link.commitment.company.name)
    return True


def note_opened(link: CommitmentLink, commitment: Commitment) -> None:
    """Note when the company first opened its page."""
    if link.opened_at is None:
        link.opened_at = clock.now()
        audit.record(Action.COMMITMENT_OPENED, commitment, by=None, company=commitment.company.name)


def keep_draft(link: CommitmentLink, told: Told) -> None:
    """Keep what the company has filled in until it signs; nothing in the project changes before that."""
    link.draft = told.as_stored()


def told_by(link: CommitmentLink | None, situation: Situation) -> Told:
    """Give what the company has filled in, or else what the project knows of it."""
    return Told.of(link.draft) if link is not None and link.draft else known_of(situation)


def sign_on_screen(
    link: CommitmentLink, situation: Situation, *, shown: str, signer_name: str, signer_role: str, address: str
) -> SignedPaper:
    """Let a company sign the text that it was shown; refuses it if the text would say something else by now."""
    project, commitment = link.project, situation.commitment
    told = told_by(link, situation)
    text = write(told, situation)
    if hash_of(text) != shown:
        raise TextChangedError(
            _("Uppgifterna har ändrats sedan sidan öppnades. Läs texten igen, så som den är nu, och underteckna sedan.")
        )
    _take_over(project, commitment, told, situation, signed_on=clock.today())
    paper = _add_paper(
        project, situation, text, way=SigningWay.SCREEN, name=signer_name, role=signer_role, signed_on=clock.today()
    )
    paper.promise |= {"other_aid": told.other_aid}
    link.draft = None
    audit.record(Action.COMMITMENT_SIGNED, commitment, by=None, company=commitment.company.name, way="screen")
    letters.tell_of_signing(link, address)
    return paper


def record_paper(
    project: Project,
    situation: Situation,
    stream: BinaryIO,
    *,
    file_name: str,
    signer_name: str,
    signer_role: str,
    signed_on: date,
    by: User,
) -> SignedPaper:
    """Keep a scanned paper that a company has signed by hand; it is taken to say what a print of its day says now."""
    refuse_other_kinds(stream, file_name)
    content_hash, size = files.store(stream)
    commitment = situation.commitment
    commitment.signed_on = signed_on
    if situation.needs_certificate:
        commitment.certificate_on = signed_on
    with in_swedish():
        text = write(known_of(situation), replace(situation, today=signed_on))
    paper = _add_paper(
        project, situation, text, way=SigningWay.PAPER, name=signer_name, role=signer_role, signed_on=signed_on
    )
    paper.content_hash, paper.file_name, paper.size = content_hash, files.safe_name(file_name), size
    paper.recorded_by_id = by.id
    audit.record(Action.COMMITMENT_SIGNED, commitment, by=by, company=commitment.company.name, way="paper")
    return paper


def withdraw(paper: SignedPaper, *, withdrawn_on: date, reason: str, by: User | None) -> None:
    """Note that a company has taken its commitment back; the paper stays, and the certificate that it held is true."""
    if paper.is_withdrawn:
        raise AlreadyWithdrawnError(_("Åtagandet är redan återkallat. Ladda om sidan."))
    if not queries.is_latest(paper):
        raise RefusedError(_("Företaget har undertecknat på nytt sedan dess. Återkalla det som gäller nu."))
    if not paper.signed_on <= withdrawn_on <= clock.today():
        raise RefusedError(_("Ange en dag från undertecknandet till i dag."))
    paper.withdrawn_at, paper.withdrawn_on = clock.now(), withdrawn_on
    paper.withdrawal_reason, paper.withdrawn_by_id = reason, by.id if by else None
    paper.commitment.signed_on = None
    company = paper.commitment.company.name
    audit.record(Action.COMMITMENT_WITHDRAWN, paper.commitment, by=by, company=company, withdrawn_on=withdrawn_on)


def withdraw_over_link(
    link: CommitmentLink, paper: SignedPaper, *, shown: str, name: str, role: str, reason: str, address: str
) -> None:
    """Let a company take its commitment back itself; what it sent is kept with its hash, and the project is told.

    Refuses what is withdrawn already, and a paper that is not the one that the company was shown.
    """
    if paper.text_hash != shown:
        raise TextChangedError(_("Något annat har undertecknats sedan sidan öppnades. Läs det och återkalla sedan."))
    today = clock.today()
    text = write_withdrawal(link.project, paper, name=name, role=role, reason=reason, today=today)
    withdraw(paper, withdrawn_on=today, reason=reason, by=None)
    paper.withdrawal_text, paper.withdrawal_hash = text, hash_of(text)
    paper.withdrawer_name, paper.withdrawer_role = name, role
    link.draft = None
    letters.tell_of_withdrawal(link, address, is_exported=bool(exports_with(link.project, paper)))


def is_whole(paper: SignedPaper) -> bool:
    """Tell whether the kept texts are still those whose hashes were taken when they were sent."""
    is_kept = paper.withdrawal_text is None or hash_of(paper.withdrawal_text) == paper.withdrawal_hash
    return is_kept and hash_of(paper.text) == paper.text_hash


def exports_with(project: Project, paper: SignedPaper) -> list[Snapshot]:
    """List what was taken out of the project while the commitment held, the latest first."""
    until = paper.withdrawn_at or clock.now()
    return [row for row in list_taken_since(project, paper.recorded_at) if row.taken_at <= until]


def _take_over(project: Project, commitment: Commitment, told: Told, situation: Situation, *, signed_on: date) -> None:
    values: dict[str, Any] = {name: getattr(told, name) for name in COUNTS}
    values |= {"staff": told.staff, "turnover_eur": told.turnover_eur, "balance_eur": told.balance_eur}
    values |= {"group_numbers": list(told.group_numbers), "signed_on": signed_on}
    if situation.needs_certificate:
        values["certificate_on"] = signed_on
        _replace_earlier_aid(project, commitment, told.earlier)
    changes = audit.changes(commitment, values)
    for name, value in values.items():
        setattr(commitment, name, value)
    if changes:
        audit.record(Action.STATE_AID_SAVED, project, by=None, changes=changes, company=commitment.company.name)


def _replace_earlier_aid(project: Project, commitment: Commitment, told: Sequence[AidTold]) -> None:
    """Let the certificate's rows be those that the company told; one that says the same keeps the rate it has."""
    before: dict[tuple[object, ...], list[DeMinimisAid]] = defaultdict(list)
    for row in commitment.earlier_aid:
        before[_key_of(row)].append(row)
    for aid in told:
        if same := before[aid.giver, aid.granted_on, aid.amount, aid.is_euro, aid.organisation_number]:
            same.pop()
            continue
        row = DeMinimisAid(project_id=project.id, commitment_id=commitment.id, giver=aid.giver)
        row.granted_on, row.organisation_number = aid.granted_on, aid.organisation_number
        row.amount_eur, row.amount_kr = (aid.amount, None) if aid.is_euro else (None, aid.amount)
        db.session.add(row)
    for row in chain.from_iterable(before.values()):
        db.session.delete(row)


def _key_of(row: DeMinimisAid) -> tuple[object, ...]:
    is_euro = row.amount_kr is None
    amount = row.amount_eur if is_euro else row.amount_kr
    return row.giver, row.granted_on, amount, is_euro, row.organisation_number


def _add_paper(
    project: Project, situation: Situation, text: str, *, way: SigningWay, name: str, role: str, signed_on: date
) -> SignedPaper:
    paper = SignedPaper(
        project_id=project.id,
        commitment=situation.commitment,
        way=way,
        text=text,
        text_hash=hash_of(text),
        promise=promise_of(situation.commitment),
        has_certificate=situation.needs_certificate,
        signer_name=name,
        signer_role=role,
        signed_on=signed_on,
    )
    db.session.add(paper)
    return paper
