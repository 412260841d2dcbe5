"""The formal gates of an application: what the program can see by itself, and what a person must record."""

from collections.abc import Sequence

from broker import clock
from broker.esf.aid import CompanyAid
from broker.esf.application import Application
from broker.esf.check_rows import Check, named
from broker.esf.figures import Budget
from broker.esf.kinds import Page
from broker.esf.models import Call, GateState
from broker.esf.state_aid import AidStatus

RECORDED = {
    "g1": "Skicka in ansökan i Projektrummet+ senast {closes} och anteckna det här.",
    "g3": "Låt behörig företrädare signera senast {signing} och kontrollera att den signerade filen syns.",
    "g4": "Bekräfta att projektet ryms i programmet och utlysningen.",
    "g5": "Kontrollera att ägare och samverkansparter är skuldfria mot staten, aktiva och inte i konkurs.",
    "g9": "Bekräfta att ansökan är skriven på svenska.",
}
HUMAN = {
    "k1f": "Leder problemet fram ur behoven, och är det ett enda tydligt problem?",
    "k2d": "Går målen att nå inom projektets tid?",
    "k5d": "Finns projektägarens beslut att söka, med datum och diarienummer?",
}
# The legal forms of gate g7, in the codes of the company register and in those of Statistics Sweden.
_REFUSED_OWNERS = {
    "E": "enskild firma",
    "10": "privatperson",
    "HB": "handelsbolag",
    "KB": "kommanditbolag",
    "31": "handelsbolag eller kommanditbolag",
}


def check_gates(application: Application, budget: Budget | None, aids: Sequence[CompanyAid]) -> list[Check]:
    """Try every formal gate of the form on an application."""
    seen: dict[str, tuple[bool | None, str, Page]] = {
        "g2": _attachments(application),
        "g6": _state_aid(aids),
        "g7": _legal_form(application),
        "g8": _share(budget),
    }
    rows = []
    for gate in application.form["formal_gates"]:
        if gate["id"] in seen:
            passed, sentence, page = seen[gate["id"]]
            rows.append(Check(gate["id"], gate["level"], passed, sentence, page))
        else:
            rows.append(_recorded(gate["id"], gate["level"], gate["rule"], application))
    return rows


def recorded_sentence(gate_id: str, call: Call) -> str:
    """Say what a person does before recording a gate, with the days of the call."""
    closes = f"{clock.in_sweden(call.closes_at):%Y-%m-%d %H:%M}"
    signing = str(call.signing_deadline or closes)
    return RECORDED[gate_id].replace("{closes}", closes).replace("{signing}", signing)


def missing_attachments(application: Application) -> list[str]:
    """List the attachments that the call demands and that are not here."""
    there = {attachment.kind for attachment in application.attachments}
    return [row["title"] for row in application.call.attachments if row["required"] and row["id"] not in there]


def recorded_by(state: GateState | None) -> str:
    """Say who recorded a gate and when."""
    return f"{state.recorded_by.name}, {state.recorded_on}" if state else ""


def _recorded(gate_id: str, level: str, rule: str, application: Application) -> Check:
    state = application.gates.get(gate_id)
    is_met = state is not None and state.is_met
    sentence = recorded_sentence(gate_id, application.call) if gate_id in RECORDED else rule
    if is_met:
        sentence = "Avstämt."
    if state and state.note:
        sentence = f"{sentence} {state.note}"
    return Check(gate_id, level, is_met, sentence, Page.CHECKS, recorded=recorded_by(state))


def _attachments(application: Application) -> tuple[bool, str, Page]:
    missing = missing_attachments(application)
    if missing:
        return False, f"Lägg till bilagan {named(missing)}.", Page.ATTACHMENTS
    return True, "Alla bilagor som utlysningen kräver är på plats.", Page.ATTACHMENTS


def _state_aid(aids: Sequence[CompanyAid]) -> tuple[bool | None, str, Page]:
    if not aids:
        return None, "Lägg till en utbildningsgrupp, så prövas statsstödet till varje företag.", Page.ACTORS
    refused = [row.commitment.company.name for row in aids if row.status in (AidStatus.STOPPED, AidStatus.REFUSED)]
    if refused:
        return False, f"Lös frågan om statsstöd för {named(refused)}.", Page.STATE_AID
    return True, "Statsstöd kan lämnas till varje företag som deltar.", Page.STATE_AID


def _legal_form(application: Application) -> tuple[bool, str, Page]:
    owner = application.owner
    if owner is None:
        return False, "Lägg till projektägaren bland aktörerna.", Page.ACTORS
    if owner.legal_form in _REFUSED_OWNERS:
        form = _REFUSED_OWNERS[owner.legal_form]
        return False, f"Välj en annan projektägare: {form} får inte söka.", Page.ACTORS
    if not owner.organisation_number:
        return False, "Ange projektägarens organisationsnummer.", Page.ACTORS
    return True, "Projektägaren är en juridisk person som får söka.", Page.ACTORS


def _share(budget: Budget | None) -> tuple[bool | None, str, Page]:
    share = next((row for row in budget.result.checks if row.id == "b1"), None) if budget else None
    if share is None:
        return False, "Rätta budgetens rader, så att medfinansieringen går att räkna.", Page.BUDGET
    return share.passed, share.sentence, Page.BUDGET
