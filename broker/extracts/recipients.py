"""To whom somebody's details have been handed out, as far as that is recorded (GDPR art. 15.1 c)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from broker import clock
from broker.access import ProjectRow, organisation_in_scope
from broker.accounts.models import Membership, Organisation
from broker.actions import Action
from broker.audit import AuditEvent
from broker.companies.models import Company
from broker.esf.commitments.models import CommitmentLink
from broker.esf.models import Project, ProjectMember
from broker.extensions import Base, db
from broker.extracts.queries import Hit, strings_of
from broker.formatting import day
from broker.leads.models import Lead, LeadOffer, OfferState
from broker.traces.models import TraceQuestion
from broker.traces.queries import list_agreements


def list_recipients(hits: Sequence[Hit]) -> list[str]:
    """Tell in sentences who has got something of what was chosen, and what is not recorded about it."""
    return [*_leads(hits), *_projects(hits), *_traces(hits), *_files(hits)]


def _keys(hits: Iterable[Hit], model: type[Base]) -> list[int]:
    return [hit.row.id for hit in hits if hit.kind.model is model]


def _leads(hits: Sequence[Hit]) -> Iterator[str]:
    keys = _keys(hits, Lead)
    if not keys:
        return
    query = select(LeadOffer).where(LeadOffer.lead_id.in_(keys), LeadOffer.state != OfferState.REVOKED)
    query = query.options(joinedload(LeadOffer.receiver), joinedload(LeadOffer.lead).joinedload(Lead.company))
    for offer in db.session.scalars(query.order_by(LeadOffer.id)):
        lead = offer.lead
        told = ", ".join(strings_of(lead.shared))
        facts = {
            "day": day(clock.in_sweden(lead.offered_at).date()),
            "receiver": offer.receiver.name,
            "company": lead.company.name,
            "ground": lead.ground.label,
        }
        if told:
            yield _(
                "%(day)s: %(receiver)s fick ett lead om %(company)s med %(told)s. Grund: %(ground)s.",
                told=told,
                **facts,
            )
        else:
            yield _("%(day)s: %(receiver)s fick ett lead om %(company)s. Grund: %(ground)s.", **facts)


def _project_keys(hits: Iterable[Hit]) -> set[int]:
    keys = {hit.row.id for hit in hits if hit.kind.model is Project}
    rows = [hit.row for hit in hits if isinstance(hit.row, ProjectRow)]
    # Whom a link went to nobody else in the project sees.
    return keys | {row.project_id for row in rows if not isinstance(row, CommitmentLink)}


def _projects(hits: Sequence[Hit]) -> Iterator[str]:
    keys = _project_keys(hits)
    if not keys:
        return
    query = select(ProjectMember).where(
        ProjectMember.project_id.in_(keys), ProjectMember.organisation_id != organisation_in_scope()
    )
    query = query.options(joinedload(ProjectMember.organisation))
    members: dict[int, list[str]] = {}
    for member in db.session.scalars(query):
        members.setdefault(member.project_id, []).append(member.organisation.name)
    projects = select(Project).where(Project.id.in_(keys)).order_by(Project.id)
    for project in db.session.scalars(projects):
        if project.id in members:
            names = ", ".join(sorted(members[project.id]))
            yield _(
                "Projektet %(project)s delar vi med %(names)s, som ser det som står där.",
                project=project.name,
                names=names,
            )


def _traces(hits: Sequence[Hit]) -> Iterator[str]:
    companies = _keys(hits, Company)
    if not companies and not _keys(hits, Membership):
        return
    today, own = clock.today(), organisation_in_scope()
    agreements = [row for row in list_agreements() if row.is_in_force(today)]
    for row in agreements:
        if _keys(hits, Membership):
            yield _(
                "%(name)s kan enligt vår överenskommelse se namn och e-postadress till den av oss som har haft kontakt "
                "med ett företag.",
                name=row.other(own).name,
            )
        if companies and row.has_sole_traders:
            yield _(
                "%(name)s kan enligt vår överenskommelse se att vi har haft kontakt med firman.",
                name=row.other(own).name,
            )
    query = select(TraceQuestion.asked_at, Organisation.name).join(
        Organisation, Organisation.id == TraceQuestion.receiver_id
    )
    for asked_at, name in db.session.execute(query.where(TraceQuestion.company_id.in_(companies))):
        moment = day(clock.in_sweden(asked_at).date())
        yield _("%(day)s: vi frågade %(name)s om deras kontakt med firman.", day=moment, name=name)


def _files(hits: Sequence[Hit]) -> Iterator[str]:
    since = min((moment for hit in hits if (moment := _known_since(hit.row))), default=None)
    if since and (lists := _count([Action.LIST_EXPORTED], AuditEvent.happened_at >= since)):
        yield ngettext(
            "En lista har hämtats som fil %(num)s gång sedan uppgifterna kom. Vilka som stod i den antecknas inte.",
            "Listor har hämtats som filer %(num)s gånger sedan uppgifterna kom. Vilka som stod i dem antecknas inte.",
            lists,
        )
    if projects := _project_keys(hits):
        ours = (AuditEvent.subject_type == Project.__tablename__) & AuditEvent.subject_id.in_(projects)
        if kept := _count([Action.APPLICATION_KEPT, Action.APPLICATION_EXPORTED], ours):
            yield ngettext(
                "Projektens ansökningar har tagits ut som filer %(num)s gång.",
                "Projektens ansökningar har tagits ut som filer %(num)s gånger.",
                kept,
            )


def _count(actions: Sequence[Action], condition: ColumnElement[bool]) -> int:
    own = AuditEvent.organisation_id == organisation_in_scope()
    named = AuditEvent.action.in_([action.value for action in actions])
    return db.session.scalar(select(func.count(AuditEvent.id)).where(own, named, condition)) or 0


def _known_since(row: Any) -> datetime | None:
    return getattr(row, "created_at", None) or getattr(row, "received_at", None)
