"""The text that a company signs: its promise, its size and its certificate, kept word for word as it was shown."""

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from broker.companies.models import Company
from broker.documents.blocks import Block, Heading, Text
from broker.esf.budgets.amounts import to_euro
from broker.esf.budgets.lines import PARTICIPANTS
from broker.esf.commitments.models import SignedPaper
from broker.esf.kinds import AidBasis
from broker.esf.models import Activity, Call, Commitment, Contribution, Project
from broker.esf.state_aid import DeMinimisRules
from broker.formatting import day, days, kronor, number, organisation_number

COUNTS = ("women", "men", "hours")
# A change of any of these after the signing means that something else was signed.
PROMISED = (*COUNTS, "fee_kr")


@dataclass(frozen=True)
class AidTold:
    """Aid that a company says that it or its group had: in kronor or in euro."""

    giver: str
    granted_on: date
    amount: Decimal
    is_euro: bool
    organisation_number: str | None = None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "AidTold":
        """Give a row as it was stored with a draft."""
        return cls(
            stored["giver"],
            date.fromisoformat(stored["granted_on"]),
            Decimal(stored["amount"]),
            stored["is_euro"],
            stored["organisation_number"],
        )

    def as_stored(self) -> dict[str, Any]:
        """Give the row as JSON holds it."""
        return {
            "giver": self.giver,
            "granted_on": self.granted_on.isoformat(),
            "amount": str(self.amount),
            "is_euro": self.is_euro,
            "organisation_number": self.organisation_number,
        }


@dataclass(frozen=True)
class Told:
    """What a company tells and promises; prefilled with what the project knows."""

    women: int
    men: int
    hours: int
    staff: int | None
    turnover: Decimal | None
    balance: Decimal | None
    group_numbers: tuple[str, ...]
    earlier: tuple[AidTold, ...]
    other_aid: str
    # Of turnover and balance sheet total told in kronor; nothing when they are told in euro.
    sek_per_eur: Decimal | None = None

    @property
    def turnover_eur(self) -> Decimal | None:
        """Give the turnover in euro and cent, if it is told."""
        return self._in_euro(self.turnover)

    @property
    def balance_eur(self) -> Decimal | None:
        """Give the balance sheet total in euro and cent, if it is told."""
        return self._in_euro(self.balance)

    def in_euro(self) -> "Told":
        """Give the same with turnover and balance sheet total in euro."""
        return replace(self, turnover=self.turnover_eur, balance=self.balance_eur, sek_per_eur=None)

    def _in_euro(self, amount: Decimal | None) -> Decimal | None:
        return amount if amount is None or self.sek_per_eur is None else to_euro(amount, self.sek_per_eur)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Told":
        """Give a draft as it was stored."""
        amounts = {name: None if stored[name] is None else Decimal(stored[name]) for name in _AMOUNTS}
        lists = {"group_numbers": tuple(stored["group_numbers"]), "earlier": tuple(map(AidTold.of, stored["earlier"]))}
        return cls(**{**stored, **amounts, **lists})

    def as_stored(self) -> dict[str, Any]:
        """Give it as JSON holds it."""
        amounts = {name: None if getattr(self, name) is None else str(getattr(self, name)) for name in _AMOUNTS}
        plain = {name: getattr(self, name) for name in (*COUNTS, "staff", "other_aid")}
        return {
            **plain,
            **amounts,
            "group_numbers": list(self.group_numbers),
            "earlier": [row.as_stored() for row in self.earlier],
        }


_AMOUNTS = ("turnover", "balance", "sek_per_eur")


@dataclass(frozen=True)
class Situation:
    """What the text says beside what the company tells: the project, the trainings, the rules of the certificate."""

    project: Project
    commitment: Commitment
    contributions: Sequence[Contribution]
    activities: Sequence[Activity]
    rules: DeMinimisRules
    today: date

    @property
    def call(self) -> Call:
        """Give the call."""
        return self.project.call

    @property
    def company(self) -> Company:
        """Give the company."""
        return self.commitment.company

    @property
    def needs_certificate(self) -> bool:
        """Tell whether the aid is de minimis, which the company has to certify: (EU) 2023/2831 art. 7."""
        return self.commitment.aid_basis == AidBasis.DE_MINIMIS

    @property
    def planned(self) -> dict[str, int]:
        """Give what the application plans of this company."""
        rows = self.contributions
        return {
            "women": sum(row.women for row in rows),
            "men": sum(row.men for row in rows),
            "hours": sum(row.participant_hours for row in rows),
        }


