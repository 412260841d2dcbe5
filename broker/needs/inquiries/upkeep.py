"""Reminds once of links that nobody has answered, and forgets whom to ask once nobody needs to."""

from datetime import timedelta

from sqlalchemy import or_, update

from broker import access, audit, clock, database, mail
from broker.accounts import queries as accounts
from broker.actions import Action
from broker.extensions import db
from broker.leads.tips.queries import tip_rules
from broker.needs.inquiries import letters, queries
from broker.needs.inquiries.models import AnswerState, Inquiry, InquiryAnswer
from broker.upkeep import do_each


def remind_unanswered() -> None:
    """Remind once of each link that was sent so long ago without an answer; the upkeep calls it every minute."""
    today = clock.today()
    do_each(lambda: queries.list_to_remind(today), _remind)


def _remind(inquiry_id: int) -> None:
    is_due = (Inquiry.id == inquiry_id, Inquiry.reminded_on.is_(None))
    claimed = update(Inquiry).where(*is_due).values(reminded_on=clock.today()).returning(Inquiry.id)
    if db.session.scalar(claimed) is None:
        return
    inquiry = queries.get_inquiry(inquiry_id)
    person = inquiry.person
    # Somebody may have left the company, or got a protected identity, since the letter was sent.
    if person is None or person.is_protected or not person.is_active or not person.email:
        return
    link = mail.link_to("inquiry_form.answer", token=inquiry.token)
    letters.send_link(inquiry, person, accounts.get_organisation(inquiry.organisation_id), link, is_reminder=True)
    audit.record(Action.INQUIRY_REMINDED, inquiry, by=None)


def forget_contacts() -> None:
    """Empty whom to ask in answers dealt with long enough ago, as for tips; the upkeep calls it every minute."""
    now = clock.now()
    with database.writing(), access.every_organisation():
        rules = tip_rules(clock.today())
        is_answered = (InquiryAnswer.state != AnswerState.NEW) & (
            InquiryAnswer.state_at < now - timedelta(days=rules.days_after_answer)
        )
        is_over = or_(is_answered, InquiryAnswer.received_at < now - timedelta(days=rules.days_at_most))
        is_known = or_(InquiryAnswer.contact_name.is_not(None), InquiryAnswer.contact_reach.is_not(None))
        empty = update(InquiryAnswer).where(is_over, is_known).values(contact_name=None, contact_reach=None)
        db.session.execute(empty)
        db.session.commit()
