"""Letters about evaluations, in Swedish: the links for somebody at the company, one to hand on, and one reminder."""

from collections.abc import Mapping

from flask_babel import gettext as _

from broker import mail
from broker.accounts.models import Organisation
from broker.companies.models import Person
from broker.formatting import day, in_swedish
from broker.needs.evaluations.models import Evaluation, FormKind
from broker.sentences import N_

_PARTS = {
    FormKind.DIRECT: N_(
        "Några av er har gått utbildningen %(title)s. Skicka länken vidare till dem som var med. Det är några få "
        "frågor, tar två minuter och går utan konto och utan namn.\n\n%(link)s"
    ),
    FormKind.COMPANY: N_(
        "För några månader sedan gick några av er utbildningen %(title)s. Vad har den gett företaget? Svara för "
        "företaget här, det tar två minuter. Det svaret är inte anonymt.\n\n%(link)s"
    ),
    FormKind.LATER: N_(
        "Skicka den här länken till dem som gick utbildningen %(title)s. De svarar utan konto och utan namn på hur "
        "mycket de använder på jobbet.\n\n%(link)s"
    ),
}


@in_swedish()
def send_links(
    evaluation: Evaluation,
    person: Person,
    organisation: Organisation,
    links: Mapping[FormKind, str],
    *,
    is_reminder: bool,
) -> None:
    """Send the links of one company, by what they ask, to a person who answers for it or hands them on."""
    title = evaluation.cohort.topic_label
    parts = [_("Vi har inte hört något än, så vi frågar en gång till.")] if is_reminder else []
    parts += [_(_PARTS[kind], title=title, link=link) for kind, link in links.items()]
    parts.append(_("Länken fungerar till och med %(day)s. The form is in English too.", day=day(evaluation.open_until)))
    is_later = FormKind.DIRECT not in links
    asked = _("Vad blev det av utbildningen? %(title)s") if is_later else _("Hur blev utbildningen? %(title)s")
    subject = asked % {"title": title}
    body = "\n\n".join([*parts, organisation.name]) + "\n"
    mail.write(person.email or "", _("Påminnelse: %(subject)s", subject=subject) if is_reminder else subject, body)
