"""Reads the versions of the application form, which projects use which, and words for questions that are gone."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from broker.esf.application import find_question
from broker.esf.models import Project
from broker.esf.queries import get_form, list_projects
from broker.extensions import db
from broker.reference import queries as reference
from broker.reference.models import DocumentKind, ReferenceDocument
from broker.reference.queries import words_of
from broker.sentences import Sentence


@dataclass(frozen=True)
class UsedForm:
    """One version of the form with our projects that use it."""

    document: ReferenceDocument
    sections: int
    questions: int
    projects: list[Project]


def get_current(today: date) -> ReferenceDocument:
    """Give the version of the form that is in force on a day."""
    return reference.get_document(DocumentKind.APPLICATION_FORM, on=today)


def list_used() -> list[UsedForm]:
    """List the versions of the form, the newest first, with our projects on each."""
    query = select(ReferenceDocument).where(ReferenceDocument.kind == DocumentKind.APPLICATION_FORM)
    newest_first = query.order_by(ReferenceDocument.valid_from.desc(), ReferenceDocument.id.desc())
    projects = list_projects()
    return [
        UsedForm(
            document=row,
            sections=len(row.content["sections"]),
            questions=sum(len(part["questions"]) for part in row.content["sections"]),
            projects=[project for project in projects if project.form_version == row.version],
        )
        for row in db.session.scalars(newest_first)
    ]


def list_running(today: date) -> list[Project]:
    """List the projects that have not ended, of whomever is in scope, with their answers, the oldest first."""
    query = select(Project).options(selectinload(Project.answers)).where(Project.ends_on >= today)
    return list(db.session.scalars(query.order_by(Project.id)))


def title_of_gone(question_id: str) -> Sentence:
    """Give the words of a question that a project's form no longer has, from the newest version that had it."""
    query = select(ReferenceDocument.version).where(ReferenceDocument.kind == DocumentKind.APPLICATION_FORM)
    for version in db.session.scalars(query.order_by(ReferenceDocument.id.desc())).all():
        question: dict[str, Any] | None = find_question(get_form(version), question_id)
        if question is not None:
            return words_of(question, "text")
    return Sentence(question_id)
