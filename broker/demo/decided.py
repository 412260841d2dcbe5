"""Invented providers that were heard and decided on: one for every state that follows on a failed check."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from broker.demo.organisations import DemoOrganisation
from broker.demo.vetted import approve_all, check_item, give_offerings, morning_of
from broker.extensions import db
from broker.providers import queries as providers
from broker.providers.hearings.models import VettingStep
from broker.providers.hearings.standing import Cure, Outcome, StepKind
from broker.providers.models import Provider, ProviderKind

_SEED = 13
_ANSWER_DAYS = 14


@dataclass(frozen=True)
class _Step:
    """One step, so many days ago; its last day lies so many days later."""

    days_ago: int
    kind: StepKind
    text: str
    lasts: int | None = None
    outcome: Outcome | None = None
    cure: Cure | None = None
    conditions: str | None = None


def _letter(days_ago: int) -> _Step:
    return _Step(days_ago, StepKind.HEARD, "Restförd skatteskuld enligt Kronofogden.", _ANSWER_DAYS)


_STORIES: tuple[tuple[str, str, Sequence[_Step]], ...] = (
    ("Exempel Kontorskurser AB", "T043", (_letter(4),)),
    ("Exempel Dataskyddsskolan AB", "T045", (_letter(20),)),
    (
        "Exempel Ledarskap i Norr AB",
        "T056",
        (_letter(9), _Step(2, StepKind.ANSWERED, "Skulden är betald. Bilagt kvitto från Skatteverket.")),
    ),
    (
        "Exempel Ställningskurser AB",
        "T007",
        (
            _letter(60),
            _Step(52, StepKind.ANSWERED, "Skulden är betald, och vi har bytt redovisningsbyrå."),
            _Step(50, StepKind.ASSESSED, "Betalningen är bekräftad, och orsaken är åtgärdad.", cure=Cure.ENOUGH),
            _Step(
                49,
                StepKind.DECIDED,
                "Skulden är betald och har inte kommit tillbaka.",
                200,
                Outcome.WITH_CONDITIONS,
                conditions="Ny kontroll av skulder efter tre månader.",
            ),
        ),
    ),
    (
        "Exempel Vägkurser AB",
        "T012",
        (
            _letter(80),
            _Step(70, StepKind.ANSWERED, "Vi tänker inte betala."),
            _Step(69, StepKind.ASSESSED, "Inget är betalt, och ingen plan finns.", cure=Cure.NOT_ENOUGH),
            _Step(66, StepKind.DECIDED, "Obetalda skatter (LOU 13 kap. 2 §).", 365, Outcome.REJECTED),
        ),
    ),
    ("Exempel Arbetsmiljökurser AB", "T020", (_Step(3, StepKind.REOPENED, "Ny ägare enligt Bolagsverket."),)),
)


def add_decided(organisation: DemoOrganisation, today: date) -> None:
    """Add one provider for each story, with everything approved before it began."""
    mandatory = [item for item in providers.vetting_document(today)["items"] if item["mandatory"]]
    tax_debt = next(item for item in mandatory if item["id"] == "tax_debt")
    user_id, random = organisation.user_ids[-1], Random(_SEED)
    for place, (name, topic_id, steps) in enumerate(_STORIES):
        provider = Provider(
            name=name,
            kind=ProviderKind.PRIVATE,
            municipality_code=organisation.municipality_codes[0],
            contact_name="Utbildningssamordnaren",
            email=f"kurser@granskad{place}.example",
            created_at=morning_of(today - timedelta(days=120)),
        )
        db.session.add(provider)
        db.session.flush()
        db.session.add_all(give_offerings(provider, (topic_id,), random, today))
        approve_all(provider, mandatory, user_id, today - timedelta(days=100))
        for step in steps:
            if step.kind is StepKind.HEARD:
                day = today - timedelta(days=step.days_ago)
                db.session.add(check_item(provider, tax_debt, "failed", day, user_id, note=step.text))
            db.session.add(_row(provider, step, user_id, today))
    db.session.flush()


def _row(provider: Provider, step: _Step, user_id: int, today: date) -> VettingStep:
    day = today - timedelta(days=step.days_ago)
    is_letter = step.kind is StepKind.HEARD
    return VettingStep(
        provider_id=provider.id,
        kind=step.kind,
        happened_on=day,
        until=None if step.lasts is None else day + timedelta(days=step.lasts),
        item_ids="tax_debt" if is_letter else "",
        outcome=step.outcome,
        cure=step.cure,
        text=step.text,
        conditions=step.conditions,
        recipient=provider.email if is_letter else None,
        made_by_id=user_id,
        created_at=morning_of(day),
    )
