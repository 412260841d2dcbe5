"""Reads what is given from outside: places, industries, topics from files; rules and forms by their date."""

import csv
import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml
from sqlalchemy import event, select
from sqlalchemy.orm import Session, defer
from sqlalchemy.orm.session import SessionTransaction

from broker.errors import NotFoundError
from broker.extensions import db
from broker.formatting import say
from broker.reference.contents import with_contents
from broker.reference.models import DocumentKind, ReferenceDocument
from broker.sentences import Sentence
from broker.swedish import search_key, sort_key

# Under this name a transaction holds the rules that a page has read ahead.
_AHEAD = "documents read ahead"
_WITHOUT_CONTENT = select(ReferenceDocument).options(defer(ReferenceDocument.content))


@dataclass(frozen=True)
class Municipality:
    """One of the 290 municipalities; its point is its main place, for travel distances."""

    code: str
    name: str
    county_code: str
    county_name: str
    region_code: str
    latitude: float
    longitude: float


class Strength(StrEnum):
    """How much a word tells: something beside others, enough alone, more than most, or all whatever else is said."""

    HINT = "hint"
    CLEAR = "clear"
    STRONG = "strong"
    ALWAYS = "always"


@dataclass(frozen=True)
class TradeWords:
    """Words of a trade, or of an errand, that tell equally much."""

    strength: Strength
    words: tuple[str, ...]


@dataclass(frozen=True)
class Topic:
    """A field of competence that can be taught, with the words that people use for it."""

    id: str
    label: str
    aliases: tuple[str, ...]
    skill_ids: tuple[str, ...]
    category: str
    renewal_years: int | None
    note: str
    trade_words: tuple[TradeWords, ...] = ()
    occupation_group_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Skill:
    """A skill of the JobTech taxonomy; its parent is its only occupation group, or else its field, if it has one."""

    id: str
    label: str
    parent_id: str


@dataclass(frozen=True)
class CpvCode:
    """A code of the common procurement vocabulary; whether it lies in LOU annex 2 decides the limits."""

    code: str
    words: Sentence
    is_annex2: bool
    is_common: bool

    @property
    def name(self) -> str:
        """Give the official name in the reader's language."""
        return say(self.words)


def words_of(row: Mapping[str, Any], part: str = "label") -> Sentence:
    """Give a text of a row of a rule, form or list with its English, if it has any, to be stored or shown later."""
    return Sentence(row[f"{part}_sv"] if f"{part}_sv" in row else row[part], english=row.get(f"{part}_en", ""))


def text_of(row: Mapping[str, Any], part: str = "label") -> str:
    """Give a text of a row in the reader's language; in Swedish where the row has no English."""
    return say(words_of(row, part))


@cache
def municipalities() -> Mapping[str, Municipality]:
    """Give the municipalities by code, in Swedish order of their names."""
    places = {row["municipality_code"]: row for row in _rows("municipality_main_places.csv")}
    found = [
        Municipality(
            code=row["code"],
            name=row["name"],
            county_code=row["county_code"],
            county_name=row["county_name"],
            region_code=row["nuts2_code"],
            latitude=float(places[row["code"]]["lat"]),
            longitude=float(places[row["code"]]["lon"]),
        )
        for row in _rows("municipalities.csv")
    ]
    return MappingProxyType({place.code: place for place in sorted(found, key=lambda place: sort_key(place.name))})


def municipality_name(code: str | None) -> str:
    """Give a municipality's name, or nothing for no code."""
    place = municipalities().get(code or "")
    return place.name if place else ""


@lru_cache(maxsize=20_000)
def find_municipality(text: str | None) -> Municipality | None:
    """Give the municipality with this code or name ("Flens kommun" too), if exactly one fits."""
    key = search_key(text or "")
    short = key.removesuffix(" kommun")
    by_key = _municipality_keys()
    return by_key.get(key) or by_key.get(short) or by_key.get(short.removesuffix("s"))


@lru_cache(maxsize=20_000)
def municipality_of_town(post_town: str | None) -> str | None:
    """Give the code of the municipality where a post town lies, or None if it is unknown or lies in several."""
    codes = _town_codes().get(search_key(post_town or ""), frozenset())
    return next(iter(codes)) if len(codes) == 1 else None


@cache
def towns() -> Mapping[str, str]:
    """Give the names of the country's towns by their folded names."""
    return {search_key(row["name"]): row["name"] for row in _rows("localities.csv")}


