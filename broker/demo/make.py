"""Makes the demo data of one size, in one transaction; the same seed and day give the same data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum
from random import Random

from sqlalchemy import select

from broker import access, clock, database
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.companies.models import Company, Engagement, EngagementStatus, InteractionKind, Task
from broker.companies.service import plan_contact
from broker.companies.watch.models import WatchedFact
from broker.companies.watch.service import note_changes
from broker.demo import (
    applications,
    cohorts,
    courses,
    decided,
    duplicates,
    frameworks,
    granted,
    joint,
    leads,
    letters,
    lists,
    organisations,
    projects,
    purchase_steps,
    purchases,
    register,
    retention,
    scores,
    sizes,
    talks,
    tips,
    traces,
    vetted,
    words,
    work,
)
from broker.demo.organisations import DemoOrganisation
from broker.errors import RefusedError
from broker.extensions import db
from broker.meetings import queries as invitations
from broker.meetings import service as meetings
from broker.needs.models import Cohort
from broker.reference import queries as reference
from broker.reminders.service import add_rule
from broker.saved_views.models import ListPage
from broker.saved_views.service import save_view


class Size(StrEnum):
    """How much demo data is made."""

    SMALL = "small"
    REGION = "region"
    NATION = "nation"


@dataclass(frozen=True)
class Plan:
    """The amounts of one size."""

    companies: int
    amounts: work.Amounts
    amounts_of_first: work.Amounts
    providers: int


_PLANS = {
    # The first organisation has few companies here, so each has more needs: cohorts, purchases and projects use them.
    Size.SMALL: Plan(2_000, work.Amounts(3.0, 0.30), work.Amounts(3.0, 1.5), 4),
    Size.REGION: Plan(100_000, work.Amounts(3.5, 0.30), work.Amounts(3.5, 0.30), 6),
    Size.NATION: Plan(1_200_000, work.Amounts(3.0, 0.1667), work.Amounts(3.0, 0.1667), 4),
}
_PROVIDERS_OF_FIRST = 10
_UNUSED_COHORTS = 2
_LEADS = 3

Tell = Callable[[str, int, int], None]


def make(size: Size, *, seed: int, tell: Tell) -> User:
    """Make everything and give the person to sign in as; refuses an installation that has companies already."""
    if db.session.scalars(select(Company.id).limit(1)).first() is not None:
        raise RefusedError("Det finns redan företag här. Demodata läggs bara i en tom installation.")
    plan, random, today = _PLANS[size], Random(seed), clock.today()
    # Thousands of needs are planned in between, which on a busy machine takes minutes.
    database.allow_pauses()
    with access.every_organisation():
        made = organisations.add_organisations(is_nation=size is Size.NATION)
        first_user = organisations.add_first_user(made)
        codes = [code for organisation in made for code in organisation.municipality_codes]
        random.shuffle(codes)
        for stored in register.add_companies(plan.companies, codes, random, today):
            tell("Företag", stored, plan.companies)
    for place, organisation in enumerate(made, start=1):
        _fill(organisation, plan, random, first_user)
        tell("Organisationer", place, len(made))
    first = next(organisation for organisation in made if organisation.name == organisations.FIRST)
    with access.acting_in(first.id):
        _save_views(first, first_user)
        _plan_contacts(first_user)
        letters.add_letters(first_user)
        _note_a_new_name()
        sizes.add_colleagues(first)
        sizes.add_sizes(first_user)
        add_rule({"status": EngagementStatus.ACTIVE, "tag": None, "least_employees": None, "months": 6}, by=first_user)
        retention.add_rules(first_user)
    leads.add_leads(first, [row for row in made if row is not first][:_LEADS], random)
    tips.add_tips(first, random)
    talks.add_talks(first)
    by_name = {organisation.name: organisation for organisation in made}
    traces.add_traces(first, by_name[organisations.SECOND], by_name[organisations.THIRD])
    joint.add_joint_plans(first, by_name[organisations.SECOND], by_name[organisations.THIRD])
    duplicates.add_duplicates(first, random)
    lists.add_list(first, first_user)
    if size is not Size.SMALL:
        db.session.flush()
        database.take_stock()
    return first_user


def _save_views(organisation: DemoOrganisation, by: User) -> None:
    """Add views of the list of companies that a broker opens every week."""
    code = organisation.municipality_codes[0]
    place = reference.municipality_name(code)
    views: tuple[tuple[str, dict[str, list[str]]], ...] = (
        (f"Svetsare i {place}", {"q": ["svets"], "kommun": [code], "kol": ["ort", "bransch", "kontakt"]}),
        ("Inte träffade på ett halvår", {"vara": ["y"], "ej_traffade": ["6"]}),
        ("Aktiva utan nästa steg", {"status": ["active"], "utan_steg": ["y"]}),
    )
    for name, arguments in views:
        save_view(ListPage.COMPANIES, arguments, name=name, is_shared=True, by=by)


def _plan_contacts(by: User) -> None:
    """Plan what the first person has before him: one contact a weekday, from today on."""
    latest = select(Engagement).order_by(Engagement.last_contact_on.desc(), Engagement.id)
    day = clock.today()
    for (kind, title), engagement in zip(words.PLANS, db.session.scalars(latest.limit(len(words.PLANS))), strict=True):
        plan_contact(
            engagement.company, kind=InteractionKind(kind), title=title, due_on=day, starts_at=time(9, 30), by=by
        )
        day = clock.next_weekday(day)
    _invite(by)


def _invite(by: User) -> None:
    """Put the planned digital meeting in the calendars of the company's first person and of whoever planned it."""
    plan = db.session.scalars(select(Task).where(Task.kind == InteractionKind.DIGITAL_MEETING)).one()
    people = invitations.list_invitable(plan.company_id)[:1] if plan.company_id else []
    told = {
        "title": f"Möte om kurser: {organisations.FIRST}",
        "place": "Länk kommer samma dag",
        "message": "Vi visar två upplägg och vad de kostar.",
    }
    meetings.invite(plan, **told, people=people, with_me=True, by=by)


