"""Who may do what, and who sees what: roles and permissions, closed views, and the one scope that every read passes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import Connection, ForeignKey, Select, column, event, or_, select, table, text
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria
from sqlalchemy.orm.session import SessionTransaction
from werkzeug.wrappers import Response

from broker.errors import BrokerError, NotAllowedError, OtherOrganisationError, SignedOutError
from broker.extensions import Key, db

View = TypeVar("View", bound=Callable[..., Any])


class Permission(StrEnum):
    """One kind of thing that a person may do in the organisation that he acts for."""

    READ = "read"
    EDIT = "edit"
    IMPORT = "import"
    BUNDLE = "bundle"
    VET = "vet"
    PROCURE = "procure"
    PROJECT = "project"
    COORDINATE = "coordinate"
    EXPORT = "export"
    SEE_PROTECTED = "see_protected"
    ADMINISTER = "administer"
    OPERATE = "operate"


class Role(StrEnum):
    """A part that a person plays in an organisation; a person can have several."""

    READER = "reader"
    BROKER = "broker"
    DEVELOPER = "developer"
    COORDINATOR = "coordinator"
    PROCURER = "procurer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> Any:
        """Give the Swedish name."""
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.READER: _l("Läsare"),
    Role.BROKER: _l("Kompetensmäklare"),
    Role.DEVELOPER: _l("Näringslivsutvecklare"),
    Role.COORDINATOR: _l("Samordnare"),
    Role.PROCURER: _l("Upphandlare och kvalitetsansvarig"),
    Role.MANAGER: _l("Verksamhetsansvarig"),
    Role.ADMINISTRATOR: _l("Administratör"),
}

ROLE_PERMISSIONS = {
    Role.READER: {Permission.READ},
    Role.BROKER: {Permission.READ, Permission.EDIT, Permission.IMPORT, Permission.BUNDLE},
    Role.DEVELOPER: {Permission.READ, Permission.EDIT, Permission.IMPORT},
    Role.COORDINATOR: {
        Permission.READ,
        Permission.EDIT,
        Permission.IMPORT,
        Permission.BUNDLE,
        Permission.PROJECT,
        Permission.COORDINATE,
        Permission.EXPORT,
    },
    Role.PROCURER: {Permission.READ, Permission.VET, Permission.PROCURE},
    Role.MANAGER: {Permission.READ, Permission.EXPORT},
    Role.ADMINISTRATOR: {
        Permission.READ,
        Permission.IMPORT,
        Permission.COORDINATE,
        Permission.SEE_PROTECTED,
        Permission.ADMINISTER,
    },
}


@dataclass(frozen=True)
class Acting:
    """The organisation that a signed-in person acts for, what he may do there, and where else he could act."""

    organisation_id: int
    organisation_name: str
    permissions: frozenset[Permission]
    organisations: tuple[tuple[int, str], ...]
    # The organisation demands a second factor that the person has not: all of it is closed until he has.
    lacks_second_factor: bool = False


def permissions_of(roles: list[Role], *, is_operator: bool = False) -> frozenset[Permission]:
    """Give everything that these roles together may do."""
    granted = {permission for role in roles for permission in ROLE_PERMISSIONS[role]}
    return frozenset(granted | ({Permission.OPERATE} if is_operator else set()))


def can(permission: Permission) -> bool:
    """Tell whether the person behind this request may do this; for buttons, the view itself is guarded anyway."""
    return permission in g.get("permissions", frozenset())


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view: only people with this permission in the organisation that they act for."""

    def mark(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Mark a view: anybody, also without signing in."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Mark a view: anybody who has signed in, whatever the role."""
    view.access = "signed_in"  # type: ignore[attr-defined]
    return view


def before_second_factor(view: View) -> View:
    """Mark a view: open also to somebody who has not yet the second factor that his organisation demands."""
    view.is_before_second_factor = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask, *, find_acting: Callable[[], Acting | None]) -> None:
    """Close every view that has no mark, and put the scope on every read of this application."""
    app.before_request(lambda: _check(find_acting))
    app.teardown_request(_leave)


