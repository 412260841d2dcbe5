"""Checks that speak of commitments: signed figures that no longer hold, companies in two roles, old exports."""

from collections.abc import Sequence
from dataclasses import replace

from broker.clock import in_sweden
from broker.esf.application import Application
from broker.esf.check_rows import STOP, WARN, Check, named
from broker.esf.commitments import queries
from broker.esf.commitments.states import CommitmentState, Standing
from broker.esf.gates import OTHER_AID, ask_person
from broker.esf.kinds import PARTICIPANT, SUPPLIER, Page
from broker.esf.models import Commitment
from broker.esf.snapshots.queries import find_latest
from broker.sentences import N_, Sentence

_TEACHES = N_(
    "%(name)s deltar och är utförare av ”%(activity)s”. Låt en annan leverantör utföra den, eller lämna företagets "
    "behov utanför: ett företag kan inte sälja till projektet och få stöd av det."
)
_SUPPLIES = N_(
    "%(name)s deltar och är leverantör. Ta bort rollen som leverantör, eller lämna företagets behov utanför: ett "
    "företag kan inte sälja till projektet och få stöd av det."
)
_RECEIVES = N_(
    "%(name)s deltar och är %(role)s. Välj en roll: den som får stöd för egna kostnader kan inte också räkna "
    "sina anställdas tid som någon annans insats."
)


def planned_of(commitment: Commitment, application: Application) -> dict[str, int]:
    """Give what the application plans of a company: people by sex, and hours."""
    rows = [row for row in application.brought if row.company_id == commitment.company_id]
    return {
        "women": sum(row.women for row in rows),
        "men": sum(row.men for row in rows),
        "hours": sum(row.participant_hours for row in rows),
    }


def roles_of(commitment: Commitment, application: Application) -> list[Sentence]:
    """Say in which roles beside that of a participant a company stands, with what to do about each."""
    company, found = commitment.company, []
    number, name = company.organisation_number, company.name.casefold()
    for activity in application.activities:
        is_same = bool(number) and activity.provider_number == number
        is_same = is_same or (activity.provider_name or "").casefold() == name
        if is_same:
            facts = {"name": company.name, "activity": activity.title}
            found.append(Sentence(_TEACHES, facts))
    for actor in application.actors:
        is_same = actor.company_id == company.id or (bool(number) and actor.organisation_number == number)
        if is_same and actor.role != PARTICIPANT:
            text = _SUPPLIES if actor.role == SUPPLIER else _RECEIVES
            found.append(Sentence(text, {"name": company.name, "role": application.role_title(actor.role)}))
    return found


def check_commitments(application: Application) -> list[Check]:
    """Try the rules on an application; four queries."""
    standings = queries.list_standings(application)
    return [
        _figures_hold(standings),
        _one_role_each(application),
        _export_holds(standings, application),
        _other_aid(standings, application),
    ]


def _other_aid(standings: Sequence[Standing], application: Application) -> Check:
    papers = [row for row in standings if row.paper]
    telling = [row.commitment.company.name for row in papers if row.paper and row.paper.promise.get("other_aid")]
    if telling:
        asked = ask_person(OTHER_AID, "", application)
        facts = {"names": named(telling), "question": asked.sentence}
        return replace(asked, sentence=Sentence(N_("%(question)s Det gäller %(names)s."), facts))
    sentence = Sentence(N_("Inget intyg talar om annat stöd för samma kostnader."))
    return Check(OTHER_AID, WARN, True if papers else None, sentence, Page.COMMITMENTS)


def _figures_hold(standings: Sequence[Standing]) -> Check:
    changed = [row.commitment.company.name for row in standings if row.state is CommitmentState.CHANGED]
    sentence = Sentence(N_("De undertecknade siffrorna är de som ansökan har."))
    if changed:
        sentence = Sentence(
            N_("Siffrorna har ändrats sedan företaget undertecknade. Skicka åtagandet på nytt: %(names)s."),
            {"names": named(changed)},
        )
    is_judged = any(row.paper for row in standings)
    if not is_judged:
        sentence = Sentence(N_("Siffrorna jämförs när något företag har undertecknat."))
    return Check("a1", STOP, not changed if is_judged else None, sentence, Page.COMMITMENTS)


def _one_role_each(application: Application) -> Check:
    found = [text for row in application.commitments for text in roles_of(row, application)]
    sentence = Sentence.joined(found, " ") if found else Sentence(N_("Varje företag som deltar har en enda roll."))
    is_judged = bool(application.commitments)
    return Check("a2", STOP, not found if is_judged else None, sentence, Page.ACTORS)


def _export_holds(standings: Sequence[Standing], application: Application) -> Check:
    withdrawn = [(row, paper) for row in standings for paper in row.papers if paper.withdrawn_at]
    latest = find_latest(application.project) if withdrawn else None
    if latest is None:
        sentence = Sentence(N_("Inget företag har återkallat sitt åtagande efter en export."))
        return Check("a3", WARN, None, sentence, Page.COMMITMENTS)
    gone = [
        row.commitment.company.name
        for row, paper in withdrawn
        if paper.recorded_at <= latest.taken_at < (paper.withdrawn_at or latest.taken_at)
    ]
    facts = {
        "names": named(gone),
        "when": in_sweden(latest.taken_at).date(),
        "number": latest.number,
    }
    sentence = Sentence(
        N_(
            "Uttag %(number)s, %(when)s, stämmer inte längre: %(names)s har återkallat sitt åtagande. Exportera på "
            "nytt, och är ansökan inskickad så komplettera den."
        ),
        facts,
    )
    if not gone:
        sentence = Sentence(N_("Den senaste exporten gjordes efter det att åtaganden återkallades."))
    return Check("a3", WARN, not gone, sentence, Page.COMMITMENTS)
