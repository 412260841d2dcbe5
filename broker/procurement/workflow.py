"""Reads the workflow of purchases: which steps lead on, what each still asks for, which route an answer leads to."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from broker.formatting import say
from broker.procurement.conditions import CONDITIONS, Condition
from broker.procurement.frameworks.models import FrameworkLaw
from broker.procurement.guards import FORBIDDEN, GUARDS
from broker.procurement.situation import Situation, get_route, waits_for_offers
from broker.procurement.thresholds import NoThresholdError
from broker.reference.queries import text_of, words_of
from broker.sentences import N_, Sentence

DRAFT, CANCELLED, CONFIRMED = "draft", "cancelled", "need_confirmed"
# What follows from the rows of offers beside the lines of `offers_received`: whose offers are still compared.
STANDING_OFFERS = "standing_offers"
OFFER_FIELDS = frozenset(
    {
        "offers_received",
        "chosen_provider",
        "suppliers_set_aside",
        "evaluation_result",
        "tenders_opened",
        "award_reason",
    }
)
OFFER_PAPERS = frozenset({"offer", "tender", "opening_protocol", "evaluation_report", "supplier_check"})


@dataclass(frozen=True)
class Step:
    """One transition from where a purchase stands, and what it still asks for.

    `overridable` tells, for the guards that a person may go on against with a written reason, under which paragraph.
    """

    to: str
    words: Sentence
    law: str
    fields: tuple[str, ...]
    papers: tuple[str, ...]
    missing_fields: tuple[str, ...]
    missing_papers: tuple[str, ...]
    broken_guards: Mapping[str, str]
    overridable: Mapping[str, str]
    forbidden: str
    needs_note: bool
    sets_aside: bool
    begins_round: bool

    @property
    def label(self) -> str:
        """Give what the step is called, in the reader's language."""
        return say(self.words)

    @property
    def is_ready(self) -> bool:
        """Tell whether the step can be taken as things are."""
        return not (self.missing_fields or self.missing_papers or self.broken_guards or self.forbidden)


@dataclass(frozen=True)
class Trial:
    """One rule of the choice of route, whether it fits, and the sentence that says why."""

    route_id: str
    label: str
    fits: bool
    reason: Sentence


@dataclass(frozen=True)
class Proposal:
    """The route that the answers lead to, if they are enough, with every rule that was tried.

    The notes say what it means that another than the buyer pays, each with its paragraph.
    """

    route_id: str | None
    trials: tuple[Trial, ...]
    missing_fields: tuple[str, ...] = ()
    notes: tuple[tuple[Sentence, str], ...] = ()


