"""Tables of evaluations: the link of each company, answers without any name, texts, and scores of trainings."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker.access import Private
from broker.extensions import Base, Key, Versioned
from broker.needs.confirmations.models import CompanyLink
from broker.needs.models import Cohort
from broker.providers.models import Provider


class FormKind(StrEnum):
    """Who is asked after a training, and when."""

    DIRECT = "direct"
    LATER = "later"
    COMPANY = "company"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _FORM_LABELS[self]

    @property
    def is_by_company(self) -> bool:
        """Tell whether the company answers itself, so that the answer is not anonymous."""
        return self is FormKind.COMPANY


_FORM_LABELS = {
    FormKind.DIRECT: _l("Deltagarna, direkt efter"),
    FormKind.LATER: _l("Deltagarna, tre månader efter"),
    FormKind.COMPANY: _l("Företagen, tre månader efter"),
}


class ScoreLevel(StrEnum):
    """What a training is judged by: Kirkpatrick's four levels."""

    REACTION = "reaction"
    LEARNING = "learning"
    BEHAVIOUR = "behaviour"
    RESULT = "result"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _LEVEL_LABELS[self]


_LEVEL_LABELS = {
    ScoreLevel.REACTION: _l("Omdöme"),
    ScoreLevel.LEARNING: _l("Lärande"),
    ScoreLevel.BEHAVIOUR: _l("Nytt arbetssätt"),
    ScoreLevel.RESULT: _l("Resultat i företaget"),
}


class TextState(StrEnum):
    """Where a free text stands: held back, waiting for a moderator, shown, or not to be shown."""

    HELD = "held"
    WAITING = "waiting"
    RELEASED = "released"
    WITHHELD = "withheld"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    TextState.HELD: _l("Hålls inne"),
    TextState.WAITING: _l("Väntar på att läsas"),
    TextState.RELEASED: _l("Visas"),
    TextState.WITHHELD: _l("Visas inte"),
}


class Evaluation(CompanyLink, Private, Versioned, Base):
    """A link to the questions of one kind for one company, in the version that they are asked.

    `closed_on` is when it took its last answer, or when its time was found to be over; it is never opened again.
    """

    kind: Mapped[FormKind] = mapped_column(default=FormKind.DIRECT)
    form_version: Mapped[str]
    open_until: Mapped[date]
    closed_on: Mapped[date | None]


class EvaluationAnswer(Private, Base):
    """What one person answered in figures; the day is kept, but neither who nor when on that day."""

    evaluation_id: Mapped[int] = mapped_column(Key, ForeignKey("evaluation.id"), index=True)
    answers: Mapped[dict[str, Any]]
    received_on: Mapped[date]

    evaluation: Mapped[Evaluation] = relationship()


class ModeratedText:
    """A text of somebody without an account, which nobody else sees before a moderator has shown it.

    `shown` is the text with what points out a person struck out.
    """

    text: Mapped[str | None]
    shown: Mapped[str | None]
    state: Mapped[TextState]
    received_on: Mapped[date | None]
    moderated_by: Mapped[str | None]
    moderated_at: Mapped[datetime | None]


class EvaluationText(ModeratedText, Private, Versioned, Base):
    """A free text of an answer, kept apart from its figures so that the two say nothing about each other."""

    __table_args__ = (Index("ix_evaluation_text_state", "organisation_id", "state"),)

    evaluation_id: Mapped[int] = mapped_column(Key, ForeignKey("evaluation.id"), index=True)
    question_id: Mapped[str]

    evaluation: Mapped[Evaluation] = relationship()


class TrainingScore(Private, Base):
    """How one training was judged at one level, written once when the form is closed; `counts` is of 1 to 5.

    `reopened_on` is when it opened the vetting of its provider anew, so that it does so once.
    """

    __table_args__ = (UniqueConstraint("cohort_id", "level", "is_by_company"),)

    cohort_id: Mapped[int] = mapped_column(Key, ForeignKey("cohort.id"))
    provider_id: Mapped[int | None] = mapped_column(Key, ForeignKey("provider.id"), index=True)
    level: Mapped[ScoreLevel]
    is_by_company: Mapped[bool]
    taught_on: Mapped[date]
    settled_on: Mapped[date]
    counts: Mapped[list[int]] = mapped_column(JSON)
    answers: Mapped[int]
    total: Mapped[int]
    reopened_on: Mapped[date | None]

    cohort: Mapped[Cohort] = relationship()
    provider: Mapped[Provider | None] = relationship()

    @property
    def topic_id(self) -> str:
        """Give what was taught, as the organisation calls it now."""
        return self.cohort.topic_id

    @property
    def mean(self) -> Decimal:
        """Give the mean of the answers."""
        return Decimal(self.total) / self.answers
