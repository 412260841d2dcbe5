"""Two organisations that plan together, each with somebody who may do everything, and one outside."""

import pytest

from broker.access import Role
from tests import factories, factories_joint
from tests.conftest import signed_in_client


@pytest.fixture
def neighbour(app):
    return factories.organisation("Lärcentrum Granne", municipality_codes=["0483"])


@pytest.fixture
def eva(neighbour):
    return factories.user(organisation=neighbour, roles=list(Role), name="Eva Granne")


@pytest.fixture
def eva_client(app, eva):
    return signed_in_client(app, eva)


@pytest.fixture
def stranger_client(app):
    return signed_in_client(app, factories.user(organisation=factories.organisation(), roles=list(Role)))


@pytest.fixture
def plan(organisation, neighbour, user):
    return factories_joint.plan(organisation, neighbour, by=user)


@pytest.fixture
def ours(plan, organisation, user):
    """Give a need of ours that is contributed without a name, with its copy; everything else about it is secret."""
    texts = ("description", "purpose", "cause", "consequence", "barrier_note")
    return factories_joint.contributed(
        plan,
        organisation,
        by=user,
        company=factories.company("hemligt-bolag AB"),
        ground_note="hemligt-samtycke",
        **{name: f"hemligt-{name}" for name in texts},
    )


@pytest.fixture
def theirs(plan, neighbour, eva):
    return factories_joint.contributed(plan, neighbour, by=eva, company=factories.company("Grannens Svets AB"))


@pytest.fixture
def group(plan, ours, theirs, organisation, user):
    """Give a group of one need of each, proposed by us."""
    return factories_joint.proposed(plan, organisation, by=user)
