"""Letters about evaluations, in Swedish: the link to somebody at the company, who hands it on, and one reminder."""

from flask_babel import gettext as _

from broker import mail
from broker.accounts.models import Organisation
from broker.companies.models import Person
from broker.formatting import day, in_swedish
from broker.needs.evaluations.models import Evaluation


@in_swedish()
def send_link(
    evaluation: Evaluation, person: Person, organisation: Organisation, link: str, *, is_reminder: bool
) -> None:
    """Send the link to the person, to be handed on to those who took part."""
    opening = _("Vi har inte hört något än, så vi frågar en gång till.") + "\n\n" if is_reminder else ""
    title = evaluation.cohort.topic_label
    body = opening + _(
        "Några av er har gått utbildningen %(title)s. Skicka länken vidare till dem som var med. Det är några få "
        "frågor, tar två minuter och går utan konto och utan namn.\n\n%(link)s\n\n"
        "Länken fungerar till och med %(day)s. The form is in English too.\n\n%(organisation)s\n",
        title=title,
        link=link,
        day=day(evaluation.open_until),
        organisation=organisation.name,
    )
    subject = _("Hur blev utbildningen? %(title)s", title=title)
    mail.write(person.email or "", _("Påminnelse: %(subject)s", subject=subject) if is_reminder else subject, body)
