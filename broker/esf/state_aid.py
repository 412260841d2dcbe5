"""State aid to the companies of a project: de minimis aid and aid for training."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from broker.esf.budgets.amounts import as_euro, as_percent, to_euro, to_ore
from broker.esf.company_size import SizeClass
from broker.sentences import N_, Sentence


class AidStatus(StrEnum):
    """The verdict on an aid, with its word on the screen."""

    PASSED = "passed"
    NEAR_LIMIT = "near_limit"
    STOPPED = "stopped"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """Give the Swedish word."""
        return {
            "passed": N_("Godkänt"),
            "near_limit": N_("Nära taket"),
            "stopped": N_("Över gränsen"),
            "refused": N_("Kan inte bedömas"),
        }[self.value]


@dataclass(frozen=True)
class Validity:
    """The first and last day on which a rule holds; a rule without a last day has None."""

    first: date
    last: date | None

    def holds_on(self, day: date) -> bool:
        """Tell whether the day is inside."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class DeMinimisRules:
    """The ceiling of de minimis aid, the rolling window it counts in, and when it is to be registered."""

    regulation: str
    ceiling_eur: Decimal
    window_years: int
    warn_at_share: Decimal
    valid: Validity
    register_from: date
    register_within_days: int
    source: str


@dataclass(frozen=True)
class ExchangeRate:
    """Kronor per euro with its day and where it was read."""

    sek_per_eur: Decimal
    rate_on: date
    source: str


@dataclass(frozen=True)
class Seats:
    """Seats in one training at its public price."""

    count: int
    public_price_sek: Decimal


@dataclass(frozen=True)
class EarlierAid:
    """De minimis aid granted before, by anyone in the member state; it counts on the day of the grant."""

    organisation_number: str
    amount_eur: Decimal
    granted_on: date
    giver: str = ""


@dataclass(frozen=True)
class DeMinimisVerdict:
    """What a new de minimis aid comes to, and whether there is room for it."""

    status: AidStatus
    reasons: tuple[Sentence, ...]
    aid_sek: Decimal
    aid_eur: Decimal
    earlier_eur: Decimal
    left_eur: Decimal
    rate: ExchangeRate


def company_aid(seats: Iterable[Seats], fee_sek: Decimal) -> Decimal:
    """Give the aid to one company in kronor: seats at public price less the fee it pays, never below zero."""
    value = sum((row.count * row.public_price_sek for row in seats), Decimal(0))
    return to_ore(max(Decimal(0), value - fee_sek))


def assess_de_minimis(
    aid_sek: Decimal,
    *,
    granted_on: date,
    undertaking: frozenset[str],
    earlier: Iterable[EarlierAid],
    rate: ExchangeRate,
    rules: DeMinimisRules,
) -> DeMinimisVerdict:
    """Judge a new aid to a single undertaking, given as the organisation numbers of all its units.

    Regulation (EU) 2023/2831 art. 3: the aid of the three years up to the grant is added, also aid to
    other units of the same undertaking and from other givers. A sister company's new aid in the same
    project is passed as earlier aid.
    """
    aid_eur = to_euro(aid_sek, rate.sek_per_eur)
    units = {_digits(number) for number in undertaking}
    opens_after = years_before(granted_on, rules.window_years)
    before = to_ore(
        sum(
            (
                aid.amount_eur
                for aid in earlier
                if _digits(aid.organisation_number) in units and aid.granted_on > opens_after
            ),
            Decimal(0),
        )
    )
    left = rules.ceiling_eur - before - aid_eur
    status, reasons = _judge(before + aid_eur, granted_on, rules)
    if rate.rate_on != granted_on:
        reasons += (
            Sentence(
                N_("Kursen är från %(rate_on)s. Hämta kursen för dagen då stödet beviljas, %(granted_on)s."),
                {"rate_on": str(rate.rate_on), "granted_on": str(granted_on)},
            ),
        )
    return DeMinimisVerdict(status, reasons, aid_sek, aid_eur, before, left, rate)


def _judge(total: Decimal, granted_on: date, rules: DeMinimisRules) -> tuple[AidStatus, tuple[Sentence, ...]]:
    if not rules.valid.holds_on(granted_on):
        return AidStatus.REFUSED, (_outside(rules.regulation, granted_on, rules.valid),)
    ceiling = as_euro(rules.ceiling_eur)
    if total > rules.ceiling_eur:
        sentence = Sentence(
            N_(
                "Minska stödet med %(surplus)s eller höj företagets avgift: %(total)s på "
                "%(years)s år är över taket %(ceiling)s."
            ),
            {
                "surplus": as_euro(total - rules.ceiling_eur),
                "total": as_euro(total),
                "years": rules.window_years,
                "ceiling": ceiling,
            },
        )
        return AidStatus.STOPPED, (sentence,)
    if total >= rules.warn_at_share * rules.ceiling_eur:
        sentence = Sentence(
            N_(
                "Kontrollera företagets intyg innan stödet beviljas: %(total)s är minst %(share)s av taket %(ceiling)s."
            ),
            {"total": as_euro(total), "share": as_percent(rules.warn_at_share), "ceiling": ceiling},
        )
        return AidStatus.NEAR_LIMIT, (sentence,)
    return AidStatus.PASSED, (
        Sentence(
            N_("%(total)s på %(years)s år ryms under taket %(ceiling)s."),
            {"total": as_euro(total), "years": rules.window_years, "ceiling": ceiling},
        ),
    )


