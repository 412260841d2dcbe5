"""Brings the English catalogue up to date: new texts are added empty, unused ones go, the rest is compiled."""

from datetime import UTC, datetime

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.checks import CATALOGUE, source_messages


def main():
    known = Catalog(locale="en")
    if CATALOGUE.exists():
        with CATALOGUE.open("rb") as stream:
            known = read_po(stream, locale="en")
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    fresh = Catalog(locale="en", project="Broker", creation_date=moment, revision_date=moment, fuzzy=False)
    for identifier in sorted(source_messages(), key=str):
        translated = known.get(identifier if isinstance(identifier, str) else identifier[0])
        fresh.add(identifier, translated.string if translated else None)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as stream:
        write_po(stream, fresh, width=110, omit_header=False)
    with CATALOGUE.open("rb") as stream:
        stored = read_po(stream, locale="en")
    with CATALOGUE.with_suffix(".mo").open("wb") as stream:
        write_mo(stream, stored)
    missing = [message.id for message in stored if message.id and not message.string]
    print(f"{len(stored)} texts, {len(missing)} without translation")


if __name__ == "__main__":
    main()
