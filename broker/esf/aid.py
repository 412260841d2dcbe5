"""State aid to each company of an application: how much it is, and whether there is room for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from broker.companies.sizes.ceilings import rules_on
from broker.esf.application import Application
from broker.esf.budgets.amounts import to_euro
from broker.esf.budgets.lines import PARTICIPANTS
from broker.esf.company_size import CompanySize, classify_size
from broker.esf.kinds import AidBasis
from broker.esf.ledger.rows import undertaking_of, unit_of
from broker.esf.models import Commitment, Contribution
from broker.esf.state_aid import (
    AidStatus,
    EarlierAid,
    ExchangeRate,
    Seats,
    Validity,
    assess_de_minimis,
    assess_training_aid,
    company_aid,
)
from broker.sentences import N_, Sentence
from broker.swedish import search_key


@dataclass(frozen=True)
class CompanyAid:
    """The aid to one company and the verdict on it; amounts are None as long as figures are missing."""

    commitment: Commitment
    status: AidStatus
    reasons: tuple[Sentence, ...]
    basis: AidBasis
    aid_sek: Decimal | None = None
    aid_eur: Decimal | None = None
    earlier_eur: Decimal | None = None
    left_eur: Decimal | None = None


def assess(application: Application) -> list[CompanyAid]:
    """Judge the aid to every company of an application, counted as granted on the project's first day."""
    return [_assess_company(commitment, application) for commitment in application.commitments]


def exchange_rate(application: Application) -> ExchangeRate | None:
    """Give the project's rate of the euro, if it has been entered."""
    project = application.project
    if not project.sek_per_eur or not project.rate_on:
        return None
    return ExchangeRate(project.sek_per_eur, project.rate_on, project.rate_source or "")


def company_size(commitment: Commitment, application: Application) -> CompanySize:
    """Give the size class of a company on the project's first day, or what is missing to decide it."""
    if commitment.staff is None:
        return CompanySize(None, (Sentence(N_("Ange antalet anställda i företaget eller koncernen.")),))
    figures = (commitment.staff, commitment.turnover_eur, commitment.balance_eur)
    return classify_size(*figures, rules_on(application.project.starts_on))


def assess_alternative(commitment: Commitment, application: Application) -> CompanyAid | None:
    """Judge the aid to a company on the other basis than the chosen one; nothing for one that gets none."""
    if commitment.aid_basis == AidBasis.NO_AID:
        return None
    is_de_minimis = commitment.aid_basis == AidBasis.DE_MINIMIS
    other = AidBasis.TRAINING_AID if is_de_minimis else AidBasis.DE_MINIMIS
    return _assess_company(commitment, application, other)


def _assess_company(commitment: Commitment, application: Application, basis: AidBasis | None = None) -> CompanyAid:
    basis = basis or commitment.aid_basis
    if basis == AidBasis.NO_AID:
        reason = Sentence(N_("Företaget deltar utan stöd. Skriv i svaret om statsstöd varför det inte är stöd."))
        return CompanyAid(commitment, AidStatus.PASSED, (reason,), basis, Decimal(0), Decimal(0))
    missing = _missing(commitment, application, basis)
    rate = exchange_rate(application)
    if missing or rate is None:
        return CompanyAid(commitment, AidStatus.REFUSED, missing, basis)
    if basis == AidBasis.DE_MINIMIS:
        return _de_minimis(commitment, application, rate)
    return _training_aid(commitment, application, rate)


def _missing(commitment: Commitment, application: Application, basis: AidBasis) -> tuple[Sentence, ...]:
    reasons = []
    if exchange_rate(application) is None:
        reasons.append(Sentence(N_("Ange eurokursen med dag och källa på projektets uppgifter.")))
    if any(row.price is None for row in _needs_of(commitment, application)):
        reasons.append(
            Sentence(N_("Ange det offentliga priset per deltagare för varje utbildning som företaget deltar i."))
        )
    if basis == AidBasis.DE_MINIMIS and commitment.certificate_on is None:
        reasons.append(Sentence(N_("Hämta in företagets intyg om försumbart stöd och ange dess datum.")))
    if basis == AidBasis.DE_MINIMIS:
        together = _together(commitment, application)
        unread = [row for one in together for row in one.earlier_aid if row.amount_eur is None]
        reasons += [
            Sentence(
                N_("Ange eurokursen den %(day)s för stödet från %(giver)s, som intyget har i kronor."),
                {"day": row.granted_on, "giver": row.giver},
            )
            for row in unread
        ]
    return tuple(reasons)


