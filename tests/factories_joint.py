"""Joint plans of two organisations with sensible defaults; the caller names only what matters."""

from broker import access, clock
from broker.extensions import db
from broker.leads.models import LeadGround
from broker.needs import queries as needs_queries
from broker.needs.joint import agreeing, queries, service
from broker.needs.joint.solving import Proposals
from tests import factories_needs

NOTE = "Anna Exempelsson, vd, på telefon den 2 november."


def invitation(plan, organisation, *, by, owner):
    """Invite an organisation to a plan."""
    with access.acting_in(owner.id):
        row = service.invite(plan, organisation, by=by)
        db.session.commit()
    return row


def plan(owner, *members, by, name="Svets i Sörmland", topic_ids=()):
    """Begin a plan that these organisations have joined."""
    with access.acting_in(owner.id):
        row = service.start_plan(name=name, topic_ids=topic_ids, by=by)
        db.session.commit()
    for member in members:
        asked = invitation(row, member, by=by, owner=owner)
        with access.acting_in(member.id):
            service.join_plan(asked, by=by)
            db.session.commit()
    return row


def contributed(plan, organisation, *, by, company=None, need=None, **facts):
    """Contribute a need of an organisation without its company's name; give the need and its copy."""
    grounds = {"ground": LeadGround.CONSENT, "ground_note": NOTE, "is_named": False}
    given = {name: facts.pop(name, value) for name, value in grounds.items()}
    with access.acting_in(organisation.id):
        row = need or factories_needs.need(by=by, company=company, **facts)
        copy = service.contribute(queries.get_plan(plan.id), row, **given, by=by)
        db.session.commit()
    return row, copy


def proposed(plan, organisation, *, by, host=None):
    """Let an organisation propose the first group that the engine finds."""
    with access.acting_in(organisation.id):
        proposals = Proposals(plan.id, clock.today())
        card = proposals.board(proposals.work_out()).cards[0]
        group = agreeing.propose_group(proposals.plan, card.plan, host_id=(host or organisation).id, by=by)
        db.session.commit()
    return group


def accept(group, organisation, *, by):
    """Let an organisation say yes to a group."""
    with access.acting_in(organisation.id):
        row = queries.get_group(queries.get_plan(group.plan_id), group.id)
        agreeing.accept_group(row, by=by)
        db.session.commit()
    return row


def largest_of(topic_id):
    """Give the size of the largest group of a topic."""
    return needs_queries.cohort_rules(clock.today()).group_of(topic_id).largest


def own_cohort(group):
    """Give our part of a joint group, for the organisation in scope."""
    return needs_queries.get_cohort(queries.find_part_of(group.id).cohort_id)
