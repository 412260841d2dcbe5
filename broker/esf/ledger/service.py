"""What is done with the ledger: note a grant, read the rate of a day, mark that an aid is registered."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from broker import audit, clock
from broker.accounts.models import User
from broker.actions import Action
from broker.companies.models import Company
from broker.errors import RefusedError
from broker.esf.budgets.amounts import to_euro
from broker.esf.ledger.models import AidGrant
from broker.esf.models import DeMinimisAid, Project
from broker.extensions import db


def save_grant(
    company: Company, grant: AidGrant | None, values: dict[str, Any], *, project_id: int | None = None, by: User
) -> AidGrant:
    """Note an aid; in kronor with the rate of its day and where that was read, or in euro. Refuses both or neither."""
    values = dict(values, **_amounts(values))
    if grant is None:
        grant = AidGrant(company_id=company.id, project_id=project_id, recorded_by_id=by.id)
        db.session.add(grant)
    elif grant.registered_on is not None:
        raise RefusedError(_("Stödet är registrerat och kan inte ändras här. Rätta det i registret först."))
    for name, value in values.items():
        setattr(grant, name, value)
    db.session.flush()
    told = {name: values[name] for name in ("giver", "granted_on", "amount_eur")}
    audit.record(Action.AID_RECORDED, grant, by=by, company=company.name, aid=told)
    return grant


def mark_registered(grant: AidGrant, *, by: User) -> None:
    """Note that an aid of ours is in the register; refuses to do so twice."""
    if grant.registered_on is not None:
        raise RefusedError(_("Stödet är redan markerat som registrerat. Ladda om sidan."))
    grant.registered_on, grant.registered_by_id = clock.today(), by.id
    audit.record(Action.AID_REGISTERED, grant, by=by, company=grant.company.name)


def set_rate(project: Project, aid: DeMinimisAid, *, sek_per_eur: Decimal, rate_source: str, by: User) -> None:
    """Convert what a certificate has in kronor by the rate of the day of the grant; refuses a rate of nothing."""
    if aid.amount_kr is None:
        raise RefusedError(_("Stödet är angivet i euro och behöver ingen kurs."))
    if sek_per_eur <= 0:
        raise RefusedError(_("Ange en kurs som är större än noll."))
    aid.sek_per_eur, aid.rate_source = sek_per_eur, rate_source
    aid.amount_eur = to_euro(aid.amount_kr, sek_per_eur)
    told = {"giver": aid.giver, "granted_on": aid.granted_on, "amount_eur": aid.amount_eur}
    audit.record(Action.STATE_AID_SAVED, project, by=by, sek_per_eur=sek_per_eur, aid=told)


def _amounts(values: dict[str, Any]) -> dict[str, Decimal | None]:
    kr, rate, euro = (values.get(name) for name in ("amount_kr", "sek_per_eur", "amount_eur"))
    if kr is None and not euro:
        raise RefusedError(_("Ange beloppet, i kronor med kursen eller i euro."))
    if kr is None:
        return {"amount_eur": euro, "sek_per_eur": None}
    if not kr or not rate or not values.get("rate_source"):
        raise RefusedError(_("Ange ett belopp i kronor, eurokursen den dagen och var du läste den."))
    converted = to_euro(kr, rate)
    if euro is not None and euro != converted:
        raise RefusedError(_("Ange beloppet i kronor eller i euro, inte båda."))
    return {"amount_eur": converted}
