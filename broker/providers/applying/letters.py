"""Letters about applications, in Swedish: to those who look at them, a receipt, and what became of it."""

from flask_babel import gettext as _

from broker import access, clock, mail
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.accounts.models import Organisation, User
from broker.formatting import day, in_swedish
from broker.providers.applying.models import ProviderApplication


@in_swedish()
def tell_of_application(receiver: Organisation, link: str) -> None:
    """Tell those who vet providers that one has asked to be vetted; nothing of what it wrote is in the letter."""
    body = _("En utbildningsanordnare vill bli granskad av %(receiver)s.", receiver=receiver.name) + f"\n\n{link}\n"
    for user in accounts.list_users_with(receiver.id, Permission.VET):
        mail.write(user.email, _("En anordnare har anmält sig"), body)


@in_swedish()
def send_receipt(application: ProviderApplication, receiver: Organisation) -> None:
    """Send a receipt that repeats nothing of what was written: a stranger chose whom it goes to."""
    body = _(
        "%(receiver)s har fått er anmälan %(day)s. Ni får ett brev till när någon har tittat på den. "
        "Har ni inte anmält er, så bortse från brevet.\n\n%(tender)s\n",
        receiver=receiver.name,
        day=day(clock.in_sweden(application.received_at).date()),
        tender=tender_words(),
    )
    _write(application, _("Vi har fått er anmälan"), body)


@in_swedish()
def tell_accepted(application: ProviderApplication, by: User) -> None:
    """Write that the vetting has begun, and by the same criteria as everybody's."""
    body = _(
        "%(organisation)s har tagit emot er anmälan och granskar er nu, på samma villkor som alla andra. Vi hör av oss "
        "om det är något mer vi behöver se.\n\n%(tender)s\n\n%(name)s, %(organisation)s\n",
        organisation=_sender().name,
        name=by.name,
        tender=tender_words(),
    )
    _write(application, _("Vi granskar er nu"), body, reply_to=by.email)


@in_swedish()
def tell_declined(application: ProviderApplication, reason: str, by: User) -> None:
    """Write why the application leads no further, and that anybody may tender and apply again."""
    body = _(
        "%(organisation)s granskar er inte nu. Skälet är:\n\n%(reason)s\n\nNi kan anmäla er igen när ni vill. "
        "%(tender)s\n\n%(name)s, %(organisation)s\n",
        organisation=_sender().name,
        name=by.name,
        reason=reason,
        tender=tender_words(),
    )
    _write(application, _("Svar på er anmälan"), body, reply_to=by.email)


def tender_words() -> str:
    """Say that the register is no list that purchases choose from: LOU 4 kap. 1 §."""
    return _("Att stå i registret är inget krav för att lämna anbud. Alla anordnare får lämna anbud på samma villkor.")


def _sender() -> Organisation:
    return accounts.get_organisation(access.organisation_in_scope())


def _write(application: ProviderApplication, subject: str, body: str, *, reply_to: str | None = None) -> None:
    if application.email:
        mail.write(application.email, subject, body, reply_to=reply_to)
