"""How a group of a joint plan is proposed, and agreed on when everybody with needs in it has said yes."""

from collections import Counter
from dataclasses import asdict, replace

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from broker import access, audit, clock, database
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import NotAllowedError, RefusedError
from broker.extensions import db
from broker.formatting import say
from broker.needs import planning
from broker.needs import queries as needs_queries
from broker.needs import service as needs
from broker.needs.bundling.explain import why_together
from broker.needs.bundling.instance import parts_of
from broker.needs.joint import copies, letters, queries, service, solving
from broker.needs.joint.falling import let_fall, tell_parties
from broker.needs.joint.models import (
    JointAnswer,
    JointCohort,
    JointGroup,
    JointGroupNeed,
    JointGroupState,
    JointNeedState,
    JointPlan,
    SharedNeed,
)
from broker.needs.joint.solving import Proposals
from broker.needs.models import Cohort
from broker.needs.planning import BadPlanError, CohortPlan
from broker.procurement import service as procurement
from broker.sentences import N_, Sentence


class JointGroupRefusedError(RefusedError):
    """The needs may not be taught together as proposed, or one of them no longer waits as it was contributed."""


def propose_group(plan: JointPlan, proposal: CohortPlan, *, host_id: int, by: User) -> JointGroup:
    """Propose a group to everybody with needs in it; if we have some, this is our yes.

    Refuses what the rules for groups no longer allow, needs of one organisation alone, a host without needs in the
    group, and needs of ours that have changed since we contributed them.
    """
    # Two who propose at once must not both find a need free.
    database.hold(JointPlan.id, plan.id)
    proposals = Proposals(plan.id, clock.today())
    group = _checked(proposals, proposal, host_id, by)
    db.session.add(group)
    db.session.flush()
    tell_parties(Action.JOINT_GROUP_PROPOSED, group, by, people=group.participants)
    own = access.organisation_in_scope()
    if own in {row.id for row in group.organisations}:
        _say_yes(group, by)
    letters.tell_of_group(group, [row for row in group.organisations if row.id != own])
    return group


def accept_group(group: JointGroup, *, by: User) -> None:
    """Say yes to our part; with the last yes the group is agreed on, and each organisation gets its own cohort.

    Refuses a second answer, and needs of ours that no longer wait as we contributed them. When another organisation's
    no longer do at the last yes, the group falls instead.
    """
    database.hold(JointPlan.id, group.plan_id)
    _check_awaits_us(group)
    _say_yes(group, by)
    # Whoever answers at the same time is told by the version of the group.
    flag_modified(group, "state")
    if len(group.answers) == len(group.organisations):
        _agree(group, by)


def decline_group(group: JointGroup, *, reason: str, by: User) -> None:
    """Say no: the group falls with the reason, which all members see, and its needs are free again."""
    _check_awaits_us(group, is_no=True)
    name = accounts.get_organisation(access.organisation_in_scope()).name
    let_fall(
        group, Sentence(N_("%(organisation)s sa nej: %(reason)s"), {"organisation": name, "reason": reason}), by=by
    )


@needs.when_dissolved
def note_dissolved(cohort: Cohort, by: User) -> None:
    """Tell the others of a joint group that we have dissolved our part of it; why is our own matter."""
    part = queries.find_joint_cohort(cohort.id)
    if part is None:
        return
    own = {"organisation": accounts.get_organisation(access.organisation_in_scope()).name}
    # From here on nobody counts on our people.
    gone = {member.need.company_id for member in cohort.members}
    service.resize_part(cohort, people=-cohort.participants, gone=gone, by=by)
    # Who has left the plan sees nothing of it any more.
    answer = queries.find_answer(part.group_id)
    if answer is not None:
        answer.dissolved_at = clock.now()
        group = queries.get_group(queries.get_plan(part.plan_id), part.group_id)
        tell_parties(Action.JOINT_GROUP_PART_DISSOLVED, group, by, **own)


@procurement.checks_cohort
def refuse_second_purchase(cohort_id: int) -> None:
    """Refuse a purchase for our part of a joint group as long as another organisation is host: it buys for all."""
    hosting = queries.find_hosting(cohort_id)
    if hosting is not None and not hosting.is_for_us_to_buy:
        host = hosting.part.host.name
        raise RefusedError(
            _("%(host)s är värd för gruppen och köper utbildningen för alla, så börja inget eget inköp.", host=host)
        )


