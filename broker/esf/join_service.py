"""How a cohort's needs come into a project: on a recorded ground, as copies that members may read."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _

from broker import access, audit
from broker.accounts.models import User
from broker.actions import Action
from broker.companies.models import Company, Interaction
from broker.errors import NotAllowedError, NotFoundError, RefusedError
from broker.esf import joining, queries
from broker.esf.budgets.models import TakenOutCohort
from broker.esf.chain import queries as chain
from broker.esf.keeping import kept_of, let_links_go, link_again, restore
from broker.esf.kinds import PARTICIPANT, JoinGround, Sector
from broker.esf.models import Activity, Actor, Commitment, Contribution, Project
from broker.esf.service import save_row
from broker.extensions import db
from broker.formatting import in_swedish
from broker.needs.joint.queries import people_taught_with
from broker.needs.models import Cohort, CohortNeed, CohortStatus, Need
from broker.providers.models import Offering, Provider
from broker.providers.prices import price_per_head
from broker.topics.models import national_id


class GroundMissingError(RefusedError):
    """Nothing is handed to other organisations without a recorded ground."""


class DoubleJoinError(RefusedError):
    """The cohort is in another project for the same call, and the same people would be counted twice."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            _(
                "Utbildningsgruppen är redan med i %(names)s, som söker i samma utlysning. "
                "Välj en annan grupp, eller skriv varför den ska vara med i båda.",
                names=", ".join(f"”{name}”" for name in names),
            )
        )


def join_cohort(
    project: Project,
    cohort: Cohort,
    *,
    ground: JoinGround,
    ground_note: str,
    price_per_participant_ore: int | None = None,
    double_reason: str | None = None,
    by: User,
) -> list[Contribution]:
    """Bring a cohort into a project: its needs, the companies' commitments and parts, and a first activity.

    The price is the chosen provider's public one for each of the group unless another is given. Refuses a missing
    ground, a dissolved cohort, one that is in the project already, and one that is in another project for the
    same call unless a reason is given.
    """
    _check_joinable(project, cohort, ground_note)
    if not double_reason and (rivals := joining.list_rivals(project, cohort)):
        raise DoubleJoinError(rivals)
    kept = queries.find_taken_out(project, cohort.id)
    brought = plan_contributions(
        project,
        cohort,
        ground=ground,
        ground_note=ground_note,
        price_per_participant_ore=price_per_participant_ore,
        kept=kept,
    )
    activity = _activity_of(project, cohort, kept)
    for row in brought:
        row.activity_id = row.activity_id or activity.id
    db.session.add_all(brought)
    companies = {member.need.company_id: member.need.company for member in cohort.members}
    _add_parts(project, list(companies.values()), brought, kept)
    if kept is not None:
        link_again(project, brought, kept)
        db.session.delete(kept)
    _record(project, cohort, brought, double_reason, by)
    return brought


def plan_contributions(
    project: Project,
    cohort: Cohort,
    *,
    ground: JoinGround,
    ground_note: str,
    price_per_participant_ore: int | None = None,
    kept: TakenOutCohort | None = None,
) -> list[Contribution]:
    """Give the contributions that a cohort would bring, stored nowhere: what comes back is as it was when it left."""
    needs = {member.need_id: member.need for member in cohort.members}
    asked_price = price_per_participant_ore
    provider = joining.find_provider_of(cohort)
    offering = joining.find_offering_of(cohort, provider)
    if price_per_participant_ore is None and offering:
        price_per_participant_ore = price_per_head(offering, people_taught_with(cohort))
    contacts = joining.interactions_of(list(needs.values()))
    shared = {
        "price_per_participant_ore": price_per_participant_ore,
        "ground": ground,
        "ground_note": ground_note,
    }
    rows = []
    for need in needs.values():
        row = _contribution(project, cohort, need, contacts.get(need.interaction_id or 0), shared)
        restore(row, kept)
        if asked_price is not None:
            row.price_per_participant_ore = asked_price
        rows.append(row)
    return rows


