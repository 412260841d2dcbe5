"""The formal gates of an application: what the program can see by itself, and what a person must record."""

from collections.abc import Sequence

from broker import clock
from broker.esf.aid import CompanyAid
from broker.esf.application import Application
from broker.esf.check_rows import Check, named
from broker.esf.figures import Budget
from broker.esf.kinds import Page
from broker.esf.state_aid import AidStatus

RECORDED = {
    "g1": "Skicka in ansökan i Projektrummet+ senast {closes} och anteckna det här.",
    "g3": "Låt behörig företrädare signera senast {signing} och kontrollera att den signerade filen syns.",
    "g4": "Bekräfta att projektet ryms i programmet och utlysningen.",
    "g5": "Kontrollera att projektägare och samverkansparter är skuldfria mot staten, aktiva och inte i konkurs.",
    "g9": "Bekräfta att ansökan är skriven på svenska.",
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
    seen = {
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


def missing_attachments(application: Application) -> list[str]:
    """List the attachments that the call demands and that are not here."""
    there = {attachment.kind for attachment in application.attachments}
    return [
        row["title"] for row in application.call.attachments if row["required"] and row["id"] not in there
    ]


def _recorded(gate_id: str, level: str, rule: str, application: Application) -> Check:
    state = application.gates.get(gate_id)
    call = application.call
    if state and state.is_met:
        sentence = f"Avstämt {state.recorded_on} av {state.recorded_by.name}. {state.note or ''}".strip()
        return Check(gate_id, level, True, sentence, Page.CHECKS)
    closes = f"{clock.in_sweden(call.closes_at):%Y-%m-%d %H:%M}"
    signing = str(call.signing_deadline or closes)
    sentence = RECORDED.get(gate_id, rule).replace("{closes}", closes).replace("{signing}", signing)
    if state and state.note:
        sentence = f"{sentence} {state.note}"
    return Check(gate_id, level, False, sentence, Page.CHECKS)


def _attachments(application: Application) -> tuple[bool, str, Page]:
    missing = missing_attachments(application)
    if missing:
        return False, f"Lägg till bilagan {named(missing)}.", Page.ATTACHMENTS
    return True, "Alla bilagor som utlysningen kräver är på plats.", Page.ATTACHMENTS


def _state_aid(aids: Sequence[CompanyAid]) -> tuple[bool, str, Page]:
    refused = [
        row.commitment.company.name for row in aids if row.status in (AidStatus.STOPPED, AidStatus.REFUSED)
    ]
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


def _share(budget: Budget | None) -> tuple[bool, str, Page]:
    share = next((row for row in budget.result.checks if row.id == "b1"), None) if budget else None
    if share is None:
        return False, "Rätta budgetens rader, så att medfinansieringen går att räkna.", Page.BUDGET
    return share.passed, share.sentence, Page.BUDGET