def _check_same_organisation(acting: Acting) -> None:
    """Refuse a form that was opened for another organisation than the person acts for now, and keep what it says."""
    opened_for = request.form.get("acting")
    if request.method != "POST" or not opened_for or opened_for == str(acting.organisation_id):
        return
    name = next((name for key, name in acting.organisations if str(key) == opened_for), "")
    raise OtherOrganisationError(name, acting.organisation_name)


def _leave(error: BaseException | None) -> None:
    _scope.set(None)


def _check(find_acting: Callable[[], Acting | None]) -> Response | None:
    _scope.set(None)
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    access = getattr(view, "access", None)
    if access is None:
        abort(403)
    if not current_user.is_authenticated:
        if access == "public":
            return None
        if request.method == "POST":
            raise SignedOutError
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    acting = find_acting()
    g.acting = acting
    if acting and acting.lacks_second_factor:
        return _check_before_second_factor(view)
    g.permissions = acting.permissions if acting else permissions_of([], is_operator=current_user.is_operator)
    if acting:
        if access != "signed_in":
            _check_same_organisation(acting)
        _enter(acting.organisation_id)
    if access not in ("public", "signed_in") and access not in g.permissions:
        raise NotAllowedError
    return None


def _check_before_second_factor(view: Callable[..., Any]) -> Response | None:
    # No scope either: nothing of the organisation can be read by mistake.
    g.permissions = frozenset()
    if view.access == "public" or hasattr(view, "is_before_second_factor"):  # type: ignore[attr-defined]
        return None
    return redirect(url_for("second_factor.turn_on"))


EVERYTHING = "*"
_ORGANISATIONS_REMEMBERED = 1_000
_scope: ContextVar[int | str | None] = ContextVar("broker_scope", default=None)


class Private:
    """A row that belongs to one organisation; nobody else ever reads or writes it."""

    organisation_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"), index=True)


_project_member = table("project_member", column("project_id"), column("organisation_id"))
_joint_member = table("joint_member", column("plan_id"), column("organisation_id"), column("left_at"))


class Mutual:
    """A row between two organisations; both read and write it, nobody else."""

    proposer_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    receiver_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"), index=True)


class ProjectRow:
    """A row of a joint project; the organisations that are members of the project read and write it."""

    project_id: Mapped[int] = mapped_column(Key, ForeignKey("project.id"), index=True)


class SharedProject:
    """The project itself, seen by its member organisations."""

    id: Mapped[int] = mapped_column(Key, primary_key=True, sort_order=-1)


class PlanRow:
    """A row of a joint plan; the organisations that have joined the plan read it.

    One with an `organisation_id` is written by that organisation alone.
    """

    plan_id: Mapped[int] = mapped_column(Key, ForeignKey("joint_plan.id"), index=True)


class SharedPlan:
    """The joint plan itself, seen by the organisations that have joined it."""

    id: Mapped[int] = mapped_column(Key, primary_key=True, sort_order=-1)


class NoScopeError(BrokerError):
    """Private rows were asked for without saying for which organisation: a mistake in the program."""

    status = 500


@contextmanager
def acting_in(organisation_id: int) -> Iterator[None]:
    """Read and write for this organisation: jobs, commands, tests."""
    yield from _within(organisation_id)


@contextmanager
def every_organisation() -> Iterator[None]:
    """Read and write over all organisations: upkeep, and doors whose own statement says what they let through."""
    yield from _within(EVERYTHING)


def organisation_in_scope() -> int:
    """Give the organisation that reads and writes are for, or raise NoScopeError."""
    scope = _scope.get()
    if not isinstance(scope, int):
        raise NoScopeError
    return scope


def find_organisation_in_scope() -> int | None:
    """Give the organisation that reads and writes are for, or None for nobody or everybody."""
    scope = _scope.get()
    return scope if isinstance(scope, int) else None


def _within(scope: int | str) -> Iterator[None]:
    before = _scope.get()
    _enter(scope)
    try:
        yield
    finally:
        _enter(before)