def towns_beginning(letters: str, *, limit: int) -> list[str]:
    """Give the towns whose folded names begin with these folded letters; none if there are more than so many."""
    keys = _sorted_towns()
    first = bisect_left(keys, letters)
    found = keys[first : first + limit + 1]
    begun = [towns()[key] for key in found if key.startswith(letters)]
    return begun if len(begun) <= limit else []


@cache
def topics() -> Mapping[str, Topic]:
    """Give the topics by id, in Swedish order of their labels."""
    words = _trade_words("topic_words.csv", "topic_id")
    groups = {row["topic_id"]: tuple(row["occupation_group_ids"].split()) for row in _rows("topic_occupations.csv")}
    found = [
        Topic(
            id=row["topic_id"],
            label=row["label_sv"],
            aliases=tuple(filter(None, row["aliases"].split(";"))),
            skill_ids=tuple(row["skill_ids"].split()),
            category=row["category"],
            renewal_years=int(row["renewal_years"]) if row["renewal_years"] else None,
            note=row["note"],
            trade_words=words.get(row["topic_id"], ()),
            occupation_group_ids=groups.get(row["topic_id"], ()),
        )
        for row in _rows("training_topics.csv")
    ]
    return MappingProxyType({topic.id: topic for topic in sorted(found, key=lambda topic: sort_key(topic.label))})


def topic_label(topic_id: str | None) -> str:
    """Give a topic's label, or nothing for no topic."""
    topic = topics().get(topic_id or "")
    return topic.label if topic else ""


@cache
def counties_of_region(region: str) -> frozenset[str]:
    """Give the counties of one of the regions that the European Social Fund has calls for; none for another name."""
    wanted = search_key(region)
    rows = (
        row for row in _rows("esf_regions.csv") if wanted in map(search_key, (row["esf_region"], row["nuts2_name"]))
    )
    return frozenset(code for row in rows for code in row["county_codes"].split())


@cache
def skills() -> Mapping[str, Skill]:
    """Give the skills by id."""
    rows = (row for row in _rows("skills_taxonomy.csv") if row["type"] == "skill")
    return MappingProxyType({row["id"]: Skill(row["id"], row["label_sv"], row["parent_id"]) for row in rows})


@cache
def occupation_groups() -> Mapping[str, str]:
    """Give the names of the occupation groups by id."""
    rows = (row for row in _rows("skills_taxonomy.csv") if row["type"] == "ssyk-level-4")
    return MappingProxyType({row["id"]: row["label_sv"] for row in rows})


@cache
def errand_words() -> Mapping[str, tuple[TradeWords, ...]]:
    """Give what companies also ask for, or want to learn, that no topic has, with the words that tell it."""
    return MappingProxyType(_trade_words("errand_words.csv", "errand"))


def _trade_words(file: str, column: str) -> dict[str, tuple[TradeWords, ...]]:
    found: dict[str, tuple[TradeWords, ...]] = {}
    for row in _rows(file):
        words = TradeWords(Strength(row["strength"]), tuple(row["words"].split(";")))
        found[row[column]] = (*found.get(row[column], ()), words)
    return found


@cache
def industry_names() -> Mapping[tuple[str, str], str]:
    """Give the names of industries by edition ("2007", "2025") and code."""
    return MappingProxyType(
        {(edition, row["code"]): row["name_sv"] for edition in ("2007", "2025") for row in _rows(f"sni{edition}.csv")}
    )


@cache
def industry_sections() -> Mapping[tuple[str, str], str]:
    """Give the names of the sections that industries belong to, by edition and the first two digits of the code."""
    return MappingProxyType(
        {
            (edition, row["code"]): industry_names()[edition, row["parent"]]
            for edition in ("2007", "2025")
            for row in _rows(f"sni{edition}.csv")
            if row["level"] == "2"
        }
    )


def legal_form_name(code: str | None) -> str:
    """Give a legal form in words, by Bolagsverket's code (AB) or SCB's two digits (49)."""
    return _legal_forms().get(code or "", code or "")


def proceeding_name(code: str) -> str:
    """Give a proceeding in words, by Bolagsverket's code (KK is konkurs)."""
    return _proceedings().get(code, code)


def read_yaml(name: str) -> Any:
    """Give what one of the product's own YAML files holds, such as "cpv_education"."""
    text = files("broker.reference").joinpath("data", f"{name}.yaml").read_text(encoding="utf-8")
    # The loader written in C is ten times as fast.
    return yaml.load(text, Loader=yaml.CSafeLoader)