@procurement.counts_people
def people_of_whole_group(cohort_id: int) -> int | None:
    """Give how many a host buys for: the value of a purchase is that of the whole (LOU 5 kap. 3 §)."""
    hosting = queries.find_hosting(cohort_id)
    return hosting.part.participants if hosting and hosting.part.is_host else None


def own_faults(group: JointGroup) -> list[Sentence]:
    """Say which of our needs in a group no longer wait as they were contributed; our own companies by name."""
    members = {member.need_id: member for member in group.members}
    notes = {key: note for key, note in _notes_of(group).items() if key in members}
    placed = {
        (row.need_id, row.part) for row in needs_queries.list_placed_parts([note.need_id for note in notes.values()])
    }
    found = []
    for member in group.members:
        note = notes.get(member.need_id)
        if member.need.organisation_id != access.organisation_in_scope():
            continue
        if note is None or not note.need.is_clarified or (note.need_id, member.part) in placed:
            name = note.need.company.name if note else member.need.whose
            found.append(Sentence(N_("Behovet hos %(company)s väntar inte längre."), {"company": name}))
        elif copies.changed_fields(note.need, member.need, is_named=note.is_named):
            values = {"company": note.need.company.name}
            found.append(Sentence(N_("Behovet hos %(company)s har ändrats sedan ni bidrog med det."), values))
    return found


def _checked(proposals: Proposals, proposal: CohortPlan, host_id: int, by: User) -> JointGroup:
    """Give the group that a proposal describes, or refuse it with everything that is wrong."""
    if len(set(proposal.members)) != len(proposal.members) or not set(proposal.members) <= proposals.possible:
        raise JointGroupRefusedError(_("Något av behoven är inte längre ledigt. Välj bland förslagen som gäller nu."))
    try:
        planned = planning.to_planned(proposal, proposals.calendar)
    except BadPlanError as error:
        raise JointGroupRefusedError(_("Förslaget går inte att läsa. Välj bland förslagen som gäller nu.")) from error
    if failures := list(dict.fromkeys(map(say, proposals.checker.cohort_failures(planned)))):
        raise JointGroupRefusedError(_("Gruppen kan inte bildas: %(reasons)s", reasons=" ".join(failures)))
    travellers = proposals.travellers(proposal, planned)
    with_needs = {row.need.organisation_id for row in travellers}
    if len(with_needs) < 2:
        raise JointGroupRefusedError(_("Alla behov är från samma organisation. Bilda gruppen under Paketering."))
    if host_id not in with_needs:
        raise JointGroupRefusedError(_("Välj en värd som har behov i gruppen."))
    own = access.organisation_in_scope()
    return JointGroup(
        plan_id=proposals.plan.id,
        **{name: getattr(proposal, name) for name in _TAUGHT},
        ends_on=proposals.calendar.last_day(planned.start, planned.weeks),
        reason=[sentence.as_stored() for sentence in why_together(proposals.checker, planned)],
        host_id=host_id,
        proposed_by=by.name,
        proposed_by_organisation_id=own,
        members=[_member(proposals, need_id, part) for need_id, part in proposal.members],
        answers=[],
    )


_TAUGHT = ("topic_id", "level", "language", "mode", "hours", "municipality_code", "starts_on")


def _member(proposals: Proposals, need_id: int, part: int) -> JointGroupNeed:
    need = proposals.needs[need_id]
    people = planning.people_of_part(need, part, proposals.rules.group_of(need.topic_id).largest)
    return JointGroupNeed(
        plan_id=need.plan_id, need=need, company_token=need.company_token, part=part, **asdict(people)
    )


def _say_yes(group: JointGroup, by: User) -> None:
    if faults := own_faults(group):
        told = " ".join(map(say, faults))
        raise JointGroupRefusedError(_("%(faults)s Förnya eller ta tillbaka behovet i samplaneringen.", faults=told))
    own = access.organisation_in_scope()
    group.answers.append(JointAnswer(plan_id=group.plan_id, organisation_id=own, answered_by_id=by.id, answered_by=by))
    db.session.flush()
    tell_parties(Action.JOINT_GROUP_ACCEPTED, group, by, organisation=accounts.get_organisation(own).name)


