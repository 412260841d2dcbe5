"""What another version of its call means for a project: what breaks, and what counts otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal

from broker.esf.application import Application
from broker.esf.budgets import figures
from broker.esf.budgets.amounts import as_kr, as_percent
from broker.esf.budgets.lines import PARTICIPANTS, PERSONNEL
from broker.esf.calls.checks import window_faults
from broker.esf.check_names import NAMES
from broker.esf.check_rows import STOP, WARN, named
from broker.esf.kinds import Page
from broker.esf.models import Call
from broker.formatting import day, moment
from broker.reference.queries import words_of
from broker.sentences import N_, Sentence

# What people have recorded against the text of the call, and look at again when that text has changed.
_AGAINST_THE_TEXT = ("g1", "g3", "g4")


PAGE_NAMES = {
    Page.EDIT: N_("Projektets uppgifter"),
    Page.GOALS: N_("Mål"),
    Page.ACTORS: N_("Aktörer"),
    Page.BUDGET: N_("Budget"),
    Page.STATE_AID: N_("Åtaganden och statsstöd"),
    Page.CHECKS: N_("Kontroller"),
    Page.ATTACHMENTS: N_("Bilagor"),
}


@dataclass(frozen=True)
class Effect:
    """One thing that another version means for a project, how bad it is, and the page where it is mended."""

    level: str
    sentence: Sentence
    page: Page

    @property
    def page_name(self) -> Sentence:
        """Give what the page is called."""
        return Sentence(PAGE_NAMES[self.page])


@dataclass(frozen=True)
class Under(Application):
    """An application as it would be if it answered another call."""

    other_call: Call | None = None

    @property
    def call(self) -> Call:
        """Give the other call."""
        return self.other_call or self.project.call


def under(application: Application, call: Call) -> Under:
    """Give the application as it would be for this call."""
    return Under(**{part.name: getattr(application, part.name) for part in fields(Application)}, other_call=call)


def list_effects(application: Application, call: Call) -> list[Effect]:
    """Say what it means for a project to answer this version of its call, what must be mended first."""
    moved = under(application, call)
    found = [
        *_of_window(moved),
        *_of_times(application.call, call),
        *_of_share(application, moved),
        *_of_model(application, moved),
        *_of_prices(application, moved),
        *_of_attachments(moved),
        *_of_aid(application, moved),
        *_of_parts(moved),
        *_of_gates(moved),
    ]
    return sorted(found, key=lambda row: row.level != STOP)


def _of_window(moved: Under) -> Iterator[Effect]:
    for sentence in window_faults(moved):
        yield Effect(STOP, sentence, Page.EDIT)


def _of_times(before: Call, after: Call) -> Iterator[Effect]:
    if before.closes_at != after.closes_at:
        text = N_("Ansökan ska vara inne %(new)s, förut %(old)s.")
        yield Effect(WARN, Sentence(text, {"new": moment(after.closes_at), "old": moment(before.closes_at)}), Page.EDIT)
    if before.signing_deadline != after.signing_deadline and after.signing_deadline:
        text = N_("Sista dag att signera är %(new)s.")
        yield Effect(WARN, Sentence(text, {"new": day(after.signing_deadline)}), Page.CHECKS)


def _of_share(application: Application, moved: Under) -> Iterator[Effect]:
    before, after = application.call, moved.call
    if before.cofinancing_rate != after.cofinancing_rate:
        facts = {"old": as_percent(before.cofinancing_rate), "new": as_percent(after.cofinancing_rate)}
        text = N_("Medfinansieringen ska vara %(new)s i stället för %(old)s. Räkna igenom finansieringen.")
        yield Effect(STOP, Sentence(text, facts), Page.BUDGET)
    old, new = figures.find_budget(application), figures.find_budget(moved)
    if old and new and old.result.support != new.result.support:
        facts = {"old": as_kr(old.result.support), "new": as_kr(new.result.support)}
        yield Effect(WARN, Sentence(N_("Stödet blir %(new)s i stället för %(old)s."), facts), Page.BUDGET)
    if old and not new:
        text = N_("Budgeten går inte att räkna längre. Rätta dess rader efter flytten.")
        yield Effect(STOP, Sentence(text), Page.BUDGET)


def _of_model(application: Application, moved: Under) -> Iterator[Effect]:
    model = moved.call.budget_model
    if application.call.budget_model == model:
        return
    section = moved.form["budget"]
    words = next((words_of(row, "name") for row in section["models"] if row["id"] == model), Sentence(model))
    allowed = {row["id"] for row in section["cost_types"] if model in row["models"]}
    odd = [row.title for actor in moved.actors for row in actor.budget_rows if row.cost_type not in allowed]
    if odd:
        text = N_("Budgetmodellen blir ”%(model)s”, som inte tillåter %(rows)s. Ta bort eller ändra raderna.")
        yield Effect(STOP, Sentence(text, {"model": words, "rows": named(odd)}), Page.BUDGET)
    else:
        text = N_("Budgetmodellen blir ”%(model)s”. Gå igenom budgeten.")
        yield Effect(WARN, Sentence(text, {"model": words}), Page.BUDGET)


def _of_prices(application: Application, moved: Under) -> Iterator[Effect]:
    old, new = application.call.prices, moved.call.prices
    used = [row.rate_id or "" for actor in moved.actors for row in actor.budget_rows if row.cost_type == PERSONNEL]
    if any(row.kind == PARTICIPANTS for row in moved.cofinancing):
        used.append(PARTICIPANTS)
    names = sorted({name for name in used if name in old})
    if gone := [name for name in names if name not in new]:
        text = N_("Enhetskostnaden %(names)s finns inte längre. Välj en annan på de rader som har den.")
        yield Effect(STOP, Sentence(text, {"names": named(gone)}), Page.BUDGET)
    if other := [name for name in names if new.get(name, old[name]) != old[name]]:
        text = N_("Enhetskostnaden ändras: %(names)s. Budgetens rader räknas om.")
        yield Effect(WARN, Sentence(text, {"names": named([_priced(name, old, new) for name in other])}), Page.BUDGET)


def _priced(name: str, old: dict[str, Decimal], new: dict[str, Decimal]) -> str:
    return f"{name} {as_kr(old[name])} → {as_kr(new[name])}"


def _of_attachments(moved: Under) -> Iterator[Effect]:
    there = {row.kind for row in moved.attachments}
    listed = {row["id"] for row in moved.call.attachments}
    # What was asked for before and is not here yet is no news.
    asked = {row["id"] for row in moved.project.call.attachments if row["required"]} | there
    lacking = [row["title"] for row in moved.call.attachments if row["required"] and row["id"] not in asked]
    if lacking:
        yield Effect(STOP, Sentence(N_("Lägg till bilagan %(names)s."), {"names": named(lacking)}), Page.ATTACHMENTS)
    known = {row["id"] for row in moved.project.call.attachments}
    if odd := [row.file_name for row in moved.attachments if row.kind in known - listed]:
        text = N_("Utlysningen nämner inte längre bilagan %(names)s. Filen ligger kvar men prövas inte.")
        yield Effect(WARN, Sentence(text, {"names": named(odd)}), Page.ATTACHMENTS)


def _of_aid(application: Application, moved: Under) -> Iterator[Effect]:
    basis = moved.call.state_aid_basis
    if application.call.state_aid_basis == basis:
        return
    count = sum(row.aid_basis != basis for row in moved.commitments)
    text = N_("Statsstödsgrunden blir ”%(basis)s”. %(count)s åtaganden står på en annan; ändra dem ett och ett.")
    yield Effect(WARN, Sentence(text, {"basis": str(basis.label), "count": count}), Page.STATE_AID)


def _of_parts(moved: Under) -> Iterator[Effect]:
    odd = [goal.text for goal in moved.goals if moved.call.parts and not moved.has_part(goal)]
    if odd:
        text = N_("Målen %(names)s pekar inte på någon del av utlysningen. Välj del på nytt.")
        yield Effect(WARN, Sentence(text, {"names": named(odd)}), Page.GOALS)


def _of_gates(moved: Under) -> Iterator[Effect]:
    met = [gate_id for gate_id in _AGAINST_THE_TEXT if gate_id in moved.gates and moved.gates[gate_id].is_met]
    if met:
        text = N_("Det här är avstämt mot den tidigare texten; stäm av det igen: %(names)s.")
        names = Sentence.joined([Sentence(NAMES[gate_id]) for gate_id in met])
        yield Effect(WARN, Sentence(text, {"names": names}), Page.CHECKS)