def _de_minimis(commitment: Commitment, application: Application, rate: ExchangeRate) -> CompanyAid:
    aid_sek = _aid_of(commitment, application)
    together = _together(commitment, application)
    others = [row for row in together if row is not commitment]
    verdict = assess_de_minimis(
        aid_sek,
        granted_on=application.project.starts_on,
        undertaking=_undertaking(commitment, application),
        earlier=[*_certified(together), *_given_here(others, application, rate)],
        rate=rate,
        rules=application.aid_rules.de_minimis_on(application.project.starts_on),
    )
    return CompanyAid(
        commitment,
        verdict.status,
        verdict.reasons,
        AidBasis.DE_MINIMIS,
        verdict.aid_sek,
        verdict.aid_eur,
        verdict.earlier_eur,
        verdict.left_eur,
    )


def _training_aid(commitment: Commitment, application: Application, rate: ExchangeRate) -> CompanyAid:
    aid_sek = _aid_of(commitment, application)
    aid_eur = to_euro(aid_sek, rate.sek_per_eur)
    size = company_size(commitment, application)
    rules = application.aid_rules.training_on(application.project.starts_on)
    if size.size_class is None:
        return CompanyAid(commitment, AidStatus.REFUSED, size.deciding, AidBasis.TRAINING_AID, aid_sek, aid_eur)
    needs = _needs_of(commitment, application)
    verdict = assess_training_aid(
        aid_eur,
        eligible_cost_eur=to_euro(_eligible(commitment, application), rate.sek_per_eur),
        size_class=size.size_class,
        disadvantaged=commitment.is_disadvantaged,
        mandatory=any(row.is_mandatory_training for row in needs),
        granted_on=application.project.starts_on,
        rules=rules,
    )
    left = None if verdict.highest_aid_eur is None else verdict.highest_aid_eur - aid_eur
    reasons = verdict.reasons + _ends_soon(application, rules.valid)
    return CompanyAid(commitment, verdict.status, reasons, AidBasis.TRAINING_AID, aid_sek, aid_eur, Decimal(0), left)


def _eligible(commitment: Commitment, application: Application) -> Decimal:
    """Give the costs that training aid may be a share of: the training and the participants' own time.

    Regulation (EU) 651/2014 art. 31(3) counts participants' staff costs for the hours that they take part. Where the
    call has no price for an hour they are left out, and the highest aid is too low rather than too high.
    """
    needs = _needs_of(commitment, application)
    hour = application.call.prices.get(PARTICIPANTS, Decimal(0))
    time = sum((row.participant_hours * hour for row in needs), Decimal(0))
    return sum((row.participants * (row.price or Decimal(0)) for row in needs), Decimal(0)) + time


def _ends_soon(application: Application, valid: Validity) -> tuple[Sentence, ...]:
    """Warn of rules that end within the project: what is granted after the last day follows other ones."""
    if valid.last is None or valid.last >= application.project.ends_on:
        return ()
    text = N_(
        "Reglerna om utbildningsstöd gäller till och med %(last)s, med sex månaders anpassning (artikel 58.5). "
        "Kontrollera vad som gäller när stödet beviljas."
    )
    return (Sentence(text, {"last": valid.last}),)


def _needs_of(commitment: Commitment, application: Application) -> list[Contribution]:
    return [row for row in application.brought if row.company_id == commitment.company_id]


def _aid_of(commitment: Commitment, application: Application) -> Decimal:
    seats = [Seats(row.participants, row.price or Decimal(0)) for row in _needs_of(commitment, application)]
    return company_aid(seats, commitment.fee_kr)


def _undertaking(commitment: Commitment, application: Application) -> frozenset[str]:
    """Give the units of a company's single undertaking, whichever of them has said so: (EU) 2023/2831 art. 2(2)."""
    groups = {unit_of(row.company): row.group_numbers for row in application.commitments}
    return undertaking_of(unit_of(commitment.company), groups)


def _together(commitment: Commitment, application: Application) -> list[Commitment]:
    units = _undertaking(commitment, application)
    return [row for row in application.commitments if unit_of(row.company) in units]


def _certified(commitments: Sequence[Commitment]) -> list[EarlierAid]:
    """Give the aid that certificates name; told in several of them it counts once, as in the ledger."""
    found: dict[tuple[object, ...], EarlierAid] = {}
    for row in commitments:
        for aid in row.earlier_aid:
            if aid.amount_eur is not None:
                unit = aid.organisation_number or unit_of(row.company)
                told = EarlierAid(unit, aid.amount_eur, aid.granted_on, aid.giver)
                found.setdefault((unit, search_key(aid.giver), aid.granted_on, aid.amount_kr or aid.amount_eur), told)
    return list(found.values())


def _given_here(commitments: Sequence[Commitment], application: Application, rate: ExchangeRate) -> list[EarlierAid]:
    """Give what other companies of the same group get in this project: the ceiling is the group's."""
    return [
        EarlierAid(
            unit_of(row.company),
            to_euro(_aid_of(row, application), rate.sek_per_eur),
            application.project.starts_on,
            "projektet",
        )
        for row in commitments
        if row.aid_basis == AidBasis.DE_MINIMIS
    ]