def transitions(route: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """List the transitions of a route with the tail that every route shares."""
    return [*route["transitions"], *route["tail"]]


def list_steps(purchase: Situation) -> list[Step]:
    """List the steps that lead on from where the purchase stands, in the order of the workflow."""
    return [_step(purchase, row) for row in transitions(purchase.route) if row["from"] == purchase.state]


def find_step(purchase: Situation, to: str) -> Step | None:
    """Give the step to a state, if there is one from where the purchase stands."""
    return next((step for step in list_steps(purchase) if step.to == to), None)


def list_newly_broken(before: Situation, after: Situation, taken: Collection[tuple[str, str]]) -> list[str]:
    """Say which guards of the steps that were taken held and would hold no more, and what to do.

    Given is from where to where those steps went.
    """
    rows = [row for row in transitions(before.route) if (row["from"], row["to"]) in taken]
    guard_ids = dict.fromkeys(name for row in rows for name in _demands(after, row)[2])
    answers = [(GUARDS[name].ask(before), GUARDS[name].ask(after)) for name in guard_ids]
    return [now.sentence for earlier, now in answers if earlier.holds and not now.holds]


def is_on_route(purchase: Situation, to: str) -> bool:
    """Tell whether any step of the route, from wherever it starts, leads to a state."""
    return any(row["to"] == to for row in transitions(purchase.route))


def next_step(purchase: Situation) -> Step | None:
    """Give the step that comes next on the normal way forward, among those that are allowed.

    It follows from the workflow: a step that ends the purchase comes last, and of the others the one with the fewest
    steps left to the end comes first. A step back, a review and a voluntary detour all have more of them left.
    """
    kinds, left = purchase.document["states"], _steps_left(purchase)
    allowed = [step for step in list_steps(purchase) if step.to != CANCELLED and not step.forbidden]
    return min(
        allowed,
        key=lambda step: (kinds[step.to]["kind"] == "end", left.get(step.to, len(kinds))),
        default=None,
    )


def asked_fields(purchase: Situation, step: Step, *, again: bool = False) -> list[str]:
    """List the fields that the form of a step shows, in the order of the workflow.

    What the step asks for and is missing; what a broken guard rests on; what may turn out to be needed by an answer
    in the same form; and everything once more when the purchase has been where the step leads before.
    """
    wanted = set(step.fields if again else step.missing_fields)
    for guard_id in step.broken_guards:
        wanted |= {name for name in GUARDS[guard_id].fields if again or not _is_answered(purchase, name, guard_id)}
    row = _transition(purchase, step.to)
    for conditional in row.get("conditional", []):
        condition = CONDITIONS[conditional["when"]]
        if _is_open(purchase, condition, wanted):
            wanted |= {name for name in conditional.get("requires_fields", []) if not purchase.has(name)}
    wanted |= {name for name in row["requires_fields"] if is_computed(purchase.document, name)}
    if "framework_usable" in step.broken_guards:
        wanted |= {"framework", *(["contracting_authority"] if purchase.framework else [])}
    if "framework" in wanted:
        wanted.add("call_off_volume")
    if not has_offers_as_text(purchase):
        # Offers are rows of their own, and the field follows from them.
        wanted.discard("offers_received")
    elif "chosen_provider" in wanted:
        # Who has won must stand among the offers, so what was noted of them can be put right where it is asked.
        wanted.add("offers_received")
    return [name for name in purchase.document["fields"] if name in wanted and not purchase.follows(name)]


def asked_papers(purchase: Situation, step: Step, fields: list[str]) -> list[str]:
    """List the papers that the form of a step asks for, among them those that an answer may make necessary."""
    wanted = set(step.missing_papers)
    for conditional in _transition(purchase, step.to).get("conditional", []):
        if _is_open(purchase, CONDITIONS[conditional["when"]], set(fields)):
            wanted |= set(conditional.get("requires_documents", [])) - purchase.papers
    return [name for name in purchase.document["documents"] if name in wanted]


def conditions_of(purchase: Situation, to: str) -> dict[str, str]:
    """Say when a field or a paper of a step is needed, by its name, where it is not always."""
    return {
        name: say(CONDITIONS[conditional["when"]].label)
        for conditional in _transition(purchase, to).get("conditional", [])
        for name in (*conditional.get("requires_fields", []), *conditional.get("requires_documents", []))
    }


def propose_route(purchase: Situation) -> Proposal:
    """Give the first route whose rule fits the answers, or the fields without which no rule can tell.

    Raises NoThresholdError when the choice rests on limits that are not known for the day of the start.
    """
    trials: list[Trial] = []
    for rule in purchase.document["route_selection"]:
        condition = CONDITIONS[rule["if"]]
        label = text_of(get_route(purchase.document, rule["route"]))
        fits = condition.holds(purchase)
        missing = tuple(name for name in condition.fields if not purchase.has(name))
        trials.append(Trial(rule["route"], label, fits, _trial_reason(purchase, condition, fits=fits)))
        if fits:
            return Proposal(rule["route"], tuple(trials), notes=tuple(_payer_notes(purchase)))
        if missing:
            return Proposal(None, tuple(trials), missing)
    return Proposal(None, tuple(trials))


def find_proposal(purchase: Situation) -> Proposal | None:
    """Give the proposal for a purchase as it is known now, or None when no limits are known for its day."""
    try:
        return propose_route(purchase)
    except NoThresholdError:
        return None


def is_secret(document: Mapping[str, Any], state: str) -> bool:
    """Tell whether offers are secret while a purchase stands in this state."""
    return any(state in rule.get("applies_to_states", []) for rule in document["secrecy"].values())


def takes_offers(document: Mapping[str, Any], route_id: str) -> bool:
    """Tell whether offers are asked for on a route."""
    return any("offers_received" in row["requires_fields"] for row in transitions(get_route(document, route_id)))


def receives_offers(document: Mapping[str, Any], route_id: str, state: str) -> bool:
    """Tell whether offers come in while a purchase stands in this state, or wait there for the decision."""
    return waits_for_offers(get_route(document, route_id), state) or is_secret(document, state)


def may_tell_of_offers(purchase: Situation, *states: str) -> bool:
    """Tell whether what was noted on the way between these states can tell of offers."""
    return any(receives_offers(purchase.document, purchase.route_id, state) for state in states)


def hides_offers(document: Mapping[str, Any], route_id: str, state: str) -> bool:
    """Tell whether offers that a purchase has are for its handler alone: from the first one until the decision.

    Secrecy begins with the first offer (OSL 19 kap. 3 §), before the state that the file names for all of them, and
    a purchase that goes back to be done again may have offers in any open state.
    """
    is_open = document["states"][state]["kind"] == "open"
    return is_secret(document, state) or (is_open and takes_offers(document, route_id))


def has_offers_as_text(purchase: Situation) -> bool:
    """Tell whether the offers were noted as lines of text, as they were before they got rows."""
    return purchase.has("offers_received") and STANDING_OFFERS not in purchase.values


def may_change_route(purchase: Situation) -> bool:
    """Tell whether the route may still be changed: not once offers are in or a decision is made."""
    is_open = purchase.document["states"][purchase.state]["kind"] == "open"
    return bool(is_open and not is_secret(purchase.document, purchase.state) and not purchase.has("offers_received"))


def begins_at(purchase: Situation) -> str:
    """Give where a purchase stands that comes to its route from another: where it stood if every step there is ready.

    Otherwise where its need is confirmed, or at the beginning, so that what the new route asks on the way is asked.
    """
    rows, reached, before = transitions(purchase.route), {purchase.route["initial"]}, set[str]()
    while reached != before:
        before = set(reached)
        reached |= {row["to"] for row in rows if row["from"] in before and _step(purchase, row).is_ready}
    return next((state for state in (purchase.state, CONFIRMED) if state in reached), purchase.route["initial"])


def cleared_by_round(purchase: Situation) -> list[str]:
    """List what is filled in anew when offers are asked for once more, with what followed from the earlier ones."""
    named = purchase.document.get("new_round", {}).get("clears", [])
    return [*named, STANDING_OFFERS, "proposed_provider", "offers_as_text"]


def is_computed(document: Mapping[str, Any], name: str) -> bool:
    """Tell whether a field is computed; a person may only state a later day than the computed one."""
    return bool(document["fields"][name].get("computed"))


def _payer_notes(purchase: Situation) -> Iterator[tuple[Sentence, str]]:
    for row in purchase.document.get("payer_notes", []):
        if purchase.text("payer") == row["payer"] and purchase.text("buyer") in row["buyers"]:
            yield words_of(row), row["law"]


def _steps_left(purchase: Situation) -> dict[str, int]:
    states, rows = purchase.document["states"], transitions(purchase.route)
    left = {state: 0 for state, facts in states.items() if facts["kind"] == "end" and state != CANCELLED}
    reached = set(left)
    while reached:
        before = {row["from"] for row in rows if row["to"] in reached} - left.keys()
        left |= dict.fromkeys(before, max(left.values()) + 1)
        reached = before
    return left


def _step(purchase: Situation, row: Mapping[str, Any]) -> Step:
    fields, papers, guard_ids = _demands(purchase, row)
    answers = {guard_id: GUARDS[guard_id].ask(purchase) for guard_id in guard_ids}
    forbidden_when = row.get("forbidden_when", "")
    is_forbidden = bool(forbidden_when) and GUARDS[forbidden_when].ask(purchase).holds
    return Step(
        to=row["to"],
        words=words_of(row),
        law=row.get("law", ""),
        fields=tuple(fields),
        papers=tuple(papers),
        missing_fields=tuple(name for name in fields if not purchase.has(name)),
        missing_papers=tuple(name for name in papers if name not in purchase.papers),
        broken_guards={guard_id: answer.sentence for guard_id, answer in answers.items() if not answer.holds},
        overridable=_overridable(purchase, guard_ids),
        forbidden=str(FORBIDDEN[forbidden_when]) if is_forbidden else "",
        needs_note=row.get("requires_note", False),
        sets_aside=row.get("sets_aside", False),
        begins_round=row.get("begins_round", False),
    )


def _overridable(purchase: Situation, guard_ids: list[str]) -> dict[str, str]:
    # By guard, the paragraph under which a person may go on although it does not hold. An agreement that was made under
    # the EU's rules follows these, also where it is called off: LOU 13 kap. 1 § leaves no choice.
    is_call_off = purchase.route_id.startswith("call_off_")
    if is_call_off and purchase.framework and purchase.framework.agreement.law is FrameworkLaw.EU:
        return {}
    overrides = {name: purchase.document["guards"][name].get("override", {}) for name in guard_ids}
    return {name: row["law"] for name, row in overrides.items() if purchase.route_id in row.get("routes", ())}


def _demands(purchase: Situation, row: Mapping[str, Any]) -> tuple[list[str], list[str], list[str]]:
    demands = [row, *_applying(purchase, row)]
    fields = [name for demand in demands for name in demand.get("requires_fields", [])]
    return (
        [
            name
            for name in dict.fromkeys(fields)
            if not is_computed(purchase.document, name) and not purchase.follows(name)
        ],
        list(dict.fromkeys(name for demand in demands for name in demand.get("requires_documents", []))),
        list(dict.fromkeys(name for demand in demands for name in demand.get("guards", []))),
    )


def _applying(purchase: Situation, row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for conditional in row.get("conditional", []):
        if CONDITIONS[conditional["when"]].holds(purchase):
            yield conditional


def _transition(purchase: Situation, to: str) -> Mapping[str, Any]:
    rows = transitions(purchase.route)
    return next(row for row in rows if row["from"] == purchase.state and row["to"] == to)


def _is_open(purchase: Situation, condition: Condition, asked: set[str]) -> bool:
    is_decided = all(purchase.has(name) and name not in asked for name in condition.fields)
    return condition.holds(purchase) if is_decided else True


def _is_answered(purchase: Situation, name: str, guard_id: str) -> bool:
    # A guard that is broken although everything is filled in asks for a correction of all of it.
    others = GUARDS[guard_id].fields
    return purchase.has(name) and not all(purchase.has(other) for other in others)


def _trial_reason(purchase: Situation, condition: Condition, *, fits: bool) -> Sentence:
    text = N_("Passar: %(condition)s.") if fits else N_("Passar inte. Vägen gäller när %(condition)s.")
    reason, limit = Sentence(text, {"condition": Sentence(condition.label)}), condition.limit(purchase)
    return Sentence.joined([reason, limit], by=" ") if limit else reason
