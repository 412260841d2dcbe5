"""Several people at the same moment: one link for each company, one change of the group, no answers too many."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta

import pytest
from sqlalchemy import func, select

from broker import clock
from broker.extensions import db
from broker.mail import OutgoingMail
from broker.needs import queries as needs
from broker.needs.confirmations import queries
from broker.needs.courses import service as courses
from broker.needs.evaluations.models import EvaluationAnswer
from broker.needs.evaluations.queries import list_links
from broker.needs.states import begin_cohort
from tests import factories
from tests import factories_needs as make
from tests.client import form_values
from tests.conftest import signed_in_client


@pytest.fixture
def group(scope, user):
    """Give a function that forms a group of two companies with three people each, with these days."""

    def form(*days):
        companies = [factories.company(f"Exempel {name} AB") for name in ("Ett", "Två")]
        factories.person(companies[0], "Karin Exempel", email="karin@ett.example")
        cohort = make.cohort(*(make.need(by=user, company=company) for company in companies), by=user)
        courses.add_sessions(cohort, days or [cohort.starts_on], starts_at=time(13), ends_at=time(16), by=user)
        db.session.commit()
        return cohort

    return form


def at_once(app, sent):
    """Send these forms at the same moment, and give the states of the answers."""
    db.session.rollback()

    def send(sender, address, data):
        with app.app_context():
            return sender.post(address, data=data).status_code

    with ThreadPoolExecutor(len(sent)) as threads:
        answers = list(threads.map(send, *zip(*sent, strict=True)))
    db.session.expire_all()
    return answers


def test_two_who_ask_the_same_companies_make_one_link_for_each(app, client, user, group):
    cohort = group()
    url, other = f"/behov/grupper/{cohort.id}/bekraftelser/fraga", signed_in_client(app, user)
    forms = [(sender, url, form_values(sender.get(url).text)) for sender in (client, other)]

    answers = at_once(app, forms)

    assert set(answers) <= {302, 409} and 302 in answers
    assert len(queries.list_confirmations(cohort.id)) == 2
    assert db.session.scalar(select(func.count(OutgoingMail.id))) == 1


def test_two_who_let_the_group_follow_do_it_once_while_a_third_reminds(app, client, user, group):
    cohort = group()
    page = f"/behov/grupper/{cohort.id}/bekraftelser"
    client.submit(f"{page}/fraga")
    first = queries.list_confirmations(cohort.id)[0]
    said = {"takes_part": "True", "women": "1", "men": "1", "unknown_sex": "0"}
    client.submit(f"{page}/foretag/{first.company_id}", **said)
    seen = form_values(client.get(page).text)["version"]
    senders = [client, *(signed_in_client(app, user) for _number in range(2))]
    taps = [f"{page}/{first.id}/andra-antalet", f"{page}/{first.id}/andra-antalet", f"{page}/paminn"]
    forms = [
        (sender, tap, {"csrf_token": sender.csrf_token(), "version": seen})
        for sender, tap in zip(senders, taps, strict=True)
    ]

    answers = at_once(app, forms)

    assert sorted(answers[:2]) == [302, 422] and answers[2] == 302
    assert needs.get_cohort(cohort.id).participants == 5


def test_two_who_mend_the_hours_at_once_do_not_both_succeed(app, client, user, group):
    cohort = group(clock.today() - timedelta(days=1), clock.today())
    begin_cohort(cohort, by=user)
    db.session.commit()
    url, other = f"/behov/grupper/{cohort.id}/efterat/anteckna", signed_in_client(app, user)
    met = {name: "met" for name in form_values(client.get(url).text) if name.startswith("result_")}
    assert client.submit(url, **met).status_code == 302
    men = f"men_{cohort.members[0].need.company_id}"
    forms = [
        (sender, url, form_values(sender.get(url).text) | met | {men: str(count)})
        for sender, count in ((client, 0), (other, 1))
    ]

    assert sorted(at_once(app, forms)) == [302, 409]


def test_a_class_that_answers_together_gives_no_more_answers_than_people(app, client, user, group, monkeypatch):
    cohort = group(clock.today() - timedelta(days=1), clock.today())
    begin_cohort(cohort, by=user)
    db.session.commit()
    page = f"/behov/grupper/{cohort.id}/efterat"
    came = form_values(client.get(f"{page}/anteckna").text)
    client.submit(f"{page}/anteckna", **{name: "later" for name in came if name.startswith("result_")})
    client.submit(f"{page}/skicka")
    url = f"/utvardera/{list_links(cohort.id)[0].evaluation.token}"
    visitors = [app.test_client() for _number in range(5)]
    said = {"fraga_good": "4", "fraga_met": "4", "fraga_recommend": "yes"}
    forms = [(visitor, url, form_values(visitor.get(url).text) | said) for visitor in visitors]
    real_now = clock.now
    monkeypatch.setattr(clock, "now", lambda: real_now() + timedelta(seconds=20))

    answers = at_once(app, forms)

    assert answers.count(302) == 3 and set(answers) <= {302, 410, 422}
    assert db.session.scalar(select(func.count(EvaluationAnswer.id))) == 3
