"""How far an application has come: answered questions in each section of the form."""

from collections.abc import Collection
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
    done: int
    total: int

    @property
    def is_answered(self) -> bool:
        """Tell whether every question is answered."""
        return self.answered == self.total

    @property
    def is_done(self) -> bool:
        """Tell whether somebody has said of every question that it is done."""
        return self.done == self.total


def section_progress(project: Project, done: Collection[str] = ()) -> list[SectionProgress]:
    """Give every section of the project's form with its progress; only required questions count.

    Which questions people have said are done is told by their ids, where it is of use.
    """
    answered = {answer.question_id for answer in project.answers if answer.text}
    rows = []
    for section in get_form(project.form_version)["sections"]:
        required = [question["id"] for question in section["questions"] if question["required"]]
        written, finished = (sum(question_id in ids for question_id in required) for ids in (answered, done))
        rows.append(SectionProgress(section["id"], text_of(section, "title"), written, finished, len(required)))
    return rows
