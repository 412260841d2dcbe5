"""Opens a vetting anew when the registers say that the provider is bankrupt or gone: LOU 13 kap. 3 § 2."""

from sqlalchemy import or_, select

from broker import access, audit, clock, database
from broker.actions import Action
from broker.companies.models import Company
from broker.extensions import db
from broker.providers.hearings import queries
from broker.providers.hearings.models import VettingStep
from broker.providers.hearings.standing import StepKind
from broker.providers.models import Provider
from broker.reference import queries as reference


def look_at_registers() -> None:
    """Open the vetting of every provider that a register has news about, once for each piece of news."""
    with database.writing(), access.every_organisation():
        query = (
            select(Provider, Company)
            .join(Company, Company.organisation_number == Provider.organisation_number)
            .where(or_(Company.deregistered_on.is_not(None), Company.proceedings.is_not(None)))
        )
        for provider, company in db.session.execute(query.order_by(Provider.id)).all():
            queries.wait_for_turn(provider)
            for news in _news_of(company):
                _reopen(provider, news)
        db.session.commit()


def _news_of(company: Company) -> list[str]:
    # What is written here is kept as a person's words are: in Swedish.
    found = []
    if company.deregistered_on:
        found.append(f"Företaget avregistrerades {company.deregistered_on} enligt registret.")
    shut_out = queries.hearing_rules(clock.today()).proceedings
    for entry in company.proceedings or []:
        code, _space, day = entry.partition(" ")
        if code in shut_out:
            found.append(f"Enligt registret: {reference.proceeding_name(code)} {day}".strip() + ".")
    return found


def _reopen(provider: Provider, news: str) -> None:
    is_this = (VettingStep.provider_id == provider.id, VettingStep.kind == StepKind.REOPENED, VettingStep.text == news)
    if db.session.scalar(select(VettingStep.id).where(*is_this).limit(1)) is not None:
        return
    step = VettingStep(
        organisation_id=provider.organisation_id,
        provider_id=provider.id,
        kind=StepKind.REOPENED,
        happened_on=clock.today(),
        text=news,
    )
    db.session.add(step)
    db.session.flush()
    audit.record(Action.VETTING_REOPENED, provider, by=None, step=step.id)
