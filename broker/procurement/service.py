"""What people do about purchases: start one, take it from state to state, change its route."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, BinaryIO

from flask_babel import gettext as _

from broker import audit, clock, files
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import say
from broker.procurement import awarding, deadlines, facts, queries, suppliers, workflow
from broker.procurement.frameworks import checks as frameworks
from broker.procurement.frameworks.queries import wait_for_turn
from broker.procurement.models import Purchase, PurchaseRound, PurchaseStep
from broker.procurement.situation import Situation, get_route
from broker.procurement.suppliers import Supplier
from broker.procurement.thresholds import NoThresholdError
from broker.procurement.value.queries import list_similar
from broker.procurement.workflow import Proposal, Step
from broker.reference import queries as reference
from broker.sentences import N_, Sentence

# What layers above refuse a purchase for a cohort by.
_cohort_checks: list[Callable[[int], None]] = []
# What layers above know of how many a cohort is bought for, when they are others than its own people.
_people_counters: list[Callable[[int], int | None]] = []


@dataclass(frozen=True)
class Paper:
    """A document that comes with a step."""

    kind: str
    stream: BinaryIO
    file_name: str
    media_type: str


class StepRefusedError(RefusedError):
    """A step that cannot be taken yet: what to fill in by the names of fields and papers, and what else to do."""

    def __init__(self, by_name: Mapping[str, str], others: Sequence[str] = ()) -> None:
        super().__init__(" ".join([*by_name.values(), *others]))
        self.by_name = by_name
        self.others = tuple(others)


def propose_route(values: Mapping[str, Any]) -> Proposal:
    """Give the route that the answers lead to; refuses answers that are not enough."""
    today = clock.today()
    situation = queries.draft_situation(queries.current_workflow(today), filled(values), today=today)
    proposal = _propose(situation)
    if proposal.route_id is None:
        sentence = _("Fyll i fältet, så att en inköpsväg kan föreslås.")
        raise StepRefusedError(dict.fromkeys(proposal.missing_fields, sentence))
    return proposal


def find_proposal(values: Mapping[str, Any]) -> Proposal | None:
    """Give the proposal for answers that were refused, or None while they are not enough for one."""
    try:
        return propose_route(values)
    except StepRefusedError:
        return None


def checks_cohort(check: Callable[[int], None]) -> Callable[[int], None]:
    """Mark a check that refuses a purchase for a cohort, by raising RefusedError."""
    _cohort_checks.append(check)
    return check


def check_cohort(cohort_id: int) -> None:
    """Refuse a cohort that is not ours, or for which others say that no purchase is to be made."""
    queries.get_cohort(cohort_id)
    for check in _cohort_checks:
        check(cohort_id)


def counts_people(count: Callable[[int], int | None]) -> Callable[[int], int | None]:
    """Mark what tells how many people a cohort is bought for, or None when it does not know better."""
    _people_counters.append(count)
    return count


def people_bought_for(cohort: Any) -> int:
    """Give how many people a purchase for a cohort is for: its own, or those of all for whom we buy."""
    known = (found for count in _people_counters if (found := count(cohort.id)) is not None)
    return int(next(known, cohort.participants))


def start_purchase(
    *,
    title: str,
    values: Mapping[str, Any],
    route_id: str,
    route_reason: str | None = None,
    cohort_id: int | None = None,
    by: User,
) -> Purchase:
    """Start a purchase on a route; another one than the answers lead to needs a written reason."""
    if cohort_id is not None:
        check_cohort(cohort_id)
    today = clock.today()
    document = queries.current_workflow(today)
    route = next((row for row in document.content["routes"] if row["id"] == route_id), None)
    if route is None:
        raise StepRefusedError({"route": _("Välj en av inköpsvägarna i listan.")})
    answers = filled(values)
    wait_for_turn([answers.get("framework")])
    topic_id = queries.get_cohort(cohort_id).topic_id if cohort_id is not None else None
    situation = queries.draft_situation(document, answers, today=today, topic_id=topic_id)
    if refused := frameworks.list_refusals_of_route(situation, route, reason=route_reason):
        raise StepRefusedError(refused)
    reason = _reason_for_route(situation, route_id, route_reason)
    purchase = Purchase(
        title=title,
        handler=by,
        cohort_id=cohort_id,
        framework_id=_framework_of(answers),
        workflow_version=document.version,
        route=route_id,
        state=route["initial"],
        values=situation.to_keep(),
    )
    db.session.add(purchase)
    db.session.flush()
    label = Sentence(N_("Inköpet startades: %(route)s"), {"route": reference.words_of(route)})
    _add_step(purchase, "", label, reason, by)
    audit.record(Action.PURCHASE_STARTED, purchase, by=by, title=title, route=route_id, reason=reason)
    return purchase


def take_step(
    purchase: Purchase,
    to: str,
    *,
    values: Mapping[str, Any],
    papers: Sequence[Paper] = (),
    note: str | None = None,
    override_reason: str | None = None,
    by: User,
) -> PurchaseStep:
    """Take a purchase to a state; refuses with what is missing, and keeps nothing of a refused step.

    A guard that the law lets one go on against does not stop a step with a reason for it, which stands in the log.
    """
    wait_for_turn([purchase.framework_id, values.get("framework")])
    before = queries.get_situation(purchase, today=clock.today())
    _check_begins_here(purchase, before, to)
    answers = filled(values, known=before.values)
    after = before.with_values(answers, frozenset(paper.kind for paper in papers))
    step = workflow.find_step(after, to)
    if step is None:
        raise StepRefusedError({}, [_("Steget finns inte. Gå till inköpet och se vad som är nästa steg.")])
    known = queries.list_suppliers(purchase, today=before.today)
    overridden = sorted(step.broken_guards.keys() & step.overridable.keys()) if override_reason else []
    others = awarding.list_refusals(before, after, step, note=note)
    if "similar_value_12m_sek" in answers:
        similar = [row.title for row in list_similar(purchase, after)]
        others |= awarding.refuse_similar(before, after, similar, note=note)
    _refuse(before, after, step, known, note=note or override_reason, overridden=overridden, refused=others)
    _attach(purchase, papers, by)
    left = purchase.state
    purchase.values = _kept(after, step)
    purchase.state = to
    if step.begins_round:
        _begin_round(purchase, after)
    # What others are told of the provider they are told once it is decided.
    is_hidden = workflow.hides_offers(before.document, purchase.route, to)
    chosen = None if is_hidden else purchase.values.get("chosen_provider")
    purchase.provider_id = int(chosen) if chosen else None
    purchase.framework_id = _framework_of(purchase.values)
    taken = _add_step(purchase, left, step.words, _step_note(after, note, overridden, override_reason), by)
    # What the fields hold stays out of the log: offers are secret until the decision.
    new = sorted(name for name, value in answers.items() if before.values.get(name) != value)
    audit.record(
        Action.PURCHASE_MOVED, purchase, by=by, from_state=left, to_state=to, fields=new, overridden=overridden
    )
    return taken


def _check_begins_here(purchase: Purchase, situation: Situation, to: str) -> None:
    if workflow.find_step(situation, to) is None:
        raise RefusedError(
            _("Inköpet står inte längre där det steget börjar. Gå till inköpet och se vad som är nästa steg.")
        )
    if to != workflow.CANCELLED and purchase.cohort is not None and purchase.cohort.is_dissolved:
        raise RefusedError(
            _("Utbildningsgruppen är upplöst. Avbryt inköpet och starta ett nytt för dem som ska utbildas.")
        )


def record_documentation(purchase: Purchase, done_on: date, *, by: User) -> None:
    """Note when the documentation of an ended purchase was completed; refuses one that asks for none."""
    situation = queries.get_situation(purchase, today=clock.today())
    if not deadlines.waits_for_documentation(situation):
        raise RefusedError(_("Inköpet väntar inte på någon dokumentation. Gå till inköpet och se vad som är kvar."))
    purchase.values = {**purchase.values, "documentation_done_date": done_on.isoformat()}
    audit.record(Action.PURCHASE_DOCUMENTED, purchase, by=by)


def change_route(purchase: Purchase, route_id: str, *, reason: str | None, by: User) -> PurchaseStep:
    """Move a purchase to another route, with a written reason; refuses once offers are in or a decision is made."""
    wait_for_turn([purchase.framework_id])
    situation = queries.get_situation(purchase, today=clock.today())
    if not workflow.may_change_route(situation):
        raise RefusedError(_("Inköpsvägen kan inte bytas här. Avbryt inköpet och starta ett nytt."))
    if route_id == purchase.route or route_id not in {route["id"] for route in situation.document["routes"]}:
        raise RefusedError(_("Välj en annan inköpsväg än den nuvarande."))
    if not reason:
        raise RefusedError(_("Skriv varför inköpsvägen byts. Skälet blir en del av den allmänna handlingen."))
    route = get_route(situation.document, route_id)
    if refused := frameworks.list_refusals_of_route(situation, route, reason=reason):
        raise RefusedError(" ".join(refused.values()))
    left = purchase.state
    purchase.route, purchase.state = route_id, workflow.begins_at(replace(situation, route_id=route_id))
    label = Sentence(N_("Ny inköpsväg: %(route)s"), {"route": reference.words_of(route)})
    taken = _add_step(purchase, left, label, Sentence(reason), by)
    audit.record(
        Action.PURCHASE_MOVED,
        purchase,
        by=by,
        from_state=left,
        to_state=purchase.state,
        route=route_id,
        reason=reason,
    )
    return taken


def note(purchase: Purchase, label: Sentence, text: Sentence | None = None, *, by: User) -> PurchaseStep:
    """Write something that is no step of the workflow into the log of a purchase, which nobody can change."""
    return _add_step(purchase, purchase.state, label, text or Sentence(""), by)


def filled(values: Mapping[str, Any], *, known: Collection[str] = ()) -> dict[str, Any]:
    """Give the answers that hold something; no and zero are answers, and the code tells whether annex 2 covers it."""
    answers = {name: value for name, value in values.items() if value not in (None, "", [])}
    code = reference.cpv_codes().get(answers.get("cpv_main", ""))
    if code and "annex2" not in (*answers, *known):
        answers["annex2"] = "yes" if code.is_annex2 else "no"
    return answers


def _reason_for_route(situation: Situation, route_id: str, reason: str | None) -> Sentence:
    proposal = _propose(situation)
    if route_id == proposal.route_id:
        why = proposal.trials[-1].reason
        return Sentence("%(why)s %(reason)s", {"why": why, "reason": reason}) if reason else why
    if not reason:
        raise StepRefusedError({"route_reason": _("Skriv varför du väljer en annan väg än den föreslagna.")})
    return Sentence(reason)


def _propose(situation: Situation) -> Proposal:
    try:
        return workflow.propose_route(situation)
    except NoThresholdError as error:
        raise StepRefusedError({"procurement_started": say(error)}) from error


def _step_note(purchase: Situation, note: str | None, overridden: Sequence[str], reason: str | None) -> Sentence:
    if not overridden:
        # Whoever gave a reason to go on although no guard was in the way explained something else with it.
        return Sentence("\n".join(filter(None, [note, reason])))
    guards = Sentence.joined([reference.words_of(purchase.document["guards"][name]) for name in overridden])
    why = Sentence(
        N_("Gick vidare fast det inte stämde: %(guards)s. Skäl: %(reason)s"), {"guards": guards, "reason": reason}
    )
    return Sentence.joined([Sentence(note), why], by="\n") if note else why


def _refuse(
    before: Situation,
    after: Situation,
    step: Step,
    known: Sequence[Supplier],
    *,
    note: str | None,
    overridden: Collection[str],
    refused: Mapping[str, str],
) -> None:
    fields, papers = after.document["fields"], after.document["documents"]
    by_name = {name: _("Fyll i: %(label)s.", label=reference.text_of(fields[name])) for name in step.missing_fields}
    if "offers_received" in by_name:
        by_name["offers_received"] = _("Registrera offerterna först. Det gör du under Offerter på inköpets sida.")
    for name in step.missing_papers:
        by_name[f"paper_{name}"] = _("Lägg till dokumentet: %(label)s.", label=reference.text_of(papers[name]))
    if step.needs_note and not note:
        by_name["step_note"] = _("Skriv skälet till steget.")
    changed = {name for name, value in after.values.items() if before.values.get(name) != value}
    by_name = (
        facts.list_contradictions(after, changed, known, note=note)
        | suppliers.list_refusals(before, after, step, known, note=note)
        | frameworks.list_refusals(before, after, step, note=note)
        | dict(refused)
        | by_name
    )
    broken = [sentence for name, sentence in step.broken_guards.items() if name not in overridden]
    others = [*broken, *filter(None, [step.forbidden])]
    if by_name or others:
        raise StepRefusedError(by_name, others)


def _attach(purchase: Purchase, papers: Sequence[Paper], by: User) -> None:
    for paper in papers:
        try:
            files.attach(
                purchase,
                paper.stream,
                file_name=paper.file_name,
                media_type=paper.media_type,
                kind=paper.kind,
                by=by,
            )
        except RefusedError as error:
            raise StepRefusedError({f"paper_{paper.kind}": str(error)}) from error


def _kept(purchase: Situation, step: Step) -> dict[str, Any]:
    values = purchase.to_keep()
    if step.sets_aside and (chosen := values.pop("chosen_provider", None)):
        values["suppliers_set_aside"] = [*values.get("suppliers_set_aside", []), chosen]
    return values


def _begin_round(purchase: Purchase, situation: Situation) -> None:
    """Let what belongs to the offers so far stay with the round that ends, so that the next one begins without it."""
    cleared = workflow.cleared_by_round(situation)
    ended = {name: value for name, value in purchase.values.items() if name in cleared}
    db.session.add(PurchaseRound(purchase_id=purchase.id, number=purchase.round, values=ended))
    purchase.values = {name: value for name, value in purchase.values.items() if name not in ended}
    purchase.round, purchase.round_began_at = purchase.round + 1, clock.now()


def _framework_of(values: Mapping[str, Any]) -> int | None:
    key = values.get("framework")
    return key if isinstance(key, int) else None


def _add_step(purchase: Purchase, left: str, label: Sentence, note: Sentence, by: User) -> PurchaseStep:
    step = PurchaseStep(
        purchase=purchase,
        from_state=left,
        to_state=purchase.state,
        label=label,
        note=note or None,
        taken_by=by,
    )
    db.session.add(step)
    db.session.flush()
    return step