def take_out_cohort(project: Project, cohort_id: int, *, reason: str, by: User) -> TakenOutCohort:
    """Take a cohort out of a project: its needs, what its companies promised for them, and its activity.

    What was written about the needs is kept until the cohort comes back. Refuses a missing reason, and anybody but
    the organisation that brought it and the project's owner.
    """
    every = queries.list_contributions(project)
    leaving = [row for row in every if row.cohort_id == cohort_id]
    if not leaving:
        raise NotFoundError
    check_may_take_out(project, leaving)
    if not reason.strip():
        raise RefusedError(_("Skriv varför gruppen tas ur projektet."))
    staying = [row for row in every if row.cohort_id != cohort_id]
    for activity in activities_left_by(cohort_id, staying, chain.list_activities(project)):
        activity.is_active = False
    taken = TakenOutCohort(
        project_id=project.id,
        cohort_id=cohort_id,
        reason=reason,
        kept={
            "needs": {str(row.need_id): kept_of(row) for row in leaving},
            "lost": _lessen(project, leaving),
            **let_links_go(leaving),
        },
    )
    _let_companies_go(project, leaving, staying)
    for row in leaving:
        db.session.delete(row)
    db.session.add(taken)
    audit.record(
        Action.COHORT_LEFT_PROJECT,
        project,
        by=by,
        reason=reason,
        companies=len({row.company_id for row in leaving}),
        participants=sum(row.participants for row in leaving),
    )
    return taken


def check_may_take_out(project: Project, leaving: Sequence[Contribution]) -> None:
    """Refuse anybody but who brought the needs and who owns the project."""
    ours = access.organisation_in_scope()
    if not queries.owns(project) and any(row.contributed_by_id != ours for row in leaving):
        name = leaving[0].contributed_by.name
        raise NotAllowedError(_("Be %(name)s eller projektägaren att ta ut gruppen.", name=name))


def activities_left_by(
    cohort_id: int, staying: Iterable[Contribution], activities: Iterable[Activity]
) -> list[Activity]:
    """List the activities that a cohort came with and that no other cohort's need is met by."""
    left = list(staying)
    used, needs = {row.activity_id for row in left}, {row.id for row in left}
    return [
        row
        for row in activities
        if row.cohort_id == cohort_id
        and row.id not in used
        and not any(link.contribution_id in needs for link in row.need_links)
    ]


def _lessen(project: Project, leaving: Sequence[Contribution]) -> dict[str, list[int]]:
    """Take what the leaving needs counted for out of the companies' commitments, and give what these lost."""
    lost: dict[str, list[int]] = {}
    for company_id in {row.company_id for row in leaving}:
        commitment = queries.find_commitment(project, company_id)
        if commitment is None:
            continue
        counted = counted_together([row for row in leaving if row.company_id == company_id])
        before = commitment.women, commitment.men, commitment.hours
        _follow(commitment, counted, (0, 0, 0))
        after = commitment.women, commitment.men, commitment.hours
        lost[str(company_id)] = [old - new for old, new in zip(before, after, strict=True)]
    return lost


def _let_companies_go(project: Project, leaving: Iterable[Contribution], staying: Iterable[Contribution]) -> None:
    """Take companies with nothing left in the project off its list of actors, unless they have a part of their own."""
    left = {row.company_id for row in leaving} - {row.company_id for row in staying}
    for actor in queries.list_actors(project):
        if actor.company_id in left and actor.role == PARTICIPANT and not actor.is_beneficiary:
            actor.is_active = False


def edit_contribution(project: Project, contribution: Contribution, values: dict[str, Any], *, by: User) -> None:
    """Change what a contribution says of its people, cause, price and why it may be left out.

    What the company has not signed yet follows its needs.
    """
    before = _counted(contribution)
    save_row(project, contribution, values, action=Action.PROJECT_EDITED, by=by, need=contribution.topic_label)
    commitment = queries.find_commitment(project, contribution.company_id)
    if commitment is not None and commitment.signed_on is None:
        _follow(commitment, before, _counted(contribution))


def counted_together(rows: Iterable[Contribution]) -> tuple[int, int, int]:
    """Give the women, the men and the hours of some contributions."""
    counted = [_counted(row) for row in rows]
    return sum(row[0] for row in counted), sum(row[1] for row in counted), sum(row[2] for row in counted)


def _counted(row: Contribution) -> tuple[int, int, int]:
    # A need that is left out counts for nobody: its company promises nothing for it.
    return (0, 0, 0) if row.left_out_reason else (row.women, row.men, row.participant_hours)


def _follow(commitment: Commitment, before: tuple[int, int, int], after: tuple[int, int, int]) -> None:
    for name, old, new in zip(("women", "men", "hours"), before, after, strict=True):
        setattr(commitment, name, max(0, getattr(commitment, name) + new - old))


def _check_joinable(project: Project, cohort: Cohort, ground_note: str) -> None:
    if not ground_note.strip():
        raise GroundMissingError(_("Skriv vem som har samtyckt, när och hur, eller vilken paragraf som gäller."))
    if cohort.status != CohortStatus.FORMED:
        raise RefusedError(_("Välj en utbildningsgrupp som är bildad. Den här är upplöst eller genomförd."))
    if any(row.cohort_id == cohort.id for row in queries.list_contributions(project)):
        raise RefusedError(_("Utbildningsgruppen är redan med i projektet."))


