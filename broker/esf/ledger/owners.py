"""Who is a single undertaking by noted ownership, beside what certificates say: (EU) 2023/2831 art. 2(2)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from broker.companies.sizes.groups import HolderKind, Holding, structure_of
from broker.companies.sizes.rules import SizeRules
from broker.sentences import N_, Sentence

# Natural persons and public bodies link nobody here: the article speaks of enterprises that control enterprises, and
# recital 4 leaves out those whose only link is the same public body.
_NO_LINKS = frozenset(
    {HolderKind.PERSON, HolderKind.BUSINESS_ANGEL, HolderKind.PUBLIC_BODY, HolderKind.SMALL_MUNICIPALITY}
)


@dataclass(frozen=True)
class Unit:
    """One enterprise of a single undertaking, and from where we know that it is."""

    name: str
    number: str | None
    company_id: int | None
    is_certified: bool
    is_owned: bool
    is_asked: bool = False

    @property
    def source(self) -> Sentence:
        """Say from where we know it."""
        if self.is_asked:
            return Sentence(N_("företaget självt"))
        if self.is_certified and self.is_owned:
            return Sentence(N_("enligt intyg och antecknat ägande"))
        return Sentence(N_("enligt intyg")) if self.is_certified else Sentence(N_("enligt antecknat ägande"))


def controlled_with(subject: str, holdings: Iterable[Holding], rules: SizeRules) -> frozenset[str]:
    """Give an enterprise and all that it controls, that control it, or that the same enterprise controls.

    Control is a majority of the votes, the right to appoint most of the board, or dominant influence by contract,
    articles or agreement, also through other enterprises. None of the exemptions for small companies' investors holds.
    """
    held = [replace(row, kind=HolderKind.ENTERPRISE) for row in holdings if row.kind not in _NO_LINKS]
    return structure_of(subject, held, rules).group


def differences(units: Sequence[Unit], *, has_certificate: bool) -> tuple[Sentence, ...]:
    """Say which enterprises only one of certificate and ownership names, and what to do; nothing without both."""
    others = [unit for unit in units if not unit.is_asked]
    owned = [unit.name for unit in others if unit.is_owned and not unit.is_certified]
    certified = [unit.name for unit in others if unit.is_certified and not unit.is_owned]
    found = []
    if owned and has_certificate:
        text = N_(
            "Enligt antecknat ägande räknas även %(names)s som samma företag, men intyget nämner det inte. "
            "Fråga företaget, och rätta intyget eller ägandet. Stödet räknas med så länge."
        )
        found.append(Sentence(text, {"names": _named(owned)}))
    if certified and any(unit.is_owned for unit in others):
        text = N_(
            "Intyget nämner %(names)s, men det ägande som är antecknat leder inte dit. Fråga företaget, och rätta "
            "intyget eller ägandet. Stödet räknas med så länge."
        )
        found.append(Sentence(text, {"names": _named(certified)}))
    return tuple(found)


def _named(names: Collection[str]) -> str:
    return ", ".join(names)
