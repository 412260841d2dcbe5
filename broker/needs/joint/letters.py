"""Letters about joint plans, in Swedish whoever causes them; a letter travels open, so it names no company."""

from collections.abc import Iterable

from flask_babel import gettext as _

from broker import mail
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.accounts.models import Organisation
from broker.formatting import in_swedish
from broker.needs.joint.models import JointGroup, JointInvitation


@in_swedish()
def tell_of_invitation(invitation: JointInvitation) -> None:
    """Tell those who plan groups that another organisation wants to do so together."""
    subject = _("%(name)s bjuder in er till en samplanering", name=invitation.proposer.name)
    body = _(
        "Det gäller %(plan)s. Läs vad det innebär och svara i Broker.\n\n%(link)s\n",
        plan=invitation.plan_name,
        link=mail.link_to("joint.show_invitation", joint_invitation_id=invitation.id),
    )
    _write(invitation.receiver_id, subject, body)


@in_swedish()
def tell_of_group(group: JointGroup, receivers: Iterable[Organisation]) -> None:
    """Tell those whose needs are in a group that it is proposed, agreed on or fell."""
    subjects = {
        "proposed": _("En gemensam grupp väntar på ert svar"),
        "agreed": _("En gemensam grupp är överenskommen"),
        "fallen": _("En gemensam grupp blev inte av"),
    }
    # Why a group fell is in somebody's own words, which stay inside.
    body = _(
        "Det gäller %(title)s. Läs mer i Broker.\n\n%(link)s\n",
        title=group.title,
        link=mail.link_to("joint.show_group", plan_id=group.plan_id, joint_group_id=group.id),
    )
    for receiver in receivers:
        _write(receiver.id, subjects[group.state.value], body)


@in_swedish()
def tell_of_size(group: JointGroup, people: int, receivers: Iterable[Organisation]) -> None:
    """Tell the others in a group that has been agreed on how many it is by now."""
    body = _(
        "%(title)s är nu %(people)s deltagare. Se efter att anordnare och lokal räcker till.\n\n%(link)s\n",
        title=group.title,
        people=people,
        link=mail.link_to("joint.show_group", plan_id=group.plan_id, joint_group_id=group.id),
    )
    for receiver in receivers:
        _write(receiver.id, _("Antalet i en gemensam grupp har ändrats"), body)


def _write(organisation_id: int, subject: str, body: str) -> None:
    for user in accounts.list_users_with(organisation_id, Permission.BUNDLE):
        mail.write(user.email, subject, body)
