"""What a new version of a rule would change for what is stored, over all organisations of the installation."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from broker import access
from broker.esf.form_versions import queries as form_versions
from broker.esf.form_versions.comparing import list_changes
from broker.esf.models import Project
from broker.esf.queries import get_form
from broker.procurement import queries as procurement
from broker.procurement.situation import Situation
from broker.procurement.thresholds import NoThresholdError, Threshold, read_thresholds
from broker.providers import queries as providers
from broker.providers.vetting import may_be_used
from broker.reference.models import DocumentKind
from broker.sentences import N_, Sentence


def list_effects(kind: DocumentKind, content: Mapping[str, Any], *, today: date) -> list[Sentence]:
    """Say what the new version means for purchases, providers and projects, as if it were in force today."""
    find = _FINDERS.get(kind)
    if find is None:
        return [Sentence(N_("Det som redan är sparat behåller sin version eller räknas på nytt nästa gång det visas."))]
    with access.every_organisation():
        return find(content, today)


def _of_thresholds(content: Mapping[str, Any], today: date) -> list[Sentence]:
    rows, going_on = read_thresholds(content), procurement.list_going_on(today)
    changed = [row for row in going_on if _limits(row) != _limits(replace(row, thresholds=lambda: rows))]
    return [
        Sentence(N_("Pågående inköp: %(count)s."), {"count": len(going_on)}),
        Sentence(N_("Av dem får andra beloppsgränser än i dag: %(count)s."), {"count": len(changed)}),
    ]


def _limits(purchase: Situation) -> Threshold | None:
    try:
        return purchase.threshold()
    except NoThresholdError:
        return None


def _of_workflow(content: Mapping[str, Any], today: date) -> list[Sentence]:
    count = len(procurement.list_going_on(today))
    return [
        Sentence(N_("Pågående inköp som behåller den version de startade med: %(count)s."), {"count": count}),
        Sentence(N_("Nya inköp följer den nya versionen från dess första dag.")),
    ]


def _of_vetting(content: Mapping[str, Any], today: date) -> list[Sentence]:
    found = providers.list_all()
    before = providers.statuses_of(found, today=today)
    after = providers.statuses_of(found, today=today, document=content)
    lost = [row.name for row in found if may_be_used(before[row.id]) and not may_be_used(after[row.id])]
    won = [row.name for row in found if may_be_used(after[row.id]) and not may_be_used(before[row.id])]
    return [
        Sentence(N_("Anordnare i installationen: %(count)s."), {"count": len(found)}),
        Sentence(N_("Kan användas i dag men inte med den nya listan: %(count)s."), {"count": len(lost)}),
        Sentence(N_("Kan användas med den nya listan men inte i dag: %(count)s."), {"count": len(won)}),
    ]


def _of_form(content: Mapping[str, Any], today: date) -> list[Sentence]:
    running = form_versions.list_running(today)
    found = [row for project in running for row in _changes_for(project, content)]
    kinds = (
        (N_("Pågående projekt, som behåller sin blankett tills deras folk byter: %(count)s."), len(running)),
        (
            N_("Av dem får något att göra om de byter: %(count)s."),
            len({key for key, level in found if level == "stop"}),
        ),
        (
            N_("Frågor och svar att skriva eller korta i dem tillsammans: %(count)s."),
            sum(row[1] == "stop" for row in found),
        ),
        (N_("Frågor att läsa om i dem tillsammans: %(count)s."), sum(row[1] == "warn" for row in found)),
    )
    return [
        *(Sentence(text, {"count": count}) for text, count in kinds),
        *_of_questions(form_versions.get_current(today).content, content),
    ]


def _changes_for(project: Project, content: Mapping[str, Any]) -> list[tuple[int, str]]:
    answers = {answer.question_id: answer.text or "" for answer in project.answers}
    return [(project.id, row.level) for row in list_changes(get_form(project.form_version), content, answers)]


def _of_questions(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Sentence]:
    text = N_("%(question)s: %(told)s")
    return [Sentence(text, {"question": row.title, "told": row.sentence}) for row in list_changes(before, after, {})]


_FINDERS: Mapping[DocumentKind, Callable[[Mapping[str, Any], date], list[Sentence]]] = {
    DocumentKind.THRESHOLDS: _of_thresholds,
    DocumentKind.WORKFLOW: _of_workflow,
    DocumentKind.VETTING: _of_vetting,
    DocumentKind.APPLICATION_FORM: _of_form,
}
