"""Letters about agreements and questions to colleagues, in Swedish whoever causes them; a letter travels open."""

from flask_babel import gettext as _

from broker import mail
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.accounts.models import Organisation, User
from broker.actions import Action
from broker.companies.models import Company
from broker.formatting import day, in_swedish, month
from broker.traces.models import Agreement, Colleague, Trace
from broker.traces.queries import Neighbour


@in_swedish()
def tell_administrators(
    action: Action, agreement: Agreement, receiver: Organisation, sender: Organisation, link: str
) -> None:
    """Tell who administers one side what the other side has done about their agreement."""
    subjects = {
        Action.AGREEMENT_PROPOSED: _("%(name)s föreslår en överenskommelse om kontaktspår", name=sender.name),
        Action.AGREEMENT_WITHDRAWN: _("%(name)s har tagit tillbaka sitt förslag om kontaktspår", name=sender.name),
        Action.AGREEMENT_ACCEPTED: _("%(name)s har antagit överenskommelsen om kontaktspår", name=sender.name),
        Action.AGREEMENT_DECLINED: _("%(name)s har avböjt överenskommelsen om kontaktspår", name=sender.name),
        Action.AGREEMENT_ENDED: _("%(name)s har avslutat överenskommelsen om kontaktspår", name=sender.name),
    }
    body = _(
        "Det gäller %(reference)s, från %(first)s till %(last)s. Läs mer i Broker.\n\n%(link)s\n",
        reference=agreement.reference,
        first=day(agreement.starts_on),
        last=day(agreement.ends_on),
        link=link,
    )
    for user in accounts.list_users_with(receiver.id, Permission.ADMINISTER):
        mail.write(user.email, subjects[action], body)


@in_swedish()
def ask(
    company: Company,
    neighbour: Neighbour,
    colleague: Colleague | None,
    *,
    text: str,
    link: str,
    asker: User,
    asking: Organisation,
) -> None:
    """Put a question about a company to a colleague, or to all who could answer."""
    subject = _("En fråga från %(organisation)s om ett företag", organisation=asking.name)
    body = _(
        "%(asker)s hos %(organisation)s undrar om %(company)s:\n\n%(text)s\n\n%(link)s\n\n"
        "Svara till %(email)s, inte på det här brevet. Pröva först vad du får lämna ut.\n",
        asker=asker.name,
        organisation=asking.name,
        company=company.name_outside,
        text=text,
        link=link,
        email=asker.email,
    )
    if colleague is not None:
        mail.write(colleague.email, subject, body)
        return
    for user in accounts.list_users_with(neighbour.id, Permission.EDIT):
        mail.write(user.email, subject, body)


@in_swedish()
def tell_of_shared_visit(owner: User, company: Company, other: Trace) -> None:
    """Tell who plans a visit that another organisation plans one too, in which month and whom to ask."""
    colleague = other.colleague
    asked = _("Fråga %(name)s, %(email)s.", name=colleague.name, email=colleague.email) if colleague else ""
    body = _(
        "%(organisation)s planerar också ett besök hos %(company)s i %(month)s. %(asked)s\n\n%(link)s\n",
        organisation=other.organisation_name,
        company=company.name_outside,
        month=month(other.month),
        asked=asked,
        link=mail.link_to("companies.show", company_id=company.id),
    )
    mail.write(owner.email, _("Två besök hos samma företag samma månad"), body)
