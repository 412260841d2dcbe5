"""The columns of a list of offerings: by which headings they are known, and what a cell in each of them means."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from broker.companies.imports.cells import Cell, CellError, cell_text, read_date, read_note, read_short
from broker.providers.models import Language, Level, Mode
from broker.reference import queries as reference
from broker.sentences import N_, Sentence
from broker.swedish import search_key
from broker.topics import queries as topics

FIELD_TITLES = {
    "title": N_("Utbildning"),
    "topic_id": N_("Kompetensområde"),
    "skills": N_("Vad deltagarna kan efteråt"),
    "levels": N_("Nivåer"),
    "modes": N_("Var den ges"),
    "languages": N_("Språk"),
    "municipality_code": N_("Utgår från kommun"),
    "reach_km": N_("Reser högst, km"),
    "smallest_group": N_("Deltagare i en grupp, minst"),
    "capacity": N_("Deltagare i en grupp, högst"),
    "hours": N_("Längd i timmar"),
    "fixed_price_ore": N_("Pris per grupp exkl. moms"),
    "price_per_participant_ore": N_("Pris per deltagare exkl. moms"),
    "lead_weeks": N_("Veckor från beställning till första dagen"),
    "valid_from": N_("Ges från och med"),
    "valid_to": N_("Ges till och med"),
    "certificate": N_("Intyg eller certifikat som den leder till"),
    "renewal_years": N_("Intyget förnyas efter så många år"),
}
_KNOWN = {
    "title": "utbildningens namn|utbildningsnamn|kurs|kursnamn|kursens namn|titel|benamning|namn|course|title|training",
    "topic_id": "omrade|amne|amnesomrade|kompetensomrade|topic|subject|field",
    "skills": "innehall|mal|kursmal|larandemal|beskrivning|kunskaper|skills|contents",
    "levels": "niva|nivaer|level|levels",
    "modes": "form|plats|genomforande|hur den ges|undervisningsform|mode|delivery",
    "languages": "undervisningssprak|sprak|language|languages",
    "municipality_code": "kommun|ort|utgangsort|utgar fran|municipality|town",
    "reach_km": "reser|reser km|reser hogst|rackvidd|rackvidd km|km|reach km",
    "smallest_group": "minst antal|minsta grupp|min antal|min antal deltagare|minst|minimum|min participants",
    "capacity": (
        "deltagare|antal deltagare|gruppstorlek|grupp|platser|antal platser|max antal|max antal deltagare|"
        "storsta grupp|hogst|maximum|max participants|places|group size"
    ),
    "hours": "timmar|antal timmar|langd|langd timmar|tid|kurslangd|hours|length",
    "fixed_price_ore": "pris per grupp|grupppris|fast pris|grundpris|pris grupp|price per group|fixed price",
    "price_per_participant_ore": (
        "pris|pris per deltagare|pris per person|pris deltagare|pris person|kurspris|avgift|price|"
        "price per participant|price per person"
    ),
    "lead_weeks": "ledtid|ledtid veckor|veckor till start|bestalls veckor fore|lead time|lead time weeks",
    "valid_from": "galler fran|galler fran och med|fran|fran och med|valid from",
    "valid_to": "galler till|galler till och med|till|till och med|valid to",
    "certificate": "intyg|certifikat|bevis|behorighet|leder till|certificate",
    "renewal_years": "fornyas|fornyas ar|fornyelse|giltighet ar|giltigt ar|fornyas efter ar|renewal years",
}
_FIELD_OF = {key: field for field, keys in _KNOWN.items() for key in keys.split("|")} | {
    search_key(title): field for field, title in FIELD_TITLES.items()
}
# What says nothing of which column it is. A price with VAT is another price, so that heading is not known.
_UNTOLD = re.compile(r" (exkl moms|ex moms|exklusive moms|utan moms|excl vat|kr|sek|kronor|i kronor)$")
_WITH_VAT = re.compile(r"\b(inkl|inklusive|med|incl)\b.*\b(moms|vat)\b")
_NUMBER = re.compile(
    r"(\d{1,3}(?: \d{3})+|\d+)(?:[.,]0+)?(?: ?(?:st|h|tim|timmar|km|v|veckor|ar|deltagare|personer|pers))?"
)
_SPAN = re.compile(r"(\d+) ?(?:-|till) ?(\d+)(?: ?(?:st|deltagare|personer|pers))?")
_MOST = re.compile(r"^(?:max|hogst|upp till) ")
_KRONOR = re.compile(r"(\d{1,3}(?: \d{3})+|\d+)(?:[.,](\d{1,2}|-))?(?: ?(?:kr|sek|:-))?")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_WORDS: Mapping[type[StrEnum], Mapping[str, StrEnum]] = {
    Level: {"grund": Level.BASIC, "bas": Level.BASIC, "fortsattningsniva": Level.FURTHER, "pabyggnad": Level.FURTHER}
    | {"avancerat": Level.ADVANCED, "expert": Level.ADVANCED, "specialist": Level.ADVANCED},
    Mode: {"plats": Mode.ON_SITE, "fysiskt": Mode.ON_SITE, "hos foretaget": Mode.ON_SITE, "klassrum": Mode.ON_SITE}
    | {"online": Mode.DISTANCE, "webb": Mode.DISTANCE, "digitalt": Mode.DISTANCE, "pa distans": Mode.DISTANCE}
    | {"hybrid": Mode.BLENDED, "blended": Mode.BLENDED},
    Language: {"enkel svenska": Language.EASY_SWEDISH},
}


def guess_mapping(headings: Sequence[str]) -> dict[str, str]:
    """Give which field each heading stands for; headings that are not recognised are left out."""
    mapping: dict[str, str] = {}
    for heading in headings:
        key = search_key(heading)
        while (shorter := _UNTOLD.sub("", key)) != key and key not in _FIELD_OF:
            key = shorter
        field = _FIELD_OF.get(key)
        if field and field not in mapping.values():
            mapping[heading] = field
    return mapping


def is_with_vat(heading: str) -> bool:
    """Tell whether a heading says that its prices are with VAT."""
    return _WITH_VAT.search(search_key(heading)) is not None


def read_cell(field: str, value: Cell) -> dict[str, Any]:
    """Give what a cell says, by field; nothing when it is empty. One that cannot be understood raises CellError."""
    if not cell_text(value):
        return {}
    found = _READERS[field](value)
    if isinstance(found, dict):
        return found
    return {} if found is None else {field: found}


def _whole(least: int, most: int) -> Callable[[Cell], int]:
    def read(value: Cell) -> int:
        found = None if isinstance(value, date | time | timedelta) else _NUMBER.fullmatch(_plain(value))
        number = int(found[1].replace(" ", "")) if found else -1
        if not least <= number <= most:
            text = N_("Skriv ett heltal från %(least)s till %(most)s.")
            raise CellError(Sentence(text, {"least": least, "most": most}))
        return number

    return read


def _group(value: Cell) -> dict[str, int]:
    if isinstance(value, date | time | timedelta):
        text = N_("Excel har gjort om antalet till ett datum. Gör kolumnen till text och skriv till exempel 6-12.")
        raise CellError(Sentence(text))
    if found := _SPAN.fullmatch(_plain(value)):
        return {"smallest_group": _size(found[1]), "capacity": _size(found[2])}
    return {"capacity": _size(_MOST.sub("", _plain(value)))}


def _kronor(value: Cell) -> int:
    found = None if isinstance(value, date | time | timedelta) else _KRONOR.fullmatch(_plain(value))
    if not found:
        raise CellError(Sentence(N_("Skriv ett belopp i kronor exkl. moms, till exempel 4 500 eller 4 500,50.")))
    decimals = (found[2] or "").strip("-").ljust(2, "0")
    ore = int(Decimal(found[1].replace(" ", "") + "." + decimals) * 100)
    if ore > _MOST_ORE:
        raise CellError(Sentence(N_("Beloppet är för stort. Skriv ett belopp i kronor, inte i öre.")))
    return ore


def _choices(kind: type[StrEnum], left_out: frozenset[StrEnum] = frozenset()) -> Callable[[Cell], list[str]]:
    def read(value: Cell) -> list[str]:
        offered = [choice for choice in kind if choice not in left_out]
        known: dict[str, StrEnum] = {search_key(str(choice.value)): choice for choice in offered}
        known |= _WORDS[kind]
        # The words of the catalogue are Swedish here: a job works in Swedish.
        known |= {search_key(str(choice.label)): choice for choice in offered}  # type: ignore[attr-defined]
        keys = [search_key(part) for part in re.split(r"[,;/+&\n]| och ", cell_text(value)) if part.strip()]
        if not keys or not all(key in known for key in keys):
            labels = ", ".join(str(choice.label) for choice in offered)  # type: ignore[attr-defined]
            text = N_("Skriv ett eller flera av de här orden med komma emellan: %(words)s.")
            raise CellError(Sentence(text, {"words": labels}))
        chosen = {known[key] for key in keys}
        return [str(choice.value) for choice in offered if choice in chosen]

    return read


def _municipality(value: Cell) -> str:
    key = search_key(cell_text(value)).removesuffix(" kommun")
    for place in reference.municipalities().values():
        if key in (search_key(place.name), place.code):
            return place.code
    raise CellError(Sentence(N_("Skriv namnet på en svensk kommun, till exempel Flen.")))


def read_topic(value: Cell) -> str:
    """Give the topic that a text means, by its name or by the words that the organisation knows it by."""
    text = cell_text(value)
    named = {search_key(topic.label): topic_id for topic_id, topic in topics.topics_in_use().items()}
    if topic_id := named.get(search_key(text)):
        return topic_id
    matcher = topics.topic_matcher()
    clear = matcher.find_clear(text)
    if clear is not None and clear.id in topics.topics_in_use():
        return clear.id
    likely = ", ".join(topic.label for topic, _reason in matcher.propose(text))
    if likely:
        text = N_("Området är inte klart. Skriv ett av områdena som i Broker, till exempel: %(topics)s.")
        raise CellError(Sentence(text, {"topics": likely}))
    raise CellError(Sentence(N_("Området känns inte igen. Skriv ett kompetensområde som det heter i Broker.")))


def _plain(value: Cell) -> str:
    text = " ".join(cell_text(value).translate(_DASHES).replace("\xa0", " ").split()).casefold()
    return text.replace("å", "a").replace("ä", "a").replace("ö", "o")


_MOST_ORE = 10**14
_size = _whole(1, 10_000)
_READERS: Mapping[str, Callable[[Cell], Any]] = {
    "title": read_short,
    "topic_id": read_topic,
    "skills": read_note,
    "levels": _choices(Level, frozenset({Level.ANY})),
    "modes": _choices(Mode),
    "languages": _choices(Language),
    "municipality_code": _municipality,
    "reach_km": _whole(0, 2000),
    "smallest_group": _size,
    "capacity": _group,
    "hours": _whole(1, 10_000),
    "fixed_price_ore": _kronor,
    "price_per_participant_ore": _kronor,
    "lead_weeks": _whole(0, 104),
    "valid_from": read_date,
    "valid_to": read_date,
    "certificate": read_short,
    "renewal_years": _whole(1, 50),
}
