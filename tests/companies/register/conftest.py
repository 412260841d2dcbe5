"""The product, asking a stand-in for the register."""

import pytest

from broker.companies.register.client import init_app
from tests.companies.register.stub import BANKRUPT, NUMBER, SOLE_TRADER, access_to, sample, serving_stub


@pytest.fixture
def stub(app):
    usual = app.extensions["broker_register"]
    with serving_stub() as stub:
        init_app(app, access_to(stub))
        stub.answers = {
            NUMBER: sample("aktiebolag_ok"),
            BANKRUPT: sample("konkurs"),
            SOLE_TRADER: sample("enskild_naringsidkare_tva_foretag"),
        }
        yield stub
    app.extensions["broker_register"] = usual
