"""Tells in words what was chosen of all that was found, and makes the extract of it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from broker import clock
from broker.companies.models import LegalBasis, Person
from broker.esf.models import Project
from broker.extracts import around
from broker.extracts.extract import Entry, Extract, Section
from broker.extracts.keeping import how_long, rules_by_model
from broker.extracts.kinds import Kind, day_of, read
from broker.extracts.masking import Mask, Other, mask_for
from broker.extracts.queries import Findings, Hit, by_label, strings_of
from broker.extracts.recipients import list_recipients
from broker.extracts.terms import Reason, Terms
from broker.formatting import day, moment, number, yes_no
from broker.leads.models import ReceivedLead
from broker.meetings.models import MeetingGuest
from broker.providers.models import Provider
from broker.providers.people.models import ProviderPerson
from broker.retention.models import RetentionRule
from broker.swedish import search_key

# Names of businesses, and rows that are called as somebody of us has written.
_BUSINESSES, _CALLED_BY_US = ("name", "bidder_name"), (MeetingGuest,)
# Rows about something else, where somebody only has a place.
_NOT_THEIRS = (Project, Provider)
_FULL = (Reason.SAME_EMAIL, Reason.SAME_PHONE, Reason.SAME_NUMBER, Reason.SAME_NAME, Reason.LIKE_NAME)


@dataclass(frozen=True)
class Choice:
    """What somebody has chosen of the findings, and why something that was proposed is left out."""

    chosen: tuple[Hit, ...]
    dropped: tuple[Hit, ...]
    cut: tuple[Kind, ...] = ()
    reason: str = ""

    @classmethod
    def of(cls, findings: Findings, keys: Collection[str], reason: str = "") -> "Choice":
        """Give what these keys choose; what hangs on something that is not chosen goes with it, unasked."""
        standing = [hit for hit in findings.hits if hit.follows(keys)]
        chosen = tuple(hit for hit in standing if hit.key in keys)
        dropped = tuple(hit for hit in standing if hit.is_sure and hit.key not in keys)
        return cls(chosen, dropped, tuple(findings.cut), reason)


def tell(choice: Choice, terms: Terms, *, organisation: str) -> Extract:
    """Make the extract; texts come without the names of other people."""
    teller = _Teller(terms, _mask(choice.chosen, terms), around.facts_of(choice.chosen))
    sections = tuple(teller.section(title, hits) for title, hits in by_label(choice.chosen).items())
    keys: dict[str, list[int]] = {}
    for hit in choice.chosen:
        keys.setdefault(hit.kind.name, []).append(hit.row.id)
    return Extract(
        organisation=organisation,
        made_at=clock.now(),
        asked_for=asked_for(terms),
        sections=sections,
        recipients=tuple(teller.masked(line) for line in list_recipients(choice.chosen)),
        cut=tuple(dict.fromkeys(str(kind.label) for kind in choice.cut)),
        left_out=choice.reason,
        left_out_count=len(choice.dropped),
        has_others=teller.has_masked,
        keys=keys,
    )


def asked_for(terms: Terms) -> tuple[tuple[str, str], ...]:
    """Give what was looked for, with labels; a personal identity number is only said to have been told."""
    told = (
        (_("Namn"), terms.name),
        (_("E-postadress"), terms.email),
        (_("Telefon"), terms.phone),
        (_("Personnummer"), _("har använts i sökningen") if terms.number else ""),
    )
    return tuple((label, text) for label, text in told if text)


def passage(hit: Hit, terms: Terms, *, most: int = 240) -> str:
    """Give the beginning of what a hit says of the person, for the one who chooses."""
    texts = list(_texts(hit, terms))
    text = " … ".join(texts)
    return text if len(text) <= most else f"{text[:most].rstrip()} …"


@dataclass
class _Teller:
    terms: Terms
    mask: Mask
    around: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    has_masked: bool = False
    rules: dict[Any, RetentionRule] = field(default_factory=rules_by_model)

    def section(self, title: str, hits: Sequence[Hit]) -> Section:
        """Tell of all of one kind, what is the same for all of it once."""
        backgrounds = [_background(hit, self.rules, self.masked) for hit in hits]
        shared = tuple(fact for fact in backgrounds[0] if all(fact in facts for facts in backgrounds))
        entries = [
            self._entry(hit, [fact for fact in facts if fact not in shared])
            for hit, facts in zip(hits, backgrounds, strict=True)
        ]
        return Section(title, shared, tuple(entries))

    def _entry(self, hit: Hit, background: Sequence[tuple[str, str]]) -> Entry:
        facts = [(str(label), text) for label, text in self._facts(hit) if text]
        texts = tuple(self.masked(text) for text in _texts(hit, self.terms))
        return Entry(title_of(hit, self.masked), (*facts, *background), texts)

    def masked(self, text: str) -> str:
        """Give a text without other people, and remember that there were any."""
        masked = self.mask.over(text)
        self.has_masked = self.has_masked or masked != text
        return masked

    def _facts(self, hit: Hit) -> Iterator[tuple[Any, str]]:
        row, kind = hit.row, hit.kind
        for path, label in kind.facts.items():
            value = in_words(read(row, path))
            if path not in kind.own:
                yield label, self.masked(value)
            elif value and _is_about_the_person(hit, path, value, self.terms):
                yield label, value
        if kind.title:
            yield _("Hos oss sedan"), in_words(day_of(row))
        yield from self.around.get(hit.key, [])


def _is_about_the_person(hit: Hit, path: str, value: str, terms: Terms) -> bool:
    """Tell whether a name, an address or a number may be told: another person may stand in the same row."""
    is_full = any(reason in _FULL for reason in hit.reasons)
    is_same = terms.reason_of_name(value) or terms.reason_of_email(value) or terms.reason_of_phone(value)
    if is_same or any(terms.reasons_of_text(value)):
        return True
    if path in hit.kind.names:
        is_named = any(reason in (Reason.SAME_NAME, Reason.LIKE_NAME) for reason in hit.reasons)
        return not is_named and hit.kind.model not in _NOT_THEIRS and is_full
    # Where somebody gives a name, it is that person who is reached so: who tips about another is not to be told.
    return is_full or bool(hit.through and not hit.kind.names)


def title_of(hit: Hit, masked: Callable[[str], str] = str) -> str:
    """Give what a row is called: where it stands, and the day; masked is what is done to what others may stand in."""
    title = hit.kind.title
    own = in_words(read(hit.row, title)) if title else ""
    own = own if title in hit.kind.own else masked(own)
    where = [masked(text) for text in hit.where] if hit.kind.model in _CALLED_BY_US else hit.where
    when = "" if title else in_words(day_of(hit.row))
    return ", ".join(filter(None, [own, *where, when])) or str(hit.kind.label)


def reasons_of(hit: Hit) -> list[str]:
    """Say why a row was found."""
    told = [str(reason.label) for reason in hit.reasons]
    for other in hit.through:
        place = ", ".join(other.where)
        if other.kind.model is Person and place:
            told.append(_("Hör till kontaktpersonen %(name)s hos %(place)s", name=other.row.name, place=place))
        else:
            told.append(_("Hör till %(name)s", name=other.row.name))
    return told


def _background(hit: Hit, rules: Mapping[Any, RetentionRule], masked: Callable[[str], str]) -> list[tuple[str, str]]:
    """Give where a row comes from, on which ground it is kept and how long (GDPR art. 15.1 d, g and art. 13.1 c)."""
    source = masked(in_words(getattr(hit.row, "source", None))) or str(hit.kind.origin)
    ground, kept = ground_of(hit.row), how_long(hit.kind, rules)
    return [(_("Varifrån"), source), (_("Rättslig grund"), ground), (_("Hur länge"), kept)]


def ground_of(row: Any) -> str:
    """Give the ground on which a row is kept (GDPR art. 6.1): its own, or that of the task."""
    basis = getattr(row, "legal_basis", None) or LegalBasis.PUBLIC_TASK
    if basis is LegalBasis.CONSENT:
        return _("Samtycke (artikel 6.1 a i dataskyddsförordningen)")
    return _("Uppgift av allmänt intresse (artikel 6.1 e i dataskyddsförordningen)")


def in_words(value: Any) -> str:
    """Give a value as people read it."""
    if isinstance(value, list | tuple):
        return ", ".join(in_words(part) for part in value)
    if isinstance(value, StrEnum):
        return str(getattr(value, "label", value))
    # What a moment and a yes are, a day and a number are too, so they come first.
    shown = next((show for kind, show in _SHOWN.items() if isinstance(value, kind)), str)
    return "" if value is None else str(shown(value))


_SHOWN: dict[type[Any], Callable[[Any], str]] = {
    bool: yes_no,
    datetime: moment,
    date: day,
    int: number,
    Decimal: number,
    dict: lambda value: ", ".join(strings_of(value)),
}


def _texts(hit: Hit, terms: Terms) -> Iterator[str]:
    """Give the texts of a row: all of one that is the person's, else the paragraphs that name the person."""
    is_theirs = hit.kind.model not in _NOT_THEIRS and (hit.through or any(reason in _FULL for reason in hit.reasons))
    for path in hit.kind.texts:
        if path in hit.kind.facts or path == "source":
            continue
        for text in strings_of(read(hit.row, path)):
            if is_theirs:
                yield text
            else:
                yield from (part for part in text.split("\n") if any(terms.reasons_of_text(part)))


