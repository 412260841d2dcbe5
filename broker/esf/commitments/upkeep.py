"""Reminds of commitments that nobody has signed, and forgets what was filled in once nobody needs it."""

import logging
from datetime import timedelta

from flask import current_app
from sqlalchemy import update

from broker import access, clock, database
from broker.esf import queries as esf
from broker.esf.commitments import queries, service
from broker.esf.commitments.models import CommitmentLink
from broker.extensions import db

_logger = logging.getLogger(__name__)


def remind_unsigned() -> None:
    """Remind whom it is time for; the upkeep calls it every minute."""
    today = clock.today()
    with database.writing(False), access.every_organisation():
        due = queries.list_due(today)
        db.session.rollback()
    for organisation_id, link_id in due:
        with database.writing(), access.acting_in(organisation_id):
            try:
                _remind(link_id)
                db.session.commit()
            except Exception:
                # One link that cannot be reminded of must not keep the others waiting; it is tried again next time.
                _logger.exception("no reminder of commitment link %s", link_id)
                db.session.rollback()


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
    # The upkeep has no request whose address Flask could build on.
    path = current_app.url_map.bind("").build("commitment_form.fill_in", {"token": token})
    return f"{current_app.config['BASE_URL']}{path}"
