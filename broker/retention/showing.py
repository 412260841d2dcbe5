"""How records are pointed out before they are destroyed: what each is, and its page."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from broker.access import Permission, can
from broker.retention.models import RecordKind


def title_of(kind: RecordKind, row: Any) -> str:
    """Give what a record is, in words; somebody with a protected identity is never named."""
    return _TITLES[kind](row)


def url_of(kind: RecordKind, row: Any) -> str | None:
    """Give the page where a record can be read, or nothing where there is none that the person may open."""
    if kind in _BY_VETTERS and not can(Permission.VET):
        return None
    if kind in _PAGES:
        endpoint, parameter = _PAGES[kind]
        return url_for(endpoint, **{parameter: row.id})
    return url_for("companies.show", company_id=row.company_id) if row.company_id else None


def _company(row: Any) -> str:
    return str(row.company.name)


_TITLES: Mapping[RecordKind, Callable[[Any], str]] = MappingProxyType(
    {
        RecordKind.CONTACTS: lambda row: f"{row.kind.label}, {row.company.name}",
        RecordKind.TASKS: lambda row: f"{row.title}, {row.company.name}" if row.company else row.title,
        RecordKind.PEOPLE: lambda row: _("Person med skyddad identitet") if row.is_protected else row.name,
        RecordKind.RELATIONS: _company,
        RecordKind.SENT_LEADS: _company,
        RecordKind.RECEIVED_LEADS: _company,
        RecordKind.TIPS: lambda row: row.company_name,
        RecordKind.NEEDS: lambda row: f"{row.topic_label}, {row.company.name}",
        RecordKind.ANALYSES: _company,
        RecordKind.ANSWERS: lambda row: row.company_name,
        RecordKind.APPLICATIONS: lambda row: row.name,
        RecordKind.CONFIRMATIONS: _company,
        RecordKind.EVALUATION_TEXTS: lambda row: _("Text %(number)s", number=row.id),
        RecordKind.SCORE_REPLIES: lambda row: row.provider.name,
    }
)
# Other kinds are seen on the page of their company.
_PAGES = MappingProxyType(
    {
        RecordKind.CONTACTS: ("companies.show_interaction", "interaction_id"),
        RecordKind.SENT_LEADS: ("leads.show", "lead_id"),
        RecordKind.RECEIVED_LEADS: ("leads.show_received", "received_id"),
        RecordKind.TIPS: ("tips.show", "tip_id"),
        RecordKind.NEEDS: ("needs.show", "need_id"),
        RecordKind.ANALYSES: ("analyses.show", "analysis_id"),
        RecordKind.ANSWERS: ("inquiries.show_answer", "answer_id"),
        RecordKind.APPLICATIONS: ("applications.show", "application_id"),
        RecordKind.EVALUATION_TEXTS: ("scores.moderate_text", "score_text_id"),
        RecordKind.SCORE_REPLIES: ("scores.moderate_reply", "score_reply_id"),
    }
)
_BY_VETTERS = (RecordKind.EVALUATION_TEXTS, RecordKind.SCORE_REPLIES)