def _enter(scope: int | str | None) -> None:
    _scope.set(scope)
    session = db.session()
    if session.in_transaction() and session.get_bind().dialect.name == "postgresql" and _is_listening(session):
        _tell_database(session, None, session.connection())


def _is_listening(session: Session) -> bool:
    # After an error PostgreSQL refuses everything until the transaction is rolled back; the next one is told anew.
    if not session.is_active:
        return False
    connection: Any = session.connection().connection.driver_connection
    return connection.info.transaction_status.name != "INERROR"


@event.listens_for(Session, "do_orm_execute")
def _scope_reads(state: ORMExecuteState) -> None:
    scope = _scope.get()
    if scope == EVERYTHING or state.is_column_load:
        return
    if not isinstance(scope, int):
        if any(issubclass(mapper.class_, _SCOPED) for mapper in state.all_mappers):
            raise NoScopeError(f"no organisation in scope for {state.all_mappers}")
        scope = _NOBODY
    state.statement = state.statement.options(*_criteria(scope))


@lru_cache(maxsize=_ORGANISATIONS_REMEMBERED)
def _criteria(organisation_id: int) -> tuple[Any, ...]:
    """Give what narrows every read to one organisation; made once for each, for it costs more than many a read."""
    return (
        with_loader_criteria(Private, lambda cls: cls.organisation_id == organisation_id, include_aliases=True),
        with_loader_criteria(
            Mutual,
            lambda cls: or_(cls.proposer_id == organisation_id, cls.receiver_id == organisation_id),
            include_aliases=True,
        ),
        with_loader_criteria(
            ProjectRow, lambda cls: cls.project_id.in_(_projects_of(organisation_id)), include_aliases=True
        ),
        with_loader_criteria(
            SharedProject, lambda cls: cls.id.in_(_projects_of(organisation_id)), include_aliases=True
        ),
        with_loader_criteria(PlanRow, lambda cls: cls.plan_id.in_(_plans_of(organisation_id)), include_aliases=True),
        with_loader_criteria(SharedPlan, lambda cls: cls.id.in_(_plans_of(organisation_id)), include_aliases=True),
    )


_SCOPED = (Private, Mutual, ProjectRow, SharedProject, PlanRow, SharedPlan)
_NOBODY = -1


def _projects_of(organisation_id: int) -> Select[tuple[int]]:
    return select(_project_member.c.project_id).where(_project_member.c.organisation_id == organisation_id)


def _plans_of(organisation_id: int) -> Select[tuple[int]]:
    has_joined = _joint_member.c.organisation_id == organisation_id, _joint_member.c.left_at.is_(None)
    return select(_joint_member.c.plan_id).where(*has_joined)


@event.listens_for(Session, "before_flush")
def _check_writes(session: Session, flush_context: Any, instances: Any) -> None:
    scope = _scope.get()
    if scope == EVERYTHING:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Mutual) and scope not in (row.proposer_id, row.receiver_id):
            raise NoScopeError(f"{type(row).__name__} of others in scope {scope}")
        if isinstance(row, PlanRow) and getattr(row, "organisation_id", scope) != scope:
            raise NoScopeError(f"{type(row).__name__} of another organisation in scope {scope}")
        if not isinstance(row, Private):
            continue
        if row.organisation_id is None and row in session.new and isinstance(scope, int):
            row.organisation_id = scope
        if row.organisation_id != scope:
            raise NoScopeError(f"{type(row).__name__} of organisation {row.organisation_id} in scope {scope}")


@event.listens_for(Session, "after_begin")
def _tell_database(session: Session, transaction: SessionTransaction | None, connection: Connection) -> None:
    # The second wall: PostgreSQL's row-level policies read this setting, which dies with the transaction.
    if connection.dialect.name == "postgresql":
        scope = _scope.get()
        if scope is None and transaction and not transaction.nested:
            # It begins for nobody.
            return
        value = "" if scope is None else str(scope)
        connection.execute(text("select set_config('broker.scope', :value, true)"), {"value": value})
