"""What people do with a list of offerings: take it in, try it, store it; the same list again changes nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from broker import audit, files, jobs
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.companies.imports.cells import CellError
from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.inspection import keep_list
from broker.errors import RefusedError
from broker.extensions import db
from broker.jobs import Job, Progress
from broker.providers import queries, service
from broker.providers.importing.columns import FIELD_TITLES, read_topic
from broker.providers.importing.reading import Row, read_list
from broker.providers.models import Language, Level, Mode, Offering, Provider
from broker.sentences import N_, Sentence
from broker.swedish import search_key

JOB = "import_offerings"
# What a new training is when the list says nothing else; the page of the upload says so.
DEFAULTS: Mapping[str, Any] = {
    "levels": [Level.BASIC.value],
    "modes": [Mode.ON_SITE.value],
    "languages": [Language.SWEDISH.value],
    "reach_km": 0,
    "fixed_price_ore": 0,
    "price_per_participant_ore": 0,
}
_NEEDED = ("topic_id", "municipality_code", "capacity", "hours")
_PRICES = {"fixed_price_ore", "price_per_participant_ore"}


class Outcome(StrEnum):
    """How a row of a list ends."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Judged:
    """A row with how it ends: what it is to be, or what to do about it."""

    row: Row
    outcome: Outcome
    told: Sequence[Sentence] = ()
    column: str | None = None
    offering: Offering | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def as_facts(self) -> list[Any]:
        """Give the row as plain data for the page of the job."""
        told = [sentence.as_stored() for sentence in self.told]
        return [self.row.number, self.row.title, self.outcome.value, self.column, told]


def take_in(provider: Provider, stream: BinaryIO, *, file_name: str, media_type: str, by: User) -> Job:
    """Keep a list for a week and add the job that tries it; refuses at once what its first bytes show to be no list."""
    upload = keep_list(stream, file_name=file_name, media_type=media_type, by=by)
    return _add(provider, upload.id, upload.file_name, is_dry_run=True, by=by)


def store_list(tried: Job, *, by: User) -> Job:
    """Add the job that stores what has been tried."""
    provider = queries.get_provider(tried.arguments["provider_id"])
    upload = files.get_attachment(tried.arguments["attachment_id"])
    return _add(provider, upload.id, upload.file_name, is_dry_run=False, by=by)


@jobs.handles(JOB, Permission.VET, "offering_lists.result")
def import_offerings(
    progress: Progress, owner_id: int, *, provider_id: int, attachment_id: int, is_dry_run: bool
) -> dict[str, Any]:
    """Judge every row, and store those that can be used unless they are only tried; what is no list is not kept."""
    upload = files.get_attachment(attachment_id)
    try:
        found = read_list(files.path_of(upload.content_hash), upload.file_name)
    except UnreadableFileError as error:
        db.session.rollback()
        files.forget_upload(attachment_id)
        raise RefusedError(Sentence.of(error)) from error
    owner = db.session.get_one(User, owner_id)
    if is_dry_run:
        files.record_upload(upload, accounts.get_organisation(upload.organisation_id), by=owner)
    else:
        _lock(provider_id)
    provider = queries.get_provider(provider_id)
    judged = judge(provider, found.rows, {name: heading for heading, name in found.mapping.items()})
    progress(len(judged), len(judged))
    if not is_dry_run:
        _store(provider, judged, by=owner)
    return {
        "counts": Counter(row.outcome.value for row in judged),
        "rows": [row.as_facts() for row in judged],
        "columns": [[heading, FIELD_TITLES[name]] for heading, name in found.mapping.items()],
        "unknown": found.unknown,
    }


def judge(provider: Provider, rows: Sequence[Row], columns: Mapping[str, str]) -> list[Judged]:
    """Say of each row how it ends beside what the provider gives already; `columns` are the headings by field."""
    known: dict[str, list[Offering]] = {}
    for offering in provider.offerings:
        known.setdefault(search_key(offering.title), []).append(offering)
    first: dict[str, int] = {}
    judged = []
    for row in rows:
        key = search_key(row.title)
        if row.problem is not None:
            judged.append(Judged(row, Outcome.REFUSED, [row.problem], row.column))
        elif key in first:
            told = Sentence(N_("Samma namn som på rad %(row)s. Ge utbildningarna olika namn."), {"row": first[key]})
            judged.append(Judged(row, Outcome.REFUSED, [told], columns["title"]))
        else:
            first[key] = row.number
            judged.append(_judge(provider, row, known.get(key, []), columns))
    return judged


