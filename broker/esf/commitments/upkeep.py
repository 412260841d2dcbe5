"""Reminds of commitments that nobody has signed, and forgets what was filled in once nobody needs it."""

from datetime import timedelta

from sqlalchemy import update

from broker import access, clock, database, mail
from broker.esf import queries as esf
from broker.esf.commitments import queries, service
from broker.esf.commitments.models import CommitmentLink
from broker.extensions import db
from broker.upkeep import do_each


def remind_unsigned() -> None:
    """Remind whom it is time for; the upkeep calls it every minute."""
    today = clock.today()
    do_each(lambda: queries.list_due(today), _remind)


def forget_drafts() -> None:
    """Forget what was filled in and never signed once its link has been closed for long; the upkeep calls it."""
    with database.writing(), access.every_organisation():
        today = clock.today()
        last = today - timedelta(days=queries.commitment_rules(today).days_to_keep_draft)
        is_over = CommitmentLink.draft.is_not(None), CommitmentLink.open_until < last
        db.session.execute(update(CommitmentLink).where(*is_over).values(draft=None))
        db.session.commit()


def _remind(link_id: int) -> None:
    today = clock.today()
    link = queries.get_link(link_id)
    kind = queries.kind_of_reminder(link, queries.commitment_rules(today), today)
    if not kind:
        return
    claimed = update(CommitmentLink).where(CommitmentLink.id == link_id, getattr(CommitmentLink, kind).is_(None))
    if db.session.scalar(claimed.values({kind: today}).returning(CommitmentLink.id)) is None:
        return
    standing = queries.get_standing(esf.get_project(link.project_id), link.commitment_id)
    if standing.may_be_reminded:
        service.remind(link, kind, link_of=_address, by=None)


def _address(token: str) -> str:
    return mail.link_to("commitment_form.fill_in", token=token)