@cache
def cpv_codes() -> Mapping[str, CpvCode]:
    """Give the CPV codes by code, the common ones first."""
    found = [
        CpvCode(row["code"], words_of(row, "name"), row["annex2"], row["common"]) for row in read_yaml("cpv_education")
    ]
    return MappingProxyType(
        {code.code: code for code in sorted(found, key=lambda code: (not code.is_common, code.code))}
    )


@cache
def municipality_shapes() -> Mapping[str, list[list[tuple[float, float]]]]:
    """Give the outlines of the municipalities by code, each a list of rings of (longitude, latitude)."""
    text = files("broker.reference").joinpath("data", "municipalities.geojson").read_text(encoding="utf-8")
    shapes = {}
    for feature in json.loads(text)["features"]:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        shapes[feature["properties"]["code"]] = [
            [(point[0], point[1]) for point in ring] for polygon in polygons for ring in polygon
        ]
    return MappingProxyType(shapes)


def get_document(kind: DocumentKind, *, on: date) -> ReferenceDocument:
    """Give the newest version of a rule or form that is valid on a day, or raise NotFoundError."""
    return get_documents(kind, on=on)[kind]


def get_documents(*kinds: DocumentKind, on: date) -> Mapping[DocumentKind, ReferenceDocument]:
    """Give the versions of several rules or forms that are valid on a day, in one question, or raise NotFoundError."""
    ahead: _Ahead | None = db.session().info.get(_AHEAD)
    if ahead and ahead.on == on and {*kinds} <= {*ahead.kinds}:
        found = {kind: ahead.documents[kind] for kind in kinds if kind in ahead.documents}
    else:
        found = _newest(kinds, on)
    if len(found) < len(kinds):
        raise NotFoundError
    return found


def read_ahead(*kinds: DocumentKind, on: date) -> None:
    """Let the first of several rules or forms that is asked for be read with the others, in one question.

    For a page whose parts ask for each of them on their own, and that may turn out to need none.
    """
    db.session().info[_AHEAD] = _Ahead(kinds, on)


@dataclass(frozen=True)
class _Ahead:
    kinds: tuple[DocumentKind, ...]
    on: date

    @cached_property
    def documents(self) -> dict[DocumentKind, ReferenceDocument]:
        return _newest(self.kinds, self.on)


@event.listens_for(Session, "after_transaction_end")
def _forget_at_the_end(session: Session, transaction: SessionTransaction) -> None:
    # A newer version can be loaded as soon as nobody holds the transaction.
    if transaction.parent is None:
        session.info.pop(_AHEAD, None)


def _newest(kinds: Sequence[DocumentKind], on: date) -> dict[DocumentKind, ReferenceDocument]:
    query = _WITHOUT_CONTENT.where(ReferenceDocument.kind.in_(kinds), ReferenceDocument.valid_from <= on)
    newest_last = db.session.scalars(query.order_by(ReferenceDocument.valid_from, ReferenceDocument.id))
    newest = with_contents({document.kind: document for document in newest_last}.values())
    return {document.kind: document for document in newest}


def get_document_version(kind: DocumentKind, version: str) -> ReferenceDocument:
    """Give one version of a rule or form, or raise NotFoundError."""
    ahead: _Ahead | None = db.session().info.get(_AHEAD)
    known = ahead.documents.get(kind) if ahead and kind in ahead.kinds else None
    if known and known.version == version:
        return known
    query = _WITHOUT_CONTENT.where(ReferenceDocument.kind == kind, ReferenceDocument.version == version)
    document = db.session.scalars(query).one_or_none()
    if document is None:
        raise NotFoundError
    return with_contents([document])[0]


@cache
def _legal_forms() -> Mapping[str, str]:
    return {
        row["code"]: row["name_sv"] for name in ("scb_legal_forms.csv", "organisation_forms.csv") for row in _rows(name)
    }


@cache
def _proceedings() -> Mapping[str, str]:
    return {row["code"]: row["name_sv"] for row in _rows("proceedings.csv")}


@cache
def _municipality_keys() -> Mapping[str, Municipality]:
    keys = {}
    for place in municipalities().values():
        keys[search_key(place.name)] = place
        keys[place.code] = place
    return keys


@cache
def _sorted_towns() -> Sequence[str]:
    return sorted(towns())


@cache
def _town_codes() -> Mapping[str, frozenset[str]]:
    codes: dict[str, set[str]] = defaultdict(set)
    for row in _rows("localities.csv"):
        codes[search_key(row["name"])].add(row["municipality_code"])
    return {town: frozenset(found) for town, found in codes.items()}


def _rows(file_name: str) -> Iterator[dict[str, str]]:
    text = files("broker.reference").joinpath("data", file_name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
