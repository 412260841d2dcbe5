"""Letters about inquiries: the link to a person at a company, one reminder, and word to those who can answer."""

from flask_babel import gettext as _

from broker import mail
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.accounts.models import Organisation
from broker.companies.models import Person
from broker.formatting import day, in_swedish
from broker.needs.inquiries.models import Inquiry


@in_swedish()
def send_link(inquiry: Inquiry, person: Person, organisation: Organisation, link: str, *, is_reminder: bool) -> None:
    """Send the link to the person; who reads English finds that language in the form."""
    parts = [_("Vi har inte hört något än, så vi frågar en gång till.")] if is_reminder else []
    if inquiry.topic_ids:
        parts.append(_("Vi undrar särskilt om ni behöver lära er det här: %(topics)s.", topics=inquiry.topic_labels))
    asked = _(
        "%(organisation)s vill veta vad ni behöver lära er. Det tar fem minuter, och du behöver inget konto.\n\n"
        "%(link)s\n\n"
        "Länken är bara er och fungerar till och med %(day)s. "
        "The form is in English too.\n",
        organisation=organisation.name,
        link=link,
        day=day(inquiry.open_until),
    )
    body = "\n\n".join([*parts, asked])
    subject = _("Vad behöver ni lära er? En fråga från %(organisation)s", organisation=organisation.name)
    mail.write(person.email or "", _("Påminnelse: %(subject)s", subject=subject) if is_reminder else subject, body)


@in_swedish()
def tell_of_answer(organisation: Organisation, link: str) -> None:
    """Tell those who can answer that a company has said what it needs; the letter says nothing of whom or what."""
    sentence = _("Ett företag har svarat i behovsformuläret. Bekräfta eller avvisa svaret i Broker.")
    body = f"{sentence}\n\n{link}\n"
    for user in accounts.list_users_with(organisation.id, Permission.EDIT):
        mail.write(user.email, _("Ett svar i behovsformuläret väntar"), body)
