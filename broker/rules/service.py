"""What operators do about rules and forms: try a new version, and add it from a day on."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml
from flask_babel import gettext as _

from broker import audit, clock
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.esf.aid_rules import list_faults as faults_of_aid
from broker.esf.form_versions import checking as checking_form
from broker.extensions import db
from broker.procurement import checking
from broker.procurement import queries as procurement
from broker.procurement.thresholds import list_faults as faults_of_thresholds
from broker.reference import queries as reference
from broker.reference.models import DocumentKind, ReferenceDocument
from broker.rules import queries, shapes
from broker.rules.differences import without_version

LARGEST_FILE = 400_000
# A file of references to references grows without end when it is unfolded.
_MOST_PARTS = 200_000
_MOST_FAULTS = 20


class FaultyError(RefusedError):
    """A version that cannot be followed, with everything that is wrong with it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


def decode(content: bytes) -> str:
    """Give the text of a file; refuses another encoding than UTF-8, in which åäö would be lost."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FaultyError(
            [_("Filen är inte sparad som UTF-8, så åäö går förlorade. Spara om den som UTF-8.")]
        ) from error


def read(kind: DocumentKind, text: str) -> dict[str, Any]:
    """Give what a YAML text holds, in the shape that is stored; refuses with everything that is wrong with it."""
    if len(text) > LARGEST_FILE:
        raise FaultyError([_("Filen är för stor. Reglerna är text på högst 400 000 tecken.")])
    try:
        content = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise FaultyError([_("Filen är inte YAML. Rätta den här raden: %(where)s.", where=_place(error))]) from error
    if not _is_small(content):
        raise FaultyError([_("Filen växer utan gräns när den läses. Ta bort hänvisningarna i den.")])
    # YAML gives dates; a document is stored as JSON, where a day is its text.
    plain = json.loads(json.dumps(content, default=str, ensure_ascii=False))
    if isinstance(plain, list):
        plain = {"rows": plain}
    faults = list(shapes.list_faults(without_version(queries.get_newest(kind).content), plain)) or _faults_of(
        kind, plain
    )
    if faults:
        raise FaultyError(faults[:_MOST_FAULTS])
    return dict(plain)


def add_version(
    kind: DocumentKind, content: Mapping[str, Any], *, valid_from: date, source: str, by: User
) -> ReferenceDocument:
    """Add a version that counts from a day on; refuses a day before today, since what was decided must stay so."""
    if valid_from < clock.today():
        raise RefusedError(
            _("Välj i dag eller en senare dag. Det som redan är beslutat följer de regler som gällde då.")
        )
    newest = queries.get_newest(kind)
    if without_version(newest.content) == without_version(content):
        raise RefusedError(
            _("Filen säger samma sak som version %(version)s. Ändra något först.", version=newest.version)
        )
    version = queries.next_version(kind)
    document = ReferenceDocument(
        kind=kind,
        version=version,
        valid_from=valid_from,
        source=source,
        content=without_version(content) | {"version": version, "valid_from": valid_from.isoformat(), "source": source},
    )
    db.session.add(document)
    db.session.flush()
    audit.record(Action.RULES_ADDED, document, by=by, kind=kind, version=version, valid_from=valid_from, source=source)
    return document


def to_yaml(document: ReferenceDocument) -> str:
    """Give a version as YAML, to be changed and read in again."""
    return yaml.dump(document.content, allow_unicode=True, sort_keys=False, width=120)


def _faults_of(kind: DocumentKind, content: Mapping[str, Any]) -> list[str]:
    if kind is DocumentKind.THRESHOLDS:
        return faults_of_thresholds(content)
    if kind is DocumentKind.WORKFLOW:
        return checking.list_faults(content, procurement.thresholds(clock.today()))
    if kind is DocumentKind.APPLICATION_FORM:
        return checking_form.list_faults(content)
    if kind is DocumentKind.STATE_AID_RULES:
        return faults_of_aid(content)
    if kind is DocumentKind.VETTING:
        return _faults_of_vetting(content)
    return []


def _faults_of_vetting(content: Mapping[str, Any]) -> list[str]:
    groups, ids = {row["id"] for row in content["groups"]}, [row["id"] for row in content["items"]]
    faults = [
        _("Punkten ”%(id)s” står två gånger.", id=name)
        for name in sorted({name for name in ids if ids.count(name) > 1})
    ]
    for row in content["items"]:
        if row["group"] not in groups:
            faults.append(_("Punkten ”%(id)s” hör till en grupp som inte finns.", id=row["id"]))
        if not reference.text_of(row):
            faults.append(_("Punkten ”%(id)s” saknar namn.", id=row["id"]))
    return faults


def _is_small(content: Any) -> bool:
    left, waiting = _MOST_PARTS, [content]
    while waiting and left:
        part = waiting.pop()
        left -= 1
        if isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    return not waiting


def _place(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"{mark.line + 1}" if mark else str(error)
