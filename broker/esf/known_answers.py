"""The questions of the form that the project itself answers, so that nobody has to write what is known."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from broker.esf.drafts.draft import on
from broker.esf.models import Project


def known_text(project: Project, question_id: str) -> str:
    """Give what the project says to a question, as it is now, or nothing for a question that people answer."""
    text = _KNOWN.get(question_id)
    return text(project) if text else ""


def _name(project: Project) -> str:
    return project.name


def _call(project: Project) -> str:
    call = project.call
    return f"{call.title}, diarienummer {call.diary_no}, {call.region}, programområde {call.programme_area}."


def _period(project: Project) -> str:
    return f"{on(project.starts_on)} till {on(project.ends_on)}, {project.months} månader."


_KNOWN: Mapping[str, Callable[[Project], str]] = MappingProxyType(
    {"projektnamn": _name, "utlysning": _call, "projektperiod": _period}
)
