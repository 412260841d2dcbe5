"""Finds everything in the organisation in scope that may be about one person, in one statement for each kind of row."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from broker.access import organisation_in_scope
from broker.accounts.models import Invitation, Membership, User
from broker.audit import AuditEvent
from broker.companies.identity import identity_hash
from broker.companies.merged import WITH_MERGED
from broker.companies.models import Company, Interaction, Person, interaction_person
from broker.companies.numbers import Number
from broker.esf.commitments.models import CommitmentLink
from broker.esf.models import Project
from broker.extensions import db
from broker.extracts.kinds import Kind, day_of, read
from broker.extracts.people import PEOPLE
from broker.extracts.secrecy import without_secret_offers
from broker.extracts.terms import Reason, Terms
from broker.extracts.texts import TEXTS
from broker.files import Attachment
from broker.mail import OutgoingMail
from broker.meetings.models import MeetingInvitation
from broker.providers.models import Provider

KINDS = (*PEOPLE, *TEXTS)
# Nobody looks through more rows of a kind; who finds so many is asked to tell more of the person.
MOST = 500
_FIRST = (Person, Company)
_NAMED: Mapping[str, Any] = {
    "company_id": Company.name,
    "project_id": Project.name,
    "provider_id": Provider.name,
    "invitation_id": MeetingInvitation.title,
}


@dataclass
class Hit:
    """One row that may be about the person: why, and through which other hits it was found."""

    kind: Kind
    row: Any
    reasons: list[Reason]
    through: list["Hit"] = field(default_factory=list)
    where: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Give the word for the row in forms and events."""
        return f"{self.kind.name}-{self.row.id}"

    @property
    def is_sure(self) -> bool:
        """Tell whether it is so likely the person that it is proposed."""
        return any(reason is not Reason.LIKE_NAME for reason in self.reasons) or any(
            hit.is_sure for hit in self.through
        )

    def follows(self, chosen: Iterable[str]) -> bool:
        """Tell whether it stays when only these are chosen: one that was only found through others goes with them."""
        return bool(self.reasons) or any(hit.key in chosen for hit in self.through)


@dataclass(frozen=True)
class Findings:
    """All hits in the order of their kinds, and the kinds of which there were more than are looked through."""

    hits: list[Hit]
    cut: list[Kind]


def by_label(hits: Iterable[Hit]) -> dict[str, list[Hit]]:
    """Give the hits under what their kinds are called: several tables hold texts of projects."""
    grouped: dict[str, list[Hit]] = {}
    for hit in hits:
        grouped.setdefault(str(hit.kind.label), []).append(hit)
    return grouped


@dataclass
class _Links:
    """What leads from a person and a sole trader to other rows."""

    people: dict[int, Hit] = field(default_factory=dict)
    companies: dict[int, Hit] = field(default_factory=dict)
    interactions: dict[int, list[int]] = field(default_factory=dict)


def find(terms: Terms) -> Findings:
    """Find everything that may be about the person; what tells of offers before the decision is left out."""
    links, hits, cut = _Links(), [], []
    for kind in sorted(KINDS, key=lambda kind: kind.model not in _FIRST):
        rows = _rows(kind, terms, links)
        if len(rows) > MOST:
            cut.append(kind)
        found = [hit for hit in (_hit(kind, row, terms, links) for row in rows[:MOST]) if hit.reasons or hit.through]
        if kind.model is Person:
            links.people = {hit.row.id: hit for hit in found}
            links.interactions = _interactions_with(links.people)
        elif kind.model is Company:
            links.companies = {hit.row.id: hit for hit in found}
        hits += found
    hits = without_secret_offers(hits)
    hits.sort(key=lambda hit: str(day_of(hit.row) or ""), reverse=True)
    hits.sort(key=lambda hit: (KINDS.index(hit.kind), not hit.is_sure))
    _tell_where(hits)
    return Findings(hits, cut)


def _rows(kind: Kind, terms: Terms, links: _Links) -> list[Any]:
    condition = or_(*_wanted(kind, terms, links), false())
    query = select(kind.model).where(condition, *_ours(kind.model))
    for name in sorted(kind.relations):
        relation = getattr(kind.model, name)
        query = query.join(relation, isouter=True).options(contains_eager(relation))
    if kind.model is Interaction:
        query = query.options(joinedload(Interaction.logged_by), selectinload(Interaction.colleagues))
    query = query.order_by(kind.model.id.desc()).limit(MOST + 1)
    return list(db.session.scalars(query.execution_options(**WITH_MERGED)).unique())


