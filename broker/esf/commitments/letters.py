"""Letters about commitments, in Swedish: the question, the reminders, and word of a signing or a withdrawal."""

from flask_babel import gettext as _

from broker import mail
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.accounts.models import Organisation, User
from broker.companies.models import Person
from broker.esf.commitments.models import CommitmentLink
from broker.formatting import day, in_swedish


@in_swedish()
def ask(
    link: CommitmentLink, person: Person, organisation: Organisation, *, sender: User, link_address: str, changed: bool
) -> None:
    """Write what the company is asked to sign, where, and until when."""
    opening = [_("Det som ni skrev under har ändrats, så vi behöver en ny underskrift.")] if changed else []
    asked = _(
        "%(organisation)s förbereder projektet ”%(project)s”, där ni är med. Läs vad ni åtar er, rätta det som inte "
        "stämmer och underteckna. Det tar några minuter, och du behöver inget konto. Den som undertecknar ska få "
        "företräda företaget.\n\n%(link)s\n\n"
        "Länken är bara er och fungerar till och med %(day)s. The page is in English too.\n\n"
        "Frågor? Svara på brevet.\n%(name)s, %(organisation)s\n",
        organisation=organisation.name,
        project=link.project.name,
        link=link_address,
        day=day(link.open_until),
        name=sender.name,
    )
    mail.write(person.email or "", _subject(link), "\n\n".join([*opening, asked]), reply_to=sender.email)


@in_swedish()
def remind(
    link: CommitmentLink, person: Person, organisation: Organisation, *, link_address: str, is_last: bool
) -> None:
    """Remind of a commitment that is not signed."""
    opening = _("Vi har inte fått er underskrift än.")
    if is_last:
        opening = _("Länken slutar snart att fungera, och vi har inte fått er underskrift än.")
    body = _(
        "%(opening)s Här läser ni vad det gäller, rättar och undertecknar:\n\n%(link)s\n\n"
        "Länken fungerar till och med %(day)s. Vill ni inte vara med, så säg till oss.\n\n%(organisation)s\n",
        opening=opening,
        link=link_address,
        day=day(link.open_until),
        organisation=organisation.name,
    )
    mail.write(person.email or "", _("Påminnelse: %(subject)s", subject=_subject(link)), body)


@in_swedish()
def tell_of_signing(link: CommitmentLink, address: str) -> None:
    """Tell those who write the application that a company has signed; the letter says nothing of which."""
    body = _("Ett företag har undertecknat sitt åtagande i ”%(project)s”.", project=link.project.name)
    for user in accounts.list_users_with(link.organisation_id, Permission.PROJECT):
        mail.write(user.email, _("Ett åtagande är undertecknat"), f"{body}\n\n{address}\n")


@in_swedish()
def tell_of_withdrawal(link: CommitmentLink, address: str, *, is_exported: bool) -> None:
    """Tell those who write the application, and its owner, that a company has withdrawn; not which, nor why."""
    told = [_("Ett företag har återkallat sitt åtagande i ”%(project)s”.", project=link.project.name)]
    if is_exported:
        told.append(_("Ansökan har exporterats med åtagandet. Företagets blad säger vad som ska göras."))
    receivers = {
        user.email: None
        for organisation_id in (link.organisation_id, link.project.owner_id)
        for user in accounts.list_users_with(organisation_id, Permission.PROJECT)
    }
    for email in receivers:
        mail.write(email, _("Ett åtagande är återkallat"), f"{' '.join(told)}\n\n{address}\n")


def _subject(link: CommitmentLink) -> str:
    return _("Ert åtagande i projektet ”%(project)s”", project=link.project.name)
