"""How far an application has come: answered questions in each section of the form."""

from dataclasses import dataclass

from broker.esf.models import Project
from broker.esf.queries import get_form
from broker.reference.queries import text_of


@dataclass(frozen=True)
class SectionProgress:
    """One section with how many of its questions are answered."""

    id: str
    title: str
    answered: int
    total: int

    @property
    def is_done(self) -> bool:
        """Tell whether every question is answered."""
        return self.answered == self.total


def section_progress(project: Project) -> list[SectionProgress]:
    """Give every section of the project's form with its progress; only required questions count."""
    answered = {answer.question_id for answer in project.answers if answer.text}
    rows = []
    for section in get_form(project.form_version)["sections"]:
        required = [question["id"] for question in section["questions"] if question["required"]]
        done = sum(question_id in answered for question_id in required)
        rows.append(SectionProgress(section["id"], text_of(section, "title"), done, len(required)))
    return rows
