"""A company signs its commitment on its phone, and the board shows it."""

from datetime import timedelta

import pytest

from broker import clock
from broker.access import Role
from broker.esf import queries as esf
from broker.esf.commitments import queries, service
from broker.extensions import db
from tests import factories, factories_esf
from tests.browser.conftest import opened
from tests.browser.phone import PHONE
from tests.browser.steps import press, sees, write

# What a browser does with a page does not depend on the database behind it.
pytestmark = pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)


def test_a_company_reads_corrects_and_signs_on_its_phone(scope, organisation, chromium, address, monkeypatch):
    person = factories.user(organisation=organisation, roles=[Role.COORDINATOR])
    project = factories_esf.joined_project(scope, person, companies=1)
    (standing,) = queries.list_standings_of(project)
    last = clock.today() + timedelta(days=30)
    link = service.ask(project, standing, None, open_until=last, link_of=str, by=person)
    db.session.commit()
    page, key = f"/atagande/{link.token}", link.commitment_id

    later = clock.now() + timedelta(seconds=20)
    with opened(chromium, address, viewport=PHONE, has_touch=True) as phone:
        phone.goto(page)
        monkeypatch.setattr(clock, "now", lambda: later)
        write(phone, women="5", staff="12", other_aid="Inget annat")
        write(phone, **{"earlier-0-giver": "Almi", "earlier-0-amount": "20 000"})
        write(phone, **{"earlier-0-granted_on": (clock.today() - timedelta(days=90)).isoformat()})
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        press(phone, "Vidare till texten")
        sees(phone, "Kvinnor: 5")
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        monkeypatch.setattr(clock, "now", lambda: later + timedelta(seconds=40))
        write(phone, signer_name="Åsa Exempel", signer_role="Vd", may_sign="y")
        press(phone, "Underteckna")
        sees(phone, "Tack, åtagandet är undertecknat")

    db.session.expire_all()
    signed = queries.get_standing(esf.get_project(project.id), key)
    assert signed.is_signed and signed.commitment.women == 5 and "Almi" in signed.paper.text
