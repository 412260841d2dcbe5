"""People of two organisations who write the answers of the ready project together: what is done, said and suggested."""

from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.demo.organisations import SECOND
from broker.esf import answer_service, plan_service, queries
from broker.esf.kinds import PARTNER
from broker.esf.models import Project
from broker.esf.writing import pens, service, talk
from broker.esf.writing.queries import list_comments
from broker.extensions import db

_DONE = ("projektnamn", "utlysning", "projektperiod", "mal", "delmal", "budgettabell", "deltagare")
_REWRITTEN = (
    "Problemet är företagens: de kan inte utbilda sin personal i den takt som arbetet förändras. Så här ser det ut:\n\n"
    "- **Jämställdhet:** i flera yrken är nästan alla män eller nästan alla kvinnor, så en jämställd fördelning "
    "följs upp.\n"
    "- **Tillgänglighet:** kurser på annan ort är inte tillgängliga för den som inte kan resa.\n"
    "- **Icke-diskriminering:** den som har svenska som andraspråk riskerar att diskrimineras när kursen bara ges på "
    "fackspråk."
)
_REASON = "Når företag i grannkommunen, så att grupperna blir stora nog, och lånar ut lokal och handledare."


def add_writing(project: Project, *, by: User) -> None:
    """Let a colleague of the partner rewrite, comment and suggest, and leave one answer behind its data."""
    partner = accounts.find_organisation_by_name(SECOND)
    if partner is None:
        raise LookupError(SECOND)
    colleague = next(person for person in accounts.list_users(partner.id) if person.id != by.id)
    _rewrite(project, colleague)
    for question_id in _DONE:
        service.mark_done(project, question_id, by=by)
    question = f"@{by.name} stämmer det att alla kurser ges på halvdagar?"
    talk.add_comment(project, "risker", text=question, link="http://127.0.0.1:5000", by=colleague)
    talk.add_comment(project, "problem", text="Bra lista. Kan vi säga något om ålder också?", link="", by=by)
    db.session.flush()
    [comment] = list_comments(project, "problem")
    talk.add_comment(
        project, "problem", text="Vi har inga uppgifter om ålder.", reply_to=comment, link="", by=colleague
    )
    found = queries.find_answer(project, "forankring")
    if found is not None and found.text:
        longer = found.text.replace("företagens ledning.", "företagens ledning och förvaras i diariet.", 1)
        talk.add_suggestion(project, "forankring", text=longer, sources=[], by=colleague)
    pens.take_pen(project, "uppfoljning", takes_over=False, by=colleague)
    _let_data_change(project, by)


def _first_paragraph(text: str) -> str:
    return text.split("\n\n", maxsplit=1)[0]


def _rewrite(project: Project, colleague: User) -> None:
    answer = queries.find_answer(project, "problem")
    if answer is None or not answer.text:
        return
    text = answer.text.replace(_first_paragraph(answer.text), _REWRITTEN, 1)
    answer_service.save_answer(project, "problem", text=text, sources=answer.sources, by=colleague)


def _let_data_change(project: Project, by: User) -> None:
    """Change why an actor is needed after the text about it was fetched."""
    [actor] = [row for row in queries.list_actors(project) if row.role == PARTNER]
    names = ("role", "name", "organisation_number", "legal_form", "sector", "municipality_code")
    plan_service.save_actor(project, actor, {name: getattr(actor, name) for name in names} | {"reason": _REASON}, by=by)