def _check_awaits_us(group: JointGroup, *, is_no: bool = False) -> None:
    own = access.organisation_in_scope()
    if own not in {row.id for row in group.organisations}:
        raise NotAllowedError(_("Ni har inga behov i gruppen, så det är inte ni som svarar."))
    if not group.is_proposed:
        raise JointGroupRefusedError(_("Gruppen är redan avgjord. Ladda om sidan för att se läget."))
    if not is_no and group.answer_of(own) is not None:
        raise JointGroupRefusedError(_("Ni har redan sagt ja. Gruppen väntar på de andra."))


def _agree(group: JointGroup, by: User) -> None:
    """Look at every organisation's needs once more, and then let each have its cohort; or let the group fall."""
    for answer in group.answers:
        with access.acting_in(answer.organisation_id):
            faults = own_faults(group)
        if faults:
            name = accounts.get_organisation(answer.organisation_id).name
            reason = Sentence(N_("Ett av behoven hos %(organisation)s väntar inte längre."), {"organisation": name})
            let_fall(group, reason, by=by)
            return
    if hinders := _hinders(group):
        let_fall(group, Sentence(N_("Gruppen kan inte längre bildas: %(why)s"), {"why": hinders}), by=by)
        return
    for answer in group.answers:
        # Each side's rows are stored while it is its turn.
        with access.acting_in(answer.organisation_id):
            _form_part(group, answer)
            db.session.flush()
    group.state, group.state_at = JointGroupState.AGREED, clock.now()
    tell_parties(Action.JOINT_GROUP_AGREED, group, by, people=group.participants)
    own = access.organisation_in_scope()
    letters.tell_of_group(group, [row for row in group.organisations if row.id != own])


def _hinders(group: JointGroup) -> Sentence:
    """Say which rules the whole group breaks by now, as when its first day has passed; nothing when it keeps them."""
    proposals = Proposals(group.plan_id, clock.today())
    planned = planning.to_planned(solving.plan_of(group, group.members), proposals.calendar)
    failures = {str(failure): failure for failure in proposals.checker.cohort_failures(planned)}
    return Sentence.joined(failures.values(), " ")


def _form_part(group: JointGroup, answer: JointAnswer) -> None:
    """Give the organisation in scope the cohort of its own needs in a group, and note what it is a part of."""
    notes = _notes_of(group)
    own = [member for member in group.members if member.need_id in notes]
    plan = solving.plan_of(group, own)
    plan = replace(plan, members=tuple((notes[key].need_id, part) for key, part in plan.members))
    values = {"people": group.participants, "companies": group.company_count, "host": group.host.name}
    told = Sentence(
        N_("Del av en gemensam grupp: %(people)s deltagare från %(companies)s företag. Värd: %(host)s."), values
    )
    cohort = needs.form_agreed_cohort(
        plan, reasons=[told.as_stored(), *group.reason], ends_on=group.ends_on, by=answer.answered_by
    )
    db.session.add(
        JointCohort(
            cohort_id=cohort.id,
            plan_id=group.plan_id,
            group_id=group.id,
            host_id=group.host_id,
            participants=group.participants,
            companies=group.company_count,
        )
    )
    _close_copies(group, own)
    ours = list(dict.fromkeys(member.need for member in cohort.members))
    service.take_out_but_of(group.plan_id, ours, by=answer.answered_by)
    for key in {member.need_id for member in own}:
        audit.record(Action.JOINT_GROUP_AGREED, notes[key].need, by=answer.answered_by, plan=notes[key].plan_name)


def _close_copies(group: JointGroup, own: list[JointGroupNeed]) -> None:
    """Let the copies whose every part is in an agreed group no longer wait."""
    rules = needs_queries.cohort_rules(clock.today())
    taken = queries.list_taken_parts(queries.get_plan(group.plan_id))
    agreed = Counter(row.need_id for row in taken if row.group.is_agreed or row.group_id == group.id)
    for need in {member.need_id: member.need for member in own}.values():
        if agreed[need.id] == len(parts_of(need.participants, rules.group_of(need.topic_id).largest)):
            need.state = JointNeedState.PLACED


def _notes_of(group: JointGroup) -> dict[int, SharedNeed]:
    return queries.own_notes(queries.get_plan(group.plan_id))
