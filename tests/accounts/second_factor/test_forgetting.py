"""Who has lost telephone and codes is helped by whoever runs the installation."""

import pytest
from sqlalchemy import select

from broker.accounts.second_factor import queries, service
from broker.actions import Action
from broker.audit import AuditEvent
from broker.extensions import db
from broker.mail import OutgoingMail
from tests import factories
from tests.accounts.second_factor.steps import CODE, SIGN_IN, turned_on
from tests.conftest import signed_in_client

pytestmark = pytest.mark.usefixtures("wait")


def test_it_is_removed_recorded_and_told_and_every_session_ends(app, user):
    turned_on(user)
    signed_in = signed_in_client(app, user)
    half = app.test_client()
    half.submit(SIGN_IN, email=user.email, password=factories.PASSWORD)

    assert service.forget(user, by=None)
    assert not service.forget(user, by=None)
    db.session.commit()

    assert queries.find_second_factor(user.id) is None and queries.count_recovery_codes(user.id) == 0
    assert signed_in.get("/konto").status_code == 302
    assert half.get(CODE).location == SIGN_IN
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()[-1]
    assert (last.action, last.actor_name) == (Action.SECOND_FACTOR_FORGOTTEN, "Systemet")
    letters = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
    assert letters[-1].recipient == user.email and "borttagen" in letters[-1].subject
    assert app.test_client().submit(SIGN_IN, email=user.email, password=factories.PASSWORD).location == "/"
