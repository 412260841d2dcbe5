"""A joint plan of the demo's first organisation and a neighbour: needs of both, a group agreed on, one to answer."""

from broker import access, clock
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.demo.organisations import DemoOrganisation
from broker.extensions import db
from broker.leads.models import LeadGround
from broker.needs.bundling.effort import Effort
from broker.needs.cohorts.proposals import calculate
from broker.needs.joint import agreeing, queries, service
from broker.needs.joint.models import JointGroup, JointPlan
from broker.needs.joint.solving import Proposals
from broker.needs.planning import CohortPlan

_NAME, _OTHER_NAME = "Kurser över kommungränsen", "Digitala kurser i Sörmland"
_NEEDS = 40
_NOTE = "Företagets chef sa ja på telefon när behovet antecknades."


def add_joint_plans(first: DemoOrganisation, neighbour: DemoOrganisation, other: DemoOrganisation) -> None:
    """Let the first organisation plan with its neighbour, and be invited by another one."""
    with access.acting_in(other.id):
        theirs = service.start_plan(name=_OTHER_NAME, topic_ids=[], by=_planner(other))
        service.invite(theirs, accounts.get_organisation(first.id), by=_planner(other))
        db.session.flush()
    with access.acting_in(first.id):
        plan = service.start_plan(name=_NAME, topic_ids=[], by=_planner(first))
        invitation = service.invite(plan, accounts.get_organisation(neighbour.id), by=_planner(first))
        db.session.flush()
    with access.acting_in(neighbour.id):
        service.join_plan(invitation, by=_planner(neighbour))
        db.session.flush()
    for organisation in (first, neighbour):
        with access.acting_in(organisation.id):
            _contribute(plan, _planner(organisation))
            db.session.flush()
    with access.acting_in(neighbour.id):
        groups = _propose(plan, neighbour, _planner(neighbour))
        db.session.flush()
    with access.acting_in(first.id):
        for group in groups[:1]:
            agreeing.accept_group(group, by=_planner(first))
        db.session.flush()


def _contribute(plan: JointPlan, by: User) -> None:
    """Contribute the latest needs, every third with its company's name."""
    for place, need in enumerate(queries.list_contributable(plan)[:_NEEDS]):
        ground = LeadGround.OWN_TASK if place % 3 == 1 else LeadGround.CONSENT
        service.contribute(plan, need, ground=ground, ground_note=_NOTE, is_named=place % 3 == 0, by=by)


def _propose(plan: JointPlan, host: DemoOrganisation, by: User) -> list[JointGroup]:
    proposals = Proposals(plan.id, clock.today())
    calculated = calculate(proposals.instance, proposals.calendar, Effort.QUICK)
    cards = proposals.board(calculated).cards[:2]
    return [_proposed(plan, card.plan, host, by) for card in cards]


def _proposed(plan: JointPlan, proposal: CohortPlan, host: DemoOrganisation, by: User) -> JointGroup:
    group = agreeing.propose_group(plan, proposal, host_id=host.id, by=by)
    db.session.flush()
    return group


def _planner(organisation: DemoOrganisation) -> User:
    return db.session.get_one(User, organisation.user_ids[0])