def hash_of(text: str) -> str:
    """Give the SHA-256 of a text in its one normal form, in hexadecimal."""
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode("utf-8")).hexdigest()


def promise_of(commitment: Commitment) -> dict[str, str]:
    """Give what a later change is compared with: what the commitment promises, as text."""
    return {name: f"{getattr(commitment, name):f}" for name in ("fee_kr",)} | {
        name: str(getattr(commitment, name)) for name in COUNTS
    }


def known_of(situation: Situation) -> Told:
    """Give what the project knows of the company already, for it to correct."""
    row = situation.commitment
    earlier = tuple(
        AidTold(
            aid.giver,
            aid.granted_on,
            aid.amount_kr if aid.amount_kr is not None else aid.amount_eur or Decimal(0),
            aid.amount_kr is None,
            aid.organisation_number,
        )
        for aid in row.earlier_aid
    )
    sizes = (row.staff, row.turnover_eur, row.balance_eur)
    return Told(row.women, row.men, row.hours, *sizes, tuple(row.group_numbers), earlier, "")


def write(told: Told, situation: Situation) -> str:
    """Give the text in the reader's language, heading lines marked by a number and a full stop."""
    lines = [*_front(situation), *_promise(told, situation), *_company(told)]
    if situation.needs_certificate:
        lines += _certificate(told, situation)
    lines += ["", _("Jag som undertecknar får företräda företaget och intygar att uppgifterna stämmer.")]
    return unicodedata.normalize("NFC", "\n".join(lines))


def write_withdrawal(project: Project, paper: SignedPaper, *, name: str, role: str, reason: str, today: date) -> str:
    """Give the text by which a company takes back what it signed, in the reader's language, in its normal form."""
    lines = [
        _("Återkallelse av åtagande"),
        _("Projekt: %(name)s", name=project.name),
        _("Företag: %(name)s", name=paper.commitment.company.name),
        _(
            "Undertecknat: %(day)s av %(name)s, %(role)s",
            day=day(paper.signed_on),
            name=paper.signer_name,
            role=paper.signer_role,
        ),
        _("Det undertecknades kontrollsumma (SHA-256): %(sum)s", sum=paper.text_hash),
        "",
        _("Företaget deltar inte och lovar inte längre något av det som undertecknades."),
        _("Skäl: %(reason)s", reason=reason),
        _("Återkallat: %(day)s av %(name)s, %(role)s", day=day(today), name=name, role=role),
        _("Jag får företräda företaget."),
    ]
    return unicodedata.normalize("NFC", "\n".join(lines))


def as_blocks(text: str, *, to_sign: bool) -> list[Block]:
    """Give the text as a document; one that is to be signed by hand ends with the places for it."""
    parts: list[Block] = []
    for place, part in enumerate(text.split("\n\n")):
        head, _break, rest = part.partition("\n")
        if place == 0 or head[:1].isdigit():
            parts.append(Heading(1 if place == 0 else 2, head))
            parts += [Text(rest)] if rest else []
        else:
            parts.append(Text(part))
    if to_sign:
        line = "_" * 44
        labels = (_("Ort och datum"), _("Underskrift"), _("Namnförtydligande"), _("Roll i företaget"))
        parts += [Text(f"\n{line}\n{label}") for label in labels]
    parts.append(Text(_("Textens kontrollsumma (SHA-256): %(sum)s", sum=hash_of(text)), is_remark=True))
    return parts


