"""Takes a stored list back: what nobody has worked with since goes, the rest stays and is told."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select, update

from broker import access, audit, database
from broker.accounts.models import User
from broker.actions import Action
from broker.companies import pieces
from broker.companies.imports import pointing
from broker.companies.imports.book import SOURCE
from broker.companies.imports.models import ImportedRow
from broker.companies.merged import WITH_MERGED
from broker.companies.merging.models import MergeKind
from broker.companies.models import Company, Engagement, Person, Workplace
from broker.companies.service import KEPT_IN_HISTORY
from broker.extensions import Base, db

# In the order in which they can go: nothing points at what went before it.
_MODELS: tuple[type[Any], ...] = (Workplace, Person, Engagement, Company)
_CHUNK = 1000

# Why something stays: a word for it, and what the sentence about it needs.
Reason = list[Any]


@dataclass
class Subject:
    """One thing that a list brought or changed: its state when the list was stored, and what each field was before."""

    model: type[Any]
    key: int
    company_id: int | None
    version: int = 0
    is_new: bool = False
    fields: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, version: int, fields: dict[str, list[Any]] | None) -> None:
        """Know what one more row of the list did to it."""
        self.version = max(self.version, version)
        self.is_new = self.is_new or fields is None
        for name, (before, after) in (fields or {}).items():
            self.fields[name] = [self.fields[name][0] if name in self.fields else before, after]


@dataclass
class Verdicts:
    """What goes, what gets its old values back, and why the rest stays, by company."""

    going: dict[type[Base], set[int]] = field(default_factory=lambda: defaultdict(set))
    restoring: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    kept: dict[int, list[Reason]] = field(default_factory=lambda: defaultdict(list))

    def counts(self) -> Counter[str]:
        """Count the rows of each kind that go, those that get old values back, and the companies told of."""
        gone = {model.__tablename__: len(self.going[model]) for model in _MODELS}
        return Counter(gone | {"restored": len(self.restoring), "kept": len(self.kept)})


def chunks_of(job_id: int) -> Iterator[list[ImportedRow]]:
    """Give the rows of a list that say what was before, a portion at a time, all of one company together."""
    query = select(ImportedRow.company_id, ImportedRow.id).where(
        ImportedRow.job_id == job_id, ImportedRow.images.is_not(None), ImportedRow.company_id.is_not(None)
    )
    found = sorted((company_id or 0, row_id) for company_id, row_id in db.session.execute(query))
    portion: list[int] = []
    for place, (company_id, row_id) in enumerate(found):
        if len(portion) >= _CHUNK and found[place - 1][0] != company_id:
            yield _rows(portion)
            portion = []
        portion.append(row_id)
    if portion:
        yield _rows(portion)


def judge(rows: Sequence[ImportedRow]) -> Verdicts:
    """Decide what becomes of all that these rows brought and changed; nothing is written."""
    verdicts = Verdicts()
    subjects = _subjects_of(rows)
    found = {model: _things(model, [each.key for each in subjects if each.model is model]) for model in _MODELS}
    known = [each for each in subjects if each.key in found[each.model]]
    for subject in known:
        if subject.fields and not subject.is_new:
            _judge_fields(subject, found[subject.model][subject.key], verdicts)
    _judge_people(_new(known, Person), found[Person], verdicts)
    verdicts.going[Workplace] = {subject.key for subject in _new(known, Workplace)}
    _judge_relations(_new(known, Engagement), found[Engagement], verdicts)
    _judge_companies(_new(known, Company), found[Company], verdicts)
    return verdicts


def carry_out(verdicts: Verdicts, *, file_name: str, by: User) -> None:
    """Give old values back and remove what goes, each with its event."""
    for row, values in verdicts.restoring:
        _restore(row, values, file_name, by)
    db.session.flush()
    _record_removed(verdicts, file_name, by)
    for model in _MODELS:
        if keys := verdicts.going[model]:
            _remove(model, keys)


def _rows(keys: Collection[int]) -> list[ImportedRow]:
    query = select(ImportedRow).where(database.among(ImportedRow.id, keys))
    return list(db.session.scalars(query.order_by(ImportedRow.company_id, ImportedRow.id)))


def _subjects_of(rows: Iterable[ImportedRow]) -> list[Subject]:
    models = {model.__tablename__: model for model in _MODELS}
    subjects: dict[tuple[str, int], Subject] = {}
    for row in rows:
        for kind, key, version, fields in row.images or []:
            subject = subjects.setdefault((kind, key), Subject(models[kind], key, row.company_id))
            subject.add(version, fields)
    return list(subjects.values())


def _things(model: type[Any], keys: Collection[int]) -> dict[int, Any]:
    query = select(model).where(database.among(model.id, keys)).execution_options(**WITH_MERGED)
    return {row.id: row for row in db.session.scalars(query)} if keys else {}


def _new(subjects: Iterable[Subject], model: type[Base]) -> list[Subject]:
    return [subject for subject in subjects if subject.is_new and subject.model is model]


def _judge_fields(subject: Subject, row: Any, verdicts: Verdicts) -> None:
    if row.merge_id is not None:
        verdicts.kept[subject.company_id or 0].append(["merged", row.__tablename__])
        return
    values = {name: before for name, (before, after) in subject.fields.items() if getattr(row, name) == after}
    if values:
        verdicts.restoring.append((row, values))
    # Nobody is told anything about a person whose identity is protected.
    if not getattr(row, "is_protected", False):
        for name in subject.fields.keys() - values.keys():
            verdicts.kept[subject.company_id or 0].append(["field", row.__tablename__, name])


def _judge_people(subjects: list[Subject], people: dict[int, Person], verdicts: Verdicts) -> None:
    keys = [subject.key for subject in subjects]
    uses = pointing.uses_of(Person, keys)
    merged = pointing.merged_among(MergeKind.PERSON, keys)
    for subject in subjects:
        person = people[subject.key]
        if subject.key in merged:
            reason: Reason = ["merged", Person.__tablename__]
        elif person.version != subject.version:
            reason = ["edited", Person.__tablename__]
        elif uses.get(subject.key):
            reason = ["used", Person.__tablename__, dict(uses[subject.key])]
        else:
            verdicts.going[Person].add(subject.key)
            continue
        if not person.is_protected:
            verdicts.kept[person.company_id].append(reason)


def _judge_relations(subjects: list[Subject], relations: dict[int, Engagement], verdicts: Verdicts) -> None:
    companies = {subject.key: relations[subject.key].company_id for subject in subjects}
    of_company = pointing.uses_of(Company, companies.values())
    of_relation = pointing.uses_of(Engagement, companies)
    merged = pointing.merged_among(MergeKind.COMPANY, companies.values())
    populated = pointing.with_rows_of_ours(companies.values(), besides=verdicts.going)
    for subject in subjects:
        company_id = companies[subject.key]
        uses = {**of_company.get(company_id, {}), **of_relation.get(subject.key, {})}
        if company_id in merged or relations[subject.key].merge_id is not None:
            verdicts.kept[company_id].append(["merged", Engagement.__tablename__])
        elif uses:
            verdicts.kept[company_id].append(["used", Engagement.__tablename__, uses])
        elif relations[subject.key].version != subject.version:
            verdicts.kept[company_id].append(["edited", Engagement.__tablename__])
        elif company_id in populated:
            verdicts.kept[company_id].append(["populated", Engagement.__tablename__])
        else:
            verdicts.going[Engagement].add(subject.key)


def _judge_companies(subjects: list[Subject], companies: dict[int, Company], verdicts: Verdicts) -> None:
    keys = {subject.key for subject in subjects}
    relations = select(Engagement.company_id, Engagement.id).where(database.among(Engagement.company_id, keys))
    staying = {
        company_id
        for company_id, relation_id in db.session.execute(relations.execution_options(**WITH_MERGED))
        if relation_id not in verdicts.going[Engagement]
    }
    free = keys - staying - pointing.with_rows_of_ours(keys, besides=verdicts.going)
    used = pointing.used_by_anybody(free)
    for key in free:
        if key in used or companies[key].source != SOURCE:
            verdicts.kept[key].append(["shared", Company.__tablename__])
        else:
            verdicts.going[Company].add(key)


def _restore(row: Any, values: dict[str, Any], file_name: str, by: User) -> None:
    changed = audit.changes(row, values)
    for name, value in values.items():
        setattr(row, name, value)
    facts: dict[str, Any] = {"file": file_name, "is_undone": True}
    if isinstance(row, Person):
        audit.record(Action.PERSON_EDITED, row, by=by, fields=list(changed), **facts)
        return
    kept = {name: change for name, change in changed.items() if name in KEPT_IN_HISTORY}
    fields = [name for name in changed if name not in KEPT_IN_HISTORY]
    audit.record(Action.ENGAGEMENT_EDITED, row, by=by, changes=kept, fields=fields, **facts)


def _record_removed(verdicts: Verdicts, file_name: str, by: User) -> None:
    removed: dict[int, Counter[str]] = defaultdict(Counter)
    for model in _MODELS[:-1]:
        keys = verdicts.going[model]
        query = select(model.company_id).where(database.among(model.id, keys)).execution_options(**WITH_MERGED)
        for company_id in db.session.scalars(query) if keys else ():
            removed[company_id][model.__tablename__] += 1
    for company_id in verdicts.going[Company]:
        removed[company_id][Company.__tablename__] += 1
    companies = _things(Company, removed)
    for company_id, counts in removed.items():
        audit.record(Action.IMPORT_UNDONE, companies[company_id], by=by, file=file_name, removed=dict(counts))


def _remove(model: type[Any], keys: Collection[int]) -> None:
    chosen = database.among(model.id, keys)
    if model is Company:
        # Rows of lists that were only tried or changed nothing here still name the company.
        with access.every_organisation():
            named = update(ImportedRow).where(database.among(ImportedRow.company_id, keys))
            db.session.execute(named.values(company_id=None).execution_options(synchronize_session=False))
        pieces.forget(chosen)
    db.session.execute(delete(model).where(chosen).execution_options(synchronize_session=False))
    for row in list(db.session):
        if isinstance(row, model) and row.id in keys:
            db.session.expunge(row)