def _record(project: Project, cohort: Cohort, brought: list[Contribution], double_reason: str | None, by: User) -> None:
    with in_swedish():
        title = cohort.title
    audit.record(
        Action.COHORT_JOINED_PROJECT,
        project,
        by=by,
        topic=title,
        ground=brought[0].ground.value if brought else None,
        ground_note=brought[0].ground_note if brought else None,
        companies=len({row.company_id for row in brought}),
        participants=sum(row.participants for row in brought),
        reason=double_reason,
    )


def _activity_of(project: Project, cohort: Cohort, kept: TakenOutCohort | None) -> Activity:
    """Give the activity that a cohort comes with: the one that it left with, or a first draft."""
    earlier = queries.find_activity_of(project, cohort.id) if kept else None
    if earlier is not None:
        earlier.is_active = True
        return earlier
    provider = joining.find_provider_of(cohort)
    activity = _draft_activity(project, cohort, provider, joining.find_offering_of(cohort, provider))
    db.session.add(activity)
    db.session.flush()
    return activity


def _draft_activity(project: Project, cohort: Cohort, provider: Provider | None, offering: Offering | None) -> Activity:
    # The activity is a part of the application, which is in Swedish.
    with in_swedish():
        title = offering.title if offering else cohort.title
    return Activity(
        project_id=project.id,
        cohort_id=cohort.id,
        title=title,
        hours=cohort.hours,
        mode=cohort.mode,
        municipality_code=cohort.municipality_code,
        provider_name=provider.name if provider else None,
        provider_number=provider.organisation_number if provider else None,
        starts_on=cohort.starts_on,
        ends_on=cohort.ends_on,
    )


def _contribution(
    project: Project, cohort: Cohort, need: Need, contact: Interaction | None, shared: dict[str, Any]
) -> Contribution:
    parts = _parts_of(need, cohort.members)
    return Contribution(
        project_id=project.id,
        cohort_id=cohort.id,
        need_id=need.id,
        company_id=need.company_id,
        contributed_by_id=access.organisation_in_scope(),
        topic_id=national_id(cohort.topic_id),
        women=sum(part.women for part in parts),
        men=sum(part.men for part in parts),
        unknown_sex=sum(part.unknown_sex for part in parts),
        hours=cohort.hours,
        municipality_code=need.municipality_code,
        purpose=need.purpose,
        cause=need.cause,
        cause_level=need.cause_level,
        consequence=need.consequence,
        barriers=need.barriers,
        barrier_note=need.barrier_note,
        contacted_on=contact.happened_on if contact else None,
        contact_kind=contact.kind if contact else None,
        is_mandatory_training=need.is_mandatory_training,
        **shared,
    )


def _parts_of(need: Need, members: Iterable[CohortNeed]) -> list[CohortNeed]:
    return [member for member in members if member.need_id == need.id]


def _add_parts(
    project: Project, companies: Iterable[Company], brought: list[Contribution], kept: TakenOutCohort | None
) -> None:
    """Give every company its commitment and its row among the actors, or more people in those.

    A company that comes back promises what its commitment lost when the cohort left, and its new needs.
    """
    for company in {company.id: company for company in companies}.values():
        rows = [row for row in brought if row.company_id == company.id]
        commitment = queries.find_commitment(project, company.id)
        if commitment is None:
            commitment = Commitment(
                project_id=project.id,
                company_id=company.id,
                women=0,
                men=0,
                hours=0,
                aid_basis=project.call.state_aid_basis,
            )
            db.session.add(commitment)
        _follow(commitment, (0, 0, 0), added_by(company.id, rows, kept))
        actor = queries.find_actor_of_company(project, company.id)
        if actor is None:
            db.session.add(_participating_actor(project, company))
        else:
            actor.is_active = True


def added_by(company_id: int, rows: Iterable[Contribution], kept: TakenOutCohort | None) -> tuple[int, int, int]:
    """Give the women, the men and the hours that a company's commitment gains by its rows."""
    back = kept.kept["needs"] if kept else {}
    women, men, hours = counted_together(row for row in rows if str(row.need_id) not in back)
    lost = kept.kept["lost"].get(str(company_id), (0, 0, 0)) if kept else (0, 0, 0)
    return women + lost[0], men + lost[1], hours + lost[2]


def _participating_actor(project: Project, company: Company) -> Actor:
    return Actor(
        project_id=project.id,
        company_id=company.id,
        role=PARTICIPANT,
        name=company.name,
        organisation_number=company.organisation_number,
        legal_form=company.legal_form,
        sector=Sector.PRIVATE,
        municipality_code=company.municipality_code,
    )
