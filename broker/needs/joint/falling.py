"""How a group that was not agreed on falls: told to everybody with needs in it, with the reason."""

from broker import access, audit, clock
from broker.accounts.models import User
from broker.actions import Action
from broker.formatting import in_swedish
from broker.needs.joint import letters
from broker.needs.joint.models import JointGroup, JointGroupState
from broker.sentences import Sentence


def let_fall(group: JointGroup, reason: Sentence, *, by: User) -> None:
    """Let a group fall, so that its needs are free again; the reason is read by all members."""
    group.state, group.state_at, group.fell_because = JointGroupState.FALLEN, clock.now(), reason
    tell_parties(Action.JOINT_GROUP_FELL, group, by, reason=reason)
    own = access.organisation_in_scope()
    letters.tell_of_group(group, [row for row in group.organisations if row.id != own])


def tell_parties(action: Action, group: JointGroup, by: User, **facts: object) -> None:
    """Write what has happened to a group into the log of everybody with needs in it, and of who proposed it."""
    with in_swedish():
        title = group.title
    parties = {row.id for row in group.organisations} | {group.proposed_by_organisation_id}
    for organisation_id in sorted(parties):
        audit.record(action, group, by=by, organisation_id=organisation_id, title=title, **facts)
