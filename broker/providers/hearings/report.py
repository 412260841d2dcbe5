"""The vetting of a provider as a PDF in Swedish: where it stands and why, its decisions, every item with its result.

It may be handed to the provider or filed, so it has no contact details, notes, evidence or answers: anybody may have
been named in these.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from broker.documents import pdf
from broker.documents.blocks import Block, Grid, Heading, Text, writable
from broker.formatting import day, in_swedish, organisation_number
from broker.providers import vetting
from broker.providers.hearings.models import VettingStep
from broker.providers.hearings.standing import StepKind
from broker.providers.models import Provider, VettingCheck
from broker.providers.vetting import VettingStatus
from broker.reference import queries as reference


@in_swedish()
def write(
    provider: Provider,
    status: VettingStatus,
    document: Mapping[str, Any],
    checks: Mapping[str, VettingCheck],
    steps: Sequence[VettingStep],
    *,
    organisation: str,
) -> bytes:
    """Give the PDF of how a vetting stands on the day of its status; the same facts give the same bytes."""
    title = writable(f"Granskning av {provider.name}")
    blocks = [
        Heading(1, title),
        _facts(provider, status, document, writable(organisation)),
        *(Text(writable(reason)) for reason in status.reasons),
        *_decisions(steps),
        *_items(document, checks, status.today),
        Text("Anteckningar, underlag, svar och kontaktuppgifter är utelämnade.", is_remark=True),
    ]
    return pdf.render(blocks, title=title, subject="Kvalitetsgranskning", created_on=status.today)


def _facts(provider: Provider, status: VettingStatus, document: Mapping[str, Any], organisation: str) -> Grid:
    rows = [
        ("Granskas av", organisation),
        ("Organisationsnummer", organisation_number(provider.organisation_number)),
        ("Kommun", provider.municipality),
        ("Läge", f"{status.label}, {day(status.today)}"),
        ("Gäller till och med", day(status.next_expiry) if vetting.may_be_used(status) else ""),
        ("Granskningslista", f"version {document['version']}"),
    ]
    return Grid(("Uppgift", "Värde"), tuple(row for row in rows if row[1]))


def _decisions(steps: Iterable[VettingStep]) -> Iterator[Block]:
    rows = tuple(
        (
            day(step.happened_on),
            step.label,
            day(step.until),
            "\n".join(_words(step)),
            step.made_by.name if step.made_by else "Registret",
        )
        for step in steps
    )
    yield Heading(2, "Yttrande och beslut")
    if not rows:
        yield Text("Inget är beslutat. Läget följer av punkterna nedan.")
    else:
        yield Grid(("Dag", "Vad", "Till och med", "Villkor och skäl", "Av"), rows)


def _words(step: VettingStep) -> Iterator[str]:
    if step.conditions:
        yield writable(f"Villkor: {step.conditions}")
    # The reason is part of the decision; other words are told only when no person wrote them.
    if step.text and (step.kind is StepKind.DECIDED or step.made_by is None):
        yield writable(step.text)


def _items(document: Mapping[str, Any], checks: Mapping[str, VettingCheck], today: date) -> Iterator[Block]:
    results = {row["id"]: reference.text_of(row) for row in document["item_results"]}
    for group in sorted(document["groups"], key=lambda group: group["order"]):
        rows = tuple(
            _row(item, checks.get(item["id"]), results, today)
            for item in document["items"]
            if item["group"] == group["id"]
        )
        yield Heading(2, reference.text_of(group))
        yield Grid(("Punkt", "Grund", "Resultat", "Kontrollerad", "Gäller till", "Av"), rows)


def _row(
    item: Mapping[str, Any], check: VettingCheck | None, results: Mapping[str, str], today: date
) -> tuple[str, ...]:
    label, law = reference.text_of(item), item.get("law", "")
    if check is None:
        return label, law, results[vetting.NOT_CHECKED], "", "", ""
    result = results[check.result] + (", likvärdigt bevis" if check.is_equivalent else "")
    last = None if check.result == vetting.NOT_APPLICABLE else vetting.expiry_of(check, item["revet_months"])
    if last and last < today and check.result != vetting.FAILED:
        result += ", har gått ut"
    return label, law, result, day(check.checked_on), day(last), writable(check.checked_by.name)
