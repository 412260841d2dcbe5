"""A provider's offerings as a list with the columns that are read in: to fill in, change and read in again."""

from broker.formatting import in_swedish, say
from broker.providers.importing.columns import FIELD_TITLES
from broker.providers.models import Language, Level, Mode, Offering, Provider
from broker.reference import queries as reference
from broker.sentences import Sentence
from broker.spreadsheets import Cell


def table(provider: Provider) -> tuple[list[str], list[list[Cell]]]:
    """Give the headings and a row for each offering, in Swedish, which is what is read in."""
    with in_swedish():
        headings = [say(Sentence(title)) for title in FIELD_TITLES.values()]
        return headings, [_row(offering) for offering in provider.offerings]


def _row(offering: Offering) -> list[Cell]:
    cells: dict[str, Cell] = {
        "topic_id": offering.topic,
        "levels": ", ".join(str(Level(level).label) for level in offering.levels),
        "modes": ", ".join(str(Mode(mode).label) for mode in offering.modes),
        "languages": ", ".join(str(Language(language).label) for language in offering.languages),
        "municipality_code": reference.municipality_name(offering.municipality_code),
        "fixed_price_ore": _kronor(offering.fixed_price_ore),
        "price_per_participant_ore": _kronor(offering.price_per_participant_ore),
    }
    return [cells[name] if name in cells else getattr(offering, name) for name in FIELD_TITLES]


def _kronor(ore: int) -> Cell:
    kronor, rest = divmod(ore, 100)
    return f"{kronor},{rest:02d}" if rest else kronor
