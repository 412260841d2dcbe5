"""Whom a lead can go to, and how leads have fared."""

from datetime import timedelta

from broker import access, clock
from broker.extensions import db
from broker.leads import queries, service
from broker.leads.models import LeadResult
from tests import factories, factories_leads


def test_organisations_of_the_companys_municipality_come_first_and_never_our_own(scope):
    near = factories.organisation("Näringslivsenheten Sala", municipality_codes=["1981"])
    other = factories.organisation("Lärcentrum Kinda", municipality_codes=["0513"])
    company = factories.company(municipality_code="1981")

    first, rest = queries.list_receivers(company)

    assert first == [near]
    assert rest == [other]


def test_the_inbox_is_read_page_by_page(scope, user):
    receiver = factories.organisation()
    for _number in range(3):
        factories_leads.lead(sender=scope, receivers=[receiver], by=user)

    with access.acting_in(receiver.id):
        first, before = queries.list_received(limit=2)
        rest, end = queries.list_received(before=before, limit=2)

    assert [row.id for row in first] + [row.id for row in rest] == sorted(
        {row.id for row in (*first, *rest)}, reverse=True
    )
    assert (len(first), len(rest), end) == (2, 1, None)


def test_figures_count_answers_and_leave_out_what_was_taken_back(scope, user):
    receiver = factories.organisation()
    officer = factories.user(organisation=receiver)
    declined, revoked, _waiting = (
        factories_leads.lead(sender=scope, receivers=[receiver], by=user) for _number in range(3)
    )
    service.revoke_offer(revoked.offers[0], by=user)
    with access.acting_in(receiver.id):
        service.decline_lead(factories_leads.received(declined, receiver), reason="Nej", by=officer)
    db.session.commit()

    figures = queries.sent_figures(clock.now() - timedelta(days=1))
    assert (figures.offers, figures.waiting, figures.declined, figures.accepted) == (2, 1, 1, 0)
    assert figures.days_to_answer == 0


def test_a_question_is_no_answer_and_a_returned_lead_no_need(scope, user):
    receiver = factories.organisation()
    officer = factories.user(organisation=receiver)
    asked, returned = (factories_leads.lead(sender=scope, receivers=[receiver], by=user) for _number in range(2))
    with access.acting_in(receiver.id):
        service.ask_back(factories_leads.received(asked, receiver), question="Hur många?", by=officer)
        copy = factories_leads.received(returned, receiver)
        service.accept_lead(copy, by=officer)
        service.report_result(copy, result=LeadResult.NEED, result_note=None, by=officer)
        service.return_lead(copy, reason="Fel kommun.", by=officer)
        db.session.commit()

    assert asked.offers[0].first_answered_at is None
    figures = queries.sent_figures(clock.now() - timedelta(days=1))
    assert (figures.waiting, figures.declined, figures.became_need) == (1, 1, 0)
