"""What is asked after a training, as the dated form has it: whom, when, for how long, and which questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from broker.clock import add_months
from broker.needs.evaluations.models import FormKind
from broker.reference import queries as reference
from broker.reference.models import DocumentKind


@dataclass(frozen=True)
class AskedForm:
    """The questions of one kind in one version, and when they are asked."""

    kind: FormKind
    version: str
    rows: Sequence[Mapping[str, Any]]
    days_open: int
    fewest_to_show: int
    after_days: int
    after_months: int
    send_within_days: int
    remind_after_days: int

    def due_between(self, today: date) -> tuple[date, date]:
        """Give the first and last day of the event after which the form is sent today."""
        last = add_months(today, -self.after_months) - timedelta(days=self.after_days)
        return last - timedelta(days=self.send_within_days), last

    @property
    def text_ids(self) -> frozenset[str]:
        """Give the questions that are answered in words of one's own."""
        return frozenset(row["id"] for row in self.rows if row["kind"] == "text")


Forms = Mapping[FormKind, AskedForm]


def forms_on(today: date) -> Forms:
    """Give the forms that new links ask."""
    return _read(reference.get_document(DocumentKind.EVALUATION_FORM, on=today).content)


def forms_of(version: str) -> Forms:
    """Give the forms in the version that a link was made with; the first version had one form."""
    return _read(reference.get_document_version(DocumentKind.EVALUATION_FORM, version).content)


def reply_days(today: date) -> int:
    """Give how many days a provider has to reply to its scorecard."""
    return int(reference.get_document(DocumentKind.EVALUATION_FORM, on=today).content["reply_days_open"])


def _read(content: Mapping[str, Any]) -> Forms:
    first = {"id": FormKind.DIRECT.value, "after": {}, "send_within_days": 0, "remind_after_days": 0}
    forms = content.get("forms") or [first | {name: content[name] for name in ("days_open", "questions")}]
    fewest = content.get("fewest_to_show") or content["fewest_to_attribute"]
    return {FormKind(row["id"]): _form(row, content["version"], fewest) for row in forms}


def _form(row: Mapping[str, Any], version: str, fewest: int) -> AskedForm:
    return AskedForm(
        kind=FormKind(row["id"]),
        version=str(version),
        rows=row["questions"],
        days_open=row["days_open"],
        fewest_to_show=fewest,
        after_days=row["after"].get("days", 0),
        after_months=row["after"].get("months", 0),
        send_within_days=row["send_within_days"],
        remind_after_days=row["remind_after_days"],
    )
