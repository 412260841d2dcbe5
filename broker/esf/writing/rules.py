"""The dated rules of writing together: how long somebody has the pen, and which saves are one version."""

from dataclasses import dataclass
from datetime import date, timedelta

from broker.reference import queries as reference
from broker.reference.models import DocumentKind


@dataclass(frozen=True)
class WritingRules:
    """One version of the rules."""

    pen_free_after: timedelta
    seen_for: timedelta
    tell_every_seconds: int
    sitting: timedelta
    autosave_after_seconds: int


def writing_rules(today: date) -> WritingRules:
    """Give the rules that are valid on a day."""
    content = reference.get_document(DocumentKind.WRITING_RULES, on=today).content
    pen, saving = content["pen"], content["saving"]
    return WritingRules(
        pen_free_after=timedelta(minutes=pen["free_after_minutes"]),
        seen_for=timedelta(seconds=pen["seen_for_seconds"]),
        tell_every_seconds=pen["tell_every_seconds"],
        sitting=timedelta(minutes=saving["sitting_minutes"]),
        autosave_after_seconds=saving["autosave_after_seconds"],
    )
