"""What is done about applications: the form is opened and closed, one comes in, and it is accepted or declined."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from flask_babel import gettext as _

from broker import access, audit, clock, files
from broker.accounts.models import User
from broker.actions import Action
from broker.companies.models import LegalBasis
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import day, in_swedish
from broker.leads.tips import pages
from broker.providers import service as providers
from broker.providers.applying import letters, queries
from broker.providers.applying.models import ApplicationPage, ApplicationState, ProviderApplication
from broker.providers.hearings import service as hearings
from broker.providers.models import Provider
from broker.providers.people import service as people

# What an application says that the register has a place for, too.
_SHARED = ("kind", "contact_name", "email", "phone", "website")


class ApplicationAnsweredError(RefusedError):
    """Somebody has dealt with the application already."""


@dataclass(frozen=True)
class SentFile:
    """One file that was sent along."""

    stream: BinaryIO
    file_name: str
    media_type: str


def open_page(organisation_id: int, *, by: User) -> ApplicationPage:
    """Switch the form on, at the address that it had before if it had one."""
    return pages.open_page(ApplicationPage, organisation_id, Action.APPLICATION_PAGE_OPENED, by=by)


def close_page(organisation_id: int, *, by: User) -> None:
    """Switch the form off; its address looks like one that never was."""
    pages.close_page(ApplicationPage, organisation_id, Action.APPLICATION_PAGE_CLOSED, by=by)


def renew_page(organisation_id: int, *, by: User) -> None:
    """Give the form a new address; the old one leads nowhere from now on."""
    pages.renew_page(ApplicationPage, organisation_id, Action.APPLICATION_PAGE_RENEWED, by=by)


def receive(
    page: ApplicationPage, values: dict[str, Any], sent: Sequence[SentFile], *, link: str
) -> ProviderApplication:
    """Store an application with its files, write to those who can look at it, and send a receipt.

    Refuses a file that is no document of a known kind.
    """
    with access.acting_in(page.organisation_id):
        application = ProviderApplication(**values)
        db.session.add(application)
        db.session.flush()
        for file in sent:
            named = {"file_name": file.file_name, "media_type": file.media_type}
            files.attach(application, file.stream, **named, is_name_private=True, by=None)
        audit.record(Action.PROVIDER_APPLIED, application, by=None)
        letters.tell_of_application(page.organisation, link)
        letters.send_receipt(application, page.organisation)
        db.session.flush()
    return application


@in_swedish()
def accept(application: ProviderApplication, *, by: User) -> Provider:
    """Make the applicant a provider whose vetting has begun, or link it to the provider that has its number.

    What the register knows of a provider already is kept; what it lacks is filled in.
    """
    _check_new(application)
    provider = queries.find_provider(application)
    facts = {name: getattr(application, name) for name in _SHARED}
    if provider is None:
        number = application.organisation_number
        provider = providers.add_provider(
            by=by, name=application.name, organisation_number=number, note=_as_note(application), **facts
        )
    else:
        lacking = {name: fact for name, fact in facts.items() if fact and not getattr(provider, name)}
        providers.edit_provider(provider, by=by, **lacking)
    _add_person(provider, application, by)
    files.hand_over(application, provider)
    received_on = clock.in_sweden(application.received_at).date()
    hearings.begin(provider, text=_("Anordnaren anmälde sig själv %(day)s.", day=day(received_on)), by=by)
    application.provider = provider
    _answer(application, ApplicationState.ACCEPTED, by)
    letters.tell_accepted(application, by)
    audit.record(Action.PROVIDER_APPLICATION_ACCEPTED, application, by=by, provider=provider.id)
    return provider


def decline(application: ProviderApplication, *, reason: str, by: User) -> None:
    """Say no to an application in a letter that has the reason, and that anybody may tender all the same."""
    _check_new(application)
    application.reason = reason
    _answer(application, ApplicationState.DECLINED, by)
    letters.tell_declined(application, reason, by)
    audit.record(Action.PROVIDER_APPLICATION_DECLINED, application, by=by)


@in_swedish()
def _as_note(application: ProviderApplication) -> str:
    # An offering needs more than was asked for, so what was told of them is kept as it was told until somebody adds it.
    told = [
        application.offerings,
        _("Kompetensområden: %(topics)s", topics=application.topic_names),
        _("Språk: %(languages)s", languages=application.language_names),
        _("Ger utbildning i: %(reach)s", reach=application.reach),
    ]
    return "\n".join(told)


def _add_person(provider: Provider, application: ProviderApplication, by: User) -> None:
    if not application.contact_name or people.is_known(provider.id, application.contact_name, application.email):
        return
    people.add_person(
        provider,
        name=application.contact_name,
        function=application.contact_function,
        email=application.email,
        phone=application.phone,
        source=_("Anordnarens egen anmälan"),
        legal_basis=LegalBasis.PUBLIC_TASK,
        by=by,
    )


def _check_new(application: ProviderApplication) -> None:
    if not application.is_new:
        raise ApplicationAnsweredError(_("Någon har redan svarat på anmälan. Ladda om sidan för att se vad det blev."))


def _answer(application: ProviderApplication, state: ApplicationState, by: User) -> None:
    application.state, application.state_at, application.answered_by = state, clock.now(), by.name
