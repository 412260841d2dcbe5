"""What a newer version of the form changes for an application: questions that come, go, move or ask otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from broker.esf.application import questions
from broker.reference.queries import words_of
from broker.sentences import N_, Sentence


@dataclass(frozen=True)
class FormChange:
    """One thing that the newer form says otherwise about one question, and whether somebody has something to do."""

    question_id: str
    title: Sentence
    sentence: Sentence
    level: str = "info"


def list_changes(before: Mapping[str, Any], after: Mapping[str, Any], answers: Mapping[str, str]) -> list[FormChange]:
    """List what differs between two versions for an application with these answers, in the order of the newer one.

    What has gone stands last. A limit that an answer exceeds, and a required question without an answer, are to be
    mended; answers of questions that are gone are kept.
    """
    old, new = _placed(before), _placed(after)
    found: list[FormChange] = []
    for question_id, (section, question) in new.items():
        title, text = words_of(question, "text"), answers.get(question_id, "")
        said = _of_new(question) if question_id not in old else _of_old(old[question_id], section, question, text)
        found += [FormChange(question_id, title, sentence, level) for sentence, level in said]
    for question_id, (_section, question) in old.items():
        if question_id not in new:
            sentence = Sentence(N_("Frågan är borttagen. Inget svar är skrivet."))
            if answers.get(question_id):
                sentence = Sentence(N_("Frågan är borttagen. Svaret sparas under Frågor som inte finns längre."))
            found.append(FormChange(question_id, words_of(question, "text"), sentence, "warn"))
    return found


def _placed(form: Mapping[str, Any]) -> dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]]:
    return {question["id"]: (section, question) for section in form["sections"] for question in section["questions"]}


def _of_new(question: Mapping[str, Any]) -> list[tuple[Sentence, str]]:
    if question["required"]:
        return [(Sentence(N_("Ny fråga som ska besvaras.")), "stop")]
    return [(Sentence(N_("Ny fråga, frivillig.")), "info")]


def _of_old(
    earlier: tuple[Mapping[str, Any], Mapping[str, Any]],
    section: Mapping[str, Any],
    question: Mapping[str, Any],
    text: str,
) -> list[tuple[Sentence, str]]:
    old_section, old = earlier
    said: list[tuple[Sentence, str]] = []
    if old_section["id"] != section["id"]:
        facts = {"section": words_of(section, "title")}
        said.append((Sentence(N_("Frågan är flyttad till delen %(section)s."), facts), "info"))
    if old["text_sv"] != question["text_sv"]:
        facts = {"old": words_of(old, "text")}
        said.append((Sentence(N_("Frågan är omskriven. Förut: ”%(old)s”. Läs svaret igen."), facts), "warn"))
    if old["kind"] != question["kind"]:
        said.append((Sentence(N_("Frågan besvaras på ett annat sätt än förut. Se över svaret.")), "warn"))
    if question["required"] and not old["required"]:
        level = "info" if text else "stop"
        said.append((Sentence(N_("Frågan ska nu besvaras.")), level))
    if not question["required"] and old["required"]:
        said.append((Sentence(N_("Frågan är nu frivillig.")), "info"))
    said += _of_limit(old["max_chars"], question["max_chars"], text)
    return said


def _of_limit(old: int | None, new: int | None, text: str) -> list[tuple[Sentence, str]]:
    if new is not None and len(text) > new:
        facts = {"most": new, "count": len(text), "over": len(text) - new}
        return [(Sentence(N_("Högst %(most)s tecken; svaret har %(count)s. Korta det med %(over)s."), facts), "stop")]
    if old == new:
        return []
    if new is None:
        return [(Sentence(N_("Ingen gräns för antal tecken längre.")), "info")]
    return [(Sentence(N_("Högst %(most)s tecken nu."), {"most": new}), "info")]


def gone_answers(form: Mapping[str, Any], answers: Sequence[Any]) -> list[Any]:
    """List the answers whose questions the form no longer has; they are kept as they were written."""
    ids = {question["id"] for question in questions(form)}
    return [answer for answer in answers if answer.text and answer.question_id not in ids]
