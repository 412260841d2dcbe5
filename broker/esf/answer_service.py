"""The answers to the form's questions: first texts from the data, and what people write."""

import re
from typing import Any

from broker.accounts.models import User
from broker.errors import NotFoundError
from broker.esf import queries
from broker.esf.application import find_question
from broker.esf.drafts import writers
from broker.esf.drafts.draft import Draft
from broker.esf.models import Answer, Project
from broker.esf.writing import service as writing
from broker.formatting import in_swedish

_FOOTNOTE = re.compile(r"\[(\d+)\]")


def suggest_text(project: Project, question_id: str) -> Draft:
    """Give a first text with footnotes to the rows, or raise NotFoundError for no such question."""
    if find_question(queries.get_form(project.form_version), question_id) is None:
        raise NotFoundError
    # An application is in Swedish, whatever language its writer reads pages in.
    with in_swedish():
        return writers.write(queries.load_applications([project])[0], question_id)


def save_answer(
    project: Project,
    question_id: str,
    *,
    text: str | None,
    sources: list[dict[str, Any]] | None = None,
    fetched: str | None = None,
    is_autosaved: bool = False,
    by: User,
) -> Answer:
    """Save the answer to a question of the project's form, or raise NotFoundError for no such question.

    One that was built on a first text from the data carries it, so that it can be told when the data change.
    """
    values: dict[str, Any] = {"text": text}
    if sources is not None:
        values["sources"] = writing.cited(text, sources)
    answer = writing.write_answer(project, question_id, values, is_autosaved=is_autosaved, by=by)
    if fetched:
        writing.remember_fetched(project, question_id, fetched)
    return answer


def merge_texts(own: str, own_sources: list[dict[str, Any]], draft: Draft) -> tuple[str, list[dict[str, Any]]]:
    """Put a first text after what somebody has written himself, with footnotes that do not collide."""
    if not own or not draft.text:
        return own or draft.text, own_sources if own else draft.sources
    offset = max((source["number"] for source in own_sources), default=0)
    text = _FOOTNOTE.sub(lambda found: f"[{int(found[1]) + offset}]", draft.text)
    shifted = [{**source, "number": source["number"] + offset} for source in draft.sources]
    return f"{own}\n\n{text}", [*own_sources, *shifted]
