"""Whether a version of the application form can be followed: what points somewhere points at what is there."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from flask_babel import gettext as _

from broker.esf.check_names import NAMES
from broker.esf.criteria import AUTOMATIC
from broker.esf.gates import HUMAN, RECORDED
from broker.esf.kinds import OWNER, PARTICIPANT, PARTNER, SUPPLIER
from broker.reference.queries import read_yaml

# What the pages of the application know how to show, and what the program tries by itself.
KINDS = frozenset({"string", "text", "reference", "date_range", "record", "table", "budget", "files"})
_SEEN_GATES = frozenset({"g2", "g6", "g7", "g8"})
_ANSWERED = "k1a"
_LEVELS = frozenset({"stop", "warn"})
_NEEDED_ROLES = frozenset({OWNER, PARTNER, PARTICIPANT, SUPPLIER})
_LONGEST = 100_000


def list_faults(form: Mapping[str, Any]) -> list[str]:
    """Say what in a form cannot be followed: where in the file it stands, and what to do; nothing when it can.

    Given a form of the shape that the form in force has.
    """
    try:
        return [*_of_questions(form), *_of_criteria(form), *_of_gates(form), *_of_budget(form), *_of_roles(form)]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return [_("Filen är inte uppbyggd som en blankett. Utgå från den som gäller: %(what)s.", what=str(error))]


@cache
def known_feeds() -> frozenset[str]:
    """Give the names of what the product can fetch for a question: those that its own form uses."""
    sections = read_yaml("esf_application_form")["sections"]
    return frozenset(feed for part in sections for question in part["questions"] for feed in question["fed_by"])


def _of_questions(form: Mapping[str, Any]) -> Iterator[str]:
    sections = form["sections"]
    yield from _doubles("sections", [part["id"] for part in sections])
    ids = [question["id"] for part in sections for question in part["questions"]]
    yield from _doubles("questions", ids)
    criteria = {row["id"] for row in form["criteria"]}
    for part in sections:
        place = f"sections/{part['id']}"
        if not part["questions"]:
            yield _("%(place)s: delen har inga frågor. Lägg till en fråga eller ta bort delen.", place=place)
        if part.get("criterion") and part["criterion"] not in criteria:
            yield _unknown(f"{place}/criterion", part["criterion"], criteria)
        for question in part["questions"]:
            yield from _of_question(question, f"{place}/questions/{question['id']}")


def _of_question(question: Mapping[str, Any], place: str) -> Iterator[str]:
    if not str(question["text_sv"] or "").strip():
        yield _("%(place)s/text_sv: skriv frågans text.", place=place)
    if question["kind"] not in KINDS:
        yield _unknown(f"{place}/kind", question["kind"], KINDS)
    limit = question["max_chars"]
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or not 0 < limit <= _LONGEST):
        yield _("%(place)s/max_chars: skriv ett antal tecken över noll, eller null.", place=place)
    if not isinstance(question["required"], bool):
        yield _("%(place)s/required: skriv true eller false.", place=place)
    for feed in question["fed_by"]:
        if feed not in known_feeds():
            prefix = str(feed).partition(".")[0]
            near = [name for name in sorted(known_feeds()) if name.startswith(f"{prefix}.")]
            yield _unknown(f"{place}/fed_by", feed, near or sorted(known_feeds()))


def _of_criteria(form: Mapping[str, Any]) -> Iterator[str]:
    questions = {question["id"] for part in form["sections"] for question in part["questions"]}
    yield from _doubles("criteria", [row["id"] for row in form["criteria"]])
    yield from _doubles("checks", [check["id"] for row in form["criteria"] for check in row["checks"]])
    for row in form["criteria"]:
        place = f"criteria/{row['id']}"
        for question_id in row["questions"]:
            if question_id not in questions:
                yield _unknown(f"{place}/questions", question_id, questions)
        for check in row["checks"]:
            yield from _of_check(check, f"{place}/checks/{check['id']}")
    for row in form["horizontal_principles"]["questions"]:
        for question_id in row["where"]:
            if question_id not in questions:
                yield _unknown(f"horizontal_principles/questions/{row['id']}/where", question_id, questions)


def _of_check(check: Mapping[str, Any], place: str) -> Iterator[str]:
    if check["kind"] not in ("automatic", "human"):
        yield _unknown(f"{place}/kind", check["kind"], ("automatic", "human"))
    elif check["kind"] == "automatic" and check["id"] not in {*AUTOMATIC, _ANSWERED}:
        yield _(
            "%(place)s: Broker kan inte pröva det här själv. Skriv kind: human, eller ta bort kontrollen.", place=place
        )
    elif check["kind"] == "human" and check["id"] not in HUMAN:
        yield _(
            "%(place)s: Broker har ingen fråga för kontrollen. Använd en av %(known)s.", place=place, known=_of(HUMAN)
        )


def _of_gates(form: Mapping[str, Any]) -> Iterator[str]:
    yield from _doubles("formal_gates", [row["id"] for row in form["formal_gates"]])
    known = {*_SEEN_GATES, *RECORDED}
    for row in form["formal_gates"]:
        if row["id"] not in known:
            yield _unknown(f"formal_gates/{row['id']}", row["id"], known)
        if row["level"] not in _LEVELS:
            yield _unknown(f"formal_gates/{row['id']}/level", row["level"], _LEVELS)


def _of_budget(form: Mapping[str, Any]) -> Iterator[str]:
    budget = form["budget"]
    models = [row["id"] for row in budget["models"]]
    parts: Mapping[str, Callable[[], list[str]]] = {
        "budget/models": lambda: models,
        "budget/cost_types": lambda: [row["id"] for row in budget["cost_types"]],
        "budget/cofinancing_kinds": lambda: [row["id"] for row in budget["cofinancing_kinds"]],
        "budget/checks": lambda: [row["id"] for row in budget["checks"]],
    }
    for place, ids in parts.items():
        yield from _doubles(place, ids())
    if budget["default_model"] not in models:
        yield _unknown("budget/default_model", budget["default_model"], models)
    for row in budget["models"]:
        rate = row["flat_rate_on_personnel"]
        if rate is not None and not 0 <= rate < 1:
            yield _("budget/models/%(id)s/flat_rate_on_personnel: skriv en andel, till exempel 0.15.", id=row["id"])
    for row in budget["cost_types"]:
        for model in row["models"]:
            if model not in models:
                yield _unknown(f"budget/cost_types/{row['id']}/models", model, models)
    for row in budget["checks"]:
        if row["id"] not in NAMES:
            yield _unknown(f"budget/checks/{row['id']}", row["id"], [name for name in NAMES if name.startswith("b")])


def _of_roles(form: Mapping[str, Any]) -> Iterator[str]:
    ids = [row["id"] for row in form["actors"]["roles"]]
    yield from _doubles("actors/roles", ids)
    for role in sorted(_NEEDED_ROLES - set(ids)):
        yield _("actors/roles: rollen ”%(role)s” saknas. Broker behöver den; lägg tillbaka den.", role=role)
    known = {row["id"] for row in read_yaml("esf_application_form")["actors"]["roles"]}
    for role in ids:
        if role not in known:
            yield _unknown(f"actors/roles/{role}", role, known)


def _doubles(place: str, ids: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            yield _("%(place)s: ”%(id)s” står två gånger. Ge den ena ett annat id.", place=place, id=name)
        seen.add(name)


def _unknown(place: str, name: Any, known: Collection[str]) -> str:
    return _("%(place)s: ”%(name)s” finns inte. Använd en av %(known)s.", place=place, name=name, known=_of(known))


def _of(names: Collection[str]) -> str:
    listed = sorted(names)
    return ", ".join(listed[:30]) + (" …" if len(listed) > 30 else "")