def _wanted(kind: Kind, terms: Terms, links: _Links) -> Iterator[ColumnElement[bool]]:
    reaches = kind.columns(kind.reaches)
    condition = terms.condition(
        keys=kind.keys,
        names=kind.unfolded,
        emails=[*kind.columns(kind.emails), *reaches],
        phones=[*kind.columns(kind.phones), *reaches],
        texts=kind.columns(kind.texts),
    )
    if condition is not None:
        yield condition
    if kind.model is Company and terms.number:
        yield Company.identity_hash == identity_hash(Number(terms.number))
    if kind.model is Interaction and links.interactions:
        yield Interaction.id.in_(links.interactions)
    if kind.model is Attachment:
        for subject, keys in ((Person.__tablename__, links.people), (Company.__tablename__, links.companies)):
            if keys:
                yield and_(Attachment.subject_type == subject, Attachment.subject_id.in_(keys))
    if kind.person_column is not None and links.people:
        yield kind.person_column.in_(links.people)
    if kind.company_column is not None and links.companies:
        yield kind.company_column.in_(links.companies)


def _ours(model: Any) -> list[ColumnElement[bool]]:
    """Give what narrows rows that no wall narrows, or that only one member of a project may see, to our own."""
    own = organisation_in_scope()
    if model in (Membership, Invitation, CommitmentLink, AuditEvent):
        return [model.organisation_id == own]
    if model is Company:
        return [Company.identity_hash.is_not(None)]
    if model is OutgoingMail:
        # A letter says who gets the answer and nothing else of where it comes from. Memberships are never removed.
        elsewhere = select(Membership.user_id).where(Membership.organisation_id != own)
        ours = select(User.email).join(Membership, Membership.user_id == User.id)
        ours = ours.where(Membership.organisation_id == own, User.id.not_in(elsewhere))
        return [OutgoingMail.reply_to.in_(ours)]
    return []


def _hit(kind: Kind, row: Any, terms: Terms, links: _Links) -> Hit:
    reasons = set(_reasons(kind, row, terms))
    through = []
    if kind.model is Interaction:
        through += [links.people[key] for key in links.interactions.get(row.id, [])]
    if kind.model is Attachment:
        holders = {Person.__tablename__: links.people, Company.__tablename__: links.companies}
        through += filter(None, [holders.get(row.subject_type, {}).get(row.subject_id)])
    for column, found in ((kind.person_column, links.people), (kind.company_column, links.companies)):
        if column is not None:
            through += filter(None, [found.get(getattr(row, column.key))])
    return Hit(kind, row, [reason for reason in Reason if reason in reasons], through)


def _reasons(kind: Kind, row: Any, terms: Terms) -> Iterator[Reason]:
    reaches = [read(row, path) for path in kind.reaches]
    found = [terms.reason_of_name(read(row, path)) for path in kind.names]
    found += [terms.reason_of_email(text) for text in (*(read(row, path) for path in kind.emails), *reaches)]
    found += [terms.reason_of_phone(text) for text in (*(read(row, path) for path in kind.phones), *reaches)]
    yield from filter(None, found)
    for text in reaches:
        yield from terms.reasons_of_text(text)
    for path in kind.texts:
        for text in strings_of(read(row, path)):
            yield from terms.reasons_of_text(text)
    if kind.model is Company and terms.number and row.identity_hash == identity_hash(Number(terms.number)):
        yield Reason.SAME_NUMBER


def strings_of(value: Any) -> Iterator[str]:
    """Give the texts that a value holds, in whatever shape it is stored."""
    if isinstance(value, Mapping):
        for part in value.values():
            yield from strings_of(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings_of(part)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _interactions_with(people: Iterable[int]) -> dict[int, list[int]]:
    link = interaction_person.c
    query = select(link.interaction_id, link.person_id).where(link.person_id.in_(list(people)))
    found: dict[int, list[int]] = defaultdict(list)
    for interaction_id, person_id in db.session.execute(query):
        found[interaction_id].append(person_id)
    return dict(found)


def _tell_where(hits: list[Hit]) -> None:
    """Tell of each hit which company, project or provider it stands at: one question for each of these."""
    for name, shown in _NAMED.items():
        keys = {key for hit in hits if (key := getattr(hit.row, name, None)) is not None}
        if not keys:
            continue
        query = select(shown.class_.id, shown).where(shown.class_.id.in_(keys))
        names: dict[Any, str] = dict(db.session.execute(query).all())
        for hit in hits:
            if (text := names.get(getattr(hit.row, name, None))) is not None:
                hit.where.append(text)