def _note_a_new_name() -> None:
    """Note that the register has a new name for a company that the first organisation has a relation to."""
    company = db.session.scalars(select(Company).join(Engagement, Engagement.company_id == Company.id).limit(1)).one()
    after = {fact.value: getattr(company, fact.value) for fact in WatchedFact} | {"identity_hash": None}
    before = after | {WatchedFact.NAME.value: f"{company.name.removesuffix(' AB')} & Co AB"}
    note_changes([(company.id, before, after, True)], source=company.source)


def is_made() -> bool:
    """Tell whether the demo has been made here."""
    return accounts.find_user_by_email(organisations.FIRST_EMAIL) is not None


def _fill(organisation: DemoOrganisation, plan: Plan, random: Random, first_user: User) -> None:
    today = clock.today()
    is_first = organisation.name == organisations.FIRST
    if is_first:
        own = (*organisation.user_ids, first_user.id)
        organisation = replace(organisation, user_ids=own)
    with access.every_organisation():
        companies = list(work.companies_in(organisation.municipality_codes))
        amounts = plan.amounts_of_first if is_first else plan.amounts
        work.add_work(organisation, companies, amounts, random, today)
    with access.acting_in(organisation.id):
        count = _PROVIDERS_OF_FIRST if is_first else plan.providers
        vetted.add_providers(organisation, random, today, count=count)
        db.session.flush()
        if is_first:
            _add_what_follows(random, first_user)
            decided.add_decided(organisation, today)
            applications.add_applications(organisation)


def _add_what_follows(random: Random, by: User) -> None:
    """Add what a year of work leads to: cohorts, their purchases, two projects, and what became of a training."""
    formed = cohorts.form_cohorts(purchase_steps.COHORTS + projects.COHORTS + _UNUSED_COHORTS, by=by)
    bought, joined = formed[: purchase_steps.COHORTS], formed[purchase_steps.COHORTS :]
    buyer = bought[0].members[0].need.company
    agreements = frameworks.add_frameworks(by=by)
    purchases.add_purchases(bought, agreements, company_number=buyer.organisation_number or "", by=by)
    projects.add_projects(joined[: projects.COHORTS], random, by=by)
    _teach(joined[projects.COHORTS :], by)
    scores.add_judged(joined, by=by)
    db.session.flush()


def _teach(unused: Sequence[Cohort], by: User) -> None:
    """Teach the cohort that is over as a part of a project that has been granted."""
    if len(unused) < _UNUSED_COHORTS:
        return
    project = granted.start_granted(unused[1], by=by)
    courses.add_courses(unused, by=by)
    db.session.flush()
    granted.follow_granted(project, unused[1], by=by)
