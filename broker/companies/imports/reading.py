"""How a list is read until somebody says otherwise: as before, as was asked for, or as it seems to be."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from broker.companies.imports import queries
from broker.companies.imports.headings import guess_mapping, guess_people_mapping, is_list_of_people
from broker.companies.imports.tables import TablePreview


@dataclass(frozen=True)
class Reading:
    """What kind of list it is, what each heading means, and where empty cells clear."""

    is_people: bool
    meanings: Mapping[str, str]
    clears: Collection[str] = ()
    is_as_before: bool = False


def reading_of(table: TablePreview, wanted: bool | None) -> Reading:
    """Give how to read a list; `wanted` tells whether somebody asked for a list of people, or nothing."""
    earlier = queries.find_earlier_choices(table.headings)
    was_people = earlier.get("is_people", False) if earlier else None
    if earlier and wanted in (None, was_people):
        return Reading(bool(was_people), earlier["mapping"], earlier.get("clears", ()), is_as_before=True)
    is_people = is_list_of_people(table.headings) if wanted is None else wanted
    return Reading(is_people, (guess_people_mapping if is_people else guess_mapping)(table.headings))
