"""Letters about comments, in Swedish whoever causes them; what is said stays inside, for a letter travels open."""

from collections.abc import Iterable

from flask_babel import gettext as _

from broker import mail
from broker.accounts.models import User
from broker.esf.models import Project
from broker.formatting import in_swedish


@in_swedish()
def tell_of_mention(project: Project, people: Iterable[User], *, by: User, link: str) -> None:
    """Tell people that a comment names them."""
    subject = _("%(name)s har nämnt dig i en kommentar", name=by.name)
    body = _(
        "%(name)s har nämnt dig i en kommentar i projektet %(project)s.\n\n%(link)s\n",
        name=by.name,
        project=project.name,
        link=link,
    )
    for person in people:
        mail.write(person.email, subject, body)
