"""Letters about confirmations, in Swedish: the question with its calendar, one reminder, and word of an answer."""

from flask_babel import gettext as _

from broker import mail
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.accounts.models import Organisation, User
from broker.companies.models import Person
from broker.formatting import day, in_swedish
from broker.needs.confirmations.models import Confirmation
from broker.needs.confirmations.queries import Part


@in_swedish()
def ask(
    confirmation: Confirmation,
    person: Person,
    organisation: Organisation,
    *,
    sender: User,
    part: Part,
    link: str,
    calendar: str,
    is_reminder: bool = False,
    is_changed: bool = False,
) -> None:
    """Write what the training is, how many places the company has, where it answers, and whom it can ask."""
    title = confirmation.cohort.topic_label
    subject = _("Bekräfta era deltagare: %(title)s", title=title)
    opening = []
    if is_changed:
        subject = _("Ändrat: %(subject)s", subject=subject)
        opening.append(_("Något har ändrats sedan vi skrev sist. Det här gäller nu."))
        if confirmation.has_answer:
            opening.append(_("Ert tidigare svar gällde det som var planerat då, så svara igen."))
    if is_reminder and confirmation.has_answer:
        subject = _("Påminnelse: %(subject)s", subject=subject)
        opening.insert(0, _("Ni svarade innan upplägget ändrades, så vi frågar en gång till."))
    elif is_reminder:
        subject = _("Påminnelse: %(subject)s", subject=subject)
        opening.insert(0, _("Vi har inte hört något än, så vi frågar en gång till."))
    asked = _(
        "%(organisation)s har satt ihop en utbildning som ni är med i.\n\n%(told)s\n\n"
        "Antal platser för er: %(people)s\n\n"
        "Svara här om ni deltar och med hur många. Du behöver inget konto, och vi frågar inte efter några namn.\n\n"
        "%(link)s\n\nSvaret går att ändra fram till den %(day)s, då utbildningen börjar. "
        "Tillfällena ligger i kalenderfilen i brevet. The form is in English too.\n\n"
        "Frågor: %(name)s, %(email)s\n",
        organisation=organisation.name,
        told=confirmation.told,
        people=part.people,
        link=link,
        day=day(confirmation.cohort.starts_on),
        name=sender.name,
        email=sender.email,
    )
    body = "\n\n".join([*opening, asked])
    mail.write(person.email or "", subject, body, reply_to=sender.email, calendar=calendar)


@in_swedish()
def tell_of_end(confirmation: Confirmation, person: Person, calendar: str) -> None:
    """Write that nothing becomes of a training; why is said inside, and not in a letter."""
    title = confirmation.cohort.topic_label
    body = _(
        "Utbildningen %(title)s, som skulle börja den %(day)s, blir inte av. Ert behov är kvar hos oss, och vi hör "
        "av oss när vi har något nytt. Tillfällena tas bort ur kalendern med filen i brevet.\n\n%(organisation)s\n",
        title=title,
        day=day(confirmation.cohort.starts_on),
        organisation=confirmation.organisation.name,
    )
    mail.write(person.email or "", _("Blir inte av: %(title)s", title=title), body, calendar=calendar)


@in_swedish()
def tell_of_answer(confirmation: Confirmation, link: str) -> None:
    """Tell who formed the cohort that a company has answered, or all who could; the letter names no company."""
    organisation_id, owner_id = confirmation.organisation_id, confirmation.cohort.formed_by_id
    able = accounts.list_users_with(organisation_id, Permission.BUNDLE)
    sentence = _("Ett företag har svarat om sina deltagare i en utbildningsgrupp.")
    for user in [user for user in able if user.id == owner_id] or able:
        mail.write(user.email, _("Ett svar om deltagare har kommit"), f"{sentence}\n\n{link}\n")
