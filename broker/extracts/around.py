"""What belongs to a chosen row and stands in other tables: the history of a person, the use of an account."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from broker import audit, clock
from broker.access import organisation_in_scope
from broker.accounts.models import Membership, UserSession
from broker.accounts.second_factor.models import SecondFactor
from broker.accounts.single_sign_on.models import SignOnAccount
from broker.audit import AuditEvent
from broker.companies.merging.holders import count_rows, holders_of
from broker.companies.merging.labels import counts_as_words
from broker.companies.models import Company, Person
from broker.extensions import db
from broker.extracts.queries import Hit
from broker.formatting import day, moment

_EVENTS_AT_MOST = 500


def facts_of(hits: Iterable[Hit]) -> dict[str, list[tuple[str, str]]]:
    """Give further facts of the chosen rows, by their keys."""
    facts: dict[str, list[tuple[str, str]]] = {}
    hits = list(hits)
    for find, model in ((_histories, Person), (_uses, Membership), (_holdings, Company)):
        chosen = [hit for hit in hits if hit.kind.model is model]
        if chosen:
            facts |= find(chosen)
    return facts


def _histories(people: Sequence[Hit]) -> dict[str, list[tuple[str, str]]]:
    """Tell what was done to what is known of people: when, and by whom of us."""
    keys = [hit.row.id for hit in people]
    lines: dict[int, list[str]] = {}
    for event in audit.history_of_all([(Person, select(Person.id).where(Person.id.in_(keys)))], limit=_EVENTS_AT_MOST):
        lines.setdefault(event.subject_id, []).append(
            f"{moment(event.happened_at)}: {event.label} ({event.actor_name})"
        )
    return {hit.key: [(_("Historik"), "; ".join(lines[hit.row.id]))] for hit in people if hit.row.id in lines}


def _uses(accounts: Sequence[Hit]) -> dict[str, list[tuple[str, str]]]:
    """Tell when accounts were used for this organisation, and how much of its history is theirs."""
    own, users = organisation_in_scope(), [hit.row.user_id for hit in accounts]
    elsewhere = select(Membership.user_id).where(Membership.organisation_id != own)
    # A session that has chosen no organisation is one for the only organisation that there is.
    is_ours = (UserSession.organisation_id == own) | (
        UserSession.organisation_id.is_(None) & UserSession.user_id.not_in(elsewhere)
    )
    sessions: dict[int, list[str]] = {}
    query = select(UserSession).where(UserSession.user_id.in_(users), is_ours).order_by(UserSession.id)
    for row in db.session.scalars(query):
        told = _("%(first)s till %(last)s", first=moment(row.created_at), last=moment(row.seen_at))
        sessions.setdefault(row.user_id, []).append(told)
    events = select(
        AuditEvent.actor_id, func.count(), func.min(AuditEvent.happened_at), func.max(AuditEvent.happened_at)
    )
    events = events.where(AuditEvent.organisation_id == own, AuditEvent.actor_id.in_(users)).group_by(
        AuditEvent.actor_id
    )
    counted = {row[0]: row[1:] for row in db.session.execute(events)}
    known = select(SignOnAccount).where(SignOnAccount.user_id.in_(users)).order_by(SignOnAccount.id)
    sign_ons: dict[int, list[str]] = {}
    for account in db.session.scalars(known):
        sign_ons.setdefault(account.user_id, []).append(f"{account.issuer}: {account.subject}")
    second_factors = dict(db.session.execute(_second_factors_of(users)).all())
    facts: dict[str, list[tuple[str, str]]] = {}
    for hit in accounts:
        facts[hit.key] = [(_("Inloggad"), "; ".join(sessions.get(hit.row.user_id, [])))]
        if hit.row.user_id in sign_ons:
            facts[hit.key].append((_("Konto i inloggningstjänsten"), "; ".join(sign_ons[hit.row.user_id])))
        if since := second_factors.get(hit.row.user_id):
            facts[hit.key].append((_("Tvåstegsinloggning på sedan"), moment(since)))
        if hit.row.user_id in counted:
            count, first, last = counted[hit.row.user_id]
            told = _(
                "%(count)s händelser från %(first)s till %(last)s, med namnet",
                count=count,
                first=day(clock.in_sweden(first).date()),
                last=day(clock.in_sweden(last).date()),
            )
            facts[hit.key].append((_("I historiken"), told))
    return facts


def _second_factors_of(users: Sequence[int]) -> Select[int, datetime]:
    return select(SecondFactor.user_id, SecondFactor.turned_on_at).where(SecondFactor.user_id.in_(users))


def _holdings(companies: Sequence[Hit]) -> dict[str, list[tuple[str, str]]]:
    """Tell in numbers what the organisation has of a sole trader; most of it is told row by row too."""
    keys = [hit.row.id for hit in companies]
    counted = count_rows(holders_of(Company).columns, keys)
    told = {hit.key: counts_as_words(counted[hit.row.id]) for hit in companies}
    return {key: [(_("Hos oss finns"), ", ".join(words))] for key, words in told.items() if words}