def _mask(hits: Sequence[Hit], terms: Terms) -> Mask:
    own = [hit for hit in hits if hit.kind.model in (Person, ProviderPerson)]
    names = [terms.name, *(hit.row.name for hit in own)]
    return mask_for(
        companies=_keys(hits, "company_id"),
        providers=_keys(hits, "provider_id"),
        own=[(hit.kind.name, hit.row.id) for hit in own],
        beside=_beside(hits, terms),
        own_words=[word for name in names for word in search_key(name).split()],
    )


def _beside(hits: Iterable[Hit], terms: Terms) -> Iterator[Other]:
    """Give those who stand in the rows beside the person, such as who tipped, answered or signed."""
    for hit in hits:
        for path in () if hit.kind.model in _NOT_THEIRS else hit.kind.names:
            name = read(hit.row, path)
            if name and path not in _BUSINESSES and not _is_about_the_person(hit, path, name, terms):
                reach = next((read(hit.row, field) for field in hit.kind.reaches), None)
                yield Other(name, reach, reach)
        # Whom a lead of another organisation is about need not be among those whom we know.
        name = hit.row.shared.get("person_name") if hit.kind.model is ReceivedLead else None
        if name and not terms.reason_of_name(name):
            yield Other(name, hit.row.shared.get("person_email"), hit.row.shared.get("person_phone"))


def _keys(hits: Iterable[Hit], name: str) -> list[int]:
    return [key for hit in hits if (key := getattr(hit.row, name, None)) is not None]
