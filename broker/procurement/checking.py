"""Whether a workflow can be followed: it names what is known, every state leads to an end, every rule can be asked."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import InvalidOperation
from typing import Any

from flask_babel import gettext as _

from broker.procurement import deadlines, workflow
from broker.procurement.conditions import CONDITIONS
from broker.procurement.guards import FORBIDDEN, GUARDS
from broker.procurement.situation import Situation
from broker.procurement.thresholds import NoThresholdError, Threshold
from broker.procurement.value.parts import PartKind

_KINDS = frozenset({"open", "decision", "contract", "delivery", "end"})
_TYPES = frozenset(
    {
        "enum", "orgnr", "text", "cpv", "date", "money", "boolean", "list", "provider", "datetime", "user", "ref",
        "integer", "number",
    }
)  # fmt: skip
_LABELLED = ("fields", "documents", "states")
_TRIED_ON = date(2026, 5, 4)
_SAMPLES: Mapping[str, Any] = {
    "date": "2026-03-02",
    "datetime": "2026-03-02T12:00:00+01:00",
    "money": "250000",
    "number": "3",
    "integer": 12,
    "boolean": True,
    "provider": "1",
    "user": "1",
    "list": ["1"],
}


def list_faults(document: Mapping[str, Any], thresholds: Sequence[Threshold]) -> list[str]:
    """Say what is wrong with a workflow, or nothing; a guard or condition that the product cannot ask is a fault."""
    try:
        faults = [*_unknown(document), *_unlabelled(document), *_broken_routes(document), *_broken_bases(document)]
        return faults or list(_failing(document, thresholds))
    except (KeyError, TypeError, AttributeError) as error:
        return [_("Filen är inte uppbyggd som ett arbetsflöde: %(what)s.", what=repr(error))]


def _unknown(document: Mapping[str, Any]) -> Iterator[str]:
    rows = [row for route in document["routes"] for row in workflow.transitions(route)]
    demands = [part for row in rows for part in (row, *row.get("conditional", []))]
    named = {
        _("villkoret"): (
            {row["if"] for row in document["route_selection"]}
            | {part["when"] for row in rows for part in row.get("conditional", [])},
            set(CONDITIONS),
        ),
        _("kontrollen"): (set(document["guards"]) | _all(demands, "guards"), set(GUARDS) & set(document["guards"])),
        _("förbudet"): ({row["forbidden_when"] for row in rows if "forbidden_when" in row}, set(FORBIDDEN)),
        _("fältet"): (
            _all(demands, "requires_fields") | set(document.get("new_round", {}).get("clears", [])),
            set(document["fields"]),
        ),
        _("dokumentet"): (_all(demands, "requires_documents"), set(document["documents"])),
        _("tidsgränsen"): ({row["deadline"] for row in rows if "deadline" in row}, set(document["deadlines"])),
        _("fältslaget"): ({row["type"] for row in document["fields"].values()}, set(_TYPES)),
        _("lägesslaget"): ({row["kind"] for row in document["states"].values()}, set(_KINDS)),
    }
    for what, (used, known) in named.items():
        for name in sorted(used - known):
            yield _("Broker känner inte %(what)s ”%(name)s”. Rätta namnet.", what=what, name=name)
    for name in sorted(GUARDS.keys() - document["guards"].keys()):
        yield _("Kontrollen ”%(name)s” saknas. Broker behöver den.", name=name)


def _unlabelled(document: Mapping[str, Any]) -> Iterator[str]:
    rows = [(name, row) for part in _LABELLED for name, row in document[part].items()]
    rows += [(route["id"], route) for route in document["routes"]]
    rows += [
        (f"{row['from']} – {row['to']}", row) for route in document["routes"] for row in workflow.transitions(route)
    ]
    for name, row in rows:
        if not (row.get("label_sv") and row.get("label_en")):
            yield _("”%(name)s” saknar namn på svenska eller engelska (label_sv, label_en).", name=name)


def _broken_routes(document: Mapping[str, Any]) -> Iterator[str]:
    ends = {name for name, row in document["states"].items() if row["kind"] == "end"}
    for route in document["routes"]:
        rows = workflow.transitions(route)
        pairs = [(row["from"], row["to"]) for row in rows]
        states = {state for pair in pairs for state in pair}
        if unknown := states - document["states"].keys():
            yield _("%(route)s: läget %(name)s finns inte.", route=route["id"], name=", ".join(sorted(unknown)))
        if len(set(pairs)) < len(pairs):
            yield _("%(route)s: två steg går mellan samma lägen.", route=route["id"])
        if lost := states - _reached({route["initial"]}, pairs):
            yield _("%(route)s: inget steg leder till %(name)s.", route=route["id"], name=", ".join(sorted(lost)))
        if stuck := states - _reached(ends, [(to, start) for start, to in pairs]):
            yield _("%(route)s: från %(name)s når man inget slut.", route=route["id"], name=", ".join(sorted(stuck)))


def _broken_bases(document: Mapping[str, Any]) -> Iterator[str]:
    wanted = set(document["fields"]["value_basis"]["values"])
    if set(document["value_bases"]) != wanted:
        yield _("value_bases ska ha en rad för vart och ett av: %(names)s.", names=", ".join(sorted(wanted)))
    kinds = {
        kind
        for row in document["value_bases"].values()
        for name in ("counts", "subtracts", "at_least")
        for kind in row.get(name, ())
    }
    for kind in sorted(kinds - set(PartKind)):
        yield _("Broker känner inte värdets del ”%(name)s”.", name=kind)


def _failing(document: Mapping[str, Any], thresholds: Sequence[Threshold]) -> Iterator[str]:
    # Every rule is asked once in every state, with nothing and with everything filled in.
    filled = {
        name: row["values"][0] if "values" in row else _SAMPLES.get(row["type"], "x")
        for name, row in document["fields"].items()
    }
    filled["value_parts"] = []
    for route in document["routes"]:
        for state in {row["from"] for row in workflow.transitions(route)}:
            for values in ({}, filled):
                tried = Situation(document, route["id"], state, values, _TRIED_ON, lambda: thresholds)
                try:
                    workflow.list_steps(tried)
                    deadlines.list_deadlines(tried)
                    workflow.propose_route(tried)
                except NoThresholdError:
                    continue
                except (KeyError, ValueError, TypeError, InvalidOperation) as error:
                    yield _(
                        "%(route)s, %(state)s: en regel kan inte räknas (%(what)s). Står rätt antal tal i den?",
                        route=route["id"],
                        state=state,
                        what=repr(error),
                    )
                    return


def _reached(start: set[str], pairs: Sequence[tuple[str, str]]) -> set[str]:
    reached, before = set(start), set[str]()
    while reached != before:
        before = set(reached)
        reached |= {to for first, to in pairs if first in reached}
    return reached


def _all(demands: Sequence[Mapping[str, Any]], name: str) -> set[str]:
    return {entry for demand in demands for entry in demand.get(name, [])}
