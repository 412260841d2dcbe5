"""What people write of how the project is led: risks, the steering group, and how it is followed up."""

from typing import Any

from broker.accounts.models import User
from broker.actions import Action
from broker.errors import NotFoundError
from broker.esf.chain import queries as chain
from broker.esf.chain.models import FollowUp, Risk, SteeringMeeting, SteeringMember
from broker.esf.chain.usual import USUAL_RISKS
from broker.esf.models import Project
from broker.esf.service import save_row
from broker.formatting import in_swedish, say


def save_risk(project: Project, risk: Risk | None, values: dict[str, Any], *, by: User) -> Risk:
    """Save a risk, new or old."""
    risk = risk or Risk(project_id=project.id)
    save_row(project, risk, values, action=Action.RISK_SAVED, by=by, title=values.get("text") or risk.text)
    return risk


def take_in_risk(project: Project, usual_id: str, *, by: User) -> Risk:
    """Take one of the usual risks in, for people to judge and edit; one that is there already is given back.

    Raises NotFoundError for none such. How likely and how bad it is nobody knows before somebody has judged it.
    """
    if usual_id not in USUAL_RISKS:
        raise NotFoundError
    if there := chain.find_usual_risk(project, usual_id):
        return there
    text, response = USUAL_RISKS[usual_id]
    # The application is in Swedish, whoever writes it.
    with in_swedish():
        values = {"usual_id": usual_id, "text": say(text), "response": say(response)}
    return save_risk(project, None, values, by=by)


def save_member(project: Project, member: SteeringMember | None, values: dict[str, Any], *, by: User) -> SteeringMember:
    """Save a seat in the steering group, new or old; the history tells of the seat and not of the person."""
    member = member or SteeringMember(project_id=project.id)
    seat = values.get("role") or member.role
    save_row(project, member, values, action=Action.STEERING_SAVED, unsaid=("name",), by=by, title=seat)
    return member


def save_meeting(
    project: Project, meeting: SteeringMeeting | None, values: dict[str, Any], *, by: User
) -> SteeringMeeting:
    """Save a meeting of the steering group, new or old; it may be before the project starts or after it ends."""
    meeting = meeting or SteeringMeeting(project_id=project.id)
    save_row(project, meeting, values, action=Action.MEETING_SAVED, by=by)
    return meeting


def save_follow_up(project: Project, values: dict[str, Any], *, by: User) -> FollowUp:
    """Save how the project is followed up and evaluated; a project has one such plan."""
    plan = chain.find_follow_up(project) or FollowUp(project_id=project.id)
    save_row(project, plan, values, action=Action.FOLLOW_UP_SAVED, by=by)
    return plan
