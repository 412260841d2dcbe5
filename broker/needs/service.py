"""What people do about needs and cohorts: add, edit and withdraw a need, form and dissolve a cohort."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from broker import audit, clock
from broker.access import organisation_in_scope
from broker.accounts.models import User
from broker.actions import Action
from broker.companies import service as companies
from broker.companies.models import Company
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import in_swedish, say
from broker.needs import planning, queries
from broker.needs.bundling.explain import why_together
from broker.needs.bundling.instance import parts_of
from broker.needs.bundling.rules import Rules
from broker.needs.models import Cohort, CohortNeed, CohortStatus, Need, NeedStatus
from broker.needs.planning import BadPlanError, Calendar, CohortPlan, CohortRules, People
from broker.needs.states import move
from broker.procurement import queries as procurement
from broker.procurement import service as purchases
from broker.procurement.workflow import CANCELLED, DRAFT
from broker.topics import service as topics

# A purchase in one of these states binds nobody, so its cohort may be dissolved.
_UNBOUND_STATES = (DRAFT, CANCELLED)

# What the history only tells that it was changed, not from what to what.
_TEXTS = ("description", "purpose", "cause", "consequence", "barrier_note")

# What other parts do at once when needs are placed or ended here, when they leave a cohort, and when it is dissolved.
_when_taken: list[Callable[[Sequence[Need], User], None]] = []
_when_released: list[Callable[[Cohort, Sequence[Need], User], None]] = []
_when_dissolved: list[Callable[[Cohort, User], None]] = []


class NeedLockedError(RefusedError):
    """The need is in a cohort, met or withdrawn, and others rely on it as it is."""


class CohortRefusedError(RefusedError):
    """The needs may not be taught together as proposed."""


class CohortBoundError(RefusedError):
    """A purchase has begun for the cohort."""


def when_taken(listener: Callable[[Sequence[Need], User], None]) -> Callable[[Sequence[Need], User], None]:
    """Mark what is to be done when needs no longer wait as they did: placed in a cohort of our own, or ended."""
    _when_taken.append(listener)
    return listener


def when_released(
    listener: Callable[[Cohort, Sequence[Need], User], None],
) -> Callable[[Cohort, Sequence[Need], User], None]:
    """Mark what is to be done when needs leave a cohort before it is taught."""
    _when_released.append(listener)
    return listener


def when_dissolved(listener: Callable[[Cohort, User], None]) -> Callable[[Cohort, User], None]:
    """Mark what is to be done when a cohort is dissolved."""
    _when_dissolved.append(listener)
    return listener


def add_need(company: Company, values: dict[str, Any], *, by: User) -> Need:
    """Add what a company needs; our relation to it begins, and what it said is remembered to mean the topic.

    A need of which everything is known is clear, unless only its being heard of is noted; see identify_need.
    """
    need = identify_need(company, values, by=by)
    move(need, NeedStatus.IDENTIFIED if need.missing else NeedStatus.CLARIFIED)
    return need


def identify_need(company: Company, values: dict[str, Any], *, by: User) -> Need:
    """Add a need that was heard of, whatever is known of it: somebody makes it clear later."""
    owner = {"owner_id": values.get("owner_id") or by.id}
    need = Need(company_id=company.id, added_by_id=by.id, **_with_own_mode(values) | owner)
    companies.engage(company)
    db.session.add(need)
    db.session.flush()
    if need.topic_id:
        topics.remember(need.description, need.topic_id, by=by)
    with in_swedish():
        topic = need.topic_label
    audit.record(Action.NEED_ADDED, need, by=by, topic=topic, people=need.participants)
    return need


def edit_need(need: Need, values: dict[str, Any], *, by: User) -> None:
    """Change a need that waits, clear or not; refuses one that is in a cohort, met or withdrawn."""
    _check_is_free(need)
    values = _with_own_mode(values)
    changed = audit.changes(need, values)
    if changed.get("topic_id") and values["topic_id"]:
        topics.remember(values.get("description"), values["topic_id"], by=by)
    for name, value in values.items():
        setattr(need, name, value)
    if changed:
        # What was said can have to be destroyed; the chain of events cannot.
        kept = {name: change for name, change in changed.items() if name not in _TEXTS}
        audit.record(Action.NEED_EDITED, need, by=by, changes=kept, fields=[name for name in changed if name in _TEXTS])


def withdraw_need(need: Need, *, reason: str, by: User) -> None:
    """End a need that waits or was not met, with the reason; refuses one that is in a cohort, met or withdrawn."""
    if not need.is_in_delivery:
        _check_is_free(need)
    move(need, NeedStatus.WITHDRAWN, reason=reason)
    audit.record(Action.NEED_WITHDRAWN, need, by=by)
    for listener in _when_taken:
        listener([need], by)


def form_cohort(plan: CohortPlan, *, by: User) -> Cohort:
    """Make a proposal a cohort; refuses it when the rules no longer hold for the needs as they are now."""
    today = clock.today()
    needs, rules = queries.list_open_needs({need_id for need_id, _part in plan.members}), queries.cohort_rules(today)
    placed = queries.list_placed_parts([need.id for need in needs])
    _check_members(plan, needs, placed, rules)
    reasons, last_day = _checked(plan, needs, rules, today)
    cohort = _form(plan, needs, placed, rules, reasons=reasons, ends_on=last_day, by=by)
    for listener in _when_taken:
        listener(needs, by)
    return cohort


def form_agreed_cohort(plan: CohortPlan, *, reasons: list[dict[str, Any]], ends_on: date, by: User) -> Cohort:
    """Make our part of a group that several organisations have agreed on a cohort of our own.

    Its size and companies were judged for the whole group; refuses needs that do not wait.
    """
    needs, rules = (
        queries.list_open_needs({need_id for need_id, _part in plan.members}),
        queries.cohort_rules(clock.today()),
    )
    placed = queries.list_placed_parts([need.id for need in needs])
    _check_members(plan, needs, placed, rules)
    return _form(plan, needs, placed, rules, reasons=reasons, ends_on=ends_on, by=by)


def _form(
    plan: CohortPlan,
    needs: Sequence[Need],
    placed: Sequence[CohortNeed],
    rules: CohortRules,
    *,
    reasons: list[dict[str, Any]],
    ends_on: date,
    by: User,
) -> Cohort:
    cohort = Cohort(
        topic_id=plan.topic_id,
        level=plan.level,
        language=plan.language,
        mode=plan.mode,
        hours=plan.hours,
        municipality_code=plan.municipality_code,
        starts_on=plan.starts_on,
        ends_on=ends_on,
        reason=reasons,
        formed_by_id=by.id,
        members=_members(plan, needs, rules),
    )
    _take_needs(needs, [*placed, *cohort.members], rules)
    db.session.add(cohort)
    db.session.flush()
    with in_swedish():
        title = cohort.title
    audit.record(Action.COHORT_FORMED, cohort, by=by, title=title, people=cohort.participants, reason=reasons)
    for need in needs:
        audit.record(Action.NEED_PLACED, need, by=by, title=title)
    return cohort


def take_into(cohort: Cohort, need: Need, part: int, people: People, *, by: User) -> None:
    """Add a part of a need that waits to a cohort; whether it fits there is judged before."""
    member = CohortNeed(need=need, need_id=need.id, part=part, **asdict(people))
    placed = queries.list_placed_parts([need.id])
    cohort.members.append(member)
    # Whoever holds the cohort as it was before is told.
    flag_modified(cohort, "status")
    _take_needs([need], [*placed, member], queries.cohort_rules(clock.today()))
    with in_swedish():
        title = cohort.title
    audit.record(Action.NEED_PLACED, need, by=by, title=title)
    for listener in _when_taken:
        listener([need], by)


def dissolve_cohort(cohort: Cohort, *, reason: str, by: User) -> None:
    """Dissolve a cohort, so that its needs wait again; refuses one whose purchase has begun."""
    # Whoever takes a need in at the same moment is waited for, so that this need waits again too.
    queries.lock_cohort(cohort.id)
    if cohort.is_dissolved:
        raise CohortBoundError(_("Gruppen är redan upplöst."))
    if cohort.has_begun:
        raise CohortBoundError(_("Utbildningen har börjat. Säg på varje behov om det blev tillgodosett."))
    purchase = procurement.list_purchases_of_cohorts([cohort.id]).get(cohort.id)
    if purchase is not None and purchase.state not in _UNBOUND_STATES:
        raise CohortBoundError(_("Inköpet av utbildningen har börjat. Avbryt inköpet innan du löser upp gruppen."))
    cohort.status = CohortStatus.DISSOLVED
    release_needs(cohort, cohort.members, reason=reason, by=by)
    with in_swedish():
        title = cohort.title
    audit.record(Action.COHORT_DISSOLVED, cohort, by=by, title=title, reason=reason)
    for listener in _when_dissolved:
        listener(cohort, by)


@purchases.checks_cohort
def refuse_purchase(cohort_id: int) -> None:
    """Refuse a purchase for a cohort that is dissolved, and a second one beside another that was not cancelled."""
    # Whoever dissolves it, or starts a purchase for it, at the same moment is waited for.
    cohort = queries.lock_cohort(cohort_id)
    if cohort.is_dissolved:
        raise RefusedError(_("Gruppen är upplöst, så det finns inget att köpa. Välj en grupp som finns."))
    purchase = procurement.list_purchases_of_cohorts([cohort_id]).get(cohort_id)
    if purchase is not None and purchase.state != CANCELLED:
        raise RefusedError(
            _(
                "Gruppen har redan ett inköp: %(title)s. Gå vidare med det, eller avbryt det först.",
                title=purchase.title,
            )
        )


def release_needs(cohort: Cohort, members: Sequence[CohortNeed], *, reason: str, by: User) -> None:
    """Let the needs of these members of a cohort wait again, and keep why."""
    with in_swedish():
        title = cohort.title
    needs = list(dict.fromkeys(member.need for member in members))
    for need in needs:
        if need.status in (NeedStatus.CLARIFIED, NeedStatus.IN_COHORT) or _has_only_been_taught(need, cohort):
            move(need, NeedStatus.CLARIFIED, reason=reason)
            audit.record(Action.NEED_RELEASED, need, by=by, title=title)
    for listener in _when_released:
        listener(cohort, needs, by)


def _has_only_been_taught(need: Need, cohort: Cohort) -> bool:
    """Tell whether the other parts of a need in delivery have been taught; while one is taught, it is judged there."""
    elsewhere = [row.cohort for row in queries.list_placed_parts([need.id]) if row.cohort_id != cohort.id]
    return need.is_in_delivery and all(other.is_delivered for other in elsewhere)


def _with_own_mode(values: dict[str, Any]) -> dict[str, Any]:
    own, accepted = str(values["preferred_mode"]), values.get("modes") or []
    return {**values, "modes": sorted({own, *map(str, accepted)})}


def _check_is_free(need: Need) -> None:
    if not need.is_open:
        raise NeedLockedError(
            _("Behovet väntar inte längre, så det kan inte ändras. Lös upp gruppen, eller registrera ett nytt behov.")
        )
    if queries.list_placed_parts([need.id]):
        raise NeedLockedError(_("En del av behovet är i en utbildningsgrupp. Lös upp gruppen innan du ändrar behovet."))


def _check_members(plan: CohortPlan, needs: Sequence[Need], placed: Sequence[CohortNeed], rules: CohortRules) -> None:
    largest, taken = rules.group_of(plan.topic_id).largest, {(member.need_id, member.part) for member in placed}
    possible = {(need.id, part) for need in needs for part in range(len(parts_of(need.participants, largest)))}
    if len(set(plan.members)) != len(plan.members) or not set(plan.members) <= possible - taken:
        raise CohortRefusedError(_("Något av behoven är inte längre öppet. Välj bland förslagen som gäller nu."))


def _checked(
    plan: CohortPlan, needs: Sequence[Need], rules: CohortRules, today: date
) -> tuple[list[dict[str, Any]], date]:
    """Give the reasons for a cohort and its last day, or refuse it with everything that is wrong."""
    calendar = Calendar(today)
    instance = planning.make_instance(
        needs,
        rules=rules,
        calendar=calendar,
        offerings=[(row.offering, row.usable_until) for row in queries.list_usable_offerings(today)],
        venue_codes=queries.venue_codes(organisation_in_scope()),
    )
    try:
        planned = planning.to_planned(plan, calendar)
    except BadPlanError as error:
        raise CohortRefusedError(_("Förslaget går inte att läsa. Välj bland förslagen som gäller nu.")) from error
    checker = Rules(instance)
    if failures := list(dict.fromkeys(map(say, checker.cohort_failures(planned)))):
        raise CohortRefusedError(_("Gruppen kan inte bildas: %(reasons)s", reasons=" ".join(failures)))
    reasons = [sentence.as_stored() for sentence in why_together(checker, planned)]
    return reasons, calendar.last_day(planned.start, planned.weeks)


def _members(plan: CohortPlan, needs: Sequence[Need], rules: CohortRules) -> list[CohortNeed]:
    by_id, largest = {need.id: need for need in needs}, rules.group_of(plan.topic_id).largest
    found = []
    for need_id, part in plan.members:
        people = asdict(planning.people_of_part(by_id[need_id], part, largest))
        found.append(CohortNeed(need_id=need_id, part=part, **people))
    return found


def _take_needs(needs: Sequence[Need], members: Sequence[CohortNeed], rules: CohortRules) -> None:
    """Close the needs whose every part is placed; touch the others, so that two people cannot take the same part."""
    placed = Counter(member.need_id for member in members)
    for need in needs:
        count = len(parts_of(need.participants, rules.group_of(need.topic_id).largest))
        if placed[need.id] == count:
            move(need, NeedStatus.IN_COHORT)
        else:
            flag_modified(need, "status")
