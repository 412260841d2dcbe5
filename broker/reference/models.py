"""Dated rules and forms that are data: each version of a document with its source."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from broker import clock
from broker.extensions import Base


class DocumentKind(StrEnum):
    """The rules and forms that are kept by version."""

    THRESHOLDS = "procurement_thresholds"
    WORKFLOW = "procurement_workflow"
    VETTING = "provider_vetting"
    VETTING_RULES = "vetting_rules"
    APPLICATION_FORM = "esf_application_form"
    COHORT_RULES = "cohort_rules"
    LEAD_RULES = "lead_rules"
    TIP_RULES = "tip_rules"
    INQUIRY_RULES = "inquiry_rules"
    EVALUATION_FORM = "evaluation_form"
    TRACE_RULES = "trace_rules"
    JOINT_RULES = "joint_rules"
    MERGE_RULES = "merge_rules"
    REGISTER_SERVICE = "register_service"
    INCOMING_RULES = "incoming_rules"
    IMPORT_RULES = "import_rules"
    PACKING_RULES = "packing_rules"
    ASKING_RULES = "asking_rules"
    FRAMEWORK_RULES = "framework_rules"
    COMMITMENT_RULES = "commitment_rules"
    WRITING_RULES = "writing_rules"
    CALL_RULES = "call_rules"
    GRANT_RULES = "grant_rules"
    STATE_AID_RULES = "state_aid_rules"
    RETENTION_RULES = "retention_rules"


class ReferenceDocument(Base):
    """One version of a rule or form; never edited, only followed by a newer one.

    It may get English words for what it says in Swedish, and counts as loaded when it got them.
    """

    __table_args__ = (UniqueConstraint("kind", "version"),)

    kind: Mapped[DocumentKind]
    version: Mapped[str]
    valid_from: Mapped[date]
    source: Mapped[str]
    content: Mapped[dict[str, Any]]
    loaded_at: Mapped[datetime] = mapped_column(default=clock.now)
