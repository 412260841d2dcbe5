"""Tables of evaluations: the link of each company, and what those who took part answered, without any name."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker.access import Private
from broker.extensions import Base, Key, Versioned
from broker.needs.confirmations.models import CompanyLink


class Evaluation(CompanyLink, Private, Versioned, Base):
    """A link to the questions for those who came from one company, in the version that they are asked."""

    form_version: Mapped[str]
    open_until: Mapped[date]


class EvaluationAnswer(Private, Base):
    """What one person answered; the day is kept, but neither who nor when on that day."""

    evaluation_id: Mapped[int] = mapped_column(Key, ForeignKey("evaluation.id"), index=True)
    answers: Mapped[dict[str, Any]]
    received_on: Mapped[date]

    evaluation: Mapped[Evaluation] = relationship()
