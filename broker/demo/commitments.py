"""Invented commitments: signed on screen and on paper, asked for, withdrawn; and aid that somebody noted."""

import io
from datetime import date, timedelta
from decimal import Decimal

from broker import clock
from broker.accounts.models import User
from broker.esf import queries as esf
from broker.esf.commitments import queries, service
from broker.esf.commitments.paper import hash_of, known_of, write
from broker.esf.commitments.states import Standing
from broker.esf.ledger import service as ledger
from broker.esf.models import Commitment, DeMinimisAid, Project
from broker.extensions import db
from broker.formatting import in_swedish
from broker.needs.reachable import list_reachable

_SIGNER = {"signer_name": "Påhittad Firmatecknare", "signer_role": "Verkställande direktör"}
_LINK = "https://exempel.invalid/atagande/"


def add_commitments(ready: Project, started: Project, *, by: User) -> None:
    """Let two companies of the ready project have signed, and those of the started one be on their way."""
    first, second = queries.list_standings_of(ready)[:2]
    _sign_on_screen(ready, first, by)
    _sign_on_paper(ready, second.commitment, by)
    waiting = queries.list_standings_of(started)
    _ask(started, waiting[0], by)
    if len(waiting) > 1:
        _sign_on_screen(started, waiting[1], by)
        _take_back(queries.get_standing(started, waiting[1].commitment.id))
    told = DeMinimisAid(project_id=started.id, commitment_id=waiting[0].commitment.id, giver="Påhittad bidragsgivare")
    told.amount_kr, told.granted_on = Decimal(80_000), clock.today() - timedelta(days=300)
    db.session.add(told)
    _note_aid(first.commitment, ready.owner.name, by)
    db.session.flush()


def _ask(project: Project, standing: Standing, by: User) -> None:
    company_id = standing.commitment.company_id
    person = next(iter(list_reachable([company_id])[company_id]), None)
    link = service.ask(project, standing, person, open_until=_last_day(project), link_of=_address, by=by)
    service.note_opened(link, standing.commitment)


def _sign_on_screen(project: Project, standing: Standing, by: User) -> None:
    link = service.ask(project, standing, None, open_until=_last_day(project), link_of=_address, by=by)
    situation = queries.situation_of(project, queries.get_commitment(project, standing.commitment.id))
    with in_swedish():
        text = write(known_of(situation), situation)
        service.sign_on_screen(link, situation, shown=hash_of(text), **_SIGNER, address=_LINK)


def _take_back(standing: Standing) -> None:
    paper, link = standing.paper, standing.link
    if paper is None or link is None:
        return
    signer = {"name": _SIGNER["signer_name"], "role": _SIGNER["signer_role"]}
    reason = "Företaget har sålt den del där deltagarna arbetar."
    with in_swedish():
        service.withdraw_over_link(link, paper, shown=paper.text_hash, **signer, reason=reason, address=_LINK)


def _sign_on_paper(project: Project, commitment: Commitment, by: User) -> None:
    situation = queries.situation_of(project, queries.get_commitment(project, commitment.id))
    content = io.BytesIO("Ett påhittat papper med en påhittad underskrift.\n".encode())
    signed_on = clock.today() - timedelta(days=2)
    service.record_paper(project, situation, content, file_name="Åtagande.txt", **_SIGNER, signed_on=signed_on, by=by)


def _note_aid(commitment: Commitment, owner: str, by: User) -> None:
    company = commitment.company
    told = ((owner, 12, 11_000, True), (owner, 50, 16_500, True), ("Påhittad bidragsgivare", 400, 55_000, False))
    for giver, days, kronor, is_ours in told:
        values = {
            "giver": giver,
            "instrument": "Utbildning utan avgift" if is_ours else "Bidrag",
            "granted_on": clock.today() - timedelta(days=days),
            "amount_kr": Decimal(kronor),
            "sek_per_eur": Decimal("11.0000"),
            "rate_source": "Påhittad kurs",
            "is_ours": is_ours,
        }
        ledger.save_grant(company, None, values, by=by)


def _last_day(project: Project) -> date:
    return clock.in_sweden(esf.get_project(project.id).call.closes_at).date()


def _address(token: str) -> str:
    return _LINK + token
