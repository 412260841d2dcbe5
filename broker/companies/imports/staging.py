"""Where the rows of a national register wait, outside everybody's sight, until all of them are stored at once."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Table, Text, delete, func, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from broker import access, database
from broker.companies import pieces
from broker.companies.imports.rows import portions
from broker.companies.models import Company, Engagement
from broker.companies.words import service as words
from broker.extensions import Folded, Key, db

# What an index holds is written apart: to write it again, even unchanged, costs more than all the other facts.
_KEYS = ("organisation_number", "identity_hash")
_INDEXED = ("name", "name_key", "sort_key", "municipality_code")
_PLAIN = (
    "legal_form", "registered_on", "deregistered_on", "deregistration_reason", "proceedings", "description", "street",
    "postcode", "post_town", "country", "industry_codes", "industry_edition", "no_advertising", "is_active", "source",
    "source_date",
)  # fmt: skip
# So many rows to a statement, so that none is stopped by PostgreSQL's time limit.
_STATEMENT = 20_000
_ASKED_FOR = 5_000

staged = Table(
    "staged_company",
    db.metadata,
    Column("id", Key, primary_key=True),
    Column("company_id", Key),
    Column("is_moved", Boolean, nullable=False),
    Column("organisation_number", Text),
    Column("identity_hash", Text),
    Column("name", Text, nullable=False),
    Column("name_key", Folded),
    Column("sort_key", Folded),
    Column("legal_form", Text),
    Column("registered_on", Date),
    Column("deregistered_on", Date),
    Column("deregistration_reason", Text),
    Column("proceedings", JSON(none_as_null=True)),
    Column("description", Text),
    Column("street", Text),
    Column("postcode", Text),
    Column("post_town", Text),
    Column("country", Text),
    Column("municipality_code", Text),
    Column("industry_codes", JSON(none_as_null=True)),
    Column("industry_edition", Text),
    Column("no_advertising", Boolean),
    Column("is_active", Boolean),
    Column("source", Text, nullable=False),
    Column("source_date", Date, nullable=False),
)


def clear() -> None:
    """Remove everything that waits."""
    db.session.execute(delete(staged))


def add(rows: Sequence[dict[str, Any]]) -> None:
    """Let rows wait: with the company_id of the company that they change, or None for a new company."""
    db.session.execute(insert(staged), rows)


def forget(organisation_numbers: Sequence[str], identity_hashes: Sequence[str]) -> None:
    """Remove the waiting rows of these companies, because a later row says something else."""
    for name, keys in (("organisation_number", organisation_numbers), ("identity_hash", identity_hashes)):
        for some in portions(keys, _ASKED_FOR):
            db.session.execute(delete(staged).where(staged.c[name].in_(some)))


def last_company() -> int:
    """Give the highest key of a company, so that store() can tell what came after it."""
    return db.session.scalar(select(func.max(Company.id))) or 0


def differences(names: Sequence[str]) -> Iterator[tuple[int, dict[str, Any], dict[str, Any], str]]:
    """Give what waits for companies that any organisation has a relation to: key, facts before and after, source."""
    before = [getattr(Company, name) for name in names]
    after = [staged.c[name] for name in names]
    has_relation = select(Engagement.id).where(Engagement.company_id == Company.id).exists()
    for rows in _ranges():
        query = select(Company.id, Company.source, *before, *after).join(staged, staged.c.company_id == Company.id)
        with access.every_organisation():
            found = db.session.execute(query.where(rows, has_relation)).all()
        for company_id, source, *values in found:
            was, becomes = values[: len(names)], values[len(names) :]
            yield company_id, dict(zip(names, was, strict=True)), dict(zip(names, becomes, strict=True)), source


def store(*, known_until: int) -> None:
    """Make all waiting rows companies in the running transaction, and empty the waiting room."""
    database.use_more_memory()
    _find_newcomers(known_until)
    before = last_company()
    for rows in _ranges():
        new = rows & staged.c.company_id.is_(None)
        names = (*_KEYS, *_INDEXED, *_PLAIN)
        db.session.execute(
            insert(Company).from_select(names, select(*(staged.c[name] for name in names)).where(new)),
        )
    pieces.learn(Company.id > before)
    for rows in _ranges():
        _update(rows, _PLAIN)
        moved = Company.id.in_(select(staged.c.company_id).where(rows, staged.c.is_moved))
        pieces.forget(moved)
        _update(rows & staged.c.is_moved, _INDEXED)
        pieces.learn(moved)
    words.renew()
    clear()
    database.take_stock()


def _find_newcomers(known_until: int) -> None:
    # A company that somebody added while the file was read is no longer new.
    for attribute in (Company.organisation_number, Company.identity_hash):
        newcomers = select(attribute, Company.id).where(Company.id > known_until, attribute.is_not(None))
        for some in portions(db.session.execute(newcomers).all(), _ASKED_FOR):
            _point_at(attribute, {str(key): company_id for key, company_id in some})


def _point_at(attribute: InstrumentedAttribute[str | None], companies: dict[str, int]) -> None:
    column = staged.c[attribute.key]
    waiting = select(staged.c.id, column).where(column.in_(companies), staged.c.company_id.is_(None))
    for row_id, key in db.session.execute(waiting).all():
        found = {"company_id": companies[key], "is_moved": True}
        db.session.execute(update(staged).where(staged.c.id == row_id).values(found))


def _ranges() -> Iterator[Any]:
    first, last = db.session.execute(select(func.min(staged.c.id), func.max(staged.c.id))).one()
    for start in count(first or 0, _STATEMENT):
        if first is None or start > last:
            return
        yield staged.c.id.between(start, start + _STATEMENT - 1)


def _update(rows: Any, names: tuple[str, ...]) -> None:
    db.session.execute(
        update(Company)
        .where(Company.id == staged.c.company_id, rows)
        .values({name: staged.c[name] for name in names})
        .execution_options(synchronize_session=False)
    )
