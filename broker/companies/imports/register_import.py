"""A national register file in the database: rows compared as plain values, set aside, then stored all at once."""

from types import TracebackType
from typing import Any

from filelock import Timeout

from broker import clock, database, files
from broker.companies import lookups
from broker.companies.identity import identity_hash
from broker.companies.imports import staging
from broker.companies.imports.formats import FileFormat
from broker.companies.imports.plan import READING, SOURCES, ImportPlan, ImportResult, Tell
from broker.companies.imports.rows import CompanyRow, SkipReason, portions
from broker.companies.watch import service as watch
from broker.companies.watch.models import WatchedFact
from broker.errors import RefusedError
from broker.extensions import db
from broker.reference import queries as reference
from broker.sentences import N_, Sentence
from broker.swedish import company_key, sort_key

_CHUNK = 5_000
FACTS = (
    "name", "municipality_code", "legal_form", "registered_on", "deregistered_on", "deregistration_reason",
    "proceedings", "description", "street", "postcode", "post_town", "country", "industry_codes", "industry_edition",
    "no_advertising", "is_active",
)  # fmt: skip
_MOVING = frozenset(("name", "municipality_code"))
# Bolagsverket keeps names, forms and addresses, and knows when a company is registered again; SCB adds industries
# and marks, and fills gaps.
_SCB_FACTS = frozenset(("industry_codes", "industry_edition", "no_advertising", "is_active"))
_ENDING_FACTS = frozenset(("deregistered_on", "deregistration_reason"))
_BOTH = N_("Bolagsverket och SCB")
_BOLAGSVERKET = SOURCES[FileFormat.BOLAGSVERKET]