def _front(situation: Situation) -> Iterator[str]:
    project, company = situation.project, situation.company
    yield (
        _("Åtagande om deltagande i projekt")
        if not situation.needs_certificate
        else _("Åtagande om deltagande i projekt och intyg om försumbart stöd")
    )
    yield _("Projekt: %(name)s", name=project.name)
    yield _("Utlysning: %(diary_no)s, %(title)s", diary_no=situation.call.diary_no, title=situation.call.title)
    yield _("Projektägare: %(name)s", name=project.owner.name)
    yield _("Projektperiod: %(days)s", days=days(project.starts_on, project.ends_on))
    yield _("Företag: %(name)s", name=company.name)
    if company.is_sole_trader:
        yield _("Enskild firma: numret är personligt och står inte här.")
    elif company.organisation_number:
        yield _("Organisationsnummer: %(number)s", number=organisation_number(company.organisation_number))


def _promise(told: Told, situation: Situation) -> Iterator[str]:
    yield ""
    yield _("1. Företagets åtagande")
    yield _("Anställda deltar i projektets utbildningar på betald arbetstid:")
    yield _("Kvinnor: %(count)s", count=told.women)
    yield _("Män: %(count)s", count=told.men)
    yield _("Deltagartimmar sammanlagt: %(count)s", count=number(told.hours))
    for row in situation.contributions:
        activity = next((one for one in situation.activities if one.id == row.activity_id), None)
        first, last = (activity.starts_on, activity.ends_on) if activity else (None, None)
        when = days(first, last) if first and last else ""
        hours = _("%(hours)s timmar per deltagare", hours=row.hours)
        yield "– " + ", ".join(filter(None, [row.topic_label, hours, when]))
    price = situation.call.prices.get(PARTICIPANTS)
    if price is None:
        yield _("Medfinansiering: deltagarnas lön för timmarna. Utlysningens pris per timme är inte inläst.")
    else:
        facts = {"hours": number(told.hours), "price": kronor(price), "sum": kronor(price * told.hours)}
        yield _("Medfinansiering: deltagarnas tid, %(hours)s timmar à %(price)s = %(sum)s", **facts)
    yield _("Avgift som företaget betalar: %(fee)s", fee=kronor(situation.commitment.fee_kr))


def _company(told: Told) -> Iterator[str]:
    missing = _("inte angivet")
    yield ""
    yield _("2. Företagets storlek, med dem som det hör ihop med")
    yield _("Anställda: %(count)s", count=missing if told.staff is None else number(told.staff))
    for label, amount, in_euro in (
        (_("Omsättning"), told.turnover, told.turnover_eur),
        (_("Balansomslutning"), told.balance, told.balance_eur),
    ):
        yield f"{label}: " + (missing if amount is None else _amount(amount, in_euro, told.sek_per_eur))
    numbers = ", ".join(map(organisation_number, told.group_numbers)) or _("inga")
    yield _("Företag i samma koncern: %(numbers)s", numbers=numbers)


def _amount(amount: Decimal, in_euro: Decimal | None, sek_per_eur: Decimal | None) -> str:
    if sek_per_eur is None:
        return _("%(amount)s euro", amount=number(amount))
    facts = {"kronor": kronor(amount), "euro": number(in_euro), "rate": number(sek_per_eur)}
    return _("%(kronor)s, det är %(euro)s euro med kursen %(rate)s kronor för en euro", **facts)


def _certificate(told: Told, situation: Situation) -> Iterator[str]:
    rules = situation.rules
    yield ""
    yield _("3. Intyg om försumbart stöd, förordning %(regulation)s", regulation=rules.regulation)
    yield _(
        "Företaget och de företag som det hör ihop med har de senaste %(years)s åren före %(day)s fått:",
        years=rules.window_years,
        day=day(situation.today),
    )
    for aid in told.earlier:
        amount = _("%(amount)s euro", amount=number(aid.amount)) if aid.is_euro else kronor(aid.amount)
        of_whom = organisation_number(aid.organisation_number) if aid.organisation_number else ""
        yield "– " + ", ".join(filter(None, [aid.giver, day(aid.granted_on), amount, of_whom]))
    if not told.earlier:
        yield "– " + _("inget försumbart stöd")
    yield _("Annat stöd för samma kostnader: %(text)s", text=told.other_aid or _("inget"))