def _outside(regulation: str, day: date, valid: Validity) -> Sentence:
    if valid.last is None:
        return Sentence(
            N_(
                "%(regulation)s gäller från %(first)s och tills vidare och kan inte användas %(day)s. "
                "Välj en annan dag eller läs in de regler som gäller då."
            ),
            {"regulation": regulation, "first": str(valid.first), "day": str(day)},
        )
    return Sentence(
        N_(
            "%(regulation)s gäller från %(first)s till %(last)s och kan inte användas %(day)s. "
            "Välj en annan dag eller läs in de regler som gäller då."
        ),
        {"regulation": regulation, "first": str(valid.first), "last": str(valid.last), "day": str(day)},
    )


def _digits(organisation_number: str) -> str:
    """Give the ten digits of an organisation number, written with or without hyphen and century."""
    return re.sub(r"\D", "", organisation_number)[-10:]


def years_before(day: date, years: int) -> date:
    """Give the same day some years earlier; 29 February becomes the 28th."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return date(day.year - years, day.month, last)


@dataclass(frozen=True)
class TrainingAidRules:
    """The intensities of aid for training, in percent of the eligible cost."""

    regulation: str
    base: int
    bonus: Mapping[SizeClass, int]
    disadvantaged_bonus: int
    cap: int
    notify_above_eur: Decimal
    valid: Validity
    source: str


@dataclass(frozen=True)
class TrainingAidVerdict:
    """The highest intensity and aid, and whether the planned aid keeps within them."""

    status: AidStatus
    reasons: tuple[Sentence, ...]
    intensity: int | None
    highest_aid_eur: Decimal | None


def assess_training_aid(
    aid_eur: Decimal,
    *,
    eligible_cost_eur: Decimal,
    size_class: SizeClass,
    disadvantaged: bool,
    mandatory: bool,
    granted_on: date,
    rules: TrainingAidRules,
) -> TrainingAidVerdict:
    """Judge aid for training under regulation (EU) 651/2014 art. 31, other aid for the costs counted in.

    Art. 31(2) allows no aid for training that national rules make mandatory.
    """
    if not rules.valid.holds_on(granted_on):
        reason = _outside(rules.regulation, granted_on, rules.valid)
        return TrainingAidVerdict(AidStatus.REFUSED, (reason,), None, None)
    if mandatory:
        reason = Sentence(
            N_("Låt företaget betala själv: stöd får inte ges till utbildning som nationella regler kräver.")
        )
        return TrainingAidVerdict(AidStatus.STOPPED, (reason,), 0, Decimal("0.00"))
    intensity = training_aid_intensity(size_class, disadvantaged=disadvantaged, rules=rules)
    highest = to_ore(eligible_cost_eur * intensity / 100)
    status = AidStatus.PASSED
    reasons: tuple[Sentence, ...] = (
        Sentence(
            N_("Stödet får vara högst %(intensity)s %% av kostnaden, %(highest)s."),
            {"intensity": intensity, "highest": as_euro(highest)},
        ),
    )
    if aid_eur > highest:
        status = AidStatus.STOPPED
        reasons = (
            Sentence(
                N_("Minska stödet med %(surplus)s: högst %(intensity)s %% av kostnaden är tillåtet."),
                {"surplus": as_euro(aid_eur - highest), "intensity": intensity},
            ),
        )
    if aid_eur > rules.notify_above_eur:
        status = AidStatus.STOPPED
        reasons += (
            Sentence(
                N_("Stöd över %(limit)s måste först anmälas till EU-kommissionen."),
                {"limit": as_euro(rules.notify_above_eur)},
            ),
        )
    return TrainingAidVerdict(status, reasons, intensity, highest)


def training_aid_intensity(size_class: SizeClass, *, disadvantaged: bool, rules: TrainingAidRules) -> int:
    """Give the highest share of the eligible cost in percent."""
    group = rules.disadvantaged_bonus if disadvantaged else 0
    return min(rules.cap, rules.base + rules.bonus[size_class] + group)