class RegisterImport:
    """The import of one register file; only one runs at a time in an installation."""

    def __init__(self, plan: ImportPlan) -> None:
        self._plan = plan
        self._source = SOURCES[plan.file_format]
        self._today = clock.today()
        self._lock = files.lock("register")
        self._result = ImportResult()
        self._known_until = 0
        self._is_handed_over = False

    def __enter__(self) -> "RegisterImport":
        """Begin with nothing set aside, or refuse while another register is read."""
        if self._plan.is_dry_run:
            return self
        try:
            self._lock.acquire(blocking=False)
        except Timeout as error:
            raise RefusedError(
                Sentence(N_("En annan registerfil läses in just nu. Vänta tills den är klar och starta om importen."))
            ) from error
        self._set_aside_nothing()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Forget what was set aside unless it is stored, and let the next one in."""
        if self._plan.is_dry_run:
            return
        try:
            if error or not self._is_handed_over:
                self._set_aside_nothing()
        finally:
            self._lock.release()

    def judge(self, tell: Tell) -> ImportResult:
        """Compare every row with what is known, and set aside what is news, in many short transactions."""
        self._known_until = staging.last_company()
        later: list[CompanyRow] = []
        for chunk in self._plan.chunks(_CHUNK):
            rows = self._result.usable_of(chunk)
            for outcome in self._judge([row for row in rows if not row.replaces_earlier]):
                self._result.count(outcome)
            later += (row for row in rows if row.replaces_earlier)
            tell(self._result.rows, 0, READING)
        for rows in portions(later, _CHUNK):
            self._judge_again(rows)
        return self._result

    def store(self) -> ImportResult:
        """Store what was set aside, in the running transaction."""
        self._note_changes()
        staging.store(known_until=self._known_until)
        self._is_handed_over = True
        self._result.is_stored = True
        return self._result

    def _note_changes(self) -> None:
        registers = SOURCES.values()
        names = [*(fact.value for fact in WatchedFact), "identity_hash"]
        pairs = (
            (company_id, before, after, any(register in source for register in registers))
            for company_id, before, after, source in staging.differences(names)
        )
        watch.note_changes(pairs, source=self._source)

    def _judge(self, rows: list[CompanyRow]) -> list[str]:
        numbers = [row.number.digits for row in rows if not row.number.is_personal]
        hashes = {row.number.digits: identity_hash(row.number) for row in rows if row.number.is_personal}
        with database.writing(False):
            known = lookups.facts_by_number(numbers, FACTS) | lookups.facts_by_identity(list(hashes.values()), FACTS)
            db.session.rollback()
        outcomes: list[str] = []
        news: list[dict[str, Any]] = []
        for row in rows:
            hashed = hashes.get(row.number.digits)
            found = known.get(hashed or row.number.digits)
            staged = self._changed(row, found) if found else self._new(row)
            outcomes.append("unchanged" if staged is None else "changed" if found else "new")
            if staged is not None:
                staged["organisation_number"] = None if hashed else row.number.digits
                news.append(staged | {"identity_hash": hashed, "source_date": self._today})
        self._set_aside(news)
        return outcomes

    def _judge_again(self, rows: list[CompanyRow]) -> None:
        # The last row of a number is what the register says; the earlier one, already counted, is history.
        if self._is_setting_aside():
            with database.writing():
                staging.forget(
                    [row.number.digits for row in rows if not row.number.is_personal],
                    [identity_hash(row.number) for row in rows if row.number.is_personal],
                )
                db.session.commit()
        for outcome in self._judge(rows):
            self._result.skipped[SkipReason.OTHER_BUSINESS.value] += 1
            if outcome == "unchanged":
                self._result.changed -= 1
                self._result.unchanged += 1

    def _new(self, row: CompanyRow) -> dict[str, Any]:
        values = dict(zip(FACTS, _told(row), strict=True))
        name = values["name"] = row.shown_name
        keys = {"name_key": company_key(name), "sort_key": sort_key(name)}
        return values | keys | {"company_id": None, "is_moved": True, "source": self._source}

    def _changed(self, row: CompanyRow, found: tuple[Any, ...]) -> dict[str, Any] | None:
        company_id, source, *known = found
        changes = {
            name: told
            for name, told, value in zip(FACTS, _told(row), known, strict=True)
            if told != value and self._may_tell(name, told, value, source)
        }
        if row.name_is_fallback and known[0]:
            changes.pop("name", None)
        if not changes:
            return None
        values = dict(zip(FACTS, known, strict=True)) | changes
        is_moved = not _MOVING.isdisjoint(changes)
        name = values["name"] if is_moved else ""
        keys = {"name_key": company_key(name), "sort_key": sort_key(name)}
        return (
            values
            | keys
            | {
                "company_id": company_id,
                "is_moved": is_moved,
                "source": _both_sources(source, self._source),
            }
        )

    def _may_tell(self, name: str, told: Any, value: Any, source: str) -> bool:
        if self._source == _BOLAGSVERKET:
            return told is not None or name in _ENDING_FACTS
        return told is not None and (value is None or name in _SCB_FACTS or _BOLAGSVERKET not in source)

    def _is_setting_aside(self) -> bool:
        return not self._plan.is_dry_run and (self._plan.skip_refused or not self._result.refused)

    def _set_aside(self, news: list[dict[str, Any]]) -> None:
        if news and self._is_setting_aside():
            with database.writing():
                staging.add(news)
                db.session.commit()

    def _set_aside_nothing(self) -> None:
        db.session.rollback()
        with database.writing():
            staging.clear()
            db.session.commit()


def _told(row: CompanyRow) -> tuple[Any, ...]:
    proceedings = None
    if row.proceedings is not None:
        proceedings = [f"{code} {day.isoformat() if day else ''}".strip() for code, day in row.proceedings]
    return (
        row.name, reference.municipality_of_town(row.post_town), row.legal_form, row.registered_on,
        row.deregistered_on, row.deregistration_reason, proceedings, row.description, row.street, row.postcode,
        row.post_town, row.country, None if row.sni_codes is None else list(row.sni_codes), row.sni_edition,
        row.no_advertising, row.is_active,
    )  # fmt: skip


def _both_sources(known: str, told: str) -> str:
    if not any(register in known for register in SOURCES.values()):
        return told
    return _BOTH if all(register in known or register == told for register in SOURCES.values()) else told
