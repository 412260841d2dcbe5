"""What people do after a decision: record it, ask for changes, note deviations, and keep papers that prove things."""

from datetime import date
from typing import Any, BinaryIO

from flask_babel import gettext as _

from broker import audit, files
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import FieldRefusedError
from broker.esf.chain.models import Milestone
from broker.esf.grants.models import ChangeRequest, ChangeState, Deviation, Evidence, EvidenceKind, GrantDecision
from broker.esf.grants.queries import find_grant
from broker.esf.models import Project
from broker.esf.service import save_row
from broker.extensions import db
from broker.file_kinds import refuse_other_kinds

# What is decided of a change by then: a day for having asked, and one for the answer.
_ASKED = frozenset({ChangeState.ASKED, ChangeState.APPROVED, ChangeState.REFUSED})
_DECIDED = frozenset({ChangeState.APPROVED, ChangeState.REFUSED})


def save_grant(project: Project, values: dict[str, Any], *, by: User) -> GrantDecision:
    """Record what was decided, new or corrected; a project that has support has days and an amount.

    Raises FieldRefusedError where the values do not go together.
    """
    grant = find_grant(project) or GrantDecision(project_id=project.id)
    told = {name: values.get(name, getattr(grant, name)) for name in _GRANT_FIELDS}
    is_granted = GrantDecision(outcome=told["outcome"]).is_granted
    if is_granted:
        for name, sentence in (
            ("starts_on", _("Ange den första dagen enligt beslutet.")),
            ("ends_on", _("Ange den sista dagen enligt beslutet.")),
            ("support_kr", _("Ange det stöd som beviljades.")),
        ):
            if told[name] is None:
                raise FieldRefusedError(name, sentence)
        if told["ends_on"] <= told["starts_on"]:
            raise FieldRefusedError("ends_on", _("Ange en sista dag efter den första."))
        if told["total_cost_kr"] is not None and told["total_cost_kr"] < told["support_kr"]:
            raise FieldRefusedError("total_cost_kr", _("Ange en total kostnad som är minst så stor som stödet."))
    for name in ("agreement_on", "final_payment_on"):
        if told[name] is not None and told[name] < told["decided_on"]:
            raise FieldRefusedError(name, _("Ange en dag som inte är före beslutet."))
    save_row(project, grant, values, action=Action.GRANT_SAVED, by=by)
    return grant


def save_change(project: Project, change: ChangeRequest | None, values: dict[str, Any], *, by: User) -> ChangeRequest:
    """Save a change that needs a decision, new or old; one that was asked for or decided on has its days."""
    change = change or ChangeRequest(project_id=project.id)
    told = {name: values.get(name, getattr(change, name)) for name in ("state", "asked_on", "decided_on")}
    if told["state"] in _ASKED and told["asked_on"] is None:
        raise FieldRefusedError("asked_on", _("Ange vilken dag ändringen begärdes."))
    if told["state"] in _DECIDED and told["decided_on"] is None:
        raise FieldRefusedError("decided_on", _("Ange vilken dag beslutet kom."))
    if told["asked_on"] and told["decided_on"] and told["decided_on"] < told["asked_on"]:
        raise FieldRefusedError("decided_on", _("Ange en dag som inte är före begäran."))
    save_row(project, change, values, action=Action.CHANGE_SAVED, by=by, title=values.get("text") or change.text)
    return change


def save_deviation(project: Project, deviation: Deviation | None, values: dict[str, Any], *, by: User) -> Deviation:
    """Save a deviation, new or old; it is settled no earlier than it was noticed."""
    deviation = deviation or Deviation(project_id=project.id)
    noticed_on, settled_on = (values.get(name, getattr(deviation, name)) for name in ("noticed_on", "settled_on"))
    if settled_on is not None and settled_on < noticed_on:
        raise FieldRefusedError("settled_on", _("Ange en dag som inte är före den då avvikelsen märktes."))
    title = values.get("text") or deviation.text
    save_row(project, deviation, values, action=Action.DEVIATION_SAVED, by=by, title=title)
    return deviation


def add_evidence(
    project: Project,
    stream: BinaryIO,
    *,
    file_name: str,
    kind: EvidenceKind,
    title: str,
    month: date | None = None,
    milestone: Milestone | None = None,
    by: User,
) -> Evidence:
    """Keep a paper that proves something of the project; refuses all but documents and pictures."""
    refuse_other_kinds(stream, file_name)
    content_hash, size = files.store(stream)
    row = Evidence(
        project_id=project.id,
        kind=kind,
        title=title,
        month=month,
        milestone_id=milestone.id if milestone else None,
        content_hash=content_hash,
        file_name=files.safe_name(file_name),
        size=size,
        uploaded_by_id=by.id,
    )
    db.session.add(row)
    audit.record(Action.EVIDENCE_ADDED, project, by=by, title=title, kind=kind, file_name=row.file_name)
    return row


def remove_evidence(project: Project, evidence: Evidence, *, by: User) -> None:
    """Take a paper away that came here by mistake, also its file; the history tells which it was."""
    audit.record(
        Action.EVIDENCE_REMOVED,
        project,
        by=by,
        title=evidence.title,
        file_name=evidence.file_name,
        content_hash=evidence.content_hash,
    )
    db.session.delete(evidence)


def remove(project: Project, row: ChangeRequest | Deviation, *, by: User) -> None:
    """Take a change or a deviation away; the history keeps it."""
    action = Action.CHANGE_SAVED if isinstance(row, ChangeRequest) else Action.DEVIATION_SAVED
    row.is_active = False
    audit.record(action, project, by=by, removed=True, title=row.text)


_GRANT_FIELDS = (
    "outcome",
    "decided_on",
    "starts_on",
    "ends_on",
    "total_cost_kr",
    "support_kr",
    "agreement_on",
    "final_payment_on",
)
