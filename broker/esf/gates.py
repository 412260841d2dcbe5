"""The formal gates of an application: what the program can see by itself, and what a person must record."""

from collections.abc import Sequence

from broker.esf.aid import CompanyAid
from broker.esf.application import Application
from broker.esf.budgets.figures import Budget
from broker.esf.check_rows import ASK, Check, named
from broker.esf.kinds import Page
from broker.esf.legal_forms import legal_form_fault
from broker.esf.models import Call, GateState
from broker.esf.state_aid import AidStatus
from broker.formatting import day, moment
from broker.sentences import N_, Sentence

RECORDED = {
    "g1": Sentence(N_("Skicka in ansökan i Projektrummet+ senast %(closes)s och anteckna det här.")),
    "g3": Sentence(
        N_("Låt behörig företrädare signera senast %(signing)s och kontrollera att den signerade filen syns.")
    ),
    "g4": Sentence(N_("Bekräfta att projektet ryms i programmet och utlysningen.")),
    "g5": Sentence(
        N_("Kontrollera att ägare och samverkansparter är skuldfria mot staten, aktiva och inte i konkurs.")
    ),
    "g9": Sentence(N_("Bekräfta att ansökan är skriven på svenska.")),
}
# Only handing the application in meets these: in time, and signed.
AT_SUBMISSION = frozenset({"g1", "g3"})
# Asked only when a certificate tells of other aid for the same costs.
OTHER_AID = "a4"
HUMAN = {
    "k1f": Sentence(N_("Leder problemet fram ur behoven, och är det ett enda tydligt problem?")),
    "k2d": Sentence(N_("Går målen att nå inom projektets tid?")),
    OTHER_AID: Sentence(
        N_(
            "Ryms stöden tillsammans för de företag som har annat stöd för samma kostnader? "
            "Stöd läggs samman, förordning (EU) 2023/2831 artikel 5."
        )
    ),
    "k5d": Sentence(N_("Finns projektägarens beslut att söka, med datum och diarienummer?")),
}


def check_gates(application: Application, budget: Budget | None, aids: Sequence[CompanyAid]) -> list[Check]:
    """Try every formal gate of the form on an application."""
    seen: dict[str, tuple[bool | None, Sentence, Page]] = {
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


def recorded_sentence(gate_id: str, call: Call) -> Sentence:
    """Say what a person does before recording a gate, with the days of the call."""
    closes = moment(call.closes_at)
    signing = day(call.signing_deadline) or closes
    return Sentence(RECORDED[gate_id].text, {"closes": closes, "signing": signing})


def missing_attachments(application: Application) -> list[str]:
    """List the attachments that the call demands and that are not here."""
    there = {attachment.kind for attachment in application.attachments}
    return [row["title"] for row in application.call.attachments if row["required"] and row["id"] not in there]


def recorded_by(state: GateState | None) -> str:
    """Say who recorded a gate and when."""
    return f"{state.recorded_by.name}, {day(state.recorded_on)}" if state else ""


def ask_person(check_id: str, rule: str, application: Application) -> Check:
    """Ask what only a person can judge, with what somebody has said of it."""
    state = application.gates.get(check_id)
    sentence = HUMAN.get(check_id, Sentence(rule))
    if state and state.note:
        sentence = Sentence("%(sentence)s %(note)s", {"sentence": sentence, "note": state.note})
    passed = state.is_met if state else None
    return Check(check_id, ASK, passed, sentence, Page.CHECKS, recorded=recorded_by(state))


def _recorded(gate_id: str, level: str, rule: str, application: Application) -> Check:
    state = application.gates.get(gate_id)
    is_met = state is not None and state.is_met
    sentence = recorded_sentence(gate_id, application.call) if gate_id in RECORDED else Sentence(rule)
    if is_met:
        sentence = Sentence(N_("Avstämt."))
    if state and state.note:
        sentence = Sentence("%(sentence)s %(note)s", {"sentence": sentence, "note": state.note})
    return Check(gate_id, level, is_met, sentence, Page.CHECKS, recorded=recorded_by(state))


def _attachments(application: Application) -> tuple[bool, Sentence, Page]:
    missing = missing_attachments(application)
    if missing:
        return False, Sentence(N_("Lägg till bilagan %(names)s."), {"names": named(missing)}), Page.ATTACHMENTS
    return True, Sentence(N_("Alla bilagor som utlysningen kräver är på plats.")), Page.ATTACHMENTS


def _state_aid(aids: Sequence[CompanyAid]) -> tuple[bool | None, Sentence, Page]:
    if not aids:
        return (
            None,
            Sentence(N_("Lägg till en utbildningsgrupp, så prövas statsstödet till varje företag.")),
            Page.ACTORS,
        )
    refused = [row.commitment.company.name for row in aids if row.status in (AidStatus.STOPPED, AidStatus.REFUSED)]
    if refused:
        return False, Sentence(N_("Lös frågan om statsstöd för %(names)s."), {"names": named(refused)}), Page.STATE_AID
    return True, Sentence(N_("Statsstöd kan lämnas till varje företag som deltar.")), Page.STATE_AID


def _legal_form(application: Application) -> tuple[bool, Sentence, Page]:
    owner = application.owner
    if owner is None:
        return False, Sentence(N_("Lägg till projektägaren bland aktörerna.")), Page.ACTORS
    faults = [fault for actor in application.actors if (fault := legal_form_fault(actor))]
    if faults:
        return False, Sentence.joined(faults, " "), Page.ACTORS
    if not owner.organisation_number:
        return False, Sentence(N_("Ange projektägarens organisationsnummer.")), Page.ACTORS
    return True, Sentence(N_("Projektägare och samverkansparter är juridiska personer som får vara det.")), Page.ACTORS


def _share(budget: Budget | None) -> tuple[bool | None, Sentence, Page]:
    share = next((row for row in budget.result.checks if row.id == "b1"), None) if budget else None
    if share is None:
        return False, Sentence(N_("Rätta budgetens rader, så att medfinansieringen går att räkna.")), Page.BUDGET
    return share.passed, Sentence.of(share.sentence), Page.BUDGET
