"""How far an application has come: answered questions in each section of the form."""

from collections.abc import Collection
from dataclasses import dataclass

from broker.esf.known_answers import known_text
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

    Which questions people have said are done is told by their ids, where it is of use; what the project itself answers
    asks nobody for a word.
    """
    written_by_people = {answer.question_id for answer in project.answers if answer.text}
    rows = []
    for section in get_form(project.form_version)["sections"]:
        required = [question["id"] for question in section["questions"] if question["required"]]
        known = {name for name in required if name not in written_by_people and known_text(project, name)}
        answered, finished = (sum(name in known | {*ids} for name in required) for ids in (written_by_people, done))
        rows.append(SectionProgress(section["id"], text_of(section, "title"), answered, finished, len(required)))
    return rows
