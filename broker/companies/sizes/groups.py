"""Which enterprises count together (recommendation 2003/361/EC, art. 3 and 6): plain data in, plain data out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from broker.companies.sizes.rules import SizeRules, count, euro
from broker.sentences import N_, Sentence

_ALL, _NONE = Decimal(100), Decimal(0)


class HolderKind(StrEnum):
    """What somebody who owns a part of a company is; some may own much and still leave it autonomous (art. 3.2)."""

    ENTERPRISE = "enterprise"
    PERSON = "person"
    PUBLIC_BODY = "public_body"
    SMALL_MUNICIPALITY = "small_municipality"
    VENTURE_CAPITAL = "venture_capital"
    BUSINESS_ANGEL = "business_angel"
    UNIVERSITY = "university"
    INSTITUTIONAL = "institutional"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    HolderKind.ENTERPRISE: _l("Företag"),
    HolderKind.PERSON: _l("Fysisk person"),
    HolderKind.PUBLIC_BODY: _l("Offentligt organ: stat, region, kommun"),
    HolderKind.SMALL_MUNICIPALITY: _l("Liten självständig kommun"),
    HolderKind.VENTURE_CAPITAL: _l("Riskkapitalbolag eller offentligt investeringsbolag"),
    HolderKind.BUSINESS_ANGEL: _l("Affärsängel"),
    HolderKind.UNIVERSITY: _l("Universitet eller forskningscentrum utan vinstsyfte"),
    HolderKind.INSTITUTIONAL: _l("Institutionell investerare, även regional utvecklingsfond"),
}
EXEMPT = frozenset(HolderKind) - {HolderKind.ENTERPRISE, HolderKind.PERSON, HolderKind.PUBLIC_BODY}


def condition_of(kind: HolderKind, rules: SizeRules) -> Sentence | None:
    """Tell what must be true of an owner for the exemption of its kind, where that is a figure."""
    if kind is HolderKind.BUSINESS_ANGEL:
        return Sentence(N_("under %(amount)s i företaget"), {"amount": euro(rules.angel_below)})
    if kind is HolderKind.SMALL_MUNICIPALITY:
        facts = {
            "amount": euro(rules.municipality_budget_below),
            "people": count(Decimal(rules.municipality_inhabitants_below)),
        }
        return Sentence(N_("årsbudget under %(amount)s och under %(people)s invånare"), facts)
    return None


# Holders that are no enterprises: they have no figures that count.
_WITHOUT_FIGURES = {
    HolderKind.PERSON,
    HolderKind.PUBLIC_BODY,
    HolderKind.SMALL_MUNICIPALITY,
    HolderKind.BUSINESS_ANGEL,
}


class Relation(StrEnum):
    """What a holding makes of owner and owned."""

    LINKED = "linked"
    PARTNER = "partner"
    AUTONOMOUS = "autonomous"
    PUBLIC = "public"

    @property
    def label(self) -> Any:
        """Give the Swedish word."""
        return _RELATION_LABELS[self]


_RELATION_LABELS = {
    Relation.LINKED: _l("Anknutet"),
    Relation.PARTNER: _l("Partner"),
    Relation.AUTONOMOUS: _l("Fristående"),
    Relation.PUBLIC: _l("Offentligt ägande"),
}


@dataclass(frozen=True)
class Holding:
    """What one owner holds of one enterprise, in per cent.

    The owner controls it also by the right to appoint most of the board, by contract or by the articles. Of a person
    it matters whether the enterprise works on the same market as others that the person controls, or an adjacent one.
    """

    owner: str
    owned: str
    capital: Decimal
    votes: Decimal
    kind: HolderKind = HolderKind.ENTERPRISE
    controls: bool = False
    is_same_market: bool = False

    @property
    def share(self) -> Decimal:
        """Give the greater of the two shares (art. 6.2)."""
        return max(self.capital, self.votes)


@dataclass(frozen=True)
class Partner:
    """Enterprises linked to each other that count with a share, and the holdings that make them partners."""

    members: frozenset[str]
    share: Decimal
    holdings: tuple[Holding, ...]


@dataclass(frozen=True)
class Structure:
    """What counts with an enterprise: its linked ones wholly, its partners by their share; and who is public."""

    group: frozenset[str]
    partners: tuple[Partner, ...]
    public_share: Decimal
    public_holdings: tuple[Holding, ...]


def structure_of(subject: str, holdings: Iterable[Holding], rules: SizeRules) -> Structure:
    """Work out what counts with an enterprise."""
    held = sorted(set(holdings), key=lambda row: (row.owned, row.owner, row.kind, row.share, row.votes))
    groups = _linked_groups(subject, held, rules)
    own = groups.find(subject)
    by_group: dict[str, list[Holding]] = defaultdict(list)
    for holding in held:
        ends = groups.find(holding.owner), groups.find(holding.owned)
        if own in ends and ends[0] != ends[1] and holding.kind is HolderKind.ENTERPRISE:
            by_group[next(end for end in ends if end != own)].append(holding)
    without = {holding.owner for holding in held if holding.kind in _WITHOUT_FIGURES}
    partners = []
    for group, between in sorted(by_group.items()):
        share = min(_ALL, _greatest_share(between))
        if share >= rules.partner_from:
            partners.append(Partner(groups.members(group) - without, share, tuple(between)))
    public = _public_holdings(subject, held, rules)
    return Structure(groups.members(own) - without, tuple(partners), min(_ALL, _joint_share(public)), tuple(public))


def relation_of(holding: Holding, holdings: Iterable[Holding], rules: SizeRules) -> Relation:
    """Tell what a holding makes of owner and owned, seen with all the others."""
    if _is_public(holding, rules):
        return Relation.PUBLIC
    held = list(holdings)
    structure = structure_of(holding.owned, held, rules)
    if holding.kind not in _WITHOUT_FIGURES and holding.owner in structure.group:
        return Relation.LINKED
    if _links_to_another(holding, held, structure, rules):
        return Relation.LINKED
    if any(holding in partner.holdings for partner in structure.partners):
        return Relation.PARTNER
    return Relation.AUTONOMOUS


def _links_to_another(holding: Holding, holdings: Iterable[Holding], structure: Structure, rules: SizeRules) -> bool:
    """Tell whether an owner who is no enterprise makes an enterprise and another one linked."""
    own = [row for row in holdings if row.owner == holding.owner and row.owned in structure.group and _can_link(row)]
    controlled = {owned for owned, rows in _by_owned(own).items() if is_control(rows, rules)}
    return holding.owned in controlled and len(controlled) > 1


def controlled_by(owner: str, holdings: Iterable[Holding], rules: SizeRules) -> frozenset[str]:
    """Give the owner and all that it controls downwards: those that its consolidated accounts hold already."""
    reached, held = {owner}, _by_owned(holdings)
    while found := {
        owned
        for owned, rows in held.items()
        if owned not in reached and is_control([row for row in rows if row.owner in reached], rules)
    }:
        reached |= found
    return frozenset(reached)


def _linked_groups(subject: str, holdings: Sequence[Holding], rules: SizeRules) -> "_Groups":
    """Join enterprises until no group holds the majority in another: what a group holds, it holds together."""
    groups = _Groups([subject, *(end for row in holdings for end in (row.owner, row.owned))])
    linking = _by_owned(row for row in holdings if _can_link(row))
    has_changed = True
    while has_changed:
        has_changed = False
        for owned, rows in linking.items():
            joint: dict[str, list[Holding]] = defaultdict(list)
            for row in rows:
                joint[groups.find(row.owner)].append(row)
            for group, together in joint.items():
                if groups.find(group) != groups.find(owned) and is_control(together, rules):
                    groups.join(group, owned)
                    has_changed = True
    return groups


def _can_link(holding: Holding) -> bool:
    # Natural persons link enterprises only on the same market, the investors of article 3.2 on any (art. 3.3); public
    # bodies never do, they have a rule of their own (art. 3.4).
    if holding.kind is HolderKind.PERSON:
        return holding.is_same_market
    return holding.kind not in (HolderKind.PUBLIC_BODY, HolderKind.SMALL_MUNICIPALITY)


def is_control(rows: Sequence[Holding], rules: SizeRules) -> bool:
    """Tell whether holdings in one enterprise together are control of it (art. 3.3)."""
    return any(row.controls for row in rows) or sum((row.votes for row in rows), _NONE) > rules.linked_above


def _greatest_share(holdings: Sequence[Holding]) -> Decimal:
    # Linked enterprises hold jointly what they hold of the same one; of cross-holdings the greater counts (art. 6.2).
    return max((_joint_share(rows) for rows in _by_owned(holdings).values()), default=_NONE)


def _joint_share(rows: Iterable[Holding]) -> Decimal:
    held = list(rows)
    return max(sum((row.capital for row in held), _NONE), sum((row.votes for row in held), _NONE))


def _public_holdings(subject: str, holdings: Sequence[Holding], rules: SizeRules) -> list[Holding]:
    """List the holdings in an enterprise that public bodies control, themselves or through what they control."""
    public = {row.owner for row in holdings if _is_public(row, rules)}
    held = _by_owned(holdings)
    while found := {
        owned
        for owned, rows in held.items()
        if owned not in public
        and owned != subject
        and is_control([row for row in rows if _is_public(row, rules) or row.owner in public], rules)
    }:
        public |= found
    counted = (row for row in held.get(subject, []) if row.owner in public and row.kind not in EXEMPT)
    return [*counted, *(row for row in held.get(subject, []) if row.kind in EXEMPT and _is_public(row, rules))]


def _is_public(holding: Holding, rules: SizeRules) -> bool:
    if holding.kind is HolderKind.SMALL_MUNICIPALITY:
        # The exemption ends where the municipality would be linked (art. 3.2): by votes or influence, not by capital.
        return is_control([holding], rules)
    return holding.kind is HolderKind.PUBLIC_BODY


def _by_owned(holdings: Iterable[Holding]) -> Mapping[str, list[Holding]]:
    found: dict[str, list[Holding]] = defaultdict(list)
    for holding in holdings:
        found[holding.owned].append(holding)
    return found


class _Groups:
    """Sets that are joined two by two; each is known by one of its members."""

    def __init__(self, members: Iterable[str]) -> None:
        self._parent = {member: member for member in members}

    def find(self, member: str) -> str:
        while self._parent[member] != member:
            member = self._parent[member]
        return member

    def join(self, one: str, other: str) -> None:
        first, second = sorted((self.find(one), self.find(other)))
        self._parent[second] = first

    def members(self, group: str) -> frozenset[str]:
        return frozenset(member for member in self._parent if self.find(member) == self.find(group))