def _judge(provider: Provider, row: Row, known: Sequence[Offering], columns: Mapping[str, str]) -> Judged:
    if len(known) > 1:
        told = Sentence(N_("Anordnaren har flera utbildningar med det namnet. Ändra dem på sidan i stället."))
        return Judged(row, Outcome.REFUSED, [told], columns["title"])
    offering = known[0] if known else None
    values = dict(row.values)
    if offering is None:
        values = {**DEFAULTS, "municipality_code": provider.municipality_code, **values}
        if "topic_id" not in values:
            try:
                values["topic_id"] = read_topic(row.title)
            except CellError as error:
                return Judged(row, Outcome.REFUSED, [Sentence.of(error)], columns.get("topic_id", columns["title"]))
        if problem := _find_missing(values, row.values, columns):
            return problem_of(row, *problem)
    if problem := _find_contradiction(offering, values, columns):
        return problem_of(row, *problem)
    if offering is None:
        return Judged(row, Outcome.NEW, values=values)
    changed = audit.changes(offering, values)
    # A name that is written alike but for capitals is the same.
    names = [Sentence(FIELD_TITLES[name]) for name in changed if name != "title"]
    values = {name: values[name] for name in changed if name != "title"}
    outcome = Outcome.CHANGED if names else Outcome.UNCHANGED
    return Judged(row, outcome, names, offering=offering, values=values)


def problem_of(row: Row, column: str | None, told: Sentence) -> Judged:
    """Give a row that cannot be used, with what to do about it."""
    return Judged(row, Outcome.REFUSED, [told], column)


def _find_missing(
    values: Mapping[str, Any], written: Mapping[str, Any], columns: Mapping[str, str]
) -> tuple[str | None, Sentence] | None:
    for name in _NEEDED:
        if not values.get(name):
            text = N_("Uppgiften saknas: %(field)s. Fyll i den och läs in filen igen.")
            return columns.get(name), Sentence(text, {"field": Sentence(FIELD_TITLES[name])})
    if not _PRICES & written.keys():
        return None, Sentence(N_("Priset saknas. Fyll i pris per grupp, per deltagare eller båda; 0 om den är gratis."))
    return None


def _find_contradiction(
    offering: Offering | None, values: Mapping[str, Any], columns: Mapping[str, str]
) -> tuple[str | None, Sentence] | None:
    def of(name: str) -> Any:
        return values.get(name, getattr(offering, name, None))

    if (of("smallest_group") or 1) > of("capacity"):
        return columns.get("capacity"), Sentence(N_("Ange minst lika många som i den minsta gruppen."))
    if of("valid_from") and of("valid_to") and of("valid_to") < of("valid_from"):
        return columns.get("valid_to"), Sentence(N_("Ange en dag som inte ligger före den första."))
    if of("renewal_years") and not of("certificate"):
        told = Sentence(N_("Ange också vilket intyg det gäller, eller lämna fältet tomt."))
        return columns.get("renewal_years"), told
    return None


def _store(provider: Provider, judged: Sequence[Judged], *, by: User) -> None:
    for row in judged:
        if row.outcome is Outcome.NEW:
            service.add_offering(provider, **row.values, by=by)
        elif row.outcome is Outcome.CHANGED and row.offering is not None:
            service.edit_offering(row.offering, **row.values, by=by)


def _lock(provider_id: int) -> None:
    # Two lists at once would each add what the other one adds.
    query = select(Provider).options(lazyload("*")).where(Provider.id == provider_id).with_for_update(of=Provider)
    db.session.scalars(query).one_or_none()


def _add(provider: Provider, attachment_id: int, file_name: str, *, is_dry_run: bool, by: User) -> Job:
    text = N_("Provläsning av %(file)s") if is_dry_run else N_("Inläsning av %(file)s")
    arguments = {"provider_id": provider.id, "attachment_id": attachment_id, "is_dry_run": is_dry_run}
    return jobs.add_job(JOB, Sentence(text, {"file": file_name}), arguments, by=by)
