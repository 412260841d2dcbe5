"""Which writer makes the first text for which question of the form."""

from collections.abc import Callable

from broker.esf.application import Application
from broker.esf.drafts import means, plan, problem
from broker.esf.drafts.draft import Draft
from broker.esf.known_answers import known_text
from broker.sentences import N_, Sentence

WRITERS: dict[str, Callable[[Application, Draft], None]] = {
    "sammanfattning_sv": problem.summary,
    "kontakt": problem.contact,
    "problem": problem.problem,
    "orsaker": problem.causes,
    "konsekvenser": problem.consequences,
    "behov": problem.needs,
    "aktorsanalys": problem.actors,
    "mal": plan.goals,
    "delmal": plan.milestones,
    "effekter": plan.effects,
    "deltagare": plan.participants,
    "metodval": plan.methods,
    "aktiviteter": plan.activities,
    "tidplan": plan.schedule,
    "horisontella_aktiviteter": plan.adjustments,
    "risker": plan.risks,
    "uppfoljning": plan.follow_up,
    "organisation": means.organisation,
    "kompetens": means.competence,
    "kostnadseffektivitet": means.cost_effectiveness,
    "ekonomi": means.economy,
    "forankring": means.anchoring,
    "styrgrupp": means.steering,
    "tillvaratagande": means.uptake,
    "aktorslista": means.actor_list,
    "budgettabell": means.budget_table,
    "bilagor": means.attachments,
}


def write(application: Application, question_id: str) -> Draft:
    """Give a first text for a question; a question that no row can answer says so."""
    draft = Draft()
    if text := known_text(application.project, question_id):
        draft.say(text)
    elif question_id in WRITERS:
        WRITERS[question_id](application, draft)
    else:
        draft.lack(Sentence(N_("Uppgifterna i projektet säger inget om den här frågan. Skriv svaret själv.")))
    return draft
